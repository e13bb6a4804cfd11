// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a quantised model's outputs are worth beside those of the model in floats.
#ifndef ONNXCC_COMPILER_QUANTIZE_OUTPUTCOMPARISON_H
#define ONNXCC_COMPILER_QUANTIZE_OUTPUTCOMPARISON_H

#include "compiler/Options.h"
#include "compiler/verify/HostTensor.h"

#include <optional>

namespace onnxcc {

/// Sums over the elements of a tensor in floats and of what takes its place.
class TensorComparison {
public:
  /// \pre equal shapes.
  void add(const HostTensor &expected, const HostTensor &got);

  /// The signal to quantisation noise ratio in dB, 10 log10(sum of x^2 / sum of (x - y)^2):
  /// infinite where nothing differs, not a number where `got` has such.
  double getSqnr() const;
  /// The noise as a share of the signal, of amplitudes: 0.01 is 40 dB.
  double getNoise() const;
  /// Of the angle between both; 1 where nothing differs.
  double getCosine() const;

private:
  double expectedSquares = 0, gotSquares = 0, products = 0, noise = 0;
};

/// The same of all outputs, and the classes: where the first output is greatest.
class OutputComparison {
public:
  /// One sample. \pre equal shapes and as many outputs for every sample.
  void add(llvm::ArrayRef<HostTensor> expected, llvm::ArrayRef<HostTensor> got,
           std::optional<int64_t> label);

  int64_t getSamples() const { return samples; }
  int64_t getLabelled() const { return labelled; }

  /// Of the output that suffers most.
  double getSqnr() const;
  double getCosine() const;
  /// In percent of the samples with a label. \pre there are such.
  double getTop1() const { return 100.0 * double(right) / double(labelled); }
  double getExpectedTop1() const { return 100.0 * double(expectedRight) / double(labelled); }
  /// In how many percent of the samples both have the same class.
  double getAgreement() const { return 100.0 * double(same) / double(samples); }

  /// What --max-drop limits: Top1: points of top-1 lost. Sqnr: the noise as percent of the signal.
  /// Cosine: how much of 1 is lacking. Not a number where `got` has such.
  double getDrop(AccuracyMetric metric) const;

private:
  std::vector<TensorComparison> outputs;
  int64_t samples = 0, labelled = 0, right = 0, expectedRight = 0, same = 0;
};

/// Where a tensor is greatest, the first of several places; 0 for an empty one.
int64_t getGreatest(const HostTensor &tensor);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_QUANTIZE_OUTPUTCOMPARISON_H
