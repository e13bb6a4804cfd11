// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sums, differences, products and means of dequantized bytes become sums of integers, where they
// are quantized again.
#include "dialects/graph/Tensor.h"
#include "passes/quantize/Integers.h"
#include "passes/support/Movement.h"
#include "passes/support/Remarks.h"

#include <cmath>

using namespace mlir;
using onnxcc::graph::Tensor;

namespace onnxcc {

namespace {

/// Two sums of bytes, of which the greater unit counts 2^22 of the sum's: below 2^31 together.
constexpr int kUnitBits = 22;
constexpr double kUnits = 1 << kUnitBits;
constexpr int64_t kGreatestByte = 255; // from its zero point

/// Whether a value is quantized, perhaps clipped before that, and nothing else reads it.
bool isQuantized(Value value) {
  if (!value.hasOneUse())
    return false;
  Operation *user = *value.getUsers().begin();
  if (auto quantize = dyn_cast<graph::QuantizeOp>(user))
    return quantize.getX() == value && isa<IntegerType>(quantize.getType().getElementType()) &&
           UniformParameters::get(quantize.getScale(), quantize.getZeroPoint());
  return getClip(user) && user->getOperand(0) == value && isQuantized(user->getResult(0));
}

/// An operand: bytes, dequantized and moved, or a constant of floats, moved.
struct ElementOperand {
  Value value;
  graph::DequantizeOp dequantize;    // or
  graph::ConstantOp constant;        // of f32
  UniformParameters parameters = {}; // of bytes

  static std::optional<ElementOperand> get(Value value) {
    ElementOperand operand{value, getMovedDequantize(value), {}};
    if (operand.dequantize) {
      if (!isByte(operand.dequantize.getX().getType().getElementType()))
        return std::nullopt;
      auto parameters =
          UniformParameters::get(operand.dequantize.getScale(), operand.dequantize.getZeroPoint());
      if (!parameters)
        return std::nullopt;
      operand.parameters = *parameters;
      return operand;
    }
    operand.constant = getMoved(value).getDefiningOp<graph::ConstantOp>();
    if (!operand.constant || !operand.constant.getType().getElementType().isF32())
      return std::nullopt;
    return operand;
  }

