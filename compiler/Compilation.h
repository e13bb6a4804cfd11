// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One compilation of one model: what `onnxcc` and `onnxcc verify` share.
#ifndef ONNXCC_COMPILER_COMPILATION_H
#define ONNXCC_COMPILER_COMPILATION_H

#include "codegen/LaunchFacts.h"
#include "compiler/Diagnostics.h"
#include "compiler/OptReport.h"
#include "compiler/Options.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"

namespace onnxcc {

class Compilation {
public:
  explicit Compilation(const Options &options);

  /// Reads the model. With `requireBounds` a dim without an upper bound is an error.
  llvm::LogicalResult import(bool requireBounds = true);

  /// Takes the imported module through the phases up to and with `last`.
  llvm::LogicalResult run(Phase last);

  /// Prints the module as sources, header and weights. Weights are streamed from the module later:
  /// it must live. `stackBytes` is what the header says; nothing: a safe bound.
  /// \pre run(Phase::Memory) has succeeded.
  llvm::FailureOr<std::vector<EmittedFile>> emit(std::optional<int64_t> stackBytes = std::nullopt);

  /// Emits the sources into `folder` and compiles them there, for each feature set what has
  /// kernels.
  /// \returns the objects' paths. `files` gets the emission, its header with the measured stack.
  llvm::FailureOr<std::vector<std::string>> build(llvm::StringRef folder,
                                                  std::vector<EmittedFile> &files);

  /// The same with --profile's code, beside a build without it: what both have in common is not
  /// compiled again.
  llvm::FailureOr<std::vector<std::string>> buildProfiled(llvm::StringRef folder,
                                                          llvm::ArrayRef<EmittedFile> base,
                                                          llvm::ArrayRef<std::string> baseObjects);

  /// What each launch computes and moves at these dims. \pre run(Phase::Memory) has succeeded.
  llvm::FailureOr<std::vector<LaunchFacts>>
  getLaunchFacts(const std::map<std::string, int64_t> &dims);

  mlir::ModuleOp getModule() { return *module; }
  const Options &getOptions() const { return options; }

  /// The model's file and those of its external data.
  llvm::ArrayRef<std::string> getFilesRead() const { return filesRead; }
  DiagnosticPrinter &getDiagnostics() { return diagnostics; }

  /// What was done on the way; empty without --opt-report.
  const OptReport &getReport() const { return report; }

private:
  EmitOptions getEmitOptions() const;

  Options options;
  OptReport report; // outlives the context, whose remarks it receives
  mlir::MLIRContext context;
  DiagnosticPrinter diagnostics;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::vector<std::string> filesRead;
};

} // namespace onnxcc

#endif // ONNXCC_COMPILER_COMPILATION_H
