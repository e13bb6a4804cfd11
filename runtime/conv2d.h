// Part of onnxcc's runtime; yours to use without conditions.
//
// Convolution of NHWC tensors with packed weights, as an implicit matrix product.
//   x[batch][inHeight][inWidth][groups * inChannels]     (strides in the shape)
//   w[groups][ceil(outChannels / 16)][kernelHeight][kernelWidth][ceil(inChannels /
//   group)][16][group],
//     zero padded (Packing; if rows are joined, [kernelHeight][ceil(kernelWidth * inChannels /
//     group)][16][group])
//   y[batch][outHeight][outWidth][groups * outChannels]  (strides in the shape)
// The shape S and the epilogue are described in README.md.
#ifndef ONNXCC_RUNTIME_CONV2D_H
#define ONNXCC_RUNTIME_CONV2D_H

#include "padded.h"
#include "tile.h"
#include "window.h"

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

/// A convolution's shape at run time, so that all launches of a source share the code that walks
/// over it.
struct ConvShape {
  Index batch, groups, tasks;
  Index inHeight, inWidth, inChannels, outHeight, outWidth, outChannels;
  Index kernelHeight, kernelWidth, strideHeight, strideWidth, dilationHeight, dilationWidth;
  Index padTop, padLeft;
  Index inStride, inRowStride, inBatchStride, outStride, outRowStride, outBatchStride;

  template <class S> static constexpr ConvShape of(const S &s) {
    return {s.batch,       s.groups,       s.tasks,         s.inHeight,       s.inWidth,
            s.inChannels,  s.outHeight,    s.outWidth,      s.outChannels,    s.kernelHeight,
            s.kernelWidth, s.strideHeight, s.strideWidth,   s.dilationHeight, s.dilationWidth,
            s.padTop,      s.padLeft,      s.inStride,      s.inRowStride,    s.inBatchStride,
            s.outStride,   s.outRowStride, s.outBatchStride};
  }
  /// The part of rows of an image whose windows have the tap (kh, kw) inside.
  constexpr Region tapRegion(Index image, Range rows, Index kh, Index kw) const {
    const Range inRows = heightAxis(*this).inside(kh, rows),
                inColumns = widthAxis(*this).inside(kw, {0, outWidth});
    return {image, inRows.begin, inRows.end, inColumns.begin, inColumns.end,
            kh,    kh + 1,       kw,         kw + 1};
  }
};

/// Vectors of a group's channels.
struct ConvColumns {
  Index group, first;
  int vectors;
};

/// Sums [pixel][vectors] of the whole rows from number `firstRow` on.
template <class A> struct Kept {
  A *sums;
  Index firstRow;
};

/// The walks that a launch may take.
enum class ConvWalks { regions, taps, either, rows };

