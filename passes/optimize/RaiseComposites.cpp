// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds composites in the ops that exporters write them as. Canonical forms are expected: constants
// on the right, x * x for the square, equal ops shared.
#include "dialects/graph/Graph.h"
#include "passes/optimize/Constants.h"
#include "passes/optimize/Passes.h"
#include "passes/support/Movement.h"

#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

#include <cmath>
#include <numbers>

using namespace mlir;

namespace onnxcc {
#define GEN_PASS_DEF_RAISECOMPOSITES
#include "passes/optimize/Passes.h.inc"

namespace {

/// The extents other than 1.
Extents getExtentsBeyondOne(Value value) {
  Extents extents = getExtents(cast<RankedTensorType>(value.getType()));
  llvm::erase_if(extents, [](AffineExpr extent) {
    auto constant = dyn_cast<AffineConstantExpr>(extent);
    return constant && constant.getValue() == 1;
  });
  return extents;
}

/// `value` without reshapes that only add or drop axes of extent 1.
Value skipOnes(Value value) {
  while (auto reshape = value.getDefiningOp<graph::ReshapeOp>()) {
    if (!isEqual(getExtentsBeyondOne(reshape), getExtentsBeyondOne(reshape.getX())))
      break;
    value = reshape.getX();
  }
  return value;
}

Extents getAlignedExtents(graph::BroadcastOp op) {
  return alignExtents(getExtents(op.getX().getType()), op.getType().getRank(), op.getContext());
}

/// What is repeated along the axes from `axis` on to give `value`: a value with one element a row.
Value getRowValue(Value value, int64_t axis) {
  auto broadcast = value.getDefiningOp<graph::BroadcastOp>();
  if (!broadcast)
    return {};
  Extents extents = getExtents(broadcast.getType()), source = getAlignedExtents(broadcast);
  for (auto [k, extent] : llvm::enumerate(source)) {
    AffineExpr wanted =
        int64_t(k) < axis ? extents[k] : getAffineConstantExpr(1, extent.getContext());
    if (!isEqual(extent, wanted))
      return {};
  }
  return skipOnes(broadcast.getX());
}

/// The operand of a reduction of `kind` over the last axes.
Value matchRowReduce(Value value, graph::ReduceKind kind, int64_t &axis) {
  auto reduce = value ? value.getDefiningOp<graph::ReduceOp>() : nullptr;
  if (!reduce || reduce.getKind() != kind || reduce.getAxes().empty())
    return {};
  int64_t rank = reduce.getX().getType().getRank(), count = reduce.getAxes().size();
  for (auto [k, each] : llvm::enumerate(reduce.getAxes()))
    if (each != rank - count + int64_t(k))
      return {};
  axis = rank - count;
  return reduce.getX();
}

/// The least axis from which on a broadcast repeats: the row that a norm of its result may be
/// about.
std::optional<int64_t> getRowAxis(Value value) {
  auto broadcast = value.getDefiningOp<graph::BroadcastOp>();
  if (!broadcast)
    return std::nullopt;
  Extents source = getAlignedExtents(broadcast);
  int64_t axis = source.size();
  while (axis > 0 && isEqual(source[axis - 1], getAffineConstantExpr(1, value.getContext())))
    --axis;
  return axis;
}

/// x / sqrt(mean(x * x) + epsilon), the division also as a multiplication by the reciprocal. Where
/// x is itself y - mean(y), it is a layer norm of y, else an RMS norm.
struct RaiseNorm : RewritePattern {
  RaiseNorm(MLIRContext *context) : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}

  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    if (!isa<graph::MulOp, graph::DivOp>(op))
      return rewriter.notifyMatchFailure(op, "is no division");
    for (unsigned side : {1, 0}) {
      if (side == 0 && isa<graph::DivOp>(op))
        break;
      if (Value norm = match(op, op->getOperand(1 - side), op->getOperand(side), rewriter)) {
        rewriter.replaceOp(op, norm);
        return success();
      }
    }
    return rewriter.notifyMatchFailure(op, "is no norm");
  }

