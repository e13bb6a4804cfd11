// Part of onnxcc's runtime; yours to use without conditions.
//
// The k greatest (or least) elements of rows in order, and their places.
#ifndef ONNXCC_RUNTIME_TOPK_H
#define ONNXCC_RUNTIME_TOPK_H

#include "call.h"
#include "sort.h"

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

/// What shapes of topK inherit. They also have `extent` and `k`: x is [outer][extent][inner],
/// values and indices are [outer][k][inner], k <= extent < 2^32.
struct TopKShape {
  static constexpr Index outer = 1, inner = 1, tasks = 1;
  static constexpr bool largest = true, isUnsigned = false;
};

/// How many elements of a row are kept at once: up to kFew in order; more, in multiples of k, as
/// candidates that are sorted and cut to k whenever there are so many.
constexpr Index kCandidates = 4, kFew = 64;
constexpr Index countCandidates(Index extent, Index k) {
  return smaller(extent, k <= kFew ? k : k * kCandidates);
}

/// Bytes of scratch memory of a task.
template <class S, class T> constexpr Index topKScratchBytes(const S &s) {
  return countCandidates(s.extent, s.k) * 2 * Index(sizeof(SortEntry<T>));
}

/// Elements as vectors that compare as topK orders them.
template <class S, class V> ONNXCC_INLINE auto asComparable(V v) {
  using T = ElementOf<V>;
  if constexpr (S::isUnsigned && !isFloat<T>)
    return bitsAs<ElementOf<UnsignedOf<V>>>(v);
  else
    return v;
}

/// One row: `row` of x, whose elements are `stride` apart, to `values` and `indices`, likewise.
template <class S, class T>
ONNXCC_NOINLINE void topKRow(const S &s, const T *row, Index stride, T *values, int64_t *indices,
                             void *scratch) {
  using Entry = SortEntry<T>;
  using Key = typename Entry::Key;
  const Index n = s.extent, k = s.k;
  if (k <= 0)
    return;
  const bool isFew = k <= kFew;
  const Index most = countCandidates(n, k);
  Entry *found = static_cast<Entry *>(scratch), *other = found + most;
  Index count = 0;
  const auto entryAt = [&](Index i) {
    const Key key = sortKey<S::isUnsigned>(row[i * stride]);
    return Entry(S::largest ? ~key : key, i);
  };
  const auto sort = [&] {
    Entry *const sorted = sortEntries(found, count, other);
    if (sorted != found)
      swapPointers(found, other);
  };
  Index i = 0;
  for (; count < most; ++i)
    found[count++] = entryAt(i);
  sort();
  if (n > most) {
    // Of what follows the candidates those that come before the last of the k best so far.
    count = k;
    Entry last = found[k - 1];
    const auto offer = [&](Index at) {
      const Entry entry = entryAt(at);
      if (!(entry < last))
        return;
      if (isFew) {
        Index place = k - 1;
        for (; place > 0 && entry < found[place - 1]; --place)
          found[place] = found[place - 1];
        found[place] = entry;
      } else {
        found[count++] = entry;
        if (count < most)
          return;
        sort();
        count = k;
      }
      last = found[k - 1];
    };
    // Most do not, which whole vectors are told at once. A NaN, and what is compared with one, is
    // left to the entries.
    using C = Conditional<isStorage<T>, float, T>;
    constexpr int L = isSame<T, bool> ? 1 : lanes<C>;
    if constexpr (L > 1)
      if (stride == 1) {
        using V = Simd<C, L>;
        const auto isBeyond = [](auto value, auto limit) {
          return S::largest ? !(value <= limit) : !(value >= limit);
        };
        for (; i + L <= n; i += L) {
          const C limit = cast<C>(row[last.index()]);
          if (ONNXCC_LIKELY(!anyOf(
                  isBeyond(asComparable<S>(load<V>(row + i)), asComparable<S>(splat<V>(limit))))))
            continue;
          for (Index j = i; j < i + L; ++j)
            if (isBeyond(asComparable<S>(cast<C>(row[j])), asComparable<S>(limit)))
              offer(j);
        }
      }
    for (; i < n; ++i)
      offer(i);
    if (!isFew)
      sort();
  }
  for (Index i = 0; i < k; ++i) {
    const Index at = found[i].index();
    values[i * stride] = row[at * stride];
    indices[i * stride] = int64_t(at);
  }
}

/// All rows. Of elements that are equal the one at the lower place comes first; NaN counts as the
/// greatest. `scratch` has topKScratchBytes for each of S::tasks tasks.
template <class S, class T>
inline void topK(Call &call, const S &s, const T *x, T *values, int64_t *indices, void *scratch) {
  const Index rows = s.outer * s.inner, tasks = smaller(Index(s.tasks), rows);
  const Index bytes = topKScratchBytes<S, T>(s);
  parallelFor(call, tasks, [=](Range range) {
    char *const own = static_cast<char *>(scratch) + range.begin * bytes;
    for (Index r = rows * range.begin / tasks; r < rows * range.end / tasks; ++r) {
      const Index outer = r / s.inner, inner = r % s.inner;
      topKRow(s, x + outer * s.extent * s.inner + inner, s.inner,
              values + outer * s.k * s.inner + inner, indices + outer * s.k * s.inner + inner, own);
    }
  });
}

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
