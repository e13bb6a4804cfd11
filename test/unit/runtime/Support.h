// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Buffers that end at a page without access, so that reading or writing one element too far
// crashes, and deterministic random numbers.
#ifndef ONNXCC_TEST_UNIT_RUNTIME_SUPPORT_H
#define ONNXCC_TEST_UNIT_RUNTIME_SUPPORT_H

#include "runtime/contract.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <random>
#include <vector>

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

namespace test {
using namespace onnxcc;

inline std::mt19937 &random() {
  static std::mt19937 engine(1);
  return engine;
}
inline Index randomIn(Index low, Index high) {
  return std::uniform_int_distribution<Index>(low, high)(random());
}

/// Kernel (at most `greatest` in either direction), strides, dilations, extents and padding of a
/// sliding window. Padding may exceed the kernel: pixels without any tap.
template <class S> void randomWindow(S &s, Index greatest) {
  s.kernelHeight = randomIn(1, greatest);
  s.kernelWidth = randomIn(1, greatest);
  s.strideHeight = randomIn(1, 2);
  s.strideWidth = randomIn(1, 3);
  s.dilationHeight = randomIn(0, 3) ? 1 : 2;
  s.dilationWidth = randomIn(0, 3) ? 1 : 3;
  s.outHeight = randomIn(1, 9);
  s.outWidth = randomIn(1, 15);
  s.padTop = randomIn(0, 3);
  s.padLeft = randomIn(0, 3);
  const auto input = [](Index out, Index stride, Index kernel, Index dilation, Index before) {
    return std::max(Index(1),
                    (out - 1) * stride + (kernel - 1) * dilation + 1 - before - randomIn(0, 3));
  };
  s.inHeight = input(s.outHeight, s.strideHeight, s.kernelHeight, s.dilationHeight, s.padTop);
  s.inWidth = input(s.outWidth, s.strideWidth, s.kernelWidth, s.dilationWidth, s.padLeft);
}

/// n elements whose end is the end of the last accessible page, and a page without access before
/// the first.
template <class T> class Guarded {
public:
  explicit Guarded(Index n) : count(n) {
    const size_t page = size_t(sysconf(_SC_PAGESIZE));
    bytes = (size_t(n) * sizeof(T) + page - 1) / page * page + 2 * page;
    base = static_cast<char *>(
        mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    if (base == MAP_FAILED || mprotect(base, page, PROT_NONE) != 0 ||
        mprotect(base + bytes - page, page, PROT_NONE) != 0)
      std::abort();
    begin = reinterpret_cast<T *>(base + bytes - page) - n;
  }
  Guarded(const Guarded &) = delete;
  Guarded &operator=(const Guarded &) = delete;
  ~Guarded() { munmap(base, bytes); }

  T *data() const { return begin; }
  Index size() const { return count; }
  T &operator[](Index i) const { return begin[i]; }

  /// Multiples of 1/64 between -2 and 2 (small integers for integer types).
  void randomize() {
    for (Index i = 0; i < count; ++i)
      begin[i] = isFloat<T> ? T(randomIn(-128, 128)) / T(64) : T(randomIn(-100, 100));
  }
  void fill(T value) {
    for (Index i = 0; i < count; ++i)
      begin[i] = value;
  }

private:
  Index count;
  size_t bytes;
  char *base;
  T *begin;
};

/// Runs f(Range) over 0..tasks-1 as one range, then in several of random sizes and in reverse
/// order.
template <class F> void inPieces(Index tasks, F f) {
  std::vector<Range> ranges;
  for (Index at = 0; at < tasks;) {
    const Index end = std::min(tasks, at + randomIn(1, 3));
    ranges.push_back({at, end});
    at = end;
  }
  for (size_t i = ranges.size(); i-- > 0;)
    f(ranges[i]);
}

/// The tile that the tests use, small enough for quick compilation.
constexpr Tile tile = forIsa<Isa::generic, Isa::x86_64, Isa::x86_64_v3, Isa::x86_64_v4>(
    Tile{2, 4}, Tile{4, 2}, Tile{6, 2}, Tile{12, 2});

} // namespace test

#endif
