// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What became of a model on its way, for --opt-report: operators by phase, the passes' decisions,
// and what the launches that are left cost.
#ifndef ONNXCC_COMPILER_OPTREPORT_H
#define ONNXCC_COMPILER_OPTREPORT_H

#include "dialects/kernel/Cost.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/JSON.h"
#include <map>
#include <string>
#include <vector>

namespace onnxcc {

class OptReport {
public:
  OptReport() = default;
  OptReport(const OptReport &) = delete;

  /// Receives the passes' remarks (passes/support/Remarks.h) from now on.
  /// \pre the report outlives the context.
  void listen(mlir::MLIRContext &context);

  /// Counts the operators that a phase leaves.
  void notePhase(llvm::StringRef phase, mlir::ModuleOp module);

  /// Counts the cost of each launch, and the memory of the whole, at the greatest dims.
  /// \pre the memory phase is over.
  void noteLaunches(mlir::ModuleOp module);

  void printJson(llvm::raw_ostream &out) const;
  /// A page to read: decisions are summed up, launches a table.
  void printText(llvm::raw_ostream &out) const;

private:
  class Listener;
  using Names = std::vector<std::string>;

  struct Phase {
    std::string name;
    std::map<std::string, int64_t> operators;
    int64_t total = 0;
  };
  struct Decision {
    bool isMade;
    std::string pass, what, reason;
    Names nodes, with;
  };
  struct Launch {
    std::string name, kind, kernel;
    Names nodes;
    kernel::Cost cost;
  };
  struct Memory {
    int64_t weights = 0, arena = 0, live = 0, buffers = 0, inputs = 0, outputs = 0;
  };

  void addDecision(Decision decision);
  /// The decisions but those refused that were made after all.
  std::vector<const Decision *> getFinal() const;
  kernel::Cost getTotal() const;
  void printSummary(llvm::raw_ostream &out) const;
  void printDecisions(llvm::raw_ostream &out) const;
  void printLaunches(llvm::raw_ostream &out) const;

  std::string model;
  std::vector<Phase> phases;
  std::vector<Decision> decisions;
  llvm::StringSet<> known; // decisions that have been recorded
  std::vector<Launch> launches;
  Memory memory;
  bool hasLaunches = false;
};

} // namespace onnxcc

#endif // ONNXCC_COMPILER_OPTREPORT_H
