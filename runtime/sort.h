// Part of onnxcc's runtime; yours to use without conditions.
//
// Sorting: elements become entries of their keys and places, which are ordered by one comparison,
// no two of them equal. So every way of sorting is stable and gives the same.
#ifndef ONNXCC_RUNTIME_SORT_H
#define ONNXCC_RUNTIME_SORT_H

#include "simd.h"

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

/// An element's value as an unsigned number that is ordered like it: NaN, of which all are equal,
/// after everything else, and -0 as 0. Integers, which have no signs of their own, are taken as
/// `Unsigned` says.
template <bool Unsigned = false, class T> ONNXCC_INLINE auto sortKey(T value) {
  if constexpr (isStorage<T>) {
    return sortKey(cast<float>(value));
  } else if constexpr (isFloat<T>) {
    using I = IntOfBytes<int(sizeof(T))>;
    using Key = Conditional<sizeof(T) == 8, uint64_t, uint32_t>;
    if (value != value)
      return Key(-1);
    // Negative ones the other way round, before the others.
    const I bits = bitcast<I>(value == T(0) ? T(0) : value);
    return Key(bits) ^ (bits < 0 ? Key(-1) : Key(1) << (sizeof(T) * 8 - 1));
  } else if constexpr (sizeof(T) == 8) {
    return uint64_t(value) ^ (Unsigned ? 0 : uint64_t(1) << 63);
  } else if constexpr (sizeof(T) == 4) {
    return uint32_t(value) ^ (Unsigned ? 0 : uint32_t(1) << 31);
  } else if constexpr (Unsigned) {
    return uint32_t(value) & ((uint32_t(1) << (sizeof(T) * 8)) - 1);
  } else {
    return uint32_t(int32_t(value)) ^ uint32_t(1) << 31;
  }
}

/// A key of 64 bits with the place of its element.
struct WideEntry {
  using Key = uint64_t;
  uint64_t key, place;

  WideEntry() = default;
  ONNXCC_INLINE WideEntry(uint64_t key, Index place) : key(key), place(uint64_t(place)) {}
  ONNXCC_INLINE Key getKey() const { return key; }
  ONNXCC_INLINE Index index() const { return Index(place); }
  friend ONNXCC_INLINE bool operator<(const WideEntry &a, const WideEntry &b) {
    return a.key != b.key ? a.key < b.key : a.place < b.place;
  }
};

/// A key of 32 bits above the place of its element, which is below 2^32.
struct NarrowEntry {
  using Key = uint32_t;
  uint64_t both;

  NarrowEntry() = default;
  ONNXCC_INLINE NarrowEntry(uint32_t key, Index place)
      : both(uint64_t(key) << 32 | uint32_t(place)) {}
  ONNXCC_INLINE Key getKey() const { return Key(both >> 32); }
  ONNXCC_INLINE Index index() const { return Index(uint32_t(both)); }
  friend ONNXCC_INLINE bool operator<(NarrowEntry a, NarrowEntry b) { return a.both < b.both; }
};

/// The entry of elements of type T.
template <class T>
using SortEntry = Conditional<sizeof(decltype(sortKey(T()))) == 8, WideEntry, NarrowEntry>;

template <class E> ONNXCC_INLINE void swapPointers(E *&a, E *&b) {
  E *const c = a;
  a = b;
  b = c;
}

/// Sorts from[0..n-1] in time n log n: runs of a few by insertion, twice as long ones by merging
/// from one array into the other. \returns where the result lies: in `from` or in `to`.
template <class E> ONNXCC_NOINLINE E *mergeSort(E *from, Index n, E *to) {
  constexpr Index run = 16;
  for (Index begin = 0; begin < n; begin += run) {
    const Index end = smaller(begin + run, n);
    for (Index i = begin + 1; i < end; ++i) {
      const E entry = from[i];
      Index j = i;
      for (; j > begin && entry < from[j - 1]; --j)
        from[j] = from[j - 1];
      from[j] = entry;
    }
  }
  for (Index length = run; length < n; length *= 2) {
    for (Index begin = 0; begin < n; begin += 2 * length) {
      const Index middle = smaller(begin + length, n), end = smaller(middle + length, n);
      Index a = begin, b = middle, out = begin;
      while (a < middle && b < end)
        to[out++] = from[b] < from[a] ? from[b++] : from[a++];
      while (a < middle)
        to[out++] = from[a++];
      while (b < end)
        to[out++] = from[b++];
    }
    swapPointers(from, to);
  }
  return from;
}

/// Sorts from[0..n-1], whose equal keys lie in the order of their places, byte by byte of the keys
/// from the least on: in time n times the bytes.
template <class E> ONNXCC_NOINLINE E *radixSort(E *from, Index n, E *to) {
  for (unsigned shift = 0; shift < 8 * sizeof(typename E::Key); shift += 8) {
    uint32_t first[256] = {}; // how many have this byte, then the place of the first of them
    for (Index i = 0; i < n; ++i)
      ++first[from[i].getKey() >> shift & 255];
    if (Index(first[from[0].getKey() >> shift & 255]) == n)
      continue;
    uint32_t place = 0;
    for (uint32_t &count : first) {
      const uint32_t next = place + count;
      count = place;
      place = next;
    }
    for (Index i = 0; i < n; ++i)
      to[first[from[i].getKey() >> shift & 255]++] = from[i];
    swapPointers(from, to);
  }
  return from;
}

/// Sorts entries[0..n-1], n < 2^32, in ascending order. Those of equal keys lie in the order of
/// their places. `other` has room for n more. \returns where the result lies: in one of both.
template <class E> inline E *sortEntries(E *entries, Index n, E *other) {
  // Below that many the table of bytes costs more than it saves.
  constexpr Index few = 96 * Index(sizeof(typename E::Key));
  return n < few ? mergeSort(entries, n, other) : radixSort(entries, n, other);
}

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
