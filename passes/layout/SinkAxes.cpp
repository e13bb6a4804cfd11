// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Transposes sink through ops with axes, which are renumbered: axis i of transpose(x, p) is axis
// p[i] of x.
#include "dialects/graph/Graph.h"
#include "passes/layout/SinkPatterns.h"
#include "passes/support/Movement.h"

using namespace mlir;

namespace onnxcc {
namespace {

/// A list with an entry an axis of transpose(x, p), for the axes of x.
template <class List> auto untranspose(const List &list, ArrayRef<int64_t> permutation) {
  return permute(list, invert(permutation));
}

/// The permutation that is left when `axes` of x, which is transposed, are dropped.
Permutation dropAxes(ArrayRef<int64_t> permutation, ArrayRef<int64_t> axes) {
  Permutation left;
  for (int64_t axis : permutation)
    if (!llvm::is_contained(axes, axis))
      left.push_back(axis - llvm::count_if(axes, [&](int64_t dropped) { return dropped < axis; }));
  return left;
}

template <class Op> struct SinkPattern : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;

  /// Replaces `op` by the transposed result of the op on the transpose's operand.
  virtual LogicalResult sink(Op op, Value x, Permutation permutation,
                             PatternRewriter &rewriter) const = 0;

  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    auto transpose = op->getOperand(0).template getDefiningOp<graph::TransposeOp>();
    if (!transpose)
      return rewriter.notifyMatchFailure(op, "the operand is no transpose");
    return sink(op, transpose.getX(), Permutation(transpose.getPermutation()), rewriter);
  }

  void replace(Op op, Value moved, ArrayRef<int64_t> permutation, PatternRewriter &rewriter) const {
    rewriter.replaceOp(op, changeLayout(rewriter, op.getLoc(), moved, permutation));
  }
};

struct SinkThroughReduce : SinkPattern<graph::ReduceOp> {
  using SinkPattern::SinkPattern;
  LogicalResult sink(graph::ReduceOp op, Value x, Permutation permutation,
                     PatternRewriter &rewriter) const override {
    Permutation axes;
    for (int64_t axis : op.getAxes())
      axes.push_back(permutation[axis]);
    llvm::sort(axes);
    Value moved = graph::ReduceOp::create(rewriter, op.getLoc(), x, op.getKind(), axes);
    replace(op, moved, dropAxes(permutation, axes), rewriter);
    return success();
  }
};

struct SinkThroughArgReduce : SinkPattern<graph::ArgReduceOp> {
  using SinkPattern::SinkPattern;
  LogicalResult sink(graph::ArgReduceOp op, Value x, Permutation permutation,
                     PatternRewriter &rewriter) const override {
    int64_t axis = permutation[op.getAxis()];
    Value moved =
        graph::ArgReduceOp::create(rewriter, op.getLoc(), x, op.getKind(), axis, op.getLast());
    replace(op, moved, dropAxes(permutation, axis), rewriter);
    return success();
  }
};

struct SinkThroughCumulate : SinkPattern<graph::CumulateOp> {
  using SinkPattern::SinkPattern;
  LogicalResult sink(graph::CumulateOp op, Value x, Permutation permutation,
                     PatternRewriter &rewriter) const override {
    Value moved =
        graph::CumulateOp::create(rewriter, op.getLoc(), x, op.getKind(), permutation[op.getAxis()],
                                  op.getExclusive(), op.getReverse());
    replace(op, moved, permutation, rewriter);
    return success();
  }
};

template <class Op> struct SinkThroughSoftmax : SinkPattern<Op> {
  using SinkPattern<Op>::SinkPattern;
  LogicalResult sink(Op op, Value x, Permutation permutation,
                     PatternRewriter &rewriter) const override {
    this->replace(op, Op::create(rewriter, op.getLoc(), x, permutation[op.getAxis()]), permutation,
                  rewriter);
    return success();
  }
};

struct SinkThroughPad : SinkPattern<graph::PadOp> {
  using SinkPattern::SinkPattern;
  LogicalResult sink(graph::PadOp op, Value x, Permutation permutation,
                     PatternRewriter &rewriter) const override {
    Value moved = graph::PadOp::create(rewriter, op.getLoc(), x, op.getValue(), op.getMode(),
                                       untranspose(op.getLow(), permutation),
                                       untranspose(op.getHigh(), permutation));
    replace(op, moved, permutation, rewriter);
    return success();
  }
};

struct SinkThroughSlice : SinkPattern<graph::SliceOp> {
  using SinkPattern::SinkPattern;
  LogicalResult sink(graph::SliceOp op, Value x, Permutation permutation,
                     PatternRewriter &rewriter) const override {
    auto starts = untranspose(op.getStarts().getResults(), permutation);
    auto sizes = untranspose(op.getSizes().getResults(), permutation);
    Value moved = graph::SliceOp::create(
        rewriter, op.getLoc(), x, getSymbolMap(starts, op.getContext()),
        getSymbolMap(sizes, op.getContext()), untranspose(op.getSteps(), permutation));
    replace(op, moved, permutation, rewriter);
    return success();
  }
};

