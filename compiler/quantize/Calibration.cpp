// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Running a model with its values as outputs: see Calibration.h.
#include "compiler/quantize/Calibration.h"

#include "codegen/print/Names.h"
#include "compiler/driver/Process.h"
#include "compiler/driver/Progress.h"
#include "compiler/quantize/ModelGraph.h"
#include "compiler/verify/Runner.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"

using namespace llvm;

namespace onnxcc {

/// What values that are outputs at the same time may take, of what is known of their sizes.
static constexpr int64_t outputBytesLimit = int64_t(1) << 30;

/// The bytes of a value; open extents count as 1, unknown shapes as nothing.
static int64_t getBytes(const ModelGraph &graph, StringRef value) {
  int64_t bytes = sizeof(float);
  for (int64_t extent : graph.shape(value).value_or(std::vector<int64_t>{0}))
    bytes *= std::max<int64_t>(extent, extent < 0 ? 1 : 0);
  return bytes;
}

/// Values in parts, of each what may be in memory at once.
static std::vector<std::vector<std::string>> split(const ModelGraph &graph,
                                                   ArrayRef<std::string> values) {
  std::vector<std::vector<std::string>> parts(1);
  int64_t bytes = 0;
  for (const std::string &value : values) {
    bytes += getBytes(graph, value);
    if (bytes > outputBytesLimit && !parts.back().empty()) {
      parts.emplace_back();
      bytes = getBytes(graph, value);
    }
    parts.back().push_back(value);
  }
  return parts;
}

/// Whether all inputs' extents are known; initialisers may be among the inputs.
static bool hasKnownExtents(const ModelGraph &graph) {
  return all_of(graph.proto().input(), [&](const auto &input) {
    std::optional<std::vector<int64_t>> shape = graph.shape(input.name());
    return shape && !is_contained(*shape, -1);
  });
}

/// Pins the open dims of `model`, which is that of `options`, to the samples' extents.
static LogicalResult pinDims(const ::onnx::ModelProto &model, const Samples &samples,
                             Options &options) {
  if (hasKnownExtents(ModelGraph(model.graph())))
    return success(); // reading all samples takes time
  std::vector<DataSet> shapes;
  for (size_t index = 0; index < samples.size(); ++index) {
    FailureOr<std::vector<HostTensor>> inputs = samples.read(index);
    if (failed(inputs))
      return failure();
    for (HostTensor &input : *inputs)
      std::vector<char>().swap(input.bytes);
    shapes.push_back({samples.name(index), std::move(*inputs), {}});
  }
  return pinOpenDimsToData(shapes, options);
}

FailureOr<std::unique_ptr<Runner>>
buildForSamples(const Options &given, const ::onnx::ModelProto &model, const Samples &samples,
                ArrayRef<std::string> values, const Twine &name, StringRef folder) {
  Options options = given;
  options.outputKind = Options::Output::Shared;
  options.compile.pipeline.quantizedInterface = false;
  options.compile.name = toModelName(name.str());
  std::string place = (folder + "/" + options.compile.name).str();
  if (std::error_code code = sys::fs::create_directories(place))
    return failCommand("cannot make the folder '" + place + "': " + code.message());
  options.input = place + "/model.onnx";
  std::string bytes;
  if (!model.SerializeToString(&bytes))
    return failCommand("'" + given.input + "' is too large for one file");
  if (failed(checkCommand(writeFile(options.input, bytes, options.input))) ||
      failed(pinDims(model, samples, options)))
    return failure();
  return buildRunner(options, place, values);
}

LogicalResult observeValues(const Options &options, const ::onnx::ModelProto &model,
                            const Samples &samples, ArrayRef<std::string> values, StringRef title,
                            StringRef folder,
                            llvm::function_ref<void(size_t, const HostTensor &)> visit) {
  ModelGraph graph(model.graph());
  std::vector<std::vector<std::string>> parts = split(graph, values);
  Progress progress(title, int64_t(parts.size() * (samples.size() + 1)));
  for (auto [index, part] : enumerate(parts)) {
    FailureOr<std::unique_ptr<Runner>> runner =
        buildForSamples(options, model, samples, part, title + "_" + Twine(index), folder);
    if (failed(runner))
      return failure();
    progress.advance();
    StringSet<> here;
    here.insert_range(part);
    for (size_t sample = 0; sample < samples.size(); ++sample) {
      FailureOr<std::vector<HostTensor>> inputs = samples.read(sample);
      if (failed(inputs))
        return failure();
      FailureOr<RunResult> result = (*runner)->run(*inputs, options.verify.threads.front());
      if (failed(result))
        return failure();
      for (const std::vector<HostTensor> *tensors : {&*inputs, &result->outputs})
        for (const HostTensor &tensor : *tensors)
          if (here.contains(tensor.name))
            visit(sample, tensor);
      progress.advance();
    }
  }
  return success();
}

FailureOr<Calibration> calibrate(const Options &options, const ::onnx::ModelProto &model,
                                 const Samples &samples, ArrayRef<std::string> values,
                                 StringRef folder) {
  ObserverOptions settings = options.quantize.ranges;
  settings.symmetric = options.quantize.activations == Activations::Int8;
  std::map<std::string, std::unique_ptr<Observer>> observers;
  auto visit = [&](size_t, const HostTensor &value) {
    std::unique_ptr<Observer> &observer = observers[value.name];
    if (!observer)
      observer = Observer::create(settings);
    observer->observe({reinterpret_cast<const float *>(value.bytes.data()), size_t(value.size())});
  };
  if (failed(observeValues(options, model, samples, values, "calibrating", folder, visit)))
    return failure();
  Calibration calibration;
  for (const std::string &value : values) {
    auto found = observers.find(value);
    if (found == observers.end() || found->second->getNonFinite())
      calibration.unbounded.push_back(value);
    else
      calibration.ranges[value] = found->second->getRange();
  }
  return calibration;
}

} // namespace onnxcc
