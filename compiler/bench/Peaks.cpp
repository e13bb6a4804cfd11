// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The kernels behind a roofline: see Peaks.h. Compiled with -O3 (CMakeLists.txt), so that sums stay
// in registers.
#include "compiler/bench/Peaks.h"

#include <algorithm>
#include <chrono>
#include <immintrin.h>

namespace onnxcc {

namespace {

using Clock = std::chrono::steady_clock;

/// The kernels of one feature set. Both return a sum, so that their work is not dead.
struct Kernels {
  double flopsARound; // of multiplyAdd
  float (*multiplyAdd)(int64_t rounds);
  float (*read)(const float *data, int64_t count); // count: a multiple of 128
};

} // namespace

// Enough sums to hide the latency of two units (4 or 5 cycles), few enough for the registers.
#define ONNXCC_KERNELS(NAME, TARGET, VECTOR, SUMS, SET1, LOAD, ADD, MULADD)                        \
  __attribute__((target(TARGET))) static float multiplyAdd##NAME(int64_t rounds) {                 \
    VECTOR sums[SUMS], factor = SET1(0.999f), addend = SET1(0.001f);                               \
    for (int k = 0; k < SUMS; ++k)                                                                 \
      sums[k] = SET1(float(k));                                                                    \
    for (int64_t round = 0; round < rounds; ++round)                                               \
      _Pragma("GCC unroll 24") for (int k = 0; k < SUMS; ++k) sums[k] =                            \
          MULADD(sums[k], factor, addend);                                                         \
    for (int k = 1; k < SUMS; ++k)                                                                 \
      sums[0] = ADD(sums[0], sums[k]);                                                             \
    return sums[0][0];                                                                             \
  }                                                                                                \
  __attribute__((target(TARGET))) static float read##NAME(const float *data, int64_t count) {      \
    constexpr int64_t lanes = sizeof(VECTOR) / sizeof(float);                                      \
    VECTOR sums[8];                                                                                \
    for (int k = 0; k < 8; ++k)                                                                    \
      sums[k] = SET1(0.0f);                                                                        \
    for (int64_t index = 0; index < count; index += 8 * lanes)                                     \
      _Pragma("GCC unroll 8") for (int k = 0; k < 8; ++k) sums[k] =                                \
          ADD(sums[k], LOAD(data + index + k * lanes));                                            \
    for (int k = 1; k < 8; ++k)                                                                    \
      sums[0] = ADD(sums[0], sums[k]);                                                             \
    return sums[0][0];                                                                             \
  }                                                                                                \
  static constexpr Kernels kernels##NAME = {2.0 * SUMS * sizeof(VECTOR) / sizeof(float),           \
                                            multiplyAdd##NAME, read##NAME};

#define ONNXCC_SSE_MULADD(A, B, C) _mm_add_ps(_mm_mul_ps(A, B), C)
ONNXCC_KERNELS(Sse, "sse2", __m128, 12, _mm_set1_ps, _mm_loadu_ps, _mm_add_ps, ONNXCC_SSE_MULADD)
ONNXCC_KERNELS(Avx2, "avx2,fma", __m256, 12, _mm256_set1_ps, _mm256_loadu_ps, _mm256_add_ps,
               _mm256_fmadd_ps)
ONNXCC_KERNELS(Avx512, "avx512f", __m512, 24, _mm512_set1_ps, _mm512_loadu_ps, _mm512_add_ps,
               _mm512_fmadd_ps)

static const Kernels &getKernels() {
  if (__builtin_cpu_supports("avx512f"))
    return kernelsAvx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return kernelsAvx2;
  return kernelsSse;
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

Peaks measurePeaks(const onnxcc_env *env, int64_t threads) {
  const Kernels &kernels = getKernels();
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
