// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What Options.td's options do with their values: readers, each of which brings an option's value,
// "" for a flag, to its place.
#ifndef ONNXCC_COMPILER_OPTIONREADERS_H
#define ONNXCC_COMPILER_OPTIONREADERS_H

#include "compiler/Options.h"

#include <map>

namespace onnxcc {

/// What a reader returns when the value is wrong: what was expected.
using Complaint = std::optional<std::string>;

namespace readers {

inline constexpr std::nullopt_t fine = std::nullopt;

/// A flag's, which stands for a value.
template <auto to = true, class Place> Complaint set(Place &place, llvm::StringRef) {
  place = to;
  return fine;
}

Complaint readText(std::string &text, llvm::StringRef value);
Complaint addText(std::vector<std::string> &texts, llvm::StringRef value);
/// Words separated by blanks.
Complaint addWords(std::vector<std::string> &words, llvm::StringRef value);

template <int64_t least, class Number> Complaint readNumber(Number &number, llvm::StringRef value) {
  int64_t given;
  if (value.getAsInteger(10, given) || given < least)
    return "a number of at least " + std::to_string(least);
  number = given;
  return fine;
}

// Of what is compiled.
Complaint readDim(std::map<std::string, DimBounds> &dims, llvm::StringRef value);
Complaint readShape(std::map<std::string, std::vector<int64_t>> &shapes, llvm::StringRef value);
Complaint readImageInput(std::map<std::string, ImageOptions> &images, llvm::StringRef value);
Complaint readLevel(unsigned &level, llvm::StringRef value);
Complaint readTargets(std::vector<std::string> &targets, llvm::StringRef value);
Complaint readTarget(std::vector<std::string> &targets, llvm::StringRef value);
Complaint readInterface(bool &quantized, llvm::StringRef value);
Complaint readRequantization(bool &fixed, llvm::StringRef value);
Complaint readContraction(std::vector<std::string> &cxxFlags, llvm::StringRef value);

// Of what is written.
Complaint readPhase(Options &options, llvm::StringRef value);
Complaint readReport(Options &options, llvm::StringRef value);
Complaint readWeights(EmitOptions &emit, llvm::StringRef value);

// Of verify and bench.
Complaint readReference(std::optional<Reference> &reference, llvm::StringRef value);
Complaint readThreads(std::vector<int64_t> &threads, llvm::StringRef value);
Complaint readTolerance(std::optional<double> &tolerance, llvm::StringRef value);
Complaint readRanges(RangeMethod &method, llvm::StringRef value);
Complaint readPercentile(double &percentile, llvm::StringRef value);
Complaint readActivations(Activations &activations, llvm::StringRef value);
Complaint readWeightOnly(WeightOnly &kind, llvm::StringRef value);
Complaint readRatio(double &ratio, llvm::StringRef value);
Complaint readWeightFormat(bool &isPacked, llvm::StringRef value);
/// Names separated by commas.
Complaint addNames(std::vector<std::string> &names, llvm::StringRef value);
Complaint readNumbers(std::vector<double> &numbers, llvm::StringRef value);
Complaint readLayout(ImageOptions::Layout &layout, llvm::StringRef value);
Complaint readMetric(std::optional<AccuracyMetric> &metric, llvm::StringRef value);
Complaint addReport(std::vector<std::string> &reports, llvm::StringRef value);
Complaint readBisect(VerifyOptions &verify, llvm::StringRef folder);

} // namespace readers
} // namespace onnxcc

#endif // ONNXCC_COMPILER_OPTIONREADERS_H
