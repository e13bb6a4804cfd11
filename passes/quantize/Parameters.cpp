// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Scales and zero points: see Parameters.h.
#include "passes/quantize/Parameters.h"

#include "dialects/graph/Graph.h"
#include "dialects/graph/Tensor.h"
#include "passes/optimize/Constants.h"
#include "passes/support/Movement.h"

#include <cmath>

using namespace mlir;
using onnxcc::graph::Tensor;

namespace onnxcc {

/// The one element of a constant whose elements are all the same.
static DenseElementsAttr getSplat(Value value) {
  auto constant = value.getDefiningOp<graph::ConstantOp>();
  auto dense = constant ? dyn_cast<DenseElementsAttr>(constant.getValue()) : DenseElementsAttr();
  return dense && dense.isSplat() ? dense : DenseElementsAttr();
}

std::optional<Parameter> Parameter::get(Value spread) {
  Parameter parameter{spread, std::nullopt};
  if (auto broadcast = spread.getDefiningOp<graph::BroadcastOp>())
    parameter.source = broadcast.getX();
  if (getSplat(parameter.source))
    return parameter;
  RankedTensorType type = getTensorType(parameter.source);
  for (auto [k, extent] : llvm::enumerate(type.getShape())) {
    if (extent == 1)
      continue;
    if (parameter.axis || ShapedType::isDynamic(extent))
      return std::nullopt;
    parameter.axis = k + getTensorType(spread).getRank() - type.getRank();
  }
  return parameter;
}

std::optional<std::vector<double>> Parameter::getNumbers() const {
  // A reshape of one axis with several elements leaves them in their order.
  Value numbered = source;
  while (auto reshape = numbered.getDefiningOp<graph::ReshapeOp>())
    numbered = reshape.getX();
  std::optional<Tensor> tensor = getConstantTensor(numbered);
  if (!tensor || getTensorType(source).getNumElements() == 0)
    return std::nullopt;
  std::vector<double> numbers = tensor->doubles();
  if (!axis)
    numbers.resize(1);
  return numbers;
}

/// The scalar or the vector alone.
static Value getValue(OpBuilder &builder, Location loc, const Parameter &parameter) {
  RankedTensorType type = getTensorType(parameter.source);
  DenseElementsAttr splat = getSplat(parameter.source);
  if (splat && type.getRank() != 0)
    return graph::ConstantOp::create(
        builder, loc,
        ElementsAttr(splat.resizeSplat(RankedTensorType::get({}, type.getElementType()))));
  Extents extents;
  if (parameter.axis)
    extents.push_back(getAffineConstantExpr(type.getNumElements(), builder.getContext()));
  return createReshape(builder, loc, parameter.source, extents);
}

Value Parameter::spread(OpBuilder &builder, Location loc, RankedTensorType like) const {
  Extents extents = getExtents(like), own;
  if (axis) {
    own.assign(like.getRank() - *axis, getAffineConstantExpr(1, like.getContext()));
    own[0] = extents[*axis];
  }
  Value value = createReshape(builder, loc, getValue(builder, loc, *this), own);
  return createBroadcast(builder, loc, value, extents);
}

bool isZero(Value value) {
  std::optional<double> scalar = getConstantScalar(value);
  return scalar && *scalar == 0;
}

/// An elementwise op of two parameters, rounded as kernels round.
template <class Op>
static Value combine(OpBuilder &builder, Location loc, const Parameter &a, const Parameter &b,
                     RankedTensorType like) {
  if (a.axis && b.axis && a.axis != b.axis)
    return Op::create(builder, loc, a.spread(builder, loc, like), b.spread(builder, loc, like));
  Parameter result{{}, a.axis ? a.axis : b.axis};
  Type element = getTensorType(a.source).getElementType();
  std::optional<std::vector<double>> left = a.getNumbers(), right = b.getNumbers();
  if (left && right && !left->empty() && !right->empty()) {
    std::vector<double> numbers(std::max(left->size(), right->size()));
    for (auto [k, number] : llvm::enumerate(numbers)) {
      // Of floats rounded once: exact in double before that, or divided, which rounds twice to the
      // same (a double has more than twice a float's bits).
      double x = (*left)[left->size() == 1 ? 0 : k], y = (*right)[right->size() == 1 ? 0 : k];
      number = std::is_same_v<Op, graph::MulOp> ? x * y : x / y;
    }
    SmallVector<int64_t> shape;
    if (result.axis)
      shape.push_back(numbers.size());
    Tensor tensor = Tensor::get(RankedTensorType::get(shape, element), numbers);
    result.source = graph::ConstantOp::create(builder, loc, tensor.getAttribute());
    return result.spread(builder, loc, like);
  }
  Value x = getValue(builder, loc, a), y = getValue(builder, loc, b);
  Extents extents = getExtents(getTensorType(a.axis ? x : y));
  auto bring = [&](Value value) { return createBroadcast(builder, loc, value, extents); };
  result.source = Op::create(builder, loc, bring(x), bring(y));
  return result.spread(builder, loc, like);
}

Value createProduct(OpBuilder &builder, Location loc, const Parameter &a, const Parameter &b,
                    RankedTensorType like) {
  return combine<graph::MulOp>(builder, loc, a, b, like);
}

Value createQuotient(OpBuilder &builder, Location loc, const Parameter &a, const Parameter &b,
                     RankedTensorType like) {
  return combine<graph::DivOp>(builder, loc, a, b, like);
}

int64_t getLeast(IntegerType type) {
  return type.isUnsigned() ? 0 : -(int64_t(1) << (type.getWidth() - 1));
}

int64_t getGreatest(IntegerType type) {
  return (int64_t(1) << (type.getWidth() - !type.isUnsigned())) - 1;
}

bool fitsSums(int64_t products, int64_t bias) {
  return products <= (INT32_MAX - bias) / (255 * 255);
}

std::optional<int64_t> getGreatestMagnitude(Value value) {
  std::optional<Tensor> tensor = getConstantTensor(value);
  if (!tensor)
    return std::nullopt;
  int64_t greatest = 0;
  for (double number : tensor->doubles())
    greatest = std::max(greatest, int64_t(std::abs(number)));
  return greatest;
}

Value createSplat(OpBuilder &builder, Location loc, RankedTensorType type, double number) {
  Tensor scalar = Tensor::get(RankedTensorType::get({}, type.getElementType()), ArrayRef(number));
  return createBroadcast(builder, loc,
                         graph::ConstantOp::create(builder, loc, scalar.getAttribute()),
                         getExtents(type));
}

MutableArrayRef<OpOperand> getMoved(Operation *op) {
  MutableArrayRef<OpOperand> operands = op->getOpOperands();
  if (movesElements(op) || isa<graph::BroadcastOp>(op))
    return operands.take_front(1);
  if (isa<graph::ConcatOp, graph::MaxOp, graph::MinOp>(op))
    return operands;
  if (isa<graph::SelectOp>(op))
    return operands.drop_front(1);
  if (auto pad = dyn_cast<graph::PadOp>(op)) // of other modes the value means nothing
    return operands.take_front(pad.getMode() == graph::PadMode::Constant ? 2 : 1);
  auto isChoice = [](graph::ReduceKind kind) {
    return kind == graph::ReduceKind::Max || kind == graph::ReduceKind::Min;
  };
  if (auto pool = dyn_cast<graph::PoolOp>(op); pool && isChoice(pool.getKind()))
    return operands;
  if (auto reduce = dyn_cast<graph::ReduceOp>(op); reduce && isChoice(reduce.getKind()))
    return operands;
  return {};
}

} // namespace onnxcc
