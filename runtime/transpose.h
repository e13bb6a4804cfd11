// Part of onnxcc's runtime; yours to use without conditions.
//
// Copies of parts of matrices into panels: [depth][Panel], the elements that one step of a register
// tile reads being neighbours.
#ifndef ONNXCC_RUNTIME_TRANSPOSE_H
#define ONNXCC_RUNTIME_TRANSPOSE_H

#include "map.h"

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

#if ONNXCC_VECTOR_BYTES
/// Swaps the upper right with the lower left of blocks of H x H in two rows that are H apart.
template <int H, class V> ONNXCC_INLINE void swapBlocks(V &a, V &b) {
  const auto x = a.raw, y = b.raw;
  if constexpr (lanesOf<V> == 4 && H == 2) {
    a = __builtin_shufflevector(x, y, 0, 1, 4, 5);
    b = __builtin_shufflevector(x, y, 2, 3, 6, 7);
  } else if constexpr (lanesOf<V> == 4) {
    a = __builtin_shufflevector(x, y, 0, 4, 2, 6);
    b = __builtin_shufflevector(x, y, 1, 5, 3, 7);
  } else if constexpr (lanesOf<V> == 8 && H == 4) {
    a = __builtin_shufflevector(x, y, 0, 1, 2, 3, 8, 9, 10, 11);
    b = __builtin_shufflevector(x, y, 4, 5, 6, 7, 12, 13, 14, 15);
  } else if constexpr (lanesOf<V> == 8 && H == 2) {
    a = __builtin_shufflevector(x, y, 0, 1, 8, 9, 4, 5, 12, 13);
    b = __builtin_shufflevector(x, y, 2, 3, 10, 11, 6, 7, 14, 15);
  } else {
    static_assert(lanesOf<V> == 8 && H == 1, "4 or 8 lanes");
    a = __builtin_shufflevector(x, y, 0, 8, 2, 10, 4, 12, 6, 14);
    b = __builtin_shufflevector(x, y, 1, 9, 3, 11, 5, 13, 7, 15);
  }
}

/// Rows become columns, by halves.
template <int H, class V> ONNXCC_INLINE void transposeRows(V (&rows)[lanesOf<V>]) {
  ONNXCC_UNROLL
  for (int i = 0; i < lanesOf<V>; ++i)
    if (!(i & H))
      swapBlocks<H>(rows[i], rows[i | H]);
  if constexpr (H > 1)
    transposeRows<H / 2>(rows);
}
#endif

/// to[d][j] = from[j * row + d * column] for j < count <= Panel and d < depth; 0 for other j.
template <int Panel, class T>
ONNXCC_NOINLINE void transposeInto(const T *from, Index count, Index depth, Index row, Index column,
                                   float *to) {
  Index j = 0;
#if ONNXCC_VECTOR_BYTES
  constexpr int L = smaller(8, lanes<float>);
  using V = Simd<float, L>;
  if (column == 1)
    for (; j + L <= count; j += L) {
      Index d = 0;
      for (; d + L <= depth; d += L) {
        V rows[L];
        ONNXCC_UNROLL
        for (int i = 0; i < L; ++i)
          rows[i] = load<V>(from + (j + i) * row + d);
        transposeRows<L / 2>(rows);
        ONNXCC_UNROLL
        for (int i = 0; i < L; ++i)
          store(to + (d + i) * Panel + j, rows[i]);
      }
      for (; d < depth; ++d)
        for (int i = 0; i < L; ++i)
          to[d * Panel + j + i] = cast<float>(from[(j + i) * row + d]);
    }
#endif
  for (; j < Panel; ++j)
    for (Index d = 0; d < depth; ++d)
      to[d * Panel + j] = j < count ? cast<float>(from[j * row + d * column]) : 0;
}

/// to[d][j] = from[d * row + j * column] for j < count <= Panel and d < depth; 0 for other j.
template <int Panel, class T>
ONNXCC_NOINLINE void copyInto(const T *from, Index depth, Index count, Index row, Index column,
                              float *to) {
  if (column == 1 && count == Panel)
    for (Index d = 0; d < depth; ++d)
      forLanes<float>(0, Panel, [&](auto tag, Index j) {
        store(to + d * Panel + j, load(tag, from + d * row + j));
      });
  else
    for (Index d = 0; d < depth; ++d)
      for (Index j = 0; j < Panel; ++j)
        to[d * Panel + j] = j < count ? cast<float>(from[d * row + j * column]) : 0;
}

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
