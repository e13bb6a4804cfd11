// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// gemm of bytes with operands that are not packed in groups.
#include "test/unit/runtime/ProductCheck.h"

namespace {
using namespace test;

TEST(ProductMatrix, UnsignedSigned) { checkMatrices<uint8_t, int8_t>(); }
TEST(ProductMatrix, Packed) { checkGemms<uint8_t, uint8_t, 1, true>(B::packed); }

} // namespace
