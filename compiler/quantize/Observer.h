// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From the values of a tensor, sample by sample, to the range that its quantised form covers.
#ifndef ONNXCC_COMPILER_QUANTIZE_OBSERVER_H
#define ONNXCC_COMPILER_QUANTIZE_OBSERVER_H

#include "llvm/ADT/ArrayRef.h"
#include <cstdint>
#include <memory>

namespace onnxcc {

/// MinMax: all values. MovingAverage: the mean of the samples' extremes, weighted to the later
/// ones. Percentile: a share of the values. Entropy: the range whose quantised values are
/// distributed most like the values (Kullback-Leibler). Mse: the range of the least squared error.
enum class RangeMethod { MinMax, MovingAverage, Percentile, Entropy, Mse };

/// low <= 0 <= high: a quantised tensor always represents zero. Both are 0 where nothing but zeros
/// was seen; every scale fits then.
struct ValueRange {
  float low = 0, high = 0;

  bool operator==(const ValueRange &) const = default;
};

struct ObserverOptions {
  RangeMethod method = RangeMethod::MinMax;
  double percentile = 99.99; // of Percentile, in (0, 100]: half of the rest goes on each side
  double momentum = 0.9;     // of MovingAverage: the weight of what was there before
  unsigned bits = 8;         // of the quantised values: how many steps Entropy and Mse count with
  bool symmetric = false;    // low = -high
};

/// Sees each value once and keeps no more than a histogram.
class Observer {
public:
  static std::unique_ptr<Observer> create(const ObserverOptions &options);
  explicit Observer(const ObserverOptions &options) : options(options) {}
  virtual ~Observer() = default;

  /// The values of one sample. NaN and infinity are counted and left out.
  void observe(llvm::ArrayRef<float> values);

  ValueRange getRange() const;

  /// What was seen, whatever the method makes of it.
  ValueRange getSeen() const { return seen; }
  int64_t getCount() const { return count; }
  /// How many values were NaN or infinite: such a tensor has no range to speak of.
  int64_t getNonFinite() const { return nonFinite; }

protected:
  /// Finite values, never none, and their extremes (with zero).
  virtual void accept(llvm::ArrayRef<float> values, ValueRange extremes) = 0;
  /// \pre something has been accepted that is not zero. The result may lie beyond what was seen.
  virtual ValueRange choose() const = 0;

  ObserverOptions options;
  ValueRange seen;

private:
  int64_t count = 0, nonFinite = 0;
};

} // namespace onnxcc

#endif // ONNXCC_COMPILER_QUANTIZE_OBSERVER_H
