// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Brings ops into their simplest form. The patterns are in canonical/, by theme; none changes a
// result's bits.
#include "dialects/graph/Graph.h"
#include "passes/optimize/Passes.h"
#include "passes/optimize/canonical/Patterns.h"
#include "passes/support/Remarks.h"

using namespace mlir;

namespace onnxcc {
#define GEN_PASS_DEF_CANONICALIZEGRAPH
#include "passes/optimize/Passes.h.inc"

namespace {
struct CanonicalizeGraph : impl::CanonicalizeGraphBase<CanonicalizeGraph> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    populateMovementPatterns(patterns);
    populateSlicePatterns(patterns);
    populateArithmeticPatterns(patterns);
    populateBroadcastPatterns(patterns);
    GreedyRewriteConfig config;
    config.setRegionSimplificationLevel(GreedySimplifyRegionLevel::Disabled);
    if (failed(applyPatterns(getOperation(), std::move(patterns), getArgument(), config)))
      signalPassFailure();
  }
};
} // namespace
} // namespace onnxcc