  static Value match(Operation *op, Value x, Value divisor, PatternRewriter &rewriter) {
    std::optional<int64_t> last = getRowAxis(divisor);
    if (!last)
      return {};
    // Rows of extent 1 among the leading axes make the axis ambiguous: the reduction tells it
    // below.
    for (int64_t axis = *last; axis < cast<RankedTensorType>(x.getType()).getRank(); ++axis)
      if (Value norm = matchAt(op, x, divisor, axis, rewriter))
        return norm;
    return {};
  }

  static Value matchAt(Operation *op, Value x, Value divisor, int64_t axis,
                       PatternRewriter &rewriter) {
    Value deviation = getRowValue(divisor, axis);
    if (!deviation)
      return {};
    if (isa<graph::MulOp>(op)) {
      auto reciprocal = deviation.getDefiningOp<graph::ReciprocalOp>();
      auto quotient = deviation.getDefiningOp<graph::DivOp>();
      if (reciprocal)
        deviation = skipOnes(reciprocal.getX());
      else if (quotient && getConstantScalar(quotient.getX()) == 1.0)
        deviation = skipOnes(quotient.getY());
      else
        return {};
    }
    auto root = deviation.getDefiningOp<graph::SqrtOp>();
    auto sum = root ? skipOnes(root.getX()).getDefiningOp<graph::AddOp>() : nullptr;
    std::optional<double> epsilon = sum ? getConstantScalar(sum.getY()) : std::nullopt;
    int64_t squaresAxis = -1, meanAxis = -1;
    Value squares = epsilon
                        ? matchRowReduce(skipOnes(sum.getX()), graph::ReduceKind::Mean, squaresAxis)
                        : Value();
    auto square = squares ? squares.getDefiningOp<graph::MulOp>() : nullptr;
    if (!square || square.getX() != x || square.getY() != x || squaresAxis != axis)
      return {};
    Location loc = rewriter.getFusedLoc({squares.getLoc(), root.getLoc(), op->getLoc()});
    FloatAttr epsilonAttr = rewriter.getF64FloatAttr(*epsilon);
    auto difference = x.getDefiningOp<graph::SubOp>();
    Value row = difference ? getRowValue(difference.getY(), axis) : Value();
    Value centered = row ? matchRowReduce(row, graph::ReduceKind::Mean, meanAxis) : Value();
    if (centered && centered == difference.getX() && meanAxis == axis) {
      loc = rewriter.getFusedLoc({difference.getLoc(), loc});
      return graph::LayerNormOp::create(rewriter, loc, centered, rewriter.getI64IntegerAttr(axis),
                                        epsilonAttr);
    }
    return graph::RmsNormOp::create(rewriter, loc, x, rewriter.getI64IntegerAttr(axis),
                                    epsilonAttr);
  }
};

/// exp(x - max(x)) / sum(exp(x - max(x))) along one axis, the subtraction being optional.
struct RaiseSoftmax : OpRewritePattern<graph::DivOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::DivOp op, PatternRewriter &rewriter) const override {
    auto exp = op.getX().getDefiningOp<graph::ExpOp>();
    auto broadcast = op.getY().getDefiningOp<graph::BroadcastOp>();
    if (!exp || !broadcast)
      return rewriter.notifyMatchFailure(op, "is no exponential divided by a row's value");
    auto sum = skipOnes(broadcast.getX()).getDefiningOp<graph::ReduceOp>();
    if (!sum || sum.getKind() != graph::ReduceKind::Sum || sum.getX() != exp.getResult() ||
        !isAlong(broadcast, sum))
      return rewriter.notifyMatchFailure(op, "the divisor is no sum of the exponentials");
    Value x = exp.getX();
    auto difference = x.getDefiningOp<graph::SubOp>();
    auto subtrahend = difference ? difference.getY().getDefiningOp<graph::BroadcastOp>() : nullptr;
    auto max = subtrahend ? skipOnes(subtrahend.getX()).getDefiningOp<graph::ReduceOp>() : nullptr;
    if (!max || max.getKind() != graph::ReduceKind::Max || max.getX() != difference.getX() ||
        max.getAxes() != sum.getAxes() || !isAlong(subtrahend, max))
      return rewriter.notifyMatchFailure(op, "what is subtracted is not the maximum");
    Location loc = rewriter.getFusedLoc({difference.getLoc(), exp.getLoc(), op.getLoc()});
    rewriter.replaceOp(
        op, graph::SoftmaxOp::create(rewriter, loc, difference.getX(), sum.getAxes()[0]));
    return success();
  }

  /// Whether the reduction of one axis is repeated along just that axis.
  static bool isAlong(graph::BroadcastOp broadcast, graph::ReduceOp reduce) {
    if (reduce.getAxes().size() != 1)
      return false;
    Extents kept = getExtents(reduce.getX().getType());
    kept[reduce.getAxes()[0]] = getAffineConstantExpr(1, reduce.getContext());
    return isEqual(kept, getAlignedExtents(broadcast));
  }
};

