// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// conv2d with constant shapes.
#include "test/unit/runtime/Conv2DCheck.h"

namespace {
using namespace test;

TEST(Conv2D, SmallPlane) { check(Constant<7, 7, 20, 33, 3, 1, 3>()); }
TEST(Conv2D, FirstLayer) { check(Constant<31, 33, 3, 24, 7, 2, 4>()); }

// What lies outside is not multiplied, not even by 0: weights there may be infinite.
template <class S> void checkInfiniteCorner() {
  const S s;
  Guarded<float> x(s.batch * s.inBatchStride), y(s.batch * s.outBatchStride);
  Guarded<float> w(ceilDiv(s.outChannels, 16) * 16 * s.kernelHeight * s.kernelWidth * s.inChannels);
  x.fill(1);
  w.fill(1);
  for (Index panel = 0; panel < ceilDiv(s.outChannels, 16); ++panel)
    for (Index i = 0; i < s.inChannels * 16; ++i) // of tap (0, 0)
      w[panel * 16 * s.kernelHeight * s.kernelWidth * s.inChannels + i] = INFINITY;
  conv2d(s, x.data(), w.data(), y.data(), Range{0, conv2dTasks(s)},
         [](auto acc, Index, Index) { return acc; });
  for (Index pixel = 0; pixel < s.batch * s.outHeight * s.outWidth; ++pixel)
    for (Index c = 0; c < s.outChannels; ++c) {
      const bool inside = pixel % s.outWidth > 0 && pixel / s.outWidth % s.outHeight > 0;
      ASSERT_EQ(inside, std::isinf(y[pixel * s.outChannels + c])) << pixel;
      ASSERT_FALSE(std::isnan(y[pixel * s.outChannels + c])) << pixel;
    }
}
TEST(Conv2D, InfiniteWeights) {
  checkInfiniteCorner<Constant<7, 7, 64, 33, 3, 1, 3>>();   // small planes, tap by tap
  checkInfiniteCorner<Constant<40, 40, 20, 16, 3, 1, 3>>(); // large ones, by regions
  checkInfiniteCorner<Constant<3, 40, 3, 16, 3, 1, 3>>();
}

} // namespace
