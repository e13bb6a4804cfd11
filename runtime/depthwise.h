// Part of onnxcc's runtime; yours to use without conditions.
//
// Depthwise convolution of NHWC tensors: every channel has its own kernel,
// w[kernelHeight][kernelWidth][channels]. The shape S and the epilogue are described in README.md.
#ifndef ONNXCC_RUNTIME_DEPTHWISE_H
#define ONNXCC_RUNTIME_DEPTHWISE_H

#include "interleave.h"
#include "slide.h"

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

template <class In, class W> struct DepthwiseOp {
  using Operand = W;
  const W *weights;
  Index channels;
  int32_t zero = 0;

  /// See multipliesPairs: of one of a lane's pairs both factors are in the lower half, and the
  /// upper half of the weight is 0.
  template <class V> static constexpr bool pairs = multipliesPairs<In, W, lanesOf<V>>;

  template <class A> static constexpr A identity() { return A(0); }
  template <class V> ONNXCC_INLINE V element(const In *x) const {
    if constexpr (isFloat<ElementOf<V>>)
      return load<V>(x);
    else
      return wrapSub(load<V>(x), ElementOf<V>(zero));
  }
  template <class V> ONNXCC_INLINE V operand(Index tap, Index channel) const {
    const V weight = load<V>(weights + tap * channels + channel);
    if constexpr (pairs<V>) // stored floats have no sign to ask for
      return isSigned<W> ? weight & 0xffff : weight;
    else
      return weight;
  }
  template <class V> ONNXCC_INLINE V combine(V acc, V x, V weight) const {
    if constexpr (pairs<V>)
      return addPairs(x, weight, acc);
    else
      return addProduct(x, weight, acc);
  }
  DepthwiseOp spaced(W *memory, Index taps, Index distance) const {
    for (Index tap = 0; tap < taps; ++tap)
      for (Index c = 0; c < distance; ++c)
        memory[tap * distance + c] = c < channels ? weights[tap * channels + c] : W();
    return {memory, distance, zero};
  }
};

/// Products of bytes of four rows of taps at a time: weights[ceil(kernelHeight /
/// 4)][kernelWidth][channels][4], their sums[ceil(kernelHeight / 4)][channels]. What is outside the
/// image has the zero point.
template <class In, class W> struct DepthwiseRows {
  using Operand = W;
  static constexpr int rows = 4;
  const W *weights;
  const int32_t *sums;
  Index channels, steps;
  int32_t zero;
  const In *outside;        // slideChannels of the zero point
  const In *outsideRows[4]; // the same for each row

  template <class V> using D = Dot<In, W, 4, lanesOf<V>>;

  template <class A> static constexpr A identity() { return A(0); }
  template <class V> ONNXCC_INLINE V start(Index channel) const {
    V sum = load<V>(sums + channel);
    for (Index step = 1; step < steps; ++step)
      sum = wrapAdd(sum, load<V>(sums + step * channels + channel));
    return wrapMul(sum, splat<V>(-(zero + D<V>::shift)));
  }
  template <class V> ONNXCC_INLINE auto elements(const In *const (&four)[4]) const {
    return D<V>::inputs(interleave<V>(four));
  }
  template <class V> ONNXCC_INLINE auto operand(Index tap, Index channel) const {
    const W *from = weights + (tap * channels + channel) * 4;
    if constexpr (lanesOf<V> == 1)
      return groupOf<4>(from, 1, 4);
#if ONNXCC_VECTOR_BYTES
    else
      return loadBits<V>(from);
#endif
  }
  template <class V, class X, class Y> ONNXCC_INLINE V combine(V acc, X x, Y weight) const {
    return D<V>::dotLanes(acc, x, weight);
  }
};

/// Tasks of depthwise: any partition of 0..depthwiseTasks(s)-1 into ranges gives the same bits.
template <class S> constexpr Index depthwiseTasks(const S &s) {
  return SlideShape::of(s).grid().count();
}

/// The stack that a call takes at most, without the epilogue's own calls.
template <class S, class In = float, class W = float>
constexpr Index depthwiseStackBytes(const S &) {
  struct None {};
  using Kernel = Slide<S, Accumulator<In, W>, In, float, DepthwiseOp<In, W>, None>;
  return Kernel::template stackBytes<S::tile.pixels>();
}

/// epilogue(acc, pixel, channel) -> what is stored; pixel is (n * outHeight + h) * outWidth + w.
/// Of integers, (x - zero) is in the place of x; padding counts for nothing.
template <class S, class In, class W, class Out, class E>
inline void depthwise(const S &s, const In *x, const W *w, int32_t zero, Out *y, Range tasks,
                      E epilogue) {
  using A = Accumulator<In, W>;
  using Op = DepthwiseOp<In, W>;
  const Op op{w, s.channels, zero};
  Slide<S, A, In, Out, Op, E>{s, x, y, op, epilogue}.template run<S::tile.pixels>(tasks);
}

/// The same of bytes by four rows of taps at a time, for constant extents without Few channels and
/// kernels that SlideTaps takes. zero.value is one of In's.
template <class S, class In, class W, class Out, class E>
inline void depthwise(const S &s, const In *x, const W *w, const ZeroPoint &zero, Out *y,
                      Range tasks, E epilogue) {
  static_assert(packingOf<S>.group == 4, "weights in groups of four rows");
  using A = Accumulator<In, W>;
  using Op = DepthwiseRows<In, W>;
  In outside[slideChannels];
  for (In &element : outside)
    element = In(zero.value);
  const Op op{w,
              zero.sums,
              s.channels,
              ceilDiv(s.kernelHeight, Index(4)),
              zero.value,
              outside,
              {outside, outside, outside, outside}};
  Slide<S, A, In, Out, Op, E>{s, x, y, op, epilogue}.template run<S::tile.pixels>(tasks);
}

template <class S, class In, class W, class Out, class E>
inline void depthwise(const S &s, const In *x, const W *w, Out *y, Range tasks, E epilogue) {
  depthwise(s, x, w, 0, y, tasks, epilogue);
}

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
