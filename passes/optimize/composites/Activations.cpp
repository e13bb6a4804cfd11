// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Activations from formulas.
#include "dialects/graph/Gates.h"
#include "passes/optimize/Constants.h"
#include "passes/optimize/composites/Patterns.h"
#include "passes/support/Movement.h"

#include <numbers>

using namespace mlir;

namespace onnxcc {
namespace {

constexpr double kSqrt2OverPi = 0.79788456080286536, kCubic = 0.044715;

/// The one op of type `Op` that `value` is computed from with constants only.
template <class Op> Op findInner(Value value) {
  for (unsigned depth = 0; depth < 4; ++depth) {
    Operation *op = value.getDefiningOp();
    if (auto found = dyn_cast_or_null<Op>(op))
      return found;
    if (!isa_and_nonnull<graph::AddOp, graph::SubOp, graph::MulOp, graph::DivOp>(op))
      return {};
    bool constantLeft = getConstantScalar(op->getOperand(0)).has_value();
    if (!constantLeft && !getConstantScalar(op->getOperand(1)))
      return {};
    value = op->getOperand(constantLeft ? 1 : 0);
  }
  return {};
}

/// x * s(x), whichever way factors and constants are grouped, where s is a
/// function that rises from 0 to 1: GELU and its likes.
struct RaiseGate : RewritePattern {
  RaiseGate(MLIRContext *context) : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}

  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    if (!isa<graph::MulOp, graph::DivOp>(op))
      return rewriter.notifyMatchFailure(op, "is no product");
    Product product = Product::get(op->getResult(0));
    if (product.factors.size() != 2)
      return rewriter.notifyMatchFailure(op, "is no product of two factors and constants");
    for (unsigned k : {0, 1})
      if (Value gated =
              match(op, product.factors[k], product.factors[1 - k], product.scale, rewriter)) {
        rewriter.replaceOp(op, gated);
        return success();
      }
    return rewriter.notifyMatchFailure(op, "no factor is a gate of the other");
  }

  static Value match(Operation *op, Value x, Value gate, double scale, PatternRewriter &rewriter) {
    auto locate = [&](Operation *inner) {
      return rewriter.getFusedLoc({inner->getLoc(), op->getLoc()});
    };
    // scale * gate, as a polynomial in the function inside.
    auto isGate = [&](Value inner, double constant, double linear) {
      std::optional<Polynomial> polynomial = matchPolynomial(gate, inner);
      for (double &coefficient :
           polynomial ? MutableArrayRef<double>(*polynomial) : MutableArrayRef<double>())
        coefficient *= scale;
      return isPolynomial(polynomial, {constant, linear});
    };
    if (auto erf = findInner<graph::ErfOp>(gate))
      if (isGate(erf, 0.5, 0.5) &&
          isPolynomial(matchPolynomial(erf.getX(), x), {0, 1 / std::numbers::sqrt2}))
        return graph::GeluOp::create(rewriter, locate(erf), x);
    if (auto tanh = findInner<graph::TanhOp>(gate))
      if (isGate(tanh, 0.5, 0.5) && isPolynomial(matchPolynomial(tanh.getX(), x),
                                                 {0, kSqrt2OverPi, 0, kSqrt2OverPi * kCubic}))
        return graph::GeluTanhOp::create(rewriter, locate(tanh), x);
    if (auto sigmoid = findInner<graph::SigmoidOp>(gate)) {
      std::optional<Polynomial> inside = matchPolynomial(sigmoid.getX(), x);
      if (isGate(sigmoid, 0, 1) && inside && *inside == Polynomial{0, (*inside)[1]} &&
          (*inside)[1] != 0)
        return graph::SwishOp::create(rewriter, locate(sigmoid), x,
                                      rewriter.getF64FloatAttr((*inside)[1]));
    }
    if (auto hard = findInner<graph::HardSigmoidOp>(gate))
      if (isGate(hard, 0, 1) && hard.getX() == x &&
          isPolynomial(
              Polynomial{hard.getBeta().convertToDouble(), hard.getAlpha().convertToDouble()},
              {0.5, 1.0 / 6}))
        return graph::HardSwishOp::create(rewriter, locate(hard), x);
    // clamp(x + 3, 0, 6) / 6
    if (auto clamp = findInner<graph::ClampOp>(gate)) {
      std::optional<double> low = getConstantScalar(clamp.getY()),
                            high = getConstantScalar(clamp.getZ());
      std::optional<Polynomial> inside = matchPolynomial(clamp.getX(), x);
      if (low == 0.0 && high && *high > 0 && inside && isGate(clamp, 0, 1 / *high)) {
        for (double &coefficient : *inside)
          coefficient /= *high;
        if (isPolynomial(inside, {0.5, 1.0 / 6}))
          return graph::HardSwishOp::create(rewriter, locate(clamp), x);
      }
    }
    return {};
  }
};

