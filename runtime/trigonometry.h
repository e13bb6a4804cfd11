// Part of onnxcc's runtime; yours to use without conditions.
//
// Sine, cosine and tangent of scalars and vectors.
#ifndef ONNXCC_RUNTIME_TRIGONOMETRY_H
#define ONNXCC_RUNTIME_TRIGONOMETRY_H

#include "exponential.h"

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

enum class Angle { sine, cosine, tangent };

/// Up to here multiples of pi / 2 are subtracted; what is larger is rare, and libm's.
constexpr float largestAngle = 0x1p17f;

/// y[i] = f(x[i]) where x[i] is large.
template <Angle f> ONNXCC_NOINLINE void largeAngles(const float *x, float *y, int n) {
  for (int i = 0; i < n; ++i)
    if (__builtin_fabsf(x[i]) > largestAngle)
      y[i] = f == Angle::sine     ? __builtin_sinf(x[i])
             : f == Angle::cosine ? __builtin_cosf(x[i])
                                  : __builtin_tanf(x[i]);
}
template <Angle f, class V> ONNXCC_INLINE V withLargeAngles(V v, V result) {
  if (ONNXCC_LIKELY(!anyOf(abs(v) > largestAngle)))
    return result;
  float x[lanesOf<V>], y[lanesOf<V>];
  store(x, v);
  store(y, result);
  largeAngles<f>(x, y, lanesOf<V>);
  return load<V>(y);
}

/// |v| = k pi / 2 + r with |r| < 0.8: k by roundedBits, r by reducedAngle in double precision. The
/// first part of pi / 2 has 33 bits: its product with k is exact, and so is the difference.
template <class V> ONNXCC_INLINE auto quadrantBits(V v) {
  return roundedBits(abs(v), 0.636619772f, 0);
}
template <class D> ONNXCC_INLINE D reducedAngle(D x, D k) {
  return mulAdd(k, splat<D>(-6.07710050650619224932e-11),
                mulAdd(k, splat<D>(-1.57079632673412561417), x));
}

/// sin(v), or sin(v + pi / 2).
template <Angle f, class V> ONNXCC_INLINE V sinOrCos(V v) {
  using U = Rebind<V, uint32_t>;
  const U bits = quadrantBits(v);
  const V r =
      inDouble([](auto x, auto k) { return reducedAngle(x, k); }, abs(v), roundedInteger(bits, 0));
  const V z = r * r;
  const V sine = mulAdd(r * z, polynomial(z, -1.95030698e-4f, 8.33207090e-3f, -1.66666532e-1f), r);
  const V cosine =
      mulAdd(z, polynomial(z, 2.44191992e-5f, -1.38871942e-3f, 4.16666432e-2f, -0.5f), splat<V>(1));
  const U quadrant = bits + U(uint32_t(f == Angle::cosine));
  const auto isOdd = bitsAs<int32_t>(quadrant << U(uint32_t(31))) < 0;
  U sign = quadrant << U(uint32_t(30));
  if constexpr (f == Angle::sine)
    sign = sign ^ bitsAs<uint32_t>(v);
  sign = sign & U(uint32_t(1) << 31);
  return withLargeAngles<f>(v, bitsAs<float>(bitsAs<uint32_t>(select(isOdd, cosine, sine)) ^ sign));
}

/// tan(x) for x >= 0, with k pi / 2 nearest to it: sin / cos for even k, -cos / sin for odd ones.
template <class D> ONNXCC_INLINE D wideTan(D x, D k) {
  const D r = reducedAngle(x, k), z = r * r;
  const D sine = mulAdd(r * z,
                        polynomial(z, 2.71671213990815034e-6, -0.000198391623645751681,
                                   0.00833332883245507948, -0.166666666366683504),
                        r);
  const D cosine = mulAdd(
      z,
      polynomial(z, 0.0000244191989942686939, -0.00138871942496013167, 0.0416666431831827631, -0.5),
      splat<D>(1));
  // The last bit of k is that of 2^52 + k.
  const auto bits = bitsAs<uint64_t>(k + splat<D>(0x1p52));
  const auto isOdd = bitsAs<int64_t>(bits << decltype(bits)(uint64_t(63))) < int64_t(0);
  return select(isOdd, -cosine, sine) / select(isOdd, sine, cosine);
}

template <class V> ONNXCC_INLINE V sin(V v) {
  if constexpr (sizeof(ElementOf<V>) == 8)
    return perLane(v, [](double e) { return __builtin_sin(e); });
  else
    return sinOrCos<Angle::sine>(v);
}
template <class V> ONNXCC_INLINE V cos(V v) {
  if constexpr (sizeof(ElementOf<V>) == 8)
    return perLane(v, [](double e) { return __builtin_cos(e); });
  else
    return sinOrCos<Angle::cosine>(v);
}
template <class V> ONNXCC_INLINE V tan(V v) {
  if constexpr (sizeof(ElementOf<V>) == 8) {
    return perLane(v, [](double e) { return __builtin_tan(e); });
  } else {
    using U = Rebind<V, uint32_t>;
    const V result = inDouble([](auto x, auto k) { return wideTan(x, k); }, abs(v),
                              roundedInteger(quadrantBits(v), 0));
    const U sign = bitsAs<uint32_t>(v) & U(uint32_t(1) << 31);
    return withLargeAngles<Angle::tangent>(v, bitsAs<float>(bitsAs<uint32_t>(result) ^ sign));
  }
}

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
