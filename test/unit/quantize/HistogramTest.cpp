// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Counting values: every value lies in its bin, and quantiles are the distribution's.
#include "compiler/quantize/Histogram.h"

#include <gtest/gtest.h>
#include <limits>
#include <vector>

namespace {
using onnxcc::Histogram;

TEST(Histogram, HasABinAroundEachValue) {
  constexpr float greatest = std::numeric_limits<float>::max();
  constexpr float least = std::numeric_limits<float>::denorm_min();
  for (float value : {1.0f, -1.0f, 0.7f, 3e-30f, -1e30f, greatest, -greatest, least, 1.99999f}) {
    Histogram histogram;
    histogram.add({value, value});
    auto bins = value < 0 ? histogram.getNegative() : histogram.getPositive();
    ASSERT_EQ(bins.size(), 1u) << value;
    EXPECT_LE(bins[0].low, std::abs(double(value)));
    EXPECT_GT(bins[0].high, std::abs(double(value)));
    EXPECT_EQ(bins[0].count, 2);
    if (std::abs(value) > 1e-37f) {
      EXPECT_LE(bins[0].high, bins[0].low * (1 + 1.0 / 512));
    }
    EXPECT_TRUE((value < 0 ? histogram.getPositive() : histogram.getNegative()).empty());
  }
}

TEST(Histogram, CountsZerosApart) {
  Histogram histogram;
  histogram.add({0.0f, -0.0f, 1.0f, -1.0f, 1.0f});
  EXPECT_EQ(histogram.count(), 5);
  EXPECT_EQ(histogram.zeroCount(), 2);
  EXPECT_EQ(histogram.getPositive().front().count, 2);
  EXPECT_EQ(histogram.getNegative().front().count, 1);
  ASSERT_EQ(histogram.getMagnitudes().size(), 1u);
  EXPECT_EQ(histogram.getMagnitudes().front().count, 3);
}

TEST(Histogram, ForgetsNothingBesideAnOutlier) {
  Histogram histogram;
  histogram.add({1e-6f, 2e-6f, 3e-6f});
  histogram.add({1e30f});
  EXPECT_EQ(histogram.getPositive().size(), 4u);
  EXPECT_NEAR(histogram.getQuantile(0.5), 2e-6, 1e-8);
}

TEST(Histogram, FindsQuantilesOfAnEvenDistribution) {
  Histogram histogram;
  std::vector<float> values;
  for (int k = 0; k < 40000; ++k)
    values.push_back((float(k) + 0.5f) / 10000 - 1); // [-1, 3]
  histogram.add(values);
  EXPECT_NEAR(histogram.getQuantile(0.1), -0.6, 2e-3);
  EXPECT_NEAR(histogram.getQuantile(0.25), 0, 2e-3);
  EXPECT_NEAR(histogram.getQuantile(0.5), 1, 2e-3);
  EXPECT_NEAR(histogram.getQuantile(0.999), 2.996, 4e-3);
  EXPECT_NEAR(histogram.getMagnitudeQuantile(0.5), 1, 2e-3); // magnitudes: 2 in [0, 1] to 1 a unit
  EXPECT_NEAR(histogram.getMagnitudeQuantile(0.75), 2, 4e-3);
}

TEST(Histogram, CountsZerosInQuantiles) {
  Histogram histogram;
  histogram.add({0, 0, 0, 0, 0, 0, 0, 0, 1, 2});
  EXPECT_EQ(histogram.getQuantile(0.8), 0);
  EXPECT_NEAR(histogram.getQuantile(0.9), 1, 2e-3);
  EXPECT_NEAR(histogram.getQuantile(1), 2, 4e-3);
  EXPECT_EQ(histogram.getQuantile(0), 0);
  EXPECT_EQ(Histogram().getQuantile(0.5), 0);
}

} // namespace
