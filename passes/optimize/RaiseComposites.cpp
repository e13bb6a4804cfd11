// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds composites in the ops that exporters write them as. The patterns are in composites/, by
// theme.
#include "dialects/graph/Gates.h"
#include "passes/optimize/Passes.h"
#include "passes/optimize/composites/Patterns.h"
#include "passes/support/Remarks.h"

using namespace mlir;

namespace onnxcc {
#define GEN_PASS_DEF_RAISECOMPOSITES
#include "passes/optimize/Passes.h.inc"

namespace {
struct RaiseComposites : impl::RaiseCompositesBase<RaiseComposites> {
  int64_t count() {
    int64_t composites = 0;
    getOperation().walk([&](Operation *op) {
      composites +=
          isa<graph::LayerNormOp, graph::RmsNormOp, graph::SoftmaxOp, graph::LogSoftmaxOp,
              graph::GeluOp, graph::GeluTanhOp, graph::SwishOp, graph::HardSwishOp,
              graph::SigmoidOp, graph::SoftplusOp, graph::LeakyReluOp, graph::AttentionOp>(op);
    });
    return composites;
  }

  void runOnOperation() override {
    int64_t before = count();
    RewritePatternSet patterns(&getContext());
    populateNormPatterns(patterns);
    populateSoftmaxPatterns(patterns);
    populateAttentionPatterns(patterns);
    populateActivationPatterns(patterns);
    if (failed(applyPatterns(getOperation(), std::move(patterns), getArgument())))
      return signalPassFailure();
    raised += count() - before;
  }
};
} // namespace
} // namespace onnxcc
