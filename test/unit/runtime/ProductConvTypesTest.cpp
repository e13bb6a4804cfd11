// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// conv2d of bytes of other signs and of bfloat16, shapes known at run time.
#include "test/unit/runtime/ProductConvCheck.h"

namespace {
using namespace test;

TEST(ProductConv, Unsigned) { checkConvs<uint8_t, uint8_t, 4>(); }
TEST(ProductConv, SignedUnsigned) { checkConvs<int8_t, uint8_t, 4>(); }
TEST(ProductConv, BFloat16) { checkConvs<BFloat16, BFloat16, 2>(); }

} // namespace
