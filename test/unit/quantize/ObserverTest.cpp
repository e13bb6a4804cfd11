// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ranges of distributions whose answers are known.
#include "compiler/quantize/Observer.h"

#include "llvm/ADT/StringExtras.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <random>
#include <vector>

namespace {
using namespace onnxcc;

constexpr RangeMethod methods[] = {RangeMethod::MinMax, RangeMethod::MovingAverage,
                                   RangeMethod::Percentile, RangeMethod::Entropy, RangeMethod::Mse};

ValueRange getRange(const ObserverOptions &options, std::vector<std::vector<float>> samples) {
  std::unique_ptr<Observer> observer = Observer::create(options);
  for (const std::vector<float> &sample : samples)
    observer->observe(sample);
  return observer->getRange();
}

void expectRange(ValueRange range, double low, double high, double tolerance) {
  EXPECT_NEAR(range.low, low, tolerance);
  EXPECT_NEAR(range.high, high, tolerance);
}

/// Reproducible: the library's distributions are not fixed by the standard.
std::vector<float> makeNormal(size_t count, uint64_t seed) {
  std::mt19937_64 engine(seed);
  std::vector<float> values;
  auto draw = [&] { return (double(engine() >> 11) + 0.5) * 0x1p-53; };
  for (size_t k = 0; k < count; ++k)
    values.push_back(std::sqrt(-2 * std::log(draw())) * std::cos(2 * M_PI * draw()));
  return values;
}

/// The mean squared error of values in a range's quantised form, computed one by one.
double getError(const std::vector<float> &values, ValueRange range, double steps) {
  double step = (double(range.high) - range.low) / steps, sum = 0;
  for (float value : values) {
    double clipped = std::min(std::max(double(value), double(range.low)), double(range.high));
    double error = value - std::round(clipped / step) * step;
    sum += error * error;
  }
  return sum / double(values.size());
}

TEST(Observer, KnowsNoRangeOfZeros) {
  for (RangeMethod method : methods)
    for (bool symmetric : {false, true}) {
      EXPECT_EQ(getRange({.method = method, .symmetric = symmetric}, {{0, 0}, {0}}), ValueRange());
      EXPECT_EQ(getRange({.method = method, .symmetric = symmetric}, {}), ValueRange());
      EXPECT_EQ(getRange({.method = method, .symmetric = symmetric}, {{}}), ValueRange());
    }
}

TEST(Observer, CoversAConstant) {
  for (RangeMethod method : methods)
    for (float value : {0.3f, -0.3f, 1e-20f, -3e20f}) {
      SCOPED_TRACE(llvm::Twine(int(method)).str() + " " + std::to_string(value));
      std::vector<float> sample(1000, value);
      // To the bin's width where there are bins, never beyond.
      double low = std::min(value, 0.0f), high = std::max(value, 0.0f);
      double tolerance = std::abs(double(value)) * 2e-3, reach = std::abs(double(value));
      expectRange(getRange({.method = method}, {sample, sample}), low, high, tolerance);
      expectRange(getRange({.method = method, .symmetric = true}, {sample}), -reach, reach,
                  tolerance);
      expectRange(getRange({.method = method}, {{value}}), low, high, tolerance);
    }
}

TEST(Observer, TakesExtremesOfAllSamples) {
  std::vector<std::vector<float>> samples = {{-1, 0.5f}, {2}, {-0.5f, -3, 1}};
  EXPECT_EQ(getRange({.method = RangeMethod::MinMax}, samples), ValueRange({-3, 2}));
  EXPECT_EQ(getRange({.method = RangeMethod::MinMax, .symmetric = true}, samples),
            ValueRange({-3, 3}));
  EXPECT_EQ(getRange({.method = RangeMethod::MinMax}, {{4, 5}}), ValueRange({0, 5}));
}

TEST(Observer, AveragesExtremes) {
  ObserverOptions options{.method = RangeMethod::MovingAverage, .momentum = 0.5};
  EXPECT_EQ(getRange(options, {{-4, 8}}), ValueRange({-4, 8}));
  // -4, then -2 - 1, then -1.5; 8, then 4 + 2, then 3 + 8.
  EXPECT_EQ(getRange(options, {{-4, 8}, {-2, 4}, {16}}), ValueRange({-1.5f, 11}));
  options.momentum = 0.9;
  expectRange(getRange(options, {{-1, 1}, {0, 11}}), -0.9, 2, 1e-6);
}

TEST(Observer, CutsTails) {
  std::vector<float> even;
  for (int k = 0; k < 100000; ++k)
    even.push_back((float(k) + 0.5f) / 50000 - 1);
  ObserverOptions options{.method = RangeMethod::Percentile, .percentile = 90};
  expectRange(getRange(options, {even}), -0.9, 0.9, 2e-3);
  options.symmetric = true;
  expectRange(getRange(options, {even}), -0.9, 0.9, 2e-3);
  options.percentile = 100;
  EXPECT_EQ(getRange(options, {even}), ValueRange({-even.back(), even.back()}));
  // On the side without values nothing is cut.
  std::vector<float> positive;
  for (float value : even)
    positive.push_back((value + 1) / 2);
  expectRange(getRange({.method = RangeMethod::Percentile, .percentile = 80}, {positive}), 0, 0.9,
              2e-3);
}

TEST(Observer, LeavesOutARareOutlier) {
  std::vector<float> values = makeNormal(200000, 1);
  values.push_back(1e6f);
  expectRange(getRange({.method = RangeMethod::MinMax}, {values}), -4.5, 1e6, 0.5);
  expectRange(getRange({.method = RangeMethod::Percentile, .percentile = 99.9}, {values}), -3.29,
              3.29, 0.1);
  ValueRange entropy = getRange({.method = RangeMethod::Entropy}, {values});
  EXPECT_LT(entropy.high, 6);
  EXPECT_GT(entropy.high, 2);
  // One of 200,000 that is clipped by so much costs more than all others that become zero.
  EXPECT_GT(getRange({.method = RangeMethod::Mse}, {values}).high, 9.9e5);
  // With 256 levels a range of 45 costs each value 0.003, and clipping 40 to 4 costs 0.006; with 16
  // levels the range costs more.
  values.back() = 40;
  EXPECT_EQ(getRange({.method = RangeMethod::Mse}, {values}).high, 40);
  EXPECT_LT(getRange({.method = RangeMethod::Mse, .bits = 4}, {values}).high, 5);
}

TEST(Observer, FindsTheLeastSquaredErrorOfANormalDistribution) {
  std::vector<float> values = makeNormal(400000, 2);
  // Known optima of the uniform quantiser for unit variance (J. Max, 1960; Banner et al. 2018):
  // with 16 levels steps of 0.335, with 256 of 0.0308.
  ValueRange range = getRange({.method = RangeMethod::Mse, .bits = 4, .symmetric = true}, {values});
  EXPECT_NEAR(range.high, 0.335 * 7.5, 0.15);
  range = getRange({.method = RangeMethod::Mse, .bits = 8, .symmetric = true}, {values});
  EXPECT_NEAR(range.high, 0.0308 * 127.5, 0.15);
}

TEST(Observer, HasNoLargerErrorThanOtherRanges) {
  std::vector<float> relu, skewed = makeNormal(50000, 3);
  for (float value : skewed)
    relu.push_back(std::max(value, 0.0f));
  for (float &value : skewed)
    value = value > 0 ? value * value : value / 4;
  for (const std::vector<float> &values : {relu, skewed})
    for (unsigned bits : {4u, 8u})
      for (bool symmetric : {false, true}) {
        ObserverOptions options{.method = RangeMethod::Mse, .bits = bits, .symmetric = symmetric};
        double steps = std::ldexp(1, bits) - (symmetric ? 2 : 1);
        ValueRange best = getRange(options, {values});
        double least = getError(values, best, steps);
        for (float low : {0.5f, 0.8f, 1.0f, 1.25f})
          for (float high : {0.5f, 0.8f, 1.0f, 1.25f}) {
            if (symmetric && low != high)
              continue;
            EXPECT_GE(getError(values, {best.low * low, best.high * high}, steps), 0.97 * least)
                << bits << symmetric << " " << low << " " << high;
          }
      }
}

TEST(Observer, KeepsDistributionsByEntropy) {
  // What spreads evenly loses by any clipping.
  std::vector<float> even;
  for (int k = 0; k < 100000; ++k)
    even.push_back((float(k) + 0.5f) / 50000 - 1);
  for (bool symmetric : {false, true})
    expectRange(getRange({.method = RangeMethod::Entropy, .symmetric = symmetric}, {even}), -1, 1,
                0.02);
  // Long tails are cut, more than by the extremes and less than the bulk.
  std::vector<float> tails = makeNormal(200000, 4);
  for (float &value : tails)
    value = value * value * value;
  ValueRange all = getRange({.method = RangeMethod::MinMax}, {tails});
  ValueRange range = getRange({.method = RangeMethod::Entropy}, {tails});
  EXPECT_LT(range.high, 0.7 * all.high);
  EXPECT_GT(range.high, 3);
}

TEST(Observer, CountsWhatIsNotFinite) {
  constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  constexpr float infinity = std::numeric_limits<float>::infinity();
  for (RangeMethod method : methods) {
    std::unique_ptr<Observer> observer = Observer::create({.method = method});
    observer->observe({nan, 1, -infinity, -1, infinity});
    observer->observe({nan});
    EXPECT_EQ(observer->getNonFinite(), 4);
    EXPECT_EQ(observer->getCount(), 2);
    EXPECT_EQ(observer->getSeen(), ValueRange({-1, 1}));
    expectRange(observer->getRange(), -1, 1, 4e-3);
  }
}

} // namespace
