// Part of onnxcc's runtime; yours to use without conditions.
//
// Depthwise convolution of NHWC tensors: every channel has its own kernel,
// w[kernelHeight][kernelWidth][channels]. The shape S and the epilogue are described in README.md.
#ifndef ONNXCC_RUNTIME_DEPTHWISE_H
#define ONNXCC_RUNTIME_DEPTHWISE_H

#include "slide.h"

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

template <class W> struct DepthwiseOp {
  using Operand = W;
  const W *weights;
  Index channels;

  template <class A> static constexpr A identity() { return A(0); }
  template <class V> ONNXCC_INLINE V operand(Index tap, Index channel) const {
    return load<V>(weights + tap * channels + channel);
  }
  template <class V> ONNXCC_INLINE V combine(V acc, V x, V weight) const {
    return mulAdd(x, weight, acc);
  }
  DepthwiseOp spaced(W *memory, Index taps, Index distance) const {
    for (Index tap = 0; tap < taps; ++tap)
      for (Index c = 0; c < distance; ++c)
        memory[tap * distance + c] = c < channels ? weights[tap * channels + c] : W();
    return {memory, distance};
  }
};

/// Tasks of depthwise: any partition of 0..depthwiseTasks(s)-1 into ranges gives the same bits.
template <class S> constexpr Index depthwiseTasks(const S &s) {
  return SlideShape::of(s).grid().count();
}

/// epilogue(acc, pixel, channel) -> what is stored; pixel is (n * outHeight + h) * outWidth + w.
template <class S, class In, class W, class Out, class E>
inline void depthwise(const S &s, const In *x, const W *w, Out *y, Range tasks, E epilogue) {
  using A = Accumulator<In, W>;
  const DepthwiseOp<W> op{w, s.channels};
  Slide<S, A, In, Out, DepthwiseOp<W>, E>{s, x, y, op, epilogue}.template run<S::tile.pixels>(
      tasks);
}

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
