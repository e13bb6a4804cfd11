// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Moves transposes down through other ops until they cancel. The patterns are in SinkPatterns.h, by
// theme; each moves a transpose later or makes two of them one, so that the rewriting ends.
#include "dialects/graph/Graph.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "passes/layout/Passes.h"
#include "passes/layout/SinkPatterns.h"
#include "passes/support/Movement.h"

using namespace mlir;

namespace onnxcc {
#define GEN_PASS_DEF_SINKTRANSPOSES
#include "passes/layout/Passes.h.inc"

namespace {
/// A transpose of a transpose, one that moves nothing, or only axes of extent 1.
struct SimplifyTranspose : OpRewritePattern<graph::TransposeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::TransposeOp op, PatternRewriter &rewriter) const override {
    bool simple = !op.getX().getDefiningOp<graph::TransposeOp>() &&
                  !movesOnlyOnes(op.getX().getType(), op.getPermutation());
    if (simple)
      return rewriter.notifyMatchFailure(op, "is in its simplest form");
    rewriter.replaceOp(op, createTranspose(rewriter, op.getLoc(), op.getX(), op.getPermutation()));
    return success();
  }
};

struct SimplifyReshape : OpRewritePattern<graph::ReshapeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::ReshapeOp op, PatternRewriter &rewriter) const override {
    if (!op.getX().getDefiningOp<graph::ReshapeOp>() &&
        !isEqual(getExtents(op.getX().getType()), op.getShape().getResults()))
      return rewriter.notifyMatchFailure(op, "is in its simplest form");
    rewriter.replaceOp(op,
                       createReshape(rewriter, op.getLoc(), op.getX(), op.getShape().getResults()));
    return success();
  }
};

struct SinkTransposes : impl::SinkTransposesBase<SinkTransposes> {
  int64_t count() {
    int64_t transposes = 0;
    getOperation().walk([&](graph::TransposeOp) { ++transposes; });
    return transposes;
  }

  void runOnOperation() override {
    before += count();
    RewritePatternSet patterns(&getContext());
    patterns.add<SimplifyTranspose, SimplifyReshape>(&getContext());
    populateSinkElementwisePatterns(patterns);
    populateSinkAxisPatterns(patterns);
    populateSinkReshapePatterns(patterns);
    GreedyRewriteConfig config;
    config.setRegionSimplificationLevel(GreedySimplifyRegionLevel::Disabled);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns), config)))
      return signalPassFailure();
    after += count();
  }
};
} // namespace
} // namespace onnxcc
