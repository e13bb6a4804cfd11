// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ranking layers and searching those that stay in float: see FloatSearch.h.
#include "compiler/quantize/FloatSearch.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <numeric>

using namespace llvm;

namespace onnxcc {

FailureOr<std::vector<size_t>> rankLayers(size_t layers, MeasureDrop measure,
                                          std::vector<double> &alone) {
  alone.clear();
  BitVector floats(layers, true);
  for (size_t layer = 0; layer < layers; ++layer) {
    floats.reset(layer);
    FailureOr<double> drop = measure(floats);
    floats.set(layer);
    if (failed(drop))
      return failure();
    alone.push_back(*drop);
  }
  std::vector<size_t> ranking(layers);
  std::iota(ranking.begin(), ranking.end(), 0);
  // What gives no number is worst.
  auto isWorse = [&](size_t a, size_t b) {
    return alone[a] > alone[b] || (std::isnan(alone[a]) && !std::isnan(alone[b]));
  };
  llvm::stable_sort(ranking, isWorse);
  return ranking;
}

FailureOr<BitVector> findFloatLayers(ArrayRef<size_t> ranking, double maxDrop,
                                     MeasureDrop measure) {
  auto isGood = [&](const BitVector &floats) -> FailureOr<bool> {
    FailureOr<double> drop = measure(floats);
    if (failed(drop))
      return failure();
    return *drop <= maxDrop; // not for NaN
  };
  auto takeFirst = [&](size_t count) {
    BitVector floats(ranking.size());
    for (size_t layer : ranking.take_front(count))
      floats.set(layer);
    return floats;
  };
  // `good` of the ranking's first are enough, `bad` - 1 are not; all always are.
  size_t bad = 0, good = ranking.size();
  while (bad < good) {
    size_t middle = (bad + good) / 2;
    FailureOr<bool> isEnough = isGood(takeFirst(middle));
    if (failed(isEnough))
      return failure();
    if (*isEnough)
      good = middle;
    else
      bad = middle + 1;
  }
  BitVector floats = takeFirst(good);
  // Without the last of them it is not enough, as the search has found.
  for (size_t layer : llvm::reverse(ranking.take_front(good).drop_back(good > 0))) {
    floats.reset(layer);
    FailureOr<bool> isEnough = isGood(floats);
    if (failed(isEnough))
      return failure();
    if (!*isEnough)
      floats.set(layer);
  }
  return floats;
}

} // namespace onnxcc
