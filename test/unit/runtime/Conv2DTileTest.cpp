// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// conv2d with a tile whose vectors are not a power of two.
#include "test/unit/runtime/Conv2DCheck.h"

namespace {
using namespace test;

TEST(Conv2D, OtherTile) {
  for (int i = 0; i < 80; ++i) {
    SCOPED_TRACE(i);
    check(randomShape<Shape<3, 3>>());
    if (HasFatalFailure())
      return;
  }
}

TEST(Conv2D, SingleRows) { check(Constant<9, 21, 16, 16, 3, 1, 100>()); }
TEST(Conv2D, Pointwise) { check(Constant<13, 5, 48, 40, 1, 1, 2>()); }

} // namespace
