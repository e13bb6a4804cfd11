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

  /// In elements of the weights: Nibbles are as many as a group has.
  template <class W = void> constexpr Index stepElements() const {
    return isSame<W, Nibbles> ? columns : Index(columns) * group;
  }
  template <class W = void> constexpr Index runElements(Index depth) const {
    return ceilDiv(depth, group) * stepElements<W>();
  }
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

/// What weights stand for that are codes: (code - zero) * scale, with a scale and perhaps a zero
/// point for each column and each block of `depth` products: [panels of columns][blocks][columns],
/// padded with anything.
struct Blocks {
  Index depth;
  const float *scales;
  const int8_t *zeros = nullptr;
};
struct Unscaled {};

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

/// The scales and zero points of a tile's first block: vector j's at blockAt[j], the next block's
/// `step` elements on.
struct BlockPlaces {
  Blocks first;
  const Index *blockAt;
  Index step;
};

/// Where the operands of a tile lie: pixel i at x[xAt[i]], vector j at w[wAt[j]], the sums of pixel
/// i at sums[sumAt[i]], to which the products are added or which they replace. The first offsets
/// are 0. Sums of integers start at those of `start`, a vector for each of the tile's, if it is
/// given.
template <class A, class In, class W, class Scaling = Unscaled> struct Places {
  const In *x;
  const Index *xAt;
  const W *w;
  const Index *wAt;
  A *sums;
  const Index *sumAt;
  bool add;
  const A *start = nullptr;
  Scaling scaling{};
};

template <class V, int P, int N> ONNXCC_INLINE void clear(V (&acc)[P][N]) {
  ONNXCC_UNROLL
  for (int i = 0; i < P; ++i)
    ONNXCC_UNROLL
  for (int j = 0; j < N; ++j)
    acc[i][j] = splat<V>(0);
}

/// What a phase takes of a group of inputs, `count` of which there are.
template <class D, int Phase, int Group, class W, class In>
ONNXCC_INLINE auto inputOf(const In *x, Index xStep, Index count) {
  if constexpr (isSame<W, Nibbles>) // one product a phase
    return D::template input<Phase>(Phase < count ? x[Phase * xStep] : In());
  else
    return D::template input<Phase>(groupOf<Group>(x, xStep, count));
}

/// Loads do not move across it, and what they are converted to need not wait in a register.
ONNXCC_INLINE void keepOrder() {
#if ONNXCC_VECTOR_BYTES
  __asm__ volatile("" ::: "memory");
#endif
}

/// acc[i][j] += a group's products, `count` of which there are.
template <class D, int Phase, int Group, class V, int P, int N, class In, class W>
ONNXCC_INLINE void addGroup(V (&acc)[P][N], const In *x, const Index (&xAt)[P], Index xStep,
                            Index count, const W *w, const Index (&wAt)[N]) {
  if constexpr (P == 1 && !isSame<ElementOf<V>, W>) {
    // Weights that are converted are used one by one: there are as many of them as of sums.
    const auto a = inputOf<D, Phase, Group, W>(x, xStep, count);
    ONNXCC_UNROLL
    for (int j = 0; j < N; ++j) {
      acc[0][j] = D::dot(acc[0][j], a, D::template weight<Phase>(w + wAt[j]));
      keepOrder();
    }
  } else {
    decltype(D::template weight<Phase>(w)) b[N];
    ONNXCC_UNROLL
    for (int j = 0; j < N; ++j)
      b[j] = D::template weight<Phase>(w + wAt[j]);
    ONNXCC_UNROLL
    for (int i = 0; i < P; ++i) {
      const auto a = inputOf<D, Phase, Group, W>(x + xAt[i], xStep, count);
      ONNXCC_UNROLL
      for (int j = 0; j < N; ++j)
        acc[i][j] = D::dot(acc[i][j], a, b[j]);
    }
  }
  if constexpr (Phase + 1 < D::phases) {
    keepOrder(); // the phases' operands are not to be in registers together
    addGroup<D, Phase + 1, Group>(acc, x, xAt, xStep, count, w, wAt);
  }
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

/// The sum of `count` elements that lie `step` apart.
template <class A, class In> ONNXCC_INLINE A sumLine(const In *x, Index step, Index count) {
  A sum = 0;
  Index k = 0;
  constexpr int L = lanes<A>;
  if constexpr (L > 1)
    if (step == 1 && count >= L) {
      Vec<A, L> sums = load<Vec<A, L>>(x);
      for (k = L; k + L <= count; k += L)
        sums = Sum::combine(sums, load<Vec<A, L>>(x + k));
      sum = reduceLanes<Sum>(sums);
    }
  for (; k < count; ++k)
    sum += cast<A>(x[k * step]);
  return sum;
}

/// The same of one run whose weights are codes, block by block: only the block's sums are in
/// registers. A block is a multiple of the group, but for one that is all.
template <int P, int N, int Lanes, int Group, int WStep, class A, class In, class W>
ONNXCC_NOINLINE void sumProducts(const Products &products,
                                 const Places<A, In, W, BlockPlaces> &places) {
  using V = Simd<A, Lanes>;
  const Blocks blocks = places.scaling.first;
  const Index step = places.scaling.step;
  const Index xStep = WStep ? 1 : products.xStep, wStep = WStep ? Index(WStep) : products.wStep;
  Index blockAt[N], sumAt[P];
  ONNXCC_UNROLL
  for (int j = 0; j < N; ++j)
    blockAt[j] = places.scaling.blockAt[j];
  ONNXCC_UNROLL
  for (int i = 0; i < P; ++i)
    sumAt[i] = i ? places.sumAt[i] : 0;
  Products block{1, 1, 0, 0, 0, products.xStep, 0, 0, products.wStep};
  Places<A, In, W> at{places.x, places.xAt, places.w, places.wAt, places.sums, nullptr, false};
  for (Index done = 0, from = 0; done < products.depth; done += blocks.depth, from += step) {
    block.depth = smaller(blocks.depth, products.depth - done);
    V acc[P][N];
    sumTile<Group, WStep>(acc, block, at);
    if (blocks.zeros)
      ONNXCC_UNROLL
    for (int i = 0; i < P; ++i) {
      const V sum = splat<V>(-sumLine<A>(at.x + (i ? at.xAt[i] : 0), xStep, block.depth));
      ONNXCC_UNROLL
      for (int j = 0; j < N; ++j)
        acc[i][j] = mulAdd(sum, load<V>(blocks.zeros + from + blockAt[j]), acc[i][j]);
    }
    ONNXCC_UNROLL
    for (int j = 0; j < N; ++j) {
      const V scale = load<V>(blocks.scales + from + blockAt[j]);
      ONNXCC_UNROLL
      for (int i = 0; i < P; ++i) {
        A *to = places.sums + sumAt[i] + j * Lanes;
        store(to, done ? mulAdd(acc[i][j], scale, load<V>(to)) : acc[i][j] * scale);
      }
    }
    at.x += blocks.depth * xStep;
    at.w += blocks.depth / Group * wStep;
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

  // The default is for places that are written as braces, which tell no type.
  template <class Scaling = Unscaled>
  static ONNXCC_INLINE void sum(Tile tile, const Products &products,
                                const Places<A, In, W, Scaling> &places) {
    if (tile.pixels == 1 && tile.vectors == rowVectors)
      return sumProducts<1, rowVectors, Lanes, Group, WStep>(products, places);
    sumOf<N>(tile, products, places);
  }

private:
  template <int Vectors, class Scaling>
  static ONNXCC_INLINE void sumOf(Tile tile, const Products &products,
                                  const Places<A, In, W, Scaling> &places) {
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
