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

/// Channels of a task at least, and those whose results are kept for the epilogue: several cache
/// lines.
constexpr Index slideChannels = 64;

/// A window's shape at run time, so that all launches of a source share the code that walks over
/// it.
struct SlideShape {
  Index batch, inHeight, inWidth, outHeight, outWidth, channels, tasks;
  Index kernelHeight, kernelWidth, strideHeight, strideWidth, dilationHeight, dilationWidth;
  Index padTop, padLeft, inStride, inRowStride, inBatchStride;

  template <class S> static constexpr SlideShape of(const S &s) {
    return {s.batch,       s.inHeight,       s.inWidth,       s.outHeight,   s.outWidth,
            s.channels,    s.tasks,          s.kernelHeight,  s.kernelWidth, s.strideHeight,
            s.strideWidth, s.dilationHeight, s.dilationWidth, s.padTop,      s.padLeft,
            s.inStride,    s.inRowStride,    s.inBatchStride};
  }
  /// The rows of a part are so many that less than half of what it reads others read too.
  constexpr TaskGrid grid() const {
    const Index rows = batch * outHeight, least = ceilDiv(kernelHeight, strideHeight);
    return TaskGrid::make(rows, ceilDiv(channels, slideChannels), tasks, rows < tasks * least,
                          least);
  }
};

/// `count` output pixels from (row, column) of an image, and channels of them.
struct SlidePixels {
  Index image, row, column, count, channel, channels;
};

/// A kernel's width and horizontal stride if they are worth code of their own, else 0.
struct SlideTaps {
  int width, stride;

  template <class S> static constexpr SlideTaps of() {
    if constexpr (isStatic<decltype(&S::kernelWidth)> && isStatic<decltype(&S::strideWidth)> &&
                  isStatic<decltype(&S::dilationWidth)>)
      if constexpr (S::kernelWidth <= 7 && S::strideWidth <= 2 && S::dilationWidth == 1) {
        if constexpr (isStatic<decltype(&S::outWidth)>)
          if constexpr (S::outWidth < 2)
            return {0, 0};
        return {int(S::kernelWidth), int(S::strideWidth)};
      }
    return {0, 0};
  }
};

/// How many rows of taps an Op combines at a time: Op::rows, else one.
template <class Op, class = void> constexpr int rowsOf = 1;
template <class Op> constexpr int rowsOf<Op, EnableIf<(Op::rows > 0)>> = Op::rows;

