// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Transposes and reshapes change places where neither tears the other's groups of axes apart.
#include "dialects/graph/Graph.h"
#include "passes/layout/SinkPatterns.h"
#include "passes/support/Movement.h"

using namespace mlir;

namespace onnxcc {
namespace {

/// The groups in the order of their places, or nothing where a group's axes do not stay together in
/// order. `places` has the place of each axis [begin, end) of a group; axes of extent 1 do not
/// count, wherever they are.
std::optional<SmallVector<AxisGroup>> orderGroups(ArrayRef<AxisGroup> groups, bool byTo,
                                                  ArrayRef<int64_t> places,
                                                  ArrayRef<AffineExpr> extents) {
  SmallVector<std::pair<int64_t, AxisGroup>> placed;
  SmallVector<int64_t> axisAt = invert(places);
  int64_t previous = -1;
  for (const AxisGroup &group : groups) {
    int64_t first = -1, last = -1;
    for (int64_t axis = byTo ? group.toBegin : group.fromBegin,
                 end = byTo ? group.toEnd : group.fromEnd;
         axis < end; ++axis) {
      if (isOne(extents[axis]))
        continue;
      if (places[axis] < last)
        return std::nullopt;
      // Nothing but axes of extent 1 may have come between.
      for (int64_t between = last + 1; last >= 0 && between < places[axis]; ++between)
        if (!isOne(extents[axisAt[between]]))
          return std::nullopt;
      last = places[axis];
      if (first < 0)
        first = last;
    }
    // A group of ones follows its neighbour.
    previous = first < 0 ? previous : first;
    placed.push_back({previous, group});
  }
  llvm::stable_sort(placed, [](const auto &a, const auto &b) { return a.first < b.first; });
  SmallVector<AxisGroup> ordered;
  for (const auto &entry : placed)
    ordered.push_back(entry.second);
  return ordered;
}

/// reshape(transpose(x)) -> transpose(reshape(x)).
struct SinkThroughReshape : OpRewritePattern<graph::ReshapeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::ReshapeOp op, PatternRewriter &rewriter) const override {
    auto transpose = op.getX().getDefiningOp<graph::TransposeOp>();
    if (!transpose)
      return rewriter.notifyMatchFailure(op, "the operand is no transpose");
    Extents from = getExtents(transpose.getType()), to(op.getShape().getResults());
    auto groups = matchReshape(from, to);
    if (!groups)
      return rewriter.notifyMatchFailure(op, "its groups of axes are not known");
    auto ordered = orderGroups(*groups, /*byTo=*/false, transpose.getPermutation(), from);
    if (!ordered)
      return rewriter.notifyMatchFailure(op,
                                         "it merges axes that the transpose has brought together");
    Extents shape;
    Permutation axes; // Of the result, in the order of the reshape before the transpose.
    for (const AxisGroup &group : *ordered)
      for (int64_t axis = group.toBegin; axis < group.toEnd; ++axis) {
        shape.push_back(to[axis]);
        axes.push_back(axis);
      }
    Value moved = createReshape(rewriter, op.getLoc(), transpose.getX(), shape);
    rewriter.replaceOp(op, createTranspose(rewriter, transpose.getLoc(), moved, invert(axes)));
    return success();
  }
};

/// transpose(reshape(transpose(x))) -> reshape(transpose(x)): two of them become one.
struct HoistAboveReshape : OpRewritePattern<graph::TransposeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::TransposeOp op, PatternRewriter &rewriter) const override {
    auto reshape = op.getX().getDefiningOp<graph::ReshapeOp>();
    if (!reshape || !reshape.getX().getDefiningOp<graph::TransposeOp>())
      return rewriter.notifyMatchFailure(op, "there are not two transposes about a reshape");
    Extents from = getExtents(reshape.getX().getType()), to(reshape.getShape().getResults());
    auto groups = matchReshape(from, to);
    if (!groups)
      return rewriter.notifyMatchFailure(op, "the reshape's groups of axes are not known");
    auto ordered = orderGroups(*groups, /*byTo=*/true, invert(op.getPermutation()), to);
    if (!ordered)
      return rewriter.notifyMatchFailure(op, "it tears apart axes that the reshape has split");
    Permutation permutation;
    for (const AxisGroup &group : *ordered)
      for (int64_t axis = group.fromBegin; axis < group.fromEnd; ++axis)
        permutation.push_back(axis);
    Value moved = createTranspose(rewriter, op.getLoc(), reshape.getX(), permutation);
    rewriter.replaceOp(op,
                       createReshape(rewriter, reshape.getLoc(), moved, getExtents(op.getType())));
    return success();
  }
};

