// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Searching ranges over a histogram: see RangeSearch.h.
#include "compiler/quantize/RangeSearch.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <limits>

namespace onnxcc {

using Bin = Histogram::Bin;

/// Steps between the least and the greatest quantised value. Symmetric ranges leave out the value
/// of which there is no negative: -127 to 127.
static double countSteps(const ObserverOptions &options) {
  return std::ldexp(1.0, options.bits) - (options.symmetric ? 2 : 1);
}

//===- The least squared error -----------------------------------------------===//

namespace {

/// The sums over the magnitudes of one sign, up to each bin's upper bound, of x^0, x^1 and x^2,
/// values spread evenly over their bin. With them the error of a range takes no loop.
class Moments {
public:
  explicit Moments(llvm::ArrayRef<Bin> bins) {
    Sums sums;
    for (const Bin &bin : bins) {
      double center = (bin.low + bin.high) / 2, width = bin.high - bin.low;
      sums.zeroth += double(bin.count);
      sums.first += double(bin.count) * center;
      sums.second += double(bin.count) * (center * center + width * width / 12);
      bounds.push_back(bin.high);
      upTo.push_back(sums);
    }
  }

  size_t size() const { return bounds.size(); }
  /// What a range may end at: 0 is nothing, k the upper bound of bin k - 1.
  double getBound(size_t k) const { return k ? bounds[k - 1] : 0; }

  /// The sum of squared errors where the range ends at bound `k`. What is rounded to zero has
  /// itself as its error, other errors are spread evenly over a step, and what is clipped has its
  /// distance to the bound.
  double getError(size_t k, double step) const {
    double bound = getBound(k);
    Sums all = get(size()), inside = get(k);
    size_t zeros = std::min<size_t>(llvm::upper_bound(bounds, step / 2) - bounds.begin(), k);
    Sums rounded = get(zeros);
    return rounded.second + step * step / 12 * (inside.zeroth - rounded.zeroth) +
           (all.second - inside.second) - 2 * bound * (all.first - inside.first) +
           bound * bound * (all.zeroth - inside.zeroth);
  }

private:
  struct Sums {
    double zeroth = 0, first = 0, second = 0;
  };
  Sums get(size_t k) const { return k ? upTo[k - 1] : Sums(); }

  std::vector<double> bounds;
  std::vector<Sums> upTo;
};

} // namespace

/// The k <= `last` with the least error, the greatest of several.
template <class Error> static size_t findLeast(size_t last, Error error) {
  size_t best = last;
  double least = error(last);
  for (size_t k = last; k-- > 0;)
    if (double candidate = error(k); candidate < least) {
      least = candidate;
      best = k;
    }
  return best;
}

ValueRange findRangeOfLeastError(const Histogram &histogram, const ObserverOptions &options) {
  double steps = countSteps(options);
  if (options.symmetric) {
    Moments magnitudes(histogram.getMagnitudes());
    size_t best = findLeast(magnitudes.size(), [&](size_t k) {
      return magnitudes.getError(k, 2 * magnitudes.getBound(k) / steps);
    });
    float reach = magnitudes.getBound(best);
    return {-reach, reach};
  }
  Moments negative(histogram.getNegative()), positive(histogram.getPositive());
  size_t low = negative.size(), high = positive.size();
  auto getError = [&](size_t low, size_t high) {
    double step = (negative.getBound(low) + positive.getBound(high)) / steps;
    return negative.getError(low, step) + positive.getError(high, step);
  };
  // Each bound is the best for the other: a few turns, as both only shrink the step.
  for (int turn = 0; turn < 8; ++turn) {
    size_t oldLow = low, oldHigh = high;
    high = findLeast(positive.size(), [&](size_t k) { return getError(low, k); });
    low = findLeast(negative.size(), [&](size_t k) { return getError(k, high); });
    if (low == oldLow && high == oldHigh)
      break;
  }
  return {float(-negative.getBound(low)), float(positive.getBound(high))};
}

//===- The least divergence --------------------------------------------------===//

static constexpr size_t referenceBins = 2048;

/// The counts in bins of one width up to `reach`; what lies beyond is left out.
static std::vector<double> makeLinear(llvm::ArrayRef<Bin> bins, double reach) {
  std::vector<double> counts(referenceBins);
  double width = reach / referenceBins;
  for (const Bin &bin : bins) {
    // A bin of the histogram goes to those that it overlaps, by its share in each.
    for (size_t k = size_t(bin.low / width); k < referenceBins && double(k) * width < bin.high;
         ++k) {
      double low = std::max(bin.low, double(k) * width);
      double high = std::min(bin.high, double(k + 1) * width);
      if (high > low)
        counts[k] += double(bin.count) * (high - low) / (bin.high - bin.low);
    }
  }
  return counts;
}

/// KL(P || Q): P are the first `end` bins, with what lies beyond in the last of them; Q is what
/// `steps` quantised values tell of these bins.
static double getDivergence(llvm::ArrayRef<double> counts, double beyond, size_t end,
                            size_t steps) {
  constexpr double leastShare = 1e-10; // of a bin that Q holds for empty, in place of 0
  double inside = 0;
  for (double count : counts.take_front(end))
    inside += count;
  if (inside == 0)
    return std::numeric_limits<double>::infinity();
  double divergence = 0;
  for (size_t group = 0; group < steps; ++group) {
    size_t first = group * end / steps, last = (group + 1) * end / steps;
    double sum = 0, used = 0;
    for (size_t k = first; k < last; ++k) {
      sum += counts[k];
      used += counts[k] > 0 || (k + 1 == end && beyond > 0);
    }
    for (size_t k = first; k < last; ++k) {
      double p = (counts[k] + (k + 1 == end ? beyond : 0)) / (inside + beyond);
      if (p > 0)
        divergence += p * std::log(p / std::max(sum / used / inside, leastShare));
    }
  }
  return divergence;
}

ValueRange findRangeOfLeastDivergence(const Histogram &histogram, ValueRange seen,
                                      const ObserverOptions &options) {
  std::vector<Bin> magnitudes = histogram.getMagnitudes();
  double total = double(histogram.count() - histogram.zeroCount());
  double reach = magnitudes.back().high;
  // How many of the steps a side of zero of the length `bound` has.
  auto countSideSteps = [&](double bound) {
    double length = options.symmetric
                        ? 2 * bound
                        : std::min(bound, -double(seen.low)) + std::min(bound, double(seen.high));
    return std::min(size_t(countSteps(options) * bound / length), referenceBins);
  };
  // Where nearly all values lie in fewer bins than there are steps the reference does not show what
  // quantisation does to them: it is made of less, and the rest counts as clipped.
  constexpr double nearlyAll = 0.999;
  std::vector<double> counts;
  for (;; reach /= 2) {
    counts = makeLinear(magnitudes, reach);
    double resolved = 0;
    for (double count : llvm::ArrayRef(counts).take_front(countSideSteps(reach)))
      resolved += count;
    if (resolved < nearlyAll * total)
      break;
  }
  double inside = 0, least = std::numeric_limits<double>::infinity(), best = reach;
  std::vector<double> upTo;
  for (double count : counts)
    upTo.push_back(inside += count);
  constexpr size_t stride = 4;
  for (size_t end = referenceBins; end >= stride; end -= stride) {
    double bound = reach * double(end) / referenceBins;
    size_t steps = countSideSteps(bound);
    if (end < steps)
      break;
    double divergence = getDivergence(counts, total - upTo[end - 1], end, steps);
    if (divergence < least) {
      least = divergence;
      best = bound;
    }
  }
  return {float(-best), float(best)};
}

} // namespace onnxcc
