// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The phases of a compilation, one after the other.
#ifndef ONNXCC_COMPILER_PIPELINE_H
#define ONNXCC_COMPILER_PIPELINE_H

#include "compiler/OptReport.h"
#include "compiler/Options.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/LogicalResult.h"
#include <chrono>

namespace onnxcc {

/// With -v, says at the end of its life how long a phase took and the process's peak of memory so
/// far.
class PhaseReport {
public:
  PhaseReport(llvm::StringRef phase, bool enabled);
  ~PhaseReport();

private:
  std::string phase;
  bool enabled;
  std::chrono::steady_clock::time_point start;
};

/// Takes an imported module through the phases up to and with `last`, at most `memory`. A `report`
/// is told what each phase leaves.
/// \pre the module has `kernel.targets` and `kernel.compiler`.
llvm::LogicalResult runPhases(mlir::ModuleOp module, const Options &options, Phase last,
                              OptReport *report = nullptr);

/// The passes of each phase with the -O levels that run them, as a table in Markdown.
void printPasses(llvm::raw_ostream &out);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_PIPELINE_H
