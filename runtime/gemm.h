// Part of onnxcc's runtime; yours to use without conditions.
//
// Matrix products, batched: y[row][column] = sum over depth of a[row][k] * b[k][column].
//   packed:  b[batch][ceil(columns / 16)][ceil(depth / group)][16][group], zero padded (Packing);
//            codes of floats (Blocks) too, of 8 bits, or of 4 as Nibbles, a group each
//   else     b[batch][depth][columns] with a stride between rows, or any stride
//   between columns
// The shape S and the epilogue are described in README.md.
#ifndef ONNXCC_RUNTIME_GEMM_H
#define ONNXCC_RUNTIME_GEMM_H

#include "tile.h"
#include "window.h"

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

/// Whether columns of B may be other than neighbours.
template <class S> constexpr bool mayTranspose() {
  if constexpr (isStatic<decltype(&S::packed)>)
    if constexpr (S::packed)
      return false;
  if constexpr (isStatic<decltype(&S::bColumn)>)
    return S::bColumn != 1;
  else
    return true;
}

template <class S, class In, class W, class Out, class E, class Scaling = Unscaled> struct Gemm {
  using A = Accumulator<In, W>;
  static constexpr int L = lanes<A>;
  static constexpr Packing packing = packingOf<S>;
  static_assert(packing.columns % L == 0, "panels of whole vectors");
  static constexpr int perPanel = packing.columns / L;
  static constexpr int P = S::tile.pixels, N = S::tile.vectors;
  // Single rows are tiled with more vectors: so many blocks of N vectors are walked over at once.
  static constexpr Index blocksAtOnce = P > 1 ? 4 : 1;

  const S &s;
  const In *ONNXCC_RESTRICT a;
  const W *ONNXCC_RESTRICT b;
  const ZeroPoint zero;
  Out *y;
  const E &epilogue;
  const Scaling scaling{};
  static constexpr bool isScaled = isSame<Scaling, Blocks>;

  static constexpr Index vectorCount(const S &s) { return ceilDiv(s.columns, L); }

  static constexpr TaskGrid grid(const S &s) {
    const Index rows = Index(s.batch) * s.rows;
    return TaskGrid::make(rows, ceilDiv(vectorCount(s), N), s.tasks, rows < s.columns,
                          smaller(Cut<P>::least, Index(s.rows)));
  }

  static constexpr bool mayCopy() {
    if constexpr (isStatic<decltype(&S::packed)>)
      return !S::packed;
    else
      return true;
  }

  /// Whether the operands lie as the quickest kernels want them.
  static constexpr bool isPacked() {
    if constexpr (isStatic<decltype(&S::aColumn)>)
      return !mayCopy() && S::aColumn == 1;
    else
      return false;
  }

  struct Rows {
    Index batch, row, end;
  };

  static constexpr Index staticColumns() {
    if constexpr (isStatic<decltype(&S::columns)>)
      return S::columns;
    else
      return 0;
  }
  static constexpr bool wholeVectors = staticColumns() && staticColumns() % L == 0;
  /// Whether B may have columns that are no whole vector and cannot be read as one.
  static constexpr bool mayBeNarrow = mayCopy() && !wholeVectors;
  /// N vectors of Lanes lanes. Narrower ones come one by one.
  template <int N, int Lanes>
  using Kernels =
      TileKernels<P, N, Lanes, A, In, W,
                  (N > 1 &&
                   (!staticColumns() || mayBeNarrow || ceilDiv(staticColumns(), L) % N != 0)),
                  packing.group, isPacked() ? int(packing.template stepElements<W>()) : 0>;
  static_assert(packing.group == 1 || !mayCopy(), "groups are packed");

  /// The sums of the weights of a product of the batch.
  const int32_t *sumsOf(Index batch) const {
    return zero.sums + (s.bBatch == 0 ? 0 : batch * packing.panels(s.columns) * packing.columns);
  }

  /// `count` tiles from `row` and `column`. `panel`, if not null, holds these columns:
  /// [depth][N * L].
  template <int N, int Lanes>
  ONNXCC_NOINLINE void tiles(Index batch, Index row, Index count, Index column, Tile tile,
                             const W *panel = nullptr) const {
    Products products{1, 1, s.depth, 0, 0, s.aColumn, 0, 0, 0};
    products.wStep = panel      ? Index(N * L)
                     : s.packed ? packing.template stepElements<W>()
                                : Index(s.bRow);
    const Index first = column / L;
    constexpr Index width = packing.template stepElements<W>() / packing.columns; // of a column
    Index aAt[P], bAt[4 * N], sumAt[P];
    for (Index j = 0, to = 0, lane = first % perPanel; j < tile.vectors; ++j) {
      bAt[j] = to;
      const bool next = s.packed && !panel && ++lane == perPanel;
      to += next       ? packing.template runElements<W>(s.depth) - (perPanel - 1) * L * width
            : panel    ? Index(Lanes)
            : s.packed ? Index(Lanes) * width
                       : Lanes * s.bColumn;
      lane = next ? 0 : lane;
    }
    for (int i = 0; i < P; ++i) {
      aAt[i] = i * s.aRow;
      sumAt[i] = i * tile.vectors * Lanes;
    }
    alignas(64) A own[larger(P, 4) * N * Lanes];
    Places<A, In, W, Conditional<isScaled, BlockPlaces, Unscaled>> places{
        a + batch * s.aBatch + row * s.aRow, aAt, panel, bAt, own, sumAt, false};
    if (!panel)
      places.w = b + batch * s.bBatch +
                 (s.packed ? first / perPanel * packing.template runElements<W>(s.depth) +
                                 first % perPanel * L * width
                           : column * s.bColumn);
    Index blockAt[isScaled ? 4 * N : 1];
    if constexpr (isScaled) {
      const Index panelBlocks = ceilDiv(Index(s.depth), scaling.depth) * packing.columns;
      for (Index j = 0, at = column; j < tile.vectors; ++j, at += Lanes)
        blockAt[j] = (at / packing.columns + (s.bBatch ? batch * packing.panels(s.columns) : 0)) *
                         panelBlocks +
                     at % packing.columns;
      places.scaling = {scaling, blockAt, packing.columns};
    }
    alignas(64) A start[isFloat<A> ? 1 : 4 * N * Lanes];
    if constexpr (isSame<A, int32_t>)
      if (const int32_t shifted = zero.value + Dot<In, W, packing.group, Lanes>::shift) {
        startSums<packing.columns, Lanes>(start, -shifted, sumsOf(batch), {1, 1, 0, 1, 0, 1},
                                          column / Lanes, tile.vectors);
        places.start = start;
      }
    for (; count > 0; --count) {
      Kernels<N, Lanes>::sum(tile, products, places);
      places.x += tile.pixels * s.aRow;
      const A *sum = own;
      for (int i = 0; i < tile.pixels; ++i, ++row) {
        Out *out = y + batch * s.yBatch + row * s.yRow + column;
        for (int j = 0; j < tile.vectors; ++j, sum += Lanes)
          finish<wholeVectors>(load<Simd<A, Lanes>>(sum), s.columns - column - j * Lanes,
                               out + j * Lanes, epilogue, batch * s.rows + row, column + j * Lanes);
      }
    }
  }

  /// Columns begin..end-1 of `count` tiles, in whole vectors as long as B may be read that far.
  template <int N, int Lanes>
  ONNXCC_INLINE void columnsOf(Index batch, Index row, Index count, Index begin, Index end,
                               int rows) const {
    const Index readable = s.packed ? ceilDiv(end, Lanes) * Lanes : end;
    int vectors;
    for (; readable - begin >= Lanes; begin += vectors * Lanes) {
      vectors = Kernels<N, Lanes>::fit(rows, (readable - begin) / Lanes);
      tiles<N, Lanes>(batch, row, count, begin, {rows, vectors});
    }
    if constexpr (Lanes > 1 && mayBeNarrow)
      if (begin < end)
        columnsOf<1, Lanes / 2>(batch, row, count, begin, end, rows);
  }

  /// B's columns are contiguous along the depth: dot products, both operands in vectors along the
  /// depth.
  template <int P, int N>
  ONNXCC_NOINLINE void dots(Index batch, Index row, Index count, Index column) const {
    using V = Simd<A, L>;
    using D = Dot<In, W, 1, L>;
    const W *bs[N];
    ONNXCC_UNROLL
    for (int j = 0; j < N; ++j)
      bs[j] = b + batch * s.bBatch + (column + j) * s.bColumn;
    for (; count > 0; --count, row += P) {
      const In *as[P];
      ONNXCC_UNROLL
      for (int i = 0; i < P; ++i)
        as[i] = a + batch * s.aBatch + (row + i) * s.aRow;
      V acc[P][N];
      clear(acc);
      Index k = 0;
      for (; k + L <= s.depth; k += L) {
        V vb[N];
        ONNXCC_UNROLL
        for (int j = 0; j < N; ++j)
          vb[j] = D::template weight<0>(bs[j] + k);
        ONNXCC_UNROLL
        for (int i = 0; i < P; ++i) {
          const V va = load<V>(as[i] + k);
          ONNXCC_UNROLL
          for (int j = 0; j < N; ++j)
            acc[i][j] = D::dot(acc[i][j], va, vb[j]);
        }
      }
      A sums[P][N];
      ONNXCC_UNROLL
      for (int i = 0; i < P; ++i)
        ONNXCC_UNROLL
      for (int j = 0; j < N; ++j)
        sums[i][j] = reduceLanes<Sum>(acc[i][j]);
      for (; k < s.depth; ++k)
        ONNXCC_UNROLL
      for (int i = 0; i < P; ++i)
        ONNXCC_UNROLL
      for (int j = 0; j < N; ++j)
        sums[i][j] = addProduct(cast<A>(as[i][k]), cast<A>(bs[j][k]), sums[i][j]);
      if constexpr (isSame<A, int32_t>)
        if (zero.value)
          for (int j = 0; j < N; ++j)
            for (int i = 0; i < P; ++i)
              sums[i][j] = addProduct(-zero.value, sumsOf(batch)[column + j], sums[i][j]);
      ONNXCC_UNROLL
      for (int i = 0; i < P; ++i)
        finish<false>(load<Simd<A, N>>(sums[i]), N,
                      y + batch * s.yBatch + (row + i) * s.yRow + column, epilogue,
                      batch * s.rows + row + i, column);
    }
  }
  template <int N> ONNXCC_INLINE void dotsOf(Rows r, Index &begin, Index end) const {
    constexpr int P = L > 1 ? 8 / N * 3 / 2 : 1; // 3x4, 6x2, 12x1: twelve sums
    for (; begin + N <= end; begin += N) {
      const Index count = (r.end - r.row) / P;
      dots<P, N>(r.batch, r.row, count, begin);
      for (Index row = r.row + count * P; row < r.end; ++row)
        dots<1, N>(r.batch, row, 1, begin);
    }
  }

  /// Columns of an operand that is not packed are copied to the stack where many rows use them:
  /// rows of B whose distance is a power of two fall into few sets of the caches.
  static constexpr Index copyBytes = 32 * 1024;
  static constexpr Index copyRows = 4 * P;

  ONNXCC_NOINLINE void copiedBlock(Rows r, Index begin, Index end) const {
    constexpr int columns = N * L;
    alignas(64) W panel[copyBytes / sizeof(W)];
    const Cut<P> cut(r.end - r.row);
    const Index less = r.row + cut.full * P, left = r.row + cut.covered();
    for (Index c = begin; c < end; c += columns) {
      const W *from = b + r.batch * s.bBatch + c * s.bColumn;
      const Index n = smaller(Index(columns), end - c);
      if (s.bColumn == 1 && n == columns)
        for (Index k = 0; k < s.depth; ++k)
          __builtin_memcpy(panel + k * columns, from + k * s.bRow, columns * sizeof(W));
      else
        for (Index k = 0; k < s.depth; ++k)
          for (Index j = 0; j < columns; ++j)
            panel[k * columns + j] = j < n ? from[k * s.bRow + j * s.bColumn] : W();
      int vectors;
      for (Index at = 0; at < n; at += vectors * L) {
        vectors = Kernels<N, L>::fit(P, ceilDiv(n - at, L));
        tiles<N, L>(r.batch, r.row, cut.full, c + at, {P, vectors}, panel + at);
        tiles<N, L>(r.batch, less, cut.less, c + at, {P - 1, vectors}, panel + at);
        tiles<N, L>(r.batch, left, r.end - left, c + at, {1, vectors}, panel + at);
      }
    }
  }

  static constexpr bool mayCopyRows(const S &s) {
    return mayCopy() && !s.packed && s.rows >= copyRows &&
           s.depth * N * L * Index(sizeof(W)) <= copyBytes;
  }
  /// What frames take without the arrays is measured (test/runtime/check_stack.py).
  static constexpr Index stackBytes(const S &s) {
    return 896 + (isFloat<A> ? 0 : 384) + tileStackBytes<P, N, L, A> +
           (mayCopyRows(s) ? copyBytes + 384 : 0);
  }

  ONNXCC_INLINE void block(Rows r, Index begin, Index end) const {
    if constexpr (mayCopy())
      if (!s.packed && r.end - r.row >= copyRows && s.depth * N * L * Index(sizeof(W)) <= copyBytes)
        return copiedBlock(r, begin, end);
    if constexpr (mayTranspose<S>())
      if (!s.packed && s.bColumn != 1) {
        if (s.aColumn == 1 && s.bRow == 1) {
          if constexpr (L >= 4)
            dotsOf<4>(r, begin, end);
          dotsOf<1>(r, begin, end);
        } else {
          for (Index row = r.row; row < r.end; ++row)
            columnsOf<1, 1>(r.batch, row, 1, begin, end, 1);
        }
        return;
      }
    const Cut<P> cut(r.end - r.row);
    const Index less = r.row + cut.full * P;
    for (Index c = begin; c < end; c += N * L) {
      const Index columnsEnd = smaller(c + N * L, end);
      if (cut.full > 0)
        columnsOf<N, L>(r.batch, r.row, cut.full, c, columnsEnd, P);
      if (P >= 4 && cut.less > 0)
        columnsOf<N, L>(r.batch, less, cut.less, c, columnsEnd, P - 1);
    }
    r.row += cut.covered();
    if (P > 1 && r.row < r.end)
      columnsOf<N, L>(r.batch, r.row, r.end - r.row, begin, end, 1);
  }

  ONNXCC_INLINE void run(Range tasks) const {
    const TaskGrid g = grid(s);
    const Index rowsAtOnce =
        larger(Index(P), cacheBytes / larger(Index(s.depth * sizeof(In)), Index(1)) / P * P);
    g.forParts(tasks, blocksAtOnce, [&](Range all, Range blocks) {
      for (Index at = all.begin; at < all.end;) {
        Rows r;
        r.batch = at / s.rows;
        r.row = at - r.batch * s.rows;
        r.end = smaller(smaller(Index(s.rows), r.row + rowsAtOnce), r.row + all.end - at);
        for (Index i = blocks.begin, next = 0; i < blocks.end; i = next) {
          next = smaller(i + blocksAtOnce, blocks.end);
          block(r, i * N * L, smaller(next * N * L, Index(s.columns)));
        }
        at += r.end - r.row;
      }
    });
  }
};

