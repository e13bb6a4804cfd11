// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The optimize phase: the same results from fewer and simpler ops.
#ifndef ONNXCC_PASSES_OPTIMIZE_PASSES_H
#define ONNXCC_PASSES_OPTIMIZE_PASSES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace onnxcc {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "passes/optimize/Passes.h.inc"

/// Afterwards a function holds graph ops only; from -O1 on ops of constants are folded and equal
/// ones are one, from -O2 on batch norms, scales and pads are part of the convolutions beside them
/// and composites are ops, from -O3 on no two constants follow one another. With
/// `fixedRequantization` sums are requantized by multiplies of integers that may differ in a code.
void populateOptimizePipeline(mlir::OpPassManager &pm, int level, bool fixedRequantization);

} // namespace onnxcc

#endif // ONNXCC_PASSES_OPTIMIZE_PASSES_H
