// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a loop carries stays in its place, what branches give lies in one: see Passes.td.
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
  while (Value updated = getUpdated(value))
    value = updated;
  return value == carried;
}

/// Whether `launch` may write its destination `init` over `carried`: nothing reads that afterwards.
bool mayReplace(kernel::LaunchOpInterface launch, OpOperand *init, Value carried) {
  for (OpOperand &use : carried.getUses()) {
    Operation *user = use.getOwner();
    if (user == launch) {
      if (!kernel::isReadWhereWritten(launch, use.getOperandNumber(), *init))
        return false;
      continue;
    }
    // A view may be read later.
    if (!(kernel::isStep(user) || isa<tensor::ExtractOp>(user)) ||
        user->getBlock() != launch->getBlock() || !user->isBeforeInBlock(launch))
      return false;
  }
  return true;
}

/// The memref that `value` is stored in, if that is all that is done with it; the store is taken
/// away. Else null.
Value takeDestination(Value value) {
  if (!value.hasOneUse())
    return {};
  auto stored = dyn_cast<bufferization::MaterializeInDestinationOp>(*value.user_begin());
  if (!stored || !isa<MemRefType>(stored.getDest().getType()))
    return {};
  Value buffer = stored.getDest();
  stored->erase();
  return buffer;
}

/// What a branch gives lies in `buffer` at the branch's end: computed there by the launch or call
/// that is its last, else copied.
LogicalResult storeInto(Value value, Value buffer, Operation *end) {
  OpBuilder builder = OpBuilder::atBlockBegin(end->getBlock());
  Location loc = value.getLoc();
  Value place =
      bufferization::ToTensorOp::create(builder, loc, value.getType(), buffer, /*restrict=*/true,
                                        /*writable=*/true);
  builder.setInsertionPoint(end);
  Operation *step = value.getDefiningOp();
  OpOperand *init =
      kernel::isStep(step)
          ? cast<DestinationStyleOpInterface>(step).getTiedOpOperand(cast<OpResult>(value))
          : nullptr;
  auto insert = value.getDefiningOp<tensor::InsertSliceOp>();
  if (init && step->getBlock() == end->getBlock() && init->get().getDefiningOp<tensor::EmptyOp>()) {
    init->set(place);
  } else if (insert && insert->getBlock() == end->getBlock() &&
             insert.getDest().getDefiningOp<tensor::EmptyOp>()) {
    insert.getDestMutable().set(place);
  } else if (auto choice = value.getDefiningOp<scf::IfOp>();
             !choice || choice->getBlock() != end->getBlock()) { // which comes next
    FailureOr<Extents> extents = getShapedExtents(value);
    if (failed(extents))
      return end->emitError() << "gives a value whose extents are not known from the dims";
    value = buildCopy(builder, loc, value, place, *extents);
  }
  auto stored = bufferization::MaterializeInDestinationOp::create(builder, loc, /*result=*/Type(),
                                                                  value, buffer);
  stored.setRestrict(true);
  stored.setWritable(true);
  return success();
}

/// Both branches write one place, which was there before or is the one where the value goes:
/// afterwards they give nothing.
LogicalResult placeBranches(scf::IfOp op) {
  if (op.getNumResults() == 0)
    return success();
  OpBuilder builder(op);
  Location loc = op.getLoc();
  for (auto [k, result] : llvm::enumerate(op.getResults())) {
    Value buffer = takeDestination(result);
    if (!buffer) {
      auto type = cast<RankedTensorType>(result.getType());
      FailureOr<Extents> extents = getShapedExtents(op.thenYield().getOperand(k));
      if (failed(extents))
        return op.emitError() << "gives a value whose extents are not known from the dims";
      builder.setInsertionPoint(op);
      SmallVector<Value> sizes;
      for (auto [axis, extent] : llvm::enumerate(*extents))
        if (type.isDynamicDim(axis))
          sizes.push_back(buildIndex(builder, loc, extent));
      buffer = memref::AllocOp::create(
          builder, loc, MemRefType::get(type.getShape(), type.getElementType()), sizes);
    }
    for (scf::YieldOp yield : {op.thenYield(), op.elseYield()})
      if (failed(storeInto(yield.getOperand(k), buffer, yield)))
        return failure();
    if (result.use_empty())
      continue;
    builder.setInsertionPointAfter(op);
    result.replaceAllUsesWith(
        bufferization::ToTensorOp::create(builder, loc, result.getType(), buffer,
                                          /*restrict=*/true, /*writable=*/true));
  }
  builder.setInsertionPoint(op);
  auto plain =
      scf::IfOp::create(builder, loc, TypeRange(), op.getCondition(), /*withElseRegion=*/true);
  for (auto [from, to] : llvm::zip_equal(op->getRegions(), plain->getRegions())) {
    to.takeBody(from);
    Operation *yield = to.front().getTerminator();
    builder.setInsertionPoint(yield);
    scf::YieldOp::create(builder, loc);
    yield->erase();
  }
  op.erase();
  return success();
}

struct PlaceCarried : impl::PlaceCarriedBase<PlaceCarried> {
  void runOnOperation() override {
    // Branches from the outside: where an inner one's value goes is known then.
    SmallVector<scf::IfOp> choices;
    getOperation().walk<WalkOrder::PreOrder>([&](scf::IfOp op) { choices.push_back(op); });
    for (scf::IfOp op : choices)
      if (failed(placeBranches(op)))
        return signalPassFailure();
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
    OpOperand *init =
        launch ? cast<DestinationStyleOpInterface>(*launch).getTiedOpOperand(cast<OpResult>(value))
               : nullptr;
    if (launch && launch->getBlock() == loop.getBody() &&
        init->get().getDefiningOp<tensor::EmptyOp>() && mayReplace(launch, init, carried)) {
      init->set(carried);
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
