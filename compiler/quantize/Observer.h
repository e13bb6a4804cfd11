// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From the values of a tensor, sample by sample, to the range that its quantised form covers.
#ifndef ONNXCC_COMPILER_QUANTIZE_OBSERVER_H
#define ONNXCC_COMPILER_QUANTIZE_OBSERVER_H

#include "compiler/Options.h"

#include "llvm/ADT/ArrayRef.h"
#include <cstdint>
#include <memory>

namespace onnxcc {

/// low <= 0 <= high: a quantised tensor always represents zero. Both are 0 where nothing but zeros
/// was seen; every scale fits then.
struct ValueRange {
  float low = 0, high = 0;

  bool operator==(const ValueRange &) const = default;
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
