// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Requantisation by a high multiply against that by floats: all sums of small ranges, and those
// beside the thresholds of great ones.
#include "passes/support/HighMultiply.h"

#include <gtest/gtest.h>
#include <random>
#include <set>

using namespace onnxcc;

namespace {

constexpr IntegerRange i8 = {-128, 127}, u8 = {0, 255}, all = {INT32_MIN, INT32_MAX};
constexpr unsigned everySum = 1u << 20, few = 1000;

TEST(HighMultiply, RoundsAsItSays) {
  FloatRequantization floats{0.5f, 3, i8};
  EXPECT_EQ(floats(1), 3); // 0.5 is rounded to even
  EXPECT_EQ(floats(3), 5);
  EXPECT_EQ(floats(-1000), -128);
  HighMultiply multiply{1 << 30, 31, 3, i8}; // half of the sum
  EXPECT_EQ(multiply(1), 4);                 // and up
  EXPECT_EQ(multiply(3), 5);
  EXPECT_EQ(multiply(1000), 127);
}

TEST(HighMultiply, ShiftsByAsMuchAsTheMultiplierHasRoomFor) {
  EXPECT_EQ(getFinestShift(0x1p15f), std::nullopt);
  EXPECT_EQ(getFinestShift(0.5f), 31u);
  EXPECT_EQ(getFinestShift(0.25f), 32u);
  EXPECT_EQ(getFinestShift(std::nextafter(0.25f, 0.0f)), 33u);
  EXPECT_EQ(getFinestShift(0x1p-10f), 40u);
  EXPECT_EQ(getFinestShift(1e-30f), HighMultiply::greatestShift);
}

/// Counts by trying: what differs is what the match says, and none is nearer by this shift.
void checkAll(const FloatRequantization &floats, IntegerRange range, unsigned shift) {
  SCOPED_TRACE(testing::Message() << floats.scale << " " << floats.zeroPoint << " >> " << shift);
  std::optional<RequantizationMatch> match = matchHighMultiply(floats, range, shift, everySum);
  if (!match) {
    EXPECT_TRUE(std::ldexp(floats.scale, int(shift)) > 0x1p30f ||
                std::ldexp(floats.scale, int(shift)) < 2);
    return;
  }
  std::set<int64_t> differing(match->differing.begin(), match->differing.end());
  EXPECT_EQ(int64_t(differing.size()), match->differences);
  for (int64_t sum = range.least; sum <= range.greatest; ++sum)
    EXPECT_EQ(match->multiply(sum) != floats(sum), differing.count(sum) == 1) << sum;
}

TEST(HighMultiply, AgreesWithAllSums) {
  std::mt19937 engine(1);
  std::uniform_real_distribution<float> exponent(-14, 2);
  for (int round = 0; round < 300; ++round) {
    IntegerRange codes = round % 2 ? i8 : u8;
    int64_t zeroPoint = codes.least + int64_t(engine() % 256);
    IntegerRange range = {-int64_t(engine() % 3000), int64_t(engine() % 3000)};
    checkAll({std::exp2(exponent(engine)), zeroPoint, codes}, range, 28 + engine() % 14);
  }
}

TEST(HighMultiply, KnowsTies) {
  // Half of an odd sum is a tie, which floats round to even and multiplies up, where those are
  // even.
  FloatRequantization floats{0.5f, 0, i8};
  std::optional<RequantizationMatch> match = matchHighMultiply(floats, {-300, 300}, 31, everySum);
  ASSERT_TRUE(match);
  checkAll(floats, {-300, 300}, 31);
  EXPECT_GT(match->differences, 0);
  // With a range that holds one of them alone a multiplier beside it does.
  match = matchHighMultiply(floats, {0, 2}, 31, everySum);
  ASSERT_TRUE(match);
  EXPECT_EQ(match->differences, 0);
  checkAll(floats, {0, 2}, 31);
}

TEST(HighMultiply, AgreesBesideThresholds) {
  std::mt19937 engine(2);
  std::uniform_real_distribution<float> exponent(-9, -4);
  int proven = 0, rounds = 1000;
  for (int round = 0; round < rounds; ++round) {
    IntegerRange range = {-(int64_t(1) << (14 + engine() % 10)), 1 << 20};
    if (round % 16 == 0)
      range = all;
    IntegerRange codes = round % 2 ? i8 : u8;
    FloatRequantization floats{std::exp2(exponent(engine)), int64_t(engine() % 128), codes};
    std::optional<RequantizationMatch> match =
        matchHighMultiply(floats, range, *getFinestShift(floats.scale), few);
    ASSERT_TRUE(match);
    std::set<int64_t> differing(match->differing.begin(), match->differing.end());
    proven += match->differences == 0;
    auto check = [&](int64_t sum) {
      if (sum < range.least || sum > range.greatest || match->differences >= few)
        return;
      EXPECT_EQ(match->multiply(sum) != floats(sum), differing.count(sum) == 1)
          << floats.scale << " " << sum;
    };
    for (int64_t sum : {range.least, range.greatest})
      check(sum);
    for (int64_t code = codes.least - floats.zeroPoint; code <= codes.greatest - floats.zeroPoint;
         ++code)
      for (int64_t beside = -3; beside <= 3; ++beside)
        check(int64_t((double(code) - 0.5) / double(floats.scale)) + beside);
  }
  // Most scales are of no special kind.
  EXPECT_GT(proven, rounds / 2);
}

} // namespace
