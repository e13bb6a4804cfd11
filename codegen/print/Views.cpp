// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Memrefs as base, offset and strides: see Views.h.
#include "codegen/print/Views.h"

#include "dialects/kernel/Kernel.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace onnxcc {

SmallVector<AffineExpr> getContiguousStrides(ArrayRef<AffineExpr> extents, MLIRContext *context) {
  SmallVector<AffineExpr> strides(extents.size());
  AffineExpr stride = getAffineConstantExpr(1, context);
  for (size_t k = extents.size(); k-- > 0;) {
    strides[k] = stride;
    stride = stride * extents[k];
  }
  return strides;
}

FailureOr<Views> Views::analyze(func::FuncOp function, unsigned moduleSymbols) {
  Views result(moduleSymbols);
  for (BlockArgument argument : function.getArguments()) {
    if (!isa<MemRefType>(argument.getType()))
      return function.emitError("has an argument that is not a memref"), failure();
    if (failed(result.addContiguous(argument)))
      return failure();
  }
  if (failed(result.visitBlock(function.getBody().front())))
    return failure();
  return result;
}

LogicalResult Views::visitBlock(Block &block) {
  for (Operation &op : block)
    if (failed(visit(&op)))
      return failure();
  return success();
}

LogicalResult Views::addContiguous(Value buffer) {
  MLIRContext *context = buffer.getContext();
  FailureOr<Extents> extents = indices.getExtents(buffer);
  if (failed(extents))
    return emitError(buffer.getLoc(), "the extents of this buffer are not known from the dims");
  views[buffer] = {buffer, getAffineConstantExpr(0, context), *extents,
                   getContiguousStrides(*extents, context),
                   cast<MemRefType>(buffer.getType()).getElementType()};
  return success();
}

LogicalResult Views::place(memref::SubViewOp subview, const View &source, View &view) {
  MLIRContext *context = subview.getContext();
  llvm::SmallBitVector dropped = subview.getDroppedDims();
  SmallVector<OpFoldResult> offsets = subview.getMixedOffsets(), steps = subview.getMixedStrides();
  for (unsigned k = 0; k < source.extents.size(); ++k) {
    AffineExpr offset = indices.get(offsets[k], context), step = indices.get(steps[k], context);
    if (!offset || !step)
      return subview.emitError("has an offset or a stride that is not known from the dims");
    view.offset = view.offset + source.strides[k] * offset;
    if (!dropped[k])
      view.strides.push_back(source.strides[k] * step);
  }
  return success();
}

LogicalResult Views::place(memref::ExpandShapeOp expand, const View &source, View &view) {
  MLIRContext *context = expand.getContext();
  // A scalar has no axis that the new ones, all of one element, could be parts of.
  if (source.extents.empty())
    view.strides.assign(view.extents.size(), getAffineConstantExpr(1, context));
  for (auto [k, group] : llvm::enumerate(expand.getReassociationIndices())) {
    ArrayRef<AffineExpr> parts = ArrayRef(view.extents).slice(group.front(), group.size());
    for (AffineExpr stride : getContiguousStrides(parts, context))
      view.strides.push_back(stride * source.strides[k]);
  }
  return success();
}

LogicalResult Views::place(memref::CollapseShapeOp collapse, const View &source, View &view) {
  AffineExpr one = getAffineConstantExpr(1, collapse.getContext());
  for (const ReassociationIndices &group : collapse.getReassociationIndices()) {
    AffineExpr stride = one;
    // The innermost dim with more than one element decides; verified to be contiguous by the op.
    for (int64_t dim : group)
      if (source.extents[dim] != one || group.size() == 1)
        stride = source.strides[dim];
    view.strides.push_back(stride);
  }
  return success();
}

LogicalResult Views::place(memref::CastOp, const View &source, View &view) {
  view.strides = source.strides;
  return success();
}

template <class Op> LogicalResult Views::visitView(Op op) {
  Value result = op->getResult(0);
  // What gives memrefs is one of these ops, or refused.
  const View source = views.find(op->getOperand(0))->second;
  FailureOr<Extents> extents = indices.getExtents(result);
  if (failed(extents))
    return op.emitError("has extents that are not known from the dims");
  View view{source.base, source.offset, *extents, {}, source.element};
  if (failed(place(op, source, view)))
    return failure();
  views[result] = std::move(view);
  return success();
}

LogicalResult Views::visitIndex(Value index) {
  if (indices.get(index))
    return success();
  return emitError(index.getLoc(), "this index is not known from the dims");
}

LogicalResult Views::visit(Operation *op) {
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](arith::ConstantOp constant) {
        return constant.getType().isIndex() ? visitIndex(constant) : success();
      })
      .Case<kernel::DimOp, kernel::DefineOp, affine::AffineApplyOp, affine::AffineMaxOp,
            affine::AffineMinOp>([&](Operation *index) { return visitIndex(index->getResult(0)); })
      .Case<kernel::WeightOp, memref::ViewOp, memref::AllocOp>(
          [&](Operation *buffer) { return addContiguous(buffer->getResult(0)); })
      .Case<memref::SubViewOp, memref::ExpandShapeOp, memref::CollapseShapeOp, memref::CastOp>(
          [&](auto view) { return visitView(view); })
      .Case([&](scf::ForOp loop) -> LogicalResult {
        if (loop.getNumResults())
          return loop.emitError("carries a buffer that is not the same in all steps");
        if (failed(visitIndex(loop.getInductionVar())))
          return failure();
        return visitBlock(*loop.getBody());
      })
      .Case([&](scf::IfOp branches) -> LogicalResult {
        if (branches.getNumResults())
          return branches.emitError("gives a value instead of writing it to a place");
        for (Region &region : branches->getRegions())
          for (Block &block : region)
            if (failed(visitBlock(block)))
              return failure();
        return success();
      })
      .Case<kernel::ArenaOp, func::ReturnOp, kernel::CallOp, scf::YieldOp, memref::LoadOp,
            kernel::WhileOp>([&](Operation *) { return success(); })
      .Default([&](Operation *other) -> LogicalResult {
        if (isa<kernel::LaunchOpInterface>(other))
          return success();
        return other->emitError() << "'" << other->getName()
                                  << "' is not of the memory phase's form";
      });
}

} // namespace onnxcc
