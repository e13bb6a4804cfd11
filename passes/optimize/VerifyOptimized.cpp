// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The contract of the optimize phase: graph ops, whose operands and results are ranked tensors.
#include "dialects/graph/Graph.h"
#include "passes/optimize/Passes.h"

using namespace mlir;

namespace onnxcc {
#define GEN_PASS_DEF_VERIFYOPTIMIZED
#include "passes/optimize/Passes.h.inc"

namespace {
struct VerifyOptimized : impl::VerifyOptimizedBase<VerifyOptimized> {
  void runOnOperation() override {
    getOperation().walk([&](Operation *op) {
      if (isa<func::FuncOp, func::ReturnOp>(op))
        return;
      if (!isa_and_nonnull<graph::GraphDialect>(op->getDialect())) {
        op->emitOpError() << "is not of the graph dialect";
        signalPassFailure();
      }
    });
  }
};
} // namespace
} // namespace onnxcc
