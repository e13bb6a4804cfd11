// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Products of dequantized values become sums of integers, requantized: see Passes.td.
#include "dialects/graph/Graph.h"
#include "passes/quantize/Parameters.h"
#include "passes/quantize/Passes.h"
#include "passes/support/Movement.h"
#include "passes/support/Remarks.h"

#include <cmath>

using namespace mlir;

namespace onnxcc {
#define GEN_PASS_DEF_RAISEINTEGERS
#include "passes/quantize/Passes.h.inc"

namespace {

constexpr StringLiteral kPass = "raise-integers";

//===- Products ------------------------------------------------------------------===//

/// Where the parameters of a product's operands may vary, and where that is in its result.
struct ProductAxes {
  std::optional<int64_t> lhs, rhs, lhsResult, rhsResult;

  static ProductAxes get(graph::ConvOp) { return {std::nullopt, 0, std::nullopt, 1}; }
  static ProductAxes get(graph::ConvTransposeOp) { return {}; }
  static ProductAxes get(graph::MatMulOp op) {
    int64_t rank = op.getType().getRank();
    return {rank - 2, rank - 1, rank - 2, rank - 1};
  }
};

/// How many products are summed at most for an element; nullopt if that is not known.
std::optional<int64_t> countSummed(Operation *op) {
  auto shape = cast<RankedTensorType>(op->getOperand(1).getType()).getShape();
  if (isa<graph::MatMulOp>(op))
    shape = shape.slice(shape.size() - 2, 1);
  else if (auto transposed = dyn_cast<graph::ConvTransposeOp>(op))
    shape = shape.drop_front(transposed.getGroups() == 1 ? 0 : 1);
  else
    shape = shape.drop_front(1);
  int64_t count = 1;
  for (int64_t extent : shape) {
    if (ShapedType::isDynamic(extent))
      return std::nullopt;
    count *= extent;
  }
  return count;
}

bool isByte(Type element) { return element.isInteger(8); }

/// The integers of a dequantized value: i32, less the zero point.
Value getIntegers(PatternRewriter &rewriter, graph::DequantizeOp op) {
  Type i32 = rewriter.getI32Type();
  Value wide = graph::CastOp::create(rewriter, op.getLoc(), op.getX(), i32);
  if (isZero(op.getZeroPoint()))
    return wide;
  Value zero = graph::CastOp::create(rewriter, op.getLoc(), op.getZeroPoint(), i32);
  return graph::SubOp::create(rewriter, op.getLoc(), wide, zero);
}

/// product(dequantize(x), dequantize(w)) -> float(product(integers)) * scales.
template <class Op> struct RaiseProduct : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    auto x = op->getOperand(0).template getDefiningOp<graph::DequantizeOp>(),
         w = op->getOperand(1).template getDefiningOp<graph::DequantizeOp>();
    if (!x && !w)
      return rewriter.notifyMatchFailure(op, "it has no dequantized operand");
    auto fail = [&](const Twine &why) { return refuse(rewriter, op, kPass, "RaiseProduct", why); };
    if (!x || !w)
      return fail(x ? "its weights are floats" : "its input is floats");
    if (!op.getType().getElementType().isF32())
      return fail("its scales are no f32");
    for (graph::DequantizeOp operand : {x, w})
      if (!isByte(operand.getX().getType().getElementType()))
        return fail("it multiplies no bytes");
    ProductAxes axes = ProductAxes::get(op);
    std::optional<Parameter> xScale = Parameter::get(x.getScale()),
                             wScale = Parameter::get(w.getScale()),
                             xZero = Parameter::get(x.getZeroPoint()),
                             wZero = Parameter::get(w.getZeroPoint());
    if (!xScale || !wScale || !xZero || !wZero || !xScale->variesAlong(axes.lhs) ||
        !wScale->variesAlong(axes.rhs) || !xZero->variesAlong(axes.lhs) ||
        !wZero->variesAlong(axes.rhs))
      return fail("its scales vary along what is summed");
    std::optional<int64_t> count = countSummed(op);
    if (!count || !fitsSums(*count))
      return fail("its sums could overflow 32 bits");

    Value xIntegers = getIntegers(rewriter, x), wIntegers = getIntegers(rewriter, w);
    rewriter.setInsertionPoint(op);
    Operation *sums = rewriter.clone(*op);
    sums->setOperands({xIntegers, wIntegers});
    auto type = op.getType();
    sums->getResult(0).setType(onnxcc::getTensorType(getExtents(type), rewriter.getI32Type()));
    Location loc = op.getLoc();
    if (xScale->axis)
      xScale->axis = axes.lhsResult;
    if (wScale->axis)
      wScale->axis = axes.rhsResult;
    Value scale = createProduct(rewriter, loc, *xScale, *wScale, type);
    Value real = graph::CastOp::create(rewriter, loc, sums->getResult(0), rewriter.getF32Type());
    rewriter.replaceOpWithNewOp<graph::MulOp>(op, real, scale);
    return success();
  }
};

