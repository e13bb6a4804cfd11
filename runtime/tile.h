// Part of onnxcc's runtime; yours to use without conditions.
//
// The register tile that convolutions and matrix products are made of.
#ifndef ONNXCC_RUNTIME_TILE_H
#define ONNXCC_RUNTIME_TILE_H

#include "dot.h"

namespace onnxcc {
inline namespace ONNXCC_NAMESPACE {

/// How packed weights lie: [panels of columns][runs of the depth][steps][columns][group], where a
/// run is a tap of a convolution or, in a matrix product, the whole depth, and a step is `group`
/// products along the depth. Columns and steps are padded with zeros.
/// A convolution whose taps in a row lie side by side may join them to one run.
struct Packing {
  int columns = 16, group = 1;
  bool joinsRows = false;

  constexpr Index stepElements() const { return Index(columns) * group; }
  constexpr Index runElements(Index depth) const { return ceilDiv(depth, group) * stepElements(); }
  constexpr Index panels(Index count) const { return ceilDiv(count, columns); }
};
/// S::packing, if S has it.
template <class S, class = void> constexpr Packing packingOf{};
template <class S> constexpr Packing packingOf<S, EnableIf<(S::packing.group > 0)>> = S::packing;

/// The zero point of the input of integer products, and the sums of the weights by which it is
/// multiplied: [panels of columns][runs of the depth][columns], padded with zeros.
struct ZeroPoint {
  int32_t value = 0;
  const int32_t *sums = nullptr;
};

/// The epilogue that stores sums as they are.
struct AsIs {
  template <class V> ONNXCC_INLINE V operator()(V acc, Index, Index) const { return acc; }
};

/// About how many bytes of operands stay in the second level cache; generated files say it where
/// their target's is another.
#ifndef ONNXCC_CACHE_BYTES
#define ONNXCC_CACHE_BYTES 196608
#endif
constexpr Index cacheBytes = ONNXCC_CACHE_BYTES;

/// The tile for what a tile of n pixels or vectors leaves: the next lower power of two.
constexpr int lowerTile(int n) {
  int lower = 1;
  while (lower * 2 < n)
    lower *= 2;
  return lower;
}

/// How n pixels or rows are cut: `full` tiles of P, then `less` tiles of P - 1, which together
/// leave nothing over where n is large enough; else the rest is left to smaller tiles.
template <int P> struct Cut {
  Index full, less;
  /// From so many on nothing is left over.
  static constexpr Index least = P >= 4 ? P * (P - 1) : P;

  constexpr explicit Cut(Index n) : full(n / P), less(0) {
    const Index missing = (P - n % P) % P;
    if (P >= 4 && missing * (P - 1) <= n) {
      less = missing;
      full = (n - missing * (P - 1)) / P;
    }
  }
  constexpr Index covered() const { return full * P + less * (P - 1); }
};

/// Runs of the depth: the rectangle row..rowEnd-1 x column..columnEnd-1 of rows of `width`, of
/// `count` in all.
struct Runs {
  Index count, width, row, rowEnd, column, columnEnd;
};

/// start[L * j ..] = factor * the sums of the weights (ZeroPoint::sums) of some runs, for the
/// vectors j of columns from number `first` on.
template <int Columns, int L>
ONNXCC_NOINLINE void startSums(int32_t *start, int32_t factor, const int32_t *sums,
                               const Runs &runs, Index first, int vectors) {
  using V = Simd<int32_t, L>;
  for (Index at = first * L; vectors > 0; --vectors, at += L, start += L) {
    const int32_t *from = sums + at / Columns * runs.count * Columns + at % Columns;
    V sum = splat<V>(0);
    for (Index row = runs.row; row < runs.rowEnd; ++row)
      for (Index column = runs.column; column < runs.columnEnd; ++column)
        sum = wrapAdd(sum, load<V>(from + (row * runs.width + column) * Columns));
    store(start, wrapMul(sum, splat<V>(factor)));
  }
}

/// What a tile of pixels (or rows) by vectors sums: rows x columns runs of `depth` products. Steps
/// are in elements: xStep from one element of the depth to the next, wStep from one group's weights
/// to the next. They are 1 and WStep where that is not 0.
struct Products {
  Index rows, columns, depth;
  Index xRow, xColumn, xStep;
  Index wRow, wColumn, wStep;
};

/// Where the operands of a tile lie: pixel i at x[xAt[i]], vector j at w[wAt[j]], the sums of pixel
/// i at sums[sumAt[i]], to which the products are added or which they replace. The first offsets
/// are 0. Sums of integers start at those of `start`, a vector for each of the tile's, if it is
/// given.
template <class A, class In, class W> struct Places {
  const In *x;
  const Index *xAt;
  const W *w;
  const Index *wAt;
  A *sums;
  const Index *sumAt;
  bool add;
  const A *start = nullptr;
};

template <class V, int P, int N> ONNXCC_INLINE void clear(V (&acc)[P][N]) {
  ONNXCC_UNROLL
  for (int i = 0; i < P; ++i)
    ONNXCC_UNROLL
  for (int j = 0; j < N; ++j)
    acc[i][j] = splat<V>(0);
}

/// acc[i][j] += a group's products, `count` of which there are.
template <class D, int Phase, int Group, class V, int P, int N, class In, class W>
ONNXCC_INLINE void addGroup(V (&acc)[P][N], const In *x, const Index (&xAt)[P], Index xStep,
                            Index count, const W *w, const Index (&wAt)[N]) {
  decltype(D::template weight<Phase>(w)) b[N];
  ONNXCC_UNROLL
  for (int j = 0; j < N; ++j)
    b[j] = D::template weight<Phase>(w + wAt[j]);
  ONNXCC_UNROLL
  for (int i = 0; i < P; ++i) {
    const auto a = D::template input<Phase>(groupOf<Group>(x + xAt[i], xStep, count));
    ONNXCC_UNROLL
    for (int j = 0; j < N; ++j)
      acc[i][j] = D::dot(acc[i][j], a, b[j]);
  }
#if ONNXCC_VECTOR_BYTES
  if constexpr (Phase + 1 < D::phases) {
    // The phases' operands are not to be in registers together.
    __asm__ volatile("" ::: "memory");
    addGroup<D, Phase + 1, Group>(acc, x, xAt, xStep, count, w, wAt);
  }
#endif
}

/// acc[i][j] = the products of pixel i and vector j. Where contractions spend their time.
template <int Group, int WStep, class V, int P, int N, class A, class In, class W>
ONNXCC_INLINE void sumTile(V (&acc)[P][N], const Products &p, const Places<A, In, W> &places) {
  using D = Dot<In, W, Group, lanesOf<V>>;
  const Index xStep = WStep ? 1 : p.xStep, wStep = WStep ? Index(WStep) : p.wStep;
  // Offsets from a common pointer, which alone moves: other pointers would each need an addition.
  Index xAt[P], wAt[N];
  ONNXCC_UNROLL
  for (int i = 0; i < P; ++i)
    xAt[i] = i ? places.xAt[i] : 0;
  ONNXCC_UNROLL
  for (int j = 0; j < N; ++j)
    wAt[j] = j ? places.wAt[j] : 0;
  clear(acc);
  if constexpr (!isFloat<A>)
    if (places.start)
      ONNXCC_UNROLL
  for (int j = 0; j < N; ++j)
    ONNXCC_UNROLL
  for (int i = 0; i < P; ++i)
    acc[i][j] = load<V>(places.start + j * lanesOf<V>);
  const In *xRow = places.x;
  const W *wRow = places.w;
  for (Index r = p.rows; r > 0; --r, xRow += p.xRow, wRow += p.wRow) {
    const In *xRun = xRow;
    const W *wRun = wRow;
    for (Index c = p.columns; c > 0; --c, xRun += p.xColumn, wRun += p.wColumn) {
      const In *x = xRun;
      const W *w = wRun;
      // Counting costs a tenth of the instructions, which is felt where a core is shared.
      ONNXCC_UNROLL_TWICE
      for (Index k = p.depth / Group; k > 0; --k, x += Group * xStep, w += wStep)
        addGroup<D, 0, Group>(acc, x, xAt, xStep, Group, w, wAt);
      if constexpr (Group > 1)
        if (const Index rest = p.depth % Group)
          addGroup<D, 0, Group>(acc, x, xAt, xStep, rest, w, wAt);
    }
  }
}

/// The same with the sums in memory, as a function that knows the tile, not the shape, so that all
/// launches of a source share it: that is what keeps sources quick to compile.
template <int P, int N, int Lanes, int Group, int WStep, class A, class In, class W>
ONNXCC_NOINLINE void sumProducts(const Products &products, const Places<A, In, W> &places) {
  using V = Simd<A, Lanes>;
  const Products p = products;
  V acc[P][N];
  sumTile<Group, WStep>(acc, p, places);
  A *const sums = places.sums;
  const Index *const sumAt = places.sumAt;
  const bool add = places.add;
  Index at[P]; // before the first store, which might change them for all that the compiler knows
  ONNXCC_UNROLL
  for (int i = 0; i < P; ++i)
    at[i] = i ? sumAt[i] : 0;
  ONNXCC_UNROLL
  for (int i = 0; i < P; ++i)
    ONNXCC_UNROLL
  for (int j = 0; j < N; ++j) {
    A *to = sums + at[i] + j * Lanes;
    if (add)
      acc[i][j] = Sum::combine(acc[i][j], load<V>(to));
    store(to, acc[i][j]);
  }
}

/// The kernels of a register tile of P pixels by N vectors: few, so that sources compile quickly.
/// Tiles of P or, so that nothing is left over where there are many, P - 1 pixels; single pixels
/// with rowVectors, so that enough sums are in flight, or N; with Odd, tiles of fewer vectors.
template <int P, int N, int Lanes, class A, class In, class W, bool Odd, int Group, int WStep>
struct TileKernels {
  /// Where no instruction multiplies by what is in memory, as on Arm and in the runtime's assembly,
  /// weights need a register beside each sum: 16 of both and an input are more than 32.
#if defined(__aarch64__)
  static constexpr bool multipliesMemory = false;
#else
  static constexpr bool multipliesMemory = Group == 1;
#endif
  static constexpr int rowVectors = P == 1 ? N : N < 4 || multipliesMemory ? 4 * N : 3 * N;

  /// The vectors of a tile where `left` are left. Without Odd those are a multiple of N.
  static constexpr int fit(int pixels, Index left) {
    if (pixels == 1 && left >= rowVectors)
      return rowVectors;
    int vectors = N;
    while (vectors > left)
      vectors = lowerTile(vectors);
    return vectors;
  }

  static ONNXCC_INLINE void sum(Tile tile, const Products &products,
                                const Places<A, In, W> &places) {
    if (tile.pixels == 1 && tile.vectors == rowVectors)
      return sumProducts<1, rowVectors, Lanes, Group, WStep>(products, places);
    sumOf<N>(tile, products, places);
  }

private:
  template <int Vectors>
  static ONNXCC_INLINE void sumOf(Tile tile, const Products &products,
                                  const Places<A, In, W> &places) {
    if constexpr (Odd && Vectors > 1)
      if (tile.vectors != Vectors)
        return sumOf<lowerTile(Vectors)>(tile, products, places);
    if (tile.pixels == P)
      return sumProducts<P, Vectors, Lanes, Group, WStep>(products, places);
    if constexpr (P >= 4)
      if (tile.pixels == P - 1)
        return sumProducts<P - 1, Vectors, Lanes, Group, WStep>(products, places);
    sumProducts<1, Vectors, Lanes, Group, WStep>(products, places);
  }
};

/// What the arrays of a function take on the stack that walks over tiles: sums, offsets, and the
/// start of integer sums.
template <int P, int N, int Lanes, class A>
constexpr Index tileStackBytes =
    larger(P, 4) * N * Lanes * Index(sizeof(A)) + (2 * P + 4 * N) * Index(sizeof(Index)) +
    (isFloat<A> ? 0 : 4 * N * Lanes * Index(sizeof(A)));

/// Calls the epilogue and stores for the first n > 0 lanes, halving the vector as often as needed.
/// Out of line: it runs once per row at most, and inlined into every accumulator of a tile it would
/// be most of the code.
template <class V, class Out, class E>
ONNXCC_NOINLINE void finishPart(V acc, Index n, Out *y, const E &epilogue, Index row,
                                Index column) {
#if ONNXCC_VECTOR_BYTES
  if constexpr (lanesOf<V> > 1) {
    constexpr int H = lanesOf<V> / 2;
    if (n < H)
      return finishPart(halfOf<0>(acc), n, y, epilogue, row, column);
    store(y, epilogue(halfOf<0>(acc), row, column));
    if (n > H)
      finishPart(halfOf<1>(acc), n - H, y + H, epilogue, row, column + H);
    return;
  }
#endif
  if (n > 0)
    store(y, epilogue(acc, row, column));
}

/// Stores epilogue(acc, row, column) for the first n > 0 lanes; Whole: for all lanes.
template <bool Whole, class V, class Out, class E>
ONNXCC_INLINE void finish(V acc, Index n, Out *y, const E &epilogue, Index row, Index column) {
  if (Whole || n >= lanesOf<V>)
    store(y, epilogue(acc, row, column));
  else if constexpr (!Whole && lanesOf<V> > 1)
    finishPart(acc, n, y, epilogue, row, column);
}

} // namespace ONNXCC_NAMESPACE
} // namespace onnxcc

#endif
