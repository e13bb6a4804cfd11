// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The kernels behind a roofline: see Peaks.h.
#include "compiler/bench/Peaks.h"

#include "compiler/Compilation.h"
#include "compiler/Toolchain.h"
#include "compiler/driver/Process.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include <algorithm>
#include <chrono>
#include <dlfcn.h>

using namespace llvm;

namespace onnxcc {

using Clock = std::chrono::steady_clock;

/// {0}: how many sums there are.
static constexpr const char *source = R"cpp(
#define ONNXCC_MODEL peaks
#include "runtime/contract.h"

namespace onnxcc {{ inline namespace ONNXCC_NAMESPACE {{

using V = Simd<float, lanes<float>>;
#define ONNXCC_EXPORT extern "C" __attribute__((visibility("default")))

template <int N> static float addUp(V (&sums)[N]) {{
  for (int k = 1; k < N; ++k)
    sums[0] = sums[0] + sums[k];
  float elements[lanes<float>];
  store(elements, sums[0]);
  return elements[0];
}

ONNXCC_EXPORT float multiplyAddPeak(int64_t rounds) {{
  const V factor = splat<V>(0.999f), addend = splat<V>(0.001f);
  V sums[{0}];
  for (int k = 0; k < {0}; ++k)
    sums[k] = splat<V>(float(k));
  for (; rounds > 0; --rounds)
    ONNXCC_UNROLL
    for (int k = 0; k < {0}; ++k)
      sums[k] = mulAdd(sums[k], factor, addend);
  return addUp(sums);
}

ONNXCC_EXPORT float readPeak(const float *data, int64_t count) {{
  V sums[8];
  for (int k = 0; k < 8; ++k)
    sums[k] = splat<V>(0);
  for (int64_t at = 0; at < count; at += 8 * lanes<float>)
    ONNXCC_UNROLL
    for (int k = 0; k < 8; ++k)
      sums[k] = sums[k] + load<V>(data + at + k * lanes<float>);
  return addUp(sums);
}

}}
)cpp";

FailureOr<PeakKernels> PeakKernels::build(Compilation &compilation, StringRef folder,
                                          const Target &target) {
  // Enough sums to hide the latency of two units (4 or 5 cycles), few enough for the registers.
  unsigned sums = std::max(target.vectorRegisters * 3 / 4, 8u);
  std::string path = (folder + "/peaks.cpp").str(), library = (folder + "/libpeaks.so").str();
  std::error_code error;
  raw_fd_ostream out(path, error);
  if (error)
    return failCommand("cannot write '" + path + "': " + error.message());
  out << formatv(source, sums);
  out.close();
  CompileOptions options = compilation.getOptions();
  options.pipeline.level = 3;
  options.sanitize = false;
  Toolchain toolchain(options, compilation.getCompiler(), folder, compilation.getDiagnostics());
  FailureOr<std::vector<std::string>> objects = toolchain.compile({{path, target.name.str()}});
  if (failed(objects) || failed(toolchain.linkShared(*objects, library)))
    return failure();
  void *handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL); // for as long as the process lives
  PeakKernels kernels;
  kernels.flopsARound = 2.0 * sums * std::max<size_t>(target.vectorBytes / sizeof(float), 1);
  kernels.multiplyAdd =
      handle ? reinterpret_cast<float (*)(int64_t)>(dlsym(handle, "multiplyAddPeak")) : nullptr;
  kernels.read =
      handle ? reinterpret_cast<float (*)(const float *, int64_t)>(dlsym(handle, "readPeak"))
             : nullptr;
  if (!kernels.multiplyAdd || !kernels.read)
    return failCommand("cannot load '" + library + "': " + dlerror());
  return kernels;
}

/// Calls body(thread) on each of the threads. \returns the seconds.
template <class Body>
static double timeThreads(const onnxcc_env *env, int64_t threads, const Body &body) {
  Clock::time_point start = Clock::now();
  if (env && env->parallel_for)
    env->parallel_for(
        env->pool, threads,
        [](void *context, ptrdiff_t begin, ptrdiff_t end) {
          for (ptrdiff_t thread = begin; thread < end; ++thread)
            (*static_cast<const Body *>(context))(thread);
        },
        const_cast<Body *>(&body));
  else
    body(0);
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double Peaks::getBandwidth(double bytes) const {
  double best = 0;
  for (const Bandwidth &bandwidth : bandwidths)
    // The best of all sets that are at least as large: a smaller one is not slower.
    if (bandwidth.bytes >= bytes || &bandwidth == &bandwidths.back())
      best = std::max(best, bandwidth.perSecond);
  return best;
}

Peaks measurePeaks(const PeakKernels &kernels, const onnxcc_env *env, int64_t threads) {
  Peaks peaks;
  constexpr int64_t rounds = 400'000;
  for (int repeat = 0; repeat < 8; ++repeat) {
    double seconds = timeThreads(env, threads, [&](int64_t) {
      [[maybe_unused]] volatile float sink = kernels.multiplyAdd(rounds);
    });
    peaks.flops = std::max(peaks.flops, double(threads) * rounds * kernels.flopsARound / seconds);
  }

  constexpr int64_t largest = 128 << 20, moved = 64 << 20;
  std::vector<float> data(largest / sizeof(float), 1.0f);
  for (int64_t bytes = 16 << 10; bytes <= largest; bytes *= 2) {
    int64_t share = bytes / threads / 512 * 512; // a thread's, of whole kernels
    int64_t passes = std::max<int64_t>(1, moved / threads / share);
    double best = 0;
    for (int repeat = 0; repeat < (bytes < largest ? 4 : 2); ++repeat) {
      double seconds = timeThreads(env, threads, [&](int64_t thread) {
        const float *begin = data.data() + thread * share / int64_t(sizeof(float));
        for (int64_t pass = 0; pass < passes; ++pass) [[maybe_unused]]
          volatile float sink = kernels.read(begin, share / int64_t(sizeof(float)));
      });
      best = std::max(best, double(share) * threads * passes / seconds);
    }
    peaks.bandwidths.push_back({double(share) * threads, best});
  }
  return peaks;
}

} // namespace onnxcc
