// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// conv2d of bytes, shapes known at run time.
#include "test/unit/runtime/ProductConvCheck.h"

namespace {
using namespace test;

TEST(ProductConv, UnsignedSigned) { checkConvs<uint8_t, int8_t, 4>(); }
TEST(ProductConv, Signed) { checkConvs<int8_t, int8_t, 4>(); }
TEST(ProductConv, JoinedRows) { checkConvs<uint8_t, int8_t, JoinedShape>(randomJoined); }
TEST(ProductConv, JoinedRowsSigned) { checkConvs<int8_t, int8_t, JoinedShape>(randomJoined); }

} // namespace
