// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// depthwise of bytes.
#include "test/unit/runtime/ProductSlideCheck.h"

namespace {
using namespace test;

TEST(ProductSlide, UnsignedSigned) {
  forSlides([](auto s) { checkDepthwise<uint8_t, int8_t>(s); });
}
TEST(ProductSlide, Signed) {
  forSlides([](auto s) { checkDepthwise<int8_t, int8_t>(s); });
}

/// One and two steps of four rows, both strides, blocks of 64 channels and less, borders all
/// around.
template <class In, class W> void checkRows() {
  checkDepthwiseRows<In, W>(InFours<SlideWindow<29, 64, 3, 1, 1>>());
  checkDepthwiseRows<In, W>(InFours<SlideWindow<30, 80, 3, 2, 1>>());
  checkDepthwiseRows<In, W>(InFours<SlideWindow<41, 32, 5, 1, 2>>());
  checkDepthwiseRows<In, W>(InFours<SlideWindow<17, 16, 7, 2, 3>>());
  checkDepthwiseRows<In, W>(InFours<SlideWindow<7, 100, 3, 1, 1>>());
  checkDepthwiseRows<In, W>(InFours<SlideWindow<23, 48, 4, 1, 0>>());
}
TEST(ProductSlide, RowsUnsignedSigned) { checkRows<uint8_t, int8_t>(); }
TEST(ProductSlide, RowsSigned) { checkRows<int8_t, int8_t>(); }
TEST(ProductSlide, RowsUnsigned) { checkRows<uint8_t, uint8_t>(); }

} // namespace
