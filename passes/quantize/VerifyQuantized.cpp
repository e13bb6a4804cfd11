// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The contract of the quantize phase.
#include "dialects/graph/Graph.h"
#include "passes/quantize/Integers.h"
#include "passes/quantize/Passes.h"
#include "passes/support/QuantizedWeights.h"

using namespace mlir;

namespace onnxcc {
#define GEN_PASS_DEF_VERIFYQUANTIZED
#include "passes/quantize/Passes.h.inc"

namespace {
struct VerifyQuantized : impl::VerifyQuantizedBase<VerifyQuantized> {
  using VerifyQuantizedBase::VerifyQuantizedBase;

  void runOnOperation() override {
    auto isConstant = [](Value value) {
      if (auto broadcast = value.getDefiningOp<graph::BroadcastOp>())
        value = broadcast.getX();
      return value.getDefiningOp<graph::ConstantOp>() != nullptr;
    };
    getOperation().walk([&](graph::DequantizeOp op) {
      if (folded && !areReadAsCodes(op) && op.getX().getDefiningOp<graph::ConstantOp>() &&
          llvm::all_of(op->getOperands(), isConstant)) {
        op.emitOpError() << "of constants is left after the quantize phase";
        signalPassFailure();
      }
    });
    getOperation().walk([&](graph::QuantizeOp op) {
      std::optional<Island> island = folded ? Island::get(op) : std::nullopt;
      if (island && island->reason.empty()) {
        op.emitOpError() << "is of floats that have an integer form, after the quantize phase";
        signalPassFailure();
      }
    });
  }
};
} // namespace
} // namespace onnxcc
