// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Step 11: inputs that the options make images of bytes, with the nodes that bring these into the
// model's form.
#include "compiler/import/Model.h"

#include "dialects/onnx/ElementTypes.h"
#include "dialects/onnx/Onnx.h"
#include "dialects/support/Extents.h"
#include "dialects/support/Interface.h"
#include "dialects/support/Locations.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace onnxcc::importer {
namespace {

using Layout = ImageOptions::Layout;
using Permutation = SmallVector<int64_t>; // result axis i is operand axis permutation[i]

/// `--input=` for one argument.
class Preprocessing {
public:
  Preprocessing(Model &model, func::FuncOp function, BlockArgument argument,
                const ImageOptions &options)
      : model(model), function(function), argument(argument), options(options),
        builder(&model.context),
        name(function.getArgAttrOfType<StringAttr>(argument.getArgNumber(), "onnx.name").str()) {
    builder.setInsertionPointToStart(argument.getOwner());
  }

  void run() {
    auto type = dyn_cast<RankedTensorType>(argument.getType());
    Type element = type ? type.getElementType() : Type();
    if (!element || !isa<FloatType>(element))
      return void(error() << "takes no floats, so there is nothing to make of images");
    FailureOr<std::optional<int64_t>> channels = findChannels(getExtents(type));
    if (failed(channels))
      return;

    Type byte = builder.getIntegerType(8, /*isSigned=*/false);
    Permutation toModel = getPermutation(type.getRank(), *channels);
    Extents extents = getExtents(type), own(extents);
    for (auto [k, axis] : llvm::enumerate(toModel))
      own[axis] = extents[k];
    argument.setType(onnxcc::getTensorType(own, byte));
    SmallVector<Operation *> readers(argument.getUsers());
    function.setArgAttr(argument.getArgNumber(), kPixelsAttr, builder.getStringAttr(describe()));

    Value value = argument;
    if (!llvm::is_sorted(toModel))
      value = createNode("Transpose", withElementType(type, byte), value,
                         builder.getNamedAttr("perm", builder.getDenseI64ArrayAttr(toModel)));
    RankedTensorType real = withElementType(type, builder.getF32Type());
    value = createCast(real, value);
    bool isCentred = llvm::all_of(options.mean, [](double mean) { return mean == 0; }),
         isUnit = llvm::all_of(options.scale, [](double scale) { return scale == 1; });
    if (!isCentred)
      value = createNode("Sub", real, {value, createNumbers(options.mean, real, *channels)});
    if (!isUnit)
      value = createNode("Mul", real, {value, createNumbers(options.scale, real, *channels)});
    if (!element.isF32())
      value = createCast(type, value);
    for (Operation *reader : readers)
      reader->replaceUsesOfWith(argument, value);
  }

private:
  InFlightDiagnostic error() {
    model.failed = true;
    return emitError(argument.getLoc()) << "--input: the input '" << name << "' ";
  }

  /// The axis of the model's input along which channels lie; nothing if no matter.
  FailureOr<std::optional<int64_t>> findChannels(const Extents &extents) {
    int64_t count = std::max(options.mean.size(), options.scale.size()), rank = extents.size();
    if (count == 1 && options.layout == Layout::Unsaid)
      return std::optional<int64_t>();
    if (rank != 3 && rank != 4)
      return error() << "has " << rank << " dims, and images have 3, or 4 with a batch", failure();
    // ONNX's own operators have channels first.
    for (int64_t axis : {rank - 3, rank - 1})
      if (auto extent = dyn_cast<AffineConstantExpr>(extents[axis]))
        if (count == 1 ? llvm::is_contained({1, 3, 4}, extent.getValue())
                       : extent.getValue() == count)
          return std::optional(axis);
    std::string counts = count == 1
                             ? "1, 3 or 4, as images have channels"
                             : std::to_string(count) + ", as many as there are means or scales";
    return error() << "has extents " << formatExtents(extents) << ", of which none is " << counts,
           failure();
  }

  /// From the library's layout to the model's.
  Permutation getPermutation(int64_t rank, std::optional<int64_t> channels) const {
    auto permutation = llvm::to_vector(llvm::seq<int64_t>(0, rank));
    if (options.layout == Layout::Unsaid)
      return permutation;
    int64_t own = options.layout == Layout::Nchw ? rank - 3 : rank - 1;
    permutation.erase(permutation.begin() + own);
    permutation.insert(permutation.begin() + *channels, own);
    return permutation;
  }

  /// For the header.
  std::string describe() const {
    auto list = [](ArrayRef<double> numbers) {
      return llvm::join(llvm::map_range(numbers,
                                        [](double number) {
                                          SmallString<16> text;
                                          llvm::APFloat(float(number)).toString(text);
                                          return text.str().str();
                                        }),
                        ", ");
    };
    StringRef layout = options.layout == Layout::Nhwc   ? ", channels last"
                       : options.layout == Layout::Nchw ? ", channels first"
                                                        : "";
    return ("pixels" + layout + "; the model gets (pixel - mean) * scale, with mean " +
            list(options.mean) + " and scale " + list(options.scale))
        .str();
  }

  Location locate(StringRef op) {
    std::string node = name + "/" + op.str();
    return getNodeLocation({node, op.str(), {node}}, model.file);
  }

  Value createNode(StringRef op, Type type, ValueRange inputs,
                   ArrayRef<NamedAttribute> attributes = {}) {
    return onnx::NodeOp::create(builder, locate(op), type, op, /*domain=*/"", inputs,
                                builder.getDictionaryAttr(attributes), ArrayAttr(),
                                /*bodiesCount=*/0u)
        .getResult(0);
  }

  Value createCast(RankedTensorType type, Value value) {
    int64_t number = onnx::findElementType(type.getElementType())->number;
    return createNode("Cast", type, value,
                      builder.getNamedAttr("to", builder.getI64IntegerAttr(number)));
  }

  /// Floats, one for all elements or one a channel.
  Value createNumbers(ArrayRef<double> numbers, RankedTensorType like,
                      std::optional<int64_t> channels) {
    SmallVector<float> values(numbers.begin(), numbers.end());
    SmallVector<int64_t> shape;
    if (values.size() > 1) {
      shape.assign(like.getRank() - *channels, 1);
      shape[0] = values.size();
    }
    auto type = RankedTensorType::get(shape, builder.getF32Type());
    return onnx::ConstantOp::create(builder, locate("Constant"), type,
                                    DenseElementsAttr::get(type, ArrayRef<float>(values)));
  }

  Model &model;
  func::FuncOp function;
  BlockArgument argument;
  const ImageOptions &options;
  OpBuilder builder;
  std::string name;
};

} // namespace

LogicalResult preprocess(Model &model, ModuleOp module) {
  func::FuncOp function = *module.getOps<func::FuncOp>().begin();
  SmallVector<std::string> names;
  for (BlockArgument argument : function.getArguments())
    names.push_back(
        function.getArgAttrOfType<StringAttr>(argument.getArgNumber(), "onnx.name").str());
  for (const auto &[name, options] : model.options.images) {
    auto found = name.empty() && names.size() == 1 ? names.begin() : llvm::find(names, name);
    if (found == names.end())
      model.error() << (name.empty() ? "--input: there are several inputs, say of which by NAME:u8"
                                     : "--input: there is no input '" + name + "'")
                    << "; there are '" << llvm::join(names, "', '") << "'";
    else
      Preprocessing(model, function, function.getArgument(found - names.begin()), options).run();
  }
  function.setType(FunctionType::get(&model.context, function.front().getArgumentTypes(),
                                     function.getResultTypes()));
  return model.result();
}

} // namespace onnxcc::importer
