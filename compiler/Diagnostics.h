// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Diagnostics as a C compiler's: `model.onnx: error: node 'fc' (MatMul, opset 13): inner dimensions
// differ: …`.
#ifndef ONNXCC_COMPILER_DIAGNOSTICS_H
#define ONNXCC_COMPILER_DIAGNOSTICS_H

#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/raw_ostream.h"

namespace onnxcc {

/// Prints what is emitted in `context` while it lives, each text once, and counts.
class DiagnosticPrinter {
public:
  struct Settings {
    bool noWarnings = false;
    bool warningsAreErrors = false;
  };

  /// `file` names the model in messages whose location does not.
  DiagnosticPrinter(mlir::MLIRContext *context, llvm::StringRef file, Settings settings,
                    llvm::raw_ostream &out = llvm::errs());
  ~DiagnosticPrinter();

  unsigned errorCount() const { return errors; }
  unsigned warningCount() const { return warnings; }

  /// "3 errors generated.", as clang says; nothing when there is nothing to say.
  void printSummary();

private:
  void handle(mlir::Diagnostic &diagnostic);
  std::string format(mlir::Diagnostic &diagnostic, mlir::DiagnosticSeverity severity);

  mlir::MLIRContext *context;
  std::string file;
  Settings settings;
  llvm::raw_ostream &out;
  mlir::DiagnosticEngine::HandlerID handler;
  llvm::StringSet<> printed;
  unsigned errors = 0, warnings = 0;
};

} // namespace onnxcc

#endif // ONNXCC_COMPILER_DIAGNOSTICS_H
