// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Products and attention read what is repeated from head to head without its copies: a broadcast
// that is then merged with the axis before it, [b, 2, 1, t, d] -> [b, 2, 4, t, d] -> [b, 8, t, d],
// is no view and would be written out.
#include "dialects/graph/Graph.h"
#include "passes/layout/Passes.h"
#include "passes/support/Movement.h"
#include "passes/support/Remarks.h"

using namespace mlir;

namespace onnxcc {
#define GEN_PASS_DEF_SHAREREPEATED
#include "passes/layout/Passes.h.inc"

namespace {

Extents getValueExtents(Value value) { return getExtents(cast<RankedTensorType>(value.getType())); }

/// A reshape of a broadcast that merges repetitions with the axis before them.
struct Repetition {
  graph::BroadcastOp broadcast;
  int64_t begin, end; // the axes of the broadcast that only repeat
  AffineExpr kept;    // the extent of the reshape's axis without them

  /// What is repeated along `axis` of a reshape; nothing if each of its elements is another.
  static std::optional<Repetition> match(graph::ReshapeOp reshape, int64_t axis) {
    auto broadcast = reshape.getX().getDefiningOp<graph::BroadcastOp>();
    if (!broadcast)
      return std::nullopt;
    Extents from = getExtents(broadcast.getType()), to = getExtents(reshape.getType()),
            source = alignExtents(getExtents(broadcast.getX().getType()), from.size(),
                                  reshape.getContext());
    std::optional<SmallVector<AxisGroup>> groups = matchReshape(from, to);
    if (!groups)
      return std::nullopt;
    for (const AxisGroup &group : *groups) {
      if (axis < group.toBegin || axis >= group.toEnd)
        continue;
      for (int64_t other = group.toBegin; other < group.toEnd; ++other)
        if (other != axis && !isOne(to[other]))
          return std::nullopt;
      int64_t begin = group.fromEnd;
      while (begin > group.fromBegin && isOne(source[begin - 1]))
        --begin;
      ArrayRef<AffineExpr> repeated = ArrayRef(from).slice(begin, group.fromEnd - begin);
      if (llvm::all_of(repeated, isOne))
        return std::nullopt;
      ArrayRef<AffineExpr> rest = ArrayRef(from).slice(group.fromBegin, begin - group.fromBegin);
      return Repetition{broadcast, begin, group.fromEnd, getProduct(rest, reshape.getContext())};
    }
    return std::nullopt;
  }
};

/// The one operand that is no broadcast scalar of an elementwise op that nothing else reads.
OpOperand *getOnlyOperand(Operation *op) {
  if (!isa<graph::ElementwiseOpInterface>(op) || !op->hasOneUse())
    return nullptr;
  OpOperand *only = nullptr;
  for (OpOperand &operand : op->getOpOperands()) {
    auto broadcast = operand.get().getDefiningOp<graph::BroadcastOp>();
    if (broadcast && broadcast.getX().getType().getRank() == 0)
      continue;
    if (only)
      return nullptr;
    only = &operand;
  }
  return only;
}

/// The extent of `axis` without repetitions: element i of it is what elements i * n to i * n + n -
/// 1 of the value are. Null if there are none.
AffineExpr getUnrepeatedExtent(Value value, int64_t axis) {
  Operation *op = value.getDefiningOp();
  if (auto transpose = dyn_cast_or_null<graph::TransposeOp>(op))
    return getUnrepeatedExtent(transpose.getX(), transpose.getPermutation()[axis]);
  if (auto reshape = dyn_cast_or_null<graph::ReshapeOp>(op)) {
    std::optional<Repetition> repetition = Repetition::match(reshape, axis);
    return repetition ? repetition->kept : AffineExpr();
  }
  OpOperand *only = op ? getOnlyOperand(op) : nullptr;
  return only ? getUnrepeatedExtent(only->get(), axis) : AffineExpr();
}

/// `value` without the repetitions along `axis` that `getUnrepeatedExtent` has found.
Value unrepeat(OpBuilder &builder, Value value, int64_t axis) {
  Operation *op = value.getDefiningOp();
  Location loc = value.getLoc();
  if (auto transpose = dyn_cast<graph::TransposeOp>(op)) {
    ArrayRef<int64_t> permutation = transpose.getPermutation();
    return createTranspose(builder, loc, unrepeat(builder, transpose.getX(), permutation[axis]),
                           permutation);
  }
  if (auto reshape = dyn_cast<graph::ReshapeOp>(op)) {
    Repetition repetition = *Repetition::match(reshape, axis);
    graph::BroadcastOp broadcast = repetition.broadcast;
    Extents extents = getExtents(broadcast.getType()), to = getExtents(reshape.getType()),
            source = alignExtents(getExtents(broadcast.getX().getType()), extents.size(),
                                  builder.getContext());
    for (Extents *list : {&extents, &source})
      list->erase(list->begin() + repetition.begin, list->begin() + repetition.end);
    to[axis] = repetition.kept;
    Value once = createReshape(builder, loc, broadcast.getX(), source);
    return createReshape(builder, loc, createBroadcast(builder, loc, once, extents), to);
  }
  OpOperand *only = getOnlyOperand(op);
  Value operand = unrepeat(builder, only->get(), axis);
  Extents extents = getValueExtents(operand);
  SmallVector<Value> operands;
  for (OpOperand &other : op->getOpOperands())
    operands.push_back(&other == only ? operand
                                      : createBroadcast(builder, loc, other.get(), extents));
  Operation *smaller = builder.clone(*op);
  smaller->setOperands(operands);
  smaller->getResult(0).setType(
      getTensorType(extents, cast<RankedTensorType>(value.getType()).getElementType()));
  return smaller->getResult(0);
}

/// x [b, 8, m, k] times w [b, 2, k, n], each of which is repeated 4 times, is x as [b, 2, 4 * m, k]
/// times w.
struct ShareFactor : OpRewritePattern<graph::MatMulOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::MatMulOp op, PatternRewriter &rewriter) const override {
    Extents extents = getExtents(op.getType()), rows = getExtents(op.getLhs().getType());
    int64_t row = extents.size() - 2, head = row - 1;
    AffineExpr kept = head < 0 ? AffineExpr() : getUnrepeatedExtent(op.getRhs(), head);
    if (!kept)
      return rewriter.notifyMatchFailure(op, "its right operand is not repeated along the batch");
    // The repetitions, of one element of the batch after the other, become rows.
    rows[row] = getQuotient(rows[head], kept) * rows[row];
    rows[head] = kept;
    Location loc = op.getLoc();
    Value lhs = createReshape(rewriter, loc, op.getLhs(), rows);
    Value rhs = unrepeat(rewriter, op.getRhs(), head);
    Value product = graph::MatMulOp::create(rewriter, loc, lhs, rhs);
    rewriter.replaceOp(op, createReshape(rewriter, loc, product, extents));
    return success();
  }

