// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What this machine can do at most, measured: multiply-adds, and bytes from memory.
#ifndef ONNXCC_COMPILER_BENCH_PEAKS_H
#define ONNXCC_COMPILER_BENCH_PEAKS_H

#include "runtime/model.h"
#include "targets/Target.h"

#include "llvm/Support/LogicalResult.h"
#include <vector>

namespace onnxcc {

class Compilation;

struct Peaks {
  double flops = 0; // f32 multiply-adds of whole vectors, per second; each counts as two
  struct Bandwidth {
    double bytes;     // that are read again and again
    double perSecond; // of them
  };
  std::vector<Bandwidth> bandwidths; // by growing bytes: caches first, memory last

  /// The bandwidth at which `bytes` that are used again and again can be read at best.
  double getBandwidth(double bytes) const;
};

/// Code that keeps this machine's units busy: of the runtime's own vectors, compiled for a target
/// as kernels are.
class PeakKernels {
public:
  /// Compiles them in `folder`, which holds the runtime's headers, and loads them. Failure has been
  /// reported.
  static llvm::FailureOr<PeakKernels> build(Compilation &compilation, llvm::StringRef folder,
                                            const Target &target);

  double flopsARound; // of multiplyAdd
  // Both return a sum, so that their work is not dead.
  float (*multiplyAdd)(int64_t rounds);
  float (*read)(const float *data, int64_t count); // count: a multiple of 128
};

/// Takes about a third of a second. `env` gives the threads; it may be null for one.
Peaks measurePeaks(const PeakKernels &kernels, const onnxcc_env *env, int64_t threads);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_BENCH_PEAKS_H
