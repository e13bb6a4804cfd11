// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The passes of the optimize phase, in order.
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "passes/optimize/Passes.h"

using namespace mlir;

namespace onnxcc {

/// What inputs of products are assumed to stay within where weights vanish beside a bias.
static constexpr double kReach = 1e6;

static void simplify(OpPassManager &function) {
  function.addPass(createFoldConstants());
  function.addPass(createCanonicalizeGraph());
  // Canonical forms bring constants together.
  function.addPass(createFoldConstants());
  function.addPass(createCSEPass());
}

void populateOptimizePipeline(OpPassManager &pm, int level, bool fixedRequantization) {
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
  if (level >= 1) {
    // 4. Where filters are constants. Folding into biases rounds as folding batch norms does.
    EliminateConstantChannelsOptions options;
    options.sums = level >= 2;
    options.reach = level >= 2 ? kReach : 0;
    function.addPass(createEliminateConstantChannels(options));
    // 5. Of the weights that are left.
    function.addPass(createChooseRequantization(ChooseRequantizationOptions{fixedRequantization}));
  }
  function.addPass(createVerifyOptimized());
}

} // namespace onnxcc
