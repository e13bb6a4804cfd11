// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Requantisation without floats: the upper part of a product of integers, and for which sums that
// is the code that a product of floats gives.
#ifndef ONNXCC_PASSES_SUPPORT_HIGHMULTIPLY_H
#define ONNXCC_PASSES_SUPPORT_HIGHMULTIPLY_H

#include "llvm/ADT/SmallVector.h"
#include <cstdint>
#include <optional>

namespace onnxcc {

/// Integers from `least` to `greatest`.
struct IntegerRange {
  int64_t least, greatest;
};

/// saturate(round-half-even(f32(sum) * scale) + zeroPoint), as graph.requantize computes it.
struct FloatRequantization {
  float scale; // positive and finite
  int64_t zeroPoint;
  IntegerRange codes; // of the result's type

  int64_t operator()(int64_t sum) const;
};

/// saturate((sum * multiplier + 2^(shift - 1) >> shift) + zeroPoint): halves are rounded up.
struct HighMultiply {
  static constexpr unsigned upperHalf = 32; // the shift that processors have one instruction for
  static constexpr unsigned leastShift = 16, greatestShift = 53; // within which 64 bits are enough

  int32_t multiplier; // positive
  unsigned shift;
  int64_t zeroPoint;
  IntegerRange codes;

  int64_t operator()(int64_t sum) const;
};

/// What a multiply gives in place of floats. Both grow with the sum, so that they are the same for
/// all sums if each code begins at the same one: at most 255 comparisons for bytes.
struct RequantizationMatch {
  HighMultiply multiply;
  /// How many of the sums get another code, and the first of these.
  int64_t differences = 0;
  llvm::SmallVector<int64_t, 2> differing;
};

/// The greatest shift for which the multiplier that stands for a scale has 31 bits: the most
/// precise one. Nothing where that is below HighMultiply::leastShift.
std::optional<unsigned> getFinestShift(float scale);

/// The multiplier for this shift that differs for the fewest sums in `range`, a part of i32;
/// `listed` is how many of them are listed. Nothing where no multiplier of 31 bits comes near.
/// \pre range is not empty.
std::optional<RequantizationMatch> matchHighMultiply(const FloatRequantization &floats,
                                                     IntegerRange range, unsigned shift,
                                                     unsigned listed);

} // namespace onnxcc

#endif // ONNXCC_PASSES_SUPPORT_HIGHMULTIPLY_H
