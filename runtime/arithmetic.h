// Part of onnxcc's runtime; yours to use without conditions.
//
// Signs, roundings, roots and polynomials of scalars and vectors.
#ifndef ONNXCC_RUNTIME_ARITHMETIC_H
#define ONNXCC_RUNTIME_ARITHMETIC_H

#include "simd.h"

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

/// |v|; the least integer stays as it is.
template <class V> ONNXCC_INLINE V abs(V v) {
  if constexpr (isFloat<ElementOf<V>>) {
    using I = IntOf<V>;
    return bitsAs<ElementOf<V>>(bitsAs<ElementOf<I>>(v) & splat<I>(greatest<ElementOf<I>>));
  } else {
    return select(v < splat<V>(0), wrapSub(splat<V>(0), v), v);
  }
}

/// |magnitude| with the sign of `sign`.
template <class V> ONNXCC_INLINE V copySign(V magnitude, V sign) {
  using I = IntOf<V>;
  using T = ElementOf<I>;
  return bitsAs<ElementOf<V>>((bitsAs<T>(magnitude) & splat<I>(greatest<T>)) |
                              (bitsAs<T>(sign) & splat<I>(least<T>)));
}

enum class Rounding { even = 0, down = 1, up = 2, zero = 3 };

/// To an integer value. Not by adding and subtracting 2^23: -ffast-math would fold that.
template <Rounding to, class V> ONNXCC_INLINE V roundTo(V v) {
  if constexpr (sizeof(ElementOf<V>) == 8) {
    return perLane(v, [](double e) {
      return to == Rounding::even   ? __builtin_rint(e)
             : to == Rounding::down ? __builtin_floor(e)
             : to == Rounding::up   ? __builtin_ceil(e)
                                    : __builtin_trunc(e);
    });
#if ONNXCC_VECTOR_BYTES >= 16 && defined(__SSE4_1__) && !defined(__clang__)
  } else if constexpr (lanesOf<V> == 4) {
    return __builtin_ia32_roundps(v.raw, int(to) | 8);
#endif
#if ONNXCC_VECTOR_BYTES >= 32 && !defined(__clang__)
  } else if constexpr (lanesOf<V> == 8) {
    return __builtin_ia32_roundps256(v.raw, int(to) | 8);
#endif
#if ONNXCC_VECTOR_BYTES >= 64 && !defined(__clang__)
  } else if constexpr (lanesOf<V> == 16) {
    return __builtin_ia32_rndscaleps_mask(v.raw, int(to) | 8, v.raw, uint16_t(-1), 4);
#endif
#if ONNXCC_VECTOR_BYTES && defined(__SSE4_1__) && __has_builtin(__builtin_elementwise_roundeven)
  } else if constexpr (lanesOf<V> >= 4) {
    return to == Rounding::even   ? __builtin_elementwise_roundeven(v.raw)
           : to == Rounding::down ? __builtin_elementwise_floor(v.raw)
           : to == Rounding::up   ? __builtin_elementwise_ceil(v.raw)
                                  : __builtin_elementwise_trunc(v.raw);
#endif
  } else {
    const V one = splat<V>(1), zero = splat<V>(0);
    const auto small = abs(v) < splat<V>(0x1p23f); // larger ones are integers; NaN is not small
    const auto whole = convert<int32_t>(select(small, v, zero));
    const V towardsZero = copySign(convert<float>(whole), v);
    V result = towardsZero;
    if constexpr (to == Rounding::down)
      result = select(towardsZero > v, towardsZero - one, towardsZero);
    if constexpr (to == Rounding::up)
      result = copySign(select(towardsZero < v, towardsZero + one, towardsZero), v);
    if constexpr (to == Rounding::even) {
      const V rest = abs(v - towardsZero), half = splat<V>(0.5f);
      const auto away = (rest > half) | ((rest == half) & ((whole & 1) != 0));
      result = select(away, towardsZero + copySign(one, v), towardsZero);
    }
    return select(small, result, v);
  }
}
template <class V> ONNXCC_INLINE V floor(V v) { return roundTo<Rounding::down>(v); }
template <class V> ONNXCC_INLINE V ceil(V v) { return roundTo<Rounding::up>(v); }
template <class V> ONNXCC_INLINE V trunc(V v) { return roundTo<Rounding::zero>(v); }
/// To the nearest integer, halves to the even one.
template <class V> ONNXCC_INLINE V roundEven(V v) { return roundTo<Rounding::even>(v); }

template <class V> ONNXCC_INLINE V sqrt(V v) {
#if ONNXCC_VECTOR_BYTES
#if __has_builtin(__builtin_elementwise_sqrt) // of newer clangs
  if constexpr (lanesOf<V> > 1)
    return __builtin_elementwise_sqrt(v.raw);
#elif defined(__SSE2__) && !defined(__clang__)
  if constexpr (isSame<V, Vec<float, 4>>)
    return __builtin_ia32_sqrtps(v.raw);
  if constexpr (isSame<V, Vec<double, 2>>)
    return __builtin_ia32_sqrtpd(v.raw);
#if ONNXCC_VECTOR_BYTES >= 32
  if constexpr (isSame<V, Vec<float, 8>>)
    return __builtin_ia32_sqrtps256(v.raw);
  if constexpr (isSame<V, Vec<double, 4>>)
    return __builtin_ia32_sqrtpd256(v.raw);
#endif
#if ONNXCC_VECTOR_BYTES >= 64
  if constexpr (isSame<V, Vec<float, 16>>)
    return __builtin_ia32_sqrtps512_mask(v.raw, v.raw, uint16_t(-1), 4);
  if constexpr (isSame<V, Vec<double, 8>>)
    return __builtin_ia32_sqrtpd512_mask(v.raw, v.raw, uint8_t(-1), 4);
#endif
#endif
#endif
  return perLane(v, [](ElementOf<V> e) -> ElementOf<V> {
    if constexpr (sizeof(e) == 4)
      return __builtin_sqrtf(e);
    else
      return __builtin_sqrt(e);
  });
}
template <class V> ONNXCC_INLINE V rsqrt(V v) { return splat<V>(1) / sqrt(v); }

/// b + a x, further coefficients multiplying both by x^2: two chains of multiply-adds side by side
/// instead of one twice as long.
template <class V> ONNXCC_INLINE V polynomialChains(V x, V, V a, V b) { return mulAdd(a, x, b); }
template <class V, class... C>
ONNXCC_INLINE V polynomialChains(V x, V square, V a, V b, ElementOf<V> next, C... rest) {
  return polynomialChains(x, square, b, mulAdd(a, square, splat<V>(next)), rest...);
}
/// Coefficients from the highest power down.
template <class V, class... C>
ONNXCC_INLINE V polynomial(V x, ElementOf<V> first, ElementOf<V> second, C... rest) {
  return polynomialChains(x, x * x, splat<V>(first), splat<V>(second), rest...);
}

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
