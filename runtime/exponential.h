// Part of onnxcc's runtime; yours to use without conditions.
//
// Exponential, logarithm, powers and the functions made of them, of scalars and vectors. Both give
// the same bits: what is to be fused is a mulAdd.
#ifndef ONNXCC_RUNTIME_EXPONENTIAL_H
#define ONNXCC_RUNTIME_EXPONENTIAL_H

#include "arithmetic.h"

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

/// round(x * scale) + bias in the lowest 23 bits, for products of less than 2^22: by adding 1.5 *
/// 2^23, whose last bit is worth 1. Unsigned, because NaN gives any bits.
template <class V> ONNXCC_INLINE auto roundedBits(V x, float scale, int bias) {
  return bitsAs<uint32_t>(mulAdd(x, splat<V>(scale), splat<V>(0x1.8p23f + float(bias))));
}
/// The integer that roundedBits holds.
template <class U> ONNXCC_INLINE auto roundedInteger(U bits, int bias) {
  return bitsAs<int32_t>(bits - U(uint32_t(0x4b400000 + bias)));
}
/// 2^n where the lowest bits are n + 127. What is above them is shifted out.
template <class U> ONNXCC_INLINE auto powerOfTwo(U bits) {
  return bitsAs<float>(bits << U(uint32_t(23)));
}
constexpr float log2OfE = 1.44269504f;

/// e^(x - k ln 2) - 1, where |x - k ln 2| <= ln 2 / 2, with Cephes' polynomial.
template <class V> ONNXCC_INLINE V reducedExpm1(V x, V k) {
  // ln 2 in two parts, of which the first has so few bits that its product and the difference are
  // exact.
  const V r = mulAdd(k, splat<V>(2.12194440e-4f), mulAdd(k, splat<V>(-0.693359375f), x));
  const V p = polynomial(r, 1.9875691500e-4f, 1.3981999507e-3f, 8.3334519073e-3f, 4.1665795894e-2f,
                         1.6666665459e-1f, 5.0000001201e-1f);
  return mulAdd(r * r, p, r);
}

/// e^v. The scaling by 2^n is done in two steps, so that denormal results are rounded once.
template <class V> ONNXCC_INLINE V exp(V v) {
  if constexpr (sizeof(ElementOf<V>) == 8) {
    return perLane(v, [](double e) { return __builtin_exp(e); });
  } else {
    const V x = clamp(v, -104, 89);
    const auto n = roundedBits(x, log2OfE, 254), half = roundedBits(x, log2OfE / 2, 127);
    const V e = splat<V>(1) + reducedExpm1(x, convert<float>(roundedInteger(n, 254)));
    return e * powerOfTwo(half) * powerOfTwo(n - half);
  }
}

/// e^v - 1 as (s e^v - s) / s, where the power of two 1 / s takes half of e^v's exponent: nothing
/// overflows before the result does.
template <class V> ONNXCC_INLINE V expm1(V v) {
  if constexpr (sizeof(ElementOf<V>) == 8) {
    return perLane(v, [](double e) { return __builtin_expm1(e); });
  } else {
    const V x = clamp(v, -18, 89);
    const auto n = roundedBits(x, log2OfE, 254), half = roundedBits(x, log2OfE / 2, 127);
    const V s = powerOfTwo(roundedBits(x, -log2OfE / 2, 127)), power = powerOfTwo(n - half);
    const V rest = reducedExpm1(x, convert<float>(roundedInteger(n, 254)));
    return copySign(mulAdd(power, rest, power - s) * powerOfTwo(half), v);
  }
}

/// 2^n and 2^n (e^(x - n ln 2) - 1), whose sum is e^x: for x within -87..88.
template <class V> struct ExpParts {
  V power, rest;
};
template <class V> ONNXCC_INLINE ExpParts<V> expParts(V x) {
  const auto n = roundedBits(x, log2OfE, 127);
  const V power = powerOfTwo(n);
  return {power, power * reducedExpm1(x, convert<float>(roundedInteger(n, 127)))};
}

