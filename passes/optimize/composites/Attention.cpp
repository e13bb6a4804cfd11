// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Attention from its two products, the softmax between them, and what exporters put around those:
// factors of the scores or of their operands, a mask, a choice that turns NaN into 0.
#include "passes/optimize/Constants.h"
#include "passes/optimize/composites/Patterns.h"
#include "passes/support/Movement.h"
#include "passes/support/Remarks.h"

using namespace mlir;

namespace onnxcc {
namespace {

/// Fewer rows than this share too little of what a launch does for a block of keys.
constexpr int64_t kLeastRows = 4;

/// `value` without reshapes that only split or join axes before the last.
Value skipRowReshapes(Value value) {
  while (auto reshape = value.getDefiningOp<graph::ReshapeOp>()) {
    Extents from = getExtents(reshape.getX().getType()), to = getExtents(reshape.getType());
    if (from.empty() || to.empty() || !isEqual(from.back(), to.back()) || !reshape->hasOneUse())
      break;
    value = reshape.getX();
  }
  return value;
}

/// `value` without multiplications and divisions by constant scalars, which go into `scale`.
Value takeScale(Value value, double &scale) {
  while (Operation *op = value.getDefiningOp()) {
    bool divides = isa<graph::DivOp>(op);
    if (!op->hasOneUse() || (!divides && !isa<graph::MulOp>(op)))
      break;
    std::optional<double> factor = getConstantScalar(op->getOperand(1));
    if (!factor || (divides && *factor == 0))
      break;
    scale = divides ? scale / *factor : scale * *factor;
    value = op->getOperand(0);
  }
  return value;
}

/// The softmax whose NaN a choice turns into 0; null for other values.
graph::SoftmaxOp matchGuarded(Value value) {
  auto select = value.getDefiningOp<graph::SelectOp>();
  auto isNan = select ? select.getCondition().getDefiningOp<graph::IsNanOp>() : nullptr;
  if (!isNan || isNan.getX() != select.getY() || getConstantScalar(select.getX()) != 0.0 ||
      !isNan->hasOneUse())
    return {};
  return select.getY().getDefiningOp<graph::SoftmaxOp>();
}

/// [batch, heads, rows, columns] from a matrix or a batch of them; transposes and broadcasts stay
/// the last ops, as they are read through.
Value getHeads(OpBuilder &builder, Location loc, Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  int64_t more = 4 - type.getRank();
  Extents extents = getExtents(type);
  extents.insert(extents.begin(), more, getAffineConstantExpr(1, builder.getContext()));
  if (auto transpose = value.getDefiningOp<graph::TransposeOp>(); transpose && more) {
    Permutation permutation = llvm::to_vector(llvm::seq<int64_t>(0, more));
    for (int64_t axis : transpose.getPermutation())
      permutation.push_back(axis + more);
    return createTranspose(builder, loc, getHeads(builder, loc, transpose.getX()), permutation);
  }
  if (auto broadcast = value.getDefiningOp<graph::BroadcastOp>())
    return createBroadcast(builder, loc, broadcast.getX(), extents);
  return createReshape(builder, loc, value, extents);
}

struct RaiseAttention : OpRewritePattern<graph::MatMulOp> {
  using OpRewritePattern::OpRewritePattern;

  /// What the scores are made of.
  struct Scores {
    graph::MatMulOp product;
    Value mask;
    double scale = 1;
  };

  /// A product, scaled, plus a mask.
  static Scores matchScores(Value value) {
    Scores scores;
    value = skipRowReshapes(value);
    if (auto sum = value.getDefiningOp<graph::AddOp>(); sum && sum->hasOneUse())
      for (auto [x, y] : {std::pair(sum.getX(), sum.getY()), std::pair(sum.getY(), sum.getX())}) {
        double scale = 1;
        scores.product =
            skipRowReshapes(takeScale(skipRowReshapes(x), scale)).getDefiningOp<graph::MatMulOp>();
        if (!scores.product)
          continue;
        scores.mask = y;
        scores.scale = scale;
        return scores;
      }
    scores.product =
        skipRowReshapes(takeScale(value, scores.scale)).getDefiningOp<graph::MatMulOp>();
    return scores;
  }

  LogicalResult matchAndRewrite(graph::MatMulOp op, PatternRewriter &rewriter) const override {
    Value weights = skipRowReshapes(op.getLhs());
    auto softmax = weights.getDefiningOp<graph::SoftmaxOp>();
    bool guarded = !softmax;
    if (guarded)
      softmax = matchGuarded(weights);
    if (!softmax || int64_t(softmax.getAxis()) + 1 != softmax.getType().getRank())
      return rewriter.notifyMatchFailure(op, "multiplies by no softmax of rows");
    auto fail = [&](const Twine &reason) {
      return refuse(rewriter, op, kRaiseComposites, "RaiseAttention", reason);
    };
    Scores scores = matchScores(softmax.getX());
    graph::MatMulOp product = scores.product;
    if (!product)
      return fail("the scores are not a product, scaled, with a mask added");
    // A choice and its condition are two users.
    bool isShared = !weights.hasOneUse() || !op.getLhs().hasOneUse() ||
                    (guarded ? llvm::range_size(softmax->getUsers()) != 2 : !softmax->hasOneUse());
    if (isShared)
      return fail("the weights have other users");
    if (!softmax.getX().hasOneUse() || !product->hasOneUse())
      return fail("the scores have other users");
    RankedTensorType type = op.getType();
    Extents extents = getExtents(product.getType());
    if (!isEqual(extents, getExtents(op.getLhs().getType())) ||
        (scores.mask &&
         !isEqual(extents, getExtents(cast<RankedTensorType>(scores.mask.getType())))))
      return fail("the scores' axes are not the same all the way");
    if (type.getRank() > 4)
      return fail("it has more than two axes of matrices");
    if (type.getElementType().isF64())
      return fail("it computes in f64");
    auto rows = dyn_cast<AffineConstantExpr>(extents[type.getRank() - 2]);
    if (rows && rows.getValue() < kLeastRows)
      return fail("it has too few rows");

    Location loc = rewriter.getFusedLoc({product.getLoc(), softmax.getLoc(), op.getLoc()});
    Value q = takeScale(product.getLhs(), scores.scale),
          k = takeScale(product.getRhs(), scores.scale), mask = scores.mask;
    Value keys = createTranspose(rewriter, loc, getHeads(rewriter, loc, k), {0, 1, 3, 2});
    q = getHeads(rewriter, loc, q);
    if (mask)
      mask = getHeads(rewriter, loc, mask);
    Value attention = graph::AttentionOp::create(
        rewriter, loc, q, keys, getHeads(rewriter, loc, op.getRhs()), mask,
        rewriter.getF64FloatAttr(scores.scale), guarded ? rewriter.getUnitAttr() : UnitAttr());
    rewriter.replaceOp(op, createReshape(rewriter, loc, attention, getExtents(type)));
    return success();
  }
};

} // namespace

void populateAttentionPatterns(RewritePatternSet &patterns) {
  patterns.add<RaiseAttention>(patterns.getContext());
}

} // namespace onnxcc
