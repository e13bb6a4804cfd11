// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Broadcasts move down, so that an elementwise op computes each element once, and constants stay
// small.
#include "dialects/graph/Graph.h"
#include "dialects/support/ConstantData.h"
#include "passes/optimize/canonical/Patterns.h"
#include "passes/support/Movement.h"

using namespace mlir;

namespace onnxcc {
namespace {

/// The splat's value as a constant of rank 0; nothing if `value` is no splat of a higher rank.
Value createScalarOfSplat(PatternRewriter &rewriter, Value value) {
  auto constant = value.getDefiningOp<graph::ConstantOp>();
  auto type = cast<RankedTensorType>(value.getType());
  auto dense = constant ? dyn_cast<DenseElementsAttr>(constant.getValue()) : nullptr;
  if (!dense || !dense.isSplat() || !type.getElementType().isIntOrFloat() || type.getRank() == 0)
    return {};
  return graph::ConstantOp::create(
      rewriter, constant.getLoc(),
      dense.resizeSplat(RankedTensorType::get({}, type.getElementType())));
}

struct SimplifyBroadcast : OpRewritePattern<graph::BroadcastOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::BroadcastOp op, PatternRewriter &rewriter) const override {
    Value x = op.getX();
    Extents from = getExtents(op.getX().getType());
    ArrayRef<AffineExpr> to = op.getShape().getResults();
    if (isEqual(from, to)) {
      rewriter.replaceOp(op, x);
      return success();
    }
    if (x.getDefiningOp<graph::BroadcastOp>()) {
      rewriter.replaceOp(op, createBroadcast(rewriter, op.getLoc(), x, to));
      return success();
    }
    if (Value scalar = createScalarOfSplat(rewriter, x)) {
      rewriter.modifyOpInPlace(op, [&] { op.getXMutable().assign(scalar); });
      return success();
    }
    // It repeats nothing.
    if (isEqual(getProduct(from, getContext()), getProduct(to, getContext()))) {
      rewriter.replaceOp(op, createReshape(rewriter, op.getLoc(), x, to));
      return success();
    }
    // Leading axes of extent 1 are implied.
    ArrayRef<AffineExpr> needed(from);
    while (!needed.empty() && isOne(needed.front()))
      needed = needed.drop_front();
    auto reshape = x.getDefiningOp<graph::ReshapeOp>();
    if (reshape) {
      ArrayRef<AffineExpr> source = reshape.getShape().getResults();
      Extents before = getExtents(reshape.getX().getType());
      ArrayRef<AffineExpr> sourceNeeded(before);
      while (!sourceNeeded.empty() && isOne(sourceNeeded.front()))
        sourceNeeded = sourceNeeded.drop_front();
      if (isEqual(needed, sourceNeeded) && before.size() <= to.size() &&
          source.size() != before.size()) {
        rewriter.modifyOpInPlace(op, [&] { op.getXMutable().assign(reshape.getX()); });
        return success();
      }
    }
    return rewriter.notifyMatchFailure(op, "is in its simplest form");
  }
};

/// A splat among an elementwise op's operands is a broadcast scalar, which kernels hold in a
/// register.
struct BroadcastSplats : OpInterfaceRewritePattern<graph::ElementwiseOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;
  LogicalResult matchAndRewrite(graph::ElementwiseOpInterface op,
                                PatternRewriter &rewriter) const override {
    bool changed = false;
    for (OpOperand &operand : op->getOpOperands()) {
      auto type = cast<RankedTensorType>(operand.get().getType());
      if (type.hasStaticShape() && type.getNumElements() <= 1)
        continue;
      Value scalar = createScalarOfSplat(rewriter, operand.get());
      if (!scalar)
        continue;
      Value broadcast = createBroadcast(rewriter, scalar.getLoc(), scalar, getExtents(type));
      rewriter.modifyOpInPlace(op, [&] { operand.set(broadcast); });
      changed = true;
    }
    return success(changed);
  }
};

/// op(broadcast(a), broadcast(b)) -> broadcast(op(a, b)), where that computes fewer elements.
struct SinkBroadcasts : OpInterfaceRewritePattern<graph::ElementwiseOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;
  LogicalResult matchAndRewrite(graph::ElementwiseOpInterface op,
                                PatternRewriter &rewriter) const override {
    SmallVector<RankedTensorType> types;
    SmallVector<Value> sources;
    for (Value operand : op->getOperands()) {
      auto broadcast = operand.getDefiningOp<graph::BroadcastOp>();
      if (!broadcast)
        return rewriter.notifyMatchFailure(op, "an operand is no broadcast");
      sources.push_back(broadcast.getX());
      types.push_back(broadcast.getX().getType());
    }
    if (sources.empty())
      return rewriter.notifyMatchFailure(op, "has no operands");
    FailureOr<Extents> common = graph::inferBroadcastShape(types);
    auto result = cast<RankedTensorType>(op->getResult(0).getType());
    if (failed(common))
      return rewriter.notifyMatchFailure(op, "the operands have no common shape");
    Extents extents = getExtents(result);
    if (isEqual(getProduct(*common, getContext()), getProduct(extents, getContext())))
      return rewriter.notifyMatchFailure(op, "together the operands have the result's extents");
    for (Value &source : sources)
      source = createBroadcast(rewriter, source.getLoc(), source, *common);
    Operation *moved = rewriter.clone(*op);
    moved->setOperands(sources);
    moved->getResult(0).setType(getTensorType(*common, result.getElementType()));
    rewriter.replaceOp(op, createBroadcast(rewriter, op.getLoc(), moved->getResult(0), extents));
    return success();
  }
};

/// slice(broadcast(x)) -> broadcast(slice(x)); only what is repeated may be cut away.
struct SliceOfBroadcast : OpRewritePattern<graph::SliceOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::SliceOp op, PatternRewriter &rewriter) const override {
    auto broadcast = op.getX().getDefiningOp<graph::BroadcastOp>();
    if (!broadcast)
      return rewriter.notifyMatchFailure(op, "its operand is no broadcast");
    Extents source = getExtents(broadcast.getX().getType()),
            before = getExtents(broadcast.getType());
    size_t grown = before.size() - source.size();
    for (size_t axis = grown; axis < before.size(); ++axis)
      if (!isOne(source[axis - grown]) &&
          (!isEqual(op.getSizes().getResult(axis), before[axis]) || op.getSteps()[axis] != 1))
        return rewriter.notifyMatchFailure(op, "cuts an axis that is not repeated");
    rewriter.replaceOp(
        op, createBroadcast(rewriter, op.getLoc(), broadcast.getX(), op.getSizes().getResults()));
    return success();
  }
};

} // namespace

void populateBroadcastPatterns(RewritePatternSet &patterns) {
  patterns.add<SimplifyBroadcast, BroadcastSplats, SinkBroadcasts, SliceOfBroadcast>(
      patterns.getContext());
}

} // namespace onnxcc
