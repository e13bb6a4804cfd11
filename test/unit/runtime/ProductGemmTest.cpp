// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// gemm of bytes and of bfloat16 with packed operands.
#include "test/unit/runtime/ProductCheck.h"

namespace {
using namespace test;

TEST(ProductGemm, UnsignedSigned) { checkGemms<uint8_t, int8_t, 4, true>(B::packed); }
TEST(ProductGemm, Signed) { checkGemms<int8_t, int8_t, 4, true>(B::packed); }
TEST(ProductGemm, Unsigned) { checkGemms<uint8_t, uint8_t, 4, true>(B::packed); }
TEST(ProductGemm, SignedUnsigned) { checkGemms<int8_t, uint8_t, 4, true>(B::packed); }
TEST(ProductGemm, BFloat16) { checkGemms<BFloat16, BFloat16, 2, true>(B::packed); }

// Constant strides have tiles of their own.
template <Index Rows, Index Depth, Index Columns, int Group, int Panel = 16> struct Constant {
  static constexpr Index batch = 1, rows = Rows, depth = Depth, columns = Columns, aRow = Depth,
                         aColumn = 1, bRow = 0, bColumn = 1, yRow = Columns, aBatch = 0, bBatch = 0,
                         yBatch = 0, tasks = 3;
  static constexpr bool packed = true;
  static constexpr Tile tile = test::tile;
  static constexpr Packing packing{Panel, Group};
};
TEST(ProductGemm, Constant) {
  checkGemm<uint8_t, int8_t>(Constant<40, 67, 90, 4>());
  checkGemm<int8_t, int8_t>(Constant<1, 130, 48, 4>());
  checkGemm<uint8_t, int8_t>(Constant<29, 34, 75, 4, 32>());
  checkGemm<BFloat16, BFloat16>(Constant<25, 31, 33, 2>());
}

} // namespace