/// f of the lanes as doubles, as floats again.
template <class F, class V, class... R> ONNXCC_INLINE V inDouble(F f, V v, R... rest) {
  if constexpr (lanesOf<V> == 1 || lanesOf<V> * 8 <= ONNXCC_VECTOR_BYTES) {
    return convert<float>(f(convert<double>(v), convert<double>(rest)...));
#if ONNXCC_VECTOR_BYTES
  } else {
    return joined(inDouble(f, halfOf<0>(v), halfOf<0>(rest)...),
                  inDouble(f, halfOf<1>(v), halfOf<1>(rest)...));
#endif
  }
}

/// log2 of positive normal doubles, to 2^-37 of itself: by s = (m - 1) / (m + 1) with m in
/// [sqrt(1/2), sqrt(2)).
template <class D> ONNXCC_INLINE D wideLog2(D x) {
  using U = Rebind<D, uint64_t>;
  constexpr uint64_t root = 0x3fe6a09e667f3bcd, one = uint64_t(1023) << 52, unit = 0x433ull << 52;
  const U shifted = bitsAs<uint64_t>(x) + U(one - root);
  const D m = bitsAs<double>((shifted & U((uint64_t(1) << 52) - 1)) + U(root));
  // The exponent as a double: in the lowest bits of 2^52.
  const D k = bitsAs<double>((shifted >> U(uint64_t(52))) | U(unit)) - splat<D>(0x1p52 + 1023);
  const D s = (m - splat<D>(1)) / (m + splat<D>(1)), z = s * s;
  const D p = polynomial(z, 0.340730106655517528, 0.411672718993127621, 0.577083584965254039,
                         0.961796673341796654, 2.88539008179008616);
  return mulAdd(s, p, k);
}
/// 2^x for -1000 < x < 1000, to 2^-30 of itself.
template <class D> ONNXCC_INLINE D wideExp2(D x) {
  using U = Rebind<D, uint64_t>;
  // As roundedBits. Of the sum's bits those are set that are set anyway: with -ffast-math the
  // addition and the subtraction would cancel.
  constexpr double rounder = 0x1.8p52 + 1023;
  const U n = bitsAs<uint64_t>(x + splat<D>(rounder));
  const D r = x - (bitsAs<double>(n | U(uint64_t(0x433) << 52)) - splat<D>(rounder));
  return polynomial(r, 0.000155946855209750396, 0.00134066742255547277, 0.00961769288711854584,
                    0.0555031046813465966, 0.240226527827759611, 0.693147215009329321, 1.0) *
         bitsAs<double>(n << U(uint64_t(52)));
}

/// ln(1 + f) for f in [sqrt(1/2) - 1, sqrt(2) - 1], after Cephes.
template <class V> ONNXCC_INLINE V reducedLog1p(V f) {
  const V p = polynomial(f, 7.0376836292e-2f, -1.1514610310e-1f, 1.1676998740e-1f,
                         -1.2420140846e-1f, 1.4249322787e-1f, -1.6668057665e-1f, 2.0000714765e-1f,
                         -2.4999993993e-1f, 3.3333331174e-1f);
  return mulAdd(f * f, mulAdd(p, f, splat<V>(-0.5f)), f);
}
/// k ln 2 + y, with ln 2 in two parts as in reducedExpm1.
template <class V> ONNXCC_INLINE V timesLog2PlusRest(V k, V y) {
  return mulAdd(k, splat<V>(0.693359375f), mulAdd(k, splat<V>(-2.12194440e-4f), y));
}
/// v = 2^k (1 + f) with f as above: the mantissa's offset carries into the exponent.
template <class V> struct LogParts {
  IntOf<V> k;
  V f;
};
template <class V> ONNXCC_INLINE LogParts<V> logParts(V v) {
  using U = Rebind<V, uint32_t>;
  const U root = U(uint32_t(0x3f3504f3)), shifted = bitsAs<uint32_t>(v) - root;
  return {bitsAs<int32_t>(shifted) >> 23,
          bitsAs<float>((shifted & U(uint32_t(0x7fffff))) + root) - splat<V>(1)};
}
/// A logarithm where it is finite: `result` for positive v, infinity and NaN as they are.
template <class V> ONNXCC_INLINE V withPoles(V v, V result) {
  result = select(v == 0.0f, splat<V>(-__builtin_inff()), result);
  result = select(v < 0.0f, splat<V>(__builtin_nanf("")), result);
  return select(v < __builtin_inff(), result, v); // infinity and NaN
}
/// What combine(k, ln(1 + f)) makes of v = 2^k (1 + f).
template <class V, class F> ONNXCC_INLINE V logarithm(V v, F combine) {
  using I = IntOf<V>;
  const auto denormal = v < 0x1p-126f;
  const auto parts = logParts(select(denormal, v * 0x1p23f, v));
  const V k = convert<float>(parts.k - select(denormal, I(23), I(0)));
  return withPoles(v, combine(k, reducedLog1p(parts.f)));
}

