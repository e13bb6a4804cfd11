// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constant factors of channels go into the weights of the convolution or product before or after
// them.
#include "dialects/graph/Graph.h"
#include "passes/optimize/Constants.h"
#include "passes/optimize/Passes.h"
#include "passes/support/Remarks.h"

#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace onnxcc {
#define GEN_PASS_DEF_FOLDSCALES
#include "passes/optimize/Passes.h.inc"

namespace {

constexpr llvm::StringLiteral kNotHeld =
    "weights or constants multiplied by the factor would over- or underflow";

/// The operand of a multiplication by, or division by, constant factors along `axis`; a scalar is
/// one factor.
Value matchScale(Operation *op, int64_t axis, std::vector<double> &factors) {
  if (!isa_and_nonnull<graph::MulOp, graph::DivOp>(op) ||
      !isa<FloatType>(getElementTypeOrSelf(op->getResult(0))))
    return {};
  // Canonical multiplications have the constant on the right.
  if (std::optional<double> scalar = getConstantScalar(op->getOperand(1)))
    factors = {*scalar};
  else if (std::optional<std::vector<double>> values = getChannelValues(op->getOperand(1), axis))
    factors = *values;
  else
    return {};
  if (isa<graph::DivOp>(op))
    for (double &factor : factors)
      factor = 1 / factor;
  return op->getOperand(0);
}

/// mul(product(x, w), s) -> product(x, w * s), through an addition of a constant, which is scaled
/// along, and, for a scalar s, through reshapes and transposes.
struct FoldIntoProductBefore : RewritePattern {
  FoldIntoProductBefore(MLIRContext *context) : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}

  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    if (!isa<graph::MulOp, graph::DivOp>(op))
      return rewriter.notifyMatchFailure(op, "is no multiplication");
    SmallVector<Operation *> between;
    Operation *product = op->getOperand(0).getDefiningOp();
    while (isa_and_nonnull<graph::ReshapeOp, graph::TransposeOp>(product)) {
      between.push_back(product);
      product = product->getOperand(0).getDefiningOp();
    }
    bool isMoved = !between.empty();
    auto bias = dyn_cast_or_null<graph::AddOp>(product);
    if (bias) {
      between.push_back(bias);
      product = bias.getX().getDefiningOp();
    }
    std::optional<Weights> weights = product ? Weights::get(product) : std::nullopt;
    if (!weights)
      return rewriter.notifyMatchFailure(op, "there is no product with constant weights before it");
    between.push_back(product);
    std::vector<double> factors;
    int64_t axis = isMoved ? 0 : weights->channelAxis;
    if (!matchScale(op, axis, factors))
      return rewriter.notifyMatchFailure(op, "the factors are not constant along channels");
    if (!getConstantScalar(op->getOperand(1)) && isMoved)
      return refuse(rewriter, op, "fold-scales", "FoldIntoProductBefore",
                    "several factors do not follow the movement");
    if (!llvm::all_of(between, [](Operation *each) { return each->hasOneUse(); }))
      return refuse(rewriter, op, "fold-scales", "FoldIntoProductBefore",
                    "the product has other users");
    factors.resize(weights->channels, factors.empty() ? 1 : factors[0]);
    std::optional<std::vector<double>> biases;
    if (bias && !(biases = getChannelValues(bias.getY(), weights->channelAxis)))
      return refuse(rewriter, op, "fold-scales", "FoldIntoProductBefore",
                    "what is added between is not constant along channels");

