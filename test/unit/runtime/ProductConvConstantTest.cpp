// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// conv2d of bytes, shapes known at compile time: both walks, tiles of short sums.
#include "test/unit/runtime/ProductConvCheck.h"

namespace {
using namespace test;

TEST(ProductConv, SmallPlane) {
  checkConv<uint8_t, int8_t>(ConstantOf<4, 7, 7, 20, 33, 3, 1, 3>());
}
TEST(ProductConv, FirstLayer) {
  checkConv<uint8_t, int8_t>(ConstantOf<4, 31, 33, 3, 24, 7, 2, 4>());
}
TEST(ProductConv, Pointwise) { checkConv<int8_t, int8_t>(ConstantOf<4, 9, 11, 37, 32, 1, 1, 3>()); }
TEST(ProductConv, SignedSmallPlane) {
  checkConv<int8_t, int8_t>(ConstantOf<4, 7, 7, 20, 33, 3, 1, 3>());
}
// The second does not fit into the copy of the image at once.
TEST(ProductConv, JoinedRows) {
  checkConv<uint8_t, int8_t>(JoinedConstant<31, 33, 3, 24, 7, 2, 4>());
  checkConv<uint8_t, int8_t>(JoinedConstant<9, 700, 3, 8, 7, 1, 3>());
  checkConv<int8_t, int8_t>(JoinedConstant<9, 11, 37, 33, 1, 1, 3>());
  checkConv<uint8_t, int8_t>(JoinedConstant<49, 10, 1, 40, 5, 1, 1>());
}

// Panels of more columns than the usual 16.
struct WidePanels : Constant<7, 7, 18, 90, 3, 1, 3> {
  static constexpr Packing packing{32, 4};
};
TEST(ProductConv, WidePanels) { checkConv<uint8_t, int8_t>(WidePanels()); }

} // namespace
