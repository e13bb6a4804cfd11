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
ONNXCC_LIBM(expm1)
ONNXCC_LIBM(log1p)
ONNXCC_LIBM(log2)
ONNXCC_LIBM(log10)
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
ONNXCC_LIBM(round)
ONNXCC_LIBM(cbrt)
#undef ONNXCC_LIBM

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
#if defined(__clang__) && defined(__SSE4_1__) && ONNXCC_VECTOR_BYTES
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
#if defined(__clang__)
  if constexpr (lanesOf<V> > 1)
    return __builtin_elementwise_sqrt(v.raw);
#elif defined(__SSE2__)
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

/// Coefficients from the highest power down, by Horner's rule.
template <class V> ONNXCC_INLINE V polynomial(V, V result) { return result; }
template <class V, class... C>
ONNXCC_INLINE V polynomial(V x, V result, ElementOf<V> next, C... rest) {
  return polynomial(x, mulAdd(result, x, splat<V>(next)), rest...);
}

/// e^v. Cephes' polynomial on [-ln 2 / 2, ln 2 / 2]; the scaling by 2^n is done in two steps, so
/// that denormal results are rounded once.
template <class V> ONNXCC_INLINE V exp(V v) {
  if constexpr (sizeof(ElementOf<V>) == 8) {
    return perLane(v, [](double e) { return __builtin_exp(e); });
  } else {
    const V x = clamp(select(v == v, v, splat<V>(0)), -104, 89);
    const auto n = convert<int32_t>(
        mulAdd(x, splat<V>(1.44269504f), select(x < 0.0f, splat<V>(-0.5f), splat<V>(0.5f))));
    const V k = convert<float>(n);
    const V r = mulAdd(k, splat<V>(2.12194440e-4f), mulAdd(k, splat<V>(-0.693359375f), x));
    const V p = polynomial(r, splat<V>(1.9875691500e-4f), 1.3981999507e-3f, 8.3334519073e-3f,
                           4.1665795894e-2f, 1.6666665459e-1f, 5.0000001201e-1f);
    const V e = splat<V>(1) + mulAdd(r * r, p, r);
    const auto first = n >> 1;
    const V scaled =
        e * bitsAs<float>((first + 127) << 23) * bitsAs<float>((n - first + 127) << 23);
    return select(v == v, scaled, v);
  }
}

/// Natural logarithm, after Cephes.
template <class V> ONNXCC_INLINE V log(V v) {
  if constexpr (sizeof(ElementOf<V>) == 8) {
    return perLane(v, [](double e) { return __builtin_log(e); });
  } else {
    using I = IntOf<V>;
    const auto denormal = v < 0x1p-126f;
    const I bits = bitsAs<int32_t>(select(denormal, v * 0x1p23f, v));
    // m in [sqrt(1/2), sqrt(2)): the mantissa's offset carries into the exponent.
    const I shifted = bits - I(0x3f3504f3);
    const V k = convert<float>((shifted >> 23) - select(denormal, I(23), I(0)));
    const V f = bitsAs<float>((shifted & 0x7fffff) + 0x3f3504f3) - splat<V>(1), z = f * f;
    const V p = polynomial(f, splat<V>(7.0376836292e-2f), -1.1514610310e-1f, 1.1676998740e-1f,
                           -1.2420140846e-1f, 1.4249322787e-1f, -1.6668057665e-1f, 2.0000714765e-1f,
                           -2.4999993993e-1f, 3.3333331174e-1f);
    // No sum of two products: which of them is fused would differ between vectors and scalars.
    const V y = mulAdd(z, mulAdd(p, f, splat<V>(-0.5f)), f);
    V result = mulAdd(k, splat<V>(0.693359375f), mulAdd(k, splat<V>(-2.12194440e-4f), y));
    result = select(v == 0.0f, splat<V>(-__builtin_inff()), result);
    result = select(v < 0.0f, splat<V>(__builtin_nanf("")), result);
    return select(v < __builtin_inff(), result, v); // infinity and NaN
  }
}

/// Cephes' polynomial near 0, 1 - 2 / (e^2|v| + 1) elsewhere.
template <class V> ONNXCC_INLINE V tanh(V v) {
  if constexpr (sizeof(ElementOf<V>) == 8) {
    return perLane(v, [](double e) { return __builtin_tanh(e); });
  } else {
    const V a = abs(v), z = v * v;
    const V p = polynomial(z, splat<V>(-5.70498872745e-3f), 2.06390887954e-2f, -5.37397155531e-2f,
                           1.33314422036e-1f, -3.33332819422e-1f);
    const V near = mulAdd(p * z, a, a);
    const V far = splat<V>(1) - splat<V>(2) / (exp(a + a) + splat<V>(1));
    return copySign(select(a < 0.625f, near, far), v);
  }
}

/// 1 / (1 + e^-v), by e^-|v|, which neither overflows nor loses small results.
template <class V> ONNXCC_INLINE V sigmoid(V v) {
  const V one = splat<V>(1), e = exp(-abs(v));
  return select(v < splat<V>(0), e, one) / (one + e);
}

/// Two polynomials after N. Juffa; the upper one is of the logarithm of 1 - erf.
template <class V> ONNXCC_INLINE V erf(V v) {
  if constexpr (sizeof(ElementOf<V>) == 8) {
    return perLane(v, [](double e) { return __builtin_erf(e); });
  } else {
    const V t = abs(v), s = v * v;
    const V low = polynomial(s, splat<V>(-5.96761703e-4f), 4.99119423e-3f, -2.67681349e-2f,
                             1.12819925e-1f, -3.76125336e-1f, 1.28379166e-1f);
    // e^-u is 0 in 1 - e^-u long before t = 10, from where on the polynomial would turn around.
    const V u = select(t > 10.0f, splat<V>(10.0f), t);
    const V high = polynomial(u, splat<V>(-1.72853470e-5f), 3.83197126e-4f, -3.88396438e-3f,
                              2.42546219e-2f, -1.06777877e-1f, -6.34846687e-1f, -1.28717512e-1f);
    const V far = copySign(splat<V>(1) - exp(mulAdd(high, u, -u)), v);
    return select(t > 0.927734375f, far, mulAdd(low, v, v));
  }
}

/// a to the power of b. Squares and cubes, which normalisations and GELU spell as powers, are
/// multiplied.
template <class A, class B> ONNXCC_INLINE Wider<A, B> pow(A a, B b) {
  using V = Wider<A, B>;
  if constexpr (lanesOf<B> == 1) {
    if (b == B(2))
      return V(a) * V(a);
    if (b == B(3))
      return V(a) * V(a) * V(a);
  }
  return perLane(V(a), V(b), [](ElementOf<V> x, ElementOf<V> y) -> ElementOf<V> {
    if constexpr (sizeof(x) == 4)
      return __builtin_powf(x, y);
    else
      return ElementOf<V>(__builtin_pow(double(x), double(y)));
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
