// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the themes of raise-integers share: see Integers.h.
#include "passes/quantize/Integers.h"

#include "passes/support/Movement.h"

#include <cmath>

using namespace mlir;

namespace onnxcc {

std::optional<ScaledSums> ScaledSums::get(Value value) {
  auto product = value.getDefiningOp<graph::MulOp>();
  if (!product)
    return std::nullopt;
  for (auto [real, scale] :
       {std::pair(product.getX(), product.getY()), std::pair(product.getY(), product.getX())}) {
    auto cast = real.getDefiningOp<graph::CastOp>();
    if (cast && cast.getX().getType().getElementType().isSignlessInteger(32) &&
        cast.getType().getElementType().isF32())
      return ScaledSums{cast.getX(), scale, cast};
  }
  return std::nullopt;
}

Value getMoved(Value value) {
  while (isa_and_nonnull<graph::BroadcastOp, graph::ReshapeOp>(value.getDefiningOp()))
    value = value.getDefiningOp()->getOperand(0);
  return value;
}

graph::DequantizeOp getMovedDequantize(Value value) {
  return getMoved(value).getDefiningOp<graph::DequantizeOp>();
}

Value moveAlike(PatternRewriter &rewriter, Value value, Value source, Value from) {
  if (value == source)
    return from;
  Operation *op = value.getDefiningOp();
  Value inner = moveAlike(rewriter, op->getOperand(0), source, from);
  Extents extents = getExtents(cast<RankedTensorType>(value.getType()));
  return isa<graph::BroadcastOp>(op) ? createBroadcast(rewriter, op->getLoc(), inner, extents)
                                     : createReshape(rewriter, op->getLoc(), inner, extents);
}

Value getIntegers(PatternRewriter &rewriter, graph::DequantizeOp op, Value bytes) {
  Type i32 = rewriter.getI32Type();
  Value wide = graph::CastOp::create(rewriter, op.getLoc(), bytes, i32);
  if (isZero(op.getZeroPoint()))
    return wide;
  Value zero = op.getZeroPoint();
  auto type = cast<RankedTensorType>(bytes.getType());
  if (bytes != op.getX())
    zero = Parameter::get(zero)->spread(rewriter, op.getLoc(), type);
  zero = graph::CastOp::create(rewriter, op.getLoc(), zero, i32);
  return graph::SubOp::create(rewriter, op.getLoc(), wide, zero);
}

std::optional<std::pair<double, double>> getClip(Operation *op) {
  if (isa<graph::ReluOp>(op))
    return std::pair(0.0, double(INFINITY));
  auto number = [&](unsigned operand) {
    std::optional<Parameter> parameter = Parameter::get(op->getOperand(operand));
    std::optional<std::vector<double>> numbers =
        parameter && !parameter->axis ? parameter->getNumbers() : std::nullopt;
    return numbers ? std::optional(numbers->front()) : std::nullopt;
  };
  if (isa<graph::ClampOp>(op)) {
    std::optional<double> low = number(1), high = number(2);
    return low && high && *low <= *high ? std::optional(std::pair(*low, *high)) : std::nullopt;
  }
  if (isa<graph::MaxOp, graph::MinOp>(op))
    if (std::optional<double> bound = number(1))
      return isa<graph::MaxOp>(op) ? std::pair(*bound, double(INFINITY))
                                   : std::pair(double(-INFINITY), *bound);
  return std::nullopt;
}

bool areEqual(Value left, Value right) {
  std::optional<Parameter> p = Parameter::get(left), q = Parameter::get(right);
  if (!p || !q || p->axis != q->axis)
    return false;
  std::optional<std::vector<double>> x = p->getNumbers(), y = q->getNumbers();
  return p->source == q->source || (x && y && *x == *y);
}

std::optional<UniformParameters> UniformParameters::get(Value scale, Value zeroPoint) {
  std::optional<Parameter> unit = Parameter::get(scale), zero = Parameter::get(zeroPoint);
  if (!unit || !zero || unit->axis || zero->axis ||
      !cast<RankedTensorType>(scale.getType()).getElementType().isF32())
    return std::nullopt;
  std::optional<std::vector<double>> number = unit->getNumbers(), offset = zero->getNumbers();
  if (!number || !offset || number->empty() || offset->empty() || !(number->front() > 0) ||
      std::isinf(number->front()))
    return std::nullopt;
  return UniformParameters{number->front(), offset->front()};
}

int64_t quantizeNumber(double number, const UniformParameters &parameters, IntegerType type) {
  if (std::isinf(number))
    return number < 0 ? getLeast(type) : getGreatest(type);
  double code =
      std::nearbyint(double(float(number) / float(parameters.scale))) + parameters.zeroPoint;
  return int64_t(std::clamp(code, double(getLeast(type)), double(getGreatest(type))));
}

Value clipCodes(PatternRewriter &rewriter, Location loc, Value codes, int64_t least,
                int64_t greatest) {
  auto type = cast<RankedTensorType>(codes.getType());
  auto element = cast<IntegerType>(type.getElementType());
  if (least > getLeast(element))
    codes = graph::MaxOp::create(rewriter, loc, codes, createSplat(rewriter, loc, type, least));
  if (greatest < getGreatest(element))
    codes = graph::MinOp::create(rewriter, loc, codes, createSplat(rewriter, loc, type, greatest));
  return codes;
}

} // namespace onnxcc
