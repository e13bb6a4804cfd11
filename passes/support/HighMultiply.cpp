// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The comparison of the two roundings: see HighMultiply.h.
#include "passes/support/HighMultiply.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <cassert>
#include <cmath>
#include <vector>

namespace onnxcc {

int64_t FloatRequantization::operator()(int64_t sum) const {
  float code = std::nearbyint(float(int32_t(sum)) * scale) + float(zeroPoint);
  return int64_t(std::clamp(code, float(codes.least), float(codes.greatest)));
}

int64_t HighMultiply::operator()(int64_t sum) const {
  int64_t code = ((sum * multiplier + (int64_t(1) << (shift - 1))) >> shift) + zeroPoint;
  return std::clamp(code, codes.least, codes.greatest);
}

std::optional<unsigned> getFinestShift(float scale) {
  constexpr int multiplierBits = 31;
  int exponent = std::ilogb(scale) + 1; // scale < 2^exponent
  if (std::round(std::ldexp(double(scale), multiplierBits - exponent)) >= 0x1p31)
    ++exponent;
  int shift = std::min(multiplierBits - exponent, int(HighMultiply::greatestShift));
  return shift < int(HighMultiply::leastShift) ? std::nullopt : std::optional<unsigned>(shift);
}

namespace {

/// Where the floats' codes begin: thresholds[k] is the least sum in the range whose code is
/// codes.least + 1 + k at least; one more than the greatest sum if there is none.
std::vector<int64_t> findThresholds(const FloatRequantization &floats, IntegerRange range) {
  std::vector<int64_t> thresholds;
  int64_t begin = range.least;
  for (int64_t code = floats.codes.least + 1; code <= floats.codes.greatest; ++code) {
    int64_t end = range.greatest + 1;
    while (begin < end) {
      int64_t middle = begin + (end - begin) / 2;
      if (floats(middle) >= code)
        end = middle;
      else
        begin = middle + 1;
    }
    thresholds.push_back(begin);
  }
  return thresholds;
}

/// What a code takes: sum * multiplier is at least this.
int64_t getNeed(const FloatRequantization &floats, size_t threshold, unsigned shift) {
  int64_t code = floats.codes.least + 1 + int64_t(threshold) - floats.zeroPoint;
  return code * (int64_t(1) << shift) - (int64_t(1) << (shift - 1));
}

/// The multipliers that put each threshold where the floats have it: some least to some greatest,
/// or none.
std::optional<IntegerRange> findExact(const FloatRequantization &floats, IntegerRange range,
                                      unsigned shift, const std::vector<int64_t> &thresholds) {
  IntegerRange found = {1, INT32_MAX};
  // The sum has that code, or has not: a bound of the multiplier, above or below by its sign.
  auto require = [&](int64_t sum, int64_t need, bool reaches) {
    if (sum == 0) {
      if ((need <= 0) != reaches)
        found = {1, 0};
    } else if (sum > 0) {
      int64_t least = llvm::divideCeilSigned(need, sum);
      if (reaches)
        found.least = std::max(found.least, least);
      else
        found.greatest = std::min(found.greatest, least - 1);
    } else {
      int64_t greatest = llvm::divideFloorSigned(need, sum);
      if (reaches)
        found.greatest = std::min(found.greatest, greatest);
      else
        found.least = std::max(found.least, greatest + 1);
    }
  };
  for (auto [k, threshold] : llvm::enumerate(thresholds)) {
    if (threshold <= range.greatest)
      require(threshold, getNeed(floats, k, shift), true);
    if (threshold > range.least)
      require(threshold - 1, getNeed(floats, k, shift), false);
  }
  return found.least <= found.greatest ? std::optional(found) : std::nullopt;
}

} // namespace

std::optional<RequantizationMatch> matchHighMultiply(const FloatRequantization &floats,
                                                     IntegerRange range, unsigned shift,
                                                     unsigned listed) {
  assert(range.least <= range.greatest);
  std::vector<int64_t> thresholds = findThresholds(floats, range);
  double nearest = std::ldexp(double(floats.scale), int(shift));
  auto make = [&](int64_t multiplier) {
    return RequantizationMatch{{int32_t(multiplier), shift, floats.zeroPoint, floats.codes}, 0, {}};
  };
  if (std::optional<IntegerRange> exact = findExact(floats, range, shift, thresholds))
    return make(std::clamp(int64_t(std::clamp(std::round(nearest), 1.0, 0x1p31 - 1)), exact->least,
                           exact->greatest));
  std::optional<RequantizationMatch> best;
  for (int64_t off : {0, -1, 1}) {
    double multiplier = std::round(nearest) + double(off);
    if (!(multiplier >= 1 && multiplier < 0x1p31))
      continue;
    RequantizationMatch match = make(int64_t(multiplier));
    int64_t end = range.least; // of the sums that have been counted
    for (auto [k, threshold] : llvm::enumerate(thresholds)) {
      int64_t own = llvm::divideCeilSigned(getNeed(floats, k, shift), int64_t(multiplier));
      own = std::clamp(own, range.least, range.greatest + 1);
      int64_t first = std::max(std::min(own, threshold), end), last = std::max(own, threshold);
      for (int64_t sum = first; sum < last && match.differing.size() < listed; ++sum)
        match.differing.push_back(sum);
      match.differences += std::max<int64_t>(last - first, 0);
      end = std::max(end, last);
    }
    if (!best || match.differences < best->differences)
      best = std::move(match);
  }
  return best;
}

} // namespace onnxcc
