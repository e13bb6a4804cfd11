// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// conv2d with random shapes known at run time.
#include "test/unit/runtime/Conv2DCheck.h"

namespace {
using namespace test;

TEST(Conv2D, RandomShapes) {
  for (int i = 0; i < 250; ++i) {
    SCOPED_TRACE(i);
    check(randomShape<Shape<>>());
    if (HasFatalFailure())
      return;
  }
}

// Integers are summed in int32.
TEST(Conv2D, Int8) {
  using S = Constant<5, 6, 7, 16, 3, 1, 2>;
  const S s;
  Guarded<uint8_t> x(s.batch * s.inBatchStride);
  Guarded<int8_t> w(9 * 7 * 16);
  Guarded<int32_t> y(s.batch * s.outBatchStride);
  x.randomize();
  w.randomize();
  conv2d(s, x.data(), w.data(), y.data(), Range{0, conv2dTasks<S, uint8_t, int8_t>(s)},
         [](auto acc, Index, Index) { return acc; });
  for (Index p = 0; p < 2 * 30; ++p)
    for (Index co = 0; co < 16; ++co) {
      int32_t sum = 0;
      for (Index t = 0; t < 9; ++t) {
        const Index h = p % 30 / 6 - 1 + t / 3, v = p % 6 - 1 + t % 3;
        for (Index c = 0; c < 7 && h >= 0 && h < 5 && v >= 0 && v < 6; ++c)
          sum += x[p / 30 * 210 + (h * 6 + v) * 7 + c] * w[(t * 7 + c) * 16 + co];
      }
      ASSERT_EQ(sum, y[p * 16 + co]);
    }
}

} // namespace
