// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Bytes are moved, not what they stand for: dequantisation sinks through movements, quantisation
// rises through them.
#include "passes/quantize/Integers.h"
#include "passes/support/Movement.h"
#include "passes/support/Remarks.h"

#include <cmath>

using namespace mlir;

namespace onnxcc {

namespace {

/// Whether the op compares elements: scales must not turn their order.
bool compares(Operation *op) {
  return isa<graph::MaxOp, graph::MinOp, graph::PoolOp, graph::ReduceOp>(op);
}

/// move(dequantize(x)) -> dequantize(move(x)), where one scale and zero point are for all, or for
/// a channel that a transpose moves.
struct SinkDequantize : RewritePattern {
  SinkDequantize(MLIRContext *context) : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}
  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    MutableArrayRef<OpOperand> moved = getMoved(op);
    if (moved.empty())
      return rewriter.notifyMatchFailure(op, "it moves no elements");
    auto first = moved.front().get().getDefiningOp<graph::DequantizeOp>();
    if (!first)
      return rewriter.notifyMatchFailure(op, "it moves no dequantized values");
    std::optional<Parameter> scale = Parameter::get(first.getScale()),
                             zero = Parameter::get(first.getZeroPoint());
    std::optional<std::vector<double>> number = scale ? scale->getNumbers() : std::nullopt;
    auto transpose = dyn_cast<graph::TransposeOp>(op);
    if (!scale || !zero || ((scale->axis || zero->axis) && !transpose) ||
        (compares(op) && (!number || number->empty() || number->front() <= 0)))
      return rewriter.notifyMatchFailure(op, "its scale is not one for all");
    // What is repeated is dequantized once, at compile time if it can be.
    if (isa<graph::BroadcastOp>(op) && first.getX().getDefiningOp<graph::ConstantOp>())
      return rewriter.notifyMatchFailure(op, "it repeats a constant");
    Type byte = first.getX().getType().getElementType();
    SmallVector<Value> operands(op->getOperands());
    for (OpOperand &operand : moved) {
      auto dequantize = operand.get().getDefiningOp<graph::DequantizeOp>();
      Value &bytes = operands[operand.getOperandNumber()];
      if (isa<graph::PadOp>(op) && operand.getOperandNumber() == 1 && isZero(bytes)) {
        bytes = zero->spread(rewriter, op->getLoc(), RankedTensorType::get({}, byte));
        continue;
      }
      if (!dequantize || dequantize.getX().getType().getElementType() != byte ||
          !areEqual(dequantize.getScale(), first.getScale()) ||
          !areEqual(dequantize.getZeroPoint(), first.getZeroPoint()))
        return rewriter.notifyMatchFailure(op, "its operands are of several scales");
      bytes = dequantize.getX();
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

/// quantize(move(x)) -> move(quantize(x)), where one scale and zero point are for all: rounding and
/// saturating keep the order of numbers.
struct RaiseQuantization : OpRewritePattern<graph::QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::QuantizeOp op, PatternRewriter &rewriter) const override {
    Operation *movement = op.getX().getDefiningOp();
    auto type = dyn_cast<IntegerType>(op.getType().getElementType());
    MutableArrayRef<OpOperand> moved =
        movement && type ? getMoved(movement) : MutableArrayRef<OpOperand>();
    // A slice or gather leaves elements out, which need not be quantized; a clip is the code's.
    if (moved.empty() || !movement->hasOneUse() || getClip(movement) ||
        isa<graph::SliceOp, graph::GatherOp, graph::GatherElementsOp>(movement))
      return rewriter.notifyMatchFailure(op, "it quantizes nothing that is only moved");
    std::optional<Parameter> scale = Parameter::get(op.getScale()),
                             zero = Parameter::get(op.getZeroPoint());
    if (!scale || !zero || scale->axis || zero->axis ||
        !UniformParameters::get(op.getScale(), op.getZeroPoint()))
      return rewriter.notifyMatchFailure(op, "its scale is not one for all, and known");
    auto getElement = [](Value value) {
      return cast<RankedTensorType>(value.getType()).getElementType();
    };
    if (llvm::any_of(moved, [&](OpOperand &operand) {
          return getElement(operand.get()) != getElement(op.getX());
        }))
      return rewriter.notifyMatchFailure(op, "it moves elements of several types");
    rewriter.setInsertionPoint(movement);
    SmallVector<Value> operands(movement->getOperands());
    for (OpOperand &operand : moved) {
      auto like = cast<RankedTensorType>(operand.get().getType());
      operands[operand.getOperandNumber()] = graph::QuantizeOp::create(
          rewriter, op.getLoc(), operand.get(), scale->spread(rewriter, op.getLoc(), like),
          zero->spread(rewriter, op.getLoc(), like));
    }
    if (auto pad = dyn_cast<graph::PadOp>(movement); pad && moved.size() == 1)
      operands[1] = zero->spread(rewriter, op.getLoc(), RankedTensorType::get({}, type));
    Operation *bytes = rewriter.clone(*movement);
    bytes->setOperands(operands);
    bytes->getResult(0).setType(op.getType());
    bytes->setLoc(rewriter.getFusedLoc({movement->getLoc(), op.getLoc()}));
    rewriter.replaceOp(op, bytes);
    return success();
  }
};

/// quantize(dequantize(x)) -> x with the same parameters.
struct DropRoundTrip : OpRewritePattern<graph::QuantizeOp> {
  explicit DropRoundTrip(MLIRContext *context) // before tables and factors
      : OpRewritePattern(context, /*benefit=*/4) {}
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

} // namespace

void addMovements(RewritePatternSet &patterns) {
  patterns.add<SinkDequantize, RaiseQuantization, DropRoundTrip>(patterns.getContext());
}

} // namespace onnxcc
