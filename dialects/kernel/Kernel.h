// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The `kernel` dialect: launches on tensors, after bufferisation on memrefs. See README.md.
#ifndef ONNXCC_DIALECTS_KERNEL_KERNEL_H
#define ONNXCC_DIALECTS_KERNEL_KERNEL_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialects/kernel/KernelDialect.h.inc"
#include "dialects/kernel/KernelEnums.h.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/kernel/KernelAttributes.h.inc"

namespace onnxcc::kernel {

/// Attributes of a function's argument (before the memory phase also of a result): its extents as a
/// map over the module's symbols, and "in" or "out" (memory phase).
inline constexpr llvm::StringLiteral kExtentsAttr = "kernel.extents";
inline constexpr llvm::StringLiteral kRoleAttr = "kernel.role";
/// Attributes of the module: the names of the targets that schedules are chosen for, in the order
/// of their variants, and the kind of the host compiler.
inline constexpr llvm::StringLiteral kTargetsAttr = "kernel.targets";
inline constexpr llvm::StringLiteral kCompilerAttr = "kernel.compiler";

/// The dims of `output` (an output's indexing map) that none of its results mentions.
llvm::SmallVector<unsigned> getReductionDims(mlir::AffineMap output);

/// Scalar operations of a launch that its region does not show.
struct Work {
  /// Multiply-adds of factors, each being two; what lies in the padding counts too.
  int64_t products = 0;
  /// Others: a softmax's.
  int64_t others = 0;
};
/// A function of the runtime's or of libm, in scalar operations.
inline constexpr int64_t kTranscendentalOperations = 16;

/// Whether `op` is a step of a run: a launch, or a call of a routine. Steps are in destination
/// style.
bool isStep(mlir::Operation *op);

/// The memory that a step works in; null if it has none.
mlir::Value getScratch(mlir::Operation *step);

/// Whether a step reads this destination before it writes it: a call that `updates` it.
bool isUpdated(mlir::OpOperand &destination);

/// Whether step `op` reads its input number `input` only at the very place of `init` that it writes
/// next, so that both may be one buffer: an operand of an epilogue, a map or a row computation
/// whose map is that output's, an input that a call has `in_place`. Never a factor of a
/// contraction.
bool isReadWhereWritten(mlir::Operation *op, unsigned input, mlir::OpOperand &init);

/// Lets one-shot bufferisation handle launches, calls and weights.
void registerBufferization(mlir::DialectRegistry &registry);

} // namespace onnxcc::kernel

#include "dialects/kernel/KernelInterfaces.h.inc"
#define GET_OP_CLASSES
#include "dialects/kernel/KernelOps.h.inc"

#endif // ONNXCC_DIALECTS_KERNEL_KERNEL_H
