// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The table of operators and what follows from it: see Placement.h.
#include "compiler/quantize/Placement.h"

#include "llvm/ADT/STLExtras.h"
#include <cmath>

using namespace llvm;
using ::onnx::NodeProto;
using ::onnx::TensorProto;

namespace onnxcc {

//===- The table -------------------------------------------------------------===//

// What is not here stays in float: recurrences, and what selects by values (TopK).
static constexpr OperatorRule operatorRules[] = {
    // Sums of products.
    {"Conv", Role::Product, 2, false},
    {"ConvTranspose", Role::Product, 2, false},
    {"Gemm", Role::Product, 2, false},
    {"MatMul", Role::Product, 2, false},
    // Limits.
    {"Relu", Role::Clamp, 1, true},
    {"Clip", Role::Clamp, 1, true},
    // Values as they were.
    {"DepthToSpace", Role::Movement, 1, false},
    {"Dropout", Role::Movement, 1, false},
    {"Expand", Role::Movement, 1, false},
    {"Flatten", Role::Movement, 1, false},
    {"Gather", Role::Movement, 1, false},
    {"GatherElements", Role::Movement, 1, false},
    {"GatherND", Role::Movement, 1, false},
    {"GlobalMaxPool", Role::Movement, 1, false},
    {"Identity", Role::Movement, 1, false},
    {"MaxPool", Role::Movement, 1, false},
    {"Pad", Role::Movement, 1, false},
    {"ReduceMax", Role::Movement, 1, false},
    {"ReduceMin", Role::Movement, 1, false},
    {"Reshape", Role::Movement, 1, false},
    {"Slice", Role::Movement, 1, false},
    {"SpaceToDepth", Role::Movement, 1, false},
    {"Split", Role::Movement, 1, false},
    {"Squeeze", Role::Movement, 1, false},
    {"Tile", Role::Movement, 1, false},
    {"Transpose", Role::Movement, 1, false},
    {"Unsqueeze", Role::Movement, 1, false},
    // New values.
    {"Add", Role::Free, 2, true},
    {"AveragePool", Role::Free, 1, false},
    {"Concat", Role::Free, 0, false},
    {"Elu", Role::Free, 1, true},
    {"Gelu", Role::Free, 1, true},
    {"GlobalAveragePool", Role::Free, 1, false},
    {"HardSigmoid", Role::Free, 1, true},
    {"HardSwish", Role::Free, 1, true},
    {"InstanceNormalization", Role::Free, 1, false},
    {"LayerNormalization", Role::Free, 1, false},
    {"LeakyRelu", Role::Free, 1, true},
    {"Max", Role::Free, 0, true},
    {"Min", Role::Free, 0, true},
    {"Mish", Role::Free, 1, true},
    {"Mul", Role::Free, 2, true},
    {"PRelu", Role::Free, 1, true},
    {"RMSNormalization", Role::Free, 1, false},
    {"ReduceMean", Role::Free, 1, false},
    {"ReduceSum", Role::Free, 1, false},
    {"Resize", Role::Free, 1, false},
    {"Selu", Role::Free, 1, true},
    {"Sigmoid", Role::Free, 1, true},
    {"Softmax", Role::Free, 1, false},
    {"Softplus", Role::Free, 1, true},
    {"Sum", Role::Free, 0, true},
    {"Swish", Role::Free, 1, true},
    {"Tanh", Role::Free, 1, true},
    {"ThresholdedRelu", Role::Free, 1, true},
    {"Where", Role::Free, 0, true},
    // Parts of activations and norms that exporters write out; the others' differences and
    // quotients want more than 8 bits.
    {"Abs", Role::Function, 1, true},
    {"Div", Role::Function, 2, true},
    {"Erf", Role::Function, 1, true},
    {"Exp", Role::Function, 1, true},
    {"Log", Role::Function, 1, true},
    {"Neg", Role::Function, 1, true},
    {"Pow", Role::Function, 1, true},
    {"Reciprocal", Role::Function, 1, true},
    {"Sqrt", Role::Function, 1, true},
    {"Sub", Role::Function, 2, true},
};

const OperatorRule *findOperatorRule(const NodeProto &node) {
  const auto *found =
      find_if(operatorRules, [&](const OperatorRule &rule) { return rule.op == node.op_type(); });
  return node.domain().empty() && found != std::end(operatorRules) ? found : nullptr;
}

std::optional<int64_t> getChannelAxis(const NodeProto &node, ArrayRef<int64_t> shape) {
  int64_t rank = int64_t(shape.size());
  if (rank < 2)
    return std::nullopt;
  if (node.op_type() == "Conv")
    return 0;
  // Of several groups each has its own channels, and the axis counts within them.
  if (node.op_type() == "ConvTranspose")
    return getInteger(node, "group", 1) == 1 ? std::optional<int64_t>(1) : std::nullopt;
  if (node.op_type() == "Gemm")
    return getInteger(node, "transB", 0) ? 0 : 1;
  return rank - 1;
}

/// How many of a node's inputs, from the first on, are data.
static int countData(const NodeProto &node, const OperatorRule &rule) {
  return rule.inputs ? std::min(rule.inputs, node.input_size()) : node.input_size();
}

/// Whether the output has no values but the input's.
static bool isMovement(const ModelGraph &graph, const NodeProto &node, const OperatorRule &rule) {
  if (node.op_type() == "Resize") {
    const ::onnx::AttributeProto *mode = findAttribute(node, "mode");
    return !mode || mode->s() == "nearest";
  }
  if (node.op_type() != "Pad" || node.input_size() < 3 || node.input(2).empty())
    return rule.role == Role::Movement;
  // A padding value need not lie in the range; zero always does.
  const TensorProto *value = graph.constant(node.input(2));
  return value && all_of(getFloats(*value), [](float element) { return element == 0; });
}

//===- Which nodes -----------------------------------------------------------===//

Placement::Placement(const ModelGraph &graph, const QuantizeOptions &options,
                     const std::set<std::string> &floats)
    : graph(graph) {
  for (const auto &[index, node] : enumerate(graph.proto().node())) {
    const OperatorRule *rule = findOperatorRule(node);
    placeOf.push_back(rule ? int(placed.size()) : -1);
    if (rule)
      placed.push_back({int(index), rule});
  }
  choose(options, floats);
  joinFunctions();
  collectValues();
}

bool Placement::isQuantized(int node) const {
  return node >= 0 && placeOf[node] >= 0 && placed[placeOf[node]].isQuantized;
}

/// Why a node cannot be quantised, whatever is around it; empty where it can.
std::string Placement::getObstacle(const PlacedNode &it,
                                   const std::set<std::string> &floats) const {
  const NodeProto &node = graph.proto().node(it.node);
  if (floats.count(node.name()))
    return "it shall stay in float";
  if (!graph.isActivation(node.output(0)))
    return "its output is not known to be of floats";
  bool hasActivation = false;
  for (int input = 0; input < countData(node, *it.rule); ++input) {
    hasActivation |= graph.isActivation(node.input(input));
    if (it.rule->role != Role::Product || graph.isActivation(node.input(input)))
      continue;
    const TensorProto *weights = graph.constant(node.input(input));
    if (!weights || weights->data_type() != TensorProto::FLOAT)
      return "its factors are not known to be of floats";
    if (!all_of(getFloats(*weights), [](float value) { return std::isfinite(value); }))
      return "its weights have NaN or infinite values";
  }
  return hasActivation ? "" : "no input of it is computed";
}

/// Whether an Add brings a product's output a constant a channel.
bool Placement::isBiasAdd(const NodeProto &node) const {
  if (node.op_type() != "Add")
    return false;
  for (int side : {0, 1}) {
    const TensorProto *bias = graph.constant(node.input(1 - side));
    int producer = graph.producer(node.input(side));
    if (!bias || producer < 0 || !isQuantized(producer) || !node.domain().empty())
      continue;
    const NodeProto &product = graph.proto().node(producer);
    const TensorProto *weights =
        product.op_type() == "MatMul" ? graph.constant(product.input(1)) : nullptr;
    if (weights && weights->dims_size() >= 2 && bias->data_type() == TensorProto::FLOAT &&
        bias->dims_size() == 1 && bias->dims(0) == weights->dims(weights->dims_size() - 1))
      return true;
  }
  return false;
}

/// The one value of which an elementwise node is a function; empty where there is none.
std::string Placement::getArgument(const PlacedNode &it) const {
  if (!it.rule->isElementwise)
    return "";
  std::string argument;
  for (const std::string &input : graph.proto().node(it.node).input()) {
    if (!graph.isActivation(input)) {
      const TensorProto *constant = graph.constant(input);
      if (input.empty() || (constant && getFloats(*constant).size() <= 1))
        continue;
      return "";
    }
    auto found = arguments.find(input);
    const std::string &own = found == arguments.end() ? input : found->second;
    if (!argument.empty() && argument != own)
      return "";
    argument = own;
  }
  return argument;
}

bool Placement::isQuantizedHere(const PlacedNode &it, const QuantizeOptions &options) {
  const NodeProto &node = graph.proto().node(it.node);
  bool isListed = options.opTypes.empty() || is_contained(options.opTypes, node.op_type());
  if (it.rule->role == Role::Product)
    return isListed;
  // What belongs to another operator, or only moves its values, goes with it.
  if (it.rule->role == Role::Clamp || isMovement(graph, node, *it.rule))
    return isQuantized(graph.producer(node.input(0)));
  // Between floats there would be roundings and nothing gained.
  bool isFed = any_of(node.input(), [&](const std::string &input) {
    return graph.isActivation(input) &&
           (graph.producer(input) < 0 || isQuantized(graph.producer(input)));
  });
  if (it.rule->role == Role::Function && getArgument(it).empty())
    return false;
  return isFed && (isListed || isBiasAdd(node));
}

void Placement::choose(const QuantizeOptions &options, const std::set<std::string> &floats) {
  for (PlacedNode &it : placed) {
    it.reason = getObstacle(it, floats);
    it.isQuantized = it.reason.empty() && isQuantizedHere(it, options);
    if (!it.isQuantized)
      continue;
    const NodeProto &node = graph.proto().node(it.node);
    for (const std::string &input : node.input())
      if (isAbsorbed(input))
        joined.insert(input);
    bool isPart = any_of(node.input(), [&](const auto &input) { return joined.contains(input); });
    if (std::string argument = getArgument(it); !isPart && !argument.empty())
      arguments[node.output(0)] = argument;
  }
  // What is only moved before it is quantised may as well be moved in 8 bits.
  for (PlacedNode &it : reverse(placed)) {
    const NodeProto &node = graph.proto().node(it.node);
    if (it.reason.empty() && !it.isQuantized && isMovement(graph, node, *it.rule))
      it.isQuantized = isTaken(node.output(0));
    if (it.reason.empty() && !it.isQuantized)
      it.reason = options.opTypes.empty() || is_contained(options.opTypes, node.op_type())
                      ? "what is around it is in float"
                      : "it is not among --op-types";
  }
}

bool Placement::isTaken(StringRef value) const {
  return any_of(graph.uses(value),
                [&](ModelGraph::Use use) { return takesQuantized(use.node, use.input); });
}

//===- Which values ----------------------------------------------------------===//

/// Whether what takes the value is part of the quantised operator that gives it.
bool Placement::isAbsorbed(StringRef value) const {
  ArrayRef<ModelGraph::Use> uses = graph.uses(value);
  int producer = graph.producer(value);
  if (uses.size() != 1 || graph.isNeededOutside(value) || !isQuantized(producer) ||
      !isQuantized(uses[0].node))
    return false;
  const PlacedNode &from = placed[placeOf[producer]], &to = placed[placeOf[uses[0].node]];
  bool isComputed = !isMovement(graph, graph.proto().node(producer), *from.rule);
  return (to.rule->role == Role::Clamp && isComputed && uses[0].input == 0) ||
         isBiasAdd(graph.proto().node(to.node));
}

/// Elementwise operators between one value and what is computed of it alone are one function of
/// 256 codes (x * sigmoid(x)): nothing is rounded inside.
void Placement::joinFunctions() {
  for (const PlacedNode &it : placed) {
    const std::string &output = graph.proto().node(it.node).output(0);
    auto own = arguments.find(output);
    if (own == arguments.end() || graph.isNeededOutside(output) || graph.uses(output).empty())
      continue;
    if (all_of(graph.uses(output), [&](ModelGraph::Use use) {
          auto other = arguments.find(graph.proto().node(use.node).output(0));
          return other != arguments.end() && other->second == own->second;
        }))
      joined.insert(output);
  }
}

bool Placement::takesQuantized(int node, int input) const {
  if (!isQuantized(node))
    return false;
  const NodeProto &proto = graph.proto().node(node);
  return input < countData(proto, *placed[placeOf[node]].rule) &&
         graph.isActivation(proto.input(input)) && !joined.contains(proto.input(input));
}

void Placement::collectValues() {
  auto consider = [&](const std::string &value) {
    bool isResult = graph.isOutput(value) && isQuantized(graph.producer(value));
    if (graph.isActivation(value) && !joined.contains(value) && (isTaken(value) || isResult))
      values.push_back(value);
  };
  for (const auto &input : graph.proto().input())
    consider(input.name());
  for (const NodeProto &node : graph.proto().node())
    for (const std::string &output : node.output())
      consider(output);
}

std::string Placement::getSource(StringRef value) const {
  std::string source = value.str();
  for (int node; (node = graph.producer(source)) >= 0;) {
    const NodeProto &producer = graph.proto().node(node);
    const OperatorRule *rule = findOperatorRule(producer);
    if (!rule || !isMovement(graph, producer, *rule) || !graph.isActivation(producer.input(0)))
      break;
    source = producer.input(0);
  }
  return source;
}

StringRef Placement::getBiasBehind(StringRef value) const {
  if (!joined.contains(value))
    return "";
  const NodeProto &add = graph.proto().node(graph.uses(value)[0].node);
  return isBiasAdd(add) ? StringRef(add.input(add.input(0) == value ? 1 : 0)) : "";
}

} // namespace onnxcc
