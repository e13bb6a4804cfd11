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

/// The first of the axes that are reduced, if those are the last ones.
std::optional<int64_t> getRowAxis(graph::ReduceOp reduce) {
  int64_t rank = reduce.getX().getType().getRank(), count = reduce.getAxes().size();
  for (auto [k, each] : llvm::enumerate(reduce.getAxes()))
    if (each != rank - count + int64_t(k))
      return std::nullopt;
  return count ? std::optional(rank - count) : std::nullopt;
}

/// The sum that `op` divides by the number of elements, also as a multiplication by 1 / n.
graph::ReduceOp getDividedSum(Operation *op) {
  if (!isa_and_nonnull<graph::MulOp, graph::DivOp>(op))
    return {};
  std::optional<double> constant = getConstantScalar(op->getOperand(1));
  auto sum = skipOnes(op->getOperand(0)).getDefiningOp<graph::ReduceOp>();
  if (!constant || !sum || !isa<FloatType>(sum.getType().getElementType()))
    return {};
  auto reduction = graph::Reduction::get(sum.getKind());
  if (reduction.combine != graph::ReduceKind::Sum || reduction.divides)
    return {};
  double count = 1;
  for (int64_t axis : sum.getAxes()) {
    int64_t extent = sum.getX().getType().getDimSize(axis);
    if (ShapedType::isDynamic(extent)) {
      noteRefused(op->getLoc(), kRaiseComposites, "RaiseMean",
                  "the number of elements is not constant");
      return {};
    }
    count *= extent;
  }
  double ratio = isa<graph::DivOp>(op) ? *constant / count : *constant * count;
  return std::abs(ratio - 1) <= 1e-6 ? sum : nullptr;
}

/// The reduction whose mean `value` is.
graph::ReduceOp getMean(Value value) {
  auto reduce = value.getDefiningOp<graph::ReduceOp>();
  return reduce && graph::Reduction::get(reduce.getKind()).divides
             ? reduce
             : getDividedSum(value.getDefiningOp());
}

/// What squares the elements that are reduced: a product, or the reduction itself.
Operation *getSquare(graph::ReduceOp reduce) {
  if (graph::Reduction::get(reduce.getKind()).squares)
    return reduce;
  return reduce.getX().getDefiningOp<graph::MulOp>();
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
    graph::ReduceOp reduce = getMean(skipOnes(sum ? sum.getX() : radicand));
    Operation *square = reduce ? getSquare(reduce) : nullptr;
    if (!square || llvm::any_of(square->getOperands(), [&](Value factor) { return factor != x; }))
      return {};
    std::optional<int64_t> axis = getRowAxis(reduce);
    if (!axis) {
      noteRefused(op->getLoc(), kRaiseComposites, "RaiseNorm", "its axes are not the last ones");
      return {};
    }
    if (!getRowValue(divisor, *axis))
      return {};
    Location loc =
        rewriter.getFusedLoc({square->getLoc(), radicand.getDefiningOp()->getLoc(), op->getLoc()});
    FloatAttr epsilonAttr = rewriter.getF64FloatAttr(*epsilon);
    auto difference = x.getDefiningOp<graph::SubOp>();
    Value row = difference ? getRowValue(difference.getY(), *axis) : Value();
    auto mean = row ? row.getDefiningOp<graph::ReduceOp>() : nullptr;
    if (mean && mean.getKind() == graph::ReduceKind::Mean && mean.getX() == difference.getX() &&
        getRowAxis(mean) == axis) {
      loc = rewriter.getFusedLoc({difference.getLoc(), loc});
      return graph::LayerNormOp::create(rewriter, loc, mean.getX(),
                                        rewriter.getI64IntegerAttr(*axis), epsilonAttr);
    }
    return graph::RmsNormOp::create(rewriter, loc, x, rewriter.getI64IntegerAttr(*axis),
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

/// sum(x) / n. Of squares there is no mean: they stay a sum.
struct RaiseMean : RewritePattern {
  RaiseMean(MLIRContext *context) : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}

  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    graph::ReduceOp sum = getDividedSum(op);
    if (!sum || sum.getKind() != graph::ReduceKind::Sum)
      return rewriter.notifyMatchFailure(op, "is no sum divided by the number of elements");
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
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
