// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Products of floats with codes of 4 and 8 bits, scaled in blocks of the depth, against loops: all
// numbers are integers, and scales powers of two, so that sums are exact.
#include "test/unit/runtime/Support.h"

using namespace test;

namespace {

template <class W> constexpr int groupOfCodes = isSame<W, Nibbles> ? 8 : 1;

template <class W> struct BlocksShape {
  Index batch, rows, depth, columns, aRow, aColumn, bRow, bColumn, yRow, aBatch, bBatch, yBatch,
      tasks;
  static constexpr bool packed = true;
  static constexpr Tile tile = test::tile;
  static constexpr Packing packing{16, groupOfCodes<W>};
};

/// A single row, as decoders have them, with a depth and columns that the compiler knows.
struct Vector {
  static constexpr Index batch = 1, rows = 1, depth = 100, columns = 149;
  static constexpr Index aRow = 100, aColumn = 1, bRow = 0, bColumn = 1, yRow = 149;
  static constexpr Index aBatch = 0, bBatch = 0, yBatch = 0, tasks = 3;
  static constexpr bool packed = true;
  static constexpr Tile tile = Tile{1, test::tile.pixels > 2 ? 8 : 4};
};
template <class W> struct BlocksVector : Vector {
  static constexpr Packing packing{16, groupOfCodes<W>};
};

template <class W, class S> void checkBlocks(const S &s, Index block, bool hasZeros) {
  constexpr Packing p = S::packing;
  const Index products = s.bBatch ? Index(s.batch) : 1, panels = p.panels(s.columns),
              blocks = ceilDiv(Index(s.depth), block), run = p.template runElements<W>(s.depth);
  Guarded<float> a((s.batch - 1) * s.aBatch + (s.rows - 1) * s.aRow + (s.depth - 1) * s.aColumn +
                   1);
  Guarded<W> b(products * panels * run);
  Guarded<float> scales(products * panels * blocks * p.columns);
  Guarded<int8_t> zeros(scales.size());
  Guarded<float> y((s.batch - 1) * s.yBatch + (s.rows - 1) * s.yRow + s.columns), whole(y.size());
  for (Index i = 0; i < a.size(); ++i)
    a[i] = float(randomIn(-8, 8));
  for (Index i = 0; i < scales.size(); ++i) {
    scales[i] = float(1 << randomIn(0, 3)) / 4;
    zeros[i] = int8_t(randomIn(-128, 127));
  }
  Guarded<int8_t> codes(products * s.depth * s.columns);
  __builtin_memset(static_cast<void *>(b.data()), 0, b.size() * sizeof(W));
  for (Index n = 0; n < products; ++n)
    for (Index k = 0; k < s.depth; ++k)
      for (Index j = 0; j < s.columns; ++j) {
        const bool isNibble = isSame<W, Nibbles>;
        const int code = isNibble ? randomIn(-8, 7) : randomIn(-128, 127);
        codes[(n * s.depth + k) * s.columns + j] = int8_t(code);
        W &to = b[(n * panels + j / p.columns) * run + k / p.group * p.columns + j % p.columns];
        if constexpr (isNibble)
          to.bits |= uint32_t(code & 15) << 4 * (k % 8);
        else
          to = W(code);
      }
  const Blocks given{block, scales.data(), hasZeros ? zeros.data() : nullptr};
  const auto plusRow = [](auto acc, Index row, Index) { return acc + float(row); };
  gemm(s, a.data(), b.data(), given, whole.data(), {0, gemmTasks<S, float, W>(s)}, plusRow);
  for (Index task = 0; task < gemmTasks<S, float, W>(s); ++task)
    gemm(s, a.data(), b.data(), given, y.data(), {task, task + 1}, plusRow);
  for (Index n = 0; n < s.batch; ++n)
    for (Index i = 0; i < s.rows; ++i)
      for (Index j = 0; j < s.columns; ++j) {
        const Index of = s.bBatch ? n : 0;
        double sum = double(n * s.rows + i);
        for (Index k = 0; k < s.depth; ++k) {
          const Index at =
              ((of * panels + j / p.columns) * blocks + k / block) * p.columns + j % p.columns;
          const double code =
              codes[(of * s.depth + k) * s.columns + j] - (hasZeros ? zeros[at] : 0);
          sum += double(a[n * s.aBatch + i * s.aRow + k * s.aColumn]) * code * double(scales[at]);
        }
        const Index at = n * s.yBatch + i * s.yRow + j;
        ASSERT_EQ(double(whole[at]), sum) << "row " << i << " column " << j << " block " << block;
        ASSERT_EQ(y[at], whole[at]);
      }
}

template <class W> BlocksShape<W> randomShape() {
  BlocksShape<W> s{};
  s.batch = randomIn(1, 2);
  s.rows = randomIn(0, 2) ? randomIn(1, 30) : 1;
  s.depth = randomIn(1, 100);
  s.columns = randomIn(1, 150);
  s.aColumn = randomIn(0, 4) ? 1 : 2;
  s.aRow = s.depth * s.aColumn + randomIn(0, 3);
  s.aBatch = s.rows * s.aRow;
  s.bColumn = 1;
  s.bBatch =
      randomIn(0, 1) ? s.packing.panels(s.columns) * s.packing.template runElements<W>(s.depth) : 0;
  s.yRow = s.columns + randomIn(0, 3);
  s.yBatch = s.rows * s.yRow;
  s.tasks = randomIn(1, 6);
  return s;
}

template <class W> void checkMany() {
  for (int k = 0; k < 60; ++k) {
    const BlocksShape<W> s = randomShape<W>();
    // One block for all, which need be no multiple of the group, or several, the last one short.
    const Index block = randomIn(0, 3) ? 8 * randomIn(1, 6) : s.depth;
    checkBlocks<W>(s, block, randomIn(0, 1));
  }
  for (Index block : {16, 32, 96, 100})
    for (bool hasZeros : {false, true})
      checkBlocks<W>(BlocksVector<W>(), block, hasZeros);
}

TEST(Blocks, Bytes) { checkMany<int8_t>(); }
TEST(Blocks, Nibbles) { checkMany<Nibbles>(); }

} // namespace
