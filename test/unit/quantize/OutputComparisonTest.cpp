// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Measures of quality, computed by hand.
#include "compiler/quantize/OutputComparison.h"

#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <limits>

namespace {
using namespace onnxcc;

HostTensor make(std::vector<float> values) {
  HostTensor tensor{"", 1, {int64_t(values.size())}, std::vector<char>(values.size() * 4)};
  std::memcpy(tensor.bytes.data(), values.data(), tensor.bytes.size());
  return tensor;
}

TEST(OutputComparison, MeasuresNoise) {
  TensorComparison comparison;
  EXPECT_EQ(comparison.getSqnr(), std::numeric_limits<double>::infinity());
  comparison.add(make({3, 4}), make({3, 4}));
  EXPECT_EQ(comparison.getSqnr(), std::numeric_limits<double>::infinity());
  EXPECT_EQ(comparison.getNoise(), 0);
  EXPECT_EQ(comparison.getCosine(), 1);
  comparison.add(make({5, 0}), make({5, 0.5f}));
  EXPECT_NEAR(comparison.getSqnr(), 10 * std::log10(50 / 0.25), 1e-9);
  EXPECT_NEAR(comparison.getNoise(), std::sqrt(0.25 / 50), 1e-9);
  EXPECT_NEAR(comparison.getCosine(), 50 / std::sqrt(50 * 50.25), 1e-9);
}

TEST(OutputComparison, MeasuresZeros) {
  TensorComparison comparison;
  comparison.add(make({0, 0}), make({0, 1}));
  EXPECT_EQ(comparison.getSqnr(), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(comparison.getNoise(), std::numeric_limits<double>::infinity());
  EXPECT_EQ(comparison.getCosine(), 0);
}

TEST(OutputComparison, CountsClasses) {
  OutputComparison comparison;
  comparison.add({make({1, 2, 3})}, {make({1, 2, 3})}, 2);
  comparison.add({make({1, 2, 3})}, {make({4, 2, 3})}, 2);
  comparison.add({make({1, 2, 3})}, {make({1, 3, 2})}, 1);
  comparison.add({make({1, 2, 3})}, {make({1, 2, 3})}, 2);
  comparison.add({make({3, 2, 1})}, {make({1, 2, 3})}, std::nullopt);
  EXPECT_EQ(comparison.getSamples(), 5);
  EXPECT_EQ(comparison.getLabelled(), 4);
  EXPECT_EQ(comparison.getExpectedTop1(), 75);
  EXPECT_EQ(comparison.getTop1(), 75);
  EXPECT_EQ(comparison.getAgreement(), 40);
  EXPECT_EQ(comparison.getDrop(AccuracyMetric::Top1), 0);
  comparison.add({make({1, 2, 3})}, {make({4, 2, 3})}, 2);
  EXPECT_EQ(comparison.getDrop(AccuracyMetric::Top1), 20);
  EXPECT_EQ(getGreatest(make({1, 5, 5})), 1);
}

TEST(OutputComparison, IsThatOfTheWorstOutput) {
  OutputComparison comparison;
  comparison.add({make({10}), make({10})}, {make({10}), make({9})}, std::nullopt);
  EXPECT_NEAR(comparison.getSqnr(), 20, 1e-9);
  EXPECT_NEAR(comparison.getDrop(AccuracyMetric::Sqnr), 10, 1e-9);
  EXPECT_NEAR(comparison.getDrop(AccuracyMetric::Cosine), 0, 1e-9);
  OutputComparison broken;
  float nan = std::numeric_limits<float>::quiet_NaN();
  broken.add({make({10}), make({10})}, {make({nan}), make({10})}, std::nullopt);
  for (AccuracyMetric metric : {AccuracyMetric::Sqnr, AccuracyMetric::Cosine})
    EXPECT_FALSE(broken.getDrop(metric) <= 1e9);
}

} // namespace