/// The walk. Op: identity<A>() starts a sum; element<V>(p) loads elements of the input;
/// operand<V>(tap, channel) is what all pixels share; combine(acc, element, operand);
/// spaced(memory, taps, distance) is the same whose taps' operands lie `distance` elements apart,
/// in `memory` if need be. Up to P pixels in a row at a time where the number K of a row's taps and
/// the distance Stride of their windows are constants. An Op that combines several rows of taps at
/// once has start<V>(channel), elements<V>(rows) and `outside`, a vector of what is read outside
/// the image. Few: a block may have fewer channels than a vector has lanes.
template <int P, int K, int Stride, bool Few, class A, class In, class Op> struct SlideWalk {
  static constexpr int L = lanes<A>;
  /// Epilogue and stores of sums [pixel][slideChannels].
  using Finish = void (*)(const void *launch, const SlidePixels &pixels, const A *sums);

  const SlideShape &s;
  const In *x;
  const Op &op;
  const void *launch;
  Finish finish;
  /// Where all channels are fewer than a vector's lanes: whether the operands may be read by whole
  /// vectors.
  bool readsBeyond = false;
  /// Up to so many elements of operands are copied for that.
  static constexpr Index spacedElements = 1024;

  /// Where a row's windows lie: the first element of the first one, inside or not, the taps that
  /// are inside the image's rows and the columns, counted from the first window's, that are inside
  /// its width and in some window.
  struct Window {
    const In *at;
    Range rows, columns;
  };

  /// N vectors of one pixel.
  template <class V, int N>
  ONNXCC_INLINE void onePixel(const Window &window, A *sums, Index channel, Index c) const {
    V acc[N];
    ONNXCC_UNROLL
    for (int j = 0; j < N; ++j)
      acc[j] = splat<V>(Op::template identity<A>());
    for (Index kh = window.rows.begin; kh < window.rows.end; ++kh)
      for (Index kw = window.columns.begin; kw < window.columns.end; ++kw) {
        const In *tap = window.at + kh * s.dilationHeight * s.inRowStride +
                        kw * s.dilationWidth * s.inStride + c;
        ONNXCC_UNROLL
        for (int j = 0; j < N; ++j)
          acc[j] = op.combine(
              acc[j], op.template element<V>(tap + j * lanesOf<V>),
              op.template operand<V>(kh * s.kernelWidth + kw, channel + c + j * lanesOf<V>));
      }
    ONNXCC_UNROLL
    for (int j = 0; j < N; ++j)
      store(sums + c + j * lanesOf<V>, acc[j]);
  }

  /// A vector of P pixels; Inside: all their columns are in the image.
  template <class V, bool Inside>
  ONNXCC_INLINE void manyPixels(const Window &window, A *sums, Index channel, Index c) const {
    const Index first = window.columns.begin, end = window.columns.end;
    V acc[P];
    ONNXCC_UNROLL
    for (int i = 0; i < P; ++i)
      acc[i] = splat<V>(Op::template identity<A>());
    for (Index kh = window.rows.begin; kh < window.rows.end; ++kh) {
      const In *element = window.at + kh * s.dilationHeight * s.inRowStride + c;
      decltype(op.template operand<V>(0, 0)) operands[K > 0 ? K : 1];
      ONNXCC_UNROLL
      for (int kw = 0; kw < K; ++kw)
        operands[kw] = op.template operand<V>(kh * K + kw, channel + c);
      const auto isInside = [&](int column) {
        return Inside || ONNXCC_LIKELY(column >= first && column < end);
      };
      if constexpr (Stride * 2 < K) {
        // Each element of the input is loaded once for all windows that hold it.
        ONNXCC_UNROLL
        for (int column = 0; column < (P - 1) * Stride + K; ++column, element += s.inStride)
          if (isInside(column)) {
            const V v = op.template element<V>(element);
            ONNXCC_UNROLL
            for (int i = 0; i < P; ++i)
              if (column >= i * Stride && column < i * Stride + K)
                acc[i] = op.combine(acc[i], v, operands[column - i * Stride]);
          }
      } else {
        // Few elements are in several windows.
        ONNXCC_UNROLL
        for (int i = 0; i < P; ++i, element += Stride * s.inStride)
          ONNXCC_UNROLL
        for (int kw = 0; kw < K; ++kw)
          if (isInside(i * Stride + kw))
            acc[i] =
                op.combine(acc[i], op.template element<V>(element + kw * s.inStride), operands[kw]);
      }
    }
    ONNXCC_UNROLL
    for (int i = 0; i < P; ++i)
      store(sums + i * slideChannels + c, acc[i]);
  }

  /// Where Op::rows rows of taps are read at the first window's first column, and how far it is
  /// from a column to the next: nowhere from what is outside the image.
  struct TapRows {
    const In *at[rowsOf<Op>];
    Index next[rowsOf<Op>];
  };
  static constexpr int mostSteps = 2; // of so many rows each

  /// The same with several rows of taps at a time. What is outside the image is read, too.
  template <class V, bool Inside>
  ONNXCC_INLINE void manyRows(const Window &window, const TapRows *steps, A *sums, Index channel,
                              Index c) const {
    constexpr int rows = rowsOf<Op>;
    const Index rowStep = s.dilationHeight * s.inRowStride;
    V acc[P];
    const V start = op.template start<V>(channel + c);
    ONNXCC_UNROLL
    for (int i = 0; i < P; ++i)
      acc[i] = start;
    for (Index kh = 0, step = 0; kh < s.kernelHeight; kh += rows, ++step) {
      decltype(op.template operand<V>(0, 0)) operands[K > 0 ? K : 1];
      ONNXCC_UNROLL
      for (int kw = 0; kw < K; ++kw)
        operands[kw] = op.template operand<V>(step * K + kw, channel + c);
      // Inside all rows are at distances from the first; one that the kernel does not have is read
      // there.
      const In *first = window.at + kh * rowStep + c;
      const In *at[rows];
      Index distance[rows];
      ONNXCC_UNROLL
      for (int i = 0; i < rows; ++i) {
        distance[i] = kh + i < s.kernelHeight ? i * rowStep : 0;
        at[i] = Inside ? first + distance[i] : steps[step].at[i] + c;
      }
      ONNXCC_UNROLL
      for (int column = 0; column < (P - 1) * Stride + K; ++column) {
        const bool isInside =
            Inside || (column >= window.columns.begin && column < window.columns.end);
        const auto v = op.template elements<V>(isInside ? at : op.outsideRows);
        first += s.inStride;
        ONNXCC_UNROLL
        for (int i = 0; i < rows; ++i)
          at[i] = Inside ? first + distance[i] : at[i] + steps[step].next[i];
        ONNXCC_UNROLL
        for (int i = 0; i < P; ++i)
          if (column >= i * Stride && column < i * Stride + K)
            acc[i] = op.combine(acc[i], v, operands[column - i * Stride]);
      }
    }
    ONNXCC_UNROLL
    for (int i = 0; i < P; ++i)
      store(sums + i * slideChannels + c, acc[i]);
  }

  template <class O>
  ONNXCC_INLINE void findRows(const O &op, const Window &window, TapRows *steps) const {
    for (Index row = 0; row < ceilDiv(s.kernelHeight, Index(rowsOf<Op>)) * rowsOf<Op>; ++row) {
      TapRows &rows = steps[row / rowsOf<Op>];
      const int i = int(row % rowsOf<Op>);
      const bool isInside = row >= window.rows.begin && row < window.rows.end;
      rows.at[i] = isInside ? window.at + row * s.dilationHeight * s.inRowStride : op.outside;
      rows.next[i] = isInside ? s.inStride : 0;
    }
  }

  template <class V, bool Inside>
  ONNXCC_INLINE void vectors(const Window &window, A *sums, const SlidePixels &pixels) const {
    constexpr int lanes = lanesOf<V>;
    const Index channels = pixels.channels;
    Index c = 0;
    [[maybe_unused]] TapRows steps[mostSteps];
    if constexpr (rowsOf<Op> > 1 && !Inside)
      findRows(op, window, steps);
    if constexpr (K == 0)
      for (; c + 4 * lanes <= channels; c += 4 * lanes)
        onePixel<V, 4>(window, sums, pixels.channel, c);
    // The last vector may overlap the one before: sums that are computed twice are the same.
    for (; c < channels; c += lanes) {
      c = smaller(c, Few ? larger(channels - lanes, Index(0)) : channels - lanes);
      if constexpr (K == 0)
        onePixel<V, 1>(window, sums, pixels.channel, c);
      else if constexpr (rowsOf<Op> > 1)
        manyRows<V, Inside>(window, steps, sums, pixels.channel, c);
      else
        manyPixels<V, Inside>(window, sums, pixels.channel, c);
    }
  }

  /// Out of line, so that the usual case has the registers for itself.
  template <class V>
  ONNXCC_NOINLINE void atBorder(const Window &window, A *sums, const SlidePixels &pixels) const {
    vectors<V, false>(window, sums, pixels);
  }

  /// Whether vectors of fewer channels than lanes may be read: they go on into the next pixels'
  /// channels, which nobody uses, up to the end of the row. `last` is the last column read.
  ONNXCC_INLINE bool fitsBeyond(Index last) const {
    return readsBeyond && last * s.inStride + L <= (s.inWidth - 1) * s.inStride + s.channels;
  }

  /// `pixels.count` neighbouring pixels of a row, which sees the taps of `rows`.
  ONNXCC_NOINLINE void tile(const SlidePixels &pixels, Range rows, A *sums) const {
    const Index inColumn = pixels.column * s.strideWidth - s.padLeft;
    Window window;
    window.at = x + pixels.image * s.inBatchStride +
                (pixels.row * s.strideHeight - s.padTop) * s.inRowStride + inColumn * s.inStride +
                pixels.channel;
    window.rows = rows;
    if constexpr (K == 0)
      window.columns = {widthAxis(s).firstTap(pixels.column), widthAxis(s).endTap(pixels.column)};
    else
      window.columns = {-inColumn, smaller((pixels.count - 1) * Stride + K, s.inWidth - inColumn)};
    const Index last = inColumn + (window.columns.end - 1) * (K > 0 ? 1 : s.dilationWidth);
    if (Few && pixels.channels < L && !fitsBeyond(last))
      atBorder<A>(window, sums, pixels);
    else if (K > 0 && window.columns.begin <= 0 && window.columns.end == (P - 1) * Stride + K &&
             (rowsOf<Op> == 1 || (rows.begin == 0 && rows.end == s.kernelHeight)))
      vectors<Simd<A, L>, true>(window, sums, pixels);
    else
      atBorder<Simd<A, L>>(window, sums, pixels);
    finish(launch, pixels, sums);
  }

  /// With operands that can be read by whole vectors.
  ONNXCC_NOINLINE void runFew(Range tasks) const {
    typename Op::Operand memory[spacedElements];
    const Op spaced = op.spaced(memory, s.kernelHeight * s.kernelWidth, L);
    SlideWalk{s, x, spaced, launch, finish, true}.runRows(tasks);
  }

  ONNXCC_NOINLINE void run(Range tasks) const {
    if constexpr (Few && rowsOf<Op> == 1)
      if (s.channels < L && s.kernelHeight * s.kernelWidth <= spacedElements / L)
        return runFew(tasks);
    runRows(tasks);
  }

  ONNXCC_NOINLINE void runRows(Range tasks) const {
    alignas(64) A sums[P * slideChannels];
    const TaskGrid g = s.grid();
    const WindowAxis vertical = heightAxis(s);
    // As even as possible: 14 pixels are 7 and 7.
    const Index parts = ceilDiv(s.outWidth, K > 0 ? P : 1);
    g.forParts(tasks, 1, [&](Range rows, Range blocks) {
      for (Index b = blocks.begin; b < blocks.end; ++b)
        for (Index row = rows.begin; row < rows.end; ++row) {
          SlidePixels pixels{row / s.outHeight, row % s.outHeight, 0, 0, b * slideChannels, 0};
          pixels.channels = smaller(slideChannels, s.channels - pixels.channel);
          const Range taps{vertical.firstTap(pixels.row), vertical.endTap(pixels.row)};
          for (Index part = 0; part < parts; ++part, pixels.column += pixels.count) {
            pixels.count = s.outWidth * (part + 1) / parts - pixels.column;
            tile(pixels, taps, sums);
          }
        }
    });
  }
};

