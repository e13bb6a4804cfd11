// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// onnxcc-opt: runs single passes on textual IR; the tests' way to each of them.
#include "compiler/Registration.h"

#include "mlir/IR/Dialect.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  onnxcc::registerDialects(registry);
  onnxcc::registerPasses();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "onnxcc's passes, one by one\n", registry));
}
