// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Softmax and log-softmax from exponentials and sums. Subtracting the maximum,
// or anything else that does not vary along the axis, changes nothing but
// overflow.
#include "passes/optimize/Constants.h"
#include "passes/optimize/composites/Patterns.h"
#include "passes/support/Movement.h"
#include "passes/support/Remarks.h"

using namespace mlir;

namespace onnxcc {
namespace {

/// The reduction of one axis that `value` repeats along just that axis.
graph::ReduceOp matchAlong(Value value, graph::ReduceKind kind) {
  auto broadcast = value.getDefiningOp<graph::BroadcastOp>();
  auto reduce = broadcast ? skipOnes(broadcast.getX()).getDefiningOp<graph::ReduceOp>() : nullptr;
  if (!reduce || reduce.getKind() != kind || reduce.getAxes().size() != 1)
    return {};
  Extents kept = getExtents(reduce.getX().getType());
  kept[reduce.getAxes()[0]] = getAffineConstantExpr(1, reduce.getContext());
  return isEqual(kept, getAlignedExtents(broadcast)) ? reduce : nullptr;
}

/// x of x - max(x) along `axis`; else `value` itself.
Value dropMaximum(Value value, int64_t axis) {
  auto difference = value.getDefiningOp<graph::SubOp>();
  graph::ReduceOp max =
      difference ? matchAlong(difference.getY(), graph::ReduceKind::Max) : nullptr;
  bool isOwn = max && max.getX() == difference.getX() && max.getAxes()[0] == axis;
  return isOwn ? difference.getX() : value;
}

/// exp(x) / sum(exp(x)), the division also as a multiplication by the
/// reciprocal.
struct RaiseSoftmax : RewritePattern {
  RaiseSoftmax(MLIRContext *context) : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}

  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    if (!isa<graph::DivOp, graph::MulOp>(op))
      return rewriter.notifyMatchFailure(op, "is no quotient");
    for (unsigned side : {1, 0}) {
      auto exp = op->getOperand(1 - side).getDefiningOp<graph::ExpOp>();
      if (!exp || (side == 0 && isa<graph::DivOp>(op)))
        continue;
      graph::ReduceOp sum = matchSum(op, op->getOperand(side));
      if (!sum || sum.getX() != exp.getResult())
        continue;
      if (sum.getAxes().size() != 1)
        return refuse(rewriter, op, kRaiseComposites, "RaiseSoftmax", "it is along several axes");
      int64_t axis = sum.getAxes()[0];
      Value x = dropMaximum(exp.getX(), axis);
      Location loc = rewriter.getFusedLoc({exp.getLoc(), sum.getLoc(), op->getLoc()});
      rewriter.replaceOp(op, graph::SoftmaxOp::create(rewriter, loc, x, axis));
      return success();
    }
    return rewriter.notifyMatchFailure(op, "no exponential is divided by its sum");
  }

  /// The sum that `value` repeats, of a product the reciprocal of one.
  static graph::ReduceOp matchSum(Operation *op, Value value) {
    auto broadcast = value.getDefiningOp<graph::BroadcastOp>();
    if (!broadcast)
      return {};
    Value row = skipOnes(broadcast.getX());
    if (isa<graph::MulOp>(op)) {
      Operation *inverse = row.getDefiningOp();
      bool isReciprocal = isa_and_nonnull<graph::ReciprocalOp>(inverse) ||
                          (isa_and_nonnull<graph::DivOp>(inverse) &&
                           getConstantScalar(inverse->getOperand(0)) == 1.0);
      if (!isReciprocal)
        return {};
      row = skipOnes(inverse->getOperands().back());
    }
    auto sum = row.getDefiningOp<graph::ReduceOp>();
    if (!sum || sum.getKind() != graph::ReduceKind::Sum)
      return {};
    Extents kept = getExtents(sum.getX().getType());
    for (int64_t axis : sum.getAxes())
      kept[axis] = getAffineConstantExpr(1, sum.getContext());
    return isEqual(kept, getAlignedExtents(broadcast)) ? sum : nullptr;
  }
};

/// log(softmax(x)).
struct RaiseLogOfSoftmax : OpRewritePattern<graph::LogOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::LogOp op, PatternRewriter &rewriter) const override {
    auto softmax = op.getX().getDefiningOp<graph::SoftmaxOp>();
    if (!softmax)
      return rewriter.notifyMatchFailure(op, "is no logarithm of a softmax");
    if (!softmax->hasOneUse())
      return refuse(rewriter, op, kRaiseComposites, "RaiseLogOfSoftmax",
                    "the softmax has other users");
    Location loc = rewriter.getFusedLoc({softmax.getLoc(), op.getLoc()});
    rewriter.replaceOp(
        op, graph::LogSoftmaxOp::create(rewriter, loc, softmax.getX(), softmax.getAxis()));
    return success();
  }
};

/// x - log(sum(exp(x))).
struct RaiseLogSoftmax : OpRewritePattern<graph::SubOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::SubOp op, PatternRewriter &rewriter) const override {
    auto broadcast = op.getY().getDefiningOp<graph::BroadcastOp>();
    auto log = broadcast ? skipOnes(broadcast.getX()).getDefiningOp<graph::LogOp>() : nullptr;
    auto sum = log ? skipOnes(log.getX()).getDefiningOp<graph::ReduceOp>() : nullptr;
    auto exp = sum ? sum.getX().getDefiningOp<graph::ExpOp>() : nullptr;
    if (!exp || sum.getKind() != graph::ReduceKind::Sum || exp.getX() != op.getX())
      return rewriter.notifyMatchFailure(op, "subtracts no logarithm of a sum of exponentials");
    if (sum.getAxes().size() != 1)
      return refuse(rewriter, op, kRaiseComposites, "RaiseLogSoftmax", "it is along several axes");
    int64_t axis = sum.getAxes()[0];
    Extents kept = getExtents(op.getType());
    kept[axis] = getAffineConstantExpr(1, op.getContext());
    if (!isEqual(kept, getAlignedExtents(broadcast)))
      return rewriter.notifyMatchFailure(op, "the sum is repeated along another axis");
    Location loc = rewriter.getFusedLoc({exp.getLoc(), log.getLoc(), op.getLoc()});
    rewriter.replaceOp(
        op, graph::LogSoftmaxOp::create(rewriter, loc, dropMaximum(op.getX(), axis), axis));
    return success();
  }
};

} // namespace

void populateSoftmaxPatterns(RewritePatternSet &patterns) {
  patterns.add<RaiseSoftmax, RaiseLogOfSoftmax, RaiseLogSoftmax>(patterns.getContext());
}

} // namespace onnxcc
