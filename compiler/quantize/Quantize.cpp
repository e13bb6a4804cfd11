// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The command `onnxcc quantize`: a model in floats and data in, a model of 8 bits out.
#include "compiler/driver/Driver.h"
#include "compiler/driver/Process.h"
#include "compiler/quantize/Accuracy.h"
#include "compiler/quantize/BiasCorrection.h"
#include "compiler/quantize/Calibration.h"
#include "compiler/quantize/Equalization.h"
#include "compiler/quantize/Prepare.h"
#include "compiler/quantize/WeightOnly.h"
#include "compiler/verify/Runner.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using ::onnx::ModelProto;
using ::onnx::NodeProto;

namespace onnxcc {

/// --exclude's names, which must be nodes' (or of their outputs').
static FailureOr<std::set<std::string>> getExcluded(const Options &options,
                                                    const ModelProto &model) {
  std::set<std::string> floats;
  for (const std::string &name : options.quantize.exclude) {
    const auto &nodes = model.graph().node();
    auto found = find_if(nodes, [&](const NodeProto &node) {
      return node.name() == name || is_contained(node.output(), name);
    });
    if (found == nodes.end())
      return failCommand("--exclude: '" + options.input + "' has no node '" + name +
                         "'; unnamed ones are OP_INDEX, as Conv_3");
    floats.insert(found->name());
  }
  return floats;
}

/// The nodes that take or give values without a range.
static std::set<std::string> findUnbounded(const ModelProto &model,
                                           const Calibration &calibration) {
  ModelGraph graph(model.graph());
  std::set<std::string> names;
  for (const std::string &value : calibration.unbounded) {
    if (int producer = graph.producer(value); producer >= 0)
      names.insert(model.graph().node(producer).name());
    for (ModelGraph::Use use : graph.uses(value))
      names.insert(model.graph().node(use.node).name());
  }
  return names;
}

static int64_t countQuantized(const QuantizedModel &model) {
  return count_if(model.layers, [](const QuantizedLayer &layer) { return layer.isQuantized; });
}

/// \returns failure, having said why, where nothing can be quantised.
static LogicalResult checkSomethingToDo(const Options &options, const ModelProto &model,
                                        const std::set<std::string> &floats) {
  ModelGraph graph(model.graph());
  Placement placement(graph, options.quantize, floats);
  if (!placement.quantizedValues().empty())
    return success();
  std::string why = "it has no operator that computes with 8 bits";
  if (!placement.nodes().empty()) {
    const NodeProto &node = model.graph().node(placement.nodes().front().node);
    why =
        "node '" + node.name() + "' (" + node.op_type() + "): " + placement.nodes().front().reason;
  }
  return failCommand("'" + options.input + "' has nothing to quantise: " + why);
}

static FailureOr<std::string> serialize(const Options &options, const ModelProto &model) {
  std::string bytes;
  if (!model.SerializeToString(&bytes))
    return failCommand("the model for '" + options.output + "' is too large for one file");
  return bytes;
}

static LogicalResult writeModel(const Options &options, StringRef bytes) {
  OutputFiles outputs(getTemporaryPaths());
  if (failed(checkCommand(outputs.protect(getInputFiles(options)))) ||
      failed(checkCommand(outputs.write(options.output, bytes))))
    return failure();
  return checkCommand(outputs.commit());
}

/// Goes on to a library, as if the quantised model were the input.
static LogicalResult writeLibrary(const Options &given, StringRef bytes, StringRef folder) {
  Options options = given;
  options.command = Options::Command::Compile;
  options.input = (folder + "/" + given.compile.name + ".onnx").str();
  if (failed(checkCommand(writeFile(options.input, bytes, options.input))) ||
      failed(checkCommand(getInputFiles(given).allowOutput(given.output))))
    return failure();
  return compileModel(options);
}

/// What was made, and what stays in float: what is left out as a whole always, the rest with -v.
static void printSummary(const Options &options, const QuantizedModel &quantized, size_t samples) {
  outs() << options.output << ": " << countQuantized(quantized) << " of " << quantized.layers.size()
         << " operators quantised, with " << samples << (samples == 1 ? " sample\n" : " samples\n");
  for (const NodeProto &node : quantized.proto.graph().node())
    if (any_of(node.attribute(),
               [](const auto &attribute) { return attribute.has_g() || attribute.graphs_size(); }))
      outs() << "  '" << node.name() << "' (" << node.op_type()
             << ") stays in float: it has subgraphs\n";
  if (!options.compile.verbose)
    return;
  for (const QuantizedLayer &layer : quantized.layers)
    if (!layer.isQuantized)
      outs() << "  '" << layer.name << "' (" << layer.op << ") stays in float: " << layer.reason
             << "\n";
}

/// From the model in floats to the quantised one. `report` is made where the options ask for it.
static FailureOr<QuantizedModel> quantize(const Options &options, ModelProto &model,
                                          std::set<std::string> floats, const Samples &samples,
                                          StringRef folder, QuantizeReport &report) {
  if (options.quantize.equalize &&
      failed(equalizeChannels(options, model, floats, samples, folder)))
    return failure();
  FailureOr<Calibration> calibration = calibrate(
      options, model, samples, getObservedValues(model, options.quantize, floats), folder);
  if (failed(calibration))
    return failure();
  std::set<std::string> unbounded = findUnbounded(model, *calibration);
  floats.insert(unbounded.begin(), unbounded.end());
  if (failed(checkSomethingToDo(options, model, floats)))
    return failure();
  // Biases are corrected for what is quantised, so each choice of layers has its own.
  auto insert = [&](const std::set<std::string> &inFloat) -> FailureOr<QuantizedModel> {
    ModelProto corrected = model;
    if (options.quantize.correctBias &&
        failed(correctBiases(options, corrected, calibration->ranges, inFloat, samples, folder)))
      return failure();
    QuantizedModel quantized =
        insertQuantization(corrected, calibration->ranges, options.quantize, inFloat);
    for (QuantizedLayer &layer : quantized.layers)
      if (unbounded.count(layer.name))
        layer.reason = "its values are infinite, or not a number, on some sample";
    return quantized;
  };
  if (!wantsAccuracy(options.quantize))
    return insert(floats);
  FailureOr<Accuracy> accuracy = assessAccuracy(options, model, insert, floats, samples, folder);
  if (failed(accuracy))
    return failure();
  report = std::move(accuracy->report);
  return std::move(accuracy->model);
}

/// Takes the places of the files that are written beside the model: nobody should wait for a report
/// that cannot be kept.
static LogicalResult reserveReports(const Options &options, OutputFiles &files) {
  if (failed(checkCommand(files.protect(getInputFiles(options)))))
    return failure();
  for (StringRef place : options.quantize.reports)
    if (place != "text" && failed(checkCommand(files.reserve(place).takeError())))
      return failure();
  return success();
}

/// The model, or the library of it, as the output's name says.
static LogicalResult write(Options options, const ModelProto &model, StringRef folder) {
  FailureOr<std::string> bytes = serialize(options, model);
  if (failed(bytes))
    return failure();
  bool isModel = options.outputKind == Options::Output::Model;
  return isModel ? writeModel(options, *bytes) : writeLibrary(options, *bytes, folder);
}

/// --weight-only: no data are needed.
static LogicalResult quantizeWeightsAlone(const Options &options, StringRef folder) {
  FailureOr<ModelProto> model = prepareModel(options, blockOpset);
  if (failed(model))
    return failure();
  WeightOnlyModel quantized = quantizeWeights(*model, options.quantize.weights);
  int64_t matrices[2] = {}, elements[2] = {}; // of 4 and of 8 bits
  std::string reason = "no MatMul, Gemm or Gather reads a constant matrix";
  for (const QuantizedWeight &weight : quantized.weights) {
    if (weight.bits == 0) {
      reason = "'" + weight.name + "': " + weight.reason;
      continue;
    }
    ++matrices[weight.bits == 8];
    elements[weight.bits == 8] += weight.depth * weight.columns;
  }
  int64_t count = matrices[0] + matrices[1];
  if (count == 0)
    return failCommand("'" + options.input + "' has nothing to quantise: " + reason);
  if (failed(write(options, quantized.proto, folder)))
    return failure();
  outs() << options.output << ": " << matrices[0] << " matrices in 4 bits, " << matrices[1]
         << " in 8, " << int64_t(quantized.weights.size()) - count << " in float; "
         << formatv("{0:F1}", 100.0 * elements[0] / (elements[0] + elements[1]))
         << " % of the quantised weights have 4 bits\n";
  return success();
}

LogicalResult quantizeModel(const Options &given) {
  Options options = given;
  WeightOnly weights = given.quantize.weights.kind;
  bool has4Bits = weights == WeightOnly::Int4Sym || weights == WeightOnly::Int4Asym;
  if (options.output.empty())
    options.output =
        (sys::path::stem(options.input) + (has4Bits ? ".int4.onnx" : ".int8.onnx")).str();
  TemporaryFolder folder(getTemporaryPaths());
  if (weights != WeightOnly::None)
    return quantizeWeightsAlone(options, folder.path());
  if (failed(prepareToRun(options, folder)))
    return failure();
  FailureOr<ModelProto> model = prepareModel(options);
  if (failed(model))
    return failure();
  FailureOr<std::set<std::string>> floats = getExcluded(options, *model);
  if (failed(floats) || failed(checkSomethingToDo(options, *model, *floats)))
    return failure();
  OutputFiles reports(getTemporaryPaths());
  if (failed(reserveReports(options, reports)))
    return failure();
  FailureOr<Samples> samples = Samples::open(options);
  if (failed(samples) || failed(checkAccuracyOptions(options.quantize, *samples)))
    return failure();
  QuantizeReport report;
  FailureOr<QuantizedModel> quantized =
      quantize(options, *model, *floats, *samples, folder.path(), report);
  if (failed(quantized))
    return failure();
  // The targets are those of the command line again: what is run on the way is this machine's.
  options.compile.features = given.compile.features;
  if (failed(write(options, quantized->proto, folder.path())))
    return failure();
  report.model = options.input;
  report.output = options.output;
  if (failed(publish(report, options.quantize.reports, reports)) ||
      failed(checkCommand(reports.commit())))
    return failure();
  printSummary(options, *quantized, samples->size());
  return success();
}

} // namespace onnxcc
