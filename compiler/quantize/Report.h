// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What became of a model's layers when it was quantised: a table for people, JSON for programs, a
// page with charts.
#ifndef ONNXCC_COMPILER_QUANTIZE_REPORT_H
#define ONNXCC_COMPILER_QUANTIZE_REPORT_H

#include "compiler/Files.h"
#include "compiler/Options.h"
#include "compiler/quantize/Observer.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/LogicalResult.h"
#include <optional>

namespace onnxcc {

/// An operator of the model that could be quantised.
struct LayerReport {
  std::string name, op;
  std::string output; // the value that is measured
  bool isQuantized = true;
  std::string reason = "";                        // why it is in float
  std::optional<ValueRange> range = std::nullopt; // of the output, where it is quantised
  double saturated = 0;                           // share of the output's values beyond the range
  double sqnr = 0;                                // dB, of the output in the quantised model
  double alone = 0; // dB, of the model's outputs where this layer alone is quantised
  int64_t floatBytes = 0, bytes = 0; // of its weights, before and after
};

struct QuantizeReport {
  std::string model, output; // files
  std::string ranges;        // "entropy"
  int64_t samples = 0;

  double sqnr = 0, cosine = 1;              // of the outputs; dB
  double agreement = 100;                   // percent of the samples that keep their class
  std::optional<double> top1, expectedTop1; // percent, with labels
  std::optional<double> maxDrop;            // what was asked for
  AccuracyMetric metric = AccuracyMetric::Sqnr;
  double drop = 0; // by the metric

  std::vector<LayerReport> layers; // in the model's order

  int64_t countQuantized() const;
  int64_t getFloatBytes() const;
  int64_t getBytes() const;

  void print(llvm::raw_ostream &out) const;
  /// Infinite ratios, where nothing differs, are null.
  llvm::json::Value toJson() const;
  /// One HTML file that refers to no other.
  void printPage(llvm::raw_ostream &out) const;
};

/// --report: text goes to stdout, a file ending in .json or .html to `files`.
llvm::LogicalResult publish(const QuantizeReport &report, llvm::ArrayRef<std::string> places,
                            OutputFiles &files);

/// "0.5 points of top-1", "1 % noise", "0.01 of cosine".
std::string formatDrop(double drop, AccuracyMetric metric);
/// "moving-average", as --ranges takes it.
llvm::StringRef getName(RangeMethod method);
/// "top1", as --metric takes it.
llvm::StringRef getName(AccuracyMetric metric);
/// "34.2 dB"; "exact" for infinity.
std::string formatDecibels(double sqnr);
/// "-1.5 .. 6".
std::string formatRange(ValueRange range);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_QUANTIZE_REPORT_H
