// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Makes image ops channels-last, between transposes.
#include "dialects/graph/Graph.h"
#include "dialects/support/Locations.h"
#include "passes/layout/Passes.h"
#include "passes/support/Movement.h"

using namespace mlir;

namespace onnxcc {
#define GEN_PASS_DEF_CHANNELSLAST
#include "passes/layout/Passes.h.inc"

namespace {
struct ChannelsLast : impl::ChannelsLastBase<ChannelsLast> {
  void runOnOperation() override {
    getOperation().walk([&](graph::ImageOpInterface op) {
      OpOperand &x = op.getXMutable();
      int64_t rank = cast<RankedTensorType>(x.get().getType()).getRank();
      if (op.getLayout() == graph::Layout::ChannelsLast || rank < 3)
        return;
      Permutation toLast = {0};
      for (int64_t axis = 2; axis < rank; ++axis)
        toLast.push_back(axis);
      toLast.push_back(1);

      OpBuilder builder(op);
      Value result = op->getResult(0);
      x.set(changeLayout(builder, op.getLoc(), x.get(), toLast));
      op.setLayout(graph::Layout::ChannelsLast);
      result.setType(getTransposedType(cast<RankedTensorType>(result.getType()), toLast));
      builder.setInsertionPointAfter(op);
      Operation *back = graph::TransposeOp::create(builder, getLayoutLocation(op.getLoc()), result,
                                                   invert(toLast));
      result.replaceAllUsesExcept(back->getResult(0), back);
      ++changed;
    });
  }
};
} // namespace
} // namespace onnxcc
