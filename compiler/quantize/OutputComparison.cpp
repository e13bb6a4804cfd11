// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Comparing outputs: see OutputComparison.h.
#include "compiler/quantize/OutputComparison.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace onnxcc {

void TensorComparison::add(const HostTensor &expected, const HostTensor &got) {
  assert(expected.shape == got.shape && "of one value of the model");
  for (int64_t index = 0, size = expected.size(); index < size; ++index) {
    double x = expected.getDouble(index), y = got.getDouble(index);
    expectedSquares += x * x;
    gotSquares += y * y;
    products += x * y;
    noise += (x - y) * (x - y);
  }
}

double TensorComparison::getSqnr() const {
  if (noise == 0)
    return std::numeric_limits<double>::infinity();
  return 10 * std::log10(expectedSquares / noise);
}

double TensorComparison::getNoise() const {
  return noise == 0 ? 0 : std::sqrt(noise / expectedSquares);
}

double TensorComparison::getCosine() const {
  if (noise == 0)
    return 1;
  double lengths = std::sqrt(expectedSquares) * std::sqrt(gotSquares);
  return lengths == 0 ? 0 : products / lengths;
}

int64_t getGreatest(const HostTensor &tensor) {
  int64_t best = 0;
  for (int64_t index = 1; index < tensor.size(); ++index)
    if (tensor.getDouble(index) > tensor.getDouble(best))
      best = index;
  return best;
}

void OutputComparison::add(llvm::ArrayRef<HostTensor> expected, llvm::ArrayRef<HostTensor> got,
                           std::optional<int64_t> label) {
  outputs.resize(expected.size());
  for (auto [output, x, y] : llvm::zip_equal(outputs, expected, got))
    output.add(x, y);
  ++samples;
  int64_t expectedClass = getGreatest(expected.front()), gotClass = getGreatest(got.front());
  same += expectedClass == gotClass;
  if (!label)
    return;
  ++labelled;
  expectedRight += expectedClass == *label;
  right += gotClass == *label;
}

/// The least of what the outputs have, NaN if one is: no quality to count on.
template <class Get> static double getWorst(llvm::ArrayRef<TensorComparison> outputs, Get get) {
  double worst = std::numeric_limits<double>::infinity();
  for (const TensorComparison &output : outputs) {
    double value = get(output);
    if (std::isnan(value))
      return value;
    worst = std::min(worst, value);
  }
  return worst;
}

double OutputComparison::getSqnr() const {
  return getWorst(outputs, [](const TensorComparison &output) { return output.getSqnr(); });
}

double OutputComparison::getCosine() const {
  return getWorst(outputs, [](const TensorComparison &output) { return output.getCosine(); });
}

double OutputComparison::getDrop(AccuracyMetric metric) const {
  switch (metric) {
  case AccuracyMetric::Top1:
    return getExpectedTop1() - getTop1();
  case AccuracyMetric::Sqnr:
    return -100 *
           getWorst(outputs, [](const TensorComparison &output) { return -output.getNoise(); });
  case AccuracyMetric::Cosine:
    return 1 - getCosine();
  }
  llvm_unreachable("all metrics are listed");
}

} // namespace onnxcc
