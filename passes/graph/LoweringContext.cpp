// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A node's inputs and attributes, and the table of lowerings: see LoweringContext.h.
#include "passes/graph/LoweringContext.h"

#include "dialects/onnx/ElementTypes.h"
#include "dialects/support/Locations.h"

using namespace mlir;

namespace onnxcc {

void LoweringContext::enter(onnx::NodeOp node, SmallVector<Value> inputs) {
  enter(node.getLoc());
  current = node;
  nodeInputs = std::move(inputs);
  nodeResults.assign(node->getNumResults(), Value());
}

std::string LoweringContext::dimName(unsigned i, int64_t axis) {
  SmallVector<NodeOrigin> origins = getOrigins(current.getLoc());
  bool isNamed = !origins.empty() && i < origins.front().outputs.size();
  return (isNamed ? origins.front().outputs[i] : opType()).str() + "_d" + std::to_string(axis);
}

int64_t LoweringContext::integer(StringRef name, int64_t fallback) {
  auto value = dyn_cast_or_null<IntegerAttr>(attribute(name));
  return value ? value.getInt() : fallback;
}

double LoweringContext::real(StringRef name, double fallback) {
  auto value = dyn_cast_or_null<FloatAttr>(attribute(name));
  // The schema's defaults are floats: 0.01 means 0.01f.
  return value ? value.getValueAsDouble() : static_cast<double>(static_cast<float>(fallback));
}

StringRef LoweringContext::string(StringRef name, StringRef fallback) {
  auto value = dyn_cast_or_null<StringAttr>(attribute(name));
  return value ? value.getValue() : fallback;
}

std::optional<SmallVector<int64_t>> LoweringContext::integerList(StringRef name) {
  auto value = dyn_cast_or_null<DenseI64ArrayAttr>(attribute(name));
  return value ? std::optional(SmallVector<int64_t>(value.asArrayRef())) : std::nullopt;
}

std::optional<SmallVector<double>> LoweringContext::realList(StringRef name) {
  auto value = dyn_cast_or_null<DenseF32ArrayAttr>(attribute(name));
  return value ? std::optional(SmallVector<double>(value.asArrayRef())) : std::nullopt;
}

Type LoweringContext::elementType(StringRef name) {
  int64_t number = integer(name);
  Type type = getElementType(number, context());
  if (isNumber(type) || number == 0)
    return type;
  error() << "attribute '" << name << "': element type "
          << (type ? formatElement(type).str() : std::to_string(number)) << " is not supported";
  return {};
}

std::optional<Extents> LoweringContext::knownIntegers(unsigned i, StringRef what) {
  Value value = input(i);
  if (!value)
    error() << what << " is missing";
  else if (std::optional<Extents> elements = asIntegers(value))
    return elements;
  else
    error() << what
            << " must be known at compile time (a constant, or computed from dimensions), but is "
               "computed from "
               "the model's input data";
  return std::nullopt;
}

std::optional<SmallVector<int64_t>> LoweringContext::knownConstants(unsigned i, StringRef what) {
  std::optional<SmallVector<int64_t>> values = asConstants(input(i));
  if (!values)
    error() << what << " must be constant";
  return values;
}

std::optional<Extents> LoweringContext::knownSizes(unsigned i, StringRef what) {
  std::optional<Extents> sizes = knownIntegers(i, what);
  for (AffineExpr size : sizes.value_or(Extents()))
    if (auto constant = dyn_cast<AffineConstantExpr>(size))
      if (std::abs(double(constant.getValue())) > double(SymbolBounds::kAddressSpace)) {
        error() << what << " has the entry " << constant.getValue()
                << ", for which no machine has the memory";
        return std::nullopt;
      }
  return sizes;
}

std::optional<SmallVector<int64_t>> LoweringContext::constantSizes(unsigned i, StringRef what) {
  if (!knownConstants(i, what) || !knownSizes(i, what))
    return std::nullopt;
  return asConstants(input(i));
}

std::optional<SmallVector<int64_t>> LoweringContext::axesInput(unsigned i, int64_t rank) {
  SmallVector<int64_t> axes;
  if (input(i)) {
    std::optional<SmallVector<int64_t>> given = knownConstants(i, "axes");
    if (!given)
      return std::nullopt;
    for (int64_t value : *given) {
      std::optional<int64_t> normal = axis(value, rank);
      if (!normal)
        return std::nullopt;
      axes.push_back(*normal);
    }
  }
  if (axes.empty())
    axes.append(llvm::seq<int64_t>(0, rank).begin(), llvm::seq<int64_t>(0, rank).end());
  llvm::sort(axes);
  axes.erase(llvm::unique(axes), axes.end());
  return axes;
}

Type getElementType(int64_t dataType, MLIRContext *context) {
  const onnx::ElementType *type = onnx::findElementType(dataType);
  return type && type->kind != onnx::ElementType::Kind::Complex ? type->get(context) : Type();
}

const LoweringTable &LoweringTable::get() {
  static const LoweringTable table = [] {
    LoweringTable table;
    addActivations(table);
    addBlockQuantization(table);
    addConvolutions(table);
    addEinsum(table);
    addElementwise(table);
    addIndexing(table);
    addMatrix(table);
    addMovement(table);
    addNormalizations(table);
    addPooling(table);
    addQuantization(table);
    addRecurrent(table);
    addReductions(table);
    addResize(table);
    addShapes(table);
    return table;
  }();
  return table;
}

void LoweringTable::addRule(StringRef op, StringRef graphOp,
                            ArrayRef<std::pair<StringRef, double>> reals) {
  add(op, [graphOp, reals = SmallVector<std::pair<StringRef, double>>(reals)](LoweringContext &c) {
    SmallVector<Value> operands(c.inputs());
    SmallVector<NamedAttribute> attributes;
    Builder builder(c.context());
    for (auto [name, fallback] : reals)
      attributes.push_back(
          builder.getNamedAttr(name, builder.getF64FloatAttr(c.real(name, fallback))));
    if (c.broadcastTogether(operands))
      c.result(c.create(graphOp, operands, attributes));
  });
}

const Lowering *LoweringTable::find(StringRef domain, StringRef op) const {
  if (domain == "ai.onnx")
    domain = "";
  auto found = table.find((domain + ":" + op).str());
  return found == table.end() ? nullptr : &found->second;
}

} // namespace onnxcc
