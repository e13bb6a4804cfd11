// Part of onnxcc's runtime; yours to use without conditions.
//
// Element types and their conversions, loads and stores, minimum and maximum, reductions over
// lanes. Included by simd.h; everything takes scalars as well as vectors.
#ifndef ONNXCC_RUNTIME_CONVERT_H
#define ONNXCC_RUNTIME_CONVERT_H

#include "simd.h"

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

/// IEEE binary16 and bfloat16 as stored. Arithmetic is done in float: cast<float>(h),
/// cast<Half>(x).
struct Half {
  uint16_t bits;
};
struct BFloat16 {
  uint16_t bits;
};
template <class T> constexpr bool isStorage = isSame<T, Half> || isSame<T, BFloat16>;

#if ONNXCC_VECTOR_BYTES
template <int L> struct Vec<Half, L> {
  Vec<uint16_t, L> bits;
  Vec() = default;
  ONNXCC_INLINE Vec(Vec<uint16_t, L> bits) : bits(bits) {}
  ONNXCC_INLINE Vec(Half value) : bits(value.bits) {}
};
template <int L> struct Vec<BFloat16, L> {
  Vec<uint16_t, L> bits;
  Vec() = default;
  ONNXCC_INLINE Vec(Vec<uint16_t, L> bits) : bits(bits) {}
  ONNXCC_INLINE Vec(BFloat16 value) : bits(value.bits) {}
};
#endif

/// Integers of twice the size.
template <class T>
using Doubled = Conditional<
    isSigned<T>,
    Conditional<sizeof(T) == 1, int16_t, Conditional<sizeof(T) == 2, int32_t, int64_t>>,
    Conditional<sizeof(T) == 1, uint16_t, Conditional<sizeof(T) == 2, uint32_t, uint64_t>>>;

/// Whether GCC converts lanes of these types one by one, which it does between sizes that are more
/// than twice each other: then they take steps.
template <class T, class U> constexpr bool takesSteps() {
#if defined(__clang__)
  return false;
#else
  if constexpr (isFloat<U>)
    return isFloat<T> ? false : sizeof(T) < 4 && sizeof(U) == 4 && ONNXCC_VECTOR_BYTES < 64;
  else if constexpr (isFloat<T>)
    return sizeof(U) < 4;
  else
    return sizeof(T) > 2 * sizeof(U) || (sizeof(U) > 2 * sizeof(T) && sizeof(U) < 8);
#endif
}

#if ONNXCC_VECTOR_BYTES >= 32 && !defined(__clang__)
/// The types of the builtins below.
using ByteRegister = char __attribute__((vector_size(16)));
template <int L> using Register = typename Vec<int32_t, L>::Raw;
/// Eight bytes in the lower half of a register.
template <class V> ONNXCC_INLINE ByteRegister wholeRegister(V v) {
  using Halves = long long __attribute__((vector_size(16)));
  return (ByteRegister)Halves{bitcast<long long>(v.raw), 0};
}
#endif

