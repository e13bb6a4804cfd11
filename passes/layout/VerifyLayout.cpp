// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The contract of the layout phase: no image op is channels-first, or of a series.
#include "dialects/graph/Graph.h"
#include "passes/layout/Passes.h"

using namespace mlir;

namespace onnxcc {
#define GEN_PASS_DEF_VERIFYLAYOUT
#include "passes/layout/Passes.h.inc"

namespace {
struct VerifyLayout : impl::VerifyLayoutBase<VerifyLayout> {
  template <class Op> void check(Op op) {
    int64_t rank = op.getX().getType().getRank();
    if (op.getLayout() == graph::Layout::ChannelsFirst && rank >= 3)
      op.emitOpError() << "is channels-first after the layout phase";
    else if (rank < 4 && !std::is_same_v<Op, graph::BatchNormOp>)
      op.emitOpError() << "has one spatial axis after the layout phase";
    else
      return;
    signalPassFailure();
  }

  void runOnOperation() override {
    getOperation().walk([&](Operation *op) {
      if (auto conv = dyn_cast<graph::ConvOp>(op))
        check(conv);
      else if (auto convTranspose = dyn_cast<graph::ConvTransposeOp>(op))
        check(convTranspose);
      else if (auto pool = dyn_cast<graph::PoolOp>(op))
        check(pool);
      else if (auto batchNorm = dyn_cast<graph::BatchNormOp>(op))
        check(batchNorm);
    });
  }
};
} // namespace
} // namespace onnxcc
