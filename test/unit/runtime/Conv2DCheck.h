// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// conv2d against loops in double precision, for shapes known at run time or at compile time.
#ifndef ONNXCC_TEST_UNIT_RUNTIME_CONV2DCHECK_H
#define ONNXCC_TEST_UNIT_RUNTIME_CONV2DCHECK_H

#include "test/unit/runtime/Support.h"

namespace test {

template <int P = tile.pixels, int N = tile.vectors> struct Shape {
  Index batch, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, groups;
  Index kernelHeight, kernelWidth, strideHeight, strideWidth, dilationHeight, dilationWidth, padTop,
      padLeft;
  Index inStride, inRowStride, inBatchStride, outStride, outRowStride, outBatchStride, tasks;
  static constexpr Tile tile = Tile{P, N};
};

// in = (out - 1) * stride + (kernel - 1) * dilation + 1 - pad - padEnd, whatever the pads are.
template <class S> void setStrides(S &s, Index inExtra, Index outExtra) {
  s.inStride = s.groups * s.inChannels + inExtra;
  s.inRowStride = s.inWidth * s.inStride + 2 * inExtra;
  s.inBatchStride = s.inHeight * s.inRowStride + 3 * inExtra;
  s.outStride = s.groups * s.outChannels + outExtra;
  s.outRowStride = s.outWidth * s.outStride + 2 * outExtra;
  s.outBatchStride = s.outHeight * s.outRowStride + outExtra;
}

template <class S> void check(const S &s) {
  const Index outputs = s.groups * s.outChannels, inputs = s.groups * s.inChannels;
  const Index taps = s.kernelHeight * s.kernelWidth, panels = ceilDiv(s.outChannels, 16);
  // The buffers end with the last element of the last pixel: nothing beyond it may be touched.
  const auto extent = [](Index batches, Index batch, Index rows, Index row, Index columns,
                         Index column, Index last) {
    return (batches - 1) * batch + (rows - 1) * row + (columns - 1) * column + last;
  };
  Guarded<float> x(
      extent(s.batch, s.inBatchStride, s.inHeight, s.inRowStride, s.inWidth, s.inStride, inputs));
  Guarded<float> y(extent(s.batch, s.outBatchStride, s.outHeight, s.outRowStride, s.outWidth,
                          s.outStride, outputs));
  Guarded<float> plain(outputs * taps * s.inChannels),
      packed(s.groups * panels * taps * s.inChannels * 16);
  Guarded<float> bias(outputs), skip(s.batch * s.outHeight * s.outWidth * outputs), whole(y.size());
  x.randomize();
  plain.randomize();
  bias.randomize();
  skip.randomize();
  packed.fill(0);
  for (Index g = 0; g < s.groups; ++g)
    for (Index co = 0; co < s.outChannels; ++co)
      for (Index t = 0; t < taps; ++t)
        for (Index c = 0; c < s.inChannels; ++c)
          packed[(((g * panels + co / 16) * taps + t) * s.inChannels + c) * 16 + co % 16] =
              plain[((g * s.outChannels + co) * taps + t) * s.inChannels + c];

  const float *b = bias.data(), *k = skip.data();
  // y's old value is added: an element that is computed twice, or not at all, shows.
  const auto run = [&](const Guarded<float> &to, Range tasks) {
    float *out = to.data();
    conv2d(s, x.data(), packed.data(), out, tasks, [=](auto acc, Index pixel, Index channel) {
      const Index w = pixel % s.outWidth, h = pixel / s.outWidth % s.outHeight,
                  n = pixel / s.outWidth / s.outHeight;
      const float *old =
          out + n * s.outBatchStride + h * s.outRowStride + w * s.outStride + channel;
      return relu(acc + load<decltype(acc)>(b + channel) +
                  load<decltype(acc)>(k + pixel * outputs + channel)) +
             load<decltype(acc)>(old);
    });
  };
  whole.fill(1000);
  run(whole, {0, conv2dTasks(s)});
  y.fill(1000);
  inPieces(conv2dTasks(s), [&](Range tasks) { run(y, tasks); });
  ASSERT_EQ(0, std::memcmp(y.data(), whole.data(), size_t(y.size()) * sizeof(float)));

  std::vector<double> expected(size_t(y.size()), 1000.0);
  Index pixel = 0;
  for (Index n = 0; n < s.batch; ++n)
    for (Index oh = 0; oh < s.outHeight; ++oh)
      for (Index ow = 0; ow < s.outWidth; ++ow, ++pixel)
        for (Index co = 0; co < outputs; ++co) {
          double sum = 0;
          for (Index t = 0; t < taps; ++t) {
            const Index h = oh * s.strideHeight - s.padTop + t / s.kernelWidth * s.dilationHeight;
            const Index w = ow * s.strideWidth - s.padLeft + t % s.kernelWidth * s.dilationWidth;
            if (h < 0 || h >= s.inHeight || w < 0 || w >= s.inWidth)
              continue;
            for (Index c = 0; c < s.inChannels; ++c)
              sum += double(x[n * s.inBatchStride + h * s.inRowStride + w * s.inStride +
                              co / s.outChannels * s.inChannels + c]) *
                     plain[(co * taps + t) * s.inChannels + c];
          }
          sum += bias[co] + skip[pixel * outputs + co];
          expected[size_t(n * s.outBatchStride + oh * s.outRowStride + ow * s.outStride + co)] +=
              sum < 0 ? 0 : sum;
        }
  for (Index i = 0; i < y.size(); ++i)
    ASSERT_NEAR(expected[size_t(i)], y[i], 1e-3)
        << "element " << i; // multiples of 1/4096 near 1000: 2^-14 a step
}

template <class S> S randomShape() {
  static const Index channelCounts[] = {1, 3, 5, 8, 16, 24, 33, 64};
  S s{};
  s.batch = randomIn(1, 2);
  s.groups = randomIn(0, 3) ? 1 : randomIn(2, 3);
  s.inChannels = channelCounts[randomIn(0, 6)];
  s.outChannels = channelCounts[randomIn(0, 7)];
  randomWindow(s, 4);
  s.tasks = randomIn(1, 7);
  const bool views = randomIn(0, 1);
  setStrides(s, views ? randomIn(1, 9) : 0, views ? randomIn(1, 9) : 0);
  return s;
}

// Only constant channels may be padded with zeros: see Conv2D::padded.
template <int H, int W, int Ci, int Co, int K, int Stride, int Tasks> struct Constant {
  static constexpr Index batch = 2, inHeight = H, inWidth = W, inChannels = Ci, outChannels = Co,
                         groups = 1;
  static constexpr Index outHeight = (H + K / 2 * 2 - K) / Stride + 1,
                         outWidth = (W + K / 2 * 2 - K) / Stride + 1;
  static constexpr Index kernelHeight = K, kernelWidth = K, strideHeight = Stride,
                         strideWidth = Stride;
  static constexpr Index dilationHeight = 1, dilationWidth = 1, padTop = K / 2, padLeft = K / 2,
                         tasks = Tasks;
  static constexpr Index inStride = Ci, inRowStride = W * Ci, inBatchStride = H * W * Ci;
  static constexpr Index outStride = Co, outRowStride = outWidth * Co,
                         outBatchStride = outHeight * outWidth * Co;
  static constexpr Tile tile = test::tile;
};

} // namespace test

#endif
