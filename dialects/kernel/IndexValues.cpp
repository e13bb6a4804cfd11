// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Resolving index values and extents: see IndexValues.h.
#include "dialects/kernel/IndexValues.h"

#include "dialects/kernel/Kernel.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace onnxcc::kernel {

AffineExpr getExpression(Value index) { return IndexValues().get(index); }

FailureOr<Extents> getShapedExtents(Value shaped) { return IndexValues().getExtents(shaped); }

AffineExpr IndexValues::get(OpFoldResult index, MLIRContext *context) {
  if (std::optional<int64_t> constant = getConstantIntValue(index))
    return getAffineConstantExpr(*constant, context);
  return get(cast<Value>(index));
}

AffineExpr IndexValues::get(Value index) {
  if (AffineExpr expression = known.lookup(index))
    return expression;
  AffineExpr expression = resolve(index);
  if (expression)
    known[index] = expression;
  return expression;
}

AffineExpr IndexValues::resolve(Value index) {
  llvm::APInt constant;
  if (matchPattern(index, m_ConstantInt(&constant)))
    return getAffineConstantExpr(constant.getSExtValue(), index.getContext());
  if (auto argument = dyn_cast<BlockArgument>(index)) {
    auto loop = dyn_cast<scf::ForOp>(argument.getOwner()->getParentOp());
    AffineExpr end =
        loop && argument == loop.getInductionVar() ? get(loop.getUpperBound()) : AffineExpr();
    return end ? addLocal(Local::Step, index, {end - 1}) : AffineExpr();
  }
  return llvm::TypeSwitch<Operation *, AffineExpr>(index.getDefiningOp())
      .Case<DimOp, DefineOp>(
          [](auto op) { return getAffineSymbolExpr(op.getSymbol(), op.getContext()); })
      .Case([&](affine::AffineApplyOp op) {
        std::optional<Extents> value = apply(op.getAffineMap(), op.getMapOperands());
        return value ? value->front() : AffineExpr();
      })
      .Case<affine::AffineMaxOp, affine::AffineMinOp>([&](auto op) {
        std::optional<Extents> values = apply(op.getAffineMap(), op.getOperands());
        bool isMax = isa<affine::AffineMaxOp>(op.getOperation());
        return values ? addLocal(isMax ? Local::Greatest : Local::Least, op, std::move(*values))
                      : AffineExpr();
      })
      .Case([&](memref::DimOp op) {
        FailureOr<Extents> extents = getExtents(op.getSource());
        std::optional<int64_t> axis = op.getConstantIndex();
        return succeeded(extents) && axis ? (*extents)[*axis] : AffineExpr();
      })
      .Default([](Operation *) { return AffineExpr(); });
}

AffineExpr IndexValues::addLocal(Local::Kind kind, Value value, Extents of) {
  if (!firstLocal)
    return {};
  locals.push_back({kind, value, std::move(of)});
  return getAffineSymbolExpr(*firstLocal + locals.size() - 1, value.getContext());
}

std::optional<Extents> IndexValues::apply(AffineMap map, ValueRange operands) {
  SmallVector<AffineExpr> values;
  for (Value operand : operands) {
    values.push_back(get(operand));
    if (!values.back())
      return std::nullopt;
  }
  ArrayRef<AffineExpr> all(values);
  Extents results;
  for (AffineExpr result : map.getResults())
    results.push_back(result.replaceDimsAndSymbols(all.take_front(map.getNumDims()),
                                                   all.drop_front(map.getNumDims())));
  return results;
}

std::optional<int64_t> IndexValues::evaluate(AffineExpr expression,
                                             ArrayRef<int64_t> symbols) const {
  DenseMap<AffineExpr, AffineExpr> values;
  bool isKnown = true;
  expression.walk([&](AffineExpr part) {
    auto symbol = dyn_cast<AffineSymbolExpr>(part);
    if (!firstLocal || !symbol || symbol.getPosition() < *firstLocal)
      return;
    if (symbol.getPosition() - *firstLocal >= locals.size()) {
      isKnown = false; // a dim that the module lacks
      return;
    }
    const Local &local = locals[symbol.getPosition() - *firstLocal];
    std::optional<int64_t> best;
    for (AffineExpr candidate : local.of) {
      std::optional<int64_t> value = evaluate(candidate, symbols);
      isKnown &= value.has_value();
      if (value)
        best = !best                        ? *value
               : local.kind == Local::Least ? std::min(*best, *value)
                                            : std::max(*best, *value);
    }
    values[part] = getAffineConstantExpr(best.value_or(0), expression.getContext());
  });
  return isKnown ? onnxcc::evaluate(expression.replace(values), symbols) : std::nullopt;
}

