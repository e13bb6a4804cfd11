// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The passes of the quantize phase, in order.
#include "mlir/Pass/PassManager.h"
#include "passes/optimize/Passes.h"
#include "passes/quantize/Passes.h"

using namespace mlir;

void onnxcc::populateQuantizePipeline(OpPassManager &pm, int level, bool quantizedInterface) {
  OpPassManager &function = pm.nest<func::FuncOp>();
  if (quantizedInterface)
    function.addPass(createQuantizeInterface());
  if (level >= 1) {
    // Weights stay quantized until products have been found.
    FoldConstantsOptions leaving;
    leaving.keepDequantized = true;
    function.addPass(createFoldConstants(leaving));
    function.addPass(createCanonicalizeGraph());
    // Canonical forms have ops of constants: x - 2 is x + -2.
    function.addPass(createFoldConstants(leaving));
    function.addPass(createRaiseIntegers());
    function.addPass(createSinkBlocks());
    // The moved codes are constants again before it is asked which dequantized ones stay.
    function.addPass(createFoldConstants(leaving));
    function.addPass(createFoldConstants());
    function.addPass(createPreferUnsigned());
  }
  function.addPass(createVerifyQuantized(VerifyQuantizedOptions{/*folded=*/level >= 1}));
}
