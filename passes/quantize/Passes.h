// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The quantize phase: what quantised models compute, in the types that kernels exist for.
#ifndef ONNXCC_PASSES_QUANTIZE_PASSES_H
#define ONNXCC_PASSES_QUANTIZE_PASSES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace onnxcc {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "passes/quantize/Passes.h.inc"

/// From -O1 on afterwards nothing between bytes and bytes is in floats that has an integer form,
/// and what weights are left is dequantized at compile time. With `quantizedInterface` inputs and
/// outputs are integers where the model quantizes them.
void populateQuantizePipeline(mlir::OpPassManager &pm, int level, bool quantizedInterface);

} // namespace onnxcc

#endif // ONNXCC_PASSES_QUANTIZE_PASSES_H
