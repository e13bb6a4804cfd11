// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The `kernel` dialect's registration, effects and verifiers.
#include "dialects/kernel/Kernel.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace onnxcc::kernel;

#include "dialects/kernel/KernelDialect.cpp.inc"
#include "dialects/kernel/KernelEnums.cpp.inc"
#include "dialects/kernel/KernelInterfaces.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/kernel/KernelAttributes.cpp.inc"
#define GET_OP_CLASSES
#include "dialects/kernel/KernelOps.cpp.inc"

void KernelDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/kernel/KernelAttributes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/kernel/KernelOps.cpp.inc"
      >();
}

SmallVector<unsigned> onnxcc::kernel::getReductionDims(AffineMap output) {
  SmallVector<unsigned> dims;
  for (unsigned dim = 0; dim < output.getNumDims(); ++dim)
    if (!output.isFunctionOfDim(dim))
      dims.push_back(dim);
  return dims;
}

/// On memrefs a launch reads its inputs and writes its destination; on tensors it has no effect.
template <class Op>
static void getLaunchEffects(Op op, SmallVectorImpl<MemoryEffects::EffectInstance> &effects) {
  if (op->getNumResults())
    return;
  for (OpOperand &operand : op->getOpOperands()) {
    bool isInit = op.isDpsInit(&operand);
    if (isInit)
      effects.emplace_back(MemoryEffects::Write::get(), &operand, SideEffects::DefaultResource::get());
    else
      effects.emplace_back(MemoryEffects::Read::get(), &operand, SideEffects::DefaultResource::get());
  }
}

using Effects = SmallVectorImpl<MemoryEffects::EffectInstance>;
void MapOp::getEffects(Effects &effects) { getLaunchEffects(*this, effects); }
void ContractOp::getEffects(Effects &effects) { getLaunchEffects(*this, effects); }
void RowsOp::getEffects(Effects &effects) { getLaunchEffects(*this, effects); }
void CallOp::getEffects(Effects &effects) { getLaunchEffects(*this, effects); }

/// What map_c2, contract_c3 and rows share: `first` is the region argument of input `skipped`.
template <class Op> static LogicalResult verifyLaunch(Op op, unsigned skipped, unsigned first) {
  SmallVector<AffineMap> maps = op.getIndexingMaps();
  if (maps.size() != op.getInputs().size() + 1)
    return op.emitOpError() << "has " << maps.size() << " maps for " << op.getInputs().size() << " inputs and an output";
  unsigned dims = op.getDomain().getNumResults();
  auto operandType = [&](unsigned k) {
    return cast<ShapedType>(k < op.getInputs().size() ? op.getInputs()[k].getType() : op.getInit().getType());
  };
  for (auto [k, map] : llvm::enumerate(maps)) {
    if (map.getNumDims() != dims)
      return op.emitOpError() << "map " << k << " has " << map.getNumDims() << " dims, the domain " << dims;
    if (int64_t(map.getNumResults()) != operandType(k).getRank())
      return op.emitOpError() << "map " << k << " has " << map.getNumResults() << " results for an operand of rank " << operandType(k).getRank();
  }
  Block &code = op.getBody().front();
  unsigned arguments = op.getInputs().size() - skipped + first;
  if (code.getNumArguments() != arguments)
    return op.emitOpError() << "has " << code.getNumArguments() << " region arguments, wants " << arguments;
  for (unsigned k = skipped; k < op.getInputs().size(); ++k)
    if (code.getArgument(first + k - skipped).getType() != operandType(k).getElementType())
      return op.emitOpError() << "region argument " << first + k - skipped << " is not of input " << k << "'s element type";
  auto yield = dyn_cast_or_null<YieldOp>(code.empty() ? nullptr : &code.back());
  if (!yield || yield.getValue().getType() != operandType(maps.size() - 1).getElementType())
    return op.emitOpError() << "does not yield the output's element type";
  return success();
}

LogicalResult MapOp::verify() {
  if (!getIndexingMaps().back().isIdentity())
    return emitOpError() << "has an output map that is not the identity"; // map_c1
  return verifyLaunch(*this, 0, 0);                                        // map_c2
}

LogicalResult ContractOp::verify() {
  if (getProducts() != 1 && getProducts() != 2) // contract_c1
    return emitOpError() << "multiplies " << getProducts() << " inputs, not 1 or 2";
  if (getInputs().size() < uint64_t(getProducts()))
    return emitOpError() << "has fewer inputs than factors";
  return verifyLaunch(*this, getProducts(), 1); // contract_c3
}

LogicalResult RowsOp::verify() {
  AffineMap output = getIndexingMaps().back();
  unsigned dims = output.getNumDims();
  if (!output.isIdentity() && output != AffineMap::getMultiDimIdentityMap(dims, getContext()).dropResult(dims - 1))
    return emitOpError() << "has an output map that is neither the identity nor lacks just the row"; // rows_c1
  return verifyLaunch(*this, 0, 0);
}
