// Part of onnxcc's runtime; yours to use without conditions.
//
// Convolution of NHWC tensors with packed weights, as an implicit matrix product.
//   x[batch][inHeight][inWidth][groups * inChannels]     (strides in the shape)
//   w[groups][ceil(outChannels /
//   16)][kernelHeight][kernelWidth][inChannels][16], zero padded
//   y[batch][outHeight][outWidth][groups * outChannels]  (strides in the shape)
// The shape S and the epilogue are described in README.md.
#ifndef ONNXCC_RUNTIME_CONV2D_H
#define ONNXCC_RUNTIME_CONV2D_H

#include "tile.h"
#include "window.h"

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

/// A shape's inChannels if it is a constant, else 0.
template <class S> constexpr Index staticChannels() {
  if constexpr (isStatic<decltype(&S::inChannels)>)
    return S::inChannels;
  else
    return 0;
}

/// Whether padding with zeros is worth its code: not for 1x1 kernels, nor for rows of many tiles.
template <class S> constexpr bool mayPad() {
  if constexpr (isStatic<decltype(&S::outWidth)>)
    if constexpr (S::outWidth > 4 * S::tile.pixels + 2)
      return false;
  if constexpr (isStatic<decltype(&S::kernelHeight)> && isStatic<decltype(&S::kernelWidth)> &&
                isStatic<decltype(&S::padTop)> && isStatic<decltype(&S::padLeft)>)
    return S::kernelHeight != 1 || S::kernelWidth != 1 || S::padTop != 0 || S::padLeft != 0;
  else
    return true;
}

/// Whether the vectors of every block are a multiple of n, as far as known.
template <class S, int lanes> constexpr bool vectorsDivisible(int n) {
  if constexpr (isStatic<decltype(&S::outChannels)>)
    return ceilDiv(S::outChannels, lanes) % n == 0;
  else
    return (void)n, false;
}

/// What a padded tap of a pixel reads.
template <class T, Index n> struct Zeros {
  T elements[n];
};
template <class T, Index n> inline constexpr Zeros<T, n> zeros = {};

