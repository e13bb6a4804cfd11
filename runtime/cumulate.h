// Part of onnxcc's runtime; yours to use without conditions.
//
// Running sums and products along an axis.
#ifndef ONNXCC_RUNTIME_CUMULATE_H
#define ONNXCC_RUNTIME_CUMULATE_H

#include "call.h"
#include "map.h"

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

/// What shapes of cumulate inherit. They also have `extent`: x and out are [outer][extent][inner].
struct CumulateShape {
  static constexpr Index outer = 1, inner = 1, tasks = 1;
  static constexpr bool exclusive = false, reverse = false; // without the element; from the end
};

/// Columns that a task takes at once: a cache line of 32-bit elements, or more.
constexpr Index kColumns = 64;

/// Combines the elements along the axis from its start up to each of them. Floats narrower than 32
/// bits are combined in f32. `out` may be `x`.
template <class C, class S, class T>
inline void cumulate(Call &call, const S &s, const T *x, T *out) {
  using Running = Conditional<isStorage<T>, float, T>;
  const Index blocks = ceilDiv(s.inner, kColumns), places = s.outer * blocks;
  const Index tasks = smaller(Index(s.tasks), places);
  parallelFor(call, tasks, [=](Range range) {
    for (Index p = places * range.begin / tasks; p < places * range.end / tasks; ++p) {
      const Index first = p / blocks * s.extent * s.inner, column = p % blocks * kColumns;
      const Index end = smaller(Index(s.inner), column + kColumns);
      forLanes<Running>(column, end, [&](auto tag, Index j) {
        using V = Simd<Running, lanesOf<decltype(tag)>>;
        V running = splat<V>(C::template identity<Running>());
        for (Index i = 0; i < s.extent; ++i) {
          const Index at = first + (S::reverse ? s.extent - 1 - i : i) * s.inner + j;
          const V next = C::combine(running, load<V>(x + at));
          store(out + at, S::exclusive ? running : next);
          running = next;
        }
      });
    }
  });
}

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
