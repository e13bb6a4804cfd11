// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One compilation of one model. It has all of its state: several may run at once, each in a thread.
#ifndef ONNXCC_COMPILER_COMPILATION_H
#define ONNXCC_COMPILER_COMPILATION_H

#include "codegen/LaunchFacts.h"
#include "compiler/CompileOptions.h"
#include "compiler/Diagnostics.h"
#include "compiler/HostCompiler.h"
#include "compiler/OptReport.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"

namespace onnxcc {

class Compilation {
public:
  /// \pre bytes of `source` live as long as this.
  Compilation(ModelSource source, const CompileOptions &options, DiagnosticHandler handler);

  /// Reads the model, as far as phases up to `last` want it. With `requireBounds` a dim without an
  /// upper bound is an error.
  llvm::LogicalResult import(Phase last = Phase::Emit, bool requireBounds = true);

  /// Takes the imported module through the phases up to and with `last`. From Phase::Kernels on the
  /// host compiler is asked first what it is: schedules depend on it.
  llvm::LogicalResult run(Phase last);

  /// Prints the module as sources, header and weights. Weights are streamed from the module later:
  /// it must live. `stackBytes` is what the header says; nothing: a safe bound.
  /// \pre run(Phase::Memory) has succeeded.
  llvm::FailureOr<std::vector<EmittedFile>> emit(std::optional<int64_t> stackBytes = std::nullopt);

  /// Emits the sources into `folder` and compiles them there, for each target what has
  /// kernels.
  /// \returns the objects' paths. `files` gets the emission, its header with the measured stack.
  llvm::FailureOr<std::vector<std::string>> build(llvm::StringRef folder,
                                                  std::vector<EmittedFile> &files);

  /// The same with --profile's code, beside a build without it: what both have in common is not
  /// compiled again.
  llvm::FailureOr<std::vector<std::string>> buildProfiled(llvm::StringRef folder,
                                                          llvm::ArrayRef<EmittedFile> base,
                                                          llvm::ArrayRef<std::string> baseObjects);

  enum class Library { Archive, Object, Shared };
  /// Makes a library of what `build` has compiled in `folder`.
  llvm::LogicalResult link(Library kind, llvm::ArrayRef<std::string> objects,
                           llvm::StringRef folder, llvm::StringRef output);

  /// What each launch computes and moves at these dims. \pre run(Phase::Memory) has succeeded.
  llvm::FailureOr<std::vector<LaunchFacts>>
  getLaunchFacts(const std::map<std::string, int64_t> &dims);

  mlir::ModuleOp getModule() { return *module; }
  const CompileOptions &getOptions() const { return options; }
  /// What `run` has found the host compiler to be. \pre run(Phase::Kernels) has succeeded.
  const HostCompiler &getCompiler() const { return compiler; }

  /// The model's file and those of its external data.
  llvm::ArrayRef<std::string> getFilesRead() const { return filesRead; }
  Diagnostics &getDiagnostics() { return diagnostics; }

  /// What was done on the way; empty without PipelineOptions::keepReport.
  const OptReport &getReport() const { return report; }

private:
  llvm::LogicalResult findCompiler();
  llvm::LogicalResult writeInto(llvm::StringRef folder, const EmittedFile &file);

  ModelSource source;
  CompileOptions options;
  HostCompiler compiler;
  OptReport report; // outlives the context, whose remarks it receives
  mlir::MLIRContext context;
  Diagnostics diagnostics;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::vector<std::string> filesRead;
};

} // namespace onnxcc

#endif // ONNXCC_COMPILER_COMPILATION_H