/// Calls f(products, places, row, column, inOneRow) for `count` tiles of `pixels` each, from pixel
/// number `first` of a region; (row, column) is the tile's first pixel.
template <class T, int P, int N, class W, class A, class S, class In, class F>
ONNXCC_INLINE void convTiles(const S &s, const In *x, const W *w, const ZeroPoint &zero,
                             const Region &r, Index first, Index count, int pixels,
                             const ConvColumns &c, const Kept<A> *kept, F f) {
  constexpr Packing packing = T::packing;
  constexpr int L = lanes<A>, perPanel = packing.columns / L, vector = L * packing.group;
  const Index tapStride = packing.runElements(s.inChannels),
              panelStride = s.kernelHeight * s.kernelWidth * tapStride;
  Index wAt[4 * N];
  for (Index j = 0, to = 0, lane = c.first % perPanel; j < c.vectors; ++j) {
    wAt[j] = to;
    const bool next = ++lane == perPanel;
    to += next ? panelStride - (perPanel - 1) * vector : Index(vector);
    lane = next ? 0 : lane;
  }

  // Where taps of a row are neighbours in memory, they are one longer run.
  const bool merge =
      s.dilationWidth == 1 && s.inStride == s.inChannels && s.inChannels % packing.group == 0;
  const Index tapColumns = larger(r.tapColumnEnd - r.tapColumn, Index(0));
  Products products;
  products.rows = r.tapRowEnd - r.tapRow;
  products.columns = merge ? 1 : tapColumns;
  products.depth = merge ? tapColumns * s.inChannels : s.inChannels;
  products.xRow = s.dilationHeight * s.inRowStride;
  products.xColumn = s.dilationWidth * s.inStride;
  products.xStep = 1;
  products.wRow = s.kernelWidth * tapStride;
  products.wColumn = tapStride;
  products.wStep = packing.stepElements();

  // The pixel at hand, and what takes it from the end of a row of the region to the start of the
  // next.
  Index column = r.column + first % r.width(), row = r.row + first / r.width();
  const Index xStep = s.strideWidth * s.inStride,
              xJump = s.strideHeight * s.inRowStride - r.width() * xStep;
  const Index sumStep = c.vectors * L;
  Index xAt[P], sumAt[P], sumJump = 0;
  alignas(64) A own[larger(P, 4) * N * L];
  Places<A, In, W> places{nullptr, xAt, nullptr, wAt, own, sumAt, kept != nullptr};
  places.x = x + r.image * s.inBatchStride + c.group * s.inChannels +
             (row * s.strideHeight - s.padTop + r.tapRow * s.dilationHeight) * s.inRowStride +
             (column * s.strideWidth - s.padLeft + r.tapColumn * s.dilationWidth) * s.inStride;
  places.w = w + (c.group * packing.panels(s.outChannels) + c.first / perPanel) * panelStride +
             c.first % perPanel * vector + (r.tapRow * s.kernelWidth + r.tapColumn) * tapStride;
  alignas(64) A start[isFloat<A> ? 1 : 4 * N * L];
  if constexpr (isSame<A, int32_t>)
    if (const int32_t shifted = zero.value + Dot<In, W, packing.group, L>::shift) {
      const Index taps = s.kernelHeight * s.kernelWidth;
      startSums<packing.columns, L>(
          start, -shifted,
          zero.sums + c.group * packing.panels(s.outChannels) * taps * packing.columns,
          {taps, s.kernelWidth, r.tapRow, r.tapRowEnd, r.tapColumn, r.tapColumnEnd}, c.first,
          c.vectors);
      places.start = start;
    }
  if (kept) {
    places.sums = kept->sums +
                  ((r.image * s.outHeight + row - kept->firstRow) * s.outWidth + column) * sumStep;
    sumJump = (s.outWidth - r.width()) * sumStep;
  }
  bool inOneRow = false;
  for (; count > 0; --count) {
    const Index firstRow = row, firstColumn = column;
    Index xNext = pixels * xStep, sumNext = pixels * sumStep;
    if (column + pixels < r.columnEnd) {
      if (!inOneRow)
        for (int i = 0; i < P; ++i) {
          xAt[i] = i * xStep;
          sumAt[i] = i * sumStep;
        }
      inOneRow = true;
      column += pixels;
    } else {
      inOneRow = false;
      xNext = sumNext = 0;
      for (int i = 0; i < pixels; ++i) {
        xAt[i] = xNext;
        sumAt[i] = sumNext;
        xNext += xStep;
        sumNext += sumStep;
        if (++column == r.columnEnd) {
          column = r.column;
          ++row;
          xNext += xJump;
          sumNext += sumJump;
        }
      }
    }
    f(products, places, firstRow, firstColumn, inOneRow);
    places.x += xNext;
    places.sums += kept ? sumNext : 0;
  }
}

