// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Choices between quantised and float values: see Switches.h.
#include "compiler/quantize/Switches.h"

#include "compiler/driver/Process.h"
#include "compiler/import/Tensors.h"
#include "compiler/verify/HostTensor.h"
#include "dialects/onnx/ElementTypes.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

#include <cmath>

using namespace llvm;

namespace onnxcc {

using ::onnx::GraphProto;
using ::onnx::NodeProto;
using ::onnx::TensorProto;

namespace {

class Switcher {
public:
  Switcher(const ::onnx::ModelProto &floats, const QuantizedModel &quantized)
      : floats(floats.graph()), quantized(quantized.proto.graph()) {
    for (const NodeProto &node : floats.graph().node())
      nodes[node.name()] = &node;
    for (const QuantizedLayer &layer : quantized.layers)
      if (layer.isQuantized)
        isQuantized.insert(layer.name);
    result.model = quantized.proto;
    graph().clear_node();
  }

  FailureOr<SwitchedModel> run();

private:
  GraphProto &graph() { return *result.model.mutable_graph(); }
  /// The node that gives a value of the quantised model, if it is of this operator.
  const NodeProto *find(StringRef value, StringRef op) const;
  /// The value before the QuantizeLinear in front of `dequantize`; nothing for constants.
  std::optional<std::string> getSource(const NodeProto &dequantize) const;

  int findLayer(const NodeProto &node);
  LogicalResult switchNode(NodeProto node);
  /// Adds the weights in float of input `index` of `node`, which `dequantize` gives, and counts
  /// both for the layer. \returns their name.
  FailureOr<std::string> addWeights(const NodeProto &node, int index, const NodeProto &dequantize,
                                    int layer);
  std::string getSwitch(int layer);
  std::string getCondition(int taker, int giver);
  void switchOutputs();
  void describeRange(SwitchedLayer &layer) const;

