// Part of onnxcc's runtime; yours to use without conditions.
//
// Vectors of a processor's own width on the vector extensions of GCC and Clang, and the same
// functions for scalars, so that one generic lambda serves whole vectors, narrower ones and single
// elements. No header of the C++ library is used: see README.md, "No std".
#ifndef ONNXCC_SIMD_H
#define ONNXCC_SIMD_H

#include <stddef.h>
#include <stdint.h>

// The processor's vectors in bytes; 0 is portable scalar C++. ONNXCC_GENERIC asks for the latter.
// A test may ask for vectors wider than the processor's, which clang splits.
#if defined(ONNXCC_VECTOR_BYTES)
static_assert(ONNXCC_VECTOR_BYTES == 64, "only AVX-512's vectors are emulated");
#define ONNXCC_ISA x86_64_v4
#elif defined(ONNXCC_GENERIC) || !defined(__GNUC__)
#define ONNXCC_VECTOR_BYTES 0
#define ONNXCC_ISA generic
#elif defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512VL__) &&                    \
    defined(__AVX512DQ__)
#define ONNXCC_VECTOR_BYTES 64
#if defined(__AVX512VNNI__) && defined(__AVX512BF16__)
#define ONNXCC_ISA x86_64_v4_vnni_bf16
#else
#define ONNXCC_ISA x86_64_v4
#endif
#elif defined(__AVX2__) && defined(__FMA__)
#define ONNXCC_VECTOR_BYTES 32
#if defined(__AVXVNNI__)
#define ONNXCC_ISA x86_64_v3_vnni
#else
#define ONNXCC_ISA x86_64_v3
#endif
#elif defined(__SSE2__)
#define ONNXCC_VECTOR_BYTES 16
#define ONNXCC_ISA x86_64
#elif defined(__ARM_NEON) && defined(__aarch64__)
#define ONNXCC_VECTOR_BYTES 16
#define ONNXCC_ISA armv8_a
#else
#define ONNXCC_VECTOR_BYTES 0
#define ONNXCC_ISA generic
#endif

// The linker keeps one copy of a template for a whole program: each model and each set of features
// has names of its own.
#ifndef ONNXCC_NAMESPACE
#ifdef ONNXCC_MODEL // by generated files: model and version
#define ONNXCC_JOIN(model, isa) model##_##isa
#define ONNXCC_EXPAND(model, isa) ONNXCC_JOIN(model, isa)
#define ONNXCC_NAMESPACE ONNXCC_EXPAND(ONNXCC_MODEL, ONNXCC_ISA)
#else
#define ONNXCC_NAMESPACE ONNXCC_ISA
#endif
#endif

#if defined(__GNUC__)
#define ONNXCC_INLINE inline __attribute__((always_inline))
// A function that is not inlined is not to be cloned for constant arguments either.
#if defined(__clang__)
#define ONNXCC_NOINLINE __attribute__((noinline))
#else
#define ONNXCC_NOINLINE __attribute__((noinline, noclone))
#endif
#define ONNXCC_RESTRICT __restrict__
#define ONNXCC_LIKELY(x) __builtin_expect(!!(x), 1)
#else
#define ONNXCC_INLINE inline
#define ONNXCC_NOINLINE
#define ONNXCC_RESTRICT
#define ONNXCC_LIKELY(x) (x)
#endif

// Before a loop over a register tile: -O2 does not unroll it otherwise, and an array that is not
// unrolled lives in memory.
#if defined(__clang__)
#define ONNXCC_UNROLL _Pragma("clang loop unroll(full)")
#if defined(__FMA__)
#define ONNXCC_UNROLL_TWICE _Pragma("clang loop unroll_count(2)")
#else // it would mix both products' sums and run out of registers
#define ONNXCC_UNROLL_TWICE
#endif
#elif defined(__GNUC__)
#define ONNXCC_UNROLL _Pragma("GCC unroll 64")
#define ONNXCC_UNROLL_TWICE _Pragma("GCC unroll 2")
#else
#define ONNXCC_UNROLL
#define ONNXCC_UNROLL_TWICE
#endif

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

