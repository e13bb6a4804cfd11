// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What is wrong, as data: with the model at its nodes, with the options, with files, with the host
// compiler. Who compiles gives a handler; nothing of the library prints.
#ifndef ONNXCC_COMPILER_DIAGNOSTICS_H
#define ONNXCC_COMPILER_DIAGNOSTICS_H

#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/LogicalResult.h"
#include "llvm/Support/raw_ostream.h"
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace onnxcc {

struct Diagnostic {
  enum class Severity { Error, Warning, Remark, Note };
  /// What is to be mended.
  enum class Subject { Model, Options, Files, HostCompiler };
  /// A node of the model; of a fused operation there are several.
  struct Node {
    std::string name;
    std::string op; // "MatMul, opset 13"; may be empty
  };

  Severity severity = Severity::Error;
  Subject subject = Subject::Model;
  std::string file;              // the model's; empty if the subject is another
  unsigned line = 0, column = 0; // in a model's text form; 0: not known
  std::vector<Node> nodes;
  std::string message;
  std::string details; // lines that a tool printed, verbatim
  std::vector<Diagnostic> notes;

  /// As a C compiler does: `model.onnx: error: node 'fc' (MatMul, opset 13): inner dimensions
  /// differ: …`, and `onnxcc: error: …` for what is about no model.
  void print(llvm::raw_ostream &out) const;
};

using DiagnosticHandler = std::function<void(const Diagnostic &)>;

struct DiagnosticSettings {
  bool noWarnings = false;
  bool warningsAreErrors = false;
};

/// Hands over what is said in one compilation, each text once, and counts.
class Diagnostics {
public:
  explicit Diagnostics(DiagnosticHandler handler, DiagnosticSettings settings = {});
  Diagnostics(const Diagnostics &) = delete;
  ~Diagnostics();

  /// Takes what is emitted in `context` from now on. `file` names the model in messages whose
  /// location does not. \pre the context outlives this.
  void listen(mlir::MLIRContext &context, llvm::StringRef file);

  /// An error that belongs to no place of the model.
  llvm::LogicalResult fail(Diagnostic::Subject subject, const llvm::Twine &message,
                           std::string details = "");
  llvm::LogicalResult fail(Diagnostic::Subject subject, llvm::Error error);
  /// The same, if there is an error.
  llvm::LogicalResult check(Diagnostic::Subject subject, llvm::Error error);
  void remark(Diagnostic::Subject subject, const llvm::Twine &message, std::string details);

  /// Of the model's.
  unsigned errorCount() const { return errors; }

  /// What the last error was about; nothing if there was none.
  std::optional<Diagnostic::Subject> getFailure() const { return failure; }

  /// "3 errors generated.\n", as clang says; empty when there is nothing to say.
  std::string getSummary() const;

private:
  void handle(mlir::Diagnostic &diagnostic);
  void report(const Diagnostic &diagnostic);

  DiagnosticHandler handler;
  DiagnosticSettings settings;
  mlir::MLIRContext *context = nullptr;
  mlir::DiagnosticEngine::HandlerID registered = 0;
  std::string file;
  llvm::StringSet<> reported;
  unsigned errors = 0, warnings = 0;
  std::optional<Diagnostic::Subject> failure;
};

} // namespace onnxcc

#endif // ONNXCC_COMPILER_DIAGNOSTICS_H
