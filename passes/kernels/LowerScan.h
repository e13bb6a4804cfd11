// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A recurrence as a loop of launches.
#ifndef ONNXCC_PASSES_KERNELS_LOWERSCAN_H
#define ONNXCC_PASSES_KERNELS_LOWERSCAN_H

#include "dialects/graph/Loop.h"
#include "passes/kernels/Lowering.h"

namespace onnxcc::kernels {

/// Lowers ops in order, each in its place.
using LowerAll =
    llvm::function_ref<llvm::LogicalResult(Lowering &, llvm::ArrayRef<mlir::Operation *>)>;

/// An scf.for around the launches of a step.
llvm::LogicalResult lowerScan(Lowering &lowering, graph::ScanOp op, LowerAll lowerAll);

/// An scf.if around the launches of each branch.
llvm::LogicalResult lowerIf(Lowering &lowering, graph::IfOp op, LowerAll lowerAll);

} // namespace onnxcc::kernels

#endif // ONNXCC_PASSES_KERNELS_LOWERSCAN_H
