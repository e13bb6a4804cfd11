// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A recurrence as a loop of launches.
#ifndef ONNXCC_PASSES_KERNELS_LOWERSCAN_H
#define ONNXCC_PASSES_KERNELS_LOWERSCAN_H

#include "dialects/graph/Loop.h"
#include "passes/kernels/Lowering.h"

namespace onnxcc::kernels {

/// `lowerAll` lowers the ops of a step, which it finds in the loop.
llvm::LogicalResult
lowerScan(Lowering &lowering, graph::ScanOp op,
          llvm::function_ref<llvm::LogicalResult(Lowering &, llvm::ArrayRef<mlir::Operation *>)>
              lowerAll);

} // namespace onnxcc::kernels

#endif // ONNXCC_PASSES_KERNELS_LOWERSCAN_H