/// Extents, offsets and counts: as wide as an address, which is what they end in.
using Index = ptrdiff_t;

/// begin..end-1.
struct Range {
  Index begin, end;
};

/// What code may be compiled for. A bit is what one adds to those whose bits it has too: neither of
/// two may include the other.
enum class Isa : unsigned {
  generic = 0,
  x86_64 = 1,
  x86_64_v3 = x86_64 | 2,
  x86_64_v3_vnni = x86_64_v3 | 4,
  x86_64_v4 = x86_64_v3 | 8,
  x86_64_v4_vnni_bf16 = x86_64_v4 | 16,
  armv8_a = 32,
};
constexpr Isa isa = Isa::ONNXCC_ISA;
constexpr bool includes(Isa a, Isa b) { return (unsigned(a) & unsigned(b)) == unsigned(b); }

/// A register tile: output pixels (or rows) by vectors of output channels (or columns).
struct Tile {
  int pixels, vectors;
};

/// The value for the last of `isas` that this code's own includes; the first if there is none.
template <Isa... isas, class... T> constexpr auto forIsa(T... values) {
  static_assert(sizeof...(isas) == sizeof...(T) && sizeof...(T) > 0, "one value per ISA");
  constexpr Isa keys[] = {isas...};
  const auto list = [](auto first, auto... rest) {
    struct Values {
      decltype(first) at[sizeof...(rest) + 1];
    };
    return Values{{first, rest...}};
  }(values...);
  int best = 0;
  for (int i = 0; i < int(sizeof...(T)); ++i)
    if (includes(isa, keys[i]))
      best = i;
  return list.at[best];
}

/// Vector lanes of T on this processor; 1 when it has none.
template <class T>
constexpr int lanes = ONNXCC_VECTOR_BYTES ? ONNXCC_VECTOR_BYTES / int(sizeof(T)) : 1;

/// Says at compile time how many lanes are wanted: `load(tag, p)`.
template <int L> struct Lanes {
  static constexpr int lanes = L;
};

// The few type traits needed here.
template <class A, class B> constexpr bool isSame = false;
template <class A> constexpr bool isSame<A, A> = true;
template <class T> constexpr bool isFloat = isSame<T, float> || isSame<T, double>;
template <bool C, class A, class B> struct ConditionalType {
  using type = A;
};
template <class A, class B> struct ConditionalType<false, A, B> {
  using type = B;
};
template <bool C, class A, class B> using Conditional = typename ConditionalType<C, A, B>::type;
template <bool C, class T = void> struct EnableIfType {
  using type = T;
};
template <class T> struct EnableIfType<false, T> {};
template <bool C, class T = void> using EnableIf = typename EnableIfType<C, T>::type;
template <int Bytes>
using IntOfBytes =
    Conditional<Bytes == 1, int8_t,
                Conditional<Bytes == 2, int16_t, Conditional<Bytes == 4, int32_t, int64_t>>>;
/// isStatic<decltype(&S::member)>: whether a member of a shape is static, and so a constant.
template <class M> constexpr bool isStatic = false;
template <class T> constexpr bool isStatic<T *> = true;
template <class T> constexpr bool isSigned = T(-1) < T(0);
/// The least and the greatest value of an integer type.
template <class T>
constexpr T greatest = isSigned<T> ? T((uint64_t(1) << (sizeof(T) * 8 - 1)) - 1) : T(~T(0));
template <class T> constexpr T least = T(~greatest<T>);

template <class T> constexpr T smaller(T a, T b) { return b < a ? b : a; }
template <class T> constexpr T larger(T a, T b) { return a < b ? b : a; }
template <class T, class... Ts> constexpr T smaller(T a, T b, Ts... more) {
  return smaller(smaller(a, b), more...);
}
template <class T, class... Ts> constexpr T larger(T a, T b, Ts... more) {
  return larger(larger(a, b), more...);
}
constexpr Index ceilDiv(Index a, Index b) { return (a + b - 1) / b; }

