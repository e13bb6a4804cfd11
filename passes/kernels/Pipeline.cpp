// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The kernels phase's passes in order.
#include "passes/kernels/Passes.h"

#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace onnxcc::kernels;

void onnxcc::populateKernelsPipeline(OpPassManager &pm, int level) {
  pm.addNestedPass<func::FuncOp>(createLowerGraph());
  if (level >= 1) {
    pm.addNestedPass<func::FuncOp>(createNarrowFactors());
    pm.addNestedPass<func::FuncOp>(createSplitZeroPoints());
    pm.addNestedPass<func::FuncOp>(createNarrowWeights());
  }
  // 1. Fusing asks the families what may join.
  pm.addNestedPass<func::FuncOp>(createMatchFamilies());
  if (level >= 1) {
    // 2. Chains first: what follows a contraction joins it as one epilogue.
    pm.addNestedPass<func::FuncOp>(createFuseMaps());
    pm.addNestedPass<func::FuncOp>(createFuseEpilogues());
  }
  // 3. Folds constants inside the regions and merges launches that compute the same.
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  // 4. Packing may add launches; all have their places in the table.
  pm.addPass(createPackWeights());
  pm.addNestedPass<func::FuncOp>(createChooseSchedules());
  pm.addNestedPass<func::FuncOp>(createVerifyKernels());
}
