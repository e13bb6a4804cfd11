// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// attention against loops in double precision: strides in any order, shared heads, masks that hide
// whole rows, more rows and keys than a block has.
#include "test/unit/runtime/Support.h"

#include <limits>

namespace {
using namespace test;

constexpr float infinity = std::numeric_limits<float>::infinity();

enum class Guard { None, NaN, Hidden };

template <Guard G> struct Shape {
  Index batch, heads, sharing, rows, keys, depth, columns, tasks;
  Index qBatch, qHead, qRow, qColumn, kBatch, kHead, kRow, kColumn;
  Index vBatch, vHead, vRow, vColumn, yBatch, yHead, yRow;
  static constexpr bool guarded = G == Guard::NaN, guardsHidden = G == Guard::Hidden;
  static constexpr Tile tile = test::tile;
};

/// Strides of (batch, heads, rows, columns), with rows before heads if `rowsFirst`; how many
/// elements they span.
Index setStrides(Index batch, Index heads, Index rows, Index columns, bool rowsFirst, Index &n,
                 Index &h, Index &r) {
  h = rowsFirst ? columns : rows * columns;
  r = rowsFirst ? heads * columns : columns;
  n = heads * rows * columns;
  return batch * n;
}

template <Guard G> void check(Shape<G> s, bool transposed) {
  const Index shared = s.heads / s.sharing;
  Guarded<float> q(setStrides(s.batch, s.heads, s.rows, s.depth, true, s.qBatch, s.qHead, s.qRow));
  Guarded<float> k(
      setStrides(s.batch, shared, s.keys, s.depth, !transposed, s.kBatch, s.kHead, s.kRow));
  Guarded<float> v(setStrides(s.batch, shared, s.keys, s.columns, true, s.vBatch, s.vHead, s.vRow));
  Guarded<float> y(
      setStrides(s.batch, s.heads, s.rows, s.columns, true, s.yBatch, s.yHead, s.yRow));
  s.qColumn = s.kColumn = s.vColumn = 1;
  if (transposed) {
    s.kRow = 1;
    s.kColumn = s.keys;
  }
  Guarded<float> mask(s.batch * s.rows * s.keys), whole(y.size());
  q.randomize();
  // The products of its rows are NaN, whatever the mask hides.
  if (randomIn(0, 3) == 0)
    q[randomIn(0, q.size() - 1)] = std::numeric_limits<float>::quiet_NaN();
  k.randomize();
  v.randomize();
  mask.randomize();
  // A row without keys, one whose first or last ones are hidden, and one with a NaN.
  for (Index i = 0; i < mask.size(); ++i) {
    const Index row = i / s.keys % s.rows, key = i % s.keys;
    if (row % 5 == 1 || (row % 5 == 2 && key < s.keys - 1) || (row % 5 == 3 && key > 0))
      mask[i] = -infinity;
    if (row % 7 == 6 && key == s.keys / 2)
      mask[i] = std::numeric_limits<float>::quiet_NaN();
  }
  const float *m = mask.data();
  const auto run = [&](const Guarded<float> &to, Range tasks) {
    attention(s, q.data(), k.data(), v.data(), to.data(), tasks,
              [=](auto acc, Index row, Index key) {
                const Index batch = row / s.rows / s.heads;
                return acc * 0.125f +
                       load<decltype(acc)>(m + (batch * s.rows + row % s.rows) * s.keys + key);
              });
  };
  whole.fill(100);
  run(whole, {0, attentionTasks(s)});
  y.fill(100);
  inPieces(attentionTasks(s), [&](Range tasks) { run(y, tasks); });
  ASSERT_EQ(0, std::memcmp(y.data(), whole.data(), size_t(y.size()) * sizeof(float)));
  ASSERT_LE(attentionTasks(s), std::max(s.tasks, Index(1)));

  std::vector<double> weights(size_t(s.keys));
  for (Index n = 0; n < s.batch; ++n)
    for (Index h = 0; h < s.heads; ++h)
      for (Index i = 0; i < s.rows; ++i) {
        double top = -infinity, sum = 0;
        bool isZero = G == Guard::Hidden;
        for (Index j = 0; j < s.keys; ++j) {
          double score = 0;
          for (Index d = 0; d < s.depth; ++d)
            score += double(q[n * s.qBatch + h * s.qHead + i * s.qRow + d]) *
                     k[n * s.kBatch + h / s.sharing * s.kHead + j * s.kRow + d * s.kColumn];
          weights[size_t(j)] = score * 0.125 + m[(n * s.rows + i) * s.keys + j];
          top = std::max(top, weights[size_t(j)]);
          isZero &= m[(n * s.rows + i) * s.keys + j] == -infinity;
        }
        for (double &weight : weights)
          sum += weight = std::exp(weight - top);
        isZero |= G == Guard::NaN && std::isnan(sum);
        for (Index c = 0; c < s.columns; ++c) {
          double expected = 0;
          for (Index j = 0; j < s.keys; ++j)
            expected += (isZero ? 0 : weights[size_t(j)] / sum) *
                        v[n * s.vBatch + h / s.sharing * s.vHead + j * s.vRow + c];
          const float actual = y[n * s.yBatch + h * s.yHead + i * s.yRow + c];
          if (std::isnan(expected))
            ASSERT_TRUE(std::isnan(actual)) << "row " << i << ", column " << c;
          else
            ASSERT_NEAR(expected, actual, 1e-5) << "row " << i << ", column " << c;
        }
      }
}

template <Guard G> void checkMany() {
  for (int i = 0; i < 100; ++i) {
    SCOPED_TRACE(i);
    Shape<G> s{};
    s.batch = randomIn(1, 2);
    s.sharing = randomIn(0, 2) ? 1 : randomIn(1, 3);
    s.heads = s.sharing * randomIn(1, 3);
    s.rows = randomIn(0, 4) ? randomIn(1, 20) : randomIn(1, 150);
    s.keys = randomIn(0, 4) ? randomIn(1, 40) : randomIn(1, 300);
    s.depth = randomIn(0, 9) ? randomIn(1, 70) : randomIn(1, 600);
    s.columns = randomIn(1, 70);
    s.tasks = randomIn(1, 20);
    check(s, randomIn(0, 2) == 0);
    if (testing::Test::HasFatalFailure())
      return;
  }
}
TEST(Attention, Plain) { checkMany<Guard::None>(); }
TEST(Attention, Guarded) { checkMany<Guard::NaN>(); }
TEST(Attention, GuardsHidden) { checkMany<Guard::Hidden>(); }

TEST(Attention, NoKeysGiveZero) {
  Shape<Guard::None> s{1, 2, 1, 3, 0, 4, 5, 1, 0, 4, 8, 1, 0, 4, 8, 1, 0, 5, 10, 1, 0, 5, 10};
  Guarded<float> q(24), k(0), v(0), y(30);
  q.randomize();
  y.fill(100);
  attention(s, q.data(), k.data(), v.data(), y.data(), {0, attentionTasks(s)},
            [](auto acc, Index, Index) { return acc; });
  for (Index i = 0; i < y.size(); ++i)
    ASSERT_EQ(0, y[i]);
}

/// A score of +inf makes its row NaN, whichever block it is in.
TEST(Attention, InfiniteScores) {
  for (Index at : {0, 150, 299}) {
    Shape<Guard::None> s{1, 1, 1, 2, 300, 4, 5, 1, 0, 0, 4, 1, 0, 0, 4, 1, 0, 0, 5, 1, 0, 0, 5};
    Guarded<float> q(8), k(1200), v(1500), y(10);
    q.fill(1);
    k.randomize();
    v.randomize();
    attention(s, q.data(), k.data(), v.data(), y.data(), {0, attentionTasks(s)},
              [=](auto acc, Index row, Index key) {
                return perLane(acc, [&, lane = key](float score) mutable {
                  return row == 0 && lane++ == at ? infinity : score;
                });
              });
    for (Index c = 0; c < 5; ++c) {
      ASSERT_TRUE(std::isnan(y[c]));
      ASSERT_TRUE(std::isfinite(y[5 + c]));
    }
  }
}

// Operands of other types give what their values as floats give.
template <class T> void checkStored() {
  Shape<Guard::None> s{};
  s.batch = s.sharing = 1;
  s.heads = 2;
  s.rows = s.keys = 70;
  s.depth = 37;
  s.columns = 45;
  s.tasks = 3;
  const Index size = setStrides(1, 2, s.rows, s.depth, true, s.qBatch, s.qHead, s.qRow);
  s.kBatch = s.qBatch, s.kHead = s.qHead, s.kRow = s.qRow;
  const Index values = setStrides(1, 2, s.keys, s.columns, true, s.vBatch, s.vHead, s.vRow);
  s.yBatch = s.vBatch, s.yHead = s.vHead, s.yRow = s.vRow;
  s.qColumn = s.kColumn = s.vColumn = 1;
  Guarded<T> q(size), k(size), v(values);
  Guarded<float> wideQ(size), wideK(size), wideV(values), y(values), expected(values);
  const auto fill = [](Guarded<T> &narrow, Guarded<float> &wide) {
    wide.randomize();
    for (Index i = 0; i < wide.size(); ++i)
      wide[i] = cast<float>(narrow[i] = cast<T>(wide[i] * 1.01f));
  };
  fill(q, wideQ);
  fill(k, wideK);
  fill(v, wideV);
  const auto scores = [](auto acc, Index, Index) { return acc * 0.125f; };
  const Range all{0, attentionTasks(s)};
  attention(s, q.data(), k.data(), v.data(), y.data(), all, scores);
  attention(s, wideQ.data(), wideK.data(), wideV.data(), expected.data(), all, scores);
  ASSERT_EQ(0, std::memcmp(y.data(), expected.data(), size_t(values) * sizeof(float)));
}
TEST(Attention, BFloat16) { checkStored<BFloat16>(); }
TEST(Attention, Half) { checkStored<Half>(); }

} // namespace