/// float(integers) * scale.
struct ScaledSums {
  Value integers;
  Value scale; // of all elements
  graph::CastOp cast;

  static std::optional<ScaledSums> get(Value value) {
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
};

/// float(sums) * scale + dequantize(bias) -> float(sums + bias) * scale where the scales are equal.
struct RaiseBias : OpRewritePattern<graph::AddOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::AddOp op, PatternRewriter &rewriter) const override {
    for (auto [product, added] :
         {std::pair(op.getX(), op.getY()), std::pair(op.getY(), op.getX())}) {
      std::optional<ScaledSums> sums = ScaledSums::get(product);
      graph::DequantizeOp bias = sums ? getMoved(added) : graph::DequantizeOp();
      if (!bias || !bias.getX().getType().getElementType().isSignlessInteger(32))
        continue;
      auto fail = [&](const Twine &why) { return refuse(rewriter, op, kPass, "RaiseBias", why); };
      if (!isZero(bias.getZeroPoint()) || !haveEqualScales(*sums, bias))
        return fail("its bias is in other units than the products");
      Operation *source = getProduct(sums->integers.getDefiningOp());
      std::optional<int64_t> greatest = getGreatestMagnitude(bias.getX()),
                             count = source ? countSummed(source) : std::nullopt;
      if (!greatest || !count || !fitsSums(*count, *greatest))
        return fail("its sums could overflow 32 bits");
      Value integers = move(rewriter, added, bias.getX());
      Location loc = op.getLoc();
      Value sum = graph::AddOp::create(rewriter, loc, sums->integers, integers);
      Value real = graph::CastOp::create(rewriter, loc, sum, rewriter.getF32Type());
      rewriter.replaceOpWithNewOp<graph::MulOp>(op, real, sums->scale);
      return success();
    }
    return rewriter.notifyMatchFailure(op, "it adds no bias to sums of products");
  }

  /// The product behind reshapes of it, or null.
  static Operation *getProduct(Operation *op) {
    while (isa_and_nonnull<graph::ReshapeOp, graph::TransposeOp>(op))
      op = op->getOperand(0).getDefiningOp();
    return isa_and_nonnull<graph::ConvOp, graph::ConvTransposeOp, graph::MatMulOp>(op) ? op
                                                                                       : nullptr;
  }
  static graph::DequantizeOp getMoved(Value value) {
    while (Operation *op = value.getDefiningOp()) {
      if (!isa<graph::BroadcastOp, graph::ReshapeOp>(op))
        return dyn_cast<graph::DequantizeOp>(op);
      value = op->getOperand(0);
    }
    return {};
  }
  /// `from`, moved as `value` is, which is a dequantized `from` moved.
  static Value move(PatternRewriter &rewriter, Value value, Value from) {
    Operation *op = value.getDefiningOp();
    if (isa<graph::DequantizeOp>(op))
      return from;
    Value inner = move(rewriter, op->getOperand(0), from);
    Extents extents = getExtents(cast<RankedTensorType>(value.getType()));
    return isa<graph::BroadcastOp>(op) ? createBroadcast(rewriter, op->getLoc(), inner, extents)
                                       : createReshape(rewriter, op->getLoc(), inner, extents);
  }
  static bool haveEqualScales(const ScaledSums &sums, graph::DequantizeOp bias) {
    std::optional<Parameter> a = Parameter::get(sums.scale), b = Parameter::get(bias.getScale());
    std::optional<std::vector<double>> left = a ? a->getNumbers() : std::nullopt,
                                       right = b ? b->getNumbers() : std::nullopt;
    if (!left || !right || left->empty() || right->empty())
      return false;
    size_t count = std::max(left->size(), right->size());
    for (size_t k = 0; k < count; ++k)
      if ((*left)[left->size() == 1 ? 0 : k] != (*right)[right->size() == 1 ? 0 : k])
        return false;
    return true;
  }
};

/// Whether two scales or zero points are the same: one value, or known numbers along one axis.
bool areEqual(Value left, Value right) {
  std::optional<Parameter> p = Parameter::get(left), q = Parameter::get(right);
  if (!p || !q || p->axis != q->axis)
    return false;
  std::optional<std::vector<double>> x = p->getNumbers(), y = q->getNumbers();
  return p->source == q->source || (x && y && *x == *y);
}

