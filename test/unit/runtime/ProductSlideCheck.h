// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// depthwise and pool of bytes against loops in 64 bits.
#ifndef ONNXCC_TEST_UNIT_RUNTIME_PRODUCTSLIDECHECK_H
#define ONNXCC_TEST_UNIT_RUNTIME_PRODUCTSLIDECHECK_H

#include "test/unit/runtime/ProductCheck.h"

namespace test {

struct SlideShapeOfRun {
  Index batch, inHeight, inWidth, outHeight, outWidth, channels;
  Index kernelHeight, kernelWidth, strideHeight, strideWidth, dilationHeight, dilationWidth, padTop,
      padLeft;
  Index inStride, inRowStride, inBatchStride, outStride, outRowStride, outBatchStride, tasks;
  static constexpr Tile tile = Tile{4, 1};
};
template <int W, int Channels, int K, int Stride, int Pad> struct SlideWindow {
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
  static constexpr Tile tile = Tile{7, 1};
};

inline SlideShapeOfRun randomSlide() {
  static const Index channelCounts[] = {1, 3, 5, 8, 16, 24, 33, 96, 200};
  SlideShapeOfRun s{};
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

/// run(tasks, x, zero, y, epilogue) is the kernel; step(value, x - zero, tap, channel) what a tap
/// adds to what is `first` where there is none.
template <class In, class A, class S, class Run, class Step>
void checkSlide(const S &s, int64_t first, bool hasZero, Index tasks, Run run, Step step) {
  const auto extent = [&](Index batch, Index rows, Index row, Index columns, Index column) {
    return (s.batch - 1) * batch + (rows - 1) * row + (columns - 1) * column + s.channels;
  };
  Guarded<In> x(extent(s.inBatchStride, s.inHeight, s.inRowStride, s.inWidth, s.inStride));
  Guarded<int32_t> y(
      extent(s.outBatchStride, s.outHeight, s.outRowStride, s.outWidth, s.outStride)),
      whole(y.size());
  randomizeAll(x);
  // One of the input's values, which some kernels put around the image.
  const int32_t zero = hasZero ? int32_t(x[randomIn(0, x.size() - 1)]) : 0;
  const auto runInto = [&](const Guarded<int32_t> &to, Range range) {
    int32_t *const out = to.data();
    run(range, x.data(), zero, out, [=](auto acc, Index pixel, Index channel) {
      const Index w = pixel % s.outWidth, h = pixel / s.outWidth % s.outHeight,
                  n = pixel / s.outWidth / s.outHeight;
      const int32_t *old =
          out + n * s.outBatchStride + h * s.outRowStride + w * s.outStride + channel;
      const auto wide = cast<int32_t>(acc);
      return wrapAdd(wide, load<decltype(wide)>(old));
    });
  };
  whole.fill(1000);
  runInto(whole, {0, tasks});
  y.fill(1000);
  inPieces(tasks, [&](Range range) { runInto(y, range); });
  ASSERT_EQ(0, std::memcmp(y.data(), whole.data(), size_t(y.size()) * sizeof(int32_t)));

  std::vector<int64_t> expected(size_t(y.size()), 1000);
  for (Index n = 0; n < s.batch; ++n)
    for (Index oh = 0; oh < s.outHeight; ++oh)
      for (Index ow = 0; ow < s.outWidth; ++ow)
        for (Index c = 0; c < s.channels; ++c) {
          int64_t value = first;
          for (Index t = 0; t < s.kernelHeight * s.kernelWidth; ++t) {
            const Index h = oh * s.strideHeight - s.padTop + t / s.kernelWidth * s.dilationHeight;
            const Index w = ow * s.strideWidth - s.padLeft + t % s.kernelWidth * s.dilationWidth;
            if (h >= 0 && h < s.inHeight && w >= 0 && w < s.inWidth)
              value = step(
                  value,
                  int64_t(x[n * s.inBatchStride + h * s.inRowStride + w * s.inStride + c]) - zero,
                  t, c);
          }
          expected[size_t(n * s.outBatchStride + oh * s.outRowStride + ow * s.outStride + c)] +=
              int64_t(A(value));
        }
  for (Index i = 0; i < y.size(); ++i)
    ASSERT_EQ(int32_t(expected[size_t(i)]), y[i]) << "element " << i;
}

template <class In, class W, class S> void checkDepthwise(const S &s) {
  Guarded<W> weights(s.kernelHeight * s.kernelWidth * s.channels);
  randomizeAll(weights);
  // A weight of 16 bits is a byte less its zero point.
  if constexpr (sizeof(W) == 2)
    for (Index i = 0; i < weights.size(); ++i)
      weights[i] = W(randomIn(-383, 383));
  checkSlide<In, int32_t>(
      s, 0, true, depthwiseTasks(s),
      [&](Range tasks, const In *x, int32_t zero, int32_t *y, auto epilogue) {
        depthwise(s, x, weights.data(), zero, y, tasks, epilogue);
      },
      [&](int64_t sum, int64_t x, Index tap, Index channel) {
        return sum + x * weights[tap * s.channels + channel];
      });
}
/// The same by four rows of taps at a time.
template <class S> struct InFours : S {
  static constexpr Packing packing{1, 4};
};
template <class In, class W, class S> void checkDepthwiseRows(const S &s) {
  const Index steps = ceilDiv(s.kernelHeight, Index(4)), row = s.kernelWidth * s.channels;
  Guarded<W> plain(s.kernelHeight * row), weights(steps * row * 4);
  Guarded<int32_t> sums(steps * s.channels);
  randomizeAll(plain);
  weights.fill(0);
  sums.fill(0);
  for (Index kh = 0; kh < s.kernelHeight; ++kh)
    for (Index i = 0; i < row; ++i) {
      const W weight = plain[kh * row + i];
      weights[(kh / 4 * row + i) * 4 + kh % 4] = weight;
      sums[kh / 4 * s.channels + i % s.channels] += int32_t(weight);
    }
  checkSlide<In, int32_t>(
      s, 0, true, depthwiseTasks(s),
      [&](Range tasks, const In *x, int32_t zero, int32_t *y, auto epilogue) {
        depthwise(s, x, weights.data(), ZeroPoint{zero, sums.data()}, y, tasks, epilogue);
      },
      [&](int64_t sum, int64_t x, Index tap, Index channel) {
        return sum + x * plain[tap * s.channels + channel];
      });
}
template <class In, class S> void checkPools(const S &s) {
  checkSlide<In, int32_t>(
      s, 0, true, poolTasks<Sum>(s),
      [&](Range tasks, const In *x, int32_t zero, int32_t *y, auto epilogue) {
        pool<Sum>(s, x, zero, y, tasks, epilogue);
      },
      [&](int64_t sum, int64_t x, Index, Index) { return sum + x; });
  checkSlide<In, In>(
      s, least<In>, false, poolTasks<Max>(s),
      [&](Range tasks, const In *x, int32_t, int32_t *y, auto epilogue) {
        pool<Max>(s, x, y, tasks, epilogue);
      },
      [&](int64_t top, int64_t x, Index, Index) { return std::max(top, x); });
}

/// f(shape) for random and for constant shapes.
template <class F> void forSlides(F f) {
  for (int i = 0; i < 60; ++i) {
    SCOPED_TRACE(i);
    f(randomSlide());
    if (testing::Test::HasFatalFailure())
      return;
  }
  f(SlideWindow<29, 70, 3, 1, 1>());
  f(SlideWindow<30, 24, 3, 2, 1>());
  f(SlideWindow<41, 6, 5, 1, 2>());
}

} // namespace test

#endif