FailureOr<Extents> IndexValues::getSizes(ArrayRef<OpFoldResult> sizes, MLIRContext *context) {
  Extents extents;
  for (OpFoldResult size : sizes) {
    extents.push_back(get(size, context));
    if (!extents.back())
      return failure();
  }
  return extents;
}

/// A function's says what it has, a loop's has what it had before the first step.
FailureOr<Extents> IndexValues::getArgumentExtents(BlockArgument argument) {
  Operation *parent = argument.getOwner()->getParentOp();
  if (auto loop = dyn_cast<scf::ForOp>(parent))
    return getExtents(loop.getTiedLoopInit(argument)->get());
  auto func = dyn_cast<func::FuncOp>(parent);
  auto map = func ? func.getArgAttrOfType<AffineMapAttr>(argument.getArgNumber(), kExtentsAttr)
                  : AffineMapAttr();
  if (!map)
    return failure();
  return Extents(map.getValue().getResults());
}

/// Products of the groups.
static Extents collapse(ArrayRef<AffineExpr> source, ArrayRef<ReassociationIndices> groups,
                        MLIRContext *context) {
  Extents extents;
  for (const ReassociationIndices &group : groups) {
    Extents axes;
    for (int64_t axis : group)
      axes.push_back(source[axis]);
    extents.push_back(getProduct(axes, context));
  }
  return extents;
}

FailureOr<Extents> IndexValues::getExtents(Value shaped) {
  auto type = cast<ShapedType>(shaped.getType());
  MLIRContext *context = shaped.getContext();
  if (type.hasStaticShape())
    return constantExtents(type.getShape(), context);
  if (auto argument = dyn_cast<BlockArgument>(shaped))
    return getArgumentExtents(argument);
  return TypeSwitch<Operation *, FailureOr<Extents>>(shaped.getDefiningOp())
      .Case<memref::AllocOp, tensor::EmptyOp>(
          [&](auto op) { return getSizes(op.getMixedSizes(), context); })
      .Case([&](memref::ViewOp op) {
        return getSizes(getMixedValues(type.getShape(), op.getSizes(), context), context);
      })
      .Case<memref::SubViewOp, tensor::ExtractSliceOp>([&](auto op) -> FailureOr<Extents> {
        FailureOr<Extents> sizes = getSizes(op.getMixedSizes(), context);
        if (failed(sizes))
          return failure();
        llvm::SmallBitVector dropped = op.getDroppedDims();
        Extents kept;
        for (auto [axis, size] : llvm::enumerate(*sizes))
          if (!dropped[axis])
            kept.push_back(size);
        return kept;
      })
      .Case<memref::ExpandShapeOp, tensor::ExpandShapeOp>(
          [&](auto op) { return getSizes(op.getMixedOutputShape(), context); })
      .Case<memref::CollapseShapeOp, tensor::CollapseShapeOp>([&](auto op) -> FailureOr<Extents> {
        FailureOr<Extents> source = getExtents(op.getSrc());
        if (failed(source))
          return failure();
        return collapse(*source, op.getReassociationIndices(), context);
      })
      .Case([&](memref::CastOp op) { return getExtents(op.getSource()); })
      .Case([&](bufferization::ToTensorOp op) { return getExtents(op.getBuffer()); })
      .Case([&](tensor::InsertSliceOp op) { return getExtents(op.getDest()); })
      .Case([&](scf::ForOp loop) {
        return getExtents(loop.getInitArgs()[cast<OpResult>(shaped).getResultNumber()]);
      })
      .Case([&](DestinationStyleOpInterface op) {
        return getExtents(op.getTiedOpOperand(cast<OpResult>(shaped))->get());
      })
      .Default([](Operation *) { return failure(); });
}

} // namespace onnxcc::kernel
