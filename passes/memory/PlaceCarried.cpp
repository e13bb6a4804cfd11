// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a loop carries stays in its place: see Passes.td.
#include "passes/memory/Buffers.h"
#include "passes/memory/Passes.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace onnxcc::memory {
#define GEN_PASS_DEF_PLACECARRIED
#include "passes/memory/Passes.h.inc"

namespace {

/// Whether `value` is `carried`, or that with parts written to it.
bool isWrittenInto(Value value, Value carried) {
  while (auto insert = value.getDefiningOp<tensor::InsertSliceOp>())
    value = insert.getDest();
  return value == carried;
}

/// Whether `launch` may write over `carried`: nothing reads that afterwards.
bool mayReplace(kernel::LaunchOpInterface launch, Value carried) {
  for (OpOperand &use : carried.getUses()) {
    Operation *user = use.getOwner();
    if (user == launch) {
      if (!kernel::isReadWhereWritten(launch, use.getOperandNumber()))
        return false;
      continue;
    }
    // A view may be read later.
    if (!isa<kernel::LaunchOpInterface>(user) || user->getBlock() != launch->getBlock() ||
        !user->isBeforeInBlock(launch))
      return false;
  }
  return true;
}

struct PlaceCarried : impl::PlaceCarriedBase<PlaceCarried> {
  void runOnOperation() override {
    WalkResult result = getOperation().walk([](scf::ForOp loop) -> WalkResult {
      for (auto [k, carried] : llvm::enumerate(loop.getRegionIterArgs())) {
        OpOperand &yielded = loop.getBody()->getTerminator()->getOpOperand(k);
        if (isa<RankedTensorType>(carried.getType()) && failed(place(loop, carried, yielded)))
          return WalkResult::interrupt();
      }
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }

  static LogicalResult place(scf::ForOp loop, Value carried, OpOperand &yielded) {
    Value value = yielded.get();
    if (isWrittenInto(value, carried))
      return success();
    auto launch = value.getDefiningOp<kernel::LaunchOpInterface>();
    if (launch && launch->getBlock() == loop.getBody() &&
        launch.getInit().getDefiningOp<tensor::EmptyOp>() && mayReplace(launch, carried)) {
      cast<DestinationStyleOpInterface>(*launch).getDpsInitOperand(0)->set(carried);
      return success();
    }
    FailureOr<Extents> extents = getShapedExtents(value);
    if (failed(extents))
      return loop.emitError() << "carries a value whose extents are not known from the dims";
    OpBuilder builder(yielded.getOwner());
    yielded.set(buildCopy(builder, value.getLoc(), value, carried, *extents));
    return success();
  }
};

} // namespace
} // namespace onnxcc::memory
