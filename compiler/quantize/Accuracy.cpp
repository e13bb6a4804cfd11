// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Measuring and searching: see Accuracy.h.
#include "compiler/quantize/Accuracy.h"

#include "compiler/driver/Process.h"
#include "compiler/driver/Progress.h"
#include "compiler/quantize/Calibration.h"
#include "compiler/quantize/FloatSearch.h"
#include "compiler/quantize/OutputComparison.h"
#include "compiler/quantize/Switches.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"

#include <cmath>

using namespace llvm;
using ::onnx::ModelProto;
using ::onnx::NodeProto;
using ::onnx::TensorProto;

namespace onnxcc {

bool wantsAccuracy(const QuantizeOptions &options) {
  return options.maxDrop || !options.reports.empty();
}

LogicalResult checkAccuracyOptions(const QuantizeOptions &options, const Samples &samples) {
  if (options.metric && !options.maxDrop)
    return failCommand("--metric is what --max-drop limits: say how much by --max-drop");
  if (options.metric != AccuracyMetric::Top1)
    return success();
  for (size_t sample = 0; sample < samples.size(); ++sample)
    if (!samples.label(sample))
      return failCommand("--metric=top1 compares with classes, and the sample '" +
                         samples.name(sample) + "' has none: name them by --labels, or give a " +
                         "folder a class");
  return success();
}

namespace {

/// The model with switches, and what it gives in float.
class Trial {
public:
  Trial(const Samples &samples, const SwitchedModel &model) : samples(samples), model(model) {}

  LogicalResult build(const Options &options, StringRef folder);

  /// All outputs and layers' values of a sample with these layers in float.
  FailureOr<std::vector<HostTensor>> run(size_t sample, const BitVector &floats) const;
  /// The model's outputs with all layers in float.
  FailureOr<std::vector<HostTensor>> getExpected(size_t sample);
  /// The outputs with some layers in float against those in float, over every `stride`th sample.
  FailureOr<OutputComparison> compare(const BitVector &floats, size_t stride);

  BitVector all(bool inFloat) const { return BitVector(model.layers.size(), inFloat); }

private:
  /// What is kept of outputs in float, which are run again beyond.
  static constexpr size_t keptBytesLimit = size_t(1) << 30;

  const Samples &samples;
  const SwitchedModel &model;
  size_t outputs = 0, keptBytes = 0;
  int64_t threads = 1;
  std::unique_ptr<Runner> runner;
  std::vector<std::optional<std::vector<HostTensor>>> expected;
};

} // namespace

LogicalResult Trial::build(const Options &given, StringRef folder) {
  // Choices keep kernels from being fused anyway, and it is compiled once for few runs.
  Options options = given;
  options.compile.pipeline.level = 1;
  std::vector<std::string> values;
  for (const SwitchedLayer &layer : model.layers)
    values.push_back(layer.output);
  FailureOr<std::unique_ptr<Runner>> built =
      buildForSamples(options, model.model, samples, values, "switched", folder);
  if (failed(built))
    return failure();
  runner = std::move(*built);
  threads = options.verify.threads.front();
  outputs = model.model.graph().output_size();
  expected.resize(samples.size());
  return success();
}

FailureOr<std::vector<HostTensor>> Trial::run(size_t sample, const BitVector &floats) const {
  HostTensor switches{SwitchedModel::switches, TensorProto::BOOL, {int64_t(floats.size())}, {}};
  for (size_t layer = 0; layer < floats.size(); ++layer)
    switches.bytes.push_back(!floats[layer]);
  FailureOr<std::vector<HostTensor>> inputs = samples.read(sample);
  if (failed(inputs))
    return failure();
  inputs->push_back(std::move(switches));
  FailureOr<RunResult> result = runner->run(*inputs, threads);
  if (failed(result))
    return failure();
  return std::move(result->outputs);
}

FailureOr<std::vector<HostTensor>> Trial::getExpected(size_t sample) {
  if (expected[sample])
    return *expected[sample];
  FailureOr<std::vector<HostTensor>> tensors = run(sample, all(true));
  if (failed(tensors))
    return failure();
  tensors->resize(outputs);
  for (const HostTensor &tensor : *tensors)
    keptBytes += tensor.bytes.size();
  if (keptBytes <= keptBytesLimit)
    expected[sample] = *tensors;
  return std::move(*tensors);
}

FailureOr<OutputComparison> Trial::compare(const BitVector &floats, size_t stride) {
  OutputComparison comparison;
  for (size_t sample = 0; sample < samples.size(); sample += stride) {
    FailureOr<std::vector<HostTensor>> real = getExpected(sample), got = run(sample, floats);
    if (failed(real) || failed(got))
      return failure();
    got->resize(outputs);
    comparison.add(*real, *got, samples.label(sample));
  }
  return comparison;
}

namespace {

class Assessment {
public:
  Assessment(const Options &options, const ModelProto &prepared, Quantize quantize,
             const std::set<std::string> &floats, const Samples &samples, StringRef folder)
      : options(options), prepared(prepared), quantize(quantize), given(floats), samples(samples),
        folder(folder) {}

