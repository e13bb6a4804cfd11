// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reading samples: see Samples.h.
#include "compiler/quantize/Samples.h"

#include "compiler/driver/Process.h"
#include "compiler/quantize/Images.h"
#include "compiler/verify/ModelRunner.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace onnxcc {

/// "'a', 'b'".
static std::string listNames(ArrayRef<ModelInput> inputs) {
  return join(map_range(inputs, [](const ModelInput &input) { return "'" + input.name + "'"; }),
              ", ");
}

FailureOr<Samples> Samples::open(const Options &options) {
  Samples samples;
  FailureOr<std::vector<ModelInput>> inputs = readModelInputs(options);
  if (failed(inputs))
    return failure();
  samples.inputs = std::move(*inputs);
  FailureOr<std::vector<SampleFile>> files = listSamples(options.verify.data);
  if (failed(files))
    return failure();
  samples.files = std::move(*files);
  if (samples.files.empty())
    return failCommand("no data: name it by --data");
  for (const SampleFile &file : samples.files)
    if (file.kind != SampleFile::Kind::Inputs && samples.inputs.size() != 1)
      return failCommand("'" + file.path + "' is data of one input, and the model has " +
                         Twine(samples.inputs.size()) + " (" + listNames(samples.inputs) +
                         "): give a folder a sample, with input_0.npy, input_1.npy, …");
  if (!options.quantize.labels.empty() &&
      failed(readLabels(options.quantize.labels, samples.files)))
    return failure();
  samples.images = options.quantize.images;
  return samples;
}

/// The element of `array` at `index` of its first axis.
static HostTensor takeSlice(const HostTensor &array, int64_t index) {
  HostTensor slice{"", array.element, {}, {}};
  slice.shape.assign(array.shape.begin() + 1, array.shape.end());
  int64_t bytes = slice.size() * getElementBytes(array.element);
  slice.bytes.assign(array.bytes.begin() + index * bytes,
                     array.bytes.begin() + (index + 1) * bytes);
  return slice;
}

FailureOr<std::vector<HostTensor>> Samples::load(const SampleFile &file) const {
  switch (file.kind) {
  case SampleFile::Kind::Inputs:
    return readTensors(file.path, "input");
  case SampleFile::Kind::Slice:
    return std::vector{takeSlice(*file.array, file.index)};
  case SampleFile::Kind::Tensor:
  case SampleFile::Kind::Image: {
    FailureOr<HostTensor> tensor = file.kind == SampleFile::Kind::Image
                                       ? readImage(file.path, inputs.front(), images)
                                       : readTensor(file.path);
    if (failed(tensor))
      return failure();
    tensor->name.clear(); // there is one input, whatever the file calls it
    return std::vector{std::move(*tensor)};
  }
  }
  llvm_unreachable("all kinds are listed");
}

FailureOr<std::vector<HostTensor>> Samples::read(size_t index) const {
  const SampleFile &file = files[index];
  FailureOr<std::vector<HostTensor>> tensors = load(file);
  if (failed(tensors))
    return failure();
  for (const HostTensor &tensor : *tensors)
    if (!tensor.name.empty() &&
        none_of(inputs, [&](const ModelInput &input) { return input.name == tensor.name; }))
      return failCommand("sample '" + file.name + "': the model has no input '" + tensor.name +
                         "'; its inputs are " + listNames(inputs));
  if (tensors->size() != inputs.size())
    return failCommand("sample '" + file.name + "' has " + Twine(tensors->size()) +
                       " inputs, and the model " + Twine(inputs.size()) + ": " + listNames(inputs));
  std::vector<HostTensor> ordered;
  for (auto [place, input] : enumerate(inputs)) {
    const HostTensor *found = findTensor(*tensors, input.name, place);
    if (failed(fitTo(input, ordered.emplace_back(*found), file.name)))
      return failure();
  }
  return ordered;
}

} // namespace onnxcc
