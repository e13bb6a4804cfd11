// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What launches share: indices that are data, and places as vectors.
#include "runtime/call.h"

#include <gtest/gtest.h>

using namespace onnxcc;

TEST(Call, IndicesCountFromBothEnds) {
  Call call{nullptr};
  EXPECT_EQ(call.index(0, 5), 0);
  EXPECT_EQ(call.index(4, 5), 4);
  EXPECT_EQ(call.index(-1, 5), 4);
  EXPECT_EQ(call.index(-5, 5), 0);
  EXPECT_EQ(call.code, ONNXCC_OK);
}

TEST(Call, IndicesOutOfRangeFailAndReadNothingElse) {
  for (Index bad : {Index(5), Index(-6), greatest<Index>, least<Index>}) {
    Call call{nullptr};
    EXPECT_EQ(call.index(bad, 5), 0);
    EXPECT_EQ(call.code, ONNXCC_EVALUE);
    EXPECT_EQ(call.index(3, 5), 3);
    EXPECT_EQ(call.code, ONNXCC_EVALUE) << "a good index does not mend the call";
  }
}

TEST(Simd, Iota) {
  constexpr int L = lanes<Index>;
  auto places = iota(Lanes<L>(), 7);
  auto strided = iota(Lanes<L>(), -3, 4);
  for (int lane = 0; lane < L; ++lane) {
    EXPECT_EQ(laneOf(places, lane), 7 + lane);
    EXPECT_EQ(laneOf(strided, lane), -3 + 4 * lane);
  }
  EXPECT_EQ(iota(Lanes<1>(), 7, 4), 7);
}
