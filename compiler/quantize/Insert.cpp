// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Nodes, scales and codes of a quantised model: see Insert.h.
#include "compiler/quantize/Insert.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <cmath>

using namespace llvm;
using ::onnx::GraphProto;
using ::onnx::ModelProto;
using ::onnx::NodeProto;
using ::onnx::TensorProto;

namespace onnxcc {

namespace {

using Nodes = google::protobuf::RepeatedPtrField<NodeProto>;

/// How the codes of a value are read: (code - zeroPoint) * scale.
struct Encoding {
  float scale = 1;
  int32_t zeroPoint = 0;
};

class Inserter {
public:
  Inserter(const ModelProto &prepared, const Ranges &ranges, const QuantizeOptions &options,
           const std::set<std::string> &floats)
      : original(prepared.graph()), graph(original), placement(graph, options, floats),
        ranges(ranges), options(options), names(original), proto(prepared) {}

  QuantizedModel run();

private:
  Encoding getEncoding(StringRef value) const;
  NodeProto &addNode(StringRef op, const std::string &name, ArrayRef<std::string> inputs,
                     const std::string &output);
  void quantizeValue(const std::string &value, NodeProto *producer);
  void quantizeProduct(NodeProto &node, const NodeProto &before);
  std::string addWeights(const TensorProto &weights, std::optional<int64_t> axis,
                         ArrayRef<float> scales);
  std::string addBias(const TensorProto &bias, float inputScale, ArrayRef<float> scales);
  std::vector<float> getWeightScales(const TensorProto &weights, std::optional<int64_t> axis,
                                     const TensorProto *bias, float inputScale) const;
  const TensorProto *getBias(const NodeProto &product, size_t channels) const;