  static AffineExpr getQuotient(AffineExpr all, AffineExpr part) {
    return isOne(part) ? all : all.floorDiv(part);
  }
};

/// Heads of the queries share those of the keys and values.
struct ShareHeads : OpRewritePattern<graph::AttentionOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::AttentionOp op, PatternRewriter &rewriter) const override {
    AffineExpr keys = getUnrepeatedExtent(op.getK(), 1), values = getUnrepeatedExtent(op.getV(), 1);
    if (!keys && !values)
      return rewriter.notifyMatchFailure(op, "neither keys nor values are repeated");
    auto fail = [&](const Twine &reason) {
      return refuse(rewriter, op, "share-repeated", "ShareHeads", reason);
    };
    if (!keys || !values || !isEqual(keys, values))
      return fail("keys and values are not repeated alike");
    if (!isa<AffineConstantExpr>(keys) || !isa<AffineConstantExpr>(getValueExtents(op.getQ())[1]))
      return fail("the number of heads is not known");
    Value k = unrepeat(rewriter, op.getK(), 1), v = unrepeat(rewriter, op.getV(), 1);
    rewriter.modifyOpInPlace(op, [&] {
      op.getKMutable().assign(k);
      op.getVMutable().assign(v);
    });
    return success();
  }
};

struct ShareRepeated : impl::ShareRepeatedBase<ShareRepeated> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<ShareFactor, ShareHeads>(&getContext());
    if (failed(applyPatterns(getOperation(), std::move(patterns), getArgument())))
      signalPassFailure();
  }
};

} // namespace
} // namespace onnxcc
