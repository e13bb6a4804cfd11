// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// depthwise of bytes with other weights.
#include "test/unit/runtime/ProductSlideCheck.h"

namespace {
using namespace test;

TEST(ProductSlide, Unsigned) {
  forSlides([](auto s) { checkDepthwise<uint8_t, uint8_t>(s); });
}
TEST(ProductSlide, WeightsLessTheirZeroPoint) {
  forSlides([](auto s) { checkDepthwise<int8_t, int16_t>(s); });
}

} // namespace
