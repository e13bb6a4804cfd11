// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Still step 4: the dynamic dimensions of the inputs become symbols with bounds, or are pinned by
// the options.
#include "compiler/import/Dimensions.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include <limits>

using namespace mlir;
using ::onnx::ValueInfoProto;
using Dimension = ::onnx::TensorShapeProto::Dimension;

namespace onnxcc::importer {
namespace {

constexpr int64_t kUnbounded = std::numeric_limits<int64_t>::max();

class Resolver {
public:
  explicit Resolver(Model &model) : model(model), context(&model.context) {}
  void run();

private:
  /// Makes `--shape` of an input a pin for each dimension that is open.
  void applyShape(ValueInfoProto &input, ArrayRef<int64_t> shape);
  void pin(const ValueInfoProto &input, StringRef name, int64_t extent);
  void resolveInput(ValueInfoProto &input);
  /// Gives a dimension outside the inputs its value where it is known.
  void resolveOutput(ValueInfoProto &output);
  AffineExpr getSymbol(StringRef name);
  void requireBounds();
  void checkNames();

  static std::string nameOf(const ValueInfoProto &input, int axis, const Dimension &dim) {
    return isNamed(dim) ? dim.dim_param() : input.name() + "_d" + std::to_string(axis);
  }
  static bool isNamed(const Dimension &dim) {
    return dim.has_dim_param() && !dim.dim_param().empty() && dim.dim_param() != "?";
  }
  static bool isStatic(const Dimension &dim) { return dim.has_dim_value() && dim.dim_value() >= 0; }