/// The language's own conversion of each lane: only for values that the result can hold.
template <class T, class V> ONNXCC_INLINE Rebind<V, T> convert(V v) {
  if constexpr (isSame<T, ElementOf<V>>)
    return v;
  else if constexpr (lanesOf<V> == 1)
    return T(v);
#if ONNXCC_VECTOR_BYTES
#if ONNXCC_VECTOR_BYTES >= 32 && !defined(__clang__)
  // GCC would convert these by halves.
  else if constexpr (isSame<T, double> && isSame<V, Vec<float, 4>>)
    return __builtin_ia32_cvtps2pd256(v.raw);
  else if constexpr (isSame<T, double> && isSame<V, Vec<int32_t, 4>>)
    return __builtin_ia32_cvtdq2pd256(v.raw);
#endif
#if ONNXCC_VECTOR_BYTES >= 64 && !defined(__clang__)
  else if constexpr (isSame<T, double> && isSame<V, Vec<float, 8>>)
    return __builtin_ia32_cvtps2pd512_mask(v.raw, typename Vec<double, 8>::Raw(), uint8_t(-1), 4);
  else if constexpr (isSame<T, double> && isSame<V, Vec<int32_t, 8>>)
    return __builtin_ia32_cvtdq2pd512_mask(v.raw, typename Vec<double, 8>::Raw(), uint8_t(-1));
  else if constexpr (isSame<T, int32_t> && isSame<V, Vec<int8_t, 16>>)
    return __builtin_ia32_pmovsxbd512_mask((ByteRegister)v.raw, Register<16>(), uint16_t(-1));
  else if constexpr (isSame<T, int32_t> && isSame<V, Vec<uint8_t, 16>>)
    return __builtin_ia32_pmovzxbd512_mask((ByteRegister)v.raw, Register<16>(), uint16_t(-1));
  else if constexpr (sizeof(T) == 1 && isSame<V, Vec<int32_t, 16>>)
    return (typename Vec<T, 16>::Raw)__builtin_ia32_pmovdb512_mask(v.raw, ByteRegister(),
                                                                   uint16_t(-1));
#endif
#if ONNXCC_VECTOR_BYTES >= 32 && !defined(__clang__)
  else if constexpr (isSame<T, int32_t> && isSame<V, Vec<int8_t, 8>>)
    return __builtin_ia32_pmovsxbd256(wholeRegister(v));
  else if constexpr (isSame<T, int32_t> && isSame<V, Vec<uint8_t, 8>>)
    return __builtin_ia32_pmovzxbd256(wholeRegister(v));
#endif
  else if constexpr (takesSteps<T, ElementOf<V>>()) {
    using U = ElementOf<V>;
    if constexpr (isFloat<T> || isFloat<U>)
      return convert<T>(convert<int32_t>(v));
    else if constexpr (sizeof(T) > sizeof(U))
      return convert<T>(convert<Doubled<U>>(v));
    else
      return convert<T>(convert<Doubled<T>>(v));
  } else
    return __builtin_convertvector(v.raw, typename Rebind<V, T>::Raw);
#endif
}

/// The same bits as other elements of the same size.
template <class T, class V> ONNXCC_INLINE Rebind<V, T> bitsAs(V v) {
  if constexpr (lanesOf<V> == 1)
    return bitcast<T>(v);
#if ONNXCC_VECTOR_BYTES
  else
    return (typename Rebind<V, T>::Raw)v.raw;
#endif
}

template <class V> ONNXCC_INLINE auto floatOfHalf(V bits) {
  const auto h = convert<int32_t>(bits);
  const auto sign = (h & 0x8000) << 16, magnitude = (h & 0x7fff) << 13;
  // Scaling by 2^112 moves the exponent's bias and makes denormals normal, without rounding.
  const auto finite = bitsAs<int32_t>(bitsAs<float>(magnitude) * 0x1p112f);
  return bitsAs<float>(select(magnitude >= 0x0f800000, magnitude | 0x7f800000, finite) | sign);
}

template <class V> ONNXCC_INLINE auto halfOfFloat(V v) {
  using I = IntOf<V>;
  const I bits = bitsAs<int32_t>(v), magnitude = bits & 0x7fffffff;
  // Below 2^-14 the addition of 0.5 rounds at the last bit of a denormal half.
  const I small = bitsAs<int32_t>(bitsAs<float>(magnitude) + 0.5f) - I(0x3f000000);
  const I normal = (magnitude + 0xfff + ((magnitude >> 13) & 1) - I(0x38000000)) >> 13;
  const I nan = ((magnitude >> 13) & 0x3ff) | 0x7e00;
  I result = select(magnitude < 0x38800000, small, normal);
  result = select(magnitude >= 0x477ff000, I(0x7c00), result);
  result = select(magnitude > 0x7f800000, nan, result);
  return convert<uint16_t>(result | ((bits >> 16) & 0x8000));
}

