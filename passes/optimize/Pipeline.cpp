// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The passes of the optimize phase, in order.
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "passes/optimize/Passes.h"

using namespace mlir;

namespace onnxcc {

static void simplify(OpPassManager &function) {
  function.addPass(createFoldConstants());
  function.addPass(createCanonicalizeGraph());
  // Canonical forms bring constants together.
  function.addPass(createFoldConstants());
  function.addPass(createCSEPass());
}

void populateOptimizePipeline(OpPassManager &pm, int level) {
  OpPassManager &function = pm.nest<func::FuncOp>();
  if (level >= 1)
    simplify(function);
  if (level >= 2) {
    // 1. Before scales are folded, which would hide composites.
    function.addPass(createRaiseComposites());
    // 2. Batch norms become scales where they cannot be folded.
    function.addPass(createFoldBatchNorm());
    function.addPass(createCanonicalizeGraph());
    function.addPass(createFoldScales());
    function.addPass(createFoldPads());
    // 3. What rounds in another order than the model says.
    if (level >= 3)
      function.addPass(createReassociate());
    simplify(function);
  }
  function.addPass(createVerifyOptimized());
}

} // namespace onnxcc
