// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Moves transposes down through other ops until they cancel. The patterns are in SinkPatterns.h, by
// theme; each moves a transpose later or makes two of them one, so that the rewriting ends.
#include "dialects/graph/Graph.h"
#include "passes/layout/Passes.h"
#include "passes/layout/SinkPatterns.h"
#include "passes/optimize/canonical/Patterns.h"
#include "passes/support/Remarks.h"

using namespace mlir;

namespace onnxcc {
#define GEN_PASS_DEF_SINKTRANSPOSES
#include "passes/layout/Passes.h.inc"

namespace {
struct SinkTransposes : impl::SinkTransposesBase<SinkTransposes> {
  int64_t count() {
    int64_t transposes = 0;
    getOperation().walk([&](graph::TransposeOp) { ++transposes; });
    return transposes;
  }

  void runOnOperation() override {
    before += count();
    RewritePatternSet patterns(&getContext());
    populateMovementPatterns(patterns); // What meets becomes one.
    populateSinkElementwisePatterns(patterns);
    populateSinkAxisPatterns(patterns);
    populateSinkReshapePatterns(patterns);
    GreedyRewriteConfig config;
    config.setRegionSimplificationLevel(GreedySimplifyRegionLevel::Disabled);
    if (failed(applyPatterns(getOperation(), std::move(patterns), getArgument(), config)))
      return signalPassFailure();
    after += count();
  }
};
} // namespace
} // namespace onnxcc