#if defined(__F16C__) && ONNXCC_VECTOR_BYTES >= 32
// Where the processor has them, its own conversions: of whole registers. They round to even and
// keep denormals, as the above.
#if defined(__clang__) && defined(__FLT16_MANT_DIG__) // from 15 on
template <int L> using HalfRaw = _Float16 __attribute__((vector_size(L * 2)));
ONNXCC_INLINE Vec<float, 8> floatOfHalf(Vec<uint16_t, 8> bits) {
  return __builtin_convertvector((HalfRaw<8>)bits.raw, Vec<float, 8>::Raw);
}
ONNXCC_INLINE Vec<uint16_t, 8> halfOfFloat(Vec<float, 8> v) {
  return (Vec<uint16_t, 8>::Raw) __builtin_convertvector(v.raw, HalfRaw<8>);
}
#if ONNXCC_VECTOR_BYTES >= 64
ONNXCC_INLINE Vec<float, 16> floatOfHalf(Vec<uint16_t, 16> bits) {
  return __builtin_convertvector((HalfRaw<16>)bits.raw, Vec<float, 16>::Raw);
}
ONNXCC_INLINE Vec<uint16_t, 16> halfOfFloat(Vec<float, 16> v) {
  return (Vec<uint16_t, 16>::Raw) __builtin_convertvector(v.raw, HalfRaw<16>);
}
#endif
#else
template <int L> using ShortRaw = typename Vec<int16_t, L>::Raw;
ONNXCC_INLINE Vec<float, 8> floatOfHalf(Vec<uint16_t, 8> bits) {
  return __builtin_ia32_vcvtph2ps256((ShortRaw<8>)bits.raw);
}
ONNXCC_INLINE Vec<uint16_t, 8> halfOfFloat(Vec<float, 8> v) {
  return (Vec<uint16_t, 8>::Raw)__builtin_ia32_vcvtps2ph256(v.raw, 0);
}
#if ONNXCC_VECTOR_BYTES >= 64
ONNXCC_INLINE Vec<float, 16> floatOfHalf(Vec<uint16_t, 16> bits) {
  return __builtin_ia32_vcvtph2ps512_mask((ShortRaw<16>)bits.raw, Vec<float, 16>::Raw(),
                                          uint16_t(-1), 4);
}
ONNXCC_INLINE Vec<uint16_t, 16> halfOfFloat(Vec<float, 16> v) {
  return (Vec<uint16_t, 16>::Raw)__builtin_ia32_vcvtps2ph512_mask(v.raw, 0, ShortRaw<16>(),
                                                                  uint16_t(-1));
}
#endif
#endif
#endif

template <class V> ONNXCC_INLINE auto floatOfBFloat16(V bits) {
  return bitsAs<float>(convert<int32_t>(bits) << 16);
}

template <class V> ONNXCC_INLINE auto bfloat16OfFloat(V v) {
  using I = IntOf<V>;
  const I bits = bitsAs<int32_t>(v);
  const I rounded = bits + I(0x7fff) + ((bits >> 16) & 1), nan = bits | 0x400000;
  return convert<uint16_t>((select((bits & 0x7fffffff) > 0x7f800000, nan, rounded) >> 16) & 0xffff);
}

/// Float to integer: towards zero, saturating, NaN to 0.
template <class T, class V> ONNXCC_INLINE Rebind<V, T> integerOfFloat(V v) {
  using F = ElementOf<V>;
  if constexpr (sizeof(T) < 4) {
    v = select(v == v, v, splat<V>(0));
    v = select(v < F(least<T>), splat<V>(F(least<T>)), v);
    v = select(v > F(greatest<T>), splat<V>(F(greatest<T>)), v);
    return convert<T>(convert<int32_t>(v));
  } else {
    // The power of two above the greatest value is exact in F, the greatest value itself may not
    // be.
    constexpr F above = F(greatest<T> / 2 + 1) * 2;
    const auto inRange = (v >= F(least<T>)) & (v < above);
    const auto nearest = convert<T>(select(inRange, v, splat<V>(0)));
    const auto high = select(v >= above, splat<Rebind<V, T>>(greatest<T>), nearest);
    return select(v < F(least<T>), splat<Rebind<V, T>>(least<T>), high);
  }
}

/// ONNX's Cast. Float to integer saturates (ONNX leaves it open), integer to integer wraps around.
template <class T, class V> ONNXCC_INLINE Rebind<V, T> cast(V v) {
  using F = ElementOf<V>;
  using R = Rebind<V, T>;
  if constexpr (isSame<T, F>) {
#if ONNXCC_VECTOR_BYTES
    if constexpr (isSame<T, bool> && lanesOf<V> != 1)
      return v.template to<int8_t>();
    else
#endif
      return v;
  } else if constexpr (isSame<F, Half>) {
    return cast<T>(floatOfHalf(v.bits));
  } else if constexpr (isSame<F, BFloat16>) {
    return cast<T>(floatOfBFloat16(v.bits));
  } else if constexpr (isSame<T, Half>) {
    return R{halfOfFloat(cast<float>(v))};
  } else if constexpr (isSame<T, BFloat16>) {
    return R{bfloat16OfFloat(cast<float>(v))};
  } else if constexpr (lanesOf<V> == 1) {
    if constexpr (isSame<T, bool>)
      return v != F(0);
    else if constexpr (isFloat<F> && !isFloat<T>)
      return integerOfFloat<T>(v);
    else
      return T(v);
#if ONNXCC_VECTOR_BYTES
  } else if constexpr (isSame<T, bool>) {
    return (v != splat<V>(0)).template to<int8_t>();
  } else if constexpr (isSame<F, bool>) {
    return select(v, splat<R>(1), splat<R>(0));
  } else if constexpr (isFloat<F> && !isFloat<T>) {
    return integerOfFloat<T>(v);
  } else {
    return convert<T>(v);
#endif
  }
}