template <class S, class In, class W, class Out, class E> struct Conv2D {
  using A = Accumulator<In, W>;
  static constexpr int L = lanes<A>;
  static constexpr int perPanel = panelColumns / L;
  static constexpr int P = S::tile.pixels, N = S::tile.vectors;
  // Few pixels are tiled with more vectors, so that enough sums are in flight: blocks are that
  // wide.
  static constexpr int blockVectors = P > 1 ? 4 * N : N;
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

  /// `count` tiles of P pixels each, from pixel number `first` of the region, and N vectors from
  /// `vector` of the group. Padded: the region's windows may stick out of the input; taps there
  /// read zeros.
  template <int P, int N, bool Padded>
  ONNXCC_NOINLINE void tiles(const Region &r, Index first, Index count, Index group,
                             Index vector) const {
    const Index panelStride = Index(s.kernelHeight) * s.kernelWidth * s.inChannels * panelColumns;
    const W *panels = w + group * ceilDiv(s.outChannels, panelColumns) * panelStride;
    const W *ws[N];
    ONNXCC_UNROLL
    for (int j = 0; j < N; ++j)
      ws[j] = panels + (vector + j) / perPanel * panelStride + (vector + j) % perPanel * L;
    const Index channel = group * s.outChannels + vector * L;

    // Where taps of a row are neighbours in memory, they are one longer run.
    const bool merge = !Padded && s.dilationWidth == 1 && s.inStride == s.inChannels;
    const Index tapColumns = larger(r.tapColumnEnd - r.tapColumn, Index(0));
    const Index runs = merge ? 1 : tapColumns,
                depth = merge ? tapColumns * s.inChannels : s.inChannels;

    // The pixel at hand, and what takes it from the end of a row of the region to the start of the
    // next.
    const In *image = x + r.image * s.inBatchStride + group * s.inChannels;
    Index column = r.column + first % r.width(), row = r.row + first / r.width();
    Index inRow = row * s.strideHeight - s.padTop + r.tapRow * s.dilationHeight;
    Index inColumn = column * s.strideWidth - s.padLeft + r.tapColumn * s.dilationWidth;
    Index xAt = inRow * s.inRowStride + inColumn * s.inStride;
    Out *yAt =
        y + r.image * s.outBatchStride + row * s.outRowStride + column * s.outStride + channel;
    Index pixel = (r.image * s.outHeight + row) * s.outWidth + column;
    const Index xStep = s.strideWidth * s.inStride,
                xJump = s.strideHeight * s.inRowStride - r.width() * xStep;
    const Index yJump = s.outRowStride - r.width() * s.outStride,
                pixelJump = s.outWidth - r.width();

    for (; count > 0; --count) {
      Index xs[P], inRows[P], inColumns[P], pixels[P];
      Out *ys[P];
      ONNXCC_UNROLL
      for (int i = 0; i < P; ++i) {
        xs[i] = xAt;
        ys[i] = yAt;
        pixels[i] = pixel;
        inRows[i] = inRow;
        inColumns[i] = inColumn;
        xAt += xStep;
        yAt += s.outStride;
        ++pixel;
        inColumn += s.strideWidth;
        if (++column == r.columnEnd) {
          column = r.column;
          xAt += xJump;
          yAt += yJump;
          pixel += pixelJump;
          inRow += s.strideHeight;
          inColumn -= r.width() * s.strideWidth;
        }
      }
      V acc[P][N];
      ONNXCC_UNROLL
      for (int i = 0; i < P; ++i)
        ONNXCC_UNROLL
      for (int j = 0; j < N; ++j)
        acc[i][j] = splat<V>(0);
      for (Index kh = r.tapRow; kh < r.tapRowEnd; ++kh)
        for (Index kw = 0; kw < runs; ++kw) {
          const Index down = (kh - r.tapRow) * s.dilationHeight, right = kw * s.dilationWidth;
          const Index xOffset = down * s.inRowStride + right * s.inStride;
          const Index wOffset =
              (kh * s.kernelWidth + r.tapColumn + kw) * s.inChannels * panelColumns;
          const In *xk[P];
          const W *wk[N];
          bool any = !Padded;
          ONNXCC_UNROLL
          for (int i = 0; i < P; ++i)
            if constexpr (Padded) {
              const bool inside = uint64_t(inRows[i] + down) < uint64_t(s.inHeight) &&
                                  uint64_t(inColumns[i] + right) < uint64_t(s.inWidth);
              any |= inside;
              xk[i] = inside ? image + (xs[i] + xOffset) : zeros<In, staticChannels<S>()>.elements;
            } else {
              xk[i] = image + (xs[i] + xOffset);
            }
          if (!any)
            continue;
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
               channel + j * L);
    }
  }

  /// The pixels that tiles of P leave over, in smaller tiles with more vectors each.
  template <int P, int N, bool Padded>
  ONNXCC_INLINE void vectorsOf(const Region &r, Index first, Index group, Range vectors) const {
    Index v = vectors.begin;
    for (; v + N <= vectors.end; v += N)
      tiles<P, N, Padded>(r, first, 1, group, v);
    if constexpr (N > 1 && !vectorsDivisible<S, L>(N))
      if (v < vectors.end)
        vectorsOf<P, lowerTile(N), Padded>(r, first, group, {v, vectors.end});
  }
  template <int Rest, bool Padded>
  ONNXCC_INLINE void rest(const Region &r, Index first, Index group, Range vectors) const {
    constexpr int wide = Rest * 4 <= P ? 4 * N : Rest * 2 <= P ? 2 * N : N;
    if (first + Rest <= r.pixels()) {
      vectorsOf<Rest, wide, Padded>(r, first, group, vectors);
      first += Rest;
    }
    if constexpr (Rest > 1)
      rest<Rest / 2, Padded>(r, first, group, vectors);
  }

  template <bool Padded, class F> ONNXCC_INLINE void regions(Range rows, F f) const {
    if constexpr (Padded)
      forPlanes(s, rows, f);
    else
      forRegions(s, rows, f);
  }

  /// All full tiles of the rows, a few vectors at a time, so that their weights stay in the cache.
  template <int N, bool Padded>
  ONNXCC_INLINE void fullTiles(Range rows, Index group, Range vectors) const {
    Index v = vectors.begin;
    for (; v + N <= vectors.end; v += N)
      regions<Padded>(rows, [&](const Region &r) {
        const Cut<P> cut(r.pixels());
        tiles<P, N, Padded>(r, 0, cut.full, group, v);
        if constexpr (P >= 4)
          if (cut.less > 0)
            tiles<P - 1, N, Padded>(r, cut.full * P, cut.less, group, v);
      });
    if constexpr (N > 1 && !vectorsDivisible<S, L>(N))
      if (v < vectors.end)
        fullTiles<lowerTile(N), Padded>(rows, group, {v, vectors.end});
  }

  template <bool Padded> ONNXCC_INLINE void block(Range rows, Index group, Range vectors) const {
    fullTiles<N, Padded>(rows, group, vectors);
    if constexpr (P > 1)
      regions<Padded>(rows, [&](const Region &r) {
        const Index covered = Cut<P>(r.pixels()).covered();
        if (covered < r.pixels())
          rest<lowerTile(P), Padded>(r, covered, group, vectors);
      });
  }

  /// Whether full tiles of padded windows are cheaper than exact regions, which leave more small
  /// tiles over.
  ONNXCC_INLINE bool padded(Range rows) const {
    Index exact = 0, whole = 0;
    forRegions(s, rows, [&](const Region &r) {
      exact += (r.tapRowEnd - r.tapRow) * (r.tapColumnEnd - r.tapColumn) * ceilDiv(r.pixels(), P);
    });
    forPlanes(s, rows, [&](const Region &r) {
      whole += s.kernelHeight * s.kernelWidth * ceilDiv(r.pixels(), P);
    });
    return whole < exact;
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
        bool withZeros = false;
        if constexpr (staticChannels<S>() > 0 && mayPad<S>())
          withZeros = padded(rows);
        for (Index b = blocks.begin; b < blocks.end; ++b) {
          const Index group = b / groupBlocks(s), first = b % groupBlocks(s) * blockVectors;
          const Range vectors{first, smaller(first + blockVectors, vectorCount(s))};
          if constexpr (staticChannels<S>() > 0 && mayPad<S>())
            if (withZeros) {
              block<true>(rows, group, vectors);
              continue;
            }
          block<false>(rows, group, vectors);
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