template <class T, int L> struct Vec;
template <class I, int L> struct Mask;

/// What L elements of T are in registers: T itself for one, a mask for several bools.
template <class T, int L> struct SimdType {
  using type = Vec<T, L>;
};
template <class T> struct SimdType<T, 1> {
  using type = T;
};
template <int L> struct SimdType<bool, L> {
  using type = Mask<int8_t, L>;
};
template <> struct SimdType<bool, 1> {
  using type = bool;
};
template <class T, int L> using Simd = typename SimdType<T, L>::type;

/// Element type and lanes of a scalar, a Vec, a Mask or a Lanes.
template <class V> struct Traits {
  using Element = V;
  static constexpr int lanes = 1;
};
template <class T, int L> struct Traits<Vec<T, L>> {
  using Element = T;
  static constexpr int lanes = L;
};
template <class I, int L> struct Traits<Mask<I, L>> {
  using Element = bool;
  static constexpr int lanes = L;
};
template <int L> struct Traits<Lanes<L>> {
  using Element = void;
  static constexpr int lanes = L;
};
template <class V> using ElementOf = typename Traits<V>::Element;
template <class V> constexpr int lanesOf = Traits<V>::lanes;
/// As many lanes as V has, of another element type.
template <class V, class T> using Rebind = Simd<T, lanesOf<V>>;
/// Signed integers of the size of V's elements, as many as V has.
template <class V> using IntOf = Rebind<V, IntOfBytes<int(sizeof(ElementOf<V>))>>;

// Scalars.

template <class To, class From> ONNXCC_INLINE To bitcast(From from) {
  static_assert(sizeof(To) == sizeof(From), "same size");
  To to;
  __builtin_memcpy(&to, &from, sizeof(to));
  return to;
}

template <class T> ONNXCC_INLINE T select(bool condition, T a, T b) { return condition ? a : b; }

#if ONNXCC_VECTOR_BYTES

// A class of its own: g++ 12 takes a typedef with a dependent vector_size inside Vec for its
// element type.
template <class T, int L> struct RawVector {
  typedef T type __attribute__((vector_size(sizeof(T) * L)));
};

/// The result of a comparison: all bits of a lane set, or none.
template <class I, int L> struct Mask {
  using Integer = I;
  using Raw = typename RawVector<I, L>::type;
  Raw raw;

  friend ONNXCC_INLINE Mask operator&(Mask a, Mask b) { return {a.raw & b.raw}; }
  friend ONNXCC_INLINE Mask operator|(Mask a, Mask b) { return {a.raw | b.raw}; }
  friend ONNXCC_INLINE Mask operator^(Mask a, Mask b) { return {a.raw ^ b.raw}; }
  friend ONNXCC_INLINE Mask operator!(Mask a) { return {~a.raw}; }
  // A bool is the same for all lanes.
  friend ONNXCC_INLINE Mask operator&(Mask a, bool b) { return {b ? a.raw : Raw{}}; }
  friend ONNXCC_INLINE Mask operator|(Mask a, bool b) { return {b ? ~Raw{} : a.raw}; }
  friend ONNXCC_INLINE Mask operator^(Mask a, bool b) { return {b ? ~a.raw : a.raw}; }
  friend ONNXCC_INLINE Mask operator&(bool a, Mask b) { return b & a; }
  friend ONNXCC_INLINE Mask operator|(bool a, Mask b) { return b | a; }
  friend ONNXCC_INLINE Mask operator^(bool a, Mask b) { return b ^ a; }
  /// Masks of elements of other sizes.
  template <class J> ONNXCC_INLINE Mask<J, L> to() const {
    if constexpr (isSame<I, J>)
      return *this;
    else
      return {__builtin_convertvector(raw, typename Mask<J, L>::Raw)};
  }
  friend ONNXCC_INLINE Mask operator==(Mask a, Mask b) { return !(a ^ b); }
  friend ONNXCC_INLINE Mask operator!=(Mask a, Mask b) { return a ^ b; }
};
template <class I, class J, int L, class = EnableIf<!isSame<I, J>>>
ONNXCC_INLINE Mask<I, L> operator&(Mask<I, L> a, Mask<J, L> b) {
  return a & b.template to<I>();
}
template <class I, class J, int L, class = EnableIf<!isSame<I, J>>>
ONNXCC_INLINE Mask<I, L> operator|(Mask<I, L> a, Mask<J, L> b) {
  return a | b.template to<I>();
}
template <class I, class J, int L, class = EnableIf<!isSame<I, J>>>
ONNXCC_INLINE Mask<I, L> operator^(Mask<I, L> a, Mask<J, L> b) {
  return a ^ b.template to<I>();
}

