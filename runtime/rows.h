// Part of onnxcc's runtime; yours to use without conditions.
//
// Rows of n elements: reductions over a row and maps along it. f(tag, i) gives the elements i.. of
// a row, lanesOf(tag) of them, as a vector or scalar.
#ifndef ONNXCC_RUNTIME_ROWS_H
#define ONNXCC_RUNTIME_ROWS_H

#include "map.h"

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

/// Combines f(tag, 0..n-1). The order depends on n alone; four partial results hide the latency.
template <class C, class F> ONNXCC_INLINE auto reduceRow(Index n, F f) {
  using T = decltype(f(Lanes<1>(), Index(0)));
  constexpr int L = lanes<T>;
  T result = C::template identity<T>();
  Index i = 0;
  if constexpr (L > 1) {
    using V = Simd<T, L>;
    if (n >= L) {
      V a = splat<V>(result), b = a, c = a, d = a;
      for (; i + 4 * L <= n; i += 4 * L) {
        a = C::combine(a, V(f(Lanes<L>(), i)));
        b = C::combine(b, V(f(Lanes<L>(), i + L)));
        c = C::combine(c, V(f(Lanes<L>(), i + 2 * L)));
        d = C::combine(d, V(f(Lanes<L>(), i + 3 * L)));
      }
      for (; i + L <= n; i += L)
        a = C::combine(a, V(f(Lanes<L>(), i)));
      result = reduceLanes<C>(C::combine(C::combine(a, b), C::combine(c, d)));
    }
  }
  if constexpr (L > 1)
    for (int rest = 1; rest < L && i < n; ++rest, ++i)
      result = C::combine(result, T(f(Lanes<1>(), i)));
  else
    for (; i < n; ++i)
      result = C::combine(result, T(f(Lanes<1>(), i)));
  return result;
}

template <class F> ONNXCC_INLINE auto sumRow(Index n, F f) { return reduceRow<Sum>(n, f); }
template <class F> ONNXCC_INLINE auto maxRow(Index n, F f) { return reduceRow<Max>(n, f); }
template <class F> ONNXCC_INLINE auto minRow(Index n, F f) { return reduceRow<Min>(n, f); }
template <class F> ONNXCC_INLINE auto prodRow(Index n, F f) { return reduceRow<Prod>(n, f); }

/// Calls f(tag, i) along a row; T as in forLanes.
template <class T, class F> ONNXCC_INLINE void mapRow(Index n, F f) { forLanes<T>(0, n, f); }

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
