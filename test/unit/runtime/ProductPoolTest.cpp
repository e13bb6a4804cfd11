// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// pool of bytes.
#include "test/unit/runtime/ProductSlideCheck.h"

namespace {
using namespace test;

TEST(ProductPool, Unsigned) {
  forSlides([](auto s) { checkPools<uint8_t>(s); });
}
TEST(ProductPool, Signed) {
  forSlides([](auto s) { checkPools<int8_t>(s); });
}

} // namespace
