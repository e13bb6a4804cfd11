// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Attention from its two products, the softmax between them, and what exporters put around those:
// factors of the scores or of their operands, masks that are added or choose, a choice that gives
// rows without a softmax the weights 0.
#include "passes/optimize/Constants.h"
#include "passes/optimize/composites/Patterns.h"
#include "passes/support/Movement.h"
#include "passes/support/Remarks.h"

#include <limits>

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

/// The constant that an op multiplies by; nothing if it is no multiplication or division by one.
std::optional<double> getFactor(Operation *op) {
  if (!isa_and_nonnull<graph::MulOp, graph::DivOp>(op))
    return std::nullopt;
  std::optional<double> factor = getConstantScalar(op->getOperand(1));
  if (!factor || isa<graph::MulOp>(op))
    return factor;
  return *factor == 0 ? std::nullopt : std::optional(1 / *factor);
}

/// `value` without multiplications and divisions by constant scalars, which go into `scale`.
Value takeScale(Value value, double &scale) {
  while (Operation *op = value.getDefiningOp()) {
    std::optional<double> factor = getFactor(op);
    if (!factor || !op->hasOneUse())
      break;
    scale *= *factor;
    value = op->getOperand(0);
  }
  return value;
}

/// What is done to a score before the softmax.
struct Mask {
  Value value;                     // a float, which is added, or an i1
  std::optional<double> fill = {}; // of an i1: what takes the score's place
  bool holds = true;               // where it is false; else where it is true
};

/// A product, scaled, with masks put on it one after the other.
struct Scores {
  graph::MatMulOp product;
  double scale = 1;
  SmallVector<Mask> masks;

  static std::optional<Scores> match(Value value);
  /// Whether rows where `condition` holds are those that the masks hide.
  bool areHiddenWhere(Value condition) const;
};

std::optional<Scores> Scores::match(Value value) {
  value = skipRowReshapes(value);
  Operation *op = value.getDefiningOp();
  if (auto product = dyn_cast_or_null<graph::MatMulOp>(op)) {
    Scores scores;
    scores.product = product;
    return scores;
  }
  if (!op || !op->hasOneUse())
    return std::nullopt;
  auto matchBelow = [](Value inner, Mask mask) {
    std::optional<Scores> scores = match(inner);
    if (scores)
      scores->masks.push_back(mask);
    return scores;
  };
  if (std::optional<double> factor = getFactor(op)) {
    std::optional<Scores> scores = match(op->getOperand(0));
    // Masks are put on scaled scores.
    if (!scores || !scores->masks.empty())
      return std::nullopt;
    scores->scale *= *factor;
    return scores;
  }
  if (auto sum = dyn_cast<graph::AddOp>(op)) {
    std::optional<Scores> scores = matchBelow(sum.getX(), {sum.getY()});
    return scores ? scores : matchBelow(sum.getY(), {sum.getX()});
  }
  if (auto select = dyn_cast<graph::SelectOp>(op)) {
    if (std::optional<double> fill = getConstantScalar(select.getY()))
      return matchBelow(select.getX(), {select.getCondition(), fill});
    if (std::optional<double> fill = getConstantScalar(select.getX()))
      return matchBelow(select.getY(), {select.getCondition(), fill, /*holds=*/false});
  }
  return std::nullopt;
}

/// What `value` repeats, or itself.
Value skipBroadcast(Value value) {
  auto broadcast = value.getDefiningOp<graph::BroadcastOp>();
  return broadcast ? broadcast.getX() : value;
}

bool Scores::areHiddenWhere(Value condition) const {
  // The greatest of what is added to a row's scores is -inf.
  auto broadcast = condition.getDefiningOp<graph::BroadcastOp>();
  auto equal = skipOnes(skipBroadcast(condition)).getDefiningOp<graph::EqualOp>();
  auto reduce = equal ? skipOnes(equal.getX()).getDefiningOp<graph::ReduceOp>() : nullptr;
  if (!broadcast || !reduce || reduce.getKind() != graph::ReduceKind::Max ||
      getConstantScalar(equal.getY()) != -std::numeric_limits<double>::infinity() ||
      masks.size() != 1 || masks[0].fill ||
      skipBroadcast(masks[0].value) != skipBroadcast(reduce.getX()))
    return false;
  // Each row has its own.
  int64_t rank = broadcast.getType().getRank(), last = reduce.getX().getType().getRank() - 1;
  Extents kept = getExtents(reduce.getX().getType());
  if (reduce.getAxes() != ArrayRef(last) || last >= rank)
    return false;
  kept[last] = getAffineConstantExpr(1, reduce.getContext());
  return isEqual(alignExtents(kept, rank, reduce.getContext()), getAlignedExtents(broadcast));
}