  /// Its codes, less the zero point.
  Value getIntegers(PatternRewriter &rewriter) {
    Value bytes = moveAlike(rewriter, value, dequantize.getResult(), dequantize.getX());
    return onnxcc::getIntegers(rewriter, dequantize, bytes);
  }
  /// A constant in units of a sum; nothing if it is beyond what a byte of the unit's scale holds.
  std::optional<Tensor> countUnits(double unit) {
    std::optional<Tensor> tensor = Tensor::get(constant.getValue());
    if (!tensor)
      return std::nullopt;
    std::vector<double> numbers = tensor->doubles();
    std::vector<int64_t> units(numbers.size());
    for (auto [number, integer] : llvm::zip(numbers, units)) {
      double scaled = std::nearbyint(number / unit);
      if (!(std::abs(scaled) <= kGreatestByte * kUnits))
        return std::nullopt;
      integer = int64_t(scaled);
    }
    Type i32 = IntegerType::get(constant->getContext(), 32);
    return Tensor::get(RankedTensorType::get(tensor->getShape(), i32), units);
  }
  /// Its part of a sum.
  Value getTerm(PatternRewriter &rewriter, Location loc, double unit) {
    if (constant) {
      Value units =
          graph::ConstantOp::create(rewriter, constant.getLoc(), countUnits(unit)->getAttribute());
      return moveAlike(rewriter, value, constant.getResult(), units);
    }
    int64_t factor = std::nearbyint(parameters.scale / unit);
    Value integers = getIntegers(rewriter);
    auto type = cast<RankedTensorType>(integers.getType());
    return graph::MulOp::create(rewriter, loc, integers, createSplat(rewriter, loc, type, factor));
  }
};

/// float(integers) * scale in place of `op`.
void replaceByScaled(PatternRewriter &rewriter, Operation *op, Value integers, Value scale) {
  Value real = graph::CastOp::create(rewriter, op->getLoc(), integers, rewriter.getF32Type());
  rewriter.replaceOpWithNewOp<graph::MulOp>(op, real, scale);
}

Value makeScale(PatternRewriter &rewriter, Operation *op, double scale) {
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  Tensor scalar = Tensor::get(RankedTensorType::get({}, rewriter.getF32Type()), ArrayRef(scale));
  Value constant = graph::ConstantOp::create(rewriter, op->getLoc(), scalar.getAttribute());
  return createBroadcast(rewriter, op->getLoc(), constant, getExtents(type));
}

/// The unit of a sum of operands, of which the greatest scale has 2^22.
double getUnit(ArrayRef<std::optional<ElementOperand>> operands) {
  double greatest = 0;
  for (const std::optional<ElementOperand> &operand : operands)
    greatest = std::max(greatest, operand->parameters.scale);
  return greatest / kUnits;
}

/// Why a sum or product of the two cannot be one of integers; empty if it can.
std::string getObstacle(ArrayRef<std::optional<ElementOperand>> operands, bool isSum) {
  if (!operands[0] || !operands[1])
    return "not both operands are bytes of one known scale, or constants";
  if (!operands[0]->dequantize && !operands[1]->dequantize)
    return "it reads constants alone";
  double unit = getUnit(operands);
  if (isSum && !(unit >= 0x1p-126))
    return "its scales are too small";
  for (std::optional<ElementOperand> operand : operands) {
    if (!operand->constant)
      continue;
    if (isSum && !operand->countUnits(unit))
      return "its constant is beyond the range of a byte";
    if (!isSum && !Parameter::get(operand->value))
      return "its constant varies along several axes";
  }
  return "";
}

unsigned getChannelAxis(graph::PoolOp op) {
  return op.getLayout() == graph::Layout::ChannelsFirst ? 1 : op.getType().getRank() - 1;
}

/// Why an op of two operands stays as it is: it is none of integers, or better a table.
template <class Op> std::string getObstacleToRaise(Op op) {
  if (!isQuantized(op.getResult()))
    return "it is not quantized";
  if (std::string why = getObstacleToIntegers(op); !why.empty())
    return why;
  return canBeTable(*op->getUsers().begin()) ? "it is part of a table" : "";
}

/// a + b, a - b: sums in units of which the greater scale has 2^22.
template <class Op> struct RaiseSum : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    if (std::string why = getObstacleToRaise(op); !why.empty())
      return rewriter.notifyMatchFailure(op, why);
    std::optional<ElementOperand> operands[] = {ElementOperand::get(op.getX()),
                                                ElementOperand::get(op.getY())};
    double unit = getUnit(operands);
    Value x = operands[0]->getTerm(rewriter, op.getLoc(), unit),
          y = operands[1]->getTerm(rewriter, op.getLoc(), unit);
    Value sum = Op::create(rewriter, op.getLoc(), x, y);
    replaceByScaled(rewriter, op, sum, makeScale(rewriter, op, unit));
    return success();
  }
};

/// a * b: products of the integers; a constant goes into the scale.
struct RaiseFactors : OpRewritePattern<graph::MulOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::MulOp op, PatternRewriter &rewriter) const override {
    if (std::string why = getObstacleToRaise(op); !why.empty())
      return rewriter.notifyMatchFailure(op, why);
    ElementOperand x = *ElementOperand::get(op.getX()), y = *ElementOperand::get(op.getY());
    if (x.constant)
      std::swap(x, y);
    Value integers = x.getIntegers(rewriter);
    std::optional<Parameter> scale = Parameter::get(makeScale(rewriter, op, x.parameters.scale));
    std::optional<Parameter> factor = Parameter::get(y.value);
    if (!y.constant) {
      integers = graph::MulOp::create(rewriter, op.getLoc(), integers, y.getIntegers(rewriter));
      factor = Parameter::get(makeScale(rewriter, op, y.parameters.scale));
    }
    Value product = createProduct(rewriter, op.getLoc(), *scale, *factor, op.getType());
    replaceByScaled(rewriter, op, integers, product);
    return success();
  }
};

