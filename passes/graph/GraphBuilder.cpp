// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Building graph ops: see GraphBuilder.h.
#include "passes/graph/GraphBuilder.h"

#include "dialects/onnx/ElementTypes.h"
#include "dialects/support/ConstantData.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace onnxcc {

/// Results of folding are kept up to this size; what is larger waits for the optimiser, which
/// weighs costs.
static constexpr int64_t kMaxFoldedBytes = 64 << 10;

GraphBuilder::GraphBuilder(ModuleOp module, Block *block)
    : builder(module.getContext()), loc(module.getLoc()), module(module), entry(block),
      placeholder(NoneType::get(module.getContext())), bounds(module), integersOf(bounds) {
  builder.setInsertionPointToEnd(block);
}

InFlightDiagnostic GraphBuilder::error() {
  hasFailed = true;
  return emitError(loc);
}

Value GraphBuilder::create(StringRef op, ValueRange operands, ArrayRef<NamedAttribute> attributes) {
  OperationState state(loc, op, operands, TypeRange(placeholder), attributes);
  return insert(state);
}

Value GraphBuilder::insert(OperationState &state) {
  if (llvm::is_contained(state.operands, Value()))
    return {};
  auto *inference = state.name.getInterface<InferTypeOpInterface>();
  SmallVector<Type> types;
  if (failed(inference->inferReturnTypes(context(), loc, state.operands,
                                         state.attributes.getDictionary(context()),
                                         state.getRawProperties(), RegionRange(), types))) {
    // Inference reports on its own; this only remembers it.
    hasFailed = true;
    return {};
  }
  state.types.assign(types.begin(), types.end());
  if (!llvm::all_of(types, [&](Type type) { return isPossible(type); }))
    return {};
  Operation *op = builder.create(state);
  ++numOps;
  auto replaceBy = [&](auto make) {
    op->erase();
    --numOps, ++numFolded;
    return make();
  };
  if (std::optional<Value> value = replaceEmpty(op))
    return replaceBy([&] { return *value; });
  if (ElementsAttr value = foldConstant(op))
    return replaceBy([&] { return constant(value); });
  if (std::optional<Extents> elements = integersOf.infer(op)) {
    RankedTensorType type = typeOf(op->getResult(0));
    // Only a vector or scalar of i64 is an op of its own; of others the elements are known all the
    // same.
    if (!isa<graph::ExtentsOp>(op) && type.getRank() <= 1 &&
        type.getElementType().isSignlessInteger(64))
      return replaceBy([&] { return extents(*elements, type.getRank() == 0); });
    if (llvm::all_of(*elements, [](AffineExpr e) { return isa<AffineConstantExpr>(e); }) &&
        !isa<graph::BroadcastOp>(op)) {
      SmallVector<int64_t> values;
      for (AffineExpr element : *elements)
        values.push_back(llvm::cast<AffineConstantExpr>(element).getValue());
      return replaceBy([&] { return constant(graph::Tensor::get(type, values).getAttribute()); });
    }
    integersOf.set(op->getResult(0), std::move(*elements));
  }
  return op->getResult(0);
}

bool GraphBuilder::isPossible(Type type) {
  auto tensor = llvm::cast<RankedTensorType>(type);
  auto isNegative = [](int64_t n) { return n < 0 && !ShapedType::isDynamic(n); };
  bool isTooSmall = llvm::any_of(tensor.getShape(), isNegative);
  if (!isTooSmall && bounds.isAddressable(tensor))
    return true;
  error() << "would make a tensor of shape " << format(getExtents(tensor))
          << (isTooSmall ? ", which has a negative extent"
                         : ", for which no machine has the memory");
  return false;
}

/// The elements of a constant, or of one spread over so many bytes at most.
static std::optional<graph::Tensor> evaluateWithin(Value value, int64_t bytes) {
  Operation *op = value.getDefiningOp();
  if (!op)
    return std::nullopt;
  if (auto constant = dyn_cast<graph::ConstantOp>(op))
    return graph::Tensor::get(constant.getValue());
  auto type = llvm::cast<RankedTensorType>(value.getType());
  if (!isa<graph::BroadcastOp, graph::RepeatOp>(op) || !type.hasStaticShape() ||
      getStorageBytes(type) > bytes)
    return std::nullopt;
  std::optional<graph::Tensor> operand = evaluateWithin(op->getOperand(0), bytes);
  if (!operand)
    return std::nullopt;
  graph::Tensor result(type);
  if (failed(cast<graph::EvaluableOpInterface>(op).evaluate(*operand, result)))
    return std::nullopt;
  return result;
}

std::optional<graph::Tensor> GraphBuilder::evaluateConstant(Value value) {
  return evaluateWithin(value, kMaxFoldedBytes);
}