/// Tasks of gemm: any partition of 0..gemmTasks(s)-1 into ranges gives the same bits.
template <class S, class In = float, class W = float> constexpr Index gemmTasks(const S &s) {
  struct None {};
  return Gemm<S, In, W, float, None>::grid(s).count();
}

/// The stack that a call takes at most, without the epilogue's own calls.
template <class S, class In = float, class W = float> constexpr Index gemmStackBytes(const S &s) {
  struct None {};
  return Gemm<S, In, W, float, None>::stackBytes(s);
}

/// epilogue(acc, row, column) -> what is stored; row is batch * rows + row.
template <class S, class In, class W, class Out, class E>
inline void gemm(const S &s, const In *a, const W *b, Out *y, Range tasks, E epilogue) {
  static_assert(packingOf<S>.group != 4, "groups of bytes need the sums of the weights");
  Gemm<S, In, W, Out, E>{s, a, b, {}, y, epilogue}.run(tasks);
}

/// The same with weights that are codes, packed.
template <class S, class In, class W, class Out, class E>
inline void gemm(const S &s, const In *a, const W *b, const Blocks &blocks, Out *y, Range tasks,
                 E epilogue) {
  Gemm<S, In, W, Out, E, Blocks>{s, a, b, {}, y, epilogue, blocks}.run(tasks);
}

/// The same of integers with (a - zero.value) in the place of a; zero.sums[batch of b][columns,
/// padded], where b is not packed too.
template <class S, class In, class W, class Out, class E>
inline void gemm(const S &s, const In *a, const W *b, const ZeroPoint &zero, Out *y, Range tasks,
                 E epilogue) {
  Gemm<S, In, W, Out, E>{s, a, b, zero, y, epilogue}.run(tasks);
}

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
