// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Transposes sink through elementwise ops and broadcasts.
#include "dialects/graph/Graph.h"
#include "passes/layout/SinkPatterns.h"
#include "passes/support/Movement.h"

using namespace mlir;

namespace onnxcc {
namespace {

/// The extents of a broadcast's operand, with leading ones up to the result's rank.
Extents getAlignedExtents(graph::BroadcastOp op) {
  return alignExtents(getExtents(op.getX().getType()), op.getType().getRank(), op.getContext());
}

/// Whether `value` is a constant that has only been moved: what moves it further is folded.
bool isMovedConstant(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (!isa<graph::TransposeOp, graph::ReshapeOp>(op))
      return isa<graph::ConstantOp>(op);
    value = op->getOperand(0);
  }
  return false;
}

/// Whether transposing `value` moves no data at run time, or little beside the other operands.
bool isFreeToTranspose(Value value, ArrayRef<int64_t> permutation) {
  // A broadcast's operand is transposed in its stead.
  return value.getDefiningOp<graph::BroadcastOp>() || isMovedConstant(value) ||
         movesOnlyOnes(cast<RankedTensorType>(value.getType()), permutation);
}

/// transpose(value, permutation), through a broadcast.
Value transposeOperand(PatternRewriter &rewriter, Value value, ArrayRef<int64_t> permutation) {
  auto broadcast = value.getDefiningOp<graph::BroadcastOp>();
  if (!broadcast)
    return changeLayout(rewriter, value.getLoc(), value, permutation);
  Value source =
      createReshape(rewriter, broadcast.getLoc(), broadcast.getX(), getAlignedExtents(broadcast));
  source = changeLayout(rewriter, broadcast.getLoc(), source, permutation);
  return createBroadcast(rewriter, broadcast.getLoc(), source,
                         permute(getExtents(broadcast.getType()), permutation));
}

/// op(transpose(a), b) -> transpose(op(a, untransposed b)) where that transposes no more tensors.
struct SinkThroughElementwise : OpInterfaceRewritePattern<graph::ElementwiseOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;
  LogicalResult matchAndRewrite(graph::ElementwiseOpInterface op,
                                PatternRewriter &rewriter) const override {
    graph::TransposeOp first;
    for (Value operand : op->getOperands())
      if (!first && !isMovedConstant(operand))
        first = operand.getDefiningOp<graph::TransposeOp>();
    if (!first)
      return rewriter.notifyMatchFailure(op, "no operand is a transpose");
    Permutation permutation(first.getPermutation()), inverse = invert(permutation);

    // Tensors that no longer are transposed, and those that now are. Elements' widths do not count:
    // a conversion to a wider type is mostly followed by the way back.
    int64_t saved = 0, added = 0;
    for (Value operand : op->getOperands()) {
      auto transpose = operand.getDefiningOp<graph::TransposeOp>();
      if (isFreeToTranspose(operand, inverse))
        continue;
      if (transpose && transpose.getPermutation() == ArrayRef(permutation))
        ++saved;
      else
        ++added;
    }
    Value result = op->getResult(0);
    bool undone = !result.use_empty() && llvm::all_of(result.getUsers(), [&](Operation *user) {
      auto transpose = dyn_cast<graph::TransposeOp>(user);
      return transpose && transpose.getPermutation() == ArrayRef(inverse);
    });
    added += !undone;
    if (added > saved)
      return rewriter.notifyMatchFailure(op, "would transpose more than before");

    SmallVector<Value> operands;
    for (Value operand : op->getOperands())
      operands.push_back(transposeOperand(rewriter, operand, inverse));
    Operation *moved = rewriter.clone(*op);
    moved->setOperands(operands);
    moved->getResult(0).setType(
        getTransposedType(cast<RankedTensorType>(result.getType()), inverse));
    if (undone) {
      // At once: as long as both transposes are there, the op could take the first of them back.
      for (Operation *user : llvm::to_vector(result.getUsers()))
        rewriter.replaceOp(user, moved->getResult(0));
      rewriter.eraseOp(op);
      return success();
    }
    rewriter.replaceOp(op, changeLayout(rewriter, op.getLoc(), moved->getResult(0), permutation));
    return success();
  }
};

/// broadcast(transpose(x)) -> transpose(broadcast(x)), where an op that would not take it from the
/// broadcast follows: as in upsampling, which repeats pixels by a broadcast between reshapes.
struct SinkThroughBroadcast : OpRewritePattern<graph::BroadcastOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::BroadcastOp op, PatternRewriter &rewriter) const override {
    auto transpose = op.getX().getDefiningOp<graph::TransposeOp>();
    if (!transpose || isMovedConstant(transpose))
      return rewriter.notifyMatchFailure(op, "the operand is no transpose");
    if (llvm::all_of(op->getUsers(),
                     [](Operation *user) { return isa<graph::ElementwiseOpInterface>(user); }))
      return rewriter.notifyMatchFailure(
          op, "elementwise ops transpose the broadcast's operand, which is smaller");
    int64_t grown = op.getType().getRank() - transpose.getType().getRank();
    Permutation permutation;
    for (int64_t axis = 0; axis < grown; ++axis)
      permutation.push_back(axis);
    for (int64_t axis : transpose.getPermutation())
      permutation.push_back(axis + grown);
    Value moved = createBroadcast(rewriter, op.getLoc(), transpose.getX(),
                                  permute(op.getShape().getResults(), invert(permutation)));
    rewriter.replaceOp(op, changeLayout(rewriter, op.getLoc(), moved, permutation));
    return success();
  }
};

/// transpose(broadcast(x)) -> broadcast(transpose(x)) where x need not be moved for it.
struct HoistAboveBroadcast : OpRewritePattern<graph::TransposeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::TransposeOp op, PatternRewriter &rewriter) const override {
    auto broadcast = op.getX().getDefiningOp<graph::BroadcastOp>();
    if (!broadcast)
      return rewriter.notifyMatchFailure(op, "the operand is no broadcast");
    Extents aligned = getAlignedExtents(broadcast);
    if (!isMovedConstant(broadcast.getX()) &&
        !movesOnlyOnes(getTensorType(aligned, broadcast.getType().getElementType()),
                       op.getPermutation()))
      return rewriter.notifyMatchFailure(op, "the broadcast's operand would be moved");
    rewriter.replaceOp(op, transposeOperand(rewriter, broadcast, op.getPermutation()));
    return success();
  }
};

} // namespace

void populateSinkElementwisePatterns(RewritePatternSet &patterns) {
  patterns.add<SinkThroughElementwise, SinkThroughBroadcast, HoistAboveBroadcast>(
      patterns.getContext());
}

} // namespace onnxcc