/// The factor by which bytes that are dequantized, clipped to low..high and quantized by `scale`
/// and `zero` may be requantized instead: nothing if there is none that gives the same for all 256.
std::optional<float> findRescale(graph::DequantizeOp bytes, const Parameter &unit, IntegerType to,
                                 const Parameter &scale, const Parameter &zero, float low,
                                 float high) {
  auto number = [](std::optional<Parameter> parameter) {
    std::optional<std::vector<double>> numbers =
        parameter && !parameter->axis ? parameter->getNumbers() : std::nullopt;
    return numbers ? std::optional(float(numbers->front())) : std::nullopt;
  };
  auto from = cast<IntegerType>(bytes.getX().getType().getElementType());
  std::optional<float> fromScale = number(unit), toScale = number(scale), toZero = number(zero),
                       fromZero = number(Parameter::get(bytes.getZeroPoint()));
  if (!fromScale || !fromZero || !toScale || !toZero || !(*fromScale > 0) || !(*toScale > 0))
    return std::nullopt;
  auto quantized = [&](float real) {
    return std::clamp(std::nearbyint(real) + *toZero, float(getLeast(to)), float(getGreatest(to)));
  };
  float least = quantized(low / *toScale), greatest = quantized(high / *toScale);
  auto givesTheSame = [&](float factor) {
    for (int64_t code = getLeast(from); code <= getGreatest(from); ++code) {
      float units = float(code) - *fromZero;
      float real = std::clamp(units * *fromScale, low, high);
      if (quantized(real / *toScale) != std::clamp(quantized(units * factor), least, greatest))
        return false;
    }
    return true;
  };
  float quotient = *fromScale / *toScale;
  for (float factor :
       {quotient, std::nextafter(quotient, 0.0f), std::nextafter(quotient, INFINITY)})
    if (givesTheSame(factor))
      return factor;
  return std::nullopt;
}

/// quantize(clip(float(sums) * scale)) -> clip(requantize(sums)). The same of dequantized bytes,
/// where all of them give what they gave.
struct RaiseQuantize : OpRewritePattern<graph::QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::QuantizeOp op, PatternRewriter &rewriter) const override {
    Value value = op.getX();
    double low = -INFINITY, high = INFINITY;
    while (Operation *clip = value.getDefiningOp()) {
      std::optional<std::pair<double, double>> range = getClip(clip);
      if (!range || !clip->hasOneUse())
        break;
      low = std::clamp(low, range->first, range->second);
      high = std::clamp(high, range->first, range->second);
      value = clip->getOperand(0);
    }
    auto bytes = value.getDefiningOp<graph::DequantizeOp>();
    std::optional<ScaledSums> sums = ScaledSums::get(value);
    if (!sums && (!bytes || !isByte(bytes.getX().getType().getElementType())))
      return rewriter.notifyMatchFailure(op, "it quantizes neither sums of products nor bytes");
    auto fail = [&](const Twine &why) { return refuse(rewriter, op, kPass, "RaiseQuantize", why); };
    std::optional<Parameter> unit = Parameter::get(sums ? sums->scale : bytes.getScale()),
                             scale = Parameter::get(op.getScale()),
                             zero = Parameter::get(op.getZeroPoint());
    auto type = dyn_cast<IntegerType>(op.getType().getElementType());
    if (!type || !unit || !scale || scale->axis || !zero || zero->axis ||
        !op.getScale().getType().getElementType().isF32())
      return fail("its scales are none of f32, one for all or one a channel");
    // What is clipped is between the quantized bounds.
    std::optional<int64_t> least = quantizeNumber(low, *scale, *zero, type),
                           greatest = quantizeNumber(high, *scale, *zero, type);
    bool isClipped = low != -INFINITY || high != INFINITY;
    if (isClipped && (!least || !greatest))
      return fail("the range that it is clipped to is not known");
    Location loc = op.getLoc();
    Value result;
    if (sums) {
      Value factor = createQuotient(rewriter, loc, *unit, *scale, op.getType());
      result =
          graph::RequantizeOp::create(rewriter, loc, sums->integers, factor, op.getZeroPoint());
    } else {
      std::optional<float> rescale = findRescale(bytes, *unit, type, *scale, *zero, low, high);
      if (!rescale)
        return fail("no one factor gives the same codes");
      if (*rescale == 1 && bytes.getX().getType() == op.getType() &&
          areEqual(bytes.getZeroPoint(), op.getZeroPoint())) {
        result = bytes.getX(); // but for the clips
      } else {
        Value integers = getIntegers(rewriter, bytes);
        rewriter.setInsertionPoint(op);
        Value factor =
            createSplat(rewriter, loc, cast<RankedTensorType>(op.getScale().getType()), *rescale);
        result = graph::RequantizeOp::create(rewriter, loc, integers, factor, op.getZeroPoint());
      }
    }
    if (isClipped && *least > getLeast(type))
      result = graph::MaxOp::create(rewriter, loc, result,
                                    createSplat(rewriter, loc, op.getType(), *least));
    if (isClipped && *greatest < getGreatest(type))
      result = graph::MinOp::create(rewriter, loc, result,
                                    createSplat(rewriter, loc, op.getType(), *greatest));
    rewriter.replaceOp(op, result);
    return success();
  }

  /// The range that an op clips its operand to.
  static std::optional<std::pair<double, double>> getClip(Operation *op) {
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
};