    if (bias)
      for (auto [value, factor] : llvm::zip_equal(*biases, factors)) {
        if (!isProductHeld(value, factor, getElementTypeOrSelf(bias.getResult())))
          return refuse(rewriter, op, "fold-scales", "FoldIntoProductBefore", kNotHeld);
        value *= factor;
      }
    rewriter.setInsertionPoint(product);
    if (failed(weights->scaleOutputs(rewriter, factors)))
      return refuse(rewriter, op, "fold-scales", "FoldIntoProductBefore", kNotHeld);
    if (bias) {
      Value scaled = createChannelConstant(rewriter, bias.getLoc(), *biases, weights->channelAxis,
                                           bias.getType());
      rewriter.modifyOpInPlace(bias, [&] { bias->setOperand(1, scaled); });
    }
    // The last op's result is the value that the multiplication had.
    Operation *last = between.front();
    rewriter.modifyOpInPlace(
        last, [&] { last->setLoc(rewriter.getFusedLoc({last->getLoc(), op->getLoc()})); });
    rewriter.replaceOp(op, op->getOperand(0));
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
      return refuse(rewriter, op, "fold-scales", "FoldIntoProductAfter",
                    "the scaled operand has other users");
    factors.resize(weights->inputs, factors[0]);
    rewriter.startOpModification(op);
    if (failed(weights->scaleInputs(rewriter, factors))) {
      rewriter.cancelOpModification(op);
      return refuse(rewriter, op, "fold-scales", "FoldIntoProductAfter", kNotHeld);
    }
    op->setOperand(0, x);
    op->setLoc(rewriter.getFusedLoc({scale->getLoc(), op->getLoc()}));
    rewriter.finalizeOpModification(op);
    return success();
  }
};

/// product(mul(x, s), mul(y, t)) -> mul(product(x, y), s * t) for constant scalars s and t, also
/// through reshapes and transposes: attention as exporters write it. Behind the product a factor is
/// part of its epilogue.
struct MoveBehindProduct : OpRewritePattern<graph::MatMulOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::MatMulOp op, PatternRewriter &rewriter) const override {
    if (Weights::get(op))
      return rewriter.notifyMatchFailure(op, "its weights take on factors");
    SmallVector<OpOperand *> scaled;
    SmallVector<Location> locations;
    double factor = 1;
    for (OpOperand &operand : op->getOpOperands()) {
      OpOperand *use = &operand;
      Operation *scale = use->get().getDefiningOp();
      while (isa_and_nonnull<graph::ReshapeOp, graph::TransposeOp>(scale) && scale->hasOneUse()) {
        use = &scale->getOpOperand(0);
        scale = use->get().getDefiningOp();
      }
      std::vector<double> factors;
      if (!scale || !scale->hasOneUse() || !matchScale(scale, 0, factors) || factors.size() != 1)
        continue;
      if (!isProductHeld(factor, factors[0], getElementTypeOrSelf(op.getResult())))
        return refuse(rewriter, op, "fold-scales", "MoveBehindProduct", kNotHeld);
      factor *= factors[0];
      scaled.push_back(use);
      locations.push_back(scale->getLoc());
    }
    if (scaled.empty())
      return rewriter.notifyMatchFailure(op, "no operand is scaled by a constant");
    if (getElementTypeOrSelf(op.getResult()).getIntOrFloatBitWidth() < 32)
      return refuse(rewriter, op, "fold-scales", "MoveBehindProduct",
                    "a product that is not scaled yet might overflow in few bits");
    for (OpOperand *use : scaled)
      rewriter.modifyOpInPlace(use->getOwner(),
                               [&] { use->set(use->get().getDefiningOp()->getOperand(0)); });
    rewriter.setInsertionPointAfter(op);
    Location loc = rewriter.getFusedLoc(locations);
    Value constant = createChannelConstant(rewriter, loc, factor, 0, op.getType());
    auto product = graph::MulOp::create(rewriter, loc, op.getResult(), constant);
    rewriter.replaceAllUsesExcept(op.getResult(), product.getResult(), product);
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
    patterns.add<FoldIntoProductBefore, FoldIntoProductAfter, MoveBehindProduct>(&getContext());
    if (failed(applyPatterns(getOperation(), std::move(patterns), getArgument())))
      return signalPassFailure();
    folded += before - count();
  }
};

} // namespace
} // namespace onnxcc