/// L elements of T. Operators work lane by lane; a scalar operand is splatted.
template <class T, int L> struct Vec {
  using Raw = typename RawVector<T, L>::type;
  using Comparison = Mask<IntOfBytes<int(sizeof(T))>, L>;
  Raw raw;

  Vec() = default;
  ONNXCC_INLINE Vec(Raw raw) : raw(raw) {}
  // x - 0 is x for every x; 0 + x is not for -0.
  ONNXCC_INLINE Vec(T value) : raw(value - Raw{}) {}

  ONNXCC_INLINE T operator[](int lane) const { return raw[lane]; }

  friend ONNXCC_INLINE Vec operator+(Vec a, Vec b) { return a.raw + b.raw; }
  friend ONNXCC_INLINE Vec operator-(Vec a, Vec b) { return a.raw - b.raw; }
  friend ONNXCC_INLINE Vec operator*(Vec a, Vec b) { return a.raw * b.raw; }
  friend ONNXCC_INLINE Vec operator/(Vec a, Vec b) { return a.raw / b.raw; }
  friend ONNXCC_INLINE Vec operator%(Vec a, Vec b) { return a.raw % b.raw; }
  friend ONNXCC_INLINE Vec operator&(Vec a, Vec b) { return a.raw & b.raw; }
  friend ONNXCC_INLINE Vec operator|(Vec a, Vec b) { return a.raw | b.raw; }
  friend ONNXCC_INLINE Vec operator^(Vec a, Vec b) { return a.raw ^ b.raw; }
  friend ONNXCC_INLINE Vec operator<<(Vec a, Vec b) { return a.raw << b.raw; }
  friend ONNXCC_INLINE Vec operator>>(Vec a, Vec b) { return a.raw >> b.raw; }
  friend ONNXCC_INLINE Vec operator-(Vec a) { return -a.raw; }
  friend ONNXCC_INLINE Vec operator~(Vec a) { return ~a.raw; }
  friend ONNXCC_INLINE Comparison operator<(Vec a, Vec b) {
    return {(typename Comparison::Raw)(a.raw < b.raw)};
  }
  friend ONNXCC_INLINE Comparison operator>(Vec a, Vec b) {
    return {(typename Comparison::Raw)(a.raw > b.raw)};
  }
  friend ONNXCC_INLINE Comparison operator<=(Vec a, Vec b) {
    return {(typename Comparison::Raw)(a.raw <= b.raw)};
  }
  friend ONNXCC_INLINE Comparison operator>=(Vec a, Vec b) {
    return {(typename Comparison::Raw)(a.raw >= b.raw)};
  }
  friend ONNXCC_INLINE Comparison operator==(Vec a, Vec b) {
    return {(typename Comparison::Raw)(a.raw == b.raw)};
  }
  friend ONNXCC_INLINE Comparison operator!=(Vec a, Vec b) {
    return {(typename Comparison::Raw)(a.raw != b.raw)};
  }
  ONNXCC_INLINE Vec &operator+=(Vec b) { return *this = *this + b; }
  ONNXCC_INLINE Vec &operator-=(Vec b) { return *this = *this - b; }
  ONNXCC_INLINE Vec &operator*=(Vec b) { return *this = *this * b; }
  ONNXCC_INLINE Vec &operator/=(Vec b) { return *this = *this / b; }
};

