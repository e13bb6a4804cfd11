// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a module is compiled for: its names of targets as the table's records.
#ifndef ONNXCC_DIALECTS_KERNEL_TARGETS_H
#define ONNXCC_DIALECTS_KERNEL_TARGETS_H

#include "targets/Target.h"

#include "mlir/IR/BuiltinOps.h"

namespace onnxcc::kernel {

/// The records of kernel.targets in its order; the portable target where the module has none. A
/// name that is no target's is reported.
mlir::FailureOr<llvm::SmallVector<const Target *>> getTargets(mlir::ModuleOp module);

/// Bytes of which all places in memory are multiples: what the most demanding target wants.
int64_t getAlignment(llvm::ArrayRef<const Target *> targets);

} // namespace onnxcc::kernel

#endif // ONNXCC_DIALECTS_KERNEL_TARGETS_H