/// Integers of fewer than eight bits take a byte each, whose other bits count for nothing: their
/// values as signed and as unsigned numbers.
template <int Bits, class V> ONNXCC_INLINE V signedBits(V v) {
  return V(((v & splat<V>((1 << Bits) - 1)) ^ splat<V>(1 << (Bits - 1))) -
           splat<V>(1 << (Bits - 1)));
}
template <int Bits, class V> ONNXCC_INLINE V unsignedBits(V v) {
  return V(v & splat<V>((1 << Bits) - 1));
}

#if ONNXCC_VECTOR_BYTES
/// A vector anywhere in memory. Not by memcpy: g++ expands that of 32 bytes of integers into
/// pieces, and keeps vectors that are copied so on the stack, register tiles too.
template <class V> struct __attribute__((packed, may_alias)) Unaligned {
  typename V::Raw raw;
};
/// The bytes at p, as many as V has.
template <class V> ONNXCC_INLINE V loadBits(const void *p) {
  return static_cast<const Unaligned<V> *>(p)->raw;
}
template <class V> ONNXCC_INLINE void storeBits(void *p, V v) {
  static_cast<Unaligned<V> *>(p)->raw = v.raw;
}
#endif

/// Integers as unsigned ones: the kernels' operands have no signs of their own.
ONNXCC_INLINE const uint8_t *asUnsigned(const int8_t *p) {
  return reinterpret_cast<const uint8_t *>(p);
}
ONNXCC_INLINE const uint16_t *asUnsigned(const int16_t *p) {
  return reinterpret_cast<const uint16_t *>(p);
}
ONNXCC_INLINE const uint32_t *asUnsigned(const int32_t *p) {
  return reinterpret_cast<const uint32_t *>(p);
}

/// As many elements as V has, converted to V's element type: load<V>(p).
template <class V, class U> ONNXCC_INLINE V load(const U *p) {
  if constexpr (lanesOf<V> == 1) {
    return cast<V>(*p);
#if ONNXCC_VECTOR_BYTES
  } else if constexpr (isSame<U, bool>) {
    return cast<ElementOf<V>>(loadBits<Vec<int8_t, lanesOf<V>>>(p) != int8_t(0));
  } else if constexpr (isStorage<U>) {
    return cast<ElementOf<V>>(Vec<U, lanesOf<V>>(loadBits<Vec<uint16_t, lanesOf<V>>>(p)));
  } else {
    return cast<ElementOf<V>>(loadBits<Vec<U, lanesOf<V>>>(p));
#endif
  }
}

/// As many elements as `like` (a Lanes, a vector or a scalar) has, in p's own element type.
template <class Like, class U> ONNXCC_INLINE Simd<U, lanesOf<Like>> load(Like, const U *p) {
  return load<Simd<U, lanesOf<Like>>>(p);
}

/// Elements that do not lie side by side: of lane i, from[place(i)].
template <class Like, class T, class F>
ONNXCC_INLINE auto gatherAt(Like like, const T *from, F place) {
  T elements[lanesOf<Like>];
  for (int i = 0; i < lanesOf<Like>; ++i)
    elements[i] = from[place(i)];
  return load(like, elements);
}
/// Likewise, of lane i from[i * step].
template <class Like, class T> ONNXCC_INLINE auto gather(Like like, const T *from, Index step) {
  return gatherAt(like, from, [=](Index lane) { return lane * step; });
}