template <class I, class T, int L>
ONNXCC_INLINE Vec<T, L> select(Mask<I, L> condition, Vec<T, L> a, Vec<T, L> b) {
  using M = IntOfBytes<int(sizeof(T))>;
  return condition.template to<M>().raw ? a.raw : b.raw;
}
template <class I, class T, int L>
ONNXCC_INLINE Vec<T, L> select(Mask<I, L> condition, Vec<T, L> a, T b) {
  return select(condition, a, Vec<T, L>(b));
}
template <class I, class T, int L>
ONNXCC_INLINE Vec<T, L> select(Mask<I, L> condition, T a, Vec<T, L> b) {
  return select(condition, Vec<T, L>(a), b);
}
template <class I, class T, int L, class = EnableIf<lanesOf<T> == 1>>
ONNXCC_INLINE auto select(Mask<I, L> condition, T a, T b) {
  if constexpr (isSame<T, bool>)
    return (condition & a) | (!condition & b);
  else
    return select(condition, Vec<T, L>(a), Vec<T, L>(b));
}
template <class I, class J, class K, int L>
ONNXCC_INLINE Mask<I, L> select(Mask<I, L> condition, Mask<J, L> a, Mask<K, L> b) {
  return (condition & a) | (!condition & b);
}
template <class I, class J, int L>
ONNXCC_INLINE Mask<J, L> select(Mask<I, L> condition, Mask<J, L> a, bool b) {
  return b ? a | (!condition).template to<J>() : a & condition.template to<J>();
}
template <class I, class J, int L>
ONNXCC_INLINE Mask<J, L> select(Mask<I, L> condition, bool a, Mask<J, L> b) {
  return select(!condition, b, a);
}
template <class T, int L> ONNXCC_INLINE Vec<T, L> select(bool condition, Vec<T, L> a, T b) {
  return condition ? a : Vec<T, L>(b);
}
template <class T, int L> ONNXCC_INLINE Vec<T, L> select(bool condition, T a, Vec<T, L> b) {
  return condition ? Vec<T, L>(a) : b;
}

template <class I, class J, int L, class = EnableIf<!isSame<I, J>>>
ONNXCC_INLINE Mask<I, L> select(bool condition, Mask<I, L> a, Mask<J, L> b) {
  return condition ? a : b.template to<I>();
}
template <class I, int L> ONNXCC_INLINE Mask<I, L> select(bool condition, Mask<I, L> a, bool b) {
  return (a & condition) | (b & !condition);
}
template <class I, int L> ONNXCC_INLINE Mask<I, L> select(bool condition, bool a, Mask<I, L> b) {
  return select(!condition, b, a);
}

/// Half of a vector: the lower lanes (half 0) or the upper ones (half 1).
template <int Half, class T, int L> ONNXCC_INLINE Simd<T, L / 2> halfOf(Vec<T, L> v) {
  if constexpr (L == 2) {
    return v.raw[Half];
  } else {
    // A copy through memory would cost a store and a reload that does not forward.
    typename Vec<T, L / 2>::Raw half;
    if constexpr (L == 4)
      half = __builtin_shufflevector(v.raw, v.raw, Half * 2, Half * 2 + 1);
    else if constexpr (L == 8)
      half =
          __builtin_shufflevector(v.raw, v.raw, Half * 4, Half * 4 + 1, Half * 4 + 2, Half * 4 + 3);
    else if constexpr (L == 16)
      half =
          __builtin_shufflevector(v.raw, v.raw, Half * 8, Half * 8 + 1, Half * 8 + 2, Half * 8 + 3,
                                  Half * 8 + 4, Half * 8 + 5, Half * 8 + 6, Half * 8 + 7);
    else
      __builtin_memcpy(&half, reinterpret_cast<const char *>(&v.raw) + Half * sizeof(half),
                       sizeof(half));
    return half;
  }
}
template <int Half, class I, int L> ONNXCC_INLINE Simd<bool, L / 2> halfOf(Mask<I, L> m) {
  auto half = halfOf<Half>(Vec<I, L>(m.raw));
  if constexpr (L == 2)
    return half != 0;
  else
    return (half != I(0)).template to<int8_t>();
}

