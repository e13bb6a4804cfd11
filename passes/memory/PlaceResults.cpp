// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Results become destination arguments: see Passes.td.
#include "passes/memory/Buffers.h"
#include "passes/memory/Passes.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace mlir;

namespace onnxcc::memory {
#define GEN_PASS_DEF_PLACERESULTS
#include "passes/memory/Passes.h.inc"

namespace {

MemRefType getMemRefType(Type type) {
  auto tensor = cast<RankedTensorType>(type);
  return MemRefType::get(tensor.getShape(), tensor.getElementType());
}

class PlaceResults : public impl::PlaceResultsBase<PlaceResults> {
  void runOnOperation() override {
    func::FuncOp func = getOperation();
    if (func.isExternal())
      return;
    OpBuilder builder = OpBuilder::atBlockBegin(&func.front());
    for (BlockArgument argument : func.getArguments())
      if (isa<RankedTensorType>(argument.getType()))
        placeArgument(argument, builder);
    if (failed(placeResults(builder)))
      return signalPassFailure();
    updateType();
  }

  /// A tensor argument becomes a memref; what reads it reads the memref as a tensor.
  void placeArgument(BlockArgument argument, OpBuilder &builder) {
    Type tensor = argument.getType();
    argument.setType(getMemRefType(tensor));
    auto value = bufferization::ToTensorOp::create(builder, argument.getLoc(), tensor, argument,
                                                   /*restrict=*/true, /*writable=*/false);
    argument.replaceAllUsesExcept(value, value);
    getOperation().setArgAttr(argument.getArgNumber(), kernel::kRoleAttr,
                              builder.getStringAttr("in"));
  }

  LogicalResult placeResults(OpBuilder &builder) {
    func::FuncOp func = getOperation();
    auto returned = cast<func::ReturnOp>(func.front().getTerminator());
    llvm::SmallPtrSet<Value, 4> placed;
    for (auto [k, value] : llvm::enumerate(returned.getOperands())) {
      DictionaryAttr attributes = func.getResultAttrDict(k);
      NamedAttrList list(attributes);
      list.set(kernel::kRoleAttr, builder.getStringAttr("out"));
      unsigned number = func.getNumArguments();
      if (failed(func.insertArgument(number, getMemRefType(value.getType()),
                                     list.getDictionary(&getContext()), value.getLoc())))
        return failure();
      Value argument = func.getArgument(number);
      OpBuilder atEnd(returned);
      Value result = value;
      if (placed.insert(value).second) {
        auto destination =
            bufferization::ToTensorOp::create(builder, value.getLoc(), value.getType(), argument,
                                              /*restrict=*/true, /*writable=*/true);
        if (!place(value, destination, builder)) {
          // Upstream would use the caller's buffer for what several results have in common, and
          // lose it with the first copy: a launch of its own keeps it apart.
          if (value.getDefiningOp<tensor::InsertSliceOp>())
            result = copy(value, destination, atEnd, value.getLoc());
          else if (destination->use_empty())
            destination->erase();
        }
      }
      auto stored = bufferization::MaterializeInDestinationOp::create(
          atEnd, value.getLoc(), /*result=*/Type(), result, argument);
      stored.setRestrict(true);
      stored.setWritable(true);
    }
    returned->setOperands({});
    return success();
  }

  Value copy(Value value, Value destination, OpBuilder &builder, Location loc) {
    FailureOr<Extents> extents = getShapedExtents(value);
    if (failed(extents))
      return value;
    return buildCopy(builder, loc, value, destination, *extents);
  }

  /// Makes a call that updates a tensor do so in `destination`, into which the tensor is copied
  /// unless nobody else wants it.
  bool placeUpdated(OpOperand &init, Value destination, OpBuilder &builder) {
    if (init.get().hasOneUse() && place(init.get(), destination, builder))
      return true;
    OpBuilder before(init.getOwner());
    init.set(copy(init.get(), destination, before, init.getOwner()->getLoc()));
    return true;
  }

  /// Makes what computes `value` write to `destination`.
  bool place(Value value, Value destination, OpBuilder &builder) {
    Operation *op = value.getDefiningOp();
    if (kernel::isStep(op)) {
      OpOperand *init =
          cast<DestinationStyleOpInterface>(op).getTiedOpOperand(cast<OpResult>(value));
      if (getUpdated(value))
        return placeUpdated(*init, destination, builder);
      init->set(destination);
      return true;
    }
    if (auto insert = dyn_cast_or_null<tensor::InsertSliceOp>(op)) {
      if (insert.getDest().getDefiningOp<tensor::EmptyOp>()) {
        insert.getDestMutable().set(destination);
        return true;
      }
      // What is completed in several ways has several buffers; the caller's must not be another
      // result's while this one is copied into it.
      return insert.getDest().hasOneUse() && place(insert.getDest(), destination, builder);
    }
    if (auto expand = dyn_cast_or_null<tensor::ExpandShapeOp>(op))
      return place(expand.getSrc(),
                   tensor::CollapseShapeOp::create(builder, op->getLoc(), expand.getSrcType(),
                                                   destination, expand.getReassociationIndices()),
                   builder);
    if (auto loop = dyn_cast_or_null<scf::ForOp>(op)) {
      // What a loop carries lies where it began.
      OpOperand &init = loop.getInitArgsMutable()[cast<OpResult>(value).getResultNumber()];
      if (!init.get().getDefiningOp<tensor::EmptyOp>())
        return init.get().hasOneUse() && place(init.get(), destination, builder);
      init.set(destination);
      return true;
    }
    if (auto collapse = dyn_cast_or_null<tensor::CollapseShapeOp>(op)) {
      FailureOr<Extents> extents = getShapedExtents(collapse.getSrc());
      if (failed(extents))
        return false;
      // Where the run computes an extent, the place stands behind that: before all that has it.
      OpBuilder::InsertionGuard guard(builder);
      SmallVector<OpFoldResult> sizes = buildSizes(builder, op->getLoc(), *extents);
      return place(collapse.getSrc(),
                   tensor::ExpandShapeOp::create(builder, op->getLoc(), collapse.getSrcType(),
                                                 destination, collapse.getReassociationIndices(),
                                                 sizes),
                   builder);
    }
    return false;
  }

  void updateType() {
    func::FuncOp func = getOperation();
    func.setType(FunctionType::get(&getContext(), func.front().getArgumentTypes(), /*results=*/{}));
    func.removeResAttrsAttr();
  }
};

} // namespace
} // namespace onnxcc::memory
