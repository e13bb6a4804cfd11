// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Neutral and repeated operands, and conversions that lose nothing. Only what is exact for every
// value, NaN, infinities and -0 too: x + 0 turns -0 into 0, so that only x + -0 and x - 0 are x.
#include "dialects/graph/Graph.h"
#include "passes/optimize/Constants.h"
#include "passes/optimize/canonical/Patterns.h"
#include "passes/support/Movement.h"

#include <cmath>
#include <limits>

using namespace mlir;

namespace onnxcc {
namespace {

Type getElementType(Value value) {
  return cast<RankedTensorType>(value.getType()).getElementType();
}

/// Constants to the right, so that other patterns look there only.
template <class Op> struct OrderOperands : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    if (!isConstantLike(op.getX()) || isConstantLike(op.getY()))
      return rewriter.notifyMatchFailure(op, "the constant is on the right, or there is none");
    rewriter.modifyOpInPlace(op, [&] {
      Value x = op.getX();
      op->setOperand(0, op.getY());
      op->setOperand(1, x);
    });
    return success();
  }
};

/// A sum of products starts at 0 and so is never -0, unless products underflow, where the order of
/// summation, which is not promised, decides.
bool isSumOfProducts(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (!isa<graph::ReshapeOp, graph::TransposeOp, graph::SliceOp>(op))
      return isa<graph::ConvOp, graph::ConvTransposeOp, graph::MatMulOp>(op);
    value = op->getOperand(0);
  }
  return false;
}

/// op(x, neutral) -> x.
struct DropNeutral : RewritePattern {
  DropNeutral(MLIRContext *context) : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}
  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    if (!isa<graph::AddOp, graph::SubOp, graph::MulOp, graph::DivOp, graph::PowOp, graph::MinOp,
             graph::MaxOp, graph::AndOp, graph::OrOp, graph::XorOp>(op))
      return rewriter.notifyMatchFailure(op, "has no neutral operand");
    std::optional<double> y = getConstantScalar(op->getOperand(1));
    if (!y)
      return rewriter.notifyMatchFailure(op, "the right operand is not constant");
    bool isFloat = isa<FloatType>(getElementType(op->getResult(0)));
    bool neutral = false;
    if (isa<graph::AddOp>(op))
      neutral = *y == 0 && (!isFloat || std::signbit(*y) || isSumOfProducts(op->getOperand(0)));
    else if (isa<graph::SubOp>(op))
      neutral = *y == 0 && (!isFloat || !std::signbit(*y) || isSumOfProducts(op->getOperand(0)));
    else if (isa<graph::MinOp, graph::MaxOp>(op))
      neutral = std::isinf(*y) && std::signbit(*y) == isa<graph::MaxOp>(op);
    else if (isa<graph::OrOp, graph::XorOp>(op))
      neutral = *y == 0;
    else if (isa<graph::AndOp>(op))
      neutral = *y == (getElementType(op->getResult(0)).isInteger(1) ? 1 : -1);
    else
      neutral = *y == 1;
    if (!neutral)
      return rewriter.notifyMatchFailure(op, "the right operand is not neutral");
    rewriter.replaceOp(op, op->getOperand(0));
    return success();
  }
};

/// x * 0 -> 0 of integers: floats may be infinite or NaN.
struct DropZeroProduct : OpRewritePattern<graph::MulOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::MulOp op, PatternRewriter &rewriter) const override {
    if (isa<FloatType>(getElementType(op)) || getConstantScalar(op.getY()) != 0.0)
      return rewriter.notifyMatchFailure(op, "is no product of integers with 0");
    rewriter.replaceOp(op, op.getY());
    return success();
  }
};

/// Small powers are multiplications, which round no worse than a general power does.
struct ExpandPower : OpRewritePattern<graph::PowOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::PowOp op, PatternRewriter &rewriter) const override {
    std::optional<double> y = getConstantScalar(op.getY());
    if (!y || (*y != 2 && *y != 3))
      return rewriter.notifyMatchFailure(op, "the exponent is not 2 or 3");
    if (!isa<FloatType>(op.getType().getElementType()))
      return rewriter.notifyMatchFailure(op, "products of integers wrap, powers saturate");
    Value result = graph::MulOp::create(rewriter, op.getLoc(), op.getX(), op.getX());
    if (*y == 3)
      result = graph::MulOp::create(rewriter, op.getLoc(), result, op.getX());
    rewriter.replaceOp(op, result);
    return success();
  }
};

