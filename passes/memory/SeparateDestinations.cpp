// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Each launch has a destination of its own: see Passes.td.
#include "passes/memory/Passes.h"

using namespace mlir;

namespace onnxcc::memory {
#define GEN_PASS_DEF_SEPARATEDESTINATIONS
#include "passes/memory/Passes.h.inc"

namespace {

struct SeparateDestinations : impl::SeparateDestinationsBase<SeparateDestinations> {
  void runOnOperation() override {
    SmallVector<tensor::EmptyOp> empties;
    getOperation().walk([&](tensor::EmptyOp empty) { empties.push_back(empty); });
    for (tensor::EmptyOp empty : empties) {
      SmallVector<OpOperand *> uses;
      for (OpOperand &use : empty->getUses())
        uses.push_back(&use);
      // In the same place: what is inserted into one of them may be computed long before that.
      OpBuilder builder(empty);
      for (auto [k, use] : llvm::enumerate(uses)) {
        // The place of what its user makes, be it by several insertions, and named after that. A
        // launch's further results are what some of its nodes gave, which the place knows itself.
        Operation *destination = k == 0 ? empty : builder.clone(*empty);
        auto launch = dyn_cast<kernel::LaunchOpInterface>(use->getOwner());
        if (!launch || use->getOperandNumber() == launch.getInputs().size())
          destination->setLoc(use->getOwner()->getLoc());
        use->set(destination->getResult(0));
      }
    }
  }
};

} // namespace
} // namespace onnxcc::memory
