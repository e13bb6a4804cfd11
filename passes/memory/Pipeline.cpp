// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The memory phase's passes in order.
#include "passes/memory/Passes.h"

#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace onnxcc::memory;

void onnxcc::populateMemoryPipeline(OpPassManager &pm, int level) {
  // 1. The caller's buffers first: what they hold needs no room in the arena.
  pm.addNestedPass<func::FuncOp>(createPlaceResults());
  pm.addNestedPass<func::FuncOp>(createPlaceCarried());
  // 2. Launches write straight into their slice of a concatenation, before 3 gives them another
  // destination.
  pm.addNestedPass<func::FuncOp>(createSeparateDestinations());
  pm.addNestedPass<func::FuncOp>(createPlacePieces());
  pm.addPass(bufferization::createEmptyTensorEliminationPass());
  // 3. Upstream keeps an elementwise op in place only if its operand is its destination.
  if (level >= 1)
    pm.addNestedPass<func::FuncOp>(createReuseOperands());
  pm.addPass(
      bufferization::createOneShotBufferizePass(bufferization::OneShotBufferizePassOptions()));
  // 4. Copies of a buffer onto itself and unused allocations go.
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.addNestedPass<func::FuncOp>(createLowerCopies());
  // 5. Now that all views are there.
  pm.addNestedPass<func::FuncOp>(createSettleOperands());
  // 6. A round takes time in the square of the buffers: some milliseconds for a thousand.
  static constexpr int64_t rounds[] = {8, 8, 16, 64};
  pm.addNestedPass<func::FuncOp>(createPlanArena(PlanArenaOptions{rounds[level]}));
  pm.addNestedPass<func::FuncOp>(createVerifyMemory());
}