  Model &model;
  MLIRContext *context;
  /// By a dimension's name: what --shape makes of it.
  llvm::StringMap<int64_t> pins;
  llvm::StringMap<AffineExpr> symbols;
  std::map<std::string, bool> usedDims;
};

void Resolver::pin(const ValueInfoProto &input, StringRef name, int64_t extent) {
  auto [entry, isNew] = pins.try_emplace(name, extent);
  if (!isNew && entry->second != extent)
    model.error() << "--shape " << input.name() << ": dimension '" << name << "' cannot be both "
                  << entry->second << " and " << extent;
}

void Resolver::applyShape(ValueInfoProto &input, ArrayRef<int64_t> shape) {
  auto fail = [&] { return std::move(model.error() << "--shape " << input.name() << ": "); };
  if (!input.type().has_tensor_type())
    return void(fail() << "the input is no tensor");
  auto &proto = *input.mutable_type()->mutable_tensor_type();
  if (!proto.has_shape())
    for (size_t axis = 0; axis < shape.size(); ++axis)
      proto.mutable_shape()->add_dim();
  if (proto.shape().dim_size() != int(shape.size()))
    return void(fail() << "the input has " << proto.shape().dim_size() << " dimensions, not "
                       << shape.size());
  for (auto [axis, extent] : llvm::enumerate(shape)) {
    Dimension &dim = *proto.mutable_shape()->mutable_dim(axis);
    if (extent < 0)
      fail() << "dimension " << axis << " is negative";
    else if (isStatic(dim) && dim.dim_value() != extent)
      fail() << "dimension " << axis << " is " << dim.dim_value() << " in the model, not "
             << extent;
    else if (isNamed(dim) && isDimensionExpression(dim.dim_param()))
      dim.set_dim_value(extent);
    else if (!isStatic(dim))
      pin(input, nameOf(input, axis, dim), extent);
  }
}

AffineExpr Resolver::getSymbol(StringRef name) {
  auto [entry, isNew] = symbols.try_emplace(name);
  if (!isNew)
    return entry->second;
  DimBounds bounds{1, kUnbounded};
  if (auto option = model.options.dims.find(name.str()); option != model.options.dims.end()) {
    bounds = option->second;
    usedDims[name.str()] = true;
    assert(bounds.min >= 0 && bounds.min <= bounds.max && "who makes options looks at them");
  }
  if (auto pinned = pins.find(name); pinned != pins.end()) {
    if (pinned->second < bounds.min || pinned->second > bounds.max)
      if (usedDims.count(name.str()))
        model.error() << "--dim " << name << " and --shape disagree";
    bounds = {pinned->second, pinned->second};
  }
  if (bounds.min == bounds.max)
    return entry->second = getAffineConstantExpr(bounds.min, context);
  entry->second = getAffineSymbolExpr(model.symbols.size(), context);
  model.symbols.push_back({name.str(), bounds.min, bounds.max});
  return entry->second;
}

void Resolver::resolveInput(ValueInfoProto &input) {
  if (!input.type().has_tensor_type())
    return;
  auto &proto = *input.mutable_type()->mutable_tensor_type();
  if (!proto.has_shape()) {
    model.error() << "input '" << input.name() << "' has no shape: add --shape " << input.name()
                  << "=1x3x224x224 with its extents";
    return;
  }
  for (int axis = 0; axis < proto.shape().dim_size(); ++axis) {
    Dimension &dim = *proto.mutable_shape()->mutable_dim(axis);
    if (isStatic(dim))
      continue;
    std::string name = nameOf(input, axis, dim);
    AffineExpr extent = model.dims.lookup(name);
    if (!extent)
      extent = parseDimension(name, context, [&](StringRef symbol) { return getSymbol(symbol); });
    if (!extent)
      extent = getSymbol(name);
    model.dims[name] = extent;
    if (auto constant = dyn_cast<AffineConstantExpr>(extent))
      dim.set_dim_value(constant.getValue());
    else
      dim.set_dim_param(name);
  }
}

void Resolver::resolveOutput(ValueInfoProto &output) {
  // Without a shape it is of any rank, which an empty shape would not say.
  if (!output.type().tensor_type().has_shape())
    return;
  auto &shape = *output.mutable_type()->mutable_tensor_type()->mutable_shape();
  for (Dimension &dim : *shape.mutable_dim()) {
    if (!isNamed(dim))
      continue;
    StringRef name = dim.dim_param();
    AffineExpr extent = model.dims.lookup(name);
    if (!extent)
      extent =
          parseDimension(name, context, [&](StringRef symbol) { return symbols.lookup(symbol); });
    if (!extent) {
      // A name that no input knows tells nothing; inference may find what it stands for.
      dim.clear_dim_param();
      continue;
    }
    model.dims[name] = extent;
    if (auto constant = dyn_cast<AffineConstantExpr>(extent))
      dim.set_dim_value(constant.getValue());
  }
}

void Resolver::requireBounds() {
  llvm::StringSet<> reported;
  for (const ValueInfoProto &input : model.proto.graph().input()) {
    const auto &shape = input.type().tensor_type().shape();
    SmallVector<std::string> extents;
    std::string unnamed;
    for (const auto &[axis, dim] : llvm::enumerate(shape.dim())) {
      AffineExpr extent = dim.has_dim_param() ? model.dims.lookup(dim.dim_param()) : AffineExpr();
      extents.push_back(dim.has_dim_value() ? std::to_string(dim.dim_value()) : "N");
      if (!extent)
        continue;
      extent.walk([&](AffineExpr part) {
        auto symbol = dyn_cast<AffineSymbolExpr>(part);
        if (!symbol || model.symbols[symbol.getPosition()].max != kUnbounded)
          return;
        const std::string &name = model.symbols[symbol.getPosition()].name;
        if (name == input.name() + "_d" + std::to_string(axis))
          unnamed = name;
        else if (reported.insert(name).second)
          model.error() << "input '" << input.name() << "' has the unbounded dimension '" << name
                        << "': add --dim " << name << "=1..N (a range) or --dim " << name << "=N";
      });
    }
    if (!unnamed.empty())
      model.error() << "input '" << input.name() << "' has unbounded dimensions: add --shape "
                    << input.name() << "=" << llvm::join(extents, "x")
                    << " with a number for each N, or --dim " << unnamed << "=1..N (a range)";
  }
}

void Resolver::checkNames() {
  // A dimension that no input has may be one that a node computes: who lowers the nodes will know.
  for (const auto &[name, bounds] : model.options.dims)
    if (!symbols.contains(name))
      model.otherDims.push_back({name, bounds.min, bounds.max});
  SmallVector<StringRef> inputs;
  for (const ValueInfoProto &input : model.proto.graph().input())
    inputs.push_back(input.name());
  for (const auto &[name, shape] : model.options.shapes) {
    if (llvm::is_contained(inputs, name))
      continue;
    auto diagnostic = model.error();
    diagnostic << "--shape " << name << ": the model has no input of that name; it has "
               << (inputs.empty() ? "none" : "");
    llvm::interleaveComma(inputs, diagnostic,
                          [&](StringRef input) { diagnostic << "'" << input << "'"; });
  }
}

void Resolver::run() {
  auto &graph = *model.proto.mutable_graph();
  for (ValueInfoProto &input : *graph.mutable_input())
    if (auto shape = model.options.shapes.find(input.name()); shape != model.options.shapes.end())
      applyShape(input, shape->second);
  for (ValueInfoProto &input : *graph.mutable_input())
    resolveInput(input);
  for (ValueInfoProto &output : *graph.mutable_output())
    resolveOutput(output);
  if (model.options.requireBounds)
    requireBounds();
  checkNames();
}

} // namespace

LogicalResult resolveDimensions(Model &model) {
  Resolver(model).run();
  return model.result();
}

} // namespace onnxcc::importer