  const GraphProto &original;
  ModelGraph graph;
  Placement placement;
  const Ranges &ranges;
  const QuantizeOptions &options;
  FreshNames names;
  ModelProto proto;
  Nodes nodes;
  StringMap<std::string> dequantized;                       // by value
  StringMap<std::pair<std::string, std::string>> constants; // scale and zero point, by source
  StringMap<std::string> biases; // dequantised ones, of an Add behind a product, by that value
};

} // namespace

static int64_t getInner(const TensorProto &tensor, std::optional<int64_t> axis) {
  int64_t inner = 1;
  for (int64_t dim = axis ? *axis + 1 : tensor.dims_size(); dim < tensor.dims_size(); ++dim)
    inner *= tensor.dims(int(dim));
  return inner;
}

Encoding Inserter::getEncoding(StringRef value) const {
  ValueRange range = ranges.lookup(placement.getSource(value));
  Encoding encoding;
  if (range.low == 0 && range.high == 0)
    return encoding;
  if (options.activations == Activations::Int8)
    return {float(std::max(-double(range.low), double(range.high)) / 127), 0};
  encoding.scale = float((double(range.high) - range.low) / 255);
  encoding.zeroPoint = int32_t(std::nearbyint(-double(range.low) / encoding.scale));
  return encoding;
}

NodeProto &Inserter::addNode(StringRef op, const std::string &name, ArrayRef<std::string> inputs,
                             const std::string &output) {
  NodeProto &node = *nodes.Add();
  node.set_op_type(op.str());
  node.set_name(names.make(name));
  for (const std::string &input : inputs)
    node.add_input(input);
  node.add_output(output);
  return node;
}

/// Adds the pair behind a value; `producer` is the node that gives it, null for inputs.
void Inserter::quantizeValue(const std::string &value, NodeProto *producer) {
  std::string source = placement.getSource(value);
  auto [known, isNew] = constants.try_emplace(source);
  if (isNew) {
    Encoding encoding = getEncoding(value);
    known->second = {names.make(source + "_scale"), names.make(source + "_zero_point")};
    addConstant<float>(*proto.mutable_graph(), known->second.first, TensorProto::FLOAT, {},
                       encoding.scale);
    bool isSigned = options.activations == Activations::Int8;
    addConstant<uint8_t>(*proto.mutable_graph(), known->second.second,
                         isSigned ? TensorProto::INT8 : TensorProto::UINT8, {},
                         uint8_t(encoding.zeroPoint));
  }
  auto &[scale, zeroPoint] = known->second;
  // An output must have its name after the pair.
  std::string from = value, to = names.make(value + "_dequantized");
  if (producer && graph.isOutput(value)) {
    from = names.make(value + "_float");
    to = value;
    for (std::string &output : *producer->mutable_output())
      if (output == value)
        output = from;
  }
  std::string codes = names.make(value + "_quantized");
  addNode("QuantizeLinear", value + "_QuantizeLinear", {from, scale, zeroPoint}, codes);
  addNode("DequantizeLinear", value + "_DequantizeLinear", {codes, scale, zeroPoint}, to);
  dequantized[value] = to;
}

//===- Products --------------------------------------------------------------===//

/// The bias of a product, of one value a channel: its own, or that of an Add behind it.
const TensorProto *Inserter::getBias(const NodeProto &product, size_t channels) const {
  std::string name = product.input_size() > 2 ? product.input(2)
                                              : placement.getBiasBehind(product.output(0)).str();
  const TensorProto *bias = graph.constant(name);
  return bias && bias->data_type() == TensorProto::FLOAT && bias->dims_size() == 1 &&
                 getFloats(*bias).size() == channels && getReal(product, "beta", 1) == 1 &&
                 getReal(product, "alpha", 1) == 1
             ? bias
             : nullptr;
}

/// Scales of symmetric weights, one an element of the axis or one for all. They are at least such
/// that the bias, in units of inputs times weights, has room to spare in 32 bits.
std::vector<float> Inserter::getWeightScales(const TensorProto &weights,
                                             std::optional<int64_t> axis, const TensorProto *bias,
                                             float inputScale) const {
  int64_t inner = getInner(weights, axis), count = axis ? weights.dims(int(*axis)) : 1;
  std::vector<double> greatest(count, 0);
  for (auto [place, value] : enumerate(getFloats(weights))) {
    double &channel = greatest[int64_t(place) / inner % count];
    channel = std::max(channel, std::abs(double(value)));
  }
  std::vector<float> scales;
  constexpr double leastScale = std::numeric_limits<float>::min(), biasLimit = 1 << 30;
  for (auto [channel, magnitude] : enumerate(greatest)) {
    double scale = magnitude / 127;
    if (bias)
      scale = std::max(scale, std::abs(double(getFloats(*bias)[channel])) / inputScale / biasLimit);
    scales.push_back(scale == 0 ? 1.0f : float(std::max(scale, leastScale)));
  }
  return scales;
}

/// Adds int8 weights and what dequantises them. \returns the dequantised value.
std::string Inserter::addWeights(const TensorProto &weights, std::optional<int64_t> axis,
                                 ArrayRef<float> scales) {
  int64_t inner = getInner(weights, axis), count = int64_t(scales.size());
  std::vector<int8_t> codes, zeros(scales.size(), 0);
  for (auto [place, value] : enumerate(getFloats(weights))) {
    float code = std::nearbyint(value / scales[int64_t(place) / inner % count]);
    codes.push_back(int8_t(std::clamp(code, -127.0f, 127.0f)));
  }
  const std::string &name = weights.name();
  std::string codeName = names.make(name + "_quantized"), scaleName = names.make(name + "_scale"),
              zeroName = names.make(name + "_zero_point");
  GraphProto &to = *proto.mutable_graph();
  std::vector<int64_t> shape = axis ? std::vector<int64_t>{count} : std::vector<int64_t>{};
  addConstant<int8_t>(to, codeName, TensorProto::INT8, getShape(weights), codes);
  addConstant<float>(to, scaleName, TensorProto::FLOAT, shape, scales);
  addConstant<int8_t>(to, zeroName, TensorProto::INT8, shape, zeros);
  std::string result = names.make(name + "_dequantized");
  NodeProto &node = addNode("DequantizeLinear", name + "_DequantizeLinear",
                            {codeName, scaleName, zeroName}, result);
  if (axis)
    setInteger(node, "axis", *axis);
  return result;
}

/// Adds an int32 bias in units of inputs times weights. \returns the dequantised value.
std::string Inserter::addBias(const TensorProto &bias, float inputScale, ArrayRef<float> scales) {
  std::vector<int32_t> codes;
  std::vector<float> products;
  for (auto [channel, value] : enumerate(getFloats(bias))) {
    products.push_back(inputScale * scales[scales.size() == 1 ? 0 : channel]);
    codes.push_back(int32_t(std::nearbyint(double(value) / products.back())));
  }
  const std::string &name = bias.name();
  std::string codeName = names.make(name + "_quantized"), scaleName = names.make(name + "_scale");
  GraphProto &to = *proto.mutable_graph();
  int64_t count = int64_t(codes.size());
  addConstant<int32_t>(to, codeName, TensorProto::INT32, {count}, codes);
  addConstant<float>(to, scaleName, TensorProto::FLOAT, {count}, products);
  std::string result = names.make(name + "_dequantized");
  NodeProto &node =
      addNode("DequantizeLinear", name + "_DequantizeLinear", {codeName, scaleName}, result);
  setInteger(node, "axis", 0);
  return result;
}

/// `node` is the product to change, `before` as it was.
void Inserter::quantizeProduct(NodeProto &node, const NodeProto &before) {
  for (int side : {0, 1}) {
    const TensorProto *weights = graph.constant(before.input(side));
    if (!weights)
      continue;
    std::optional<int64_t> axis;
    if (side == 1)
      axis = getChannelAxis(before, getShape(*weights));
    float inputScale = getEncoding(before.input(1 - side)).scale;
    // Channels of a weight that has one scale are counted by its bias alone.
    const TensorProto *bias =
        side == 1 && axis ? getBias(before, size_t(weights->dims(int(*axis)))) : nullptr;
    std::vector<float> scales = getWeightScales(*weights, axis, bias, inputScale);
    node.set_input(side, addWeights(*weights, axis, scales));
    if (!bias)
      continue;
    std::string result = addBias(*bias, inputScale, scales);
    if (before.input_size() > 2)
      node.set_input(2, result);
    else
      biases[before.output(0)] = result;
  }
}

//===- The whole -------------------------------------------------------------===//

QuantizedModel Inserter::run() {
  StringSet<> quantized;
  quantized.insert_range(placement.quantizedValues());
  for (const auto &input : original.input())
    if (quantized.contains(input.name()))
      quantizeValue(input.name(), nullptr);
  for (const auto &[index, before] : enumerate(original.node())) {
    NodeProto node = before;
    for (auto [place, input] : enumerate(before.input())) {
      auto pair = dequantized.find(input);
      // What is computed in 8 bits is had in these alone; a float stays one for floats.
      if (pair != dequantized.end() && (placement.takesQuantized(int(index), int(place)) ||
                                        placement.isQuantized(graph.producer(input))))
        node.set_input(int(place), pair->second);
      if (auto bias = biases.find(input); bias != biases.end())
        node.set_input(1 - int(place), bias->second);
    }
    const OperatorRule *rule = findOperatorRule(before);
    if (rule && rule->role == Role::Product && placement.isQuantized(int(index)))
      quantizeProduct(node, before);
    NodeProto &added = *nodes.Add();
    added.Swap(&node);
    for (const std::string &output : before.output())
      if (quantized.contains(output))
        quantizeValue(output, &added);
  }
  proto.mutable_graph()->mutable_node()->Swap(&nodes);
  dropUnused(*proto.mutable_graph());

  QuantizedModel result;
  for (const PlacedNode &it : placement.nodes()) {
    const NodeProto &node = original.node(it.node);
    result.layers.push_back(
        {node.name(), node.op_type(), node.output(0), it.isQuantized, it.reason});
  }
  result.proto = std::move(proto);
  return result;
}

std::vector<std::string> getObservedValues(const ModelProto &prepared,
                                           const QuantizeOptions &options,
                                           const std::set<std::string> &floats) {
  ModelGraph graph(prepared.graph());
  Placement placement(graph, options, floats);
  std::set<std::string> sources;
  for (const std::string &value : placement.quantizedValues())
    sources.insert(placement.getSource(value));
  return {sources.begin(), sources.end()};
}

QuantizedModel insertQuantization(const ModelProto &prepared, const Ranges &ranges,
                                  const QuantizeOptions &options,
                                  const std::set<std::string> &floats) {
  return Inserter(prepared, ranges, options, floats).run();
}

} // namespace onnxcc
