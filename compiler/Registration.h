// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which dialects and passes there are: one list for onnxcc, onnxcc-opt and the tests.
#ifndef ONNXCC_COMPILER_REGISTRATION_H
#define ONNXCC_COMPILER_REGISTRATION_H

namespace mlir {
class DialectRegistry;
}

namespace onnxcc {

/// Every dialect that any phase's IR may hold, with the external models that bufferisation and
/// folding need.
void registerDialects(mlir::DialectRegistry &registry);

/// Every pass, for onnxcc-opt's and `--print-after`'s names.
void registerPasses();

} // namespace onnxcc

#endif // ONNXCC_COMPILER_REGISTRATION_H
