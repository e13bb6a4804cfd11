// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The command line as data. Nothing else in onnxcc reads argv, and there are no global options.
#ifndef ONNXCC_COMPILER_OPTIONS_H
#define ONNXCC_COMPILER_OPTIONS_H

#include "compiler/CompileOptions.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace onnxcc {

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
  std::string runner;         // a command that runs programs for the target; empty: the target's
  std::string referenceModel; // that the reference runs instead of the model
  bool bisect = false;
  std::string bisectFolder; // for the node that differs first
};

/// Of `bench`, beside the data, seed and threads that `verify` has too.
struct BenchOptions {
  std::optional<int64_t> runs, warmup; // by default as many as a second takes
  std::string json, trace;             // files
};

/// How observed values become a range. MinMax: all values. MovingAverage: the mean of the samples'
/// extremes, weighted to the later ones. Percentile: a share of the values. Entropy: the range
/// whose quantised values are distributed most like the values (Kullback-Leibler). Mse: the range
/// of the least squared error.
enum class RangeMethod { MinMax, MovingAverage, Percentile, Entropy, Mse };

struct ObserverOptions {
  RangeMethod method = RangeMethod::MinMax;
  double percentile = 99.99; // of Percentile, in (0, 100]: half of the rest goes on each side
  double momentum = 0.9;     // of MovingAverage: the weight of what was there before
  unsigned bits = 8;         // of the quantised values: how many steps Entropy and Mse count with
  bool symmetric = false;    // low = -high
};

/// What computed values are: uint8 with a zero point, or int8 around zero.
enum class Activations { Uint8, Int8 };

/// Of weights alone: none, or codes around zero, or with a zero point.
enum class WeightOnly { None, Int4Sym, Int4Asym, Int8 };

struct WeightOnlyOptions {
  WeightOnly kind = WeightOnly::None;
  int64_t group = 128;   // weights along the depth that share a scale; 0: all
  double ratio = 1;      // of 4 bits: the share of the weights that have them; the others have 8
  bool isPacked = false; // MatMulNBits and GatherBlockQuantized in place of DequantizeLinear
};

/// What a quantised model may lose; see OutputComparison::getDrop.
enum class AccuracyMetric { Top1, Sqnr, Cosine };

/// Of `quantize`, beside the data that `verify` has too.
struct QuantizeOptions {
  WeightOnlyOptions weights;
  Activations activations = Activations::Uint8;
  ObserverOptions ranges;
  std::vector<std::string> exclude; // nodes that stay in float
  std::vector<std::string> opTypes; // that are quantised; none: all that can be
  bool equalize = false, correctBias = false;
  std::string labels; // a file with the samples' classes
  ImageOptions images;
  std::optional<double> maxDrop; // without it no layer stays in float
  std::optional<AccuracyMetric> metric;
  std::vector<std::string> reports; // "text", or files .json and .html
};

struct Options {
  enum class Command { Compile, Verify, Bench, Quantize, Help, Version, Passes, Targets };
  enum class Output { Archive, Object, Shared, Sources, Phase, Model };

  Command command = Command::Compile;
  std::string input;
  std::string output;
  Output outputKind = Output::Archive;
  Phase lastPhase = Phase::Emit;

  CompileOptions compile;

  std::string dependencyFile; // of -MD, -MF
  std::string optReport;      // a file of JSON, "-", or "text"; empty: none
  bool writeDependencies = false;
  bool saveTemps = false;
  std::string dumpGraph; // a file: .dot, .svg or .txt

  VerifyOptions verify;
  BenchOptions bench;
  QuantizeOptions quantize;
  std::vector<std::string> arguments; // the command line itself, for a process of its own
};

/// Reads the command line. On errors their messages go to `fail` and nothing is returned.
std::optional<Options> parseOptions(llvm::ArrayRef<const char *> arguments,
                                    llvm::function_ref<void(const llvm::Twine &)> fail);

/// Reads those options of the command line that say how a model is compiled, for who uses the
/// library: "-O2", "--dim=batch=1..8". \returns whether all is well.
bool parseCompileOptions(llvm::ArrayRef<std::string> arguments, CompileOptions &options,
                         llvm::function_ref<void(const llvm::Twine &)> fail);

void printHelp(llvm::raw_ostream &out);
void printVersion(llvm::raw_ostream &out);

/// The compiler's version as --version and emitted files show it.
llvm::StringRef getVersion();

/// The model's name in C that a file suggests: "libx.a" and "x.onnx" both are x, "double.onnx" is
/// double_.
std::string getModelName(llvm::StringRef path);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_OPTIONS_H
