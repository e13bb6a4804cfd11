// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The passes of the layout phase, in order.
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "passes/layout/Passes.h"
#include "passes/optimize/Passes.h"

using namespace mlir;

void onnxcc::populateLayoutPipeline(OpPassManager &pm, int level) {
  OpPassManager &function = pm.nest<func::FuncOp>();
  function.addPass(createRowImages());
  function.addPass(createChannelsLast());
  if (level >= 1) {
    function.addPass(createSinkTransposes());
    // Transposes are behind the reshapes now.
    function.addPass(createShareRepeated());
    // Sinking leaves transposes of constants and reshapes of reshapes.
    function.addPass(createFoldConstants());
    function.addPass(createCanonicalizeGraph());
    function.addPass(createCSEPass());
  }
  function.addPass(createVerifyLayout());
}
