// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What holds after the kernels phase: see README.md.
#include "dialects/graph/Graph.h"
#include "kernels/Family.h"
#include "kernels/Routine.h"
#include "passes/kernels/Passes.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace onnxcc::kernels {
#define GEN_PASS_DEF_VERIFYKERNELS
#include "passes/kernels/Passes.h.inc"

namespace {

struct VerifyKernels : impl::VerifyKernelsBase<VerifyKernels> {
  void runOnOperation() override {
    bool wrong = false;
    getOperation().walk([&](Operation *op) { wrong |= failed(verifyOp(op)); });
    if (wrong)
      signalPassFailure();
  }

  static LogicalResult verifyOp(Operation *op) {
    StringRef dialect = op->getName().getDialectNamespace();
    if (dialect == "graph" || dialect == "onnx")
      return op->emitOpError() << "is left after the kernels phase";
    if (auto launch = dyn_cast<kernel::LaunchOpInterface>(op);
        launch && failed(verifyMatch(launch)))
      return failure();
    if (auto call = dyn_cast<kernel::CallOp>(op); call && failed(verifyCall(call)))
      return failure();
    if (auto define = dyn_cast<kernel::DefineOp>(op)) { // define_c1
      SmallVector<graph::SymbolAttr> symbols = graph::getSymbols(op);
      if (define.getSymbol() >= symbols.size() || !symbols[define.getSymbol()].isComputed())
        return op->emitOpError() << "defines s" << define.getSymbol()
                                 << ", which is no symbol of the module that a run computes";
    }
    if (isa<kernel::WhileOp>(op) && !isa<scf::ForOp>(op->getParentOp())) // while_c1
      return op->emitOpError() << "is not in a loop's body";
    if (isa<arith::ConstantOp>(op) && isa<TensorType>(op->getResult(0).getType()))
      return op->emitOpError() << "is a tensor that is no weight of the module";
    for (Type type : op->getResultTypes()) {
      auto tensor = dyn_cast<RankedTensorType>(type);
      if (tensor && (tensor.getEncoding() || tensor.getElementType().isUnsignedInteger()))
        return op->emitOpError() << "has a type with an encoding or a sign: " << tensor;
    }
    return success();
  }
};

} // namespace
} // namespace onnxcc::kernels