  ModelGraph floats, quantized;
  StringMap<const NodeProto *> nodes; // of the model in float
  StringSet<> isQuantized;            // nodes by name
  SwitchedModel result;
  StringMap<int> layerOf; // by values that quantised nodes give
  StringSet<> added;      // what choices are made with
};

} // namespace

static int64_t getBytes(const TensorProto &tensor) {
  int64_t elements = 1;
  for (int64_t extent : tensor.dims())
    elements *= extent;
  const onnx::ElementType *type = onnx::findElementType(tensor.data_type());
  return type ? (elements * type->bits + 7) / 8 : 0;
}

/// The one number of a tensor.
static double readNumber(const TensorProto &tensor) {
  std::string bytes = importer::getInlineBytes(tensor);
  return HostTensor{"", tensor.data_type(), {}, {bytes.begin(), bytes.end()}}.getDouble(0);
}

const NodeProto *Switcher::find(StringRef value, StringRef op) const {
  int producer = quantized.producer(value);
  if (producer < 0 || quantized.proto().node(producer).op_type() != op)
    return nullptr;
  return &quantized.proto().node(producer);
}

std::optional<std::string> Switcher::getSource(const NodeProto &dequantize) const {
  const NodeProto *quantize = find(dequantize.input(0), "QuantizeLinear");
  return quantize ? std::optional(quantize->input(0)) : std::nullopt;
}

//===- Layers ----------------------------------------------------------------===//

/// The layer of a node, a new one where it begins with it; -1 where it is in float, or moves values
/// that no layer gives.
int Switcher::findLayer(const NodeProto &node) {
  const OperatorRule *rule = findOperatorRule(node);
  if (!rule || !isQuantized.contains(node.name()))
    return -1;
  auto lookUp = [&](StringRef value) {
    auto found = layerOf.find(value);
    return found == layerOf.end() ? -1 : found->second;
  };
  // What takes a layer's value as it is, not quantised in between, is part of it.
  int layer = -1;
  for (const std::string &input : node.input())
    if (layer < 0 && !find(input, "DequantizeLinear"))
      layer = lookUp(input);
  bool isPart = layer >= 0;
  if (!isPart && (rule->role == Role::Movement || rule->role == Role::Clamp)) {
    const NodeProto *dequantize = find(node.input(0), "DequantizeLinear");
    return dequantize ? lookUp(getSource(*dequantize).value_or("")) : -1;
  }
  if (!isPart) {
    layer = int(result.layers.size());
    result.layers.emplace_back().op = node.op_type();
  }
  result.layers[layer].nodes.push_back(node.name());
  result.layers[layer].output = node.output(0);
  return layer;
}

/// The range of a layer's value from the QuantizeLinear behind it.
void Switcher::describeRange(SwitchedLayer &layer) const {
  for (ModelGraph::Use use : quantized.uses(layer.output)) {
    const NodeProto &quantize = quantized.proto().node(use.node);
    if (quantize.op_type() != "QuantizeLinear" || use.input != 0 || quantize.input_size() < 3)
      continue;
    const TensorProto *scale = quantized.constant(quantize.input(1));
    const TensorProto *zero = quantized.constant(quantize.input(2));
    if (!scale || !zero || scale->dims_size())
      continue; // along an axis, or not constant
    const onnx::ElementType *type = onnx::findElementType(zero->data_type());
    double step = readNumber(*scale), zeroPoint = readNumber(*zero);
    double levels = std::ldexp(1.0, type->bits);
    double low = type->kind == onnx::ElementType::Kind::Signed ? -levels / 2 : 0;
    layer.range =
        ValueRange{float((low - zeroPoint) * step), float((low + levels - 1 - zeroPoint) * step)};
    return;
  }
}

//===- Choices ---------------------------------------------------------------===//

static NodeProto &addNode(GraphProto &graph, StringRef op, ArrayRef<std::string> inputs,
                          const std::string &output) {
  NodeProto &node = *graph.add_node();
  node.set_op_type(op.str());
  node.set_name(output + ".node");
  for (const std::string &input : inputs)
    node.add_input(input);
  node.add_output(output);
  return node;
}

/// A layer's bool as a value.
std::string Switcher::getSwitch(int layer) {
  std::string name = "onnxcc.switch." + std::to_string(layer);
  if (added.insert(name).second) {
    addConstant<int64_t>(graph(), name + ".place", TensorProto::INT64, {}, int64_t(layer));
    addNode(graph(), "Gather", {SwitchedModel::switches, name + ".place"}, name);
  }
  return name;
}

/// Whether a value is taken quantised, by the layers that take and give it, -1 for none; "" where
/// there is neither.
std::string Switcher::getCondition(int taker, int giver) {
  if (taker < 0 || giver < 0 || taker == giver) {
    int layer = std::max(taker, giver);
    return layer < 0 ? "" : getSwitch(layer);
  }
  std::string name = "onnxcc.switch." + std::to_string(taker) + ".or." + std::to_string(giver);
  if (added.insert(name).second) {
    std::vector<std::string> both = {getSwitch(taker), getSwitch(giver)};
    addNode(graph(), "Or", both, name);
  }
  return name;
}

FailureOr<std::string> Switcher::addWeights(const NodeProto &node, int index,
                                            const NodeProto &dequantize, int layer) {
  const NodeProto *other = nodes.lookup(node.name());
  const TensorProto *weights =
      other && index < other->input_size() ? floats.constant(other->input(index)) : nullptr;
  const TensorProto *codes = quantized.constant(dequantize.input(0));
  // A bias may have come with the quantisation.
  bool isNewBias = !weights && codes && codes->data_type() == TensorProto::INT32;
  if (!weights && !isNewBias)
    return failCommand("input " + Twine(index) + " of the quantised node '" + node.name() + "' (" +
                       node.op_type() + ") is no weight of the model in float");
  if (layer >= 0) {
    for (const std::string &input : dequantize.input())
      if (const TensorProto *constant = quantized.constant(input))
        result.layers[layer].bytes += getBytes(*constant);
    result.layers[layer].floatBytes += weights ? getBytes(*weights) : 0;
  }
  // The dequantised value may have the weights' own name.
  std::string name = "onnxcc.float." + (weights ? weights : codes)->name();
  if (!added.insert(name).second)
    return name;
  if (weights) {
    TensorProto &copy = *graph().add_initializer();
    copy = *weights;
    copy.set_name(name);
  } else {
    std::vector<int64_t> shape = getShape(*codes);
    std::vector<float> zeros(getBytes(*codes) / sizeof(int32_t), 0.0f);
    addConstant<float>(graph(), name, TensorProto::FLOAT, shape, zeros);
  }
  return name;
}

LogicalResult Switcher::switchNode(NodeProto node) {
  int layer = findLayer(node);
  for (const std::string &output : node.output())
    if (layer >= 0)
      layerOf[output] = layer;
  for (int index = 0; index < node.input_size(); ++index) {
    const NodeProto *dequantize = find(node.input(index), "DequantizeLinear");
    if (!dequantize)
      continue;
    std::string condition, real;
    if (std::optional<std::string> source = getSource(*dequantize)) {
      auto giver = layerOf.find(*source);
      condition = getCondition(layer, giver == layerOf.end() ? -1 : giver->second);
      real = *source;
    } else {
      FailureOr<std::string> weights = addWeights(node, index, *dequantize, layer);
      if (failed(weights))
        return failure();
      condition = getCondition(layer, -1);
      real = *weights;
    }
    std::string chosen = real;
    if (!condition.empty()) {
      chosen = condition + "." + node.name() + "." + std::to_string(index);
      addNode(graph(), "Where", {condition, node.input(index), real}, chosen);
    }
    node.set_input(index, chosen);
  }
  *graph().add_node() = std::move(node);
  return success();
}

/// A dequantised output becomes a value of another name, and the choice has the output's.
void Switcher::switchOutputs() {
  for (const auto &output : graph().output()) {
    const NodeProto *dequantize = find(output.name(), "DequantizeLinear");
    std::optional<std::string> source = dequantize ? getSource(*dequantize) : std::nullopt;
    auto layer = source ? layerOf.find(*source) : layerOf.end();
    if (layer == layerOf.end())
      continue;
    std::string renamed = output.name() + ".dequantized";
    for (NodeProto &node : *graph().mutable_node()) {
      for (std::string &value : *node.mutable_output())
        if (value == output.name())
          value = renamed;
      for (std::string &value : *node.mutable_input())
        if (value == output.name())
          value = renamed;
    }
    std::string condition = getSwitch(layer->second);
    addNode(graph(), "Where", {condition, renamed, *source}, output.name());
  }
}

FailureOr<SwitchedModel> Switcher::run() {
  for (const NodeProto &node : quantized.proto().node()) {
    bool isQuantization =
        node.op_type() == "QuantizeLinear" || node.op_type() == "DequantizeLinear";
    if (isQuantization)
      *graph().add_node() = node;
    else if (failed(switchNode(node)))
      return failure();
  }
  switchOutputs();
  for (SwitchedLayer &layer : result.layers)
    describeRange(layer);
  ::onnx::ValueInfoProto &input = *graph().add_input();
  input.set_name(SwitchedModel::switches);
  auto &type = *input.mutable_type()->mutable_tensor_type();
  type.set_elem_type(TensorProto::BOOL);
  type.mutable_shape()->add_dim()->set_dim_value(int64_t(result.layers.size()));
  return std::move(result);
}

FailureOr<SwitchedModel> addSwitches(const ::onnx::ModelProto &floats,
                                     const QuantizedModel &quantized) {
  return Switcher(floats, quantized).run();
}

} // namespace onnxcc
