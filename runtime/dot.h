// Part of onnxcc's runtime; yours to use without conditions.
//
// The step of a register tile: a few products along the depth (a group), for a vector of columns.
// Which types and groups there are is said in README.md, "Types of products".
#ifndef ONNXCC_RUNTIME_DOT_H
#define ONNXCC_RUNTIME_DOT_H

#include "simd.h"

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

/// Eight codes of 4 bits with a sign, which follow each other along the depth, the first in the low
/// bits.
struct Nibbles {
  uint32_t bits;
};
inline const Nibbles *asNibbles(const int32_t *p) { return reinterpret_cast<const Nibbles *>(p); }

/// What products of A and B are summed in.
template <class A, class B>
using Accumulator =
    Conditional<isSame<A, double> || isSame<B, double>, double,
                Conditional<isFloat<A> || isStorage<A> || isFloat<B> || isStorage<B>, float,
                            Conditional<(sizeof(A) > 4 || sizeof(B) > 4), int64_t, int32_t>>>;

/// a * b + c; integers wrap around.
template <class V> ONNXCC_INLINE V addProduct(V a, V b, V c) {
  if constexpr (isFloat<ElementOf<V>>)
    return mulAdd(a, b, c);
  else
    return wrapAdd(wrapMul(a, b), c);
}

// Vectors of so many bytes have an instruction for products of pairs of 16 bits (pmaddwd), and for
// products of four unsigned with four signed bytes (vpdpbusd).
#if !ONNXCC_VECTOR_BYTES
constexpr int pairBytes = 0;
#elif defined(__AVX512BW__)
constexpr int pairBytes = 64;
#elif defined(__AVX2__)
constexpr int pairBytes = 32;
#elif defined(__SSE2__)
constexpr int pairBytes = 16;
#else
constexpr int pairBytes = 0;
#endif
#if defined(__AVX512VNNI__) && defined(__AVX512VL__)
constexpr int quadBytes = 64;
#define ONNXCC_VEX ""
#elif defined(__AVXVNNI__)
constexpr int quadBytes = 32;
#define ONNXCC_VEX "%{vex%} "
#elif defined(__ARM_FEATURE_DOTPROD)
constexpr int quadBytes = 16;
#else
constexpr int quadBytes = 0;
#endif

#if ONNXCC_VECTOR_BYTES

/// a[0] * b[0] + a[1] * b[1], of the two signed 16-bit elements of each lane.
template <int L> ONNXCC_INLINE Vec<int32_t, L> multiplyPairs(Vec<int32_t, L> a, Vec<int32_t, L> b) {
  constexpr int bytes = 4 * L;
  using Pairs [[maybe_unused]] = typename Vec<int16_t, 2 * L>::Raw; // x86
  if constexpr (bytes > pairBytes && pairBytes > 0) {
    return joined(multiplyPairs(halfOf<0>(a), halfOf<0>(b)),
                  multiplyPairs(halfOf<1>(a), halfOf<1>(b)));
#if defined(__SSE2__)
  } else if constexpr (bytes == 16) {
    return __builtin_ia32_pmaddwd128((Pairs)a.raw, (Pairs)b.raw);
#endif
#if defined(__AVX2__)
  } else if constexpr (bytes == 32) {
    return __builtin_ia32_pmaddwd256((Pairs)a.raw, (Pairs)b.raw);
#endif
#if defined(__AVX512BW__) && defined(__clang__)
  } else if constexpr (bytes == 64) {
    return __builtin_ia32_pmaddwd512((Pairs)a.raw, (Pairs)b.raw);
#elif defined(__AVX512BW__)
  } else if constexpr (bytes == 64) {
    return __builtin_ia32_pmaddwd512_mask((Pairs)a.raw, (Pairs)b.raw,
                                          typename Vec<int32_t, L>::Raw(), uint16_t(-1));
#endif
  } else {
    const auto low = [](Vec<int32_t, L> v) {
      return bitsAs<int32_t>(bitsAs<uint32_t>(v) << 16) >> 16;
    };
    return wrapAdd(wrapMul(low(a), low(b)), wrapMul(a >> 16, b >> 16));
  }
}

