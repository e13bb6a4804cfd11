// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The pass verify-graph: what every later phase relies on.
#include "dialects/graph/Graph.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "passes/graph/Passes.h"

using namespace mlir;

namespace onnxcc {

#define GEN_PASS_DEF_VERIFYGRAPH
#include "passes/graph/Passes.h.inc"

namespace {

struct VerifyGraph : impl::VerifyGraphBase<VerifyGraph> {
  void runOnOperation() override {
    getOperation()->walk([&](Operation *op) {
      if (!isa<ModuleOp, func::FuncOp, func::ReturnOp>(op) &&
          !isa_and_nonnull<graph::GraphDialect>(op->getDialect()))
        reject(op, "this op does not belong to the phase 'graph'");
      for (Type type : op->getResultTypes())
        check(op, type);
      for (Region &region : op->getRegions())
        for (Block &block : region)
          for (Type type : block.getArgumentTypes())
            check(op, type);
    });
  }

  void check(Operation *op, Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor)
      reject(op, "expects ranked tensors");
    else if (!tensor.hasStaticShape() && !isa_and_nonnull<AffineMapAttr>(tensor.getEncoding()))
      reject(op, "expects the extents of a dynamic tensor as its encoding");
  }

  void reject(Operation *op, StringRef why) {
    op->emitOpError(why);
    signalPassFailure();
  }
};

} // namespace

} // namespace onnxcc
