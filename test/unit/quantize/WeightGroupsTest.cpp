// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Weights in groups: grids, and what looking at the inputs gains.
#include "compiler/quantize/WeightGroups.h"

#include <cmath>
#include <gtest/gtest.h>
#include <random>

using namespace onnxcc;

namespace {

constexpr GroupFormat formats[] = {{4, true, 32},  {4, false, 32}, {4, true, 0},
                                   {8, true, 128}, {8, false, 50}, {4, false, 128}};

std::vector<float> makeWeights(int64_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> values(count);
  for (float &value : values)
    value = normal(random);
  return values;
}

/// The mean of x x^T of inputs that share `common` of what they are, row k of size `sizes(k)`.
template <class Size> std::vector<double> makeMoments(int64_t depth, double common, Size size) {
  std::vector<double> moments(depth * depth);
  for (int64_t i = 0; i < depth; ++i)
    for (int64_t j = 0; j < depth; ++j)
      moments[i * depth + j] = size(i) * size(j) * (i == j ? 1 : common);
  return moments;
}

double one(int64_t) { return 1; }

} // namespace

TEST(WeightGroups, KeepWhatLiesOnAGrid) {
  for (const GroupFormat &format : formats) {
    const int64_t depth = 130, columns = 3, range = 1 << format.bits;
    std::vector<float> values(depth * columns);
    for (int64_t k = 0; k < depth * columns; ++k)
      values[k] = 0.25f * float((k * 37) % range - (format.symmetric ? range / 2 : range / 4));
    // Each group meets both ends of the grid.
    GroupedWeights whole(format, depth, columns);
    for (int64_t group = 0; group < whole.groups(); ++group)
      for (int64_t column = 0; column < columns; ++column) {
        int64_t low = format.symmetric ? -range / 2 : -range / 4;
        values[whole.firstRow(group) * columns + column] = 0.25f * float(low);
        values[(whole.firstRow(group) + 1) * columns + column] = 0.25f * float(low + range - 1);
      }
    GroupedWeights quantized = quantizeGroups({values, depth, columns}, format);
    for (int64_t row = 0; row < depth; ++row)
      for (int64_t column = 0; column < columns; ++column)
        EXPECT_EQ(quantized.getValue(row, column), values[row * columns + column])
            << "bits " << format.bits << " row " << row;
  }
}

TEST(WeightGroups, ErrAtMostAStep) {
  for (const GroupFormat &format : formats) {
    const int64_t depth = 200, columns = 5;
    std::vector<float> values = makeWeights(depth * columns, 1);
    GroupedWeights quantized = quantizeGroups({values, depth, columns}, format);
    CodeRange codes(format);
    double limit = format.bits == 8 ? 1e-4 : 0.02; // of noise over signal
    EXPECT_LT(getProductError({values, depth, columns}, quantized, {}, {}), limit);
    for (int64_t row = 0; row < depth; ++row)
      for (int64_t column = 0; column < columns; ++column) {
        int code = quantized.codes[row * columns + column];
        EXPECT_TRUE(code >= codes.low && code <= codes.high);
        if (code > codes.low && code < codes.high) {
          int64_t group = row / quantized.groupSize() * columns + column;
          EXPECT_LE(std::abs(quantized.getValue(row, column) - values[row * columns + column]),
                    0.501f * quantized.scales[group]);
        }
      }
  }
}

TEST(WeightGroups, OfZerosAreZero) {
  std::vector<float> values(64);
  for (const GroupFormat &format : formats) {
    GroupedWeights plain = quantizeGroups({values, 32, 2}, format);
    GroupedWeights compensated =
        quantizeGroupsCompensated({values, 32, 2}, format, makeMoments(32, 0.5, one));
    for (const GroupedWeights &quantized : {plain, compensated})
      for (int64_t row = 0; row < 32; ++row)
        EXPECT_EQ(quantized.getValue(row, 0), 0);
  }
}

TEST(WeightCompensation, ChangesNothingForUncorrelatedInputs) {
  for (const GroupFormat &format : formats) {
    const int64_t depth = 150, columns = 4;
    std::vector<float> values = makeWeights(depth * columns, 2);
    GroupedWeights plain = quantizeGroups({values, depth, columns}, format);
    GroupedWeights compensated =
        quantizeGroupsCompensated({values, depth, columns}, format, makeMoments(depth, 0, one));
    EXPECT_EQ(plain.codes, compensated.codes);
    EXPECT_EQ(plain.scales, compensated.scales);
  }
}

TEST(WeightCompensation, ErrsLessForCorrelatedInputs) {
  for (const GroupFormat &format : formats) {
    const int64_t depth = 150, columns = 16;
    std::vector<float> values = makeWeights(depth * columns, 3);
    WeightMatrix weights{values, depth, columns};
    std::vector<double> moments = makeMoments(depth, 0.9, one);
    double plain = getProductError(weights, quantizeGroups(weights, format), {}, moments);
    double compensated =
        getProductError(weights, quantizeGroupsCompensated(weights, format, moments), {}, moments);
    EXPECT_LT(compensated, 0.5 * plain) << "bits " << format.bits << " group " << format.group;
  }
}

TEST(WeightCompensation, TakesInputsThatAreAlwaysZero) {
  const int64_t depth = 64, columns = 2;
  std::vector<float> values = makeWeights(depth * columns, 4);
  WeightMatrix weights{values, depth, columns};
  for (auto moments : {makeMoments(depth, 0.9, [](int64_t row) { return row % 3 ? 1.0 : 0.0; }),
                       makeMoments(depth, 0, [](int64_t) { return 0.0; })}) {
    GroupedWeights quantized = quantizeGroupsCompensated(weights, {4, true, 32}, moments);
    EXPECT_LT(getProductError(weights, quantized, {}, {}), 0.3);
  }
}

TEST(RowFactors, ProtectRowsThatMeetLargeInputs) {
  const int64_t depth = 128, columns = 16;
  std::vector<float> values = makeWeights(depth * columns, 5);
  WeightMatrix weights{values, depth, columns};
  GroupFormat format{4, true, 128};
  std::vector<double> moments =
      makeMoments(depth, 0.1, [](int64_t row) { return row % 40 == 7 ? 30.0 : 1.0; });
  std::vector<float> factors = searchRowFactors(weights, format, moments);
  EXPECT_GT(factors[7], factors[8]);
  std::vector<float> scaled = values;
  std::vector<double> before(depth), after(depth);
  for (int64_t row = 0; row < depth; ++row) {
    before[row] = moments[row * depth + row];
    after[row] = before[row] / (factors[row] * factors[row]);
    for (int64_t column = 0; column < columns; ++column)
      scaled[row * columns + column] *= factors[row];
  }
  double plain = getProductError(weights, quantizeGroups(weights, format, before), {}, moments);
  double guarded = getProductError(weights, quantizeGroups({scaled, depth, columns}, format, after),
                                   factors, moments);
  EXPECT_LT(guarded, 0.95 * plain);
}

TEST(RowFactors, AreOneWhereInputsAreAlike) {
  std::vector<float> values = makeWeights(64 * 4, 6);
  for (float factor : searchRowFactors({values, 64, 4}, {4, true, 32}, makeMoments(64, 0, one)))
    EXPECT_EQ(factor, 1);
}
