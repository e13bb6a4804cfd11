// Part of onnxcc's runtime; yours to use without conditions.
//
// Quantization to bytes or 16 bits: saturate(round-half-even(real) + zero), as the signed integers
// that it is stored as, or (Wide) as the number in 32 bits; `low` at least. From 2^23 on a float
// has no bits after the point: adding 1.5 * 2^23 rounds a small number, and leaves it in the lower
// bits.
#ifndef ONNXCC_RUNTIME_QUANTIZE_H
#define ONNXCC_RUNTIME_QUANTIZE_H

#include "convert.h"
#include "muladd.h"

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

/// Of numbers that are within the range already.
template <class F> ONNXCC_INLINE Rebind<F, int32_t> codeOf(F real, float zero) {
  constexpr int32_t shiftBits = 0x4b400000;
  return wrapAdd(bitsAs<int32_t>(real + 0x1.8p23f), int32_t(zero) - shiftBits);
}

template <class T, class V>
ONNXCC_INLINE Rebind<V, Conditional<sizeof(T) == 1, int8_t, int16_t>> narrowCode(V code) {
  return convert<Conditional<sizeof(T) == 1, int8_t, int16_t>>(code);
}

/// real = float(sums) * scale, of sums of 32 bits.
template <class T, class V, class S>
ONNXCC_INLINE Rebind<V, int32_t> requantizeWide(V sums, S scale, float zero, T low = least<T>) {
  using F = Rebind<V, float>;
  const F real = convert<float>(sums) * F(scale);
  return codeOf(clamp(real, float(low) - zero, float(greatest<T>) - zero), zero);
}
template <class T, class V, class S>
ONNXCC_INLINE auto requantize(V sums, S scale, float zero, T low = least<T>) {
  return narrowCode<T>(requantizeWide<T>(sums, scale, zero, low));
}

/// real = x / scale, of x that are no NaN, for a scale within 2^-60..2^60. The quotient is the
/// correctly rounded one, though nothing is divided: the product with the rounded reciprocal, put
/// right by its remainder, which a fused multiply-add gives exactly (Markstein, IBM Journal of
/// Research and Development 34, 1990). x is clamped first, to where codes are in range.
template <class T, class V>
ONNXCC_INLINE Rebind<V, int32_t> quantizeNumberWide(V x, float scale, float zero,
                                                    T low = least<T>) {
  const V within = clamp(x, (float(low) - zero) * scale, (float(greatest<T>) - zero) * scale);
  if constexpr (fuses<float>) {
    const V divisor = splat<V>(-scale), reciprocal = splat<V>(1.0f / scale);
    const V quotient = within * reciprocal;
    return codeOf(mulAdd(mulAdd(quotient, divisor, within), reciprocal, quotient), zero);
  } else {
    return codeOf(within / scale, zero);
  }
}
template <class T, class V>
ONNXCC_INLINE auto quantizeNumber(V x, float scale, float zero, T low = least<T>) {
  return narrowCode<T>(quantizeNumberWide<T>(x, scale, zero, low));
}

/// The same of any x; NaN gives 0.
template <class T, class V>
ONNXCC_INLINE Rebind<V, int32_t> quantizeWide(V x, float scale, float zero, T low = least<T>) {
  // NaN is the code 0, of which the greater is taken as of any.
  const int32_t none = low > 0 ? low : 0;
  return select(x == x, quantizeNumberWide<T>(x, scale, zero, low),
                splat<Rebind<V, int32_t>>(none));
}
template <class T, class V>
ONNXCC_INLINE auto quantize(V x, float scale, float zero, T low = least<T>) {
  return narrowCode<T>(quantizeWide<T>(x, scale, zero, low));
}

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