/// f(f(x)) -> f(x).
template <class Op> struct DropRepeated : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    if (!op.getX().template getDefiningOp<Op>())
      return rewriter.notifyMatchFailure(op, "its operand is another op");
    rewriter.replaceOp(op, op.getX());
    return success();
  }
};

/// f(f(x)) -> x.
template <class Op> struct DropInverse : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    auto inner = op.getX().template getDefiningOp<Op>();
    if (!inner)
      return rewriter.notifyMatchFailure(op, "its operand is another op");
    rewriter.replaceOp(op, inner.getX());
    return success();
  }
};

/// f(x, x) -> x.
template <class Op> struct DropEqual : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    if (op.getX() != op.getY())
      return rewriter.notifyMatchFailure(op, "its operands differ");
    rewriter.replaceOp(op, op.getX());
    return success();
  }
};

/// x + -y -> x - y, and x - -y -> x + y.
template <class Op, class Inverse> struct AbsorbNegation : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    auto negative = op.getY().template getDefiningOp<graph::NegOp>();
    if (!negative || isConstantLike(negative.getX()))
      return rewriter.notifyMatchFailure(op, "the right operand is no negation of a variable");
    Location loc = rewriter.getFusedLoc({negative.getLoc(), op.getLoc()});
    rewriter.replaceOp(op, Inverse::create(rewriter, loc, op.getX(), negative.getX()));
    return success();
  }
};

/// x - c -> x + -c, so that additions of constants have one form.
struct AddNegative : OpRewritePattern<graph::SubOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::SubOp op, PatternRewriter &rewriter) const override {
    auto broadcast = op.getY().getDefiningOp<graph::BroadcastOp>();
    Value constant = broadcast ? Value(broadcast.getX()) : op.getY();
    if (!isConstantLike(constant) || isConstantLike(op.getX()) ||
        !isa<FloatType>(op.getType().getElementType()))
      return rewriter.notifyMatchFailure(op, "subtracts no float constant");
    Value negative = graph::NegOp::create(rewriter, constant.getLoc(), constant);
    negative = createBroadcast(rewriter, op.getLoc(), negative, getExtents(op.getType()));
    rewriter.replaceOp(op, graph::AddOp::create(rewriter, op.getLoc(), op.getX(), negative));
    return success();
  }
};

/// x / 2^k -> x * 2^-k, which rounds the same; x * -1 -> -x; 1 / x -> reciprocal(x).
struct SimplifyFactor : RewritePattern {
  SimplifyFactor(MLIRContext *context) : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}
  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    if (!isa<graph::MulOp, graph::DivOp>(op) || !isa<FloatType>(getElementType(op->getResult(0))))
      return rewriter.notifyMatchFailure(op, "is no product or quotient of floats");
    Value x = op->getOperand(0);
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
    std::optional<double> y = getConstantScalar(op->getOperand(1));
    if (y == -1.0) {
      rewriter.replaceOp(op, graph::NegOp::create(rewriter, op->getLoc(), x));
      return success();
    }
    if (isa<graph::MulOp>(op))
      return rewriter.notifyMatchFailure(op, "is in its simplest form");
    if (getConstantScalar(x) == 1.0 && !isConstantLike(op->getOperand(1))) {
      rewriter.replaceOp(op,
                         graph::ReciprocalOp::create(rewriter, op->getLoc(), op->getOperand(1)));
      return success();
    }
    // Within the exponents that half precision has, too.
    int exponent;
    if (!y || std::abs(std::frexp(*y, &exponent)) != 0.5 || std::abs(exponent) > 12)
      return rewriter.notifyMatchFailure(op, "the divisor is no small power of 2");
    Value factor = createChannelConstant(rewriter, op->getLoc(), 1 / *y, 0, type);
    rewriter.replaceOp(op, graph::MulOp::create(rewriter, op->getLoc(), x, factor));
    return success();
  }
};

/// f(-x) -> f(x) of an even f.
template <class Op> struct DropNegation : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    auto negative = op.getX().template getDefiningOp<graph::NegOp>();
    if (!negative)
      return rewriter.notifyMatchFailure(op, "its operand is no negation");
    rewriter.modifyOpInPlace(op, [&] { op.getXMutable().assign(negative.getX()); });
    return success();
  }
};

