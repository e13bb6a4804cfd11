// Part of onnxcc's runtime; yours to use without conditions.
//
// Sine and cosine of scalars and vectors.
#ifndef ONNXCC_RUNTIME_TRIGONOMETRY_H
#define ONNXCC_RUNTIME_TRIGONOMETRY_H

#include "exponential.h"

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

/// Up to here multiples of pi / 2 are subtracted; what is larger is rare, and libm's.
constexpr float largestAngle = 0x1p17f;

/// y[i] = sin(x[i]) or cos(x[i]) where x[i] is large.
template <bool Cosine> ONNXCC_NOINLINE void largeAngles(const float *x, float *y, int n) {
  for (int i = 0; i < n; ++i)
    if (__builtin_fabsf(x[i]) > largestAngle)
      y[i] = Cosine ? __builtin_cosf(x[i]) : __builtin_sinf(x[i]);
}

/// sin(v), or sin(v + pi / 2).
template <bool Cosine, class V> ONNXCC_INLINE V sinOrCos(V v) {
  using U = Rebind<V, uint32_t>;
  const V a = abs(v);
  // |v| = k pi / 2 + r with |r| < 0.8. The first part of pi / 2 has 33 bits: its product with k is
  // exact, and so is the difference.
  const auto bits = roundedBits(a, 0.636619772f, 0);
  const V r = inDouble(
      [](auto x, auto k) {
        using D = decltype(x);
        return mulAdd(k, splat<D>(-6.07710050650619224932e-11),
                      mulAdd(k, splat<D>(-1.57079632673412561417), x));
      },
      a, roundedInteger(bits, 0));
  const V z = r * r;
  const V sine = mulAdd(r * z, polynomial(z, -1.95030698e-4f, 8.33207090e-3f, -1.66666532e-1f), r);
  const V cosine =
      mulAdd(z, polynomial(z, 2.44191992e-5f, -1.38871942e-3f, 4.16666432e-2f, -0.5f), splat<V>(1));
  const U quadrant = bits + U(uint32_t(Cosine));
  const auto isOdd = bitsAs<int32_t>(quadrant << U(uint32_t(31))) < 0;
  U sign = quadrant << U(uint32_t(30));
  if constexpr (!Cosine)
    sign = sign ^ bitsAs<uint32_t>(v);
  V result =
      bitsAs<float>(bitsAs<uint32_t>(select(isOdd, cosine, sine)) ^ (sign & U(uint32_t(1) << 31)));
  if (!ONNXCC_LIKELY(!anyOf(a > largestAngle))) {
    float x[lanesOf<V>], y[lanesOf<V>];
    store(x, v);
    store(y, result);
    largeAngles<Cosine>(x, y, lanesOf<V>);
    result = load<V>(y);
  }
  return result;
}

template <class V> ONNXCC_INLINE V sin(V v) {
  if constexpr (sizeof(ElementOf<V>) == 8)
    return perLane(v, [](double e) { return __builtin_sin(e); });
  else
    return sinOrCos<false>(v);
}
template <class V> ONNXCC_INLINE V cos(V v) {
  if constexpr (sizeof(ElementOf<V>) == 8)
    return perLane(v, [](double e) { return __builtin_cos(e); });
  else
    return sinOrCos<true>(v);
}

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
