// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The methods that choose ranges: see Observer.h. Entropy and Mse are in RangeSearch.
#include "compiler/quantize/Observer.h"

#include "compiler/quantize/RangeSearch.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace onnxcc {

void Observer::observe(llvm::ArrayRef<float> values) {
  ValueRange extremes;
  bool isFinite = true;
  for (float value : values) {
    isFinite &= std::isfinite(value);
    extremes.low = std::min(extremes.low, value);
    extremes.high = std::max(extremes.high, value);
  }
  if (!isFinite) {
    std::vector<float> finite;
    llvm::copy_if(values, std::back_inserter(finite),
                  [](float value) { return std::isfinite(value); });
    nonFinite += values.size() - finite.size();
    return observe(finite);
  }
  if (values.empty())
    return;
  count += values.size();
  seen = {std::min(seen.low, extremes.low), std::max(seen.high, extremes.high)};
  accept(values, extremes);
}

ValueRange Observer::getRange() const {
  if (seen == ValueRange())
    return seen;
  ValueRange range = choose();
  range = {std::clamp(range.low, seen.low, 0.0f), std::clamp(range.high, 0.0f, seen.high)};
  if (!options.symmetric)
    return range;
  float reach = std::max(-range.low, range.high);
  return {-reach, reach};
}

namespace {

class MinMaxObserver : public Observer {
public:
  using Observer::Observer;
  void accept(llvm::ArrayRef<float>, ValueRange) override {}
  ValueRange choose() const override { return seen; }
};

class MovingAverageObserver : public Observer {
public:
  using Observer::Observer;
  void accept(llvm::ArrayRef<float>, ValueRange extremes) override {
    double old = isFirst ? 0 : options.momentum;
    isFirst = false;
    low = old * low + (1 - old) * extremes.low;
    high = old * high + (1 - old) * extremes.high;
  }
  ValueRange choose() const override { return {float(low), float(high)}; }

private:
  bool isFirst = true;
  double low = 0, high = 0;
};

/// The methods that look at the whole distribution.
class HistogramObserver : public Observer {
public:
  using Observer::Observer;
  void accept(llvm::ArrayRef<float> values, ValueRange) override { histogram.add(values); }

  ValueRange choose() const override {
    switch (options.method) {
    case RangeMethod::Percentile:
      return cutTails();
    case RangeMethod::Entropy:
      return findRangeOfLeastDivergence(histogram, seen, options);
    case RangeMethod::Mse:
      return findRangeOfLeastError(histogram, options);
    default:
      llvm_unreachable("needs no histogram");
    }
  }

private:
  ValueRange cutTails() const {
    double kept = options.percentile / 100;
    if (options.symmetric) {
      float reach = histogram.getMagnitudeQuantile(kept);
      return {-reach, reach};
    }
    double tail = (1 - kept) / 2;
    return {float(histogram.getQuantile(tail)), float(histogram.getQuantile(1 - tail))};
  }

  Histogram histogram;
};

} // namespace

std::unique_ptr<Observer> Observer::create(const ObserverOptions &options) {
  switch (options.method) {
  case RangeMethod::MinMax:
    return std::make_unique<MinMaxObserver>(options);
  case RangeMethod::MovingAverage:
    return std::make_unique<MovingAverageObserver>(options);
  case RangeMethod::Percentile:
  case RangeMethod::Entropy:
  case RangeMethod::Mse:
    return std::make_unique<HistogramObserver>(options);
  }
  llvm_unreachable("all methods are listed");
}

} // namespace onnxcc
