// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Makes image ops channels-last, between transposes.
#include "dialects/graph/Graph.h"
#include "passes/layout/Passes.h"
#include "passes/support/Movement.h"

using namespace mlir;

namespace onnxcc {
#define GEN_PASS_DEF_CHANNELSLAST
#include "passes/layout/Passes.h.inc"

namespace {
struct ChannelsLast : impl::ChannelsLastBase<ChannelsLast> {
  template <class Op> void change(Op op) {
    int64_t rank = op.getX().getType().getRank();
    if (op.getLayout() == graph::Layout::ChannelsLast || rank < 3)
      return;
    Permutation toLast = {0};
    for (int64_t axis = 2; axis < rank; ++axis)
      toLast.push_back(axis);
    toLast.push_back(1);

    OpBuilder builder(op);
    Value result = op.getResult();
    op.getXMutable().assign(createTranspose(builder, op.getLoc(), op.getX(), toLast));
    op.setLayout(graph::Layout::ChannelsLast);
    result.setType(getTransposedType(op.getType(), toLast));
    builder.setInsertionPointAfter(op);
    Operation *back = graph::TransposeOp::create(builder, op.getLoc(), result, invert(toLast));
    result.replaceAllUsesExcept(back->getResult(0), back);
    ++changed;
  }

  void runOnOperation() override {
    getOperation().walk([&](Operation *op) {
      if (auto conv = dyn_cast<graph::ConvOp>(op))
        change(conv);
      else if (auto convTranspose = dyn_cast<graph::ConvTransposeOp>(op))
        change(convTranspose);
      else if (auto pool = dyn_cast<graph::PoolOp>(op))
        change(pool);
      else if (auto batchNorm = dyn_cast<graph::BatchNormOp>(op))
        change(batchNorm);
    });
  }
};
} // namespace
} // namespace onnxcc