/// max(min(x, c), a) and min(max(x, a), c) of constants a <= c -> clamp(x, a, c).
template <class Outer, class Inner> struct MakeClamp : OpRewritePattern<Outer> {
  using OpRewritePattern<Outer>::OpRewritePattern;
  LogicalResult matchAndRewrite(Outer op, PatternRewriter &rewriter) const override {
    auto inner = op.getX().template getDefiningOp<Inner>();
    if (!inner)
      return rewriter.notifyMatchFailure(op, "its operand is another op");
    Value low = inner.getY(), high = op.getY();
    if (std::is_same_v<Outer, graph::MaxOp>)
      std::swap(low, high);
    std::optional<double> a = getConstantScalar(low), c = getConstantScalar(high);
    if (!a || !c || !(*a <= *c))
      return rewriter.notifyMatchFailure(op, "the bounds are not constants in order");
    Location loc = rewriter.getFusedLoc({inner.getLoc(), op.getLoc()});
    rewriter.replaceOp(op, graph::ClampOp::create(rewriter, loc, inner.getX(), low, high));
    return success();
  }
};

/// min(relu(x), c) -> clamp(x, 0, c).
struct MakeClampOfRelu : OpRewritePattern<graph::MinOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::MinOp op, PatternRewriter &rewriter) const override {
    auto relu = op.getX().getDefiningOp<graph::ReluOp>();
    std::optional<double> high = getConstantScalar(op.getY());
    if (!relu || !relu->hasOneUse() || !high || *high < 0)
      return rewriter.notifyMatchFailure(op, "is no bounded relu");
    Location loc = rewriter.getFusedLoc({relu.getLoc(), op.getLoc()});
    Value low = createChannelConstant(rewriter, loc, 0.0, 0, op.getType());
    rewriter.replaceOp(op, graph::ClampOp::create(rewriter, loc, relu.getX(), low, op.getY()));
    return success();
  }
};

/// max(x, 0) and clamp(x, 0, infinity) -> relu(x).
struct MakeRelu : RewritePattern {
  MakeRelu(MLIRContext *context) : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}
  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    if (!isa<graph::MaxOp, graph::ClampOp>(op) || !isa<FloatType>(getElementType(op->getResult(0))))
      return rewriter.notifyMatchFailure(op, "is no lower bound of floats");
    std::optional<double> low = getConstantScalar(op->getOperand(1));
    if (low != 0.0 || std::signbit(*low))
      return rewriter.notifyMatchFailure(op, "has no lower bound of 0");
    if (isa<graph::ClampOp>(op) &&
        getConstantScalar(op->getOperand(2)) != std::numeric_limits<double>::infinity())
      return rewriter.notifyMatchFailure(op, "has an upper bound");
    rewriter.replaceOp(op, graph::ReluOp::create(rewriter, op->getLoc(), op->getOperand(0)));
    return success();
  }
};

/// clamp(clamp(x, a, b), c, d) of constants whose ranges meet -> one clamp.
struct MergeClamps : OpRewritePattern<graph::ClampOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::ClampOp op, PatternRewriter &rewriter) const override {
    auto inner = op.getX().getDefiningOp<graph::ClampOp>();
    if (!inner)
      return rewriter.notifyMatchFailure(op, "its operand is another op");
    std::optional<double> a = getConstantScalar(inner.getY()), b = getConstantScalar(inner.getZ()),
                          c = getConstantScalar(op.getY()), d = getConstantScalar(op.getZ());
    if (!a || !b || !c || !d || !(std::max(*a, *c) <= std::min(*b, *d)))
      return rewriter.notifyMatchFailure(op, "the bounds are no constants of ranges that meet");
    Location loc = rewriter.getFusedLoc({inner.getLoc(), op.getLoc()});
    rewriter.replaceOp(op, graph::ClampOp::create(rewriter, loc, inner.getX(),
                                                  *a > *c ? inner.getY() : op.getY(),
                                                  *b < *d ? inner.getZ() : op.getZ()));
    return success();
  }
};

