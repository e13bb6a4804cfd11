// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// conv2d with constant shapes.
#include "test/unit/runtime/Conv2DCheck.h"

namespace {
using namespace test;

TEST(Conv2D, SmallPlane) { check(Constant<7, 7, 20, 33, 3, 1, 3>()); }
TEST(Conv2D, FirstLayer) { check(Constant<31, 33, 3, 24, 7, 2, 4>()); }

} // namespace
