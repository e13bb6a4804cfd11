// Part of onnxcc's runtime; yours to use without conditions.
//
// Loops over elements: whole vectors first, then single elements.
#ifndef ONNXCC_RUNTIME_MAP_H
#define ONNXCC_RUNTIME_MAP_H

#include "simd.h"

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

/// Calls body(Lanes<L>(), i) for vectors of begin..end-1, then body(Lanes<1>(), i) for what is
/// left. T, the widest element type that the body touches, decides how many lanes a vector has.
template <class T, class F> ONNXCC_INLINE void forLanes(Index begin, Index end, F body) {
  constexpr int L = lanes<T>;
  Index i = begin;
  if constexpr (L > 1) {
    for (; i + L <= end; i += L)
      body(Lanes<L>(), i);
    // A bound that the compiler sees: it neither vectorises the rest nor warns of its overflow.
    for (int rest = 1; rest < L && i < end; ++rest, ++i)
      body(Lanes<1>(), i);
  } else {
    for (; i < end; ++i)
      body(Lanes<1>(), i);
  }
}

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