/// Stores all lanes, converted to p's element type.
template <class U, class V> ONNXCC_INLINE void store(U *p, V v) {
  if constexpr (lanesOf<V> == 1) {
    *p = cast<U>(v);
#if ONNXCC_VECTOR_BYTES
  } else if constexpr (isSame<U, bool>) {
    storeBits(p, Vec<int8_t, lanesOf<V>>(-cast<bool>(v).raw));
  } else if constexpr (isStorage<U>) {
    storeBits(p, cast<U>(v).bits);
  } else {
    storeBits(p, cast<U>(v));
#endif
  }
}

/// Of a vector and a scalar: the vector's type.
template <class A, class B> using Wider = Conditional<(lanesOf<A> >= lanesOf<B>), A, B>;

/// Sums and products of integers, which wrap around in ONNX and must not overflow in C++.
template <class A, class B, class F> ONNXCC_INLINE Wider<A, B> wrapping(A a, B b, F f) {
  using V = Wider<A, B>;
  using T = ElementOf<V>;
  if constexpr (isFloat<T> || sizeof(T) < 4) {
    return V(f(V(a), V(b)));
  } else {
    using U = Conditional<sizeof(T) == 8, uint64_t, uint32_t>;
    return bitsAs<T>(f(bitsAs<U>(V(a)), bitsAs<U>(V(b))));
  }
}
template <class A, class B> ONNXCC_INLINE Wider<A, B> wrapAdd(A a, B b) {
  return wrapping(a, b, [](auto x, auto y) { return x + y; });
}
template <class A, class B> ONNXCC_INLINE Wider<A, B> wrapSub(A a, B b) {
  return wrapping(a, b, [](auto x, auto y) { return x - y; });
}
template <class A, class B> ONNXCC_INLINE Wider<A, B> wrapMul(A a, B b) {
  return wrapping(a, b, [](auto x, auto y) { return x * y; });
}

/// a > b ? a : b and a < b ? a : b, so b for NaN: what a processor's maximum and minimum are. GCC
/// would compare and blend.
template <class V> ONNXCC_INLINE V greaterOr(V a, V b) {
#if ONNXCC_VECTOR_BYTES && defined(__SSE2__) && !defined(__clang__)
  if constexpr (isSame<V, Vec<float, 4>>)
    return __builtin_ia32_maxps(a.raw, b.raw);
  if constexpr (isSame<V, Vec<double, 2>>)
    return __builtin_ia32_maxpd(a.raw, b.raw);
#if ONNXCC_VECTOR_BYTES >= 32
  if constexpr (isSame<V, Vec<float, 8>>)
    return __builtin_ia32_maxps256(a.raw, b.raw);
  if constexpr (isSame<V, Vec<double, 4>>)
    return __builtin_ia32_maxpd256(a.raw, b.raw);
#endif
#if ONNXCC_VECTOR_BYTES >= 64
  if constexpr (isSame<V, Vec<float, 16>>)
    return __builtin_ia32_maxps512_mask(a.raw, b.raw, b.raw, uint16_t(-1), 4);
  if constexpr (isSame<V, Vec<double, 8>>)
    return __builtin_ia32_maxpd512_mask(a.raw, b.raw, b.raw, uint8_t(-1), 4);
#endif
#endif
  return select(a > b, a, b);
}
template <class V> ONNXCC_INLINE V lessOr(V a, V b) {
#if ONNXCC_VECTOR_BYTES && defined(__SSE2__) && !defined(__clang__)
  if constexpr (isSame<V, Vec<float, 4>>)
    return __builtin_ia32_minps(a.raw, b.raw);
  if constexpr (isSame<V, Vec<double, 2>>)
    return __builtin_ia32_minpd(a.raw, b.raw);
#if ONNXCC_VECTOR_BYTES >= 32
  if constexpr (isSame<V, Vec<float, 8>>)
    return __builtin_ia32_minps256(a.raw, b.raw);
  if constexpr (isSame<V, Vec<double, 4>>)
    return __builtin_ia32_minpd256(a.raw, b.raw);
#endif
#if ONNXCC_VECTOR_BYTES >= 64
  if constexpr (isSame<V, Vec<float, 16>>)
    return __builtin_ia32_minps512_mask(a.raw, b.raw, b.raw, uint16_t(-1), 4);
  if constexpr (isSame<V, Vec<double, 8>>)
    return __builtin_ia32_minpd512_mask(a.raw, b.raw, b.raw, uint8_t(-1), 4);
#endif
#endif
  return select(a < b, a, b);
}

