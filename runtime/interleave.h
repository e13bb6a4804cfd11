// Part of onnxcc's runtime; yours to use without conditions.
//
// Bytes of four rows side by side: lane i has byte i of each.
#ifndef ONNXCC_RUNTIME_INTERLEAVE_H
#define ONNXCC_RUNTIME_INTERLEAVE_H

#include "dot.h"

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

#if defined(__AVX2__) && ONNXCC_VECTOR_BYTES >= 32

/// [row][part][four] of bytes, a row's L in four parts, to [part][four][row].
ONNXCC_INLINE Vec<int32_t, 8> transposeRows(Vec<int32_t, 8> v) {
  using Raw = Vec<int32_t, 8>::Raw;
  using Bytes = char __attribute__((vector_size(32)));
  const Raw fours = {0, 2, 4, 6, 1, 3, 5, 7};
  const Raw order = {0x0c080400, 0x0d090501, 0x0e0a0602, 0x0f0b0703,
                     0x0c080400, 0x0d090501, 0x0e0a0602, 0x0f0b0703};
  return (Raw)__builtin_ia32_pshufb256((Bytes)__builtin_ia32_permvarsi256(v.raw, fours),
                                       (Bytes)order);
}
template <class T> ONNXCC_INLINE Vec<int32_t, 8> loadRows(const T *const (&rows)[4], Lanes<8>) {
  using Eights = long long __attribute__((vector_size(32)));
  long long bytes[4];
  for (int i = 0; i < 4; ++i)
    __builtin_memcpy(&bytes[i], rows[i], 8);
  return (Vec<int32_t, 8>::Raw)Eights{bytes[0], bytes[1], bytes[2], bytes[3]};
}
#if ONNXCC_VECTOR_BYTES >= 64
ONNXCC_INLINE Vec<int32_t, 16> transposeRows(Vec<int32_t, 16> v) {
  using Raw = Vec<int32_t, 16>::Raw;
  using Bytes = char __attribute__((vector_size(64)));
  const Raw fours = {0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15};
  const Raw order = {0x0c080400, 0x0d090501, 0x0e0a0602, 0x0f0b0703, 0x0c080400, 0x0d090501,
                     0x0e0a0602, 0x0f0b0703, 0x0c080400, 0x0d090501, 0x0e0a0602, 0x0f0b0703,
                     0x0c080400, 0x0d090501, 0x0e0a0602, 0x0f0b0703};
#if defined(__clang__)
  return (Raw)__builtin_ia32_pshufb512((Bytes)__builtin_ia32_permvarsi512(v.raw, fours),
                                       (Bytes)order);
#else
  return (Raw)__builtin_ia32_pshufb512_mask((Bytes)__builtin_shuffle(v.raw, fours), (Bytes)order,
                                            Bytes(), uint64_t(-1));
#endif
}
template <class T> ONNXCC_INLINE Vec<int32_t, 16> loadRows(const T *const (&rows)[4], Lanes<16>) {
#if defined(__clang__)
  const auto row = [&](int i) { return loadBits<Vec<int32_t, 4>>(rows[i]); };
  return joined(joined(row(0), row(1)), joined(row(2), row(3)));
#else
  // Loads that broadcast or insert, which leave the one port that shuffles free.
  using Raw = Vec<int32_t, 16>::Raw;
  const auto row = [&](int i) { return loadBits<Vec<int32_t, 4>>(rows[i]).raw; };
  Raw v = __builtin_ia32_broadcasti32x4_512(row(0), Raw(), uint16_t(-1));
  v = __builtin_ia32_inserti32x4_mask(v, row(1), 1, Raw(), uint16_t(-1));
  v = __builtin_ia32_inserti32x4_mask(v, row(2), 2, Raw(), uint16_t(-1));
  return (Raw)__builtin_ia32_inserti32x4_mask(v, row(3), 3, Raw(), uint16_t(-1));
#endif
}
#endif
#endif

/// As many bytes of each row as V has lanes, as the bits of groups of four.
template <class V, class T> ONNXCC_INLINE auto interleave(const T *const (&rows)[4]) {
  constexpr int L = lanesOf<V>;
  if constexpr (L == 1) {
    return GroupOf<T, 4>{{*rows[0], *rows[1], *rows[2], *rows[3]}};
#if ONNXCC_VECTOR_BYTES
#if defined(__AVX2__) && ONNXCC_VECTOR_BYTES >= 32
  } else if constexpr (L >= 8) {
    return transposeRows(loadRows(rows, Lanes<L>()));
#endif
  } else {
    T bytes[4 * L];
    for (int lane = 0; lane < L; ++lane)
      for (int i = 0; i < 4; ++i)
        bytes[4 * lane + i] = rows[i][lane];
    return loadBits<V>(bytes);
#endif
  }
}

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