/// How many elements a sum or mean combines, for each place of its result beside the batch and the
/// channels of a pool; nothing if that is not known.
std::optional<Tensor> countCombined(Operation *op) {
  Type f32 = Float32Type::get(op->getContext());
  auto x = cast<RankedTensorType>(op->getOperand(0).getType());
  if (auto pool = dyn_cast<graph::PoolOp>(op)) {
    bool isPadded = llvm::any_of(pool.getPads(), [](int64_t pad) { return pad != 0; });
    if (!isPadded || pool.getCountPads()) {
      double count = 1;
      for (int64_t extent : pool.getWindow())
        count *= extent;
      return Tensor::get(RankedTensorType::get({}, f32), ArrayRef(count));
    }
    // The sums of a plane of ones.
    SmallVector<int64_t> places(x.getShape()), results(pool.getType().getShape());
    for (unsigned axis : {0u, getChannelAxis(pool)})
      places[axis] = results[axis] = 1;
    if (ShapedType::isDynamicShape(places) || ShapedType::isDynamicShape(results))
      return std::nullopt;
    Tensor ones(RankedTensorType::get(places, f32));
    for (int64_t k = 0; k < ones.size(); ++k)
      ones.setDouble(k, 1);
    SmallVector<Tensor> counts{Tensor(RankedTensorType::get(results, f32))};
    OwningOpRef<graph::PoolOp> sums(pool.clone());
    sums->setKind(graph::ReduceKind::Sum);
    return succeeded(sums->evaluate(ones, counts)) ? std::optional(counts[0]) : std::nullopt;
  }
  double count = 1;
  for (int64_t axis : cast<graph::ReduceOp>(op).getAxes()) {
    if (x.isDynamicDim(axis))
      return std::nullopt;
    count *= x.getDimSize(axis);
  }
  return Tensor::get(RankedTensorType::get({}, f32), ArrayRef(count));
}

/// mean(dequantize(x)) -> float(sum(integers)) * (scale / count).
template <class Op> struct RaiseMean : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    if (!isQuantized(op.getResult()))
      return rewriter.notifyMatchFailure(op, "it is not quantized");
    if (std::string why = getObstacleToIntegers(op); !why.empty())
      return rewriter.notifyMatchFailure(op, why);
    auto x = op.getX().template getDefiningOp<graph::DequantizeOp>();
    double scale = ElementOperand::get(op.getX())->parameters.scale;
    Tensor scales = *countCombined(op);
    for (int64_t k = 0; k < scales.size(); ++k)
      scales.setDouble(k, op.getKind() == graph::ReduceKind::Mean ? scale / scales.getDouble(k)
                                                                  : scale);
    Value integers = getIntegers(rewriter, x, x.getX());
    rewriter.setInsertionPoint(op);
    auto sums = cast<Op>(rewriter.clone(*op));
    sums->setOperand(0, integers);
    sums.setKind(graph::ReduceKind::Sum);
    if constexpr (std::is_same_v<Op, graph::PoolOp>)
      sums.setCountPads(false);
    sums.getResult().setType(
        onnxcc::getTensorType(getExtents(op.getType()), rewriter.getI32Type()));
    Value constant = graph::ConstantOp::create(rewriter, op.getLoc(), scales.getAttribute());
    replaceByScaled(rewriter, op, sums.getResult(),
                    createBroadcast(rewriter, op.getLoc(), constant, getExtents(op.getType())));
    return success();
  }
};

} // namespace

std::string getObstacleToIntegers(Operation *op) {
  if (isa<graph::AddOp, graph::SubOp, graph::MulOp>(op)) {
    std::optional<ElementOperand> operands[] = {ElementOperand::get(op->getOperand(0)),
                                                ElementOperand::get(op->getOperand(1))};
    return getObstacle(operands, /*isSum=*/!isa<graph::MulOp>(op));
  }
  if (!isa<graph::PoolOp, graph::ReduceOp>(op))
    return "it has no integer form";
  auto x = op->getOperand(0).getDefiningOp<graph::DequantizeOp>();
  if (!x || !ElementOperand::get(x.getResult()))
    return "it combines no bytes of one known scale";
  auto pool = dyn_cast<graph::PoolOp>(op);
  graph::ReduceKind kind = pool ? pool.getKind() : cast<graph::ReduceOp>(op).getKind();
  if (kind != graph::ReduceKind::Mean && kind != graph::ReduceKind::Sum)
    return "it is no sum or mean";
  std::optional<Tensor> counts = countCombined(op);
  if (!counts || counts->size() == 0)
    return "how many elements it combines is not known";
  for (double count : counts->doubles())
    if (!(count >= 1 && count <= INT32_MAX / kGreatestByte))
      return "its sums are of no elements, or could overflow 32 bits";
  return "";
}

void addElementwise(RewritePatternSet &patterns) {
  patterns.add<RaiseSum<graph::AddOp>, RaiseSum<graph::SubOp>, RaiseFactors,
               RaiseMean<graph::PoolOp>, RaiseMean<graph::ReduceOp>>(patterns.getContext());
}

} // namespace onnxcc
