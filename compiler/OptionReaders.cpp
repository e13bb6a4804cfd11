// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reading options' values: see OptionReaders.h.
#include "compiler/OptionReaders.h"

#include "targets/Target.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include <cmath>

using namespace llvm;

namespace onnxcc::readers {

Complaint readText(std::string &text, StringRef value) {
  text = value.str();
  return fine;
}

Complaint addText(std::vector<std::string> &texts, StringRef value) {
  texts.push_back(value.str());
  return fine;
}

Complaint addWords(std::vector<std::string> &words, StringRef value) {
  SmallVector<StringRef> parts;
  value.split(parts, ' ', -1, /*KeepEmpty=*/false);
  for (StringRef part : parts)
    words.push_back(part.str());
  return fine;
}

Complaint readDim(std::map<std::string, DimBounds> &dims, StringRef value) {
  DimBounds bounds;
  auto [name, range] = value.split('=');
  auto [low, high] = range.split("..");
  bool isRange = range.contains("..");
  if (name.empty() || low.getAsInteger(10, bounds.min) ||
      (isRange && high.getAsInteger(10, bounds.max)))
    return "NAME=NUMBER or NAME=LEAST..GREATEST, as in batch=1..8";
  if (!isRange)
    bounds.max = bounds.min;
  if (bounds.min < 0 || bounds.max < bounds.min)
    return "bounds that grow and are not negative";
  dims[name.str()] = bounds;
  return fine;
}

Complaint readShape(std::map<std::string, std::vector<int64_t>> &shapes, StringRef value) {
  constexpr StringRef expected = "INPUT=NxCxHxW, as in image=1x3x224x224; ? leaves an extent open";
  auto [input, extents] = value.rsplit('=');
  std::vector<int64_t> shape;
  SmallVector<StringRef> parts;
  if (!extents.empty())
    extents.split(parts, 'x');
  for (StringRef part : parts) {
    int64_t extent = -1; // what the model says
    if (part != "?" && (part.getAsInteger(10, extent) || extent < 0))
      return expected.str();
    shape.push_back(extent);
  }
  if (input.empty() || !value.contains('='))
    return expected.str();
  shapes[input.str()] = std::move(shape);
  return fine;
}

Complaint readImageInput(std::map<std::string, ImageOptions> &images, StringRef value) {
  constexpr StringRef expected = "[NAME:]u8[,nhwc|nchw][,mean=X,…][,scale=X,…|,std=X,…], as in "
                                 "image:u8,nhwc,mean=127.5,std=128";
  ImageOptions image;
  SmallVector<StringRef> parts;
  value.split(parts, ',');
  // A name may have colons.
  auto [name, type] = parts.front().contains(':') ? parts.front().rsplit(':')
                                                  : std::pair(StringRef(), parts.front());
  if (type != "u8")
    return expected.str();
  std::vector<double> std, *numbers = nullptr;
  bool hasScale = false;
  for (StringRef part : ArrayRef(parts).drop_front()) {
    if (part == "nhwc" || part == "nchw") {
      image.layout = part == "nhwc" ? ImageOptions::Layout::Nhwc : ImageOptions::Layout::Nchw;
      numbers = nullptr;
      continue;
    }
    if (part.contains('=')) {
      auto [key, first] = part.split('=');
      hasScale |= key == "scale";
      numbers = key == "mean"    ? &image.mean
                : key == "scale" ? &image.scale
                : key == "std"   ? &std
                                 : nullptr;
      if (numbers)
        numbers->clear();
      part = first;
    }
    double number;
    if (!numbers || part.getAsDouble(number) || !std::isfinite(number))
      return expected.str();
    numbers->push_back(number);
  }
  if (!std.empty() && hasScale)
    return "scale or std, which is 1 / scale, not both";
  if (any_of(std, [](double deviation) { return deviation <= 0; }))
    return "a std that is positive";
  if (!std.empty())
    image.scale.clear();
  for (double deviation : std)
    image.scale.push_back(1 / deviation);
  if (image.mean.size() > 1 && image.scale.size() > 1 && image.mean.size() != image.scale.size())
    return "as many means as scales, or one for all channels";
  if (!images.try_emplace(name.str(), std::move(image)).second)
    return "each input once";
  return fine;
}

Complaint readLevel(unsigned &level, StringRef value) {
  if (value.size() != 1 || value[0] < '0' || value[0] > '3')
    return "-O0, -O1, -O2 or -O3";
  level = value[0] - '0';
  return fine;
}

Complaint readTargets(std::vector<std::string> &targets, StringRef value) {
  targets.clear();
  SmallVector<StringRef> parts;
  value.split(parts, ',', -1, /*KeepEmpty=*/false);
  for (StringRef part : parts)
    targets.push_back(part.str());
  if (parts.empty())
    return "a list of targets";
  return fine;
}

Complaint readTarget(std::vector<std::string> &targets, StringRef value) {
  if (value != "native" && getDefaultTargets(value).empty() && !findTarget(value))
    return "native, or an architecture or a target of --print-targets";
  targets.clear();
  for (const Target *target : getDefaultTargets(value))
    targets.push_back(target->name.str());
  if (targets.empty())
    targets.push_back(value.str());
  return fine;
}

Complaint readInterface(bool &quantized, StringRef value) {
  if (value != "float" && value != "quantized")
    return "float or quantized";
  quantized = value == "quantized";
  return fine;
}

Complaint readRequantization(bool &fixed, StringRef value) {
  if (value != "exact" && value != "fixed")
    return "exact or fixed";
  fixed = value == "fixed";
  return fine;
}

Complaint readContraction(std::vector<std::string> &cxxFlags, StringRef value) {
  if (value != "off" && value != "fast")
    return "off or fast";
  if (value == "off")
    cxxFlags.push_back("-DONNXCC_NO_FMA");
  return fine;
}

Complaint readPhase(Options &options, StringRef value) {
  SmallVector<StringRef> names;
  for (unsigned k = 0; k < unsigned(Phase::Emit); ++k)
    names.push_back(getPhaseName(Phase(k)));
  auto found = find(names, value);
  if (found == names.end())
    return "one of " + join(names, ", ") + " (sources: -S)";
  options.lastPhase = Phase(found - names.begin());
  options.outputKind = Options::Output::Phase;
  return fine;
}

Complaint readReport(Options &options, StringRef value) {
  if (value.empty())
    return "a file's name, - or text";
  options.compile.pipeline.keepReport = true;
  options.optReport = value.str();
  return fine;
}

Complaint readWeights(EmitOptions &emit, StringRef value) {
  StringRef section = value;
  if (section.consume_front("section:")) {
    bool isPlain =
        all_of(section, [](char c) { return isAlnum(c) || StringRef("._-").contains(c); });
    if (section.empty() || !isPlain)
      return "section:NAME, a name of letters, digits, '.', '_' and '-'";
    emit.weights = WeightStorage::Rodata;
    emit.section = section;
    return fine;
  }
  auto storage = StringSwitch<std::optional<WeightStorage>>(value)
                     .Case("rodata", WeightStorage::Rodata)
                     .Case("array", WeightStorage::Array)
                     .Case("file", WeightStorage::File)
                     .Case("pointer", WeightStorage::Pointer)
                     .Default(std::nullopt);
  if (!storage)
    return "rodata, array, section:NAME, file or pointer";
  emit.weights = *storage;
  return fine;
}

Complaint readReference(std::optional<Reference> &reference, StringRef value) {
  reference = StringSwitch<std::optional<Reference>>(value)
                  .Case("auto", Reference::Auto)
                  .Case("stored", Reference::Stored)
                  .Case("ort", Reference::OnnxRuntime)
                  .Case("eval", Reference::Evaluation)
                  .Case("none", Reference::None)
                  .Default(std::nullopt);
  if (!reference)
    return "auto, stored, ort, eval or none";
  return fine;
}

Complaint readThreads(std::vector<int64_t> &threads, StringRef value) {
  SmallVector<StringRef> parts;
  value.split(parts, ',');
  threads.clear();
  for (StringRef part : parts)
    if (Complaint complaint = readNumber<1>(threads.emplace_back(), part))
      return complaint;
  return fine;
}

Complaint readTolerance(std::optional<double> &tolerance, StringRef value) {
  double given;
  if (value.getAsDouble(given) || given < 0)
    return "a number that is not negative";
  tolerance = given;
  return fine;
}

Complaint readRanges(RangeMethod &method, StringRef value) {
  constexpr std::pair<StringRef, RangeMethod> methods[] = {
      {"minmax", RangeMethod::MinMax},
      {"moving-average", RangeMethod::MovingAverage},
      {"percentile", RangeMethod::Percentile},
      {"entropy", RangeMethod::Entropy},
      {"mse", RangeMethod::Mse}};
  const auto *found = find_if(methods, [&](const auto &entry) { return entry.first == value; });
  if (found == std::end(methods))
    return "minmax, moving-average, percentile, entropy or mse";
  method = found->second;
  return fine;
}

Complaint readPercentile(double &percentile, StringRef value) {
  if (value.getAsDouble(percentile) || !(percentile > 0 && percentile <= 100))
    return "a number above 0, at most 100";
  return fine;
}

Complaint readActivations(Activations &activations, StringRef value) {
  if (value != "uint8" && value != "int8")
    return "uint8 or int8";
  activations = value == "int8" ? Activations::Int8 : Activations::Uint8;
  return fine;
}

Complaint readWeightOnly(WeightOnly &kind, StringRef value) {
  constexpr std::pair<StringRef, WeightOnly> kinds[] = {{"int4_sym", WeightOnly::Int4Sym},
                                                        {"int4_asym", WeightOnly::Int4Asym},
                                                        {"int8", WeightOnly::Int8}};
  const auto *found = find_if(kinds, [&](const auto &entry) { return entry.first == value; });
  if (found == std::end(kinds))
    return "int4_sym, int4_asym or int8";
  kind = found->second;
  return fine;
}

Complaint readRatio(double &ratio, StringRef value) {
  if (value.getAsDouble(ratio) || !(ratio >= 0 && ratio <= 1))
    return "a number from 0 to 1";
  return fine;
}

Complaint readWeightFormat(bool &isPacked, StringRef value) {
  if (value != "qdq" && value != "matmulnbits")
    return "qdq or matmulnbits";
  isPacked = value == "matmulnbits";
  return fine;
}

Complaint addNames(std::vector<std::string> &names, StringRef value) {
  for (StringRef name : split(value, ','))
    if (!name.empty())
      names.push_back(name.str());
  return names.empty() ? Complaint("names separated by commas") : fine;
}

Complaint readNumbers(std::vector<double> &numbers, StringRef value) {
  SmallVector<StringRef> parts;
  value.split(parts, ',');
  numbers.clear();
  for (StringRef part : parts)
    if (part.getAsDouble(numbers.emplace_back()) || !std::isfinite(numbers.back()))
      return "numbers separated by commas";
  return fine;
}

Complaint readLayout(ImageOptions::Layout &layout, StringRef value) {
  if (value != "nchw" && value != "nhwc")
    return "nchw or nhwc";
  layout = value == "nchw" ? ImageOptions::Layout::Nchw : ImageOptions::Layout::Nhwc;
  return fine;
}

Complaint readMetric(std::optional<AccuracyMetric> &metric, StringRef value) {
  metric = StringSwitch<std::optional<AccuracyMetric>>(value)
               .Case("top1", AccuracyMetric::Top1)
               .Case("sqnr", AccuracyMetric::Sqnr)
               .Case("cosine", AccuracyMetric::Cosine)
               .Default(std::nullopt);
  if (!metric)
    return "top1, sqnr or cosine";
  return fine;
}

Complaint addReport(std::vector<std::string> &reports, StringRef value) {
  if (value != "text" && !value.ends_with(".json") && !value.ends_with(".html"))
    return "text, or a file that ends in .json or .html";
  reports.push_back(value.str());
  return fine;
}

Complaint readBisect(VerifyOptions &verify, StringRef folder) {
  verify.bisect = true;
  verify.bisectFolder = folder.str();
  return fine;
}

} // namespace onnxcc::readers
