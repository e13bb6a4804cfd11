// Part of onnxcc's runtime; yours to use without conditions.
//
// What depthwise convolutions and pools share: every channel of an output pixel combines the
// elements of its window, vectors of channels at a time, a few neighbouring pixels together.
#ifndef ONNXCC_RUNTIME_SLIDE_H
#define ONNXCC_RUNTIME_SLIDE_H

#include "tile.h"
#include "window.h"

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

/// Channels of a task at least: several cache lines.
constexpr Index slideChannels = 64;

/// A shape's kernelWidth if it is a constant and small enough to unroll, else 0.
template <class S> constexpr int unrolledTaps() {
  if constexpr (isStatic<decltype(&S::kernelWidth)>)
    return S::kernelWidth <= 9 ? int(S::kernelWidth) : 0;
  else
    return 0;
}

/// Op: identity<A>() starts a sum; operand<V>(tap, channel) is what all pixels share; combine(acc,
/// x, operand).
template <class S, class A, class In, class Out, class Op, class E> struct Slide {
  static constexpr int L = lanes<A>;

  const S &s;
  const In *ONNXCC_RESTRICT x;
  Out *y;
  const Op &op;
  const E &epilogue;

  /// One tap of P neighbouring pixels and N vectors.
  template <int P, int N, class V>
  ONNXCC_INLINE void step(V (&acc)[P][N], const In *at, Index tap, Index channel) const {
    ONNXCC_UNROLL
    for (int j = 0; j < N; ++j) {
      const auto operand = op.template operand<V>(tap, channel + j * lanesOf<V>);
      ONNXCC_UNROLL
      for (int i = 0; i < P; ++i)
        acc[i][j] = op.combine(
            acc[i][j], load<V>(at + i * s.strideWidth * s.inStride + j * lanesOf<V>), operand);
    }
  }

  template <int P, int N, int Lanes>
  ONNXCC_INLINE void tile(const Region &r, Index row, Index column, Index channel) const {
    using V = Simd<A, Lanes>;
    V acc[P][N];
    ONNXCC_UNROLL
    for (int i = 0; i < P; ++i)
      ONNXCC_UNROLL
    for (int j = 0; j < N; ++j)
      acc[i][j] = splat<V>(Op::template identity<A>());
    const In *from = x + r.image * s.inBatchStride +
                     (row * s.strideHeight - s.padTop) * s.inRowStride +
                     (column * s.strideWidth - s.padLeft) * s.inStride + channel;
    constexpr int unrolled = unrolledTaps<S>();
    for (Index kh = r.tapRow; kh < r.tapRowEnd; ++kh) {
      const In *line = from + kh * s.dilationHeight * s.inRowStride;
      if (unrolled > 0 && P > 1) {
        // Regions of several columns see all taps of a row: see WindowAxis::runEnd.
        ONNXCC_UNROLL
        for (int kw = 0; kw < unrolled; ++kw)
          step(acc, line + kw * s.dilationWidth * s.inStride, kh * s.kernelWidth + kw, channel);
      } else {
        for (Index kw = r.tapColumn; kw < r.tapColumnEnd; ++kw)
          step(acc, line + kw * s.dilationWidth * s.inStride, kh * s.kernelWidth + kw, channel);
      }
    }
    const Index pixel = (r.image * s.outHeight + row) * s.outWidth + column;
    Out *to =
        y + r.image * s.outBatchStride + row * s.outRowStride + column * s.outStride + channel;
    ONNXCC_UNROLL
    for (int i = 0; i < P; ++i)
      ONNXCC_UNROLL
    for (int j = 0; j < N; ++j)
      store(to + i * s.outStride + j * Lanes, epilogue(acc[i][j], pixel + i, channel + j * Lanes));
  }

  template <int P, int N, int Lanes>
  ONNXCC_INLINE void channelsFrom(const Region &r, Index row, Index column, Index channel,
                                  Index end) const {
    for (; channel + N * Lanes <= end; channel += N * Lanes)
      tile<P, N, Lanes>(r, row, column, channel);
    if (channel == end)
      return;
    if constexpr (N > 1)
      channelsFrom<P, lowerTile(N), Lanes>(r, row, column, channel, end);
    else if constexpr (Lanes > 1)
      channelsFrom<P, 1, Lanes / 2>(r, row, column, channel, end);
  }
  template <int P, int N>
  ONNXCC_NOINLINE void channelsOf(const Region &r, Index row, Index column, Range channels) const {
    channelsFrom<P, N, L>(r, row, column, channels.begin, channels.end);
  }

  /// P pixels at a time, then fewer pixels with more vectors.
  template <int P, int N>
  ONNXCC_INLINE void pixels(const Region &r, Index row, Index column, Range channels) const {
    for (; column + P <= r.columnEnd; column += P)
      channelsOf<P, N>(r, row, column, channels);
    if constexpr (P > 1)
      if (column < r.columnEnd)
        pixels<lowerTile(P), N * P / lowerTile(P)>(r, row, column, channels);
  }

  template <int P, int N> ONNXCC_INLINE void rowsOf(Range rows, Range channels) const {
    // Channels whose window rows stay in the first level cache, but not less than a few cache lines
    // of them.
    const Index lineBytes = Index(s.kernelHeight) * s.inWidth * Index(sizeof(In));
    const Index atOnce = larger(Index(64), 24 * 1024 / larger(lineBytes, Index(1)) / 64 * 64);
    for (Index c = channels.begin; c < channels.end; c += atOnce) {
      const Range some{c, smaller(c + atOnce, channels.end)};
      forRegions(s, rows, [&](const Region &r) {
        for (Index row = r.row; row < r.rowEnd; ++row)
          if (r.width() == 1)
            channelsOf<1, 4>(r, row, r.column, some);
          else
            pixels<P, N>(r, row, r.column, some);
      });
    }
  }
};

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