/// Whether every value of `from` is one of `to`.
bool isLossless(Type from, Type to) {
  if (from == to)
    return true;
  auto bits = [](Type type) { return type.getIntOrFloatBitWidth(); };
  auto intFrom = dyn_cast<IntegerType>(from), intTo = dyn_cast<IntegerType>(to);
  auto floatFrom = dyn_cast<FloatType>(from), floatTo = dyn_cast<FloatType>(to);
  // i1 is 0 or 1; other signless integers are signed.
  bool isUnsigned = intFrom && (intFrom.isUnsigned() || bits(from) == 1);
  if (intFrom && intTo)
    return bits(to) > 1 &&
           (isUnsigned ? bits(to) > bits(from) - intTo.isUnsigned() || bits(from) == 1
                       : !intTo.isUnsigned() && bits(to) >= bits(from));
  if (intFrom && floatTo)
    return floatTo.getFPMantissaWidth() + !isUnsigned >= bits(from) &&
           (floatTo.isF32() || floatTo.isF64());
  if (floatFrom && floatTo)
    return (floatTo.isF32() && bits(from) < 32) || (floatTo.isF64() && bits(from) < 64);
  return false;
}

/// cast(cast(x)) where the inner one loses nothing -> one cast, and none where that gives x's type.
struct SimplifyCast : OpRewritePattern<graph::CastOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::CastOp op, PatternRewriter &rewriter) const override {
    if (getElementType(op.getX()) == op.getTo()) {
      rewriter.replaceOp(op, op.getX());
      return success();
    }
    auto inner = op.getX().getDefiningOp<graph::CastOp>();
    if (!inner)
      return rewriter.notifyMatchFailure(op, "is in its simplest form");
    Type from = getElementType(inner.getX()), between = inner.getTo(), to = op.getTo();
    if (!isLossless(from, between))
      return rewriter.notifyMatchFailure(op, "the inner cast may lose something");
    // An integer through a float wraps or saturates as its own kind; only the way back is the same.
    if (isa<IntegerType>(from) && isa<FloatType>(between) && isa<IntegerType>(to) && from != to)
      return rewriter.notifyMatchFailure(op, "integers would wrap where floats saturate");
    Location loc = rewriter.getFusedLoc({inner.getLoc(), op.getLoc()});
    if (from == to)
      rewriter.replaceOp(op, inner.getX());
    else
      rewriter.replaceOp(op,
                         graph::CastOp::create(rewriter, loc, inner.getX(), to, op.getSaturate()));
    return success();
  }
};

struct SimplifySelect : OpRewritePattern<graph::SelectOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::SelectOp op, PatternRewriter &rewriter) const override {
    if (op.getX() == op.getY()) {
      rewriter.replaceOp(op, op.getX());
      return success();
    }
    if (auto inverse = op.getCondition().getDefiningOp<graph::NotOp>()) {
      rewriter.replaceOp(
          op, graph::SelectOp::create(rewriter, op.getLoc(), inverse.getX(), op.getY(), op.getX()));
      return success();
    }
    std::optional<double> condition = getConstantScalar(op.getCondition());
    if (!condition)
      return rewriter.notifyMatchFailure(op, "the condition is not one constant");
    rewriter.replaceOp(op, *condition != 0 ? op.getX() : op.getY());
    return success();
  }
};

} // namespace

void populateArithmeticPatterns(RewritePatternSet &patterns) {
  patterns
      .add<OrderOperands<graph::AddOp>, OrderOperands<graph::MulOp>, OrderOperands<graph::MinOp>,
           OrderOperands<graph::MaxOp>, OrderOperands<graph::AndOp>, OrderOperands<graph::OrOp>,
           OrderOperands<graph::XorOp>, OrderOperands<graph::EqualOp>, DropZeroProduct, DropNeutral,
           ExpandPower, DropRepeated<graph::ReluOp>, DropRepeated<graph::AbsOp>,
           DropRepeated<graph::FloorOp>, DropRepeated<graph::CeilOp>, DropRepeated<graph::RoundOp>,
           DropInverse<graph::NotOp>, DropInverse<graph::NegOp>,
           MakeClamp<graph::MinOp, graph::MaxOp>, MakeClamp<graph::MaxOp, graph::MinOp>,
           MakeClampOfRelu, SimplifyCast, SimplifySelect, DropEqual<graph::MinOp>,
           DropEqual<graph::MaxOp>, DropEqual<graph::AndOp>, DropEqual<graph::OrOp>,
           AbsorbNegation<graph::AddOp, graph::SubOp>, AbsorbNegation<graph::SubOp, graph::AddOp>,
           AddNegative, SimplifyFactor, DropNegation<graph::AbsOp>, DropNegation<graph::CosOp>,
           MakeRelu, MergeClamps>(patterns.getContext());
}

} // namespace onnxcc