/// matmul(reshape(transpose(x)), weights): the weights' rows take the order of x, if the reshape
/// merges just the axes that are moved. Worth it for constant weights, which are permuted here.
struct AbsorbIntoWeights : OpRewritePattern<graph::MatMulOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::MatMulOp op, PatternRewriter &rewriter) const override {
    auto reshape = op.getLhs().getDefiningOp<graph::ReshapeOp>();
    auto transpose = reshape ? reshape.getX().getDefiningOp<graph::TransposeOp>() : nullptr;
    if (!transpose)
      return rewriter.notifyMatchFailure(op, "the operand is no reshape of a transpose");
    if (!op.getRhs().getDefiningOp<graph::ConstantOp>())
      return rewriter.notifyMatchFailure(op, "the weights are not constant");
    Extents from = getExtents(transpose.getType()), to(reshape.getShape().getResults());
    auto groups = matchReshape(from, to);
    if (!groups || groups->empty())
      return rewriter.notifyMatchFailure(op, "the reshape's groups of axes are not known");
    AxisGroup rows = groups->back();
    int64_t rank = from.size(), begin = rows.fromBegin;
    if (rows.toEnd - rows.toBegin != 1)
      return rewriter.notifyMatchFailure(op, "the rows are not merged by themselves");
    ArrayRef<int64_t> permutation = transpose.getPermutation();
    for (int64_t axis = 0; axis < begin; ++axis)
      if (permutation[axis] != axis)
        return rewriter.notifyMatchFailure(op, "other axes than the merged ones move");
    auto weights = op.getRhs().getType();
    int64_t weightRank = weights.getRank();
    Extents batch = getExtents(weights), split, inner(from.begin() + begin, from.end());
    for (int64_t axis = 0; axis + 2 < weightRank; ++axis)
      split.push_back(batch[axis]);
    llvm::append_range(split, inner);
    split.push_back(batch.back());
    // Rows in the order of x: axis i of the transpose is axis permutation[i] of x.
    Permutation order;
    for (int64_t axis = 0; axis + 2 < weightRank; ++axis)
      order.push_back(axis);
    Permutation inverse = invert(permutation);
    for (int64_t axis = begin; axis < rank; ++axis)
      order.push_back(inverse[axis] - begin + weightRank - 2);
    order.push_back(split.size() - 1);

    Location loc = op.getRhs().getLoc();
    Value permuted = createReshape(rewriter, loc, op.getRhs(), split);
    permuted = createTranspose(rewriter, loc, permuted, order);
    permuted = createReshape(rewriter, loc, permuted, batch);
    Value flat = createReshape(rewriter, reshape.getLoc(), transpose.getX(), to);
    rewriter.replaceOpWithNewOp<graph::MatMulOp>(op, flat, permuted);
    return success();
  }
};

/// The axes whose extent is not 1.
SmallVector<int64_t> getAxesBeyondOne(ArrayRef<AffineExpr> extents) {
  SmallVector<int64_t> axes;
  for (auto [axis, extent] : llvm::enumerate(extents))
    if (!isOne(extent))
      axes.push_back(axis);
  return axes;
}

/// op(reshape(a), b) -> reshape(op(a, b)) where the reshape only moves axes of extent 1, as what
/// was a transpose of a squeezed image does: it goes the way of a transpose.
struct SinkOnesThroughElementwise : OpInterfaceRewritePattern<graph::ElementwiseOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;
  LogicalResult matchAndRewrite(graph::ElementwiseOpInterface op,
                                PatternRewriter &rewriter) const override {
    auto result = cast<RankedTensorType>(op->getResult(0).getType());
    Extents before = getExtents(result), after;
    SmallVector<int64_t> axesBefore = getAxesBeyondOne(before), axesAfter;
    for (Value operand : op->getOperands()) {
      auto reshape = operand.getDefiningOp<graph::ReshapeOp>();
      if (!reshape || reshape.getX().getDefiningOp<graph::ConstantOp>())
        continue;
      after = getExtents(reshape.getX().getType());
      axesAfter = getAxesBeyondOne(after);
      break;
    }
    if (after.empty() || !isEqual(permute(before, axesBefore), permute(after, axesAfter)))
      return rewriter.notifyMatchFailure(op, "no operand's reshape only moves axes of extent 1");

    auto isReshapedSo = [&](Value operand) {
      auto reshape = operand.getDefiningOp<graph::ReshapeOp>();
      return reshape && isEqual(getExtents(reshape.getX().getType()), after);
    };
    for (Value operand : op->getOperands())
      if (!isReshapedSo(operand) &&
          !isa_and_nonnull<graph::ConstantOp, graph::BroadcastOp>(operand.getDefiningOp()))
        return rewriter.notifyMatchFailure(op, "another operand is not reshaped so");

    SmallVector<Value> operands;
    for (Value operand : op->getOperands()) {
      auto broadcast = operand.getDefiningOp<graph::BroadcastOp>();
      if (isReshapedSo(operand)) {
        operands.push_back(operand.getDefiningOp()->getOperand(0));
      } else if (broadcast) {
        Extents source =
            alignExtents(getExtents(broadcast.getX().getType()), before.size(), getContext());
        Extents moved(after.size(), getAffineConstantExpr(1, getContext()));
        for (auto [from, to] : llvm::zip_equal(axesBefore, axesAfter))
          moved[to] = source[from];
        Value small = createReshape(rewriter, operand.getLoc(), broadcast.getX(), moved);
        operands.push_back(createBroadcast(rewriter, operand.getLoc(), small, after));
      } else {
        operands.push_back(createReshape(rewriter, operand.getLoc(), operand, after));
      }
    }
    Operation *moved = rewriter.clone(*op);
    moved->setOperands(operands);
    moved->getResult(0).setType(getTensorType(after, result.getElementType()));
    rewriter.replaceOp(op, createReshape(rewriter, op.getLoc(), moved->getResult(0), before));
    return success();
  }
};

} // namespace

void populateSinkReshapePatterns(RewritePatternSet &patterns) {
  patterns
      .add<SinkThroughReshape, HoistAboveReshape, AbsorbIntoWeights, SinkOnesThroughElementwise>(
          patterns.getContext());
}

} // namespace onnxcc
