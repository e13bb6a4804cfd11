// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The layout phase: images channels-last.
#ifndef ONNXCC_PASSES_LAYOUT_PASSES_H
#define ONNXCC_PASSES_LAYOUT_PASSES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace onnxcc {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "passes/layout/Passes.h.inc"

/// Afterwards every image op is channels-last, and at -O1 and above a transpose stands only where
/// two layouts meet: at the model's image inputs, and where an op that is not about images wants
/// the other order.
void populateLayoutPipeline(mlir::OpPassManager &pm, int level);

} // namespace onnxcc

#endif // ONNXCC_PASSES_LAYOUT_PASSES_H
