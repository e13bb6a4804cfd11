// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Layer norm, RMS norm and the mean from sums, squares and roots.
#include "passes/optimize/Constants.h"
#include "passes/optimize/composites/Patterns.h"
#include "passes/support/Movement.h"
#include "passes/support/Remarks.h"

#include <cmath>

using namespace mlir;

namespace onnxcc {
namespace {

/// What is repeated along the axes from `axis` on to give `value`: a value with
/// one element a row.
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

/// x / sqrt(mean(x * x) + epsilon), the division also as a multiplication by
/// the reciprocal. Where x is itself y - mean(y), it is a layer norm of y, else
/// an RMS norm.
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
    auto broadcast = divisor.getDefiningOp<graph::BroadcastOp>();
    Value radicand =
        broadcast ? matchRoot(skipOnes(broadcast.getX()), isa<graph::MulOp>(op)) : Value();
    if (!radicand)
      return {};
    // No epsilon is one of 0.
    auto sum = skipOnes(radicand).getDefiningOp<graph::AddOp>();
    std::optional<double> epsilon = sum ? getConstantScalar(sum.getY()) : 0.0;
    if (!epsilon)
      return {};
    Value mean = skipOnes(sum ? sum.getX() : radicand);
    auto reduce = mean.getDefiningOp<graph::ReduceOp>();
    auto square = reduce && reduce.getKind() == graph::ReduceKind::Mean
                      ? reduce.getX().getDefiningOp<graph::MulOp>()
                      : nullptr;
    if (!square || square.getX() != x || square.getY() != x)
      return {};
    int64_t axis = -1, meanAxis = -1;
    if (!matchRowReduce(mean, graph::ReduceKind::Mean, axis)) {
      noteRefused(op->getLoc(), kRaiseComposites, "RaiseNorm", "its axes are not the last ones");
      return {};
    }
    if (!getRowValue(divisor, axis))
      return {};
    Location loc =
        rewriter.getFusedLoc({square.getLoc(), radicand.getDefiningOp()->getLoc(), op->getLoc()});
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

  /// v of sqrt(v); of a factor: of 1 / sqrt(v), which is v^-0.5 as well.
  static Value matchRoot(Value value, bool isFactor) {
    if (isFactor) {
      Operation *op = value.getDefiningOp();
      if (isa_and_nonnull<graph::PowOp>(op))
        return getConstantScalar(op->getOperand(1)) == -0.5 ? op->getOperand(0) : Value();
      bool isInverse =
          isa_and_nonnull<graph::ReciprocalOp>(op) ||
          (isa_and_nonnull<graph::DivOp>(op) && getConstantScalar(op->getOperand(0)) == 1.0);
      if (!isInverse)
        return {};
      value = skipOnes(op->getOperands().back());
    }
    Operation *op = value.getDefiningOp();
    if (isa_and_nonnull<graph::PowOp>(op))
      return getConstantScalar(op->getOperand(1)) == 0.5 ? op->getOperand(0) : Value();
    return isa_and_nonnull<graph::SqrtOp>(op) ? op->getOperand(0) : Value();
  }
};

/// sum(x) / n, also as a multiplication by 1 / n, where n elements are summed.
struct RaiseMean : RewritePattern {
  RaiseMean(MLIRContext *context) : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}

  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    if (!isa<graph::MulOp, graph::DivOp>(op))
      return rewriter.notifyMatchFailure(op, "is no quotient");
    std::optional<double> constant = getConstantScalar(op->getOperand(1));
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
    auto sum = skipOnes(op->getOperand(0)).getDefiningOp<graph::ReduceOp>();
    if (!constant || !sum || sum.getKind() != graph::ReduceKind::Sum ||
        !isa<FloatType>(type.getElementType()))
      return rewriter.notifyMatchFailure(op, "is no sum divided by a constant");
    double count = 1;
    for (int64_t axis : sum.getAxes()) {
      int64_t extent = sum.getX().getType().getDimSize(axis);
      if (ShapedType::isDynamic(extent))
        return refuse(rewriter, op, kRaiseComposites, "RaiseMean",
                      "the number of elements is not constant");
      count *= extent;
    }
    double ratio = isa<graph::DivOp>(op) ? *constant / count : *constant * count;
    if (std::abs(ratio - 1) > 1e-6)
      return rewriter.notifyMatchFailure(op, "the constant is not the number of elements");
    Location loc = rewriter.getFusedLoc({sum.getLoc(), op->getLoc()});
    Value mean =
        graph::ReduceOp::create(rewriter, loc, sum.getX(), graph::ReduceKind::Mean, sum.getAxes());
    rewriter.replaceOp(op, createReshape(rewriter, loc, mean, getExtents(type)));
    return success();
  }
};

} // namespace

void populateNormPatterns(RewritePatternSet &patterns) {
  patterns.add<RaiseNorm, RaiseMean>(patterns.getContext());
}

} // namespace onnxcc
