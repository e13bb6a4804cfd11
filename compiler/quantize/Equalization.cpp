// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Pairs of products and the factors between them: see Equalization.h.
#include "compiler/quantize/Equalization.h"

#include "llvm/ADT/STLExtras.h"
#include <cmath>

using namespace llvm;
using ::onnx::GraphProto;
using ::onnx::ModelProto;
using ::onnx::NodeProto;
using ::onnx::TensorProto;

namespace onnxcc {

namespace {

/// Two products with what scales with its input in between.
struct Pair {
  int first, second;  // nodes
  std::string value;  // that the second takes
  bool isConvolution; // whether channels are the axis 1, else the last
  bool isDepthwise;   // the second
  int64_t channels;
  std::vector<float> greatest = {}; // magnitudes, by channel
};

} // namespace

static bool isConvolution(const NodeProto &node) {
  return node.op_type() == "Conv" || node.op_type() == "ConvTranspose";
}

/// The float weights of a product, constant and used once.
static const TensorProto *getOwnWeights(const ModelGraph &graph, const NodeProto &node) {
  const OperatorRule *rule = findOperatorRule(node);
  if (!rule || rule->role != Role::Product)
    return nullptr;
  const TensorProto *weights = graph.constant(node.input(1));
  return weights && weights->data_type() == TensorProto::FLOAT &&
                 graph.uses(node.input(1)).size() == 1 && !graph.isNeededOutside(node.input(1))
             ? weights
             : nullptr;
}

static bool isDepthwise(const NodeProto &node, const TensorProto &weights) {
  return node.op_type() == "Conv" && weights.dims(1) == 1 &&
         getInteger(node, "group", 1) == weights.dims(0);
}

/// The axis of weights that counts the channels of the product's input; nothing if there is none.
static std::optional<int> getInputAxis(const NodeProto &node, const TensorProto &weights) {
  if (node.op_type() == "Gemm")
    return getInteger(node, "transA", 0)
               ? std::nullopt
               : std::optional<int>(getInteger(node, "transB", 0) ? 1 : 0);
  if (node.op_type() == "MatMul")
    return weights.dims_size() == 2 ? std::optional<int>(0) : std::nullopt;
  if (isDepthwise(node, weights))
    return 0;
  if (getInteger(node, "group", 1) != 1)
    return std::nullopt;
  return node.op_type() == "Conv" ? 1 : 0;
}

/// Whether f(x / s) = f(x) / s for every positive s a channel; of limits see the header.
static bool scalesWithInput(const ModelGraph &graph, const NodeProto &node) {
  if (node.op_type() == "Clip") {
    const TensorProto *low = node.input_size() > 1 ? graph.constant(node.input(1)) : nullptr;
    return low && low->data_type() == TensorProto::FLOAT && getFloats(*low)[0] == 0;
  }
  static constexpr StringRef ops[] = {"AveragePool",   "Dropout",  "GlobalAveragePool",
                                      "GlobalMaxPool", "Identity", "LeakyRelu",
                                      "MaxPool",       "PRelu",    "Relu"};
  return node.domain().empty() && is_contained(ops, node.op_type());
}

/// The only node that takes a value, which nothing else needs; -1 if there are others.
static int getOnlyUser(const ModelGraph &graph, StringRef value) {
  ArrayRef<ModelGraph::Use> uses = graph.uses(value);
  return uses.size() == 1 && uses[0].input == 0 && !graph.isNeededOutside(value) ? uses[0].node
                                                                                 : -1;
}

static std::optional<Pair> findPair(const ModelGraph &graph, int first) {
  const NodeProto &product = graph.proto().node(first);
  const TensorProto *weights = getOwnWeights(graph, product);
  if (!weights)
    return std::nullopt;
  std::optional<int64_t> axis = getChannelAxis(product, getShape(*weights));
  const TensorProto *bias = product.input_size() > 2 ? graph.constant(product.input(2)) : nullptr;
  bool hasOddBias = product.input_size() > 2 && !product.input(2).empty() &&
                    (!bias || bias->dims_size() != 1 || bias->dims(0) != weights->dims(*axis));
  if (!axis || hasOddBias)
    return std::nullopt;
  std::string value = product.output(0);
  int user = getOnlyUser(graph, value);
  while (user >= 0 && scalesWithInput(graph, graph.proto().node(user))) {
    value = graph.proto().node(user).output(0);
    user = getOnlyUser(graph, value);
  }
  if (user < 0)
    return std::nullopt;
  const NodeProto &second = graph.proto().node(user);
  const TensorProto *others = getOwnWeights(graph, second);
  if (!others || isConvolution(product) != isConvolution(second))
    return std::nullopt;
  std::optional<int> inputAxis = getInputAxis(second, *others);
  int64_t channels = weights->dims(int(*axis));
  if (!inputAxis || others->dims(*inputAxis) != channels)
    return std::nullopt;
  return Pair{first, user, value, isConvolution(product), isDepthwise(second, *others), channels};
}

static void observe(Pair &pair, const HostTensor &value) {
  pair.greatest.resize(pair.channels, 0);
  const auto *values = reinterpret_cast<const float *>(value.bytes.data());
  int64_t inner = 1;
  for (size_t axis = 2; pair.isConvolution && axis < value.shape.size(); ++axis)
    inner *= value.shape[axis];
  for (int64_t index = 0, size = value.size(); index < size; ++index) {
    float &channel = pair.greatest[index / inner % pair.channels];
    channel = std::max(channel, std::abs(values[index]));
  }
}

/// Visits a tensor's elements with their place along an axis.
template <class Visit> static void forEach(TensorProto &tensor, int axis, Visit visit) {
  int64_t inner = 1;
  for (int dim = axis + 1; dim < tensor.dims_size(); ++dim)
    inner *= tensor.dims(dim);
  MutableArrayRef<float> values(reinterpret_cast<float *>(tensor.mutable_raw_data()->data()),
                                tensor.raw_data().size() / sizeof(float));
  for (auto [index, value] : enumerate(values))
    visit(value, int64_t(index) / inner % tensor.dims(axis), int64_t(index));
}

/// How great each input channel's weights are, as a part of the greatest weight of their output
/// channel.
static std::vector<float> getShares(TensorProto &weights, int inputAxis, int outputAxis) {
  std::vector<float> greatest(weights.dims(outputAxis), 0), shares(weights.dims(inputAxis), 0);
  std::vector<int64_t> outputs(weights.raw_data().size() / sizeof(float));
  forEach(weights, outputAxis, [&](float value, int64_t channel, int64_t index) {
    greatest[channel] = std::max(greatest[channel], std::abs(value));
    outputs[index] = channel;
  });
  forEach(weights, inputAxis, [&](float value, int64_t channel, int64_t index) {
    if (float whole = greatest[outputs[index]]; whole > 0)
      shares[channel] = std::max(shares[channel], std::abs(value) / whole);
  });
  return shares;
}

/// What each channel is divided by: at most 1, and not less than makes it as great as the greatest.
static std::vector<float> getFactors(const Pair &pair, ArrayRef<float> shares) {
  std::vector<float> factors(pair.channels, 1);
  float greatest = *max_element(pair.greatest);
  for (auto [channel, factor] : enumerate(factors)) {
    float part = greatest > 0 ? pair.greatest[channel] / greatest : 0;
    if (!(part > 0) || !std::isfinite(part))
      continue;
    factor = part;
    if (!pair.isDepthwise)
      factor = shares[channel] > 0 ? std::sqrt(part / shares[channel]) : 1;
    // Nothing is worth factors that leave a float little room.
    factor = std::clamp(factor, std::max(part, 1e-3f), 1.0f);
  }
  return factors;
}

static void apply(GraphProto &graph, const Pair &pair) {
  const NodeProto &first = graph.node(pair.first), &second = graph.node(pair.second);
  StringMap<TensorProto *> constants;
  for (TensorProto &tensor : *graph.mutable_initializer())
    constants[tensor.name()] = &tensor;
  TensorProto &weights = *constants[first.input(1)], &others = *constants[second.input(1)];
  int inputAxis = *getInputAxis(second, others),
      outputAxis = int(getChannelAxis(second, getShape(others)).value_or(0));
  std::vector<float> shares;
  if (!pair.isDepthwise)
    shares = getShares(others, inputAxis, outputAxis);
  std::vector<float> factors = getFactors(pair, shares);
  auto divide = [&](float &value, int64_t channel, int64_t) { value /= factors[channel]; };
  forEach(weights, int(*getChannelAxis(first, getShape(weights))), divide);
  if (first.input_size() > 2 && !first.input(2).empty()) {
    // Others may have the same bias.
    TensorProto bias = *constants[first.input(2)];
    bias.set_name(FreshNames(graph).make(first.name() + "_equalized_bias"));
    forEach(bias, 0, divide);
    graph.mutable_node(pair.first)->set_input(2, bias.name());
    *graph.add_initializer() = std::move(bias);
  }
  forEach(others, inputAxis,
          [&](float &value, int64_t channel, int64_t) { value *= factors[channel]; });
}

FailureOr<int64_t> equalizeChannels(const Options &options, ModelProto &model,
                                    const std::set<std::string> &floats, const Samples &samples,
                                    StringRef folder) {
  std::vector<Pair> pairs;
  {
    ModelGraph graph(model.graph());
    Placement placement(graph, options.quantize, floats);
    for (const PlacedNode &it : placement.nodes())
      if (std::optional<Pair> pair = findPair(graph, it.node); it.isQuantized && pair)
        pairs.push_back(std::move(*pair));
  }
  if (pairs.empty())
    return 0;
  StringMap<Pair *> byValue;
  std::vector<std::string> values;
  for (Pair &pair : pairs) {
    byValue[pair.value] = &pair;
    values.push_back(pair.value);
  }
  auto visit = [&](size_t, const HostTensor &value) { observe(*byValue[value.name], value); };
  if (failed(observeValues(options, model, samples, values, "channels", folder, visit)))
    return failure();
  for (const Pair &pair : pairs)
    if (!pair.greatest.empty())
      apply(*model.mutable_graph(), pair);
  dropUnused(*model.mutable_graph());
  return int64_t(pairs.size());
}

} // namespace onnxcc
