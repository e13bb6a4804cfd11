// Part of onnxcc's runtime; yours to use without conditions.
//
// Elementary functions of scalars and vectors, and those of libm.
#ifndef ONNXCC_RUNTIME_MATH_H
#define ONNXCC_RUNTIME_MATH_H

#include "exponential.h"
#include "trigonometry.h"

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

// Functions that are rare in models: libm, lane by lane.
#define ONNXCC_LIBM(name)                                                                          \
  template <class V> ONNXCC_INLINE EnableIf<isFloat<ElementOf<V>>, V> name(V v) {                  \
    return perLane(v, [](ElementOf<V> e) -> ElementOf<V> {                                         \
      if constexpr (sizeof(e) == 4)                                                                \
        return __builtin_##name##f(e);                                                             \
      else                                                                                         \
        return __builtin_##name(e);                                                                \
    });                                                                                            \
  }
ONNXCC_LIBM(asin)
ONNXCC_LIBM(acos)
ONNXCC_LIBM(atan)
ONNXCC_LIBM(sinh)
ONNXCC_LIBM(cosh)
ONNXCC_LIBM(asinh)
ONNXCC_LIBM(acosh)
ONNXCC_LIBM(atanh)
ONNXCC_LIBM(round)
ONNXCC_LIBM(cbrt)
#undef ONNXCC_LIBM

template <class A, class B> ONNXCC_INLINE Wider<A, B> atan2(A a, B b) {
  using V = Wider<A, B>;
  return perLane(V(a), V(b), [](ElementOf<V> x, ElementOf<V> y) -> ElementOf<V> {
    if constexpr (sizeof(x) == 4)
      return __builtin_atan2f(x, y);
    else
      return __builtin_atan2(x, y);
  });
}

/// Of integers, towards zero. Where C++ has no answer there is one: by 0 it is 0, and the least
/// integer by -1 is itself.
template <class A, class B> ONNXCC_INLINE Wider<A, B> quotient(A a, B b) {
  using V = Wider<A, B>;
  using T = ElementOf<V>;
  return perLane(V(a), V(b), [](T x, T y) -> T {
    if (y == 0)
      return 0;
    if (y == T(-1) && T(-1) < T(0))
      return T(0 - uint64_t(x));
    return T(x / y);
  });
}
/// What quotient leaves; of a division by 0 nothing.
template <class A, class B> ONNXCC_INLINE Wider<A, B> remainder(A a, B b) {
  using V = Wider<A, B>;
  using T = ElementOf<V>;
  return perLane(V(a), V(b), [](T x, T y) -> T {
    return y == 0 || (y == T(-1) && T(-1) < T(0)) ? T(0) : T(x % y);
  });
}

/// The remainder with the sign of the dividend: C's fmod, and % of integers.
template <class A, class B> ONNXCC_INLINE Wider<A, B> fmod(A a, B b) {
  using V = Wider<A, B>;
  if constexpr (isFloat<ElementOf<V>>)
    return perLane(V(a), V(b), [](ElementOf<V> x, ElementOf<V> y) -> ElementOf<V> {
      if constexpr (sizeof(x) == 4)
        return __builtin_fmodf(x, y);
      else
        return __builtin_fmod(x, y);
    });
  else
    return V(a) % V(b);
}

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
