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

AffineExpr Views::getIndex(OpFoldResult value, MLIRContext *context) const {
  if (std::optional<int64_t> constant = getConstantIntValue(value))
    return getAffineConstantExpr(*constant, context);
  return getIndex(cast<Value>(value));
}

FailureOr<Views> Views::analyze(func::FuncOp function, unsigned moduleSymbols) {
  Views result;
  MLIRContext *context = function.getContext();
  for (BlockArgument argument : function.getArguments()) {
    auto type = dyn_cast<MemRefType>(argument.getType());
    if (!type)
      return function.emitError("has an argument that is not a memref"), failure();
    View view{argument, getAffineConstantExpr(0, context), {}, {}, type.getElementType()};
    if (auto extents =
            function.getArgAttrOfType<AffineMapAttr>(argument.getArgNumber(), "kernel.extents"))
      view.extents.append(extents.getValue().getResults().begin(),
                          extents.getValue().getResults().end());
    else
      for (int64_t extent : type.getShape())
        view.extents.push_back(getAffineConstantExpr(extent, context));
    view.strides = getContiguousStrides(view.extents, context);
    result.views[argument] = view;
  }
  if (failed(result.visitBlock(function.getBody().front(), moduleSymbols)))
    return failure();
  return result;
}

LogicalResult Views::visitBlock(Block &block, unsigned moduleSymbols) {
  for (Operation &op : block)
    if (failed(visit(&op, moduleSymbols)))
      return failure();
  return success();
}

LogicalResult Views::visitBuffer(Value buffer, ValueRange sizes) {
  auto type = cast<MemRefType>(buffer.getType());
  MLIRContext *context = buffer.getContext();
  View view{buffer, getAffineConstantExpr(0, context), {}, {}, type.getElementType()};
  auto size = sizes.begin();
  for (int64_t extent : type.getShape())
    view.extents.push_back(ShapedType::isDynamic(extent) ? getIndex(*size++)
                                                         : getAffineConstantExpr(extent, context));
  view.strides = getContiguousStrides(view.extents, context);
  views[buffer] = view;
  return success();
}

View Views::view(memref::SubViewOp subview, const View &source) const {
  MLIRContext *context = subview.getContext();
  View view{source.base, source.offset, {}, {}, source.element};
  llvm::SmallBitVector dropped = subview.getDroppedDims();
  for (unsigned k = 0; k < source.extents.size(); ++k) {
    view.offset = view.offset + source.strides[k] * getIndex(subview.getMixedOffsets()[k], context);
    if (dropped[k])
      continue;
    view.extents.push_back(getIndex(subview.getMixedSizes()[k], context));
    view.strides.push_back(source.strides[k] * getIndex(subview.getMixedStrides()[k], context));
  }
  return view;
}

View Views::view(memref::ExpandShapeOp expand, const View &source) const {
  MLIRContext *context = expand.getContext();
  View view{source.base, source.offset, {}, {}, source.element};
  SmallVector<OpFoldResult> sizes = expand.getMixedOutputShape();
  // A scalar has no axis that the new ones, all of one element, could be parts of.
  if (source.extents.empty()) {
    view.extents.assign(sizes.size(), getAffineConstantExpr(1, context));
    view.strides = view.extents;
  }
  for (auto [k, group] : llvm::enumerate(expand.getReassociationIndices())) {
    SmallVector<AffineExpr> extents;
    for (int64_t dim : group)
      extents.push_back(getIndex(sizes[dim], context));
    for (AffineExpr stride : getContiguousStrides(extents, context))
      view.strides.push_back(stride * source.strides[k]);
    view.extents.append(extents);
  }
  return view;
}

View Views::view(memref::CollapseShapeOp collapse, const View &source) const {
  View view{source.base, source.offset, {}, {}, source.element};
  AffineExpr one = getAffineConstantExpr(1, collapse.getContext());
  for (const ReassociationIndices &group : collapse.getReassociationIndices()) {
    AffineExpr extent = one, stride = one;
    for (int64_t dim : group) {
      extent = extent * source.extents[dim];
      // The innermost dim with more than one element decides; verified to be contiguous by the op.
      if (source.extents[dim] != one || group.size() == 1)
        stride = source.strides[dim];
    }
    view.extents.push_back(extent);
    view.strides.push_back(stride);
  }
  return view;
}

View Views::view(memref::CastOp, const View &source) const { return source; }

template <class Op> LogicalResult Views::visitView(Op op) {
  auto source = views.find(op->getOperand(0));
  if (source == views.end())
    return op.emitError("has a source that is no known buffer");
  View derived = view(op, source->second);
  views[op->getResult(0)] = std::move(derived);
  return success();
}

/// An index that is no expression of the symbols, as a symbol of its own.
void Views::addLocal(Value value, unsigned moduleSymbols) {
  indices[value] = getAffineSymbolExpr(moduleSymbols + locals.size(), value.getContext());
  locals.push_back(value);
}

LogicalResult Views::visitIndex(Operation *op, unsigned moduleSymbols) {
  MLIRContext *context = op->getContext();
  if (auto dim = dyn_cast<kernel::DimOp>(op)) {
    indices[dim] = getAffineSymbolExpr(dim.getSymbol(), context);
  } else if (auto define = dyn_cast<kernel::DefineOp>(op)) {
    indices[define] = getAffineSymbolExpr(define.getSymbol(), context);
  } else if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    if (auto value = dyn_cast<IntegerAttr>(constant.getValue()))
      indices[constant] = getAffineConstantExpr(value.getValue().getSExtValue(), context);
  } else if (auto apply = dyn_cast<affine::AffineApplyOp>(op)) {
    SmallVector<AffineExpr> dims, symbols;
    for (auto [k, operand] : llvm::enumerate(apply.getMapOperands()))
      (k < apply.getAffineMap().getNumDims() ? dims : symbols).push_back(getIndex(operand));
    indices[apply] = apply.getAffineMap().getResult(0).replaceDimsAndSymbols(dims, symbols);
  } else {
    addLocal(op->getResult(0), moduleSymbols);
  }
  return success();
}

LogicalResult Views::visit(Operation *op, unsigned moduleSymbols) {
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case<kernel::DimOp, kernel::DefineOp, arith::ConstantOp, affine::AffineApplyOp,
            affine::AffineMaxOp, affine::AffineMinOp>(
          [&](Operation *index) { return visitIndex(index, moduleSymbols); })
      .Case([&](kernel::WeightOp weight) { return visitBuffer(weight.getValue(), {}); })
      .Case([&](memref::ViewOp view) { return visitBuffer(view, view.getSizes()); })
      .Case([&](memref::AllocOp alloc) { return visitBuffer(alloc, alloc.getDynamicSizes()); })
      .Case<memref::SubViewOp, memref::ExpandShapeOp, memref::CollapseShapeOp, memref::CastOp>(
          [&](auto view) { return visitView(view); })
      .Case([&](scf::ForOp loop) -> LogicalResult {
        if (loop.getNumResults())
          return loop.emitError("carries a buffer that is not the same in all steps");
        addLocal(loop.getInductionVar(), moduleSymbols);
        return visitBlock(*loop.getBody(), moduleSymbols);
      })
      .Case([&](scf::IfOp branches) -> LogicalResult {
        if (branches.getNumResults())
          return branches.emitError("gives a value instead of writing it to a place");
        for (Region &region : branches->getRegions())
          for (Block &block : region)
            if (failed(visitBlock(block, moduleSymbols)))
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
