// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What `onnxcc bench` found: a table for people, JSON for programs, a trace for timeline viewers.
#ifndef ONNXCC_COMPILER_BENCH_REPORT_H
#define ONNXCC_COMPILER_BENCH_REPORT_H

#include "codegen/LaunchFacts.h"
#include "compiler/bench/Peaks.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/LogicalResult.h"
#include <map>
#include <optional>

namespace onnxcc {

/// Seconds of a call.
struct Latency {
  double mean = 0, min = 0, p50 = 0, p95 = 0, p99 = 0;

  /// Percentiles by nearest rank. \pre not empty.
  static Latency of(std::vector<double> samples);
};

struct LaunchTime {
  std::string name;
  double seconds = 0;        // the median over all calls
  double begin = 0, end = 0; // in the call of median length, from its begin
  std::optional<LaunchFacts> facts;
};

/// What limits a launch: the arithmetic at the peak or the bytes at the bandwidth that they can
/// have, if one of them explains half of its time; otherwise neither.
enum class Bound { Compute, Memory, Overhead };
llvm::StringRef getName(Bound bound);

/// The measurement on one number of threads.
struct ThreadsReport {
  int64_t threads = 1;
  int64_t samples = 0, callsPerSample = 1, warmup = 0;
  Latency latency;
  std::optional<Peaks> peaks;       // with a profiled library only
  std::vector<LaunchTime> launches; // the same

  struct Roofline {
    double compute = 0, memory = 0; // seconds that the launch takes at least
    double share = 0;               // of the larger in its time
    Bound bound = Bound::Overhead;
  };
  /// \pre facts and peaks. `modelBytes`: the weights and the arena, which a call goes through.
  Roofline getRoofline(const LaunchTime &launch, double modelBytes) const;
};

struct BenchReport {
  std::string model, features, machine, data;
  int64_t level = -1; // -1: not known
  std::map<std::string, int64_t> dims;
  int64_t arenaBytes = 0, weightBytes = 0, stackBytes = 0;
  std::vector<ThreadsReport> threads;

  llvm::json::Value toJson() const;
  /// Reads what toJson wrote; facts are left out.
  static llvm::FailureOr<BenchReport> fromJson(const llvm::json::Value &json);

  void print(llvm::raw_ostream &out) const;

  /// Chrome's trace event format: a process for each number of threads.
  llvm::json::Value toTrace() const;
};

} // namespace onnxcc

#endif // ONNXCC_COMPILER_BENCH_REPORT_H
