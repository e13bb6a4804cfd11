// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constant factors of channels go into the weights of the convolution or product before or after
// them.
#include "dialects/graph/Graph.h"
#include "passes/optimize/Constants.h"
#include "passes/optimize/Passes.h"

#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace onnxcc {
#define GEN_PASS_DEF_FOLDSCALES
#include "passes/optimize/Passes.h.inc"

namespace {

/// The operand of a multiplication by, or division by, constant factors along `axis`.
Value matchScale(Operation *op, int64_t axis, std::vector<double> &factors) {
  if (!isa_and_nonnull<graph::MulOp, graph::DivOp>(op) ||
      !isa<FloatType>(cast<RankedTensorType>(op->getResult(0).getType()).getElementType()))
    return {};
  // Canonical multiplications have the constant on the right.
  std::optional<std::vector<double>> values = getChannelValues(op->getOperand(1), axis);
  if (!values)
    return {};
  factors = *values;
  if (isa<graph::DivOp>(op))
    for (double &factor : factors)
      factor = 1 / factor;
  return op->getOperand(0);
}

/// mul(product(x, w), s) -> product(x, w * s), through an addition of a constant: it is scaled
/// along.
struct FoldIntoProductBefore : RewritePattern {
  FoldIntoProductBefore(MLIRContext *context) : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}

  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    if (!isa<graph::MulOp, graph::DivOp>(op))
      return rewriter.notifyMatchFailure(op, "is no multiplication");
    Value x = op->getOperand(0);
    graph::AddOp bias = x.getDefiningOp<graph::AddOp>();
    if (bias)
      x = bias.getX();
    Operation *product = x.getDefiningOp();
    std::optional<Weights> weights = product ? Weights::get(product) : std::nullopt;
    if (!weights)
      return rewriter.notifyMatchFailure(op, "there is no product with constant weights before it");
    if (!product->hasOneUse() || (bias && !bias->hasOneUse()))
      return rewriter.notifyMatchFailure(op, "the product has other users");
    std::vector<double> factors;
    if (!matchScale(op, weights->channelAxis, factors))
      return rewriter.notifyMatchFailure(op, "the factors are not constant along channels");
    std::optional<std::vector<double>> biases;
    if (bias && !(biases = getChannelValues(bias.getY(), weights->channelAxis)))
      return rewriter.notifyMatchFailure(op,
                                         "what is added between is not constant along channels");

    Location loc = rewriter.getFusedLoc({product->getLoc(), op->getLoc()});
    rewriter.setInsertionPoint(product);
    weights->scaleOutputs(rewriter, factors);
    product->setLoc(loc);
    if (!bias) {
      rewriter.replaceOp(op, x);
      return success();
    }
    for (auto [value, factor] : llvm::zip_equal(*biases, factors))
      value *= factor;
    rewriter.setInsertionPoint(op);
    Value scaled =
        createChannelConstant(rewriter, loc, *biases, weights->channelAxis, bias.getType());
    rewriter.replaceOpWithNewOp<graph::AddOp>(op, x, scaled);
    return success();
  }
};

/// product(mul(x, s), w) -> product(x, s * w): padding is zero before and after.
struct FoldIntoProductAfter : RewritePattern {
  FoldIntoProductAfter(MLIRContext *context) : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}

  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    std::optional<Weights> weights = Weights::get(op);
    if (!weights)
      return rewriter.notifyMatchFailure(op, "is no product with constant weights");
    Operation *scale = op->getOperand(0).getDefiningOp();
    std::vector<double> factors;
    Value x = matchScale(scale, weights->inputAxis, factors);
    if (!x)
      return rewriter.notifyMatchFailure(op, "its operand is not scaled");
    if (!scale->hasOneUse())
      return rewriter.notifyMatchFailure(op, "the scaled operand has other users");
    rewriter.modifyOpInPlace(op, [&] {
      weights->scaleInputs(rewriter, factors);
      op->setOperand(0, x);
      op->setLoc(rewriter.getFusedLoc({scale->getLoc(), op->getLoc()}));
    });
    return success();
  }
};

struct FoldScales : impl::FoldScalesBase<FoldScales> {
  int64_t count() {
    int64_t scales = 0;
    getOperation().walk([&](Operation *op) { scales += isa<graph::MulOp, graph::DivOp>(op); });
    return scales;
  }

  void runOnOperation() override {
    int64_t before = count();
    RewritePatternSet patterns(&getContext());
    patterns.add<FoldIntoProductBefore, FoldIntoProductAfter>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      return signalPassFailure();
    folded += before - count();
  }
};

} // namespace
} // namespace onnxcc
