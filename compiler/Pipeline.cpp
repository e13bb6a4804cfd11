// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The phases of a compilation. Each phase's passes are listed beside them, in
// passes/PHASE/Pipeline.cpp.
#include "compiler/Pipeline.h"

#include "dialects/support/ConstantData.h"
#include "passes/graph/Passes.h"
#include "passes/kernels/Passes.h"
#include "passes/layout/Passes.h"
#include "passes/memory/Passes.h"
#include "passes/optimize/Passes.h"
#include "passes/quantize/Passes.h"

#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FormatVariadic.h"
#include <sys/resource.h>
#include <utility>

using namespace mlir;

namespace onnxcc {

PhaseReport::PhaseReport(StringRef phase, const CompileOptions &options)
    : phase(phase.str()), log(options.verbose ? options.log : nullptr),
      start(std::chrono::steady_clock::now()) {}

PhaseReport::~PhaseReport() {
  if (!log)
    return;
  std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  *log << "onnxcc: "
       << llvm::formatv("{0,-9} {1,8:F3} s, peak {2} MiB\n", phase, seconds.count(),
                        usage.ru_maxrss / 1024);
}

static constexpr Phase phasesWithPasses[] = {Phase::Graph,  Phase::Quantize, Phase::Optimize,
                                             Phase::Layout, Phase::Kernels,  Phase::Memory};

static void populatePhase(OpPassManager &pm, Phase phase, const PipelineOptions &options) {
  int level = options.level;
  switch (phase) {
  case Phase::Graph:
    return populateGraphPipeline(pm);
  case Phase::Optimize:
    return populateOptimizePipeline(pm, level, options.fixedRequantization);
  case Phase::Quantize:
    return populateQuantizePipeline(pm, level, options.quantizedInterface);
  case Phase::Layout:
    return populateLayoutPipeline(pm, level);
  case Phase::Kernels:
    return populateKernelsPipeline(pm, level);
  case Phase::Memory:
    return populateMemoryPipeline(pm, level);
  case Phase::Import:
  case Phase::Emit:
    return; // no passes: the importer builds the IR, the emission only reads it
  }
}

/// The passes of a phase, those that an option asks for too, in order. They are read from the
/// pipeline's text: "module(a{x=1},func(b))" has a and b.
static SmallVector<std::string> getPassNames(Phase phase, int level) {
  OpPassManager pm(ModuleOp::getOperationName());
  PipelineOptions options;
  options.level = level;
  options.quantizedInterface = true;
  populatePhase(pm, phase, options);
  std::string text;
  llvm::raw_string_ostream stream(text);
  pm.printAsTextualPipeline(stream);
  SmallVector<std::string> names;
  std::string name;
  unsigned braces = 0; // around options
  for (char c : text) {
    if (c == '{' || c == '}')
      braces += c == '{' ? 1 : -1;
    else if (braces)
      continue;
    else if (c == '(') // the name of what passes are run on
      name.clear();
    else if (c != ',' && c != ')')
      name += c;
    else if (!name.empty())
      names.push_back(std::exchange(name, {}));
  }
  return names;
}

/// --print-after=PASS.
static LogicalResult setPrinting(PassManager &pm, const CompileOptions &options,
                                 Diagnostics &diagnostics) {
  ArrayRef<std::string> wanted = options.pipeline.printAfter;
  if (wanted.empty())
    return success();
  constexpr int highest = 3;
  llvm::StringSet<> known;
  for (Phase phase : phasesWithPasses)
    known.insert_range(getPassNames(phase, highest));
  for (StringRef name : wanted)
    if (!known.contains(name))
      return diagnostics.fail(Diagnostic::Subject::Options, "--print-after: there is no pass '" +
                                                                name +
                                                                "' (--print-passes lists them)");
  auto isWanted = [wanted](Pass *pass, Operation *) {
    return llvm::is_contained(wanted, pass->getArgument());
  };
  pm.enableIRPrinting([](Pass *, Operation *) { return false; }, isWanted,
                      /*printModuleScope=*/true,
                      /*printAfterOnlyOnChange=*/false, /*printAfterOnlyOnFailure=*/false,
                      options.log ? *options.log : llvm::nulls(),
                      OpPrintingFlags().elideLargeElementsAttrs(64).elideLargeResourceString(64));
  return success();
}

void printPasses(llvm::raw_ostream &out) {
  constexpr int levels = 4;
  out << "| phase | pass | -O0 | -O1 | -O2 | -O3 | what it does |\n|---|---|---|---|---|---|---|\n";
  for (Phase phase : phasesWithPasses) {
    struct Row {
      std::string pass;
      bool runs[levels] = {};
    };
    // A level's passes are among the next one's, in the same order.
    std::vector<Row> rows;
    for (int level = levels - 1; level >= 0; --level) {
      size_t at = 0;
      for (const std::string &pass : getPassNames(phase, level)) {
        auto next = std::find_if(rows.begin() + at, rows.end(),
                                 [&](const Row &row) { return row.pass == pass; });
        if (next == rows.end())
          next = rows.insert(rows.begin() + at, Row{pass});
        next->runs[level] = true;
        at = next - rows.begin() + 1;
      }
    }
    for (const Row &row : rows) {
      out << "| " << getPhaseName(phase) << " | `" << row.pass << "` |";
      for (bool runs : row.runs)
        out << (runs ? " x |" : " |");
      const PassInfo *info = PassInfo::lookup(row.pass);
      out << " " << (info ? info->getPassDescription() : "") << " |\n";
    }
  }
}

LogicalResult runPhases(ModuleOp module, const CompileOptions &options, Phase last,
                        Diagnostics &diagnostics, OptReport *report) {
  if (report)
    report->notePhase(getPhaseName(Phase::Import), module);
  for (Phase phase : phasesWithPasses) {
    if (phase > last)
      break;
    PhaseReport time(getPhaseName(phase), options);
    PassManager pm(module.getContext(), ModuleOp::getOperationName());
    pm.enableVerifier(options.pipeline.verifyEach);
    if (failed(setPrinting(pm, options, diagnostics)))
      return failure();
    populatePhase(pm, phase, options.pipeline);
    // Invalid IR would crash what follows; once a phase this costs nothing that is felt.
    if (failed(pm.run(module)) || failed(verify(module)))
      return failure();
    releaseUnusedConstants(module);
    if (report)
      report->notePhase(getPhaseName(phase), module);
  }
  if (report && last >= Phase::Memory)
    report->noteLaunches(module);
  return success();
}

} // namespace onnxcc
