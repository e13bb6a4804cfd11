// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A recurrence as a loop of launches, a choice as branches of launches.
#ifndef ONNXCC_PASSES_KERNELS_LOWERREGIONS_H
#define ONNXCC_PASSES_KERNELS_LOWERREGIONS_H

#include "dialects/graph/Loop.h"
#include "passes/kernels/Lowering.h"

namespace onnxcc::kernels {

/// Lowers ops in order, each in its place.
using LowerAll =
    llvm::function_ref<llvm::LogicalResult(Lowering &, llvm::ArrayRef<mlir::Operation *>)>;

/// Puts a region's ops into a block, lowers them there and ends with what `finish` makes of the
/// yield.
llvm::LogicalResult lowerInto(Lowering &lowering, mlir::Region &region, mlir::Block &into,
                              LowerAll lowerAll, llvm::function_ref<void(graph::YieldOp)> finish);

/// An scf.for around the launches of a step.
llvm::LogicalResult lowerScan(Lowering &lowering, graph::ScanOp op, LowerAll lowerAll);

/// An scf.if around the launches of each branch.
llvm::LogicalResult lowerIf(Lowering &lowering, graph::IfOp op, LowerAll lowerAll);

} // namespace onnxcc::kernels

#endif // ONNXCC_PASSES_KERNELS_LOWERREGIONS_H
