// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The kernels phase: what a model means becomes what is launched. See README.md.
#ifndef ONNXCC_PASSES_KERNELS_PASSES_H
#define ONNXCC_PASSES_KERNELS_PASSES_H

#include "dialects/kernel/Kernel.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Pass/Pass.h"

namespace onnxcc::kernels {

#define GEN_PASS_DECL
#include "passes/kernels/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "passes/kernels/Passes.h.inc"

} // namespace onnxcc::kernels

namespace onnxcc {

using kernels::registerKernelsPasses;

/// Afterwards a function is a list of launches on tensors, each with its epilogue and its schedule,
/// and constants are weights of the module, packed for those schedules. At `level` 0 nothing is
/// fused.
void populateKernelsPipeline(mlir::OpPassManager &pm, int level);

} // namespace onnxcc

#endif // ONNXCC_PASSES_KERNELS_PASSES_H