/// The walk over a convolution: tasks, rows, blocks of channels, regions, tiles. It knows neither
/// the shape nor the epilogue, so launches share it.
template <int P, int N, class In, class W, bool Odd, int Columns, int Group> struct ConvWalk {
  using A = Accumulator<In, W>;
  static constexpr int L = lanes<A>;
  static constexpr Packing packing{Columns, Group};
  static_assert(Columns % L == 0, "panels of whole vectors");
  // Single pixels are tiled with more vectors: so many blocks of N vectors are walked over at once.
  static constexpr Index blocksAtOnce = P > 1 ? 4 : 1;
  /// Pixels whose sums are kept while one tap after the other is added: 8 KiB.
  static constexpr Index keptPixels = 8 * 1024 / Index(N * L * sizeof(A));
  using Kernels = TileKernels<P, N, L, A, In, W, Odd, Group, int(packing.stepElements())>;

  /// Epilogue and stores of `count` pixels of the region from (row, column).
  using Finish = void (*)(const void *launch, const Region &r, Index row, Index column, Index count,
                          const A *sums, const ConvColumns &c);
  /// If not null, sums and finishes `count` tiles of P pixels and N vectors from the region's first
  /// pixel: for sums so short that the passage through memory would be felt.
  using Tiles = void (*)(const void *launch, const Region &r, Index count, const ConvColumns &c);

  const ConvShape &s;
  const In *x;
  const W *w;
  const ZeroPoint zero;
  const void *launch;
  Finish finish;
  Tiles fullTilesOf;

  static constexpr Index vectorCount(const ConvShape &s) { return ceilDiv(s.outChannels, L); }
  static constexpr Index groupBlocks(const ConvShape &s) { return ceilDiv(vectorCount(s), N); }
  static constexpr TaskGrid grid(const ConvShape &s) {
    const Index inputs = s.batch * s.inHeight * s.inWidth * s.groups * s.inChannels;
    const Index weights = s.groups * s.outChannels * s.kernelHeight * s.kernelWidth * s.inChannels;
    return TaskGrid::make(s.batch * s.outHeight, s.groups * groupBlocks(s), s.tasks,
                          weights > inputs, ceilDiv(Cut<P>::least, larger(s.outWidth, Index(1))));
  }

  /// `count` tiles of `pixels` each, from pixel number `first` of the region, whose taps are all
  /// inside: finished, or added to the sums that are kept.
  ONNXCC_NOINLINE void tiles(const Region &r, Index first, Index count, int pixels,
                             const ConvColumns &c, const Kept<A> *kept) const {
    convTiles<ConvWalk, P, N, W, A>(s, x, w, zero, r, first, count, pixels, c, kept,
                                    [&](const Products &products, const Places<A, In, W> &places,
                                        Index row, Index column, bool) {
                                      Kernels::sum({pixels, c.vectors}, products, places);
                                      if (!kept)
                                        finish(launch, r, row, column, pixels, places.sums, c);
                                    });
  }

  /// The pixels of a region that no full tile covers, one by one.
  void rest(const Region &r, Index group, Range vectors, const Kept<A> *kept) const {
    const Index covered = Cut<P>(r.pixels()).covered();
    if (covered == r.pixels())
      return;
    ConvColumns c{group, vectors.begin, 0};
    for (; c.first < vectors.end; c.first += c.vectors) {
      c.vectors = kept ? int(vectors.end - c.first) : Kernels::fit(1, vectors.end - c.first);
      tiles(r, covered, r.pixels() - covered, 1, c, kept);
    }
  }

  void fullTiles(const Region &r, const ConvColumns &c, const Kept<A> *kept) const {
    const Cut<P> cut(r.pixels());
    if (cut.full > 0) {
      if (fullTilesOf && !kept && c.vectors == N)
        fullTilesOf(launch, r, cut.full, c);
      else
        tiles(r, 0, cut.full, P, c, kept);
    }
    if (cut.less > 0)
      tiles(r, cut.full * P, cut.less, P - 1, c, kept);
  }

  /// Regions whose windows are inside in the same taps, one after the other.
  ONNXCC_NOINLINE void byRegions(Range rows, Index group, Range vectors) const {
    // Where the end of a row is followed by the start of the next, in the image as in the output,
    // many rows are one.
    const bool joined = s.strideHeight * s.inRowStride == s.outWidth * s.strideWidth * s.inStride &&
                        s.outRowStride == s.outWidth * s.outStride;
    const auto regions = [&](auto f) {
      forRegions(s, rows, [&](Region r) {
        if (joined && r.width() == s.outWidth) {
          r.columnEnd = r.pixels();
          r.rowEnd = r.row + 1;
        }
        f(static_cast<const Region &>(r));
      });
    };
    // A few vectors at a time, so that their weights stay in the cache.
    ConvColumns c{group, vectors.begin, 0};
    for (; c.first < vectors.end; c.first += c.vectors) {
      c.vectors = Kernels::fit(P, vectors.end - c.first);
      regions([&](const Region &r) { fullTiles(r, c, nullptr); });
    }
    regions([&](const Region &r) { rest(r, group, vectors, nullptr); });
  }

  /// One tap after the other, each for all pixels that have it inside: on small planes this leaves
  /// longer runs of pixels than regions do, and a tap's weights stay in the first level cache.
  ONNXCC_NOINLINE void byTaps(Range rows, Index group, Range vectors) const {
    alignas(64) A sums[keptPixels * N * L];
    const Index rowsAtOnce = keptPixels / s.outWidth;
    ConvColumns c{group, vectors.begin, 0};
    for (; c.first < vectors.end; c.first += c.vectors) {
      c.vectors = Kernels::fit(P, vectors.end - c.first);
      for (Index at = rows.begin, end; at < rows.end; at = end) {
        const Index image = at / s.outHeight, first = at - image * s.outHeight;
        end = smaller(smaller(rows.end, at + rowsAtOnce), (image + 1) * s.outHeight);
        const Range some{first, first + end - at};
        for (Index i = 0; i < (end - at) * s.outWidth * c.vectors; ++i)
          store(sums + i * L, splat<Simd<A, L>>(0));
        const Kept<A> kept{sums, at};
        for (Index kh = 0; kh < s.kernelHeight; ++kh)
          for (Index kw = 0; kw < s.kernelWidth; ++kw) {
            const Region r = s.tapRegion(image, some, kh, kw);
            if (r.rowEnd > r.row && r.columnEnd > r.column) {
              fullTiles(r, c, &kept);
              rest(r, group, {c.first, c.first + c.vectors}, &kept);
            }
          }
        const Region plane{image, some.begin, some.end, 0, s.outWidth, 0, 0, 0, 0};
        finish(launch, plane, some.begin, 0, plane.pixels(), sums, c);
      }
    }
  }

  /// Rows of taps as one run each, over a copy of the input in which the zero point surrounds the
  /// image: all windows have all taps. For few channels, which fill no group.
  ONNXCC_NOINLINE void byRows(Range rows, Index group, Range vectors) const {
    const PaddedRows padded = PaddedRows::of(s, Group);
    alignas(64) In copy[PaddedRows::bytes];
    ConvShape whole = s;
    whole.inChannels = padded.run;
    whole.inStride = s.inChannels;
    whole.inRowStride = padded.line;
    whole.kernelWidth = 1;
    whole.padTop = whole.padLeft = 0;
    // The copy is of one group, which to the tiles is the only one.
    const In *const from = x + group * s.inChannels;
    const Index panels = group * packing.panels(s.outChannels) * s.kernelHeight;
    const W *const weights = w + panels * packing.runElements(padded.run);
    const ZeroPoint point{zero.value, zero.sums + panels * Columns};
    for (Index at = rows.begin, end; at < rows.end; at = end) {
      const Index image = at / s.outHeight, first = at - image * s.outHeight;
      end = smaller(smaller(rows.end, at + padded.rows), (image + 1) * s.outHeight);
      for (Index column = 0, next; column < s.outWidth; column = next) {
        next = smaller(s.outWidth, column + padded.columns);
        const Region r{image, first, first + end - at, column, next, 0, s.kernelHeight, 0, 1};
        const Region copied{0, 0, end - at, 0, next - column, 0, s.kernelHeight, 0, 1};
        padded.fill(copy, s, from, r, In(zero.value));
        const auto some = [&](Index pixel, Index count, int pixels, const ConvColumns &c) {
          convTiles<ConvWalk, P, N, W, A>(
              whole, static_cast<const In *>(copy), weights, point, copied, pixel, count, pixels,
              ConvColumns{0, c.first, c.vectors}, static_cast<const Kept<A> *>(nullptr),
              [&](const Products &products, const Places<A, In, W> &places, Index i, Index j,
                  bool) {
                Kernels::sum({pixels, c.vectors}, products, places);
                finish(launch, r, first + i, column + j, pixels, places.sums, c);
              });
        };
        const Cut<P> cut(r.pixels());
        ConvColumns c{group, vectors.begin, 0};
        for (; c.first < vectors.end; c.first += c.vectors) {
          c.vectors = Kernels::fit(P, vectors.end - c.first);
          some(0, cut.full, P, c);
          some(cut.full * P, cut.less, P - 1, c);
        }
        const Index left = r.pixels() - cut.covered();
        for (c.first = vectors.begin; left > 0 && c.first < vectors.end; c.first += c.vectors) {
          c.vectors = Kernels::fit(1, vectors.end - c.first);
          some(cut.covered(), left, 1, c);
        }
      }
    }
  }

  /// Whether byTaps takes less time than byRegions: both compute the same products, in tiles that
  /// take as long whether they are full or not, and a tile costs some products' time beside them.
  static constexpr bool tapsAreCheaper(const ConvShape &s) {
    if (s.kernelHeight * s.kernelWidth == 1 || s.outWidth > 4 * P + 2 || s.outWidth > keptPixels)
      return false;
    constexpr Index perTile = 20;
    const Index steps = ceilDiv(s.inChannels, Group);
    Index regions = 0, taps = 0;
    forRegions(s, {0, s.outHeight}, [&](const Region &r) {
      regions += ((r.tapRowEnd - r.tapRow) * (r.tapColumnEnd - r.tapColumn) * steps + perTile) *
                 ceilDiv(r.pixels(), P);
    });
    for (Index kh = 0; kh < s.kernelHeight; ++kh)
      for (Index kw = 0; kw < s.kernelWidth; ++kw) {
        const Region r = s.tapRegion(0, {0, s.outHeight}, kh, kw);
        if (r.rowEnd > r.row && r.columnEnd > r.column)
          taps += (steps + perTile) * ceilDiv(r.pixels(), P);
      }
    return taps < regions;
  }

  /// A walk that is not taken is not compiled: its stack and its code count.
  template <ConvWalks Walks> ONNXCC_NOINLINE void run(Range tasks) const {
    const bool useTaps =
        Walks == ConvWalks::taps || (Walks == ConvWalks::either && tapsAreCheaper(s));
    const TaskGrid g = grid(s);
    // Rows whose inputs stay in the cache while all weights pass by.
    const Index rowBytes = s.strideHeight * s.inWidth * s.groups * s.inChannels * Index(sizeof(In));
    const Index greatest = larger(Index(1), cacheBytes / larger(rowBytes, Index(1)));
    g.forParts(tasks, blocksAtOnce, [&](Range all, Range blocks) {
      // In parts of one size: the weights pass by for a last part of one row as for a large one.
      const Index parts = ceilDiv(all.end - all.begin, greatest);
      const Index rowsAtOnce = ceilDiv(all.end - all.begin, larger(parts, Index(1)));
      for (Index row = all.begin; row < all.end; row += rowsAtOnce) {
        const Range rows{row, smaller(row + rowsAtOnce, all.end)};
        for (Index b = blocks.begin, next = 0; b < blocks.end; b = next) {
          const Index group = b / groupBlocks(s), before = group * groupBlocks(s);
          next = smaller(smaller(b + blocksAtOnce, blocks.end), before + groupBlocks(s));
          const Range vectors{(b - before) * N, smaller((next - before) * N, vectorCount(s))};
          if constexpr (Walks == ConvWalks::rows)
            byRows(rows, group, vectors);
          else if constexpr (Walks == ConvWalks::taps)
            byTaps(rows, group, vectors);
          else if constexpr (Walks == ConvWalks::regions)
            byRegions(rows, group, vectors);
          else if (useTaps)
            byTaps(rows, group, vectors);
          else
            byRegions(rows, group, vectors);
        }
      }
    });
  }
};

