// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// depthwise and pool against loops in double precision.
#include "test/unit/runtime/Support.h"

namespace {
using namespace test;

struct Shape {
  Index batch, inHeight, inWidth, outHeight, outWidth, channels;
  Index kernelHeight, kernelWidth, strideHeight, strideWidth, dilationHeight, dilationWidth, padTop,
      padLeft;
  Index inStride, inRowStride, inBatchStride, outStride, outRowStride, outBatchStride, tasks;
  static constexpr Tile tile = Tile{4, 1};
};

enum class Kind { depthwise, max, min, sum };

template <class S> void check(const S &s, Kind kind) {
  const auto extent = [&](Index batch, Index rows, Index row, Index columns, Index column) {
    return (s.batch - 1) * batch + (rows - 1) * row + (columns - 1) * column + s.channels;
  };
  Guarded<float> x(extent(s.inBatchStride, s.inHeight, s.inRowStride, s.inWidth, s.inStride));
  Guarded<float> y(extent(s.outBatchStride, s.outHeight, s.outRowStride, s.outWidth, s.outStride)),
      whole(y.size());
  Guarded<float> w(s.kernelHeight * s.kernelWidth * s.channels), bias(s.channels);
  Guarded<float> skip(s.batch * s.outHeight * s.outWidth * s.channels);
  x.randomize();
  w.randomize();
  bias.randomize();
  skip.randomize();
  const auto run = [&](float *out, Range tasks) {
    const float *b = bias.data(), *k = skip.data();
    const auto epilogue = [=](auto acc, Index pixel, Index channel) {
      using V = decltype(acc);
      const Index v = pixel % s.outWidth, h = pixel / s.outWidth % s.outHeight,
                  n = pixel / s.outWidth / s.outHeight;
      const float *old =
          out + n * s.outBatchStride + h * s.outRowStride + v * s.outStride + channel;
      return acc + load<V>(b + channel) + load<V>(k + pixel * s.channels + channel) + load<V>(old);
    };
    switch (kind) {
    case Kind::depthwise:
      return depthwise(s, x.data(), w.data(), out, tasks, epilogue);
    case Kind::max:
      return pool<Max>(s, x.data(), out, tasks, epilogue);
    case Kind::min:
      return pool<Min>(s, x.data(), out, tasks, epilogue);
    case Kind::sum:
      return pool<Sum>(s, x.data(), out, tasks, epilogue);
    }
  };
  const Index tasks = kind == Kind::depthwise ? depthwiseTasks(s) : poolTasks<Max>(s);
  whole.fill(100);
  run(whole.data(), {0, tasks});
  y.fill(100);
  inPieces(tasks, [&](Range range) { run(y.data(), range); });
  ASSERT_EQ(0, std::memcmp(y.data(), whole.data(), size_t(y.size()) * sizeof(float)));

  std::vector<double> expected(size_t(y.size()), 100.0);
  Index pixel = 0;
  for (Index n = 0; n < s.batch; ++n)
    for (Index oh = 0; oh < s.outHeight; ++oh)
      for (Index ow = 0; ow < s.outWidth; ++ow, ++pixel)
        for (Index c = 0; c < s.channels; ++c) {
          double value = kind == Kind::max ? -INFINITY : kind == Kind::min ? INFINITY : 0;
          for (Index t = 0; t < s.kernelHeight * s.kernelWidth; ++t) {
            const Index h = oh * s.strideHeight - s.padTop + t / s.kernelWidth * s.dilationHeight;
            const Index v = ow * s.strideWidth - s.padLeft + t % s.kernelWidth * s.dilationWidth;
            if (h < 0 || h >= s.inHeight || v < 0 || v >= s.inWidth)
              continue;
            const double e = x[n * s.inBatchStride + h * s.inRowStride + v * s.inStride + c];
            switch (kind) {
            case Kind::depthwise:
              value += e * w[t * s.channels + c];
              break;
            case Kind::max:
              value = std::max(value, e);
              break;
            case Kind::min:
              value = std::min(value, e);
              break;
            case Kind::sum:
              value += e;
              break;
            }
          }
          expected[size_t(n * s.outBatchStride + oh * s.outRowStride + ow * s.outStride + c)] +=
              value + bias[c] + skip[pixel * s.channels + c];
        }
  for (Index i = 0; i < y.size(); ++i)
    if (std::isinf(expected[size_t(i)]))
      ASSERT_EQ(expected[size_t(i)], y[i]) << "element " << i;
    else
      ASSERT_NEAR(expected[size_t(i)], y[i], 1e-3) << "element " << i;
}

Shape randomShape() {
  static const Index channelCounts[] = {1, 3, 5, 8, 16, 24, 33, 96, 200};
  Shape s{};
  s.batch = randomIn(1, 2);
  s.channels = channelCounts[randomIn(0, 8)];
  randomWindow(s, 5);
  s.tasks = randomIn(1, 7);
  const Index extra = randomIn(0, 1) * randomIn(1, 9);
  s.inStride = s.channels + extra;
  s.inRowStride = s.inWidth * s.inStride + extra;
  s.inBatchStride = s.inHeight * s.inRowStride + extra;
  s.outStride = s.channels + extra;
  s.outRowStride = s.outWidth * s.outStride + extra;
  s.outBatchStride = s.outHeight * s.outRowStride + extra;
  return s;
}

void checkMany(Kind kind) {
  for (int i = 0; i < 150; ++i) {
    SCOPED_TRACE(i);
    check(randomShape(), kind);
    if (testing::Test::HasFatalFailure())
      return;
  }
}
TEST(Depthwise, RandomShapes) { checkMany(Kind::depthwise); }
TEST(Pool, Max) { checkMany(Kind::max); }
TEST(Pool, Min) { checkMany(Kind::min); }
TEST(Pool, Sum) { checkMany(Kind::sum); }

struct Constant {
  static constexpr Index batch = 2, inHeight = 11, inWidth = 13, outHeight = 11, outWidth = 13,
                         channels = 40;
  static constexpr Index kernelHeight = 3, kernelWidth = 3, strideHeight = 1, strideWidth = 1;
  static constexpr Index dilationHeight = 1, dilationWidth = 1, padTop = 1, padLeft = 1;
  static constexpr Index inStride = 40, inRowStride = 13 * 40, inBatchStride = 11 * 13 * 40;
  static constexpr Index outStride = 40, outRowStride = 13 * 40, outBatchStride = 11 * 13 * 40,
                         tasks = 3;
  static constexpr Tile tile = Tile{4, 2};
};
// Constant windows have code of their own.
template <int W, int Channels, int K, int Stride, int Pad, int P> struct Window {
  static constexpr Index batch = 2, inHeight = 9, inWidth = W, channels = Channels;
  static constexpr Index outHeight = (9 + 2 * Pad - K) / Stride + 1,
                         outWidth = (W + 2 * Pad - K) / Stride + 1;
  static constexpr Index kernelHeight = K, kernelWidth = K, strideHeight = Stride,
                         strideWidth = Stride;
  static constexpr Index dilationHeight = 1, dilationWidth = 1, padTop = Pad, padLeft = Pad;
  static constexpr Index inStride = Channels + 3, inRowStride = W * inStride,
                         inBatchStride = 9 * inRowStride;
  static constexpr Index outStride = Channels + 1, outRowStride = outWidth * outStride,
                         outBatchStride = outHeight * outRowStride, tasks = 3;
  static constexpr Tile tile = Tile{P, 1};
};
template <class S> void checkAll() {
  for (const Kind kind : {Kind::depthwise, Kind::max, Kind::sum}) {
    SCOPED_TRACE(int(kind));
    check(S(), kind);
    if (testing::Test::HasFatalFailure())
      return;
  }
}
TEST(Depthwise, Constant) { check(Constant(), Kind::depthwise); }
TEST(Slide, Distance1) { checkAll<Window<29, 70, 3, 1, 1, 7>>(); }
TEST(Slide, Distance2) { checkAll<Window<30, 72, 3, 2, 1, 7>>(); }
TEST(Slide, Wide) { checkAll<Window<23, 19, 5, 1, 2, 7>>(); }
TEST(Slide, WideDistance2) { checkAll<Window<28, 33, 5, 2, 2, 4>>(); }
TEST(Slide, Narrow) { checkAll<Window<5, 3, 3, 1, 1, 7>>(); }
TEST(Slide, NarrowerThanItsWindow) { checkAll<Window<2, 16, 5, 1, 3, 7>>(); }
TEST(Slide, FewChannels) { checkAll<Window<40, 3, 3, 1, 1, 4>>(); }
TEST(Slide, FewChannelsDistance2) { checkAll<Window<41, 6, 3, 2, 1, 7>>(); }
TEST(Slide, OneChannel) { checkAll<Window<50, 1, 5, 1, 2, 4>>(); }
TEST(Slide, BlockOfFewChannels) { checkAll<Window<20, 67, 3, 1, 1, 4>>(); }
TEST(Slide, WithoutPads) { checkAll<Window<12, 64, 2, 2, 0, 7>>(); }

TEST(Pool, NaN) {
  const Constant s;
  Guarded<float> x(s.batch * s.inBatchStride), y(x.size());
  x.fill(-1);
  x[5 * 13 * 40 + 6 * 40 + 7] = NAN; // row 5, column 6, channel 7
  pool<Max>(s, x.data(), y.data(), Range{0, poolTasks<Max>(s)},
            [](auto acc, Index, Index) { return acc; });
  for (Index h = 0; h < 11; ++h)
    for (Index w = 0; w < 13; ++w)
      EXPECT_EQ(std::isnan(y[(h * 13 + w) * 40 + 7]), h >= 4 && h <= 6 && w >= 5 && w <= 7)
          << h << ' ' << w;
}

} // namespace