/// The weights of a softmax, and which rows have the weights 0 instead.
struct Weights {
  graph::SoftmaxOp softmax = {};
  bool guarded = false; // those whose softmax is NaN
  Value hidden = {};    // those where this holds

  static Weights match(Value value) {
    auto softmax = value.getDefiningOp<graph::SoftmaxOp>();
    auto select = value.getDefiningOp<graph::SelectOp>();
    if (!select || getConstantScalar(select.getX()) != 0.0)
      return {softmax};
    softmax = select.getY().getDefiningOp<graph::SoftmaxOp>();
    auto isNan = select.getCondition().getDefiningOp<graph::IsNanOp>();
    if (!isNan || isNan.getX() != select.getY() || !isNan->hasOneUse())
      return {softmax, false, select.getCondition()};
    return {softmax, true};
  }

  /// Whether another than the choice and its condition reads the softmax.
  bool isShared() const { return llvm::range_size(softmax->getUsers()) != (guarded ? 2 : 1); }
};

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

/// Where an i1 does not hold, computed before it is repeated.
Value createNot(OpBuilder &builder, Location loc, Value value) {
  auto broadcast = value.getDefiningOp<graph::BroadcastOp>();
  if (!broadcast)
    return graph::NotOp::create(builder, loc, value);
  Value inverse = graph::NotOp::create(builder, loc, broadcast.getX());
  return createBroadcast(builder, loc, inverse, getExtents(broadcast.getType()));
}

struct RaiseAttention : OpRewritePattern<graph::MatMulOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(graph::MatMulOp op, PatternRewriter &rewriter) const override {
    Value weightsValue = skipRowReshapes(op.getLhs());
    Weights weights = Weights::match(weightsValue);
    graph::SoftmaxOp softmax = weights.softmax;
    if (!softmax || int64_t(softmax.getAxis()) + 1 != softmax.getType().getRank())
      return rewriter.notifyMatchFailure(op, "multiplies by no softmax of rows");
    auto fail = [&](const Twine &reason) {
      return refuse(rewriter, op, kRaiseComposites, "RaiseAttention", reason);
    };
    std::optional<Scores> scores = Scores::match(softmax.getX());
    if (!scores)
      return fail("the scores are not a product, scaled, with masks put on it");
    graph::MatMulOp product = scores->product;
    if (!weightsValue.hasOneUse() || !op.getLhs().hasOneUse() || weights.isShared())
      return fail("the weights have other users");
    if (!softmax.getX().hasOneUse() || !product->hasOneUse())
      return fail("the scores have other users");
    if (weights.hidden && !scores->areHiddenWhere(weights.hidden))
      return fail("weights are 0 where other than the mask says");
    RankedTensorType type = op.getType();
    Extents extents = getExtents(product.getType());
    if (!isEqual(extents, getExtents(op.getLhs().getType())) ||
        llvm::any_of(scores->masks, [&](const Mask &mask) {
          return !isEqual(extents, getExtents(cast<RankedTensorType>(mask.value.getType())));
        }))
      return fail("the scores' axes are not the same all the way");
    if (type.getRank() > 4)
      return fail("it has more than two axes of matrices");
    if (type.getElementType().isF64())
      return fail("it computes in f64");
    auto rows = dyn_cast<AffineConstantExpr>(extents[type.getRank() - 2]);
    if (rows && rows.getValue() < kLeastRows)
      return fail("it has too few rows");

    Location loc = rewriter.getFusedLoc({product.getLoc(), softmax.getLoc(), op.getLoc()});
    Value q = takeScale(product.getLhs(), scores->scale),
          k = takeScale(product.getRhs(), scores->scale);
    Value keys = createTranspose(rewriter, loc, getHeads(rewriter, loc, k), {0, 1, 3, 2});
    q = getHeads(rewriter, loc, q);
    SmallVector<Value> masks;
    SmallVector<double> fills;
    for (const Mask &mask : scores->masks) {
      masks.push_back(getHeads(rewriter, loc, mask.value));
      if (mask.fill)
        fills.push_back(*mask.fill);
      if (!mask.holds)
        masks.back() = createNot(rewriter, loc, masks.back());
    }
    Value values = getHeads(rewriter, loc, op.getRhs());
    auto isSet = [&](bool flag) { return flag ? rewriter.getUnitAttr() : UnitAttr(); };
    Value attention = graph::AttentionOp::create(
        rewriter, loc, q, keys, values, masks, rewriter.getF64FloatAttr(scores->scale),
        rewriter.getDenseF64ArrayAttr(fills), isSet(weights.guarded),
        isSet(static_cast<bool>(weights.hidden)));
    rewriter.replaceOp(op, createReshape(rewriter, loc, attention, getExtents(type)));
    return success();
  }
};

} // namespace

void populateAttentionPatterns(RewritePatternSet &patterns) {
  patterns.add<RaiseAttention>(patterns.getContext());
}

} // namespace onnxcc
