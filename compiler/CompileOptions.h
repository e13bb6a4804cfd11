// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a compilation is to do, by phase. Each phase takes its own part; nothing here is global.
#ifndef ONNXCC_COMPILER_COMPILEOPTIONS_H
#define ONNXCC_COMPILER_COMPILEOPTIONS_H

#include "codegen/Emit.h"
#include "compiler/Diagnostics.h"
#include "compiler/Files.h"
#include "compiler/import/Import.h"

#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace onnxcc {

/// The phases in their order; `--emit=` prints the IR after one of them.
enum class Phase { Import, Graph, Quantize, Optimize, Layout, Kernels, Memory, Emit };
llvm::StringRef getPhaseName(Phase phase);

struct PipelineOptions {
  unsigned level = 3;               // -O
  bool quantizedInterface = false;  // --io=quantized
  bool fixedRequantization = false; // --requant=fixed
  bool verifyEach = false;
  bool keepReport = false;             // of what passes decide: Compilation::getReport
  std::vector<std::string> printAfter; // passes whose IR goes to the log
};

struct ToolchainOptions {
  std::string cxx; // empty: g++, or the cross compiler of another machine's targets
  std::vector<std::string> cxxFlags;
  std::string sysroot;
  bool debug = false;
  /// Where the debug information says that the sources are; empty: the current folder.
  std::string debugFolder;
  unsigned jobs = 0;   // processes at a time; 0: as many as the machine has hardware threads
  bool dryRun = false; // commands go to the log and are not run
  /// Told of the folder that asking the compiler takes for a moment; may be null.
  TemporaryPaths *temporaryPaths = nullptr;
};

struct CompileOptions {
  // What several phases want.
  std::string name;                  // the model's in C
  std::vector<std::string> features; // names of targets; empty: the default list
  bool sanitize = false;

  ImportOptions import;
  PipelineOptions pipeline;
  EmitOptions emit;
  ToolchainOptions toolchain;
  DiagnosticSettings warnings;

  /// Takes the IR of printAfter, the commands of a dry run, and, if `verbose`, all commands and
  /// what each phase took. Null: nothing is written.
  llvm::raw_ostream *log = nullptr;
  bool verbose = false;
};

} // namespace onnxcc

#endif // ONNXCC_COMPILER_COMPILEOPTIONS_H
