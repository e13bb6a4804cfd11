// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Copies become launches: see Passes.td.
#include "passes/memory/Buffers.h"
#include "passes/memory/Passes.h"

using namespace mlir;

namespace onnxcc::memory {
#define GEN_PASS_DEF_LOWERCOPIES
#include "passes/memory/Passes.h.inc"

namespace {

/// The buffer whose elements `view` has in their order.
Value stripReshapes(Value view) {
  Operation *op = view.getDefiningOp();
  return isa_and_nonnull<memref::ExpandShapeOp, memref::CollapseShapeOp>(op)
             ? stripReshapes(op->getOperand(0))
             : view;
}

struct LowerCopies : impl::LowerCopiesBase<LowerCopies> {
  void runOnOperation() override {
    // Bufferisation asks for the extents of what it copies, say of a loop's first state.
    getOperation().walk([](memref::DimOp dim) {
      OpBuilder builder(dim);
      if (AffineExpr extent = getExpression(dim)) {
        dim.replaceAllUsesWith(buildIndex(builder, dim.getLoc(), extent));
        dim.erase();
      }
    });
    auto result = getOperation().walk([](memref::CopyOp copy) -> WalkResult {
      // What bufferisation computed in its place needs no copy.
      if (stripReshapes(copy.getSource()) == stripReshapes(copy.getTarget())) {
        copy.erase();
        return WalkResult::advance();
      }
      FailureOr<Extents> extents = getShapedExtents(copy.getTarget());
      if (failed(extents))
        extents = getShapedExtents(copy.getSource());
      if (failed(extents))
        return copy.emitError() << "copies a buffer whose extents are not known from the dims";
      OpBuilder builder(copy);
      buildCopy(builder, copy.getLoc(), copy.getSource(), copy.getTarget(), *extents);
      copy.erase();
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};

} // namespace
} // namespace onnxcc::memory
