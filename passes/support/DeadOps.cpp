// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Erasing what nobody reads: see DeadOps.h.
#include "passes/support/DeadOps.h"

#include "mlir/IR/Operation.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace onnxcc {

void eraseDeadOps(Region &region) {
  SmallVector<Operation *> ops;
  region.walk<WalkOrder::PreOrder>([&](Operation *op) { ops.push_back(op); });
  // From the last to the first: what only dead ops read is dead by then.
  for (Operation *op : llvm::reverse(ops))
    if (isOpTriviallyDead(op))
      op->erase();
}

} // namespace onnxcc
