// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Transposes, reshapes and pads that move nothing or follow one another, and reductions that
// combine nothing.
#include "passes/support/Movement.h"
#include "dialects/graph/Graph.h"
#include "passes/optimize/canonical/Patterns.h"

using namespace mlir;

namespace onnxcc {
namespace {

struct SimplifyTranspose : OpRewritePattern<graph::TransposeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::TransposeOp op, PatternRewriter &rewriter) const override {
    if (!op.getX().getDefiningOp<graph::TransposeOp>() &&
        !movesOnlyOnes(op.getX().getType(), op.getPermutation()))
      return rewriter.notifyMatchFailure(op, "is in its simplest form");
    rewriter.replaceOp(op, createTranspose(rewriter, op.getLoc(), op.getX(), op.getPermutation()));
    return success();
  }
};

struct SimplifyReshape : OpRewritePattern<graph::ReshapeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::ReshapeOp op, PatternRewriter &rewriter) const override {
    ArrayRef<AffineExpr> extents = op.getShape().getResults();
    if (!op.getX().getDefiningOp<graph::ReshapeOp>() &&
        !isEqual(getExtents(op.getX().getType()), extents))
      return rewriter.notifyMatchFailure(op, "is in its simplest form");
    rewriter.replaceOp(op, createReshape(rewriter, op.getLoc(), op.getX(), extents));
    return success();
  }
};

struct SimplifyPad : OpRewritePattern<graph::PadOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::PadOp op, PatternRewriter &rewriter) const override {
    auto isZero = [](int64_t amount) { return amount == 0; };
    if (llvm::all_of(op.getLow(), isZero) && llvm::all_of(op.getHigh(), isZero)) {
      rewriter.replaceOp(op, op.getX());
      return success();
    }
    auto inner = op.getX().getDefiningOp<graph::PadOp>();
    if (!inner || op.getMode() != graph::PadMode::Constant || inner.getMode() != op.getMode())
      return rewriter.notifyMatchFailure(op, "is no constant pad of one");
    auto value = op.getValue().getDefiningOp<graph::ConstantOp>();
    auto innerValue = inner.getValue().getDefiningOp<graph::ConstantOp>();
    if (op.getValue() != inner.getValue() &&
        (!value || !innerValue || value.getValue() != innerValue.getValue()))
      return rewriter.notifyMatchFailure(op, "pads with another value than the pad before");
    SmallVector<int64_t> low(op.getLow()), high(op.getHigh());
    for (size_t axis = 0; axis < low.size(); ++axis) {
      low[axis] += inner.getLow()[axis];
      high[axis] += inner.getHigh()[axis];
    }
    Location loc = rewriter.getFusedLoc({inner.getLoc(), op.getLoc()});
    rewriter.replaceOp(op, graph::PadOp::create(rewriter, loc, inner.getX(), op.getValue(),
                                                op.getMode(), low, high));
    return success();
  }
};

/// A reduction over no axes, or over axes of extent 1: each element by itself, or its square.
struct SimplifyReduce : OpRewritePattern<graph::ReduceOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::ReduceOp op, PatternRewriter &rewriter) const override {
    for (int64_t axis : op.getAxes())
      if (op.getX().getType().getDimSize(axis) != 1)
        return rewriter.notifyMatchFailure(op, "combines several elements");
    Value x = op.getX();
    if (graph::Reduction::get(op.getKind()).squares)
      x = graph::MulOp::create(rewriter, op.getLoc(), x, x);
    rewriter.replaceOp(op, createReshape(rewriter, op.getLoc(), x, getExtents(op.getType())));
    return success();
  }
};

/// reduce(reduce(x)) that combine alike is one reduction, of the inner one's kind.
struct MergeReduces : OpRewritePattern<graph::ReduceOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::ReduceOp op, PatternRewriter &rewriter) const override {
    Value x = op.getX();
    auto inner = x.getDefiningOp<graph::ReduceOp>();
    auto isMergeable = [](graph::Reduction inner, graph::Reduction outer) {
      return inner.combine == outer.combine && inner.divides == outer.divides && !outer.squares;
    };
    if (!inner || !inner->hasOneUse() ||
        !isMergeable(graph::Reduction::get(inner.getKind()), graph::Reduction::get(op.getKind())))
      return rewriter.notifyMatchFailure(op, "its operand is no such reduction");
    if (!isa<FloatType>(op.getType().getElementType()))
      return rewriter.notifyMatchFailure(op, "a mean of integers truncates");
    Permutation axes(inner.getAxes()), kept;
    for (int64_t axis = 0; axis < inner.getX().getType().getRank(); ++axis)
      if (!llvm::is_contained(axes, axis))
        kept.push_back(axis);
    for (int64_t axis : op.getAxes())
      axes.push_back(kept[axis]);
    llvm::sort(axes);
    Location loc = rewriter.getFusedLoc({inner.getLoc(), op.getLoc()});
    rewriter.replaceOp(op,
                       graph::ReduceOp::create(rewriter, loc, inner.getX(), inner.getKind(), axes));
    return success();
  }
};

} // namespace

void populateMovementPatterns(RewritePatternSet &patterns) {
  patterns.add<SimplifyTranspose, SimplifyReshape, SimplifyPad, SimplifyReduce, MergeReduces>(
      patterns.getContext());
}

} // namespace onnxcc