/// x * 0.5 * (1 + erf(x / sqrt(2))), whichever way the factors are grouped.
struct RaiseGelu : OpRewritePattern<graph::MulOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::MulOp op, PatternRewriter &rewriter) const override {
    SmallVector<Value> factors;
    double scale = 1;
    collect(op, factors, scale, /*depth=*/0);
    if (factors.size() != 2 || std::abs(scale - 0.5) > 1e-6)
      return rewriter.notifyMatchFailure(op, "is no product of 0.5 and two factors");
    for (unsigned k : {0, 1}) {
      Value x = factors[k];
      auto sum = factors[1 - k].getDefiningOp<graph::AddOp>();
      auto erf = sum ? sum.getX().getDefiningOp<graph::ErfOp>() : nullptr;
      if (!erf || getConstantScalar(sum.getY()) != 1.0 || !isOverRootTwo(erf.getX(), x))
        continue;
      Location loc = rewriter.getFusedLoc({erf.getLoc(), sum.getLoc(), op.getLoc()});
      rewriter.replaceOp(op, graph::GeluOp::create(rewriter, loc, x));
      return success();
    }
    return rewriter.notifyMatchFailure(op, "no factor is 1 + erf(x / sqrt(2))");
  }

  static void collect(Value value, SmallVectorImpl<Value> &factors, double &scale, int depth) {
    auto product = value.getDefiningOp<graph::MulOp>();
    auto quotient = value.getDefiningOp<graph::DivOp>();
    if (std::optional<double> constant = getConstantScalar(value)) {
      scale *= *constant;
    } else if (product && depth < 3 && (depth == 0 || product->hasOneUse())) {
      collect(product.getX(), factors, scale, depth + 1);
      collect(product.getY(), factors, scale, depth + 1);
    } else if (quotient && depth > 0 && quotient->hasOneUse() &&
               getConstantScalar(quotient.getY())) {
      scale /= *getConstantScalar(quotient.getY());
      collect(quotient.getX(), factors, scale, depth + 1);
    } else {
      factors.push_back(value);
    }
  }

  static bool isOverRootTwo(Value value, Value x) {
    Operation *op = value.getDefiningOp();
    if (!isa_and_nonnull<graph::MulOp, graph::DivOp>(op) || op->getOperand(0) != x)
      return false;
    std::optional<double> constant = getConstantScalar(op->getOperand(1));
    double wanted = isa<graph::MulOp>(op) ? 1 / std::numbers::sqrt2 : std::numbers::sqrt2;
    // In the model's precision, which may be half.
    return constant && std::abs(*constant / wanted - 1) < 1e-3;
  }
};

struct RaiseComposites : impl::RaiseCompositesBase<RaiseComposites> {
  int64_t count() {
    int64_t composites = 0;
    getOperation().walk([&](Operation *op) {
      composites += isa<graph::LayerNormOp, graph::RmsNormOp, graph::SoftmaxOp, graph::GeluOp>(op);
    });
    return composites;
  }

  void runOnOperation() override {
    int64_t before = count();
    RewritePatternSet patterns(&getContext());
    patterns.add<RaiseNorm, RaiseSoftmax, RaiseGelu>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      return signalPassFailure();
    raised += count() - before;
  }
};

} // namespace
} // namespace onnxcc
