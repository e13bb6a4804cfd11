// Part of onnxcc's runtime; yours to use without conditions.
//
// What a launch must not touch, for the address sanitizer: `onnxcc --sanitize` emits the calls.
// Compiled without the sanitizer they do nothing.
#ifndef ONNXCC_RUNTIME_SANITIZE_H
#define ONNXCC_RUNTIME_SANITIZE_H

#include "simd.h"

#if defined(__SANITIZE_ADDRESS__)
#define ONNXCC_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ONNXCC_ASAN 1
#endif
#endif

#ifdef ONNXCC_ASAN
extern "C" void __asan_poison_memory_region(const volatile void *memory, size_t bytes);
extern "C" void __asan_unpoison_memory_region(const volatile void *memory, size_t bytes);
#endif

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

inline void forbid(const void *memory, Index bytes) {
#ifdef ONNXCC_ASAN
  __asan_poison_memory_region(memory, size_t(bytes));
#else
  (void)memory, (void)bytes;
#endif
}
inline void permit(const void *memory, Index bytes) {
#ifdef ONNXCC_ASAN
  __asan_unpoison_memory_region(memory, size_t(bytes));
#else
  (void)memory, (void)bytes;
#endif
}

/// Weights lie with `gap` bytes before and behind them that nobody reads.
inline void fenceWeight(const void *weight, Index bytes, Index gap) {
  const char *first = static_cast<const char *>(weight);
  forbid(first - gap, gap);
  forbid(first + bytes, gap);
}

/// The arena during one call. Views that a launch does not name are closed to it: gaps, what is
/// dead, and what is alive for others.
class ArenaGuard {
public:
  ArenaGuard(const char *arena, size_t bytes) : arena(arena), bytes(Index(bytes)) {}
  ArenaGuard(const ArenaGuard &) = delete;
  ~ArenaGuard() { permit(arena, bytes); }

  /// A launch begins: it may touch nothing yet.
  void close() const { forbid(arena, bytes); }

  /// It may touch the elements of this view, strides in elements. The sanitizer knows groups of 8
  /// bytes: a run of elements that begins inside a group opens its head too.
  template <class T, int rank>
  void open(const T *first, const Index (&extents)[rank], const Index (&strides)[rank]) const {
    Index run = 1, rows = 1;
    int outer = rank; // dims that the contiguous run does not cover
    while (outer > 0 && (extents[outer - 1] == 1 || strides[outer - 1] == run))
      run *= extents[--outer];
    for (int k = 0; k < outer; ++k)
      rows *= extents[k];
    for (Index row = 0; row < rows; ++row) {
      Index offset = 0, rest = row;
      for (int k = outer - 1; k >= 0; --k) {
        offset += rest % extents[k] * strides[k];
        rest /= extents[k];
      }
      permit(first + offset, run * Index(sizeof(T)));
    }
  }

private:
  const char *arena;
  Index bytes;
};

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
