// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Transposes and gathers of dequantized constants move the codes: see Passes.td.
#include "dialects/graph/Graph.h"
#include "passes/quantize/Passes.h"
#include "passes/support/Movement.h"
#include "passes/support/QuantizedWeights.h"
#include "passes/support/Remarks.h"

using namespace mlir;

namespace onnxcc {
#define GEN_PASS_DEF_SINKBLOCKS
#include "passes/quantize/Passes.h.inc"

namespace {

/// A transpose, or a gather along one axis: what it does to tensors of the extents of its operand,
/// and to those that are spread over them.
class Move {
public:
  Move(PatternRewriter &rewriter, Operation *op) : rewriter(rewriter), op(op) {}

  static bool isOne(Operation *op) { return isa<graph::TransposeOp, graph::GatherOp>(op); }

  /// Whether blocks of a spread value stay together.
  bool keepsBlocks(Value value) {
    auto repeat = value.getDefiningOp<graph::RepeatOp>();
    return !repeat || (getAxis(repeat.getAxis()) && keepsBlocks(repeat.getX()));
  }

  /// `value`, moved. \pre its blocks stay together.
  Value apply(Value value) {
    Location loc = op->getLoc();
    if (auto repeat = value.getDefiningOp<graph::RepeatOp>())
      return graph::RepeatOp::create(rewriter, loc, apply(repeat.getX()),
                                     *getAxis(repeat.getAxis()), repeat.getSize(),
                                     repeat.getExtent());
    auto broadcast = value.getDefiningOp<graph::BroadcastOp>();
    if (!broadcast)
      return move(value);
    // With an axis for each of the result's; along what is gathered it may be the same everywhere.
    Extents extents = getExtents(broadcast.getType());
    Value aligned = createReshape(
        rewriter, loc, broadcast.getX(),
        alignExtents(getExtents(broadcast.getX().getType()), extents.size(), op->getContext()));
    Extents moved = moveExtents(extents);
    auto gather = dyn_cast<graph::GatherOp>(op);
    if (gather && cast<RankedTensorType>(aligned.getType()).getDimSize(gather.getAxis()) == 1) {
      Extents one = getExtents(cast<RankedTensorType>(aligned.getType()));
      one.erase(one.begin() + gather.getAxis());
      one.insert(one.begin() + gather.getAxis(), gather.getIndices().getType().getRank(),
                 rewriter.getAffineConstantExpr(1));
      return createBroadcast(rewriter, loc, createReshape(rewriter, loc, aligned, one), moved);
    }
    return createBroadcast(rewriter, loc, move(aligned), moved);
  }

private:
  Value move(Value value) {
    if (auto transpose = dyn_cast<graph::TransposeOp>(op))
      return createTranspose(rewriter, op->getLoc(), value, transpose.getPermutation());
    auto gather = cast<graph::GatherOp>(op);
    return graph::GatherOp::create(rewriter, op->getLoc(), value, gather.getIndices(),
                                   gather.getAxis());
  }
  Extents moveExtents(Extents extents) {
    if (auto transpose = dyn_cast<graph::TransposeOp>(op))
      return permute(extents, transpose.getPermutation());
    return getExtents(cast<RankedTensorType>(op->getResult(0).getType()));
  }
  /// Where an axis of the operand is in the result, if all of it is.
  std::optional<int64_t> getAxis(int64_t axis) {
    if (auto transpose = dyn_cast<graph::TransposeOp>(op))
      return llvm::find(transpose.getPermutation(), axis) - transpose.getPermutation().begin();
    auto gather = cast<graph::GatherOp>(op);
    int64_t gathered = gather.getAxis();
    if (axis == gathered)
      return std::nullopt;
    return axis < gathered ? axis : axis - 1 + gather.getIndices().getType().getRank();
  }

  PatternRewriter &rewriter;
  Operation *op;
};

/// move(dequantize(constant)) -> dequantize(move(constant)).
struct SinkDequantizedConstant : RewritePattern {
  SinkDequantizedConstant(MLIRContext *context) : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}
  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    auto dequantize = Move::isOne(op) ? op->getOperand(0).getDefiningOp<graph::DequantizeOp>()
                                      : graph::DequantizeOp();
    if (!dequantize || !dequantize.getX().getDefiningOp<graph::ConstantOp>())
      return rewriter.notifyMatchFailure(op, "it moves no dequantized constant");
    if (!isSpreadConstant(dequantize.getScale()) || !isSpreadConstant(dequantize.getZeroPoint()))
      return rewriter.notifyMatchFailure(op, "its scale or zero point is no constant");
    Move move(rewriter, op);
    if (!move.keepsBlocks(dequantize.getScale()) || !move.keepsBlocks(dequantize.getZeroPoint()))
      return refuse(rewriter, op, "sink-blocks", "SinkDequantizedConstant",
                    "it gathers within blocks");
    SmallVector<Value> moved;
    for (Value operand : dequantize->getOperands())
      moved.push_back(move.apply(operand));
    rewriter.replaceOpWithNewOp<graph::DequantizeOp>(op, moved[0], moved[1], moved[2]);
    return success();
  }
};

struct SinkBlocks : impl::SinkBlocksBase<SinkBlocks> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<SinkDequantizedConstant>(&getContext());
    if (failed(applyPatterns(getOperation(), std::move(patterns), getArgument())))
      signalPassFailure();
  }
};

} // namespace
} // namespace onnxcc
