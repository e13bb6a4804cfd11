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

} // namespace
