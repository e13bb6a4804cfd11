// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The search for layers that stay in float, on models whose answer is known.
#include "compiler/quantize/FloatSearch.h"

#include <gtest/gtest.h>
#include <limits>

namespace {
using namespace onnxcc;
using llvm::BitVector;
using llvm::FailureOr;

/// A model whose drop is the sum of its quantised layers' own.
struct Sum {
  std::vector<double> own;
  int measurements = 0;

  FailureOr<double> operator()(const BitVector &floats) {
    ++measurements;
    double sum = 0;
    for (size_t layer = 0; layer < own.size(); ++layer)
      sum += floats[layer] ? 0 : own[layer];
    return sum;
  }
};

std::vector<size_t> list(const BitVector &set) {
  return std::vector<size_t>(set.set_bits_begin(), set.set_bits_end());
}

TEST(FloatSearch, RanksByWhatALayerAloneLoses) {
  Sum model{{0.1, 3, 0.2, 3, 0}};
  std::vector<double> alone;
  FailureOr<std::vector<size_t>> ranking = rankLayers(5, model, alone);
  ASSERT_TRUE(succeeded(ranking));
  EXPECT_EQ(*ranking, std::vector<size_t>({1, 3, 2, 0, 4}));
  EXPECT_EQ(alone, model.own);
  EXPECT_EQ(model.measurements, 5);
  model.own[4] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(rankLayers(
                5,
                [&](const BitVector &floats) -> FailureOr<double> {
                  return floats[4] ? *model(floats) : model.own[4];
                },
                alone)
                ->front(),
            4u);
}

TEST(FloatSearch, LeavesTheFewestInFloat) {
  Sum model{{4, 0.25, 2, 0.25, 1, 0.5}};
  std::vector<size_t> ranking = {0, 2, 4, 5, 1, 3};
  EXPECT_TRUE(findFloatLayers(ranking, 8, model)->none());
  EXPECT_EQ(list(*findFloatLayers(ranking, 7.9, model)), std::vector<size_t>({0}));
  EXPECT_EQ(list(*findFloatLayers(ranking, 2, model)), std::vector<size_t>({0, 2}));
  EXPECT_EQ(list(*findFloatLayers(ranking, 1.5, model)), std::vector<size_t>({0, 2, 4}));
  EXPECT_EQ(list(*findFloatLayers(ranking, 0, model)), std::vector<size_t>({0, 1, 2, 3, 4, 5}));
  EXPECT_TRUE(findFloatLayers(ranking, -1, model)->all());
}

TEST(FloatSearch, TakesFewMeasurements) {
  Sum model{std::vector<double>(1000, 1)};
  std::vector<size_t> ranking(1000);
  for (size_t k = 0; k < 1000; ++k)
    ranking[k] = 999 - k;
  EXPECT_EQ(findFloatLayers(ranking, 997, model)->count(), 3u);
  EXPECT_LE(model.measurements, 12);
}

TEST(FloatSearch, QuantisesAgainWhatIsNotNeeded) {
  // Layer 0 is the worst alone, but only 1 does harm in the whole model.
  auto measure = [](const BitVector &floats) -> FailureOr<double> { return floats[1] ? 0 : 1; };
  EXPECT_EQ(list(*findFloatLayers({0, 1, 2}, 0.5, measure)), std::vector<size_t>({1}));
}

TEST(FloatSearch, EndsWhereAMeasurementFails) {
  auto measure = [](const BitVector &) -> FailureOr<double> { return llvm::failure(); };
  std::vector<double> alone;
  EXPECT_TRUE(failed(rankLayers(2, measure, alone)));
  EXPECT_TRUE(failed(findFloatLayers({0, 1}, 0.5, measure)));
}

} // namespace
