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

/// What a graph has, by name. \pre the graph lives and does not change.
struct GraphIndex {
  explicit GraphIndex(const GraphProto &graph) {
    for (const TensorProto &tensor : graph.initializer())
      constants[tensor.name()] = &tensor;
    for (const NodeProto &node : graph.node()) {
      names.try_emplace(node.name(), &node);
      for (const std::string &output : node.output())
        producers[output] = &node;
      for (const std::string &input : node.input())
        consumers[input].push_back(&node);
    }
  }

  /// The node that gives a value, if it is of this operator.
  const NodeProto *find(StringRef value, StringRef op) const {
    const NodeProto *node = producers.lookup(value);
    return node && node->op_type() == op ? node : nullptr;
  }

  StringMap<const TensorProto *> constants;
  StringMap<const NodeProto *> names, producers;
  StringMap<SmallVector<const NodeProto *>> consumers;
};

class Switcher {
public:
  Switcher(const ::onnx::ModelProto &floats, const ::onnx::ModelProto &quantized)
      : floats(floats.graph()), quantized(quantized.graph()) {
    result.model = quantized;
    graph().clear_node();
  }

  FailureOr<SwitchedModel> run(const GraphProto &from);

private:
  GraphProto &graph() { return *result.model.mutable_graph(); }
  LogicalResult switchNode(NodeProto node);
  struct FloatValue {
    std::string name;
    int64_t bytes = 0; // of weights
  };
  /// The value in float for input `index` of `node`, which `dequantize` gives.
  FailureOr<FloatValue> getFloat(const NodeProto &node, int index, const NodeProto &dequantize);
  void addChoice(StringRef layer, const std::string &quantizedValue, const std::string &floatValue,
                 const std::string &output);
  std::string addSwitch(size_t index);
  void switchOutputs();
  void describeOutput(SwitchedNode &node);
  int64_t countBytes(const NodeProto &dequantize);