/// NaN if either operand is, as ONNX's Min and Max want it.
template <class A, class B> ONNXCC_INLINE Wider<A, B> minimum(A left, B right) {
  using V = Wider<A, B>;
  const V a = V(left), b = V(right);
  if constexpr (isFloat<ElementOf<V>>)
    return select(a == a, lessOr(a, b), a);
  else if constexpr (isSame<ElementOf<V>, bool>)
    return a & b;
  else
    return select(a < b, a, b);
}
template <class A, class B> ONNXCC_INLINE Wider<A, B> maximum(A left, B right) {
  using V = Wider<A, B>;
  const V a = V(left), b = V(right);
  if constexpr (isFloat<ElementOf<V>>)
    return select(a == a, greaterOr(a, b), a);
  else if constexpr (isSame<ElementOf<V>, bool>)
    return a | b;
  else
    return select(a > b, a, b);
}

/// max(v, 0), NaN for NaN.
template <class V> ONNXCC_INLINE V relu(V v) { return greaterOr(splat<V>(0), v); }

/// v within low..high, NaN for NaN; high where low > high, as ONNX's Clip.
template <class V> ONNXCC_INLINE V clamp(V v, ElementOf<V> low, ElementOf<V> high) {
  return lessOr(splat<V>(high), greaterOr(splat<V>(low), v));
}

// What contractions, pools and rows combine by.

struct Sum {
  template <class T> static constexpr T identity() { return T(0); }
  template <class V> static ONNXCC_INLINE V combine(V a, V b) { return wrapAdd(a, b); }
};
struct Prod {
  template <class T> static constexpr T identity() { return T(1); }
  template <class V> static ONNXCC_INLINE V combine(V a, V b) { return wrapMul(a, b); }
};
struct Max {
  template <class T> static constexpr T identity() {
    if constexpr (isSame<T, float>)
      return -__builtin_inff();
    else if constexpr (isSame<T, double>)
      return -__builtin_inf();
    else
      return least<T>;
  }
  template <class V> static ONNXCC_INLINE V combine(V a, V b) { return maximum(a, b); }
};
struct Min {
  template <class T> static constexpr T identity() {
    if constexpr (isSame<T, float>)
      return __builtin_inff();
    else if constexpr (isSame<T, double>)
      return __builtin_inf();
    else
      return greatest<T>;
  }
  template <class V> static ONNXCC_INLINE V combine(V a, V b) { return minimum(a, b); }
};

// Maximum and minimum of integers taken as unsigned ones of the same bits, and of bools.
template <class V>
using UnsignedOf =
    Rebind<V, Conditional<sizeof(ElementOf<V>) == 1, uint8_t,
                          Conditional<sizeof(ElementOf<V>) == 2, uint16_t,
                                      Conditional<sizeof(ElementOf<V>) == 4, uint32_t, uint64_t>>>>;
struct UnsignedMax {
  template <class T> static constexpr T identity() { return T(0); }
  template <class A, class B> static ONNXCC_INLINE Wider<A, B> combine(A left, B right) {
    using V = Wider<A, B>;
    const V a = V(left), b = V(right);
    if constexpr (isSame<ElementOf<V>, bool>)
      return maximum(a, b);
    else
      return bitsAs<ElementOf<V>>(
          maximum(bitsAs<ElementOf<UnsignedOf<V>>>(a), bitsAs<ElementOf<UnsignedOf<V>>>(b)));
  }
};
struct UnsignedMin {
  template <class T> static constexpr T identity() { return T(-1); }
  template <class A, class B> static ONNXCC_INLINE Wider<A, B> combine(A left, B right) {
    using V = Wider<A, B>;
    const V a = V(left), b = V(right);
    if constexpr (isSame<ElementOf<V>, bool>)
      return minimum(a, b);
    else
      return bitsAs<ElementOf<V>>(
          minimum(bitsAs<ElementOf<UnsignedOf<V>>>(a), bitsAs<ElementOf<UnsignedOf<V>>>(b)));
  }
};

/// All lanes combined, halves first.
template <class C, class V> ONNXCC_INLINE ElementOf<V> reduceLanes(V v) {
  if constexpr (lanesOf<V> == 1)
    return v;
#if ONNXCC_VECTOR_BYTES
  else
    return reduceLanes<C>(C::combine(halfOf<0>(v), halfOf<1>(v)));
#endif
}

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
