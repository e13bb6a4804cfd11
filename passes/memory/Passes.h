// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The memory phase: launches on tensors become launches on views of one arena. See README.md.
#ifndef ONNXCC_PASSES_MEMORY_PASSES_H
#define ONNXCC_PASSES_MEMORY_PASSES_H

#include "dialects/kernel/Kernel.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Pass/Pass.h"

namespace onnxcc::memory {

#define GEN_PASS_DECL
#include "passes/memory/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "passes/memory/Passes.h.inc"

} // namespace onnxcc::memory

namespace onnxcc {

using memory::registerMemoryPasses;

/// Afterwards functions take memrefs only, and every buffer is a view into one arena, at a constant
/// offset or at an expression of the dims; there is no allocation and no copy; no two live buffers
/// overlap. Every buffer starts at a multiple of the bytes that the module's targets want.
void populateMemoryPipeline(mlir::OpPassManager &pm, int level);

} // namespace onnxcc

#endif // ONNXCC_PASSES_MEMORY_PASSES_H
