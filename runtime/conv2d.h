// Part of onnxcc's runtime; yours to use without conditions.
//
// Convolution of NHWC tensors with packed weights, as an implicit matrix product.
//   x[batch][inHeight][inWidth][groups * inChannels]     (strides in the shape)
//   w[groups][ceil(outChannels / 16)][kernelHeight][kernelWidth][inChannels][16], zero padded
//   y[batch][outHeight][outWidth][groups * outChannels]  (strides in the shape)
// The shape S and the epilogue are described in README.md.
#ifndef ONNXCC_RUNTIME_CONV2D_H
#define ONNXCC_RUNTIME_CONV2D_H

#include "tile.h"
#include "window.h"

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

template <class S, class In, class W, class Out, class E> struct Conv2D {
  using A = Accumulator<In, W>;
  static constexpr int L = lanes<A>;
  static constexpr int perPanel = panelColumns / L;
  static constexpr int P = S::tile.pixels, N = S::tile.vectors;
  // Few pixels are tiled with more vectors, so that enough sums are in flight: blocks are that
  // wide.
  static constexpr int blockVectors = 4 * N;
  using V = Simd<A, L>;

  const S &s;
  const In *ONNXCC_RESTRICT x;
  const W *ONNXCC_RESTRICT w;
  Out *y;
  const E &epilogue;

  static constexpr Index vectorCount(const S &s) { return ceilDiv(s.outChannels, L); }
  static constexpr Index groupBlocks(const S &s) { return ceilDiv(vectorCount(s), blockVectors); }

  static constexpr TaskGrid grid(const S &s) {
    const Index inputs = Index(s.batch) * s.inHeight * s.inWidth * s.groups * s.inChannels;
    const Index weights =
        Index(s.groups) * s.outChannels * s.kernelHeight * s.kernelWidth * s.inChannels;
    return TaskGrid::make(Index(s.batch) * s.outHeight, s.groups * groupBlocks(s), s.tasks,
                          weights > inputs);
  }

  /// The tile of P pixels from number `first` of the region, and N vectors from `vector` of the
  /// group.
  template <int P, int N>
  ONNXCC_NOINLINE void tile(const Region &r, Index first, Index group, Index vector) const {
    const In *xs[P];
    Out *ys[P];
    Index pixels[P];
    Index row = r.row + first / r.width(), column = r.column + first % r.width();
    const In *image = x + r.image * s.inBatchStride + group * s.inChannels;
    Out *out = y + r.image * s.outBatchStride + group * s.outChannels + vector * L;
    ONNXCC_UNROLL
    for (int i = 0; i < P; ++i) {
      xs[i] = image +
              (row * s.strideHeight - s.padTop + r.tapRow * s.dilationHeight) * s.inRowStride +
              (column * s.strideWidth - s.padLeft + r.tapColumn * s.dilationWidth) * s.inStride;
      ys[i] = out + row * s.outRowStride + column * s.outStride;
      pixels[i] = (r.image * s.outHeight + row) * s.outWidth + column;
      if (++column == r.columnEnd) {
        column = r.column;
        ++row;
      }
    }
    const Index panelStride = Index(s.kernelHeight) * s.kernelWidth * s.inChannels * panelColumns;
    const W *panels = w + group * ceilDiv(s.outChannels, panelColumns) * panelStride;
    const W *ws[N];
    ONNXCC_UNROLL
    for (int j = 0; j < N; ++j)
      ws[j] = panels + (vector + j) / perPanel * panelStride + (vector + j) % perPanel * L;

    V acc[P][N];
    ONNXCC_UNROLL
    for (int i = 0; i < P; ++i)
      ONNXCC_UNROLL
    for (int j = 0; j < N; ++j)
      acc[i][j] = splat<V>(0);

    // Where taps of a row are neighbours in memory, they are one longer run.
    const bool merge = s.dilationWidth == 1 && s.inStride == s.inChannels;
    const Index columns = larger(r.tapColumnEnd - r.tapColumn, Index(0));
    const Index runs = merge ? 1 : columns, depth = merge ? columns * s.inChannels : s.inChannels;
    for (Index kh = r.tapRow; kh < r.tapRowEnd; ++kh)
      for (Index kw = 0; kw < runs; ++kw) {
        const Index xOffset =
            (kh - r.tapRow) * s.dilationHeight * s.inRowStride + kw * s.dilationWidth * s.inStride;
        const Index wOffset = (kh * s.kernelWidth + r.tapColumn + kw) * s.inChannels * panelColumns;
        const In *xk[P];
        const W *wk[N];
        ONNXCC_UNROLL
        for (int i = 0; i < P; ++i)
          xk[i] = xs[i] + xOffset;
        ONNXCC_UNROLL
        for (int j = 0; j < N; ++j)
          wk[j] = ws[j] + wOffset;
        accumulate(acc, xk, 1, wk, panelColumns, depth);
      }

    ONNXCC_UNROLL
    for (int i = 0; i < P; ++i)
      ONNXCC_UNROLL
    for (int j = 0; j < N; ++j)
      finish(acc[i][j], s.outChannels - (vector + j) * L, ys[i] + j * L, epilogue, pixels[i],
             group * s.outChannels + (vector + j) * L);
  }

  /// The pixels that tiles of P leave over, in smaller tiles with more vectors each.
  template <int P, int N>
  ONNXCC_INLINE void vectorsOf(const Region &r, Index first, Index group, Range vectors) const {
    Index v = vectors.begin;
    for (; v + N <= vectors.end; v += N)
      tile<P, N>(r, first, group, v);
    if constexpr (N > 1)
      if (v < vectors.end)
        vectorsOf<P, lowerTile(N)>(r, first, group, {v, vectors.end});
  }
  template <int Rest>
  ONNXCC_INLINE void rest(const Region &r, Index first, Index group, Range vectors) const {
    constexpr int wide = Rest * 4 <= P ? 4 * N : Rest * 2 <= P ? 2 * N : N;
    if (first + Rest <= r.pixels()) {
      vectorsOf<Rest, wide>(r, first, group, vectors);
      first += Rest;
    }
    if constexpr (Rest > 1)
      rest<Rest / 2>(r, first, group, vectors);
  }

  /// All full tiles of the rows, a few vectors at a time, so that their weights stay in the cache.
  template <int N> ONNXCC_INLINE void fullTiles(Range rows, Index group, Range vectors) const {
    Index v = vectors.begin;
    for (; v + N <= vectors.end; v += N)
      forRegions(s, rows, [&](const Region &r) {
        for (Index i = 0; i + P <= r.pixels(); i += P)
          tile<P, N>(r, i, group, v);
      });
    if constexpr (N > 1)
      if (v < vectors.end)
        fullTiles<lowerTile(N)>(rows, group, {v, vectors.end});
  }

  ONNXCC_INLINE void run(Range tasks) const {
    const TaskGrid g = grid(s);
    // Rows whose inputs stay in the cache while all weights pass by.
    const Index rowBytes =
        Index(s.strideHeight) * s.inWidth * s.groups * s.inChannels * Index(sizeof(In));
    const Index rowsAtOnce = larger(Index(1), cacheBytes / larger(rowBytes, Index(1)));
    for (Index t = tasks.begin; t < tasks.end; ++t) {
      const Range all = g.rowsOf(t), blocks = g.blocksOf(t);
      for (Index row = all.begin; row < all.end; row += rowsAtOnce) {
        const Range rows{row, smaller(row + rowsAtOnce, all.end)};
        for (Index b = blocks.begin; b < blocks.end; ++b) {
          const Index group = b / groupBlocks(s), first = b % groupBlocks(s) * blockVectors;
          const Range vectors{first, smaller(first + blockVectors, vectorCount(s))};
          fullTiles<N>(rows, group, vectors);
          if constexpr (P > 1)
            forRegions(s, rows, [&](const Region &r) {
              if (const Index left = r.pixels() % P)
                rest<lowerTile(P)>(r, r.pixels() - left, group, vectors);
            });
        }
      }
    }
  }
};

/// Tasks of conv2d: any partition of 0..conv2dTasks(s)-1 into ranges gives the same bits.
template <class S, class In = float, class W = float> constexpr Index conv2dTasks(const S &s) {
  struct None {};
  return Conv2D<S, In, W, float, None>::grid(s).count();
}

/// epilogue(acc, pixel, channel) -> what is stored; pixel is (n * outHeight + h) * outWidth + w.
template <class S, class In, class W, class Out, class E>
inline void conv2d(const S &s, const In *x, const W *w, Out *y, Range tasks, E epilogue) {
  Conv2D<S, In, W, Out, E>{s, x, w, y, epilogue}.run(tasks);
}

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
