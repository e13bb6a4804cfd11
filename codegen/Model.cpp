// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Gathering a module's facts: see Model.h.
#include "codegen/Model.h"

#include "codegen/print/Text.h"
#include "dialects/graph/Graph.h"
#include "dialects/kernel/Targets.h"
#include "dialects/onnx/ElementTypes.h"
#include "dialects/support/ConstantData.h"
#include "dialects/support/Extents.h"
#include "dialects/support/Interface.h"
#include "runtime/model.h"
#include "runtime/weights.h"
#include "targets/Target.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using llvm::formatv;

namespace onnxcc {

std::string getElementConstant(Type element) {
  // Runtime headers have names for the types of arguments alone.
  const onnx::ElementType *type = onnx::findElementType(element);
  return type && type->number <= ONNXCC_BFLOAT16 ? "ONNXCC_" + type->name.upper() : "0";
}

static LogicalResult collectWeights(ModuleOp module, Model &model) {
  if (model.hasWeightFile())
    model.weightBytes = sizeof(WeightHead);
  int64_t end = model.weightBytes;
  for (auto weights : module.getOps<kernel::WeightsOp>()) {
    std::optional<ConstantView> view = ConstantView::get(weights.getValue());
    auto type = dyn_cast<RankedTensorType>(weights.getValue().getType());
    std::string element = type ? getElementType(type.getElementType()) : "";
    if (!view || element.empty())
      return weights.emitError("has elements that the emitted code cannot hold");
    Weight weight;
    weight.type = element;
    weight.value = weights.getValue();
    weight.tensorType = type;
    weight.bytes = getStorageBytes(type);
    int64_t gap = model.hasWeightGaps() ? weight.gap() : 0,
            aligned = llvm::alignTo(weight.bytes, model.weightAlign());
    weight.offset = end + gap;
    end = weight.offset + aligned + gap;
    model.weightBytes += aligned;
    model.weightIndex[weights.getSymName()] = model.weights.size();
    model.weights.push_back(weight);
  }
  return success();
}

static LogicalResult collectArguments(Model &model) {
  NameScope fields, macros;
  SmallVector<std::string> dimNames;
  for (BlockArgument value : model.function.getArguments()) {
    unsigned k = value.getArgNumber();
    Argument argument;
    if (auto name = model.function.getArgAttrOfType<StringAttr>(k, "onnx.name"))
      argument.onnxName = name.getValue();
    auto role = model.function.getArgAttrOfType<StringAttr>(k, "kernel.role");
    if (!role || (role.getValue() != "in" && role.getValue() != "out"))
      return model.function.emitError()
             << "argument " << k << " has no kernel.role \"in\" or \"out\"";
    argument.isOutput = role.getValue() == "out";
    std::string wanted = toMemberName(argument.onnxName);
    argument.name = fields.add(wanted);
    auto element = model.function.getArgAttrOfType<TypeAttr>(k, "onnx.element");
    argument.element =
        element ? element.getValue() : cast<MemRefType>(value.getType()).getElementType();
    argument.value = value;
    argument.extents = model.views[value].extents;
    if (spellElementType(argument.element).c.empty())
      return model.function.emitError()
             << "argument '" << argument.onnxName << "' has elements of a type that C lacks";
    if (auto pixels = model.function.getArgAttrOfType<StringAttr>(k, kPixelsAttr))
      argument.pixels = pixels.getValue();
    if (auto scale = model.function.getArgAttrOfType<FloatAttr>(k, kScaleAttr))
      argument.quantization = {
          scale, model.function.getArgAttrOfType<IntegerAttr>(k, kZeroPointAttr).getInt(),
          macros.add(model.upperName + "_" + StringRef(argument.name).upper())};
    model.arguments.push_back(argument);
  }
  unsigned number = model.arguments.size();
  for (auto [k, dim] : llvm::enumerate(model.dims)) {
    dim.isField = !dim.isComputed() || llvm::any_of(model.arguments, [&](const Argument &argument) {
      return llvm::any_of(argument.extents,
                          [&](AffineExpr extent) { return extent.isFunctionOfSymbol(k); });
    });
    if (dim.isField)
      dim.number = number++;
    dim.name = fields.add(toMemberName(dim.onnxName));
  }
  if (model.hasWeightFile())
    model.weightsField = fields.add("weights");
  if (model.options->weights == WeightStorage::File)
    model.weightsBytesField = fields.add("weights_bytes");
  return success();
}

/// Sets the model's greatest bytes, and reports what is larger than its targets' Index counts.
static LogicalResult checkSizes(Model &model) {
  const Architecture &architecture = *model.facts.targets.front()->architecture;
  int64_t most = llvm::maxIntN(architecture.pointerBits);
  bool areGood = true;
  auto check = [&](std::optional<int64_t> bytes, const llvm::Twine &what) {
    if (bytes && *bytes <= most) {
      model.greatestBytes = std::max(model.greatestBytes, *bytes);
      return;
    }
    model.function.emitError() << what.str() << " take "
                               << (bytes ? std::to_string(*bytes) : "more than 2^63")
                               << " bytes, and " << model.facts.targets.front()->name << " indexes "
                               << most << " at most: give open dims smaller bounds";
    areGood = false;
  };
  for (const Argument &argument : model.arguments) {
    std::optional<int64_t> bytes = getStorageBits(argument.element) / 8;
    for (AffineExpr extent : argument.extents) {
      std::optional<int64_t> greatest = model.greatest(extent);
      if (!greatest)
        return model.function.emitError() << "an extent of '" << argument.onnxName
                                          << "' cannot be computed for the greatest dims: "
                                          << printAffine(extent, {}, model.facts.dimNames).text;
      bytes = bytes ? llvm::checkedMul(*bytes, *greatest) : bytes;
    }
    check(bytes, "the elements of '" + argument.onnxName + "'");
  }
  check(model.arenaBytes, "the arena's buffers");
  check(model.weightBytes, "the weights");
  return success(areGood);
}

FailureOr<Model> Model::analyze(ModuleOp module, const EmitOptions &options) {
  Model model;
  model.options = &options;
  auto functions = module.getOps<func::FuncOp>();
  if (std::distance(functions.begin(), functions.end()) != 1)
    return module.emitError("wants one function"), failure();
  model.function = *functions.begin();
  model.name =
      toModelName(options.name.empty() ? model.function.getSymName() : StringRef(options.name));
  model.upperName = StringRef(model.name).upper();
  if (auto file = module->getAttrOfType<StringAttr>("onnx.file"))
    model.source = file.getValue();
  if (auto hash = module->getAttrOfType<StringAttr>("onnx.sha256"))
    model.sha256 = hash.getValue();
  model.symbols = graph::getSymbols(module);
  for (graph::SymbolAttr symbol : model.symbols) {
    model.dims.push_back({"", symbol.getName().str(), symbol.getMin(), symbol.getMax()});
    if (symbol.isComputed())
      model.dims.back().bound = symbol.getBound().getValue().getResult(0);
  }

  FailureOr<SmallVector<const Target *>> targets = kernel::getTargets(module);
  if (failed(targets))
    return failure();
  model.facts.targets = std::move(*targets);
  model.alignment = kernel::getAlignment(model.facts.targets);

  FailureOr<Views> views = Views::analyze(model.function, model.dims.size());
  if (failed(views))
    return failure();
  model.views = std::move(*views);
  if (failed(collectWeights(module, model)) || failed(collectArguments(model)))
    return failure();
  NameScope locals;
  for (const Dim &dim : model.dims) {
    model.facts.symbols.push_back(locals.add(toLocalName(dim.name)));
    model.facts.dimNames.push_back(dim.name);
    model.facts.greatest.push_back(dim.max);
  }
  for (const kernel::IndexValues::Local &local : model.views.getIndices().getLocals()) {
    bool isStep = local.kind == kernel::IndexValues::Local::Step;
    model.facts.symbols.push_back(locals.add(isStep ? "t" : "size"));
    model.facts.dimNames.push_back(model.facts.symbols.back());
  }

  model.arenaSize = getAffineConstantExpr(0, module.getContext());
  for (auto arena : model.function.getOps<kernel::ArenaOp>())
    model.arenaSize = model.views.getIndex(arena.getBytes());
  // C has no arrays of 0 bytes, and 0 is what arena_bytes says of dims out of range.
  model.hasArena = model.arenaSize != getAffineConstantExpr(0, module.getContext());
  if (!model.hasArena)
    model.arenaSize = getAffineConstantExpr(1, module.getContext());
  std::optional<int64_t> arenaBytes = model.greatest(model.arenaSize);
  if (!arenaBytes)
    return model.function.emitError()
               << "the arena's size cannot be computed for the greatest dims: "
               << printAffine(model.arenaSize, {}, model.facts.dimNames).text,
           failure();
  model.arenaBytes = *arenaBytes;
  if (failed(checkSizes(model)))
    return failure();
  return model;
}

std::optional<int64_t> Model::greatest(AffineExpr expression) const {
  AffineExpr planned = graph::getBound(expression, symbols);
  return views.getIndices().evaluate(planned ? planned : expression, facts.greatest);
}

std::string Model::printLocal(const kernel::IndexValues::Local &local) const {
  using kernel::IndexValues;
  if (local.kind == IndexValues::Local::Step)
    return "";
  SmallVector<Expression> values;
  for (AffineExpr candidate : local.of) {
    values.push_back(printAffine(candidate, {}, facts.symbols));
    // A number is an int; all arguments must be of one type.
    if (isa<AffineConstantExpr>(candidate))
      values.back() = makeCall("Index", values.back());
  }
  return makeCall(local.kind == IndexValues::Local::Greatest ? "larger" : "smaller", values).text;
}

std::string Model::printLocals(const std::string &code) const {
  std::string lines;
  ArrayRef<kernel::IndexValues::Local> locals = views.getIndices().getLocals();
  for (size_t k = locals.size(); k-- > 0;) {
    StringRef name = facts.symbols[dims.size() + k];
    std::string value = printLocal(locals[k]);
    if (!value.empty() && mentions(lines + code, name))
      lines = wrapCode(formatv("  const Index {0} = {1};", name, value).str()) + "\n" + lines;
  }
  return lines;
}

std::string Model::getArgsType() const {
  bool writes = llvm::any_of(dims, [](const Dim &dim) { return dim.isComputed() && dim.isField; });
  return (writes ? "" : "const ") + name + "_args";
}

std::string Model::banner(StringRef file) const {
  std::string text = file.str() + ": generated by onnxcc " ONNXCC_VERSION;
  if (!source.empty())
    text += " from " + source;
  if (!sha256.empty())
    text +=
        " (sha256 " + sha256.substr(0, 16) + (sha256.size() > 16 ? "…)" : ")"); // enough to tell
  if (!options->flags.empty())
    text += " with " + options->flags;
  return text + ". Do not edit.";
}

} // namespace onnxcc