/// What is compiled for each launch: its epilogue.
template <class S, class A, class In, class Out, class Op, class E> struct Slide {
  static constexpr SlideTaps taps = SlideTaps::of<S>();
  static constexpr int L = lanes<A>;

  const S &s;
  const In *x;
  Out *y;
  const Op &op;
  const E &epilogue;

  /// Whether a block may have fewer channels than a vector has lanes.
  static constexpr bool hasFew() {
    if constexpr (isStatic<decltype(&S::channels)>)
      return S::channels % slideChannels != 0 && S::channels % slideChannels < L;
    else
      return L > 1;
  }

  /// Whether all channels are whole vectors.
  static constexpr bool isWhole() {
    if constexpr (isStatic<decltype(&S::channels)>)
      return S::channels % L == 0;
    else
      return L == 1;
  }

  static void finishPixels(const void *launch, const SlidePixels &p, const A *sums) {
    const Slide &self = *static_cast<const Slide *>(launch);
    const S &s = self.s;
    const E epilogue = self.epilogue; // a copy, which no store can change
    const Index channels = p.channels, channel = p.channel;
    Index pixel = (p.image * s.outHeight + p.row) * s.outWidth + p.column;
    Out *to = self.y + p.image * s.outBatchStride + p.row * s.outRowStride +
              p.column * s.outStride + p.channel;
    for (Index i = p.count; i > 0; --i, ++pixel, to += s.outStride, sums += slideChannels)
      for (Index c = 0; c < channels; c += L)
        finish<isWhole()>(load<Simd<A, L>>(sums + c), channels - c, to + c, epilogue, pixel,
                          channel + c);
  }

  /// What frames take without the arrays is measured (test/runtime/check_stack.py); an epilogue
  /// widens vectors of bytes.
  template <int P> static constexpr Index stackBytes() {
    using Walk = SlideWalk<P, taps.width, taps.stride, hasFew(), A, In, Op>;
    return 1408 + (sizeof(A) < 4 ? 4 * L : 0) + P * slideChannels * Index(sizeof(A)) +
           (hasFew() ? Walk::spacedElements * Index(sizeof(typename Op::Operand)) : 0);
  }

  template <int P> void run(Range tasks) const {
    using Walk = SlideWalk<P, taps.width, taps.stride, hasFew(), A, In, Op>;
    const SlideShape shape = SlideShape::of(s);
    Walk{shape, x, op, this, finishPixels}.run(tasks);
  }
};

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
