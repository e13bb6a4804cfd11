// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What this machine can do at most, measured: multiply-adds, and bytes from memory.
#ifndef ONNXCC_COMPILER_BENCH_PEAKS_H
#define ONNXCC_COMPILER_BENCH_PEAKS_H

#include "runtime/model.h"

#include <vector>

namespace onnxcc {

struct Peaks {
  double flops = 0; // f32 multiply-adds of the widest vectors, per second; each counts as two
  struct Bandwidth {
    double bytes;     // that are read again and again
    double perSecond; // of them
  };
  std::vector<Bandwidth> bandwidths; // by growing bytes: caches first, memory last

  /// The bandwidth at which `bytes` that are used again and again can be read at best.
  double getBandwidth(double bytes) const;
};

/// Takes about a third of a second. `env` gives the threads.
Peaks measurePeaks(const onnxcc_env *env, int64_t threads);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_BENCH_PEAKS_H
