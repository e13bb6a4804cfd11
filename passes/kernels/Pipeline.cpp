// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The kernels phase's passes in order.
#include "passes/kernels/Passes.h"

#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace onnxcc::kernels;

void onnxcc::populateKernelsPipeline(OpPassManager &pm, int level) {
  pm.addNestedPass<func::FuncOp>(createLowerGraph());
  if (level >= 1) {
    // 1. Chains first: what follows a contraction joins it as one epilogue.
    pm.addNestedPass<func::FuncOp>(createFuseMaps());
    pm.addNestedPass<func::FuncOp>(createFuseEpilogues());
  }
  // 2. Folds constants inside the regions and merges launches that compute the same.
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  // 3. Weights are packed for the chosen template.
  pm.addNestedPass<func::FuncOp>(createChooseSchedules());
  pm.addPass(createPackWeights());
  pm.addNestedPass<func::FuncOp>(createVerifyKernels());
}