ElementsAttr GraphBuilder::foldConstant(Operation *op) {
  auto type = typeOf(op->getResult(0));
  auto dequantize = dyn_cast<graph::DequantizeOp>(op);
  // No kernel reads floats of 8 bits.
  bool isStorage = dequantize && isa<FloatType>(dequantize.getX().getType().getElementType()) &&
                   getStorageBits(dequantize.getX().getType().getElementType()) == 8;
  int64_t room = isStorage ? INT64_MAX : kMaxFoldedBytes;
  // A broadcast is cheaper unfolded, and so are dequantised weights.
  if (op->getNumResults() != 1 ||
      isa<graph::ConstantOp, graph::ExtentsOp, graph::BroadcastOp, graph::RepeatOp>(op) ||
      (dequantize && !isStorage) || !isa<graph::EvaluableOpInterface>(op) ||
      !type.hasStaticShape() || getStorageBytes(type) > room)
    return {};
  SmallVector<graph::Tensor> operands;
  for (Value operand : op->getOperands()) {
    std::optional<graph::Tensor> tensor = evaluateWithin(operand, room);
    if (!tensor)
      return {};
    operands.push_back(std::move(*tensor));
  }
  graph::Tensor result(type);
  if (failed(llvm::cast<graph::EvaluableOpInterface>(op).evaluate(operands, result)))
    return {};
  return result.getAttribute();
}

std::string GraphBuilder::format(ArrayRef<AffineExpr> extents) const {
  std::string text = "[";
  llvm::raw_string_ostream os(text);
  llvm::interleave(
      extents, os, [&](AffineExpr extent) { os << formatExtents(extent, bounds.names()); }, ",");
  return text + "]";
}

StringRef GraphBuilder::formatElement(Type type) {
  const onnx::ElementType *element = onnx::findElementType(type);
  return element ? element->name : "unknown";
}

std::string GraphBuilder::format(RankedTensorType type) const {
  return formatElement(type.getElementType()).str() + format(getExtents(type));
}

std::optional<int64_t> GraphBuilder::axis(int64_t axis, int64_t rank) {
  if (axis < -rank || axis >= rank) {
    error() << "axis " << axis << " is out of range for rank " << rank;
    return std::nullopt;
  }
  return axis < 0 ? axis + rank : axis;
}

Value GraphBuilder::constant(ElementsAttr value) {
  if (Value known = constants.lookup(value))
    return known;
  // A later step's constant may be the same, or one after the loop.
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToEnd(entry);
  return constants[value] = initializer(value);
}

Value GraphBuilder::initializer(ElementsAttr value) {
  OperationState state(loc, graph::ConstantOp::getOperationName());
  graph::ConstantOp::build(builder, state, value.getType(), value);
  return builder.create(state)->getResult(0);
}

/// `value` as an element of this type.
static Attribute getElement(Type element, double value) {
  if (auto type = dyn_cast<FloatType>(element)) {
    APFloat number(value);
    bool lossy;
    number.convert(type.getFloatSemantics(), APFloat::rmNearestTiesToEven, &lossy);
    return FloatAttr::get(type, number);
  }
  unsigned width = element.getIntOrFloatBitWidth();
  return IntegerAttr::get(element, APInt(width, static_cast<int64_t>(value), /*isSigned=*/true,
                                         /*implicitTrunc=*/true));
}

Value GraphBuilder::splat(RankedTensorType type, double value) {
  return constant(DenseElementsAttr::get(type, getElement(type.getElementType(), value)));
}

Value GraphBuilder::scalar(Type element, double value) {
  return splat(RankedTensorType::get({}, element), value);
}

Value GraphBuilder::integers(ArrayRef<int64_t> values, Type element,
                             std::optional<ArrayRef<int64_t>> shape) {
  if (!element)
    element = builder.getI64Type();
  int64_t size = values.size();
  auto type = RankedTensorType::get(shape ? *shape : ArrayRef(size), element);
  return constant(graph::Tensor::get(type, values).getAttribute());
}

Value GraphBuilder::reals(ArrayRef<double> values, Type element) {
  auto type = RankedTensorType::get({static_cast<int64_t>(values.size())}, element);
  return constant(graph::Tensor::get(type, values).getAttribute());
}

Value GraphBuilder::extents(ArrayRef<AffineExpr> values, bool scalar) {
  SmallVector<int64_t> constants;
  for (AffineExpr value : values)
    if (auto constant = dyn_cast<AffineConstantExpr>(value))
      constants.push_back(constant.getValue());
  int64_t size = values.size();
  ArrayRef<int64_t> shape = scalar ? ArrayRef<int64_t>() : ArrayRef(size);
  if (constants.size() == values.size())
    return integers(constants, builder.getI64Type(), shape);
  return create<graph::ExtentsOp>(map(values), RankedTensorType::get(shape, builder.getI64Type()));
}

std::optional<Extents> GraphBuilder::asIntegers(Value value) {
  return value ? integersOf.get(value) : std::nullopt;
}

