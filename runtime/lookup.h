// Part of onnxcc's runtime; yours to use without conditions.
//
// Functions of a byte, by tables of 256 entries. A part of simd.h, which includes it.
#ifndef ONNXCC_RUNTIME_LOOKUP_H
#define ONNXCC_RUNTIME_LOOKUP_H

#include "simd.h"

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

#if defined(__AVX512VBMI__) && ONNXCC_VECTOR_BYTES
/// Entries for the lower 7 bits of each code, of 128: two registers, from which vpermi2b picks. As
/// text, as compilers name it differently; the lanes above those of `codes` are nobody's.
template <int L> ONNXCC_INLINE Vec<int8_t, L> pickEntry(Vec<int8_t, L> codes, const int8_t *table) {
  typename RawVector<int8_t, 64>::type low, high;
  __builtin_memcpy(&low, table, sizeof(low));
  __builtin_memcpy(&high, table + 64, sizeof(high));
  auto entries = codes.raw;
  __asm__("vpermi2b %2, %1, %g0" : "+v"(entries) : "v"(low), "v"(high));
  return entries;
}
#elif defined(__AVX2__) && ONNXCC_VECTOR_BYTES
/// Entries of 32 codes: vpshufb picks from 16 neighbours by the lower half of each code, and counts
/// where the upper half is theirs.
ONNXCC_INLINE Vec<int8_t, 32> pickEntries(Vec<int8_t, 32> codes, const int8_t *table) {
  using V = Vec<int8_t, 32>;
  using Q = typename RawVector<char, 32>::type;
  const V lower = codes & V(15), upper = codes & V(-16);
  V entries = splat<V>(0);
  ONNXCC_UNROLL for (int k = 0; k < 16; ++k) {
    typename RawVector<int8_t, 16>::type part;
    __builtin_memcpy(&part, table + 16 * k, sizeof(part));
    const Q both =
        (Q)__builtin_shufflevector(part, part, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
                                   0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const V picked = (typename V::Raw)__builtin_ia32_pshufb256(both, (Q)lower.raw);
    entries = entries | (picked & V((upper == V(int8_t(16 * k))).raw));
  }
  return entries;
}
#endif

/// table[code], the code's bits read as unsigned: entries of any type, for codes of 8 bits.
template <class V, class T> ONNXCC_INLINE Rebind<V, T> lookup(V codes, const T *table) {
  [[maybe_unused]] constexpr int L = lanesOf<V>; // scalars have no use for it
#if defined(__AVX512VBMI__) && ONNXCC_VECTOR_BYTES
  if constexpr (isSame<T, int8_t> && L >= 16) {
    const auto bytes = bitsAs<int8_t>(codes);
    return select(bytes < int8_t(0), pickEntry(bytes, table + 128), pickEntry(bytes, table));
  } else
#elif defined(__AVX2__) && ONNXCC_VECTOR_BYTES
  if constexpr (isSame<T, int8_t> && L == 32) {
    return pickEntries(bitsAs<int8_t>(codes), table);
  } else if constexpr (isSame<T, int8_t> && L == 64) {
    const auto bytes = bitsAs<int8_t>(codes);
    Vec<int8_t, 64> entries;
    const auto low = lookup(halfOf<0>(bytes), table), high = lookup(halfOf<1>(bytes), table);
    __builtin_memcpy(&entries.raw, &low.raw, 32);
    __builtin_memcpy(reinterpret_cast<char *>(&entries.raw) + 32, &high.raw, 32);
    return entries;
  } else
#endif
#if defined(__SSE2__) && !defined(__SSE4_1__) && ONNXCC_VECTOR_BYTES
      if constexpr (L > 1) {
    // Through memory: there are no instructions for one byte of a vector.
    uint8_t places[L];
    T entries[L];
    __builtin_memcpy(places, &codes.raw, sizeof(places));
    for (int lane = 0; lane < L; ++lane)
      entries[lane] = table[places[lane]];
    Rebind<V, T> result;
    __builtin_memcpy(&result.raw, entries, sizeof(entries));
    return result;
  } else
#endif
    return perLane(codes, [=](auto code) { return table[uint8_t(code)]; });
}

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
