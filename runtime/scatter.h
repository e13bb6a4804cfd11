// Part of onnxcc's runtime; yours to use without conditions.
//
// Updates of a tensor's elements at places that data gives, in order. An index out of range makes
// the call fail at its end; its update is left out.
#ifndef ONNXCC_RUNTIME_SCATTER_H
#define ONNXCC_RUNTIME_SCATTER_H

#include "call.h"
#include "map.h"

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

/// What scatter combines by beside Sum, Prod, Max and Min: the update takes the element's place.
struct Replace {
  template <class V> static ONNXCC_INLINE V combine(V, V update) { return update; }
};

/// data[0..n-1] combined with updates; floats narrower than 32 bits in f32.
template <class C, class T>
ONNXCC_INLINE void combineInto(T *ONNXCC_RESTRICT data, const T *ONNXCC_RESTRICT updates, Index n) {
  if constexpr (isSame<C, Replace>)
    for (Index i = 0; i < n; ++i)
      data[i] = updates[i];
  else if constexpr (isStorage<T>)
    for (Index i = 0; i < n; ++i)
      data[i] = cast<T>(C::combine(cast<float>(data[i]), cast<float>(updates[i])));
  else
    for (Index i = 0; i < n; ++i)
      data[i] = T(C::combine(data[i], updates[i]));
}

/// What shapes of scatterElements inherit. They also have `extent`, the data's along the axis that
/// indices are of; `count`, the updates' along it; arrays `outer`, `inner` of the updates' extents
/// before and after it, and `outerData`, `innerData` of the data's.
struct ScatterElementsShape {
  static constexpr Index tasks = 1;
};

template <size_t N> ONNXCC_INLINE Index countPlaces(const Index (&extents)[N]) {
  Index result = 1;
  for (size_t k = 0; k < N; ++k)
    result *= extents[k];
  return result;
}

/// The place in a tensor of extents `whole` of place i of its part with extents `part`.
template <size_t N>
ONNXCC_INLINE Index placeInWhole(Index i, const Index (&part)[N], const Index (&whole)[N]) {
  if constexpr (N == 1)
    return i;
  Index place = 0, stride = 1;
  for (size_t k = N; k-- > 1;) {
    place += i % part[k] * stride;
    i /= part[k];
    stride *= whole[k];
  }
  return place + i * stride;
}

/// Combines data[outer][indices[outer][i][inner]][inner] with updates[outer][i][inner].
template <class C, class S, class I, class T>
inline void scatterElements(Call &call, const S &s, const I *indices, const T *updates, T *data) {
  const Index inner = countPlaces(s.inner), innerData = countPlaces(s.innerData);
  const Index places = countPlaces(s.outer) * inner, tasks = smaller(Index(s.tasks), places);
  // Those of different places write different elements.
  parallelFor(call, tasks, [=, &call](Range range) {
    const Index begin = places * range.begin / tasks, end = places * range.end / tasks;
    for (Index p = begin; p < end;) {
      const Index outer = p / inner, first = p % inner, last = smaller(inner, first + end - p);
      const I *const index = indices + outer * s.count * inner;
      const T *const update = updates + outer * s.count * inner;
      T *const to = data + placeInWhole(outer, s.outer, s.outerData) * s.extent * innerData;
      for (Index i = 0; i < s.count; ++i)
        for (Index j = first; j < last; ++j) {
          Index at;
          if (call.findIndex(index[i * inner + j], s.extent, at))
            combineInto<C>(to + at * innerData + placeInWhole(j, s.inner, s.innerData),
                           update + i * inner + j, 1);
        }
      p += last - first;
    }
  });
}

/// What shapes of scatterNd inherit. They also have `count`, of tuples of indices, and `extents`,
/// the data's along the axes that they are of.
struct ScatterNdShape {
  static constexpr Index slice = 1, tasks = 1;
};

/// Combines the `slice` elements of data[indices[i][0]]…[indices[i][last]] with updates[i].
template <class C, class S, class I, class T>
inline void scatterNd(Call &call, const S &s, const I *indices, const T *updates, T *data) {
  constexpr Index depth = Index(sizeof(s.extents) / sizeof(s.extents[0]));
  const Index tasks = smaller(Index(s.tasks), Index(s.slice));
  // Slices may meet: each task has some columns of all.
  parallelFor(call, tasks, [=, &call](Range range) {
    const Index begin = s.slice * range.begin / tasks, end = s.slice * range.end / tasks;
    for (Index i = 0; i < s.count; ++i) {
      Index place = 0, at;
      bool isInside = true;
      for (Index k = 0; k < depth; ++k) {
        isInside &= call.findIndex(indices[i * depth + k], s.extents[k], at);
        place = place * s.extents[k] + at;
      }
      if (isInside)
        combineInto<C>(data + place * s.slice + begin, updates + i * s.slice + begin, end - begin);
    }
  });
}

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