/// The lanes of `low`, then those of `high`.
template <class T, int L> ONNXCC_INLINE Vec<T, 2 * L> joined(Vec<T, L> low, Vec<T, L> high) {
  static_assert(L == 2 || L == 4 || L == 8, "halves of 2, 4 or 8 lanes");
  if constexpr (L == 2)
    return __builtin_shufflevector(low.raw, high.raw, 0, 1, 2, 3);
  else if constexpr (L == 4)
    return __builtin_shufflevector(low.raw, high.raw, 0, 1, 2, 3, 4, 5, 6, 7);
  else
    return __builtin_shufflevector(low.raw, high.raw, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,
                                   14, 15);
}

#endif // ONNXCC_VECTOR_BYTES

/// Whether the mask of a comparison has any lane set.
ONNXCC_INLINE bool anyOf(bool m) { return m; }
#if ONNXCC_VECTOR_BYTES
template <class I, int L> ONNXCC_INLINE bool anyOf(Mask<I, L> m) {
#if defined(__SSE2__)
  if constexpr (sizeof(m.raw) == 16) {
    return __builtin_ia32_pmovmskb128((RawVector<char, 16>::type)m.raw) != 0;
  } else
#endif
      if constexpr (L > 2) {
    const Vec<I, L> lanes = m.raw;
    return anyOf(Mask<I, L / 2>{(halfOf<0>(lanes) | halfOf<1>(lanes)).raw});
  } else {
    return (m.raw[0] | m.raw[1]) != 0;
  }
}
#endif

/// A scalar's only lane, so that generic code may index.
template <class V> ONNXCC_INLINE ElementOf<V> laneOf(V v, int lane) {
  if constexpr (lanesOf<V> == 1)
    return (void)lane, v;
  else if constexpr (isSame<ElementOf<V>, bool>)
    return v.raw[lane] != 0;
  else
    return v.raw[lane];
}

/// A function of a scalar, lane by lane.
template <class V, class F> ONNXCC_INLINE auto perLane(V v, F f) {
  if constexpr (lanesOf<V> == 1) {
    return f(v);
  } else {
    Rebind<V, decltype(f(ElementOf<V>()))> result;
    for (int i = 0; i < lanesOf<V>; ++i)
      result.raw[i] = f(laneOf(v, i));
    return result;
  }
}
template <class V, class F> ONNXCC_INLINE auto perLane(V a, V b, F f) {
  if constexpr (lanesOf<V> == 1) {
    return f(a, b);
  } else {
    Rebind<V, decltype(f(ElementOf<V>(), ElementOf<V>()))> result;
    for (int i = 0; i < lanesOf<V>; ++i)
      result.raw[i] = f(laneOf(a, i), laneOf(b, i));
    return result;
  }
}

/// All lanes equal to `value`: splat<V>(value).
template <class V> ONNXCC_INLINE V splat(ElementOf<V> value) {
  if constexpr (isSame<ElementOf<V>, bool> && lanesOf<V> != 1)
    return {Vec<typename V::Integer, lanesOf<V>>(typename V::Integer(value ? -1 : 0)).raw};
  else
    return V(value);
}

/// As many copies of a scalar as `like` (a Lanes, a vector or a scalar) has lanes: splat(tag,
/// value).
template <class Like, class T> ONNXCC_INLINE Simd<T, lanesOf<Like>> splat(Like, T value) {
  return splat<Simd<T, lanesOf<Like>>>(value);
}

/// start, start + step, …, as many as `like` has lanes: iota(tag, start).
template <class Like>
ONNXCC_INLINE Simd<Index, lanesOf<Like>> iota(Like, Index start, Index step = 1) {
  if constexpr (lanesOf<Like> == 1) {
    return (void)step, start;
  } else {
    Simd<Index, lanesOf<Like>> result;
    for (int lane = 0; lane < lanesOf<Like>; ++lane)
      result.raw[lane] = start + step * lane;
    return result;
  }
}

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#include "muladd.h"

#include "convert.h"

#include "lookup.h"

#endif
