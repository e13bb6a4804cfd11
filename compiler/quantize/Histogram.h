// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How often values of which size were seen, in one pass and bounded memory.
#ifndef ONNXCC_COMPILER_QUANTIZE_HISTOGRAM_H
#define ONNXCC_COMPILER_QUANTIZE_HISTOGRAM_H

#include "llvm/ADT/ArrayRef.h"
#include <array>
#include <cstdint>
#include <vector>

namespace onnxcc {

/// Bins are floats without their low bits: 512 from each power of two to the next, so that no value
/// ever falls outside, an outlier costs the others no resolution, and a step of eight bits spans
/// several bins everywhere. Powers of two that were not seen take no memory; all of them take 2 MB.
/// Zeros have a counter of their own: they are quantised without any error, and a Relu makes as
/// many of them as of all others.
class Histogram {
public:
  struct Bin {
    double low, high; // magnitudes
    int64_t count;
  };

  /// \pre all values are finite.
  void add(llvm::ArrayRef<float> values);

  /// All values, zeros too.
  int64_t count() const { return total; }
  int64_t zeroCount() const { return zeros; }

  /// The bins that are not empty, by magnitude, of one sign.
  std::vector<Bin> getNegative() const { return getBins({1}); }
  std::vector<Bin> getPositive() const { return getBins({0}); }
  /// The same of magnitudes, whatever their sign.
  std::vector<Bin> getMagnitudes() const { return getBins({0, 1}); }

  /// The value that a share of all values, in [0, 1], does not exceed, as if values were spread
  /// evenly over their bin. 0 if nothing was added.
  double getQuantile(double share) const;
  double getMagnitudeQuantile(double share) const;

private:
  static constexpr unsigned mantissaBits = 9, exponents = 256;
  static constexpr unsigned blockBins = 1 << mantissaBits;

  std::vector<Bin> getBins(llvm::ArrayRef<unsigned> signs) const;

  int64_t total = 0, zeros = 0;
  std::array<std::vector<int64_t>, 2 * exponents> blocks; // by sign and exponent; empty: unseen
};

} // namespace onnxcc

#endif // ONNXCC_COMPILER_QUANTIZE_HISTOGRAM_H
