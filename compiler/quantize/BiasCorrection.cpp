// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A model with both forms of its products, and what their differences are: see BiasCorrection.h.
#include "compiler/quantize/BiasCorrection.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using ::onnx::GraphProto;
using ::onnx::ModelProto;
using ::onnx::NodeProto;
using ::onnx::TensorProto;

namespace onnxcc {

namespace {

/// The model in floats with the quantised form of its products beside them.
class Probe {
public:
  Probe(const ModelProto &model, const QuantizedModel &quantized)
      : floats(model.graph()), quantized(quantized.proto.graph()), names(model.graph()),
        proto(model) {}

  /// Adds the quantised form of a product of `model`. \returns the value that is its error.
  std::string add(const NodeProto &product);

  const ModelProto &get() const { return proto; }

private:
  std::string copyValue(const std::string &value);
  static const NodeProto &findNode(const GraphProto &graph, StringRef name);

  ModelGraph floats, quantized;
  FreshNames names;
  ModelProto proto;
  StringMap<std::string> copies; // of the quantised model's values
};

/// Where a bias goes: an input of a node that holds it.
struct BiasPlace {
  std::string product, node; // names
  int input;
  int channelAxis; // of the product's output; negative: from the end
  int64_t channels;
  std::string error; // the value in the probe
  std::vector<double> sum = {};
  int64_t count = 0; // of elements a channel
};

} // namespace

const NodeProto &Probe::findNode(const GraphProto &graph, StringRef name) {
  return *find_if(graph.node(), [&](const NodeProto &node) { return node.name() == name; });
}

/// What a value of the quantised model is in the probe.
std::string Probe::copyValue(const std::string &value) {
  auto [known, isNew] = copies.try_emplace(value, value);
  if (!isNew)
    return known->second;
  if (const TensorProto *constant = quantized.constant(value)) {
    if (!floats.constant(value))
      *proto.mutable_graph()->add_initializer() = *constant;
    return value;
  }
  int producer = quantized.producer(value);
  if (producer < 0)
    return value;
  const NodeProto &node = quantized.proto().node(producer);
  if (node.op_type() != "QuantizeLinear" && node.op_type() != "DequantizeLinear") {
    // The float model's own, whose name an output has behind its pair.
    const NodeProto &same = findNode(floats.proto(), node.name());
    int place = int(find(node.output(), value) - node.output().begin());
    return copies[value] = same.output(place);
  }
  NodeProto copy = node;
  for (std::string &input : *copy.mutable_input())
    input = copyValue(input);
  copy.set_name(names.make(node.name() + "_probe"));
  copy.set_output(0, names.make(value + "_probe"));
  *proto.mutable_graph()->add_node() = copy;
  return copies[value] = copy.output(0);
}

std::string Probe::add(const NodeProto &product) {
  NodeProto copy = findNode(quantized.proto(), product.name());
  for (std::string &input : *copy.mutable_input())
    input = copyValue(input);
  copy.set_name(names.make(product.name() + "_probe"));
  copy.set_output(0, names.make(product.output(0) + "_probe"));
  GraphProto &graph = *proto.mutable_graph();
  *graph.add_node() = copy;
  NodeProto &difference = *graph.add_node();
  difference.set_op_type("Sub");
  difference.set_name(names.make(product.name() + "_error"));
  difference.add_input(copy.output(0));
  difference.add_input(product.output(0));
  difference.add_output(names.make(product.output(0) + "_error"));
  // Its size, for who wants to know how much memory it takes.
  for (const auto &value : floats.proto().value_info())
    if (value.name() == product.output(0)) {
      auto &copied = *graph.add_value_info();
      copied = value;
      copied.set_name(difference.output(0));
      break;
    }
  return difference.output(0);
}

/// The biases that can take a correction.
static std::vector<BiasPlace> findBiases(const ModelGraph &graph, const Placement &placement) {
  std::vector<BiasPlace> places;
  for (const PlacedNode &it : placement.nodes()) {
    const NodeProto &node = graph.proto().node(it.node);
    if (!it.isQuantized || it.rule->role != Role::Product)
      continue;
    const TensorProto *weights = graph.constant(node.input(1));
    if (!weights)
      continue;
    std::vector<int64_t> shape = getShape(*weights);
    std::optional<int64_t> axis = getChannelAxis(node, shape);
    bool isConvolution = node.op_type() == "Conv" || node.op_type() == "ConvTranspose";
    if (!axis)
      continue;
    BiasPlace place{node.name(), node.name(), 2, isConvolution ? 1 : -1, shape[*axis], ""};
    if (node.op_type() == "MatMul") {
      if (placement.getBiasBehind(node.output(0)).empty())
        continue;
      const NodeProto &add = graph.proto().node(graph.uses(node.output(0))[0].node);
      place.node = add.name();
      place.input = add.input(0) == node.output(0) ? 1 : 0;
    } else if (node.input_size() > 2 && !node.input(2).empty()) {
      const TensorProto *bias = graph.constant(node.input(2));
      if (!bias || bias->data_type() != TensorProto::FLOAT ||
          getFloats(*bias).size() != size_t(place.channels) || getReal(node, "beta", 1) != 1)
        continue;
    }
    places.push_back(std::move(place));
  }
  return places;
}

static void addErrors(BiasPlace &place, const HostTensor &error) {
  place.sum.resize(place.channels, 0);
  const auto *values = reinterpret_cast<const float *>(error.bytes.data());
  int64_t rank = int64_t(error.shape.size()), inner = 1;
  for (int64_t axis = (place.channelAxis + rank) % rank + 1; axis < rank; ++axis)
    inner *= error.shape[axis];
  for (int64_t index = 0, size = error.size(); index < size; ++index)
    place.sum[index / inner % place.channels] += values[index];
  place.count += error.size() / place.channels;
}

/// Takes the mean error from the bias.
static void correct(GraphProto &graph, const BiasPlace &place) {
  NodeProto &node =
      *find_if(*graph.mutable_node(), [&](const NodeProto &it) { return it.name() == place.node; });
  while (node.input_size() <= place.input)
    node.add_input();
  std::vector<float> bias(place.channels, 0);
  if (const std::string &old = node.input(place.input); !old.empty())
    bias = getFloats(*ModelGraph(graph).constant(old)).vec();
  for (auto [channel, value] : enumerate(bias))
    value = float(value - place.sum[channel] / double(place.count));
  std::string name = FreshNames(graph).make(place.product + "_corrected_bias");
  addConstant<float>(graph, name, TensorProto::FLOAT, {place.channels}, bias);
  node.set_input(place.input, name);
}

FailureOr<int64_t> correctBiases(const Options &options, ModelProto &model, const Ranges &ranges,
                                 const std::set<std::string> &floats, const Samples &samples,
                                 StringRef folder) {
  std::vector<BiasPlace> places;
  {
    ModelGraph graph(model.graph());
    places = findBiases(graph, Placement(graph, options.quantize, floats));
  }
  if (places.empty())
    return 0;
  QuantizedModel quantized = insertQuantization(model, ranges, options.quantize, floats);
  Probe probe(model, quantized);
  StringMap<BiasPlace *> byError;
  std::vector<std::string> errors;
  for (BiasPlace &place : places) {
    place.error = probe.add(*find_if(
        model.graph().node(), [&](const NodeProto &node) { return node.name() == place.product; }));
    byError[place.error] = &place;
    errors.push_back(place.error);
  }
  auto visit = [&](size_t, const HostTensor &error) { addErrors(*byError[error.name], error); };
  if (failed(observeValues(options, probe.get(), samples, errors, "biases", folder, visit)))
    return failure();
  for (const BiasPlace &place : places)
    if (place.count)
      correct(*model.mutable_graph(), place);
  dropUnused(*model.mutable_graph());
  return int64_t(places.size());
}

} // namespace onnxcc
