// Part of onnxcc's runtime; yours to use without conditions.
//
// Pools over NHWC tensors: the elements of a window, padding left out, are combined per channel.
// An average is a sum whose epilogue multiplies. A NaN in a window makes the maximum NaN. The
// maximum of an empty window is the identity: -infinity or the least integer.
#ifndef ONNXCC_RUNTIME_POOL_H
#define ONNXCC_RUNTIME_POOL_H

#include "tile.h"
#include "window.h"

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

template <class C, class S, class In, class Out, class E> struct Pool {
  // Sums of narrow integers need room, maxima do not.
  using A = Conditional<isSame<C, Sum>, Accumulator<In, In>, Conditional<isStorage<In>, float, In>>;
  static constexpr int L = lanes<A>;

  const S &s;
  const In *ONNXCC_RESTRICT x;
  Out *y;
  const E &epilogue;

  static constexpr TaskGrid grid(const S &s) {
    return TaskGrid::make(Index(s.batch) * s.outHeight, ceilDiv(s.channels, L), s.tasks, false);
  }

  template <int Lanes>
  ONNXCC_INLINE void pixel(const Region &r, Index row, Index column, Index begin, Index end) const {
    using V = Simd<A, Lanes>;
    Index c = begin;
    for (; c + Lanes <= end; c += Lanes) {
      V acc = splat<V>(C::template identity<A>());
      for (Index kh = r.tapRow; kh < r.tapRowEnd; ++kh)
        for (Index kw = r.tapColumn; kw < r.tapColumnEnd; ++kw)
          acc = C::combine(
              acc,
              load<V>(x + r.image * s.inBatchStride +
                      (row * s.strideHeight - s.padTop + kh * s.dilationHeight) * s.inRowStride +
                      (column * s.strideWidth - s.padLeft + kw * s.dilationWidth) * s.inStride +
                      c));
      store(y + r.image * s.outBatchStride + row * s.outRowStride + column * s.outStride + c,
            epilogue(acc, (r.image * s.outHeight + row) * s.outWidth + column, c));
    }
    if constexpr (Lanes > 1)
      pixel<Lanes / 2>(r, row, column, c, end);
  }

  ONNXCC_INLINE void run(Range tasks) const {
    const TaskGrid g = grid(s);
    for (Index t = tasks.begin; t < tasks.end; ++t) {
      const Range blocks = g.blocksOf(t);
      const Index begin = blocks.begin * L, end = smaller(blocks.end * L, Index(s.channels));
      forRegions(s, g.rowsOf(t), [&](const Region &r) {
        for (Index row = r.row; row < r.rowEnd; ++row)
          for (Index column = r.column; column < r.columnEnd; ++column)
            pixel<L>(r, row, column, begin, end);
      });
    }
  }
};

/// Tasks of pool<C>: any partition of 0..poolTasks<C>(s)-1 into ranges gives the same bits.
template <class C, class S, class In = float> constexpr Index poolTasks(const S &s) {
  struct None {};
  return Pool<C, S, In, In, None>::grid(s).count();
}

/// C is Max, Min, Sum or Prod. epilogue(acc, pixel, channel) -> what is stored.
template <class C, class S, class In, class Out, class E>
inline void pool(const S &s, const In *x, Out *y, Range tasks, E epilogue) {
  Pool<C, S, In, Out, E>{s, x, y, epilogue}.run(tasks);
}

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