/// What is compiled for each launch: its epilogue and, where sums are short, its full tiles.
template <class S, class In, class W, class Out, class E> struct Conv2D {
  using A = Accumulator<In, W>;
  static constexpr int L = lanes<A>;
  static constexpr int P = S::tile.pixels, N = S::tile.vectors;

  static constexpr bool isOdd() {
    if constexpr (isStatic<decltype(&S::outChannels)>)
      return ceilDiv(S::outChannels, L) % N != 0;
    else
      return N > 1;
  }
  /// Whether the vectors of all columns are whole.
  static constexpr bool isWhole() {
    if constexpr (isStatic<decltype(&S::outChannels)>)
      return S::outChannels % L == 0;
    else
      return L == 1;
  }
  static constexpr Packing packing = packingOf<S>;
  using Walk = ConvWalk<P, N, In, W, isOdd(), packing.columns, packing.group>;

  const S &s;
  const In *x;
  const W *w;
  const ZeroPoint zero;
  Out *y;
  const E &epilogue;

  /// See ConvWalk::Finish and ConvWalk::Tiles.
  static void finishPixels(const void *launch, const Region &r, Index row, Index column,
                           Index count, const A *sums, const ConvColumns &c) {
    const Conv2D &self = *static_cast<const Conv2D *>(launch);
    const S &s = self.s;
    const E epilogue = self.epilogue; // a copy, which no store can change
    const Index channel = c.group * s.outChannels + c.first * L;
    const int vectors = c.vectors;
    Index pixel = (r.image * s.outHeight + row) * s.outWidth + column, left = r.columnEnd - column;
    Out *to =
        self.y + r.image * s.outBatchStride + row * s.outRowStride + column * s.outStride + channel;
    for (; count > 0; --count, ++pixel, to += s.outStride) {
      if (left-- == 0) {
        left = r.width() - 1;
        pixel += s.outWidth - r.width();
        to += s.outRowStride - r.width() * s.outStride;
      }
      for (int j = 0; j < vectors; ++j, sums += L)
        onnxcc::finish<isWhole()>(load<Simd<A, L>>(sums), s.outChannels - (c.first + j) * L,
                                  to + j * L, epilogue, pixel, channel + j * L);
    }
  }

  static void fullTiles(const void *launch, const Region &r, Index count, const ConvColumns &c) {
    const Conv2D &self = *static_cast<const Conv2D *>(launch);
    const S &s = self.s;
    const Index channel = c.group * s.outChannels + c.first * L;
    Out *const y = self.y + r.image * s.outBatchStride + channel;
    const E epilogue = self.epilogue; // a copy, which no store can change
    convTiles<Walk, P, N, W, A>(
        s, self.x, self.w, self.zero, r, 0, count, P, ConvColumns{c.group, c.first, N},
        static_cast<const Kept<A> *>(nullptr),
        [&](const Products &products, const Places<A, In, W> &places, Index row, Index column,
            bool inOneRow) {
          if (!inOneRow) {
            sumProducts<P, N, L, packing.group, int(packing.stepElements())>(products, places);
            return finishPixels(launch, r, row, column, P, places.sums, c);
          }
          // Distances between pixels that are constants: no register holds them.
          Index xAt[P];
          ONNXCC_UNROLL
          for (int i = 0; i < P; ++i)
            xAt[i] = i * s.strideWidth * s.inStride;
          Places<A, In, W> constant = places;
          constant.xAt = xAt;
          Simd<A, L> acc[P][N];
          sumTile<packing.group, int(packing.stepElements())>(acc, products, constant);
          Out *const to = y + row * s.outRowStride + column * s.outStride;
          const Index pixel = (r.image * s.outHeight + row) * s.outWidth + column;
          ONNXCC_UNROLL
          for (int i = 0; i < P; ++i)
            ONNXCC_UNROLL
          for (int j = 0; j < N; ++j)
            onnxcc::finish<isWhole()>(acc[i][j], s.outChannels - (c.first + j) * L,
                                      to + i * s.outStride + j * L, epilogue, pixel + i,
                                      channel + j * L);
        });
  }
  /// Whether sums are so short that it pays to compile full tiles for this launch, with constants
  /// and with the epilogue of sums in registers.
  static constexpr bool isShort() {
    if constexpr (packing.joinsRows)
      return false;
    else if constexpr (isStatic<decltype(&S::kernelHeight)> &&
                       isStatic<decltype(&S::kernelWidth)> && isStatic<decltype(&S::inChannels)>)
      return S::kernelHeight * S::kernelWidth * ceilDiv(S::inChannels, packing.group) <= 100;
    else
      return false;
  }

  /// What the choice between the walks depends on is constant, the batch apart.
  static constexpr ConvWalks walks() {
    if constexpr (packing.joinsRows)
      return ConvWalks::rows;
    else if constexpr (isStatic<decltype(&S::inHeight)> && isStatic<decltype(&S::inWidth)> &&
                       isStatic<decltype(&S::outHeight)> && isStatic<decltype(&S::outWidth)> &&
                       isStatic<decltype(&S::inChannels)> && isStatic<decltype(&S::padTop)> &&
                       isStatic<decltype(&S::padLeft)> && isStatic<decltype(&S::kernelHeight)> &&
                       isStatic<decltype(&S::kernelWidth)>)
      return Walk::tapsAreCheaper(ConvShape::of(S{})) ? ConvWalks::taps : ConvWalks::regions;
    else
      return ConvWalks::either;
  }

  /// What frames take without the arrays is measured (test/runtime/check_stack.py).
  static constexpr Index stackBytes() {
    return 1792 + (isFloat<A> ? 0 : 192) + tileStackBytes<P, N, L, A> +
           (isShort() ? P * N * L * Index(sizeof(A)) : 0) + // a tile of the launch's own
           (walks() == ConvWalks::regions ? 0
            : walks() == ConvWalks::rows
                ? PaddedRows::bytes + 6144 // a walk below the one that copies
                : Walk::keptPixels * N * L * Index(sizeof(A)));
  }

  void run(Range tasks) const {
    typename Walk::Tiles tiles = nullptr;
    if constexpr (isShort())
      tiles = fullTiles;
    if constexpr (__is_empty(S)) {
      static constexpr ConvShape shape = ConvShape::of(S());
      Walk{shape, x, w, zero, this, finishPixels, tiles}.template run<walks()>(tasks);
    } else {
      const ConvShape shape = ConvShape::of(s);
      Walk{shape, x, w, zero, this, finishPixels, tiles}.template run<walks()>(tasks);
    }
  }
};