/// c + those products.
template <int L>
ONNXCC_INLINE Vec<int32_t, L> addPairs(Vec<int32_t, L> a, Vec<int32_t, L> b, Vec<int32_t, L> c) {
  auto sum = wrapAdd(multiplyPairs(a, b), c).raw;
#if defined(__SSE2__)
  // Compilers would add products to each other first, for which there are no registers.
  if constexpr (4 * L <= pairBytes)
    __asm__("" : "+v"(sum));
#endif
  return sum;
}

/// c + the four products of bytes of each lane. UnsignedX: of unsigned bytes of x with signed bytes
/// of w, else the other way; on Arm both have one sign.
template <bool UnsignedX, int L>
ONNXCC_INLINE Vec<int32_t, L> addQuads(Vec<int32_t, L> x, Vec<int32_t, L> w, Vec<int32_t, L> c) {
  if constexpr (4 * L > quadBytes && quadBytes > 0) {
    return joined(addQuads<UnsignedX>(halfOf<0>(x), halfOf<0>(w), halfOf<0>(c)),
                  addQuads<UnsignedX>(halfOf<1>(x), halfOf<1>(w), halfOf<1>(c)));
  } else {
    // As text: compilers name it differently, and g++ wants other types than clang++. In registers
    // alone, since clang++ would take any operand that may be in memory to the stack first.
    auto sum = c.raw; // not a member, which would have to be in memory
#if defined(ONNXCC_VEX)
    if constexpr (UnsignedX)
      __asm__(ONNXCC_VEX "vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(x.raw), "v"(w.raw));
    else
      __asm__(ONNXCC_VEX "vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(w.raw), "v"(x.raw));
#elif defined(__ARM_FEATURE_DOTPROD)
    if constexpr (UnsignedX)
      __asm__("udot %0.4s, %1.16b, %2.16b" : "+w"(sum) : "w"(x.raw), "w"(w.raw));
    else
      __asm__("sdot %0.4s, %1.16b, %2.16b" : "+w"(sum) : "w"(x.raw), "w"(w.raw));
#endif
    return sum;
  }
}

#if defined(__AVX512BF16__) && defined(__AVX512VL__)
constexpr bool hasBFloat16Products = true;
template <int L>
ONNXCC_INLINE Vec<float, L> addBFloat16Pairs(Vec<int32_t, L> x, Vec<int32_t, L> w,
                                             Vec<float, L> c) {
  auto sum = c.raw;
  __asm__("vdpbf16ps %2, %1, %0" : "+v"(sum) : "v"(x.raw), "v"(w.raw));
  return sum;
}
#else
constexpr bool hasBFloat16Products = false;
#endif

#endif // ONNXCC_VECTOR_BYTES

/// Group products of In and W for each of L columns, added to V. Its members:
///   X, B                  a group of inputs, the same for all columns, and of weights
///   input<Phase>(raw)     of what groupOf gives; weight<Phase>(p): p[columns][Group]
///   phases                a step is made of so many sums, whose X and B need not live together
///   shift                 what is added to inputs: the sum is of (input + shift) * weight
template <class In, class W, int Group, int L, class = void> struct Dot;

template <class T> constexpr bool isByte = isSame<T, int8_t> || isSame<T, uint8_t>;
/// Whether products of bytes, with bytes or with 16 bits, are quicker as pairs of 16 bits.
template <class In, class W, int L>
constexpr bool multipliesPairs =
    L > 1 && pairBytes > 0 && isByte<In> && (isByte<W> || isSame<W, int16_t>);

/// One product: both factors are converted to the sum's type.
template <class In, class W, int L> struct Dot<In, W, 1, L, EnableIf<!multipliesPairs<In, W, L>>> {
  using V = Simd<Accumulator<In, W>, L>;
  static constexpr int phases = 1, shift = 0;

  template <int> static ONNXCC_INLINE V input(In x) {
    return splat<V>(cast<Accumulator<In, W>>(x));
  }
  template <int> static ONNXCC_INLINE V weight(const W *w) { return load<V>(w); }
  static ONNXCC_INLINE V dot(V acc, V x, V w) { return addProduct(x, w, acc); }
};

/// A group's bits.
template <class T, int Group> struct GroupOf {
  T at[Group];
};

/// `count` of Group elements that lie `step` apart, others 0. Nothing else is read.
template <int Group, class T>
ONNXCC_INLINE auto groupOf(const T *p, [[maybe_unused]] Index step, [[maybe_unused]] Index count) {
  if constexpr (Group == 1) {
    return *p;
  } else {
    GroupOf<T, Group> group;
    if (step == 1 && count == Group) {
      __builtin_memcpy(&group, p, sizeof(group));
    } else {
      for (int i = 0; i < Group; ++i)
        group.at[i] = i < count ? p[i * step] : T();
    }
    return group;
  }
}

/// Several products of scalars.
template <class In, class W, int Group>
struct Dot<In, W, Group, 1, EnableIf<(Group > 1) && !isSame<W, Nibbles>>> {
  using V = Accumulator<In, W>;
  static constexpr int phases = 1, shift = 0;

  template <int> static ONNXCC_INLINE auto input(GroupOf<In, Group> x) { return x; }
  template <int> static ONNXCC_INLINE auto weight(const W *w) {
    return groupOf<Group>(w, 1, Group);
  }
  static ONNXCC_INLINE V dot(V acc, GroupOf<In, Group> x, GroupOf<W, Group> w) {
    for (int i = 0; i < Group; ++i)
      acc = addProduct(cast<V>(x.at[i]), cast<V>(w.at[i]), acc);
    return acc;
  }
  static ONNXCC_INLINE auto inputs(GroupOf<In, Group> x) { return x; }
  static ONNXCC_INLINE V dotLanes(V acc, GroupOf<In, Group> x, GroupOf<W, Group> w) {
    return dot(acc, x, w);
  }
};

/// Eight products with codes of 4 bits, one a phase: an input is one element.
template <class In> struct Dot<In, Nibbles, 8, 1> {
  using V = Accumulator<In, Nibbles>;
  static constexpr int phases = 8, shift = 0;

  template <int> static ONNXCC_INLINE V input(In x) { return cast<V>(x); }
  template <int Phase> static ONNXCC_INLINE V weight(const Nibbles *w) {
    return cast<V>(int32_t(w->bits << (28 - 4 * Phase)) >> 28);
  }
  static ONNXCC_INLINE V dot(V acc, V x, V w) { return mulAdd(x, w, acc); }
};

#if ONNXCC_VECTOR_BYTES

template <class In, int L> struct Dot<In, Nibbles, 8, L, EnableIf<(L > 1)>> {
  using V = Vec<Accumulator<In, Nibbles>, L>;
  static constexpr int phases = 8, shift = 0;

  template <int> static ONNXCC_INLINE V input(In x) {
    return splat<V>(cast<Accumulator<In, Nibbles>>(x));
  }
  template <int Phase> static ONNXCC_INLINE V weight(const Nibbles *w) {
    const auto bits = loadBits<Vec<uint32_t, L>>(w);
#if defined(__AVX512F__)
    // A table costs one instruction where cutting the bits out and converting them costs two.
    if constexpr (isSame<V, Vec<float, 16>>) {
      const typename V::Raw table = {0, 1, 2, 3, 4, 5, 6, 7, -8, -7, -6, -5, -4, -3, -2, -1};
      const auto places = (typename Vec<int32_t, L>::Raw)(bits >> 4 * Phase).raw;
#if defined(__clang__)
      return __builtin_ia32_permvarsf512(table, places);
#else
      return __builtin_ia32_permvarsf512_mask(table, places, typename V::Raw(), uint16_t(-1));
#endif
    } else
#endif
    {
      return cast<ElementOf<V>>(bitsAs<int32_t>(bits << (28 - 4 * Phase)) >> 28);
    }
  }
  static ONNXCC_INLINE V dot(V acc, V x, V w) { return mulAdd(x, w, acc); }
};

/// Four products of bytes. Without an instruction for them, first those with even numbers, then
/// the others, as pairs of 16 bits.
template <class In, class W, int L>
struct Dot<In, W, 4, L, EnableIf<(L > 1) && isByte<In> && isByte<W>>> {
  using V = Vec<int32_t, L>;
  static constexpr bool quads = quadBytes > 0;
  static constexpr int phases = quads ? 1 : 2;
#if defined(__ARM_FEATURE_DOTPROD)
  static constexpr bool shifts = quads && isSigned<In> != isSigned<W>;
#else
  static constexpr bool shifts = quads && isSigned<In> == isSigned<W>;
#endif
  // An input of the other sign is the same bits with the first one turned.
  static constexpr int shift = shifts ? (isSigned<In> ? 128 : -128) : 0;
  static constexpr bool unsignedInput = shifts ? isSigned<In> : !isSigned<In>;

  template <class T, int Phase> static ONNXCC_INLINE V part(V bytes) {
    using Pairs = Conditional<isSigned<T>, Vec<int16_t, 2 * L>, Vec<uint16_t, 2 * L>>;
    using Raw = typename Pairs::Raw;
    const Raw pairs = (Raw)bytes.raw;
    return (typename V::Raw)Raw((Phase == 0 ? Raw(pairs << 8) : pairs) >> 8);
  }
  template <int Phase> static ONNXCC_INLINE V input(GroupOf<In, 4> x) {
    const V bytes = splat<V>(bitcast<int32_t>(x));
    if constexpr (shifts)
      return bytes ^ int32_t(0x80808080);
    else if constexpr (quads)
      return bytes;
    else
      return part<In, Phase>(bytes);
  }
  template <int Phase> static ONNXCC_INLINE V weight(const W *w) {
    const V bytes = loadBits<V>(w);
    if constexpr (quads)
      return bytes;
    else
      return part<W, Phase>(bytes);
  }
  static ONNXCC_INLINE V dot(V acc, V x, V w) {
    if constexpr (quads)
      return addQuads<unsignedInput>(x, w, acc);
    else
      return addPairs(x, w, acc);
  }

  /// The same where each lane has a group of its own; `inputs` are those of bytes as they lie.
  static ONNXCC_INLINE V inputs(V bytes) {
    if constexpr (shifts)
      return bytes ^ int32_t(0x80808080);
    else
      return bytes;
  }
  static ONNXCC_INLINE V dotLanes(V acc, V x, V w) {
    if constexpr (quads)
      return addQuads<unsignedInput>(x, w, acc);
    else
      return addPairs(part<In, 1>(x), part<W, 1>(w), addPairs(part<In, 0>(x), part<W, 0>(w), acc));
  }
};

/// One product of bytes, in 16 bits each: their lanes' upper halves are their sign, or 0 of one of
/// them.
template <class In, class W, int L> struct Dot<In, W, 1, L, EnableIf<multipliesPairs<In, W, L>>> {
  using V = Vec<int32_t, L>;
  static constexpr int phases = 1, shift = 0;

  template <int> static ONNXCC_INLINE V input(In x) { return splat<V>(x); }
  template <int> static ONNXCC_INLINE V weight(const W *w) {
    const V all = load<V>(w);
    return isSigned<In> && isSigned<W> ? all & 0xffff : all;
  }
  static ONNXCC_INLINE V dot(V acc, V x, V w) { return addPairs(x, w, acc); }
};

/// Two products of bfloat16. The instruction rounds each of its two sums to nearest and takes
/// denormals, its own too, for 0; without it the products are exact and added one by one.
template <int L> struct Dot<BFloat16, BFloat16, 2, L, EnableIf<(L > 1)>> {
  using V = Vec<float, L>;
  static constexpr int phases = hasBFloat16Products ? 1 : 2, shift = 0;

  template <int Phase> static ONNXCC_INLINE auto part(Vec<int32_t, L> pairs) {
    if constexpr (hasBFloat16Products)
      return pairs;
    else
      return bitsAs<float>(Phase == 0 ? pairs << 16 : pairs & int32_t(0xffff0000));
  }
  template <int Phase> static ONNXCC_INLINE auto input(GroupOf<BFloat16, 2> x) {
    return part<Phase>(splat<Vec<int32_t, L>>(bitcast<int32_t>(x)));
  }
  template <int Phase> static ONNXCC_INLINE auto weight(const BFloat16 *w) {
    return part<Phase>(loadBits<Vec<int32_t, L>>(w));
  }
  template <class X> static ONNXCC_INLINE V dot(V acc, X x, X w) {
#if defined(__AVX512BF16__) && defined(__AVX512VL__)
    return addBFloat16Pairs(x, w, acc);
#else
    return mulAdd(x, w, acc);
#endif
  }
};

#endif // ONNXCC_VECTOR_BYTES

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