  GraphIndex floats, quantized;
  SwitchedModel result;
  StringMap<std::string> switchOf; // by the outputs of nodes that have one
  StringSet<> added;               // weights in float
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

/// The weights, their scales and their zero points.
int64_t Switcher::countBytes(const NodeProto &dequantize) {
  int64_t bytes = 0;
  for (const std::string &input : dequantize.input())
    if (const TensorProto *constant = quantized.constants.lookup(input))
      bytes += getBytes(*constant);
  return bytes;
}

FailureOr<Switcher::FloatValue> Switcher::getFloat(const NodeProto &node, int index,
                                                   const NodeProto &dequantize) {
  if (const NodeProto *quantize = quantized.find(dequantize.input(0), "QuantizeLinear"))
    return FloatValue{quantize->input(0)};
  const NodeProto *other = floats.producers.lookup(node.output(0));
  if (!other || other->op_type() != node.op_type())
    other = floats.names.lookup(node.name());
  const TensorProto *weights =
      other && index < other->input_size() ? floats.constants.lookup(other->input(index)) : nullptr;
  if (!weights)
    return failCommand("input " + Twine(index) + " of the quantised node '" + node.name() + "' (" +
                       node.op_type() + ") is no weight of the model in float");
  // The dequantised value may have the weights' own name.
  std::string name = "onnxcc.float." + weights->name();
  if (added.insert(name).second) {
    TensorProto &copy = *graph().add_initializer();
    copy = *weights;
    copy.set_name(name);
  }
  return FloatValue{name, getBytes(*weights)};
}

void Switcher::addChoice(StringRef layer, const std::string &quantizedValue,
                         const std::string &floatValue, const std::string &output) {
  NodeProto &choice = *graph().add_node();
  choice.set_op_type("Where");
  choice.set_name(output + ".choice");
  choice.add_input(layer.str());
  choice.add_input(quantizedValue);
  choice.add_input(floatValue);
  choice.add_output(output);
}

std::string Switcher::addSwitch(size_t index) {
  std::string name = "onnxcc.switch." + std::to_string(index);
  TensorProto &place = *graph().add_initializer();
  place.set_name(name + ".place");
  place.set_data_type(TensorProto::INT64);
  place.add_int64_data(index);
  NodeProto &gather = *graph().add_node();
  gather.set_op_type("Gather");
  gather.set_name(name);
  gather.add_input(SwitchedModel::switches);
  gather.add_input(place.name());
  gather.add_output(name);
  return name;
}

/// The range of a node's value from the QuantizeLinear behind it.
void Switcher::describeOutput(SwitchedNode &node) {
  for (const NodeProto *consumer : quantized.consumers.lookup(node.output)) {
    if (consumer->op_type() != "QuantizeLinear" || consumer->input(0) != node.output)
      continue;
    const TensorProto *scale = quantized.constants.lookup(consumer->input(1));
    const TensorProto *zero =
        consumer->input_size() > 2 ? quantized.constants.lookup(consumer->input(2)) : nullptr;
    if (!scale || scale->dims_size() || !zero)
      continue; // along an axis, or not constant
    const onnx::ElementType *type = onnx::findElementType(zero->data_type());
    double step = readNumber(*scale), zeroPoint = readNumber(*zero);
    double levels = std::ldexp(1.0, type->bits);
    double low = type->kind == onnx::ElementType::Kind::Signed ? -levels / 2 : 0;
    node.range =
        ValueRange{float((low - zeroPoint) * step), float((low + levels - 1 - zeroPoint) * step)};
    return;
  }
}

LogicalResult Switcher::switchNode(NodeProto node) {
  std::string layer;
  for (int index = 0; index < node.input_size(); ++index) {
    const NodeProto *dequantize = quantized.find(node.input(index), "DequantizeLinear");
    if (!dequantize)
      continue;
    FailureOr<FloatValue> value = getFloat(node, index, *dequantize);
    if (failed(value))
      return failure();
    if (layer.empty()) {
      layer = addSwitch(result.nodes.size());
      SwitchedNode &added = result.nodes.emplace_back();
      added.name = node.name();
      added.op = node.op_type();
      added.output = node.output(0);
      describeOutput(added);
      for (const std::string &output : node.output())
        switchOf[output] = layer;
    }
    SwitchedNode &described = result.nodes.back();
    if (value->bytes) {
      described.bytes += countBytes(*dequantize);
      described.floatBytes += value->bytes;
    }
    std::string chosen = layer + "." + std::to_string(index);
    addChoice(layer, node.input(index), value->name, chosen);
    node.set_input(index, chosen);
  }
  *graph().add_node() = std::move(node);
  return success();
}

void Switcher::switchOutputs() {
  // A dequantised output becomes a value of another name, and the choice has the output's.
  for (const auto &output : graph().output()) {
    const NodeProto *dequantize = quantized.find(output.name(), "DequantizeLinear");
    const NodeProto *quantize =
        dequantize ? quantized.find(dequantize->input(0), "QuantizeLinear") : nullptr;
    auto layer = quantize ? switchOf.find(quantize->input(0)) : switchOf.end();
    if (layer == switchOf.end())
      continue;
    std::string renamed = output.name() + ".dequantized";
    for (NodeProto &node : *graph().mutable_node()) {
      if (node.op_type() == "DequantizeLinear" && node.output(0) == output.name())
        node.set_output(0, renamed);
      for (std::string &input : *node.mutable_input())
        if (input == output.name())
          input = renamed;
    }
    addChoice(layer->second, renamed, quantize->input(0), output.name());
  }
}

FailureOr<SwitchedModel> Switcher::run(const GraphProto &from) {
  for (const NodeProto &node : from.node()) {
    bool isQuantization =
        node.op_type() == "QuantizeLinear" || node.op_type() == "DequantizeLinear";
    if (isQuantization)
      *graph().add_node() = node;
    else if (failed(switchNode(node)))
      return failure();
  }
  switchOutputs();
  ::onnx::ValueInfoProto &input = *graph().add_input();
  input.set_name(SwitchedModel::switches);
  auto &type = *input.mutable_type()->mutable_tensor_type();
  type.set_elem_type(TensorProto::BOOL);
  type.mutable_shape()->add_dim()->set_dim_value(result.nodes.size());
  return std::move(result);
}

FailureOr<SwitchedModel> addSwitches(const ::onnx::ModelProto &floats,
                                     const ::onnx::ModelProto &quantized) {
  return Switcher(floats, quantized).run(quantized.graph());
}

} // namespace onnxcc
