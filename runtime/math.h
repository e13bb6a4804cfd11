// Part of onnxcc's runtime; yours to use without conditions.
//
// Elementary functions of scalars and vectors.
#ifndef ONNXCC_RUNTIME_MATH_H
#define ONNXCC_RUNTIME_MATH_H

#include "simd.h"

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
ONNXCC_LIBM(exp)
ONNXCC_LIBM(expm1)
ONNXCC_LIBM(log)
ONNXCC_LIBM(log1p)
ONNXCC_LIBM(log2)
ONNXCC_LIBM(log10)
ONNXCC_LIBM(tanh)
ONNXCC_LIBM(erf)
ONNXCC_LIBM(sin)
ONNXCC_LIBM(cos)
ONNXCC_LIBM(tan)
ONNXCC_LIBM(asin)
ONNXCC_LIBM(acos)
ONNXCC_LIBM(atan)
ONNXCC_LIBM(sinh)
ONNXCC_LIBM(cosh)
ONNXCC_LIBM(asinh)
ONNXCC_LIBM(acosh)
ONNXCC_LIBM(atanh)
ONNXCC_LIBM(sqrt)
ONNXCC_LIBM(floor)
ONNXCC_LIBM(ceil)
ONNXCC_LIBM(trunc)
ONNXCC_LIBM(rint)
ONNXCC_LIBM(round)
ONNXCC_LIBM(cbrt)
#undef ONNXCC_LIBM

/// To the nearest integer, halves to the even one.
template <class V> ONNXCC_INLINE V roundEven(V v) { return rint(v); }

template <class V> ONNXCC_INLINE V rsqrt(V v) { return splat<V>(1) / sqrt(v); }

template <class V> ONNXCC_INLINE V abs(V v) {
  if constexpr (isFloat<ElementOf<V>>) {
    using I = IntOf<V>;
    return bitsAs<ElementOf<V>>(bitsAs<ElementOf<I>>(v) & splat<I>(greatest<ElementOf<I>>));
  } else {
    return select(v < splat<V>(0), splat<V>(0) - v, v);
  }
}

template <class V> ONNXCC_INLINE V sigmoid(V v) { return splat<V>(1) / (splat<V>(1) + exp(-v)); }

/// a to the power of b.
template <class A, class B> ONNXCC_INLINE Wider<A, B> pow(A a, B b) {
  using V = Wider<A, B>;
  return perLane(V(a), V(b), [](ElementOf<V> x, ElementOf<V> y) -> ElementOf<V> {
    if constexpr (sizeof(x) == 4)
      return __builtin_powf(x, y);
    else
      return __builtin_pow(x, y);
  });
}
template <class A, class B> ONNXCC_INLINE Wider<A, B> atan2(A a, B b) {
  using V = Wider<A, B>;
  return perLane(V(a), V(b), [](ElementOf<V> x, ElementOf<V> y) -> ElementOf<V> {
    if constexpr (sizeof(x) == 4)
      return __builtin_atan2f(x, y);
    else
      return __builtin_atan2(x, y);
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