/// The operand of 1 + exp(-x).
Value matchLogisticDivisor(Value value) {
  auto sum = value.getDefiningOp<graph::AddOp>();
  auto exp = sum ? sum.getX().getDefiningOp<graph::ExpOp>() : nullptr;
  auto negative = exp ? exp.getX().getDefiningOp<graph::NegOp>() : nullptr;
  return negative && getConstantScalar(sum.getY()) == 1.0 ? negative.getX() : Value();
}

/// 1 / (1 + exp(-x)) and x / (1 + exp(-x)).
struct RaiseSigmoid : RewritePattern {
  RaiseSigmoid(MLIRContext *context) : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}

  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    if (!isa<graph::ReciprocalOp, graph::DivOp>(op))
      return rewriter.notifyMatchFailure(op, "is no quotient");
    Value x = matchLogisticDivisor(op->getOperands().back());
    if (!x)
      return rewriter.notifyMatchFailure(op, "the divisor is not 1 + exp(-x)");
    if (isa<graph::ReciprocalOp>(op) || getConstantScalar(op->getOperand(0)) == 1.0)
      rewriter.replaceOp(op, graph::SigmoidOp::create(rewriter, op->getLoc(), x));
    else if (op->getOperand(0) == x)
      rewriter.replaceOp(
          op, graph::SwishOp::create(rewriter, op->getLoc(), x, rewriter.getF64FloatAttr(1)));
    else
      return rewriter.notifyMatchFailure(op, "the dividend is neither 1 nor x");
    return success();
  }
};

/// log(1 + exp(x)), which overflows where softplus does not.
struct RaiseSoftplus : OpRewritePattern<graph::LogOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::LogOp op, PatternRewriter &rewriter) const override {
    auto sum = op.getX().getDefiningOp<graph::AddOp>();
    auto exp = sum ? sum.getX().getDefiningOp<graph::ExpOp>() : nullptr;
    if (!exp || getConstantScalar(sum.getY()) != 1.0)
      return rewriter.notifyMatchFailure(op, "is no logarithm of 1 + exp(x)");
    Location loc = rewriter.getFusedLoc({exp.getLoc(), op.getLoc()});
    rewriter.replaceOp(op, graph::SoftplusOp::create(rewriter, loc, exp.getX()));
    return success();
  }
};

/// max(x, slope * x) with 0 < slope <= 1.
struct RaiseLeakyRelu : OpRewritePattern<graph::MaxOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::MaxOp op, PatternRewriter &rewriter) const override {
    for (unsigned side : {0, 1}) {
      Value x = op->getOperand(1 - side);
      auto product = op->getOperand(side).getDefiningOp<graph::MulOp>();
      std::optional<double> slope =
          product && product.getX() == x ? getConstantScalar(product.getY()) : std::nullopt;
      if (!slope || *slope <= 0 || *slope > 1 || !isa<FloatType>(op.getType().getElementType()))
        continue;
      Location loc = rewriter.getFusedLoc({product.getLoc(), op.getLoc()});
      rewriter.replaceOp(
          op, graph::LeakyReluOp::create(rewriter, loc, x, rewriter.getF64FloatAttr(*slope)));
      return success();
    }
    return rewriter.notifyMatchFailure(op, "is no maximum of x and a part of it");
  }
};

} // namespace

void populateActivationPatterns(RewritePatternSet &patterns) {
  patterns.add<RaiseGate, RaiseSigmoid, RaiseSoftplus, RaiseLeakyRelu>(patterns.getContext());
}

} // namespace onnxcc