/// A pool whose spatial axes were moved: it pools the operand's axes in their own order. Axes of
/// extent 1 may lie anywhere, so that a channels-last image whose channels are pooled over, as a
/// response normalisation does, is one.
struct SinkThroughPool : SinkPattern<graph::PoolOp> {
  using SinkPattern::SinkPattern;
  LogicalResult sink(graph::PoolOp op, Value x, Permutation permutation,
                     PatternRewriter &rewriter) const override {
    if (op.getLayout() != graph::Layout::ChannelsLast)
      return rewriter.notifyMatchFailure(op, "is channels-first");
    int64_t rank = permutation.size();
    Permutation order; // The pool's axes, as they lie in x.
    for (int64_t axis = 1; axis < rank - 1; ++axis)
      order.push_back(axis);
    llvm::sort(order, [&](int64_t a, int64_t b) { return permutation[a] < permutation[b]; });
    order.insert(order.begin(), 0);
    order.push_back(rank - 1);
    int64_t last = -1;
    for (int64_t axis : order) {
      if (op.getX().getType().getDimSize(axis) == 1)
        continue;
      if (permutation[axis] < last)
        return rewriter.notifyMatchFailure(op, "the batch or the channels move");
      last = permutation[axis];
    }
    if (isIdentity(order))
      return rewriter.notifyMatchFailure(op, "the spatial axes are in order");
    SmallVector<int64_t> window, strides, dilations, low, high;
    for (int64_t axis : ArrayRef(order).drop_front().drop_back()) {
      window.push_back(op.getWindow()[axis - 1]);
      strides.push_back(op.getStrides()[axis - 1]);
      dilations.push_back(op.getDilations()[axis - 1]);
      low.push_back(op.getPads()[axis - 1]);
      high.push_back(op.getPads()[axis - 1 + rank - 2]);
    }
    llvm::append_range(low, high);
    Value image =
        createReshape(rewriter, op.getLoc(), x, permute(getExtents(op.getX().getType()), order));
    Value moved = graph::PoolOp::create(rewriter, op.getLoc(), image, op.getKind(), window, strides,
                                        dilations, low, op.getCountPads(), op.getLayout());
    replace(op, moved, invert(order), rewriter);
    return success();
  }
};

/// The indices' axes replace the axis that is gathered.
struct SinkThroughGather : SinkPattern<graph::GatherOp> {
  using SinkPattern::SinkPattern;
  LogicalResult sink(graph::GatherOp op, Value x, Permutation permutation,
                     PatternRewriter &rewriter) const override {
    int64_t axis = permutation[op.getAxis()], grown = op.getIndices().getType().getRank() - 1;
    Permutation result;
    for (int64_t from : permutation) {
      if (from == axis)
        for (int64_t k = 0; k <= grown; ++k)
          result.push_back(axis + k);
      else
        result.push_back(from < axis ? from : from + grown);
    }
    replace(op, graph::GatherOp::create(rewriter, op.getLoc(), x, op.getIndices(), axis), result,
            rewriter);
    return success();
  }
};

/// Where all operands are equal transposes, or those that are not are constants.
struct SinkThroughConcat : OpRewritePattern<graph::ConcatOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::ConcatOp op, PatternRewriter &rewriter) const override {
    graph::TransposeOp first;
    for (Value input : op.getInputs())
      if (!first)
        first = input.getDefiningOp<graph::TransposeOp>();
    if (!first)
      return rewriter.notifyMatchFailure(op, "no operand is a transpose");
    Permutation permutation(first.getPermutation()), inverse = invert(permutation);
    SmallVector<Value> inputs;
    for (Value input : op.getInputs()) {
      auto transpose = input.getDefiningOp<graph::TransposeOp>();
      bool equal = transpose && transpose.getPermutation() == ArrayRef(permutation);
      // A reshape may be a transpose of which only axes of extent 1 moved.
      bool isFree = isa_and_nonnull<graph::ConstantOp, graph::BroadcastOp>(input.getDefiningOp()) ||
                    movesOnlyOnes(cast<RankedTensorType>(input.getType()), inverse);
      if (!equal && !isFree)
        return rewriter.notifyMatchFailure(op, "another operand is not transposed so");
      inputs.push_back(input);
    }
    for (Value &input : inputs)
      input = changeLayout(rewriter, input.getLoc(), input, inverse);
    Value moved = graph::ConcatOp::create(rewriter, op.getLoc(), inputs, permutation[op.getAxis()]);
    rewriter.replaceOp(op, changeLayout(rewriter, op.getLoc(), moved, permutation));
    return success();
  }
};

} // namespace

void populateSinkAxisPatterns(RewritePatternSet &patterns) {
  patterns
      .add<SinkThroughReduce, SinkThroughArgReduce, SinkThroughCumulate,
           SinkThroughSoftmax<graph::SoftmaxOp>, SinkThroughSoftmax<graph::LogSoftmaxOp>,
           SinkThroughPad, SinkThroughSlice, SinkThroughPool, SinkThroughGather, SinkThroughConcat>(
          patterns.getContext());
}

} // namespace onnxcc