std::optional<SmallVector<int64_t>> GraphBuilder::asConstants(Value value) {
  if (ElementsAttr attribute = asAttribute(value))
    if (std::optional<graph::Tensor> tensor = graph::Tensor::get(attribute))
      return llvm::to_vector(tensor->ints());
  std::optional<Extents> elements = asIntegers(value);
  if (!elements)
    return std::nullopt;
  SmallVector<int64_t> values;
  for (AffineExpr element : *elements) {
    auto constant = dyn_cast<AffineConstantExpr>(element);
    if (!constant)
      return std::nullopt;
    values.push_back(constant.getValue());
  }
  return values;
}

ElementsAttr GraphBuilder::asAttribute(Value value) const {
  auto op = value ? value.getDefiningOp<graph::ConstantOp>() : graph::ConstantOp();
  return op ? op.getValue() : ElementsAttr();
}

std::optional<double> GraphBuilder::asReal(Value value) {
  if (ElementsAttr attribute = asAttribute(value); attribute && attribute.getNumElements() > 0)
    if (std::optional<graph::Tensor> tensor = graph::Tensor::get(attribute))
      return tensor->getDouble(0);
  return std::nullopt;
}

Value GraphBuilder::reshape(Value x, ArrayRef<AffineExpr> extents) {
  if (!x || extentsOf(x) == extents)
    return x;
  return create<graph::ReshapeOp>(x, map(extents));
}

Value GraphBuilder::transpose(Value x, ArrayRef<int64_t> permutation) {
  if (!x || llvm::equal(permutation, llvm::seq<int64_t>(0, permutation.size())))
    return x;
  return create<graph::TransposeOp>(x, permutation);
}

Value GraphBuilder::broadcast(Value x, ArrayRef<AffineExpr> extents) {
  if (!x || extentsOf(x) == extents)
    return x;
  return create<graph::BroadcastOp>(x, map(extents));
}

AffineExpr GraphBuilder::broadcastExtent(AffineExpr a, AffineExpr b) {
  if (a == b || b == 1)
    return a;
  if (a == 1 || bounds.isEqual(a, b) == true)
    return b;
  return {};
}

std::optional<Extents> GraphBuilder::broadcastExtents(ArrayRef<Extents> shapes) {
  Extents result;
  for (const Extents &shape : shapes) {
    while (result.size() < shape.size())
      result.insert(result.begin(), number(1));
    for (auto [i, extent] : llvm::enumerate(shape)) {
      AffineExpr &other = result[result.size() - shape.size() + i];
      if (AffineExpr both = broadcastExtent(other, extent)) {
        other = both;
        continue;
      }
      auto diagnostic = error() << "extents do not broadcast: ";
      llvm::interleave(
          shapes, [&](const Extents &shape) { diagnostic << format(shape); },
          [&] { diagnostic << " and "; });
      return std::nullopt;
    }
  }
  return result;
}

bool GraphBuilder::broadcastTogether(MutableArrayRef<Value> values) {
  SmallVector<Extents> shapes;
  for (Value value : values) {
    if (!value)
      return false;
    shapes.push_back(extentsOf(value));
  }
  std::optional<Extents> extents = broadcastExtents(shapes);
  if (!extents)
    return false;
  for (Value &value : values)
    value = broadcast(value, *extents);
  return llvm::all_of(values, [](Value value) { return static_cast<bool>(value); });
}

Value GraphBuilder::alongAxis(Value x, int64_t axis, int64_t rank) {
  if (!x || rankOf(x) == 0)
    return x;
  Extents extents(rank, number(1));
  extents[axis] = extentsOf(x)[0];
  return reshape(x, extents);
}

Value GraphBuilder::slice(Value x, int64_t axis, AffineExpr start, AffineExpr size, int64_t step) {
  if (!x)
    return {};
  Extents sizes = extentsOf(x), starts(sizes.size(), number(0));
  if (sizes[axis] == size && step == 1)
    return x;
  starts[axis] = start, sizes[axis] = size;
  SmallVector<int64_t> steps(sizes.size(), 1);
  steps[axis] = step;
  return create<graph::SliceOp>(x, map(starts), map(sizes), steps);
}

Value GraphBuilder::concat(ValueRange values, int64_t axis) {
  if (values.size() == 1)
    return values[0];
  return create<graph::ConcatOp>(values, axis);
}

Value GraphBuilder::cast(Value x, Type element, bool saturate) {
  if (!x || elementOf(x) == element)
    return x;
  return create<graph::CastOp>(x, element, saturate);
}

Value GraphBuilder::iota(AffineExpr extent, Type element) {
  return create<graph::IotaOp>(map(extent), element);
}

Value GraphBuilder::reduce(Value x, graph::ReduceKind kind, ArrayRef<int64_t> axes, bool keepDims) {
  if (!x || axes.empty())
    return x && graph::Reduction::get(kind).squares ? create<graph::MulOp>(x, x) : x;
  Extents kept = extentsOf(x);
  for (int64_t axis : axes)
    kept[axis] = number(1);
  Value result = create<graph::ReduceOp>(x, kind, axes);
  return keepDims ? reshape(result, kept) : result;
}

} // namespace onnxcc