  FailureOr<Accuracy> run();

private:
  LogicalResult rank();
  LogicalResult search();
  /// The names of the nodes in float, with those of `kept`.
  std::set<std::string> getFloats() const;
  FailureOr<OutputComparison> measure(const ModelProto &model, unsigned number);
  LogicalResult quantizeAndMeasure();
  LogicalResult describe();
  LayerReport describeLayer(size_t layer) const;

  double getDrop(const OutputComparison &comparison) const { return comparison.getDrop(metric); }

  const Options &options;
  const ModelProto &prepared;
  Quantize quantize;
  const std::set<std::string> &given;
  const Samples &samples;
  StringRef folder;

  AccuracyMetric metric = AccuracyMetric::Sqnr;
  SwitchedModel switched;
  std::optional<Trial> trial;
  std::vector<double> alone; // percent of noise, by layer
  std::vector<size_t> ranking;
  BitVector kept; // in float, for --max-drop
  Accuracy result;
};

} // namespace

LogicalResult Assessment::rank() {
  // The noise of few samples ranks layers as that of many does.
  constexpr size_t rankingSamples = 32;
  size_t stride = (samples.size() + rankingSamples - 1) / rankingSamples;
  Progress progress("ranking layers", int64_t(switched.layers.size()));
  auto measure = [&](const BitVector &floats) -> FailureOr<double> {
    FailureOr<OutputComparison> comparison = trial->compare(floats, stride);
    progress.advance();
    if (failed(comparison))
      return failure();
    return comparison->getDrop(AccuracyMetric::Sqnr);
  };
  FailureOr<std::vector<size_t>> ranked = rankLayers(switched.layers.size(), measure, alone);
  if (failed(ranked))
    return failure();
  ranking = std::move(*ranked);
  return success();
}

LogicalResult Assessment::search() {
  auto measure = [&](const BitVector &floats) -> FailureOr<double> {
    FailureOr<OutputComparison> comparison = trial->compare(floats, 1);
    if (failed(comparison))
      return failure();
    return getDrop(*comparison);
  };
  FailureOr<BitVector> found = findFloatLayers(ranking, *options.quantize.maxDrop, measure);
  if (failed(found))
    return failure();
  kept = std::move(*found);
  return success();
}

std::set<std::string> Assessment::getFloats() const {
  std::set<std::string> floats = given;
  for (unsigned layer : kept.set_bits())
    floats.insert(switched.layers[layer].nodes.begin(), switched.layers[layer].nodes.end());
  return floats;
}

FailureOr<OutputComparison> Assessment::measure(const ModelProto &model, unsigned number) {
  FailureOr<std::unique_ptr<Runner>> runner =
      buildForSamples(options, model, samples, {}, "quantized" + Twine(number), folder);
  if (failed(runner))
    return failure();
  OutputComparison comparison;
  Progress progress("measuring", int64_t(samples.size()));
  for (size_t sample = 0; sample < samples.size(); ++sample) {
    FailureOr<std::vector<HostTensor>> real = trial->getExpected(sample);
    FailureOr<std::vector<HostTensor>> inputs = samples.read(sample);
    if (failed(real) || failed(inputs))
      return failure();
    FailureOr<RunResult> got = (*runner)->run(*inputs, options.verify.threads.front());
    if (failed(got))
      return failure();
    comparison.add(*real, got->outputs, samples.label(sample));
    progress.advance();
  }
  return comparison;
}

LogicalResult Assessment::quantizeAndMeasure() {
  for (unsigned number = 0;; ++number) {
    FailureOr<QuantizedModel> model = quantize(getFloats());
    if (failed(model))
      return failure();
    result.model = std::move(*model);
    FailureOr<OutputComparison> comparison = measure(result.model.proto, number);
    if (failed(comparison))
      return failure();
    QuantizeReport &report = result.report;
    report.sqnr = comparison->getSqnr();
    report.cosine = comparison->getCosine();
    report.agreement = comparison->getAgreement();
    if (comparison->getLabelled()) {
      report.top1 = comparison->getTop1();
      report.expectedTop1 = comparison->getExpectedTop1();
    }
    if (!report.maxDrop)
      return success();
    report.drop = getDrop(*comparison);
    // Integers round otherwise than floats that stand for them: seldom one layer more is needed.
    auto next = find_if(ranking, [&](size_t layer) { return !kept[layer]; });
    if (report.drop <= *report.maxDrop || next == ranking.end())
      return success();
    kept.set(*next);
  }
}

LayerReport Assessment::describeLayer(size_t layer) const {
  const SwitchedLayer &from = switched.layers[layer];
  LayerReport to{.name = from.nodes.front(), .op = from.op, .output = from.output};
  to.isQuantized = !kept[layer];
  to.alone = alone[layer] == 0 ? INFINITY : -20 * std::log10(alone[layer] / 100);
  to.floatBytes = from.floatBytes;
  to.bytes = to.isQuantized ? from.bytes : from.floatBytes;
  if (to.isQuantized) {
    to.range = from.range;
  } else {
    size_t place = llvm::find(ranking, layer) - ranking.begin() + 1;
    to.reason = "--max-drop: number " + std::to_string(place) + " of " +
                std::to_string(ranking.size()) + " by the noise that it alone makes";
  }
  return to;
}

/// Which share of a tensor's values lies beyond a range by more than half a step, where they are
/// clipped.
static int64_t countBeyond(const HostTensor &tensor, ValueRange range) {
  double half = (double(range.high) - range.low) / 255 / 2;
  int64_t count = 0;
  for (int64_t index = 0; index < tensor.size(); ++index) {
    double value = tensor.getDouble(index);
    count += value < range.low - half || value > range.high + half;
  }
  return count;
}

LogicalResult Assessment::describe() {
  size_t count = switched.layers.size();
  std::vector<TensorComparison> noise(count);
  std::vector<int64_t> beyond(count, 0), values(count, 0);
  Progress progress("describing layers", int64_t(samples.size()));
  for (size_t sample = 0; sample < samples.size(); ++sample) {
    auto real = trial->run(sample, trial->all(true)), got = trial->run(sample, kept);
    if (failed(real) || failed(got))
      return failure();
    for (auto [layer, from] : enumerate(switched.layers)) {
      const HostTensor &x = *findTensor(*real, from.output, 0);
      noise[layer].add(x, *findTensor(*got, from.output, 0));
      if (from.range)
        beyond[layer] += countBeyond(x, *from.range);
      values[layer] += x.size();
    }
    progress.advance();
  }
  std::map<std::string, size_t> layerOf;
  for (auto [layer, from] : enumerate(switched.layers))
    layerOf[from.nodes.front()] = layer;
  for (const QuantizedLayer &node : result.model.layers) {
    auto found = layerOf.find(node.name);
    if (found == layerOf.end())
      continue; // part of another layer, or in float already, or it only moves values
    LayerReport layer = describeLayer(found->second);
    layer.sqnr = noise[found->second].getSqnr();
    layer.saturated =
        values[found->second] ? double(beyond[found->second]) / double(values[found->second]) : 0;
    result.report.layers.push_back(std::move(layer));
  }
  return success();
}

FailureOr<Accuracy> Assessment::run() {
  bool isLabelled = samples.label(0).has_value();
  metric =
      options.quantize.metric.value_or(isLabelled ? AccuracyMetric::Top1 : AccuracyMetric::Sqnr);
  FailureOr<QuantizedModel> whole = quantize(given);
  if (failed(whole))
    return failure();
  FailureOr<SwitchedModel> model = addSwitches(prepared, *whole);
  if (failed(model))
    return failure();
  switched = std::move(*model);
  kept = BitVector(switched.layers.size());
  trial.emplace(samples, switched);
  QuantizeReport &report = result.report;
  report.ranges = getName(options.quantize.ranges.method);
  report.samples = int64_t(samples.size());
  report.maxDrop = options.quantize.maxDrop;
  report.metric = metric;
  if (failed(trial->build(options, folder)) || failed(rank()) ||
      (report.maxDrop && failed(search())) || failed(quantizeAndMeasure()) || failed(describe()))
    return failure();
  return std::move(result);
}

FailureOr<Accuracy> assessAccuracy(const Options &options, const ModelProto &prepared,
                                   Quantize quantize, const std::set<std::string> &floats,
                                   const Samples &samples, StringRef folder) {
  return Assessment(options, prepared, quantize, floats, samples, folder).run();
}

} // namespace onnxcc
