// Part of onnxcc's runtime; yours to use without conditions.
//
// a * b + c, rounded once where the processor does so. By the instruction itself and not by leaving
// a sum of a product to the host compiler: that fuses one and not another as what is around them
// allows, so that the last bits would depend on whether an element is computed in a vector.
#ifndef ONNXCC_RUNTIME_MULADD_H
#define ONNXCC_RUNTIME_MULADD_H

#include "simd.h"

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

/// Whether mulAdd of T rounds once. ONNXCC_NO_FMA asks for two roundings everywhere.
#if defined(ONNXCC_NO_FMA)
template <class T> constexpr bool fuses = false;
#elif defined(__FMA__) || defined(__aarch64__)
template <class T> constexpr bool fuses = isFloat<T>;
#elif defined(__ARM_FEATURE_FMA) || defined(__FP_FAST_FMAF)
template <class T> constexpr bool fuses = isSame<T, float>;
#else
template <class T> constexpr bool fuses = false;
#endif

template <class T, class = EnableIf<lanesOf<T> == 1>> ONNXCC_INLINE T mulAdd(T a, T b, T c) {
  if constexpr (!fuses<T>)
    return T(a * b + c);
  else if constexpr (sizeof(T) == 4)
    return __builtin_fmaf(a, b, c);
  else
    return __builtin_fma(a, b, c);
}

#if ONNXCC_VECTOR_BYTES
template <class T, int L> ONNXCC_INLINE Vec<T, L> mulAdd(Vec<T, L> a, Vec<T, L> b, Vec<T, L> c) {
  if constexpr (!fuses<T>) {
    return a.raw * b.raw + c.raw;
  } else {
#if __has_builtin(__builtin_elementwise_fma) // of newer clangs
    return __builtin_elementwise_fma(a.raw, b.raw, c.raw);
#else
#if defined(__FMA__) && ONNXCC_VECTOR_BYTES >= 32 && !defined(__clang__)
    using V = Vec<T, L>;
    if constexpr (sizeof(V) > ONNXCC_VECTOR_BYTES)
      return joined(mulAdd(halfOf<0>(a), halfOf<0>(b), halfOf<0>(c)),
                    mulAdd(halfOf<1>(a), halfOf<1>(b), halfOf<1>(c)));
    if constexpr (isSame<V, Vec<float, 4>>)
      return __builtin_ia32_vfmaddps(a.raw, b.raw, c.raw);
    if constexpr (isSame<V, Vec<double, 2>>)
      return __builtin_ia32_vfmaddpd(a.raw, b.raw, c.raw);
    if constexpr (isSame<V, Vec<float, 8>>)
      return __builtin_ia32_vfmaddps256(a.raw, b.raw, c.raw);
    if constexpr (isSame<V, Vec<double, 4>>)
      return __builtin_ia32_vfmaddpd256(a.raw, b.raw, c.raw);
#if ONNXCC_VECTOR_BYTES >= 64
    if constexpr (isSame<V, Vec<float, 16>>)
      return __builtin_ia32_vfmaddps512_mask(a.raw, b.raw, c.raw, uint16_t(-1), 4);
    if constexpr (isSame<V, Vec<double, 8>>)
      return __builtin_ia32_vfmaddpd512_mask(a.raw, b.raw, c.raw, uint8_t(-1), 4);
#endif
#endif
    // Compilers make one instruction of these.
    Vec<T, L> result;
    for (int i = 0; i < L; ++i)
      result.raw[i] = mulAdd(a[i], b[i], c[i]);
    return result;
#endif
  }
}
#endif

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
