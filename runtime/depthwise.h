// Part of onnxcc's runtime; yours to use without conditions.
//
// Depthwise convolution of NHWC tensors: every channel has its own kernel,
// w[kernelHeight][kernelWidth][channels]. The shape S and the epilogue are described in README.md.
#ifndef ONNXCC_RUNTIME_DEPTHWISE_H
#define ONNXCC_RUNTIME_DEPTHWISE_H

#include "tile.h"
#include "window.h"

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

template <class S, class In, class W, class Out, class E> struct Depthwise {
  using A = Accumulator<In, W>;
  static constexpr int L = lanes<A>;

  const S &s;
  const In *ONNXCC_RESTRICT x;
  const W *ONNXCC_RESTRICT w;
  Out *y;
  const E &epilogue;

  static constexpr TaskGrid grid(const S &s) {
    return TaskGrid::make(Index(s.batch) * s.outHeight, 1, s.tasks, false);
  }

  template <int Lanes>
  ONNXCC_INLINE void pixel(const Region &r, Index row, Index column, Index begin, Index end) const {
    using V = Simd<A, Lanes>;
    Index c = begin;
    for (; c + Lanes <= end; c += Lanes) {
      V acc = splat<V>(0);
      for (Index kh = r.tapRow; kh < r.tapRowEnd; ++kh)
        for (Index kw = r.tapColumn; kw < r.tapColumnEnd; ++kw)
          acc = mulAdd(
              load<V>(x + r.image * s.inBatchStride +
                      (row * s.strideHeight - s.padTop + kh * s.dilationHeight) * s.inRowStride +
                      (column * s.strideWidth - s.padLeft + kw * s.dilationWidth) * s.inStride + c),
              load<V>(w + (kh * s.kernelWidth + kw) * s.channels + c), acc);
      store(y + r.image * s.outBatchStride + row * s.outRowStride + column * s.outStride + c,
            epilogue(acc, (r.image * s.outHeight + row) * s.outWidth + column, c));
    }
    if constexpr (Lanes > 1)
      pixel<Lanes / 2>(r, row, column, c, end);
  }

  ONNXCC_INLINE void run(Range tasks) const {
    const TaskGrid g = grid(s);
    for (Index t = tasks.begin; t < tasks.end; ++t)
      forRegions(s, g.rowsOf(t), [&](const Region &r) {
        for (Index row = r.row; row < r.rowEnd; ++row)
          for (Index column = r.column; column < r.columnEnd; ++column)
            pixel<L>(r, row, column, 0, s.channels);
      });
  }
};

/// Tasks of depthwise: any partition of 0..depthwiseTasks(s)-1 into ranges gives the same bits.
template <class S> constexpr Index depthwiseTasks(const S &s) {
  struct None {};
  return Depthwise<S, float, float, float, None>::grid(s).count();
}

/// epilogue(acc, pixel, channel) -> what is stored; pixel is (n * outHeight + h) * outWidth + w.
template <class S, class In, class W, class Out, class E>
inline void depthwise(const S &s, const In *x, const W *w, Out *y, Range tasks, E epilogue) {
  Depthwise<S, In, W, Out, E>{s, x, w, y, epilogue}.run(tasks);
}

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
