// Part of onnxcc's runtime; yours to use without conditions.
//
// The register tile that convolutions and matrix products are made of.
#ifndef ONNXCC_RUNTIME_TILE_H
#define ONNXCC_RUNTIME_TILE_H

#include "simd.h"

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

/// Columns of a panel of packed weights, on every target.
constexpr int panelColumns = 16;

/// About how many bytes of operands stay in the second level cache.
constexpr Index cacheBytes = 192 * 1024;

/// What products of A and B are summed in.
template <class A, class B>
using Accumulator =
    Conditional<isSame<A, double> || isSame<B, double>, double,
                Conditional<isFloat<A> || isStorage<A> || isFloat<B> || isStorage<B>, float,
                            Conditional<(sizeof(A) > 4 || sizeof(B) > 4), int64_t, int32_t>>>;

/// The tile for what a tile of n pixels or vectors leaves: the next lower power of two.
constexpr int lowerTile(int n) {
  int lower = 1;
  while (lower * 2 < n)
    lower *= 2;
  return lower;
}

/// How n pixels or rows are cut: `full` tiles of P, then `less` tiles of P - 1, which together
/// leave nothing over where n is large enough; else the rest is left to smaller tiles.
template <int P> struct Cut {
  Index full, less;

  constexpr explicit Cut(Index n) : full(n / P), less(0) {
    const Index missing = (P - n % P) % P;
    if (P >= 4 && missing * (P - 1) <= n) {
      less = missing;
      full = (n - missing * (P - 1)) / P;
    }
  }
  constexpr Index covered() const { return full * P + less * (P - 1); }
};

/// acc[i][j] += x[i][k * xStep] * w[j][k * wStep .. + lanes - 1] for k = 0..depth-1.
template <class V, int P, int N, class In, class W>
ONNXCC_INLINE void accumulate(V (&acc)[P][N], const In *const (&x)[P], Index xStep,
                              const W *const (&w)[N], Index wStep, Index depth) {
  using A = ElementOf<V>;
  for (Index k = 0; k < depth; ++k) {
    V b[N];
    ONNXCC_UNROLL
    for (int j = 0; j < N; ++j)
      b[j] = load<V>(w[j] + k * wStep);
    ONNXCC_UNROLL
    for (int i = 0; i < P; ++i) {
      const V a = splat<V>(cast<A>(x[i][k * xStep]));
      ONNXCC_UNROLL
      for (int j = 0; j < N; ++j)
        acc[i][j] = mulAdd(a, b[j], acc[i][j]);
    }
  }
}

/// Calls the epilogue and stores for the first n > 0 lanes, halving the vector as often as needed.
/// Out of line: it runs once per row at most, and inlined into every accumulator of a tile it would
/// be most of the code.
template <class V, class Out, class E>
ONNXCC_NOINLINE void finishPart(V acc, Index n, Out *y, const E &epilogue, Index row,
                                Index column) {
#if ONNXCC_VECTOR_BYTES
  if constexpr (lanesOf<V> > 1) {
    constexpr int H = lanesOf<V> / 2;
    if (n < H)
      return finishPart(halfOf<0>(acc), n, y, epilogue, row, column);
    store(y, epilogue(halfOf<0>(acc), row, column));
    if (n > H)
      finishPart(halfOf<1>(acc), n - H, y + H, epilogue, row, column + H);
    return;
  }
#endif
  if (n > 0)
    store(y, epilogue(acc, row, column));
}

/// Stores epilogue(acc, row, column) for the first n > 0 lanes.
template <class V, class Out, class E>
ONNXCC_INLINE void finish(V acc, Index n, Out *y, const E &epilogue, Index row, Index column) {
  if (n >= lanesOf<V>)
    store(y, epilogue(acc, row, column));
  else if constexpr (lanesOf<V> > 1)
    finishPart(acc, n, y, epilogue, row, column);
}

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
