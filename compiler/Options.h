// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The command line as data. Nothing else in onnxcc reads argv, and there are no global options.
#ifndef ONNXCC_COMPILER_OPTIONS_H
#define ONNXCC_COMPILER_OPTIONS_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace onnxcc {

/// The phases in their order; `--emit=` prints the IR after one of them.
enum class Phase { Import, Graph, Optimize, Quantize, Layout, Kernels, Memory, Emit };
llvm::StringRef getPhaseName(Phase phase);

/// `--dim batch=4` (min = max = 4) or `--dim batch=1..8`.
struct DimOption {
  std::string name;
  int64_t min = 0, max = 0;
};

/// `--shape image=1x3x224x224`; -1 stands for `?`, an extent that stays as the model says.
struct ShapeOption {
  std::string input;
  std::vector<int64_t> extents;
};

/// Where `verify` takes the expected outputs from.
enum class Reference { Auto, Stored, OnnxRuntime, Evaluation, None };

struct VerifyOptions {
  std::vector<std::string> data;
  std::optional<Reference> reference;
  uint64_t seed = 0;
  int64_t sets = 1;
  std::optional<double> relative, absolute;
  std::vector<int64_t> threads = {1};
  std::string python = "python3";
  bool evaluate = false;      // run the reference evaluation in place of compiled code
  std::string save;           // a folder for the outputs
  std::string library;        // a compiled model to run instead of compiling one
  std::string referenceModel; // that the reference runs instead of the model
  bool bisect = false;
  std::string bisectFolder; // for the node that differs first
};

/// Of `bench`, beside the data, seed and threads that `verify` has too.
struct BenchOptions {
  std::optional<int64_t> runs, warmup; // by default as many as a second takes
  std::string json, trace;             // files
};

struct Options {
  enum class Command { Compile, Verify, Bench, Help, Version, Passes, Targets };
  enum class Output { Archive, Object, Shared, Sources, Phase };

  Command command = Command::Compile;
  std::string input;
  std::string output;
  std::string name;
  Output outputKind = Output::Archive;
  Phase lastPhase = Phase::Emit;

  unsigned level = 3;
  bool debug = false;
  bool profile = false;              // calls of env->profile around each launch
  std::vector<std::string> features; // names of targets; empty: the default list
  std::vector<DimOption> dims;
  std::vector<ShapeOption> shapes;
  std::string weights = "rodata";
  bool sanitize = false;

  std::string cxx = "g++";
  std::vector<std::string> cxxFlags;
  std::string sysroot;
  std::string dependencyFile; // of -MD, -MF
  std::string optReport;      // a file of JSON, "-", or "text"; empty: none
  bool writeDependencies = false;
  bool dryRun = false; // -###
  bool verbose = false;
  bool warningsAreErrors = false;
  bool noWarnings = false;
  bool verifyEach = false;
  bool saveTemps = false;
  std::vector<std::string> printAfter;

  std::string dumpGraph; // a file: .dot, .svg or .txt

  VerifyOptions verify;
  BenchOptions bench;
  std::vector<std::string> arguments; // the command line itself, for a process of its own
};

/// Reads the command line. On an error a message goes to `errors` and nothing is returned.
std::optional<Options> parseOptions(int argc, const char *const *argv, llvm::raw_ostream &errors);

void printHelp(llvm::raw_ostream &out);
void printVersion(llvm::raw_ostream &out);

/// The compiler's version as --version and emitted files show it.
llvm::StringRef getVersion();

/// Turns any text into an identifier of C: "my-model.v2" becomes "my_model_v2", "2x" becomes "_2x".
std::string makeIdentifier(llvm::StringRef text);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_OPTIONS_H