/// Natural logarithm.
template <class V> ONNXCC_INLINE V log(V v) {
  if constexpr (sizeof(ElementOf<V>) == 8)
    return perLane(v, [](double e) { return __builtin_log(e); });
  else
    return logarithm(v, [](V k, V y) { return timesLog2PlusRest(k, y); });
}
template <class V> ONNXCC_INLINE V log2(V v) {
  if constexpr (sizeof(ElementOf<V>) == 8)
    return perLane(v, [](double e) { return __builtin_log2(e); });
  else
    return logarithm(v, [](V k, V y) { return mulAdd(y, splat<V>(log2OfE), k); });
}
template <class V> ONNXCC_INLINE V log10(V v) {
  if constexpr (sizeof(ElementOf<V>) == 8)
    return perLane(v, [](double e) { return __builtin_log10(e); });
  else
    return withPoles(
        v, inDouble([](auto x) { return wideLog2(x) * splat<decltype(x)>(0.30102999566398119521); },
                    v));
}

/// ln(1 + v). What the sum loses is added to the reduced argument.
template <class V> ONNXCC_INLINE V log1p(V v) {
  if constexpr (sizeof(ElementOf<V>) == 8) {
    return perLane(v, [](double e) { return __builtin_log1p(e); });
  } else {
    const V one = splat<V>(1), sum = v + one;
    const V lost = lessOr(one, v) - (sum - greaterOr(one, v));
    const auto parts = logParts(sum);
    const auto k = select(parts.k > 126, splat<IntOf<V>>(126), parts.k);
    const V scale = powerOfTwo(bitsAs<uint32_t>(splat<IntOf<V>>(127) - k));
    const V y = reducedLog1p(mulAdd(lost, scale, parts.f));
    const V result = timesLog2PlusRest(convert<float>(parts.k), y);
    return select(v == 0.0f, v, withPoles(sum, result)); // the sign of 0
  }
}

/// Cephes' polynomial near 0, 1 - 2 / (e^2|v| + 1) elsewhere.
template <class V> ONNXCC_INLINE V tanh(V v) {
  if constexpr (sizeof(ElementOf<V>) == 8) {
    return perLane(v, [](double e) { return __builtin_tanh(e); });
  } else {
    const V a = abs(v), z = v * v, one = splat<V>(1);
    const V p = polynomial(z, -5.70498872745e-3f, 2.06390887954e-2f, -5.37397155531e-2f,
                           1.33314422036e-1f, -3.33332819422e-1f);
    const V near = mulAdd(p * z, a, a);
    const V twice = a + a;
    const auto e = expParts(lessOr(splat<V>(20), twice)); // 1 from 18.1 on
    const V far = one - splat<V>(2) / (e.rest + (e.power + one));
    return copySign(select(a < 0.625f, near, far), v);
  }
}

/// 1 / (1 + e^-v) as s / (s + s e^-v), where the power of two s takes half of e^-v's exponent:
/// nothing overflows, and denormal results are rounded once.
template <class V> ONNXCC_INLINE V sigmoid(V v) {
  if constexpr (sizeof(ElementOf<V>) == 8) {
    const V one = splat<V>(1), e = exp(-abs(v));
    return select(v < splat<V>(0), e, one) / (one + e);
  } else {
    const V x = clamp(-v, -104, 104);
    const auto n = roundedBits(x, log2OfE, 0), half = roundedBits(x, -log2OfE / 2, 127);
    const V s = powerOfTwo(half), power = powerOfTwo(n + half);
    const V rest = reducedExpm1(x, convert<float>(roundedInteger(n, 0)));
    // The powers' sum loses the lesser one where it is 2^-24 of the other.
    const V sum = power + s, lost = s - (sum - power);
    return s / (sum + mulAdd(power, rest, lost));
  }
}

