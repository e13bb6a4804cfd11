// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// gemm against loops in double precision: packed, row-major and transposed operands.
#include "test/unit/runtime/Support.h"

namespace {
using namespace test;

struct Shape {
  Index batch, rows, depth, columns, aRow, aColumn, bRow, bColumn, yRow, aBatch, bBatch, yBatch,
      tasks;
  bool packed;
  static constexpr Tile tile = test::tile;
};

template <class S> void check(const S &s) {
  const Index panels = ceilDiv(s.columns, 16);
  const Index bSize =
      s.packed ? panels * s.depth * 16 : (s.depth - 1) * s.bRow + (s.columns - 1) * s.bColumn + 1;
  Guarded<float> a((s.batch - 1) * s.aBatch + (s.rows - 1) * s.aRow + (s.depth - 1) * s.aColumn +
                   1);
  Guarded<float> b((s.batch - 1) * s.bBatch + bSize), bias(s.columns);
  Guarded<float> y((s.batch - 1) * s.yBatch + (s.rows - 1) * s.yRow + s.columns), whole(y.size());
  Guarded<float> skip(s.batch * s.rows * s.columns);
  a.randomize();
  b.randomize();
  bias.randomize();
  skip.randomize();
  const float *c = bias.data(), *k = skip.data();
  const auto run = [&](const Guarded<float> &to, Range tasks) {
    float *out = to.data();
    gemm(s, a.data(), b.data(), out, tasks, [=](auto acc, Index row, Index column) {
      const float *old = out + row / s.rows * s.yBatch + row % s.rows * s.yRow + column;
      return acc + load<decltype(acc)>(c + column) +
             load<decltype(acc)>(k + row * s.columns + column) + load<decltype(acc)>(old);
    });
  };
  whole.fill(100);
  run(whole, {0, gemmTasks(s)});
  y.fill(100);
  inPieces(gemmTasks(s), [&](Range tasks) { run(y, tasks); });
  ASSERT_EQ(0, std::memcmp(y.data(), whole.data(), size_t(y.size()) * sizeof(float)));

  std::vector<double> expected(size_t(y.size()), 100.0);
  for (Index n = 0; n < s.batch; ++n)
    for (Index i = 0; i < s.rows; ++i)
      for (Index j = 0; j < s.columns; ++j) {
        double sum = bias[j] + skip[(n * s.rows + i) * s.columns + j];
        for (Index d = 0; d < s.depth; ++d)
          sum += double(a[n * s.aBatch + i * s.aRow + d * s.aColumn]) *
                 b[n * s.bBatch +
                   (s.packed ? (j / 16 * s.depth + d) * 16 + j % 16 : d * s.bRow + j * s.bColumn)];
        expected[size_t(n * s.yBatch + i * s.yRow + j)] += sum;
      }
  for (Index i = 0; i < y.size(); ++i)
    ASSERT_NEAR(expected[size_t(i)], y[i], 1e-3) << "element " << i;
}

enum class B { packed, rows, columns, strided };

Shape randomShape(B kind) {
  Shape s{};
  s.batch = randomIn(1, 3);
  s.rows = randomIn(0, 2) ? randomIn(1, 30) : 1;
  s.depth = randomIn(1, 70);
  s.columns = randomIn(1, 100);
  const Index extra = randomIn(0, 1) * randomIn(1, 5);
  s.aColumn = randomIn(0, 4) ? 1 : 2;
  s.aRow = s.depth * s.aColumn + extra;
  s.aBatch = randomIn(0, 3) ? s.rows * s.aRow : 0;
  s.packed = kind == B::packed;
  s.bRow = kind == B::columns ? 1 : s.columns + extra;
  s.bColumn = 1;
  if (kind == B::columns)
    s.bColumn = s.depth + extra;
  if (kind == B::strided)
    s.bRow = 2, s.bColumn = 2 * s.depth + extra;
  s.bBatch = randomIn(0, 3) ? larger(ceilDiv(s.columns, 16) * 16 * s.depth,
                                     (s.depth - 1) * s.bRow + (s.columns - 1) * s.bColumn + 1)
                            : 0;
  s.yRow = s.columns + extra;
  s.yBatch = s.rows * s.yRow + extra;
  s.tasks = randomIn(1, 6);
  return s;
}

void checkMany(B kind) {
  for (int i = 0; i < 150; ++i) {
    SCOPED_TRACE(i);
    check(randomShape(kind));
    if (testing::Test::HasFatalFailure())
      return;
  }
}
TEST(Gemm, Packed) { checkMany(B::packed); }
TEST(Gemm, RowMajor) { checkMany(B::rows); }
TEST(Gemm, ColumnMajor) { checkMany(B::columns); }
TEST(Gemm, Strided) { checkMany(B::strided); }

struct Vector {
  static constexpr Index batch = 1, rows = 1, depth = 300, columns = 1000, aRow = 0, aColumn = 1,
                         bRow = 0, bColumn = 1;
  static constexpr Index yRow = 1000, aBatch = 0, bBatch = 0, yBatch = 0, tasks = 4;
  static constexpr bool packed = true;
  static constexpr Tile tile = test::tile;
};
TEST(Gemm, OneRow) { check(Vector()); }

} // namespace