/// Tasks of conv2d: any partition of 0..conv2dTasks(s)-1 into ranges gives the same bits.
template <class S, class In = float, class W = float> constexpr Index conv2dTasks(const S &s) {
  struct None {};
  return Conv2D<S, In, W, float, None>::Walk::grid(ConvShape::of(s)).count();
}

/// The stack that a call takes at most, without the epilogue's own calls.
template <class S, class In = float, class W = float> constexpr Index conv2dStackBytes(const S &) {
  struct None {};
  return Conv2D<S, In, W, float, None>::stackBytes();
}

/// epilogue(acc, pixel, channel) -> what is stored; pixel is (n * outHeight + h) * outWidth + w.
template <class S, class In, class W, class Out, class E>
inline void conv2d(const S &s, const In *x, const W *w, Out *y, Range tasks, E epilogue) {
  static_assert(packingOf<S>.group != 4, "groups of bytes need the sums of the weights");
  Conv2D<S, In, W, Out, E>{s, x, w, {}, y, epilogue}.run(tasks);
}

/// The same of integers with (x - zero.value) in the place of x; padding counts for nothing.
/// zero.sums[groups][ceil(outChannels / 16)][kernelHeight][kernelWidth][16], zero padded.
template <class S, class In, class W, class Out, class E>
inline void conv2d(const S &s, const In *x, const W *w, const ZeroPoint &zero, Out *y, Range tasks,
                   E epilogue) {
  Conv2D<S, In, W, Out, E>{s, x, w, zero, y, epilogue}.run(tasks);
}

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
