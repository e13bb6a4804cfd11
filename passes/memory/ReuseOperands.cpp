// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A launch writes over an operand that dies there: see Passes.td.
#include "passes/memory/Passes.h"

using namespace mlir;

namespace onnxcc::memory {
#define GEN_PASS_DEF_REUSEOPERANDS
#include "passes/memory/Passes.h.inc"

namespace {

/// Whether `value` is a buffer of its own (another launch's result) whose last use is `launch`.
bool diesAt(Value value, Operation *launch) {
  Operation *producer = value.getDefiningOp();
  if (!kernel::isStep(producer) || producer->getBlock() != launch->getBlock())
    return false;
  unsigned here = 0;
  for (Operation *user : value.getUsers()) {
    // A view may live on; insert_slice and return read later, and so may a loop's next step.
    if (user != launch && (!kernel::isStep(user) || user->getBlock() != launch->getBlock() ||
                           !user->isBeforeInBlock(launch)))
      return false;
    here += user == launch;
  }
  return here == 1;
}

/// Makes an operand that dies at `step` the destination `init`, if there is one.
void reuse(DestinationStyleOpInterface step, OpOperand &init) {
  if (!init.get().getDefiningOp<tensor::EmptyOp>())
    return;
  for (auto [k, input] : llvm::enumerate(step.getDpsInputs()))
    if (kernel::isReadWhereWritten(step, k, init) && input.getType() == init.get().getType() &&
        diesAt(input, step))
      return init.set(input); // which then has a use more, and is no other's place
}

struct ReuseOperands : impl::ReuseOperandsBase<ReuseOperands> {
  void runOnOperation() override {
    getOperation().walk([](DestinationStyleOpInterface step) {
      if (!kernel::isStep(step))
        return;
      for (OpOperand &init : step.getDpsInitsMutable())
        reuse(step, init);
    });
  }
};

} // namespace
} // namespace onnxcc::memory
