// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The phases of a compilation, one after the other.
#ifndef ONNXCC_COMPILER_PIPELINE_H
#define ONNXCC_COMPILER_PIPELINE_H

#include "compiler/CompileOptions.h"
#include "compiler/OptReport.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/LogicalResult.h"
#include <chrono>

namespace onnxcc {

/// If `options` are verbose, says in the log at the end of its life how long a phase took and the
/// process's peak of memory so far.
class PhaseReport {
public:
  PhaseReport(llvm::StringRef phase, const CompileOptions &options);
  ~PhaseReport();

private:
  std::string phase;
  llvm::raw_ostream *log;
  std::chrono::steady_clock::time_point start;
};

/// Takes an imported module through the phases up to and with `last`, at most `memory`. A `report`
/// is told what each phase leaves.
/// \pre the module has `kernel.targets` and `kernel.compiler`.
llvm::LogicalResult runPhases(mlir::ModuleOp module, const CompileOptions &options, Phase last,
                              Diagnostics &diagnostics, OptReport *report = nullptr);

/// The passes of each phase with the -O levels that run them, as a table in Markdown.
/// \pre the passes are registered, for what each does.
void printPasses(llvm::raw_ostream &out);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_PIPELINE_H