//===- Movements ------------------------------------------------------------------===//

/// move(dequantize(x)) -> dequantize(move(x)), where one scale and zero point are for all, or for
/// a channel that a transpose moves.
struct SinkDequantize : RewritePattern {
  SinkDequantize(MLIRContext *context) : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}
  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    std::optional<unsigned> moved = countMoved(op);
    if (!moved || *moved == 0)
      return rewriter.notifyMatchFailure(op, "it moves no elements");
    auto first = op->getOperand(0).getDefiningOp<graph::DequantizeOp>();
    if (!first)
      return rewriter.notifyMatchFailure(op, "it moves no dequantized values");
    std::optional<Parameter> scale = Parameter::get(first.getScale()),
                             zero = Parameter::get(first.getZeroPoint());
    std::optional<std::vector<double>> number = scale ? scale->getNumbers() : std::nullopt;
    auto transpose = dyn_cast<graph::TransposeOp>(op);
    if (!scale || !zero || ((scale->axis || zero->axis) && !transpose) ||
        (isa<graph::PoolOp>(op) && (!number || number->front() <= 0)))
      return rewriter.notifyMatchFailure(op, "its scale is not one for all");
    Type byte = first.getX().getType().getElementType();
    SmallVector<Value> operands(op->getOperands());
    for (Value &operand : MutableArrayRef(operands).take_front(*moved)) {
      auto dequantize = operand.getDefiningOp<graph::DequantizeOp>();
      if (!dequantize || dequantize.getX().getType().getElementType() != byte ||
          !areEqual(dequantize.getScale(), first.getScale()) ||
          !areEqual(dequantize.getZeroPoint(), first.getZeroPoint()))
        return rewriter.notifyMatchFailure(op, "its operands are of several scales");
      operand = dequantize.getX();
    }
    // Of one scale a channel the channels' axis moves, too.
    for (Parameter *parameter : {&*scale, &*zero})
      if (parameter->axis)
        parameter->axis = llvm::find(transpose.getPermutation(), *parameter->axis) -
                          transpose.getPermutation().begin();
    Operation *bytes = rewriter.clone(*op);
    bytes->setOperands(operands);
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
    bytes->getResult(0).setType(onnxcc::getTensorType(getExtents(type), byte));
    rewriter.replaceOpWithNewOp<graph::DequantizeOp>(op, bytes->getResult(0),
                                                     scale->spread(rewriter, op->getLoc(), type),
                                                     zero->spread(rewriter, op->getLoc(), type));
    return success();
  }
};

/// quantize(dequantize(x)) -> x with the same parameters.
struct DropRoundTrip : OpRewritePattern<graph::QuantizeOp> {
  explicit DropRoundTrip(MLIRContext *context) // before RaiseQuantize
      : OpRewritePattern(context, /*benefit=*/2) {}
  LogicalResult matchAndRewrite(graph::QuantizeOp op, PatternRewriter &rewriter) const override {
    auto dequantize = op.getX().getDefiningOp<graph::DequantizeOp>();
    if (!dequantize || dequantize.getX().getType() != op.getType())
      return rewriter.notifyMatchFailure(op, "it quantizes no dequantized values of its type");
    if (!isByte(op.getType().getElementType()))
      return rewriter.notifyMatchFailure(op, "more bits may not come back as they were");
    std::optional<Parameter> scale = Parameter::get(op.getScale());
    std::optional<std::vector<double>> numbers = scale ? scale->getNumbers() : std::nullopt;
    if (!numbers || !llvm::all_of(*numbers, isNormal) ||
        !areEqual(op.getScale(), dequantize.getScale()) ||
        !areEqual(op.getZeroPoint(), dequantize.getZeroPoint()))
      return rewriter.notifyMatchFailure(op, "the scales or zero points are not the same");
    rewriter.replaceOp(op, dequantize.getX());
    return success();
  }
  /// A byte times such a number, divided by it, is the byte again once it is rounded.
  static bool isNormal(double number) { return std::isfinite(number) && std::abs(number) >= 1e-30; }
};

struct RaiseIntegers : impl::RaiseIntegersBase<RaiseIntegers> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<RaiseProduct<graph::ConvOp>, RaiseProduct<graph::ConvTransposeOp>,
                 RaiseProduct<graph::MatMulOp>, RaiseBias, RaiseQuantize, SinkDequantize,
                 DropRoundTrip>(&getContext());
    if (failed(applyPatterns(getOperation(), std::move(patterns), getArgument())))
      signalPassFailure();
  }
};

} // namespace
} // namespace onnxcc
