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
  void runOnOperation() override {
    getOperation().walk([&](graph::ImageOpInterface op) {
      int64_t rank = cast<RankedTensorType>(op.getXMutable().get().getType()).getRank();
      if (op.getLayout() == graph::Layout::ChannelsFirst && rank >= 3)
        op.emitOpError() << "is channels-first after the layout phase";
      else if (rank < 4 && !op.getWindowExtents().empty())
        op.emitOpError() << "has one spatial axis after the layout phase";
      else
        return;
      signalPassFailure();
    });
  }
};
} // namespace
} // namespace onnxcc
