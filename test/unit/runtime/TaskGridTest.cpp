// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How tasks cut a grid: every cell once, whatever the ranges of tasks; where the cuts are.
#include "test/unit/runtime/Support.h"

namespace {
using namespace test;

std::vector<int> cover(const TaskGrid &grid, const std::vector<Index> &cuts) {
  std::vector<int> cells(size_t(grid.rows * grid.blocks));
  for (size_t k = 0; k + 1 < cuts.size(); ++k)
    grid.forParts({cuts[k], cuts[k + 1]}, 2, [&](Range rows, Range blocks) {
      for (Index row = rows.begin; row < rows.end; ++row)
        for (Index block = blocks.begin; block < blocks.end; ++block)
          ++cells[size_t(row * grid.blocks + block)];
    });
  return cells;
}

TEST(TaskGrid, EveryCellOnce) {
  for (const Index rows : {1, 5, 14})
    for (const Index blocks : {1, 3, 16})
      for (const Index tasks : {1, 2, 7, 16})
        for (const Index least : {1, 3, 20})
          for (const bool blocksFirst : {false, true}) {
            const TaskGrid grid = TaskGrid::make(rows, blocks, tasks, blocksFirst, least);
            const std::vector<int> once(size_t(rows * blocks), 1);
            const Index count = grid.count();
            EXPECT_LE(1, count);
            for (Index first = 0; first <= count; ++first)
              for (Index second = first; second <= count; ++second)
                ASSERT_EQ(once, cover(grid, {0, first, second, count}));
          }
}

TEST(TaskGrid, WholePartsAreOneRectangle) {
  for (const bool blocksFirst : {false, true}) {
    const TaskGrid grid = TaskGrid::make(14, 4, 16, blocksFirst, 3);
    ASSERT_EQ(16, grid.count());
    EXPECT_EQ(4, grid.rowParts);
    int calls = 0;
    grid.forParts({4, 12}, 2, [&](Range rows, Range blocks) {
      ++calls;
      // The second and the third quarter, of the rows or of the blocks.
      EXPECT_EQ(blocksFirst ? 0 : 3, rows.begin);
      EXPECT_EQ(blocksFirst ? 14 : 10, rows.end);
      EXPECT_EQ(blocksFirst ? 1 : 0, blocks.begin);
      EXPECT_EQ(blocksFirst ? 3 : 4, blocks.end);
    });
    EXPECT_EQ(1, calls);
    // One block at a time only where blocks come first.
    calls = 0;
    grid.forParts({0, 16}, 1, [&](Range, Range) { ++calls; });
    EXPECT_EQ(blocksFirst ? 4 : 1, calls);
  }
}

// A part has at least `leastRows` rows, but not where that leaves less than half of the tasks.
TEST(TaskGrid, LeastRows) {
  EXPECT_EQ(4, TaskGrid::make(14, 2, 8, false, 3).rowParts);
  EXPECT_EQ(1, TaskGrid::make(7, 16, 16, true, 5).rowParts);
  EXPECT_EQ(14, TaskGrid::make(14, 1, 16, false, 3).rowParts);
}

} // namespace
