// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// gemm of signed bytes, integers and bfloat16 with operands that are not packed in groups.
#include "test/unit/runtime/ProductCheck.h"

namespace {
using namespace test;

TEST(ProductMatrix, Signed) { checkMatrices<int8_t, int8_t>(); }
TEST(ProductMatrix, Integers) { checkGemms<int32_t, int32_t, 1, true>(B::packed); }
TEST(ProductMatrix, BFloat16) { checkGemms<BFloat16, BFloat16, 1, false>(B::columns); }

} // namespace