/// v times sigmoid(v), but for its last bits.
template <class V> ONNXCC_INLINE V swish(V v) { return v / (exp(-v) + splat<V>(1)); }

/// Two polynomials after N. Juffa; the upper one is of the logarithm of 1 - erf.
template <class V> ONNXCC_INLINE V erf(V v) {
  if constexpr (sizeof(ElementOf<V>) == 8) {
    return perLane(v, [](double e) { return __builtin_erf(e); });
  } else {
    const V t = abs(v), s = v * v;
    const V low = polynomial(s, -5.96761703e-4f, 4.99119423e-3f, -2.67681349e-2f, 1.12819925e-1f,
                             -3.76125336e-1f, 1.28379166e-1f);
    // From 3.92 on erf is 1.
    const V u = lessOr(splat<V>(4), t);
    const V high = polynomial(u, -1.72853470e-5f, 3.83197126e-4f, -3.88396438e-3f, 2.42546219e-2f,
                              -1.06777877e-1f, -6.34846687e-1f, -1.28717512e-1f);
    const auto e = expParts(mulAdd(high, u, -u));
    const V far = copySign((splat<V>(1) - e.power) - e.rest, v);
    return select(t > 0.927734375f, far, mulAdd(low, v, v));
  }
}

/// v times the normal distribution's function of v.
template <class V> ONNXCC_INLINE V gelu(V v) {
  const V root = splat<V>(ElementOf<V>(0.70710678118654752)), half = splat<V>(ElementOf<V>(0.5));
  return v * half * (erf(v * root) + splat<V>(1));
}

/// x to the power of y, as C has it for zeros, infinities, NaN and negative x, in double precision.
template <class V> ONNXCC_INLINE V powOfFloats(V x, V y) {
  using I = IntOf<V>;
  using U = Rebind<V, uint32_t>;
  constexpr float infinity = __builtin_inff();
  const V base = abs(x), zero = splat<V>(0);
  const V power =
      inDouble([](auto v, auto w) { return wideExp2(clamp(w * wideLog2(v), -200, 200)); }, base,
               clamp(y, -0x1.fffffep127f, 0x1.fffffep127f));
  // 0, infinity and NaN: like their products with the exponent.
  const V extreme = relu(y * select(base == 0.0f, splat<V>(-infinity), base));
  V result = select((base > 0.0f) & (base < infinity), power, extreme);
  // Floats from 2^24 on are even.
  const auto small = abs(y) < 0x1p24f;
  const I whole = convert<int32_t>(select(small, y, zero));
  const auto isFraction = small & (convert<float>(whole) != y);
  result = select((x < 0.0f) & (x > -infinity) & isFraction, splat<V>(__builtin_nanf("")), result);
  // An odd exponent keeps the base's sign; a NaN's does not matter.
  const U odd = bitsAs<uint32_t>(select(isFraction, splat<I>(0), whole));
  const U sign = bitsAs<uint32_t>(x) & (odd << U(uint32_t(31)));
  result = bitsAs<float>(bitsAs<uint32_t>(result) ^ sign);
  return select((y == 0.0f) | (x == 1.0f), splat<V>(1), result);
}

/// a to the power of b. Squares and cubes, which normalisations and GELU spell as powers, are
/// multiplied; where each element has its own exponent too, so that a result does not depend on
/// whether it is computed in a vector. Two doubles a vector would be slower than libm.
template <class A, class B> ONNXCC_INLINE Wider<A, B> pow(A a, B b) {
  using V = Wider<A, B>;
  using T = ElementOf<V>;
  if constexpr (lanesOf<B> == 1) {
    if (b == B(2))
      return V(a) * V(a);
    if (b == B(3))
      return V(a) * V(a) * V(a);
  }
  const V x = V(a), y = V(b);
  V result;
  if constexpr (isSame<T, float> && ONNXCC_VECTOR_BYTES >= 32)
    result = powOfFloats(x, y);
  else
    result = perLane(x, y, [](T e, T f) -> T {
      if constexpr (sizeof(T) == 4 && isFloat<T>)
        return __builtin_powf(e, f);
      else
        return T(__builtin_pow(double(e), double(f)));
    });
  if constexpr (lanesOf<B> > 1 && isFloat<T>)
    result = select(y == T(2), x * x, select(y == T(3), x * x * x, result));
  return result;
}

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
