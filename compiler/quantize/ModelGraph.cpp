// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The index over a proto's graph: see ModelGraph.h.
#include "compiler/quantize/ModelGraph.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using ::onnx::AttributeProto;
using ::onnx::GraphProto;
using ::onnx::NodeProto;
using ::onnx::TensorProto;

namespace onnxcc {

static void forEachSubgraph(const NodeProto &node,
                            llvm::function_ref<void(const GraphProto &)> visit) {
  for (const AttributeProto &attribute : node.attribute()) {
    if (attribute.has_g())
      visit(attribute.g());
    for (const GraphProto &graph : attribute.graphs())
      visit(graph);
  }
}

/// All names that a graph and those in it take; some of them may be their own.
static void collectTaken(const GraphProto &graph, StringSet<> &taken) {
  for (const NodeProto &node : graph.node()) {
    taken.insert_range(node.input());
    forEachSubgraph(node, [&](const GraphProto &inner) { collectTaken(inner, taken); });
  }
  for (const auto &output : graph.output())
    taken.insert(output.name());
}

ModelGraph::ModelGraph(const GraphProto &graph) : graph(graph) {
  for (const TensorProto &tensor : graph.initializer())
    constants[tensor.name()] = &tensor;
  for (const auto *values : {&graph.input(), &graph.value_info(), &graph.output()})
    for (const auto &value : *values)
      if (value.type().has_tensor_type())
        types[value.name()] = &value.type().tensor_type();
  for (const auto &output : graph.output())
    outputs.insert(output.name());
  outside = outputs;
  for (const auto &[index, node] : enumerate(graph.node())) {
    for (const std::string &output : node.output())
      producers[output] = int(index);
    for (auto [place, input] : enumerate(node.input()))
      consumers[input].push_back({int(index), int(place)});
    forEachSubgraph(node, [&](const GraphProto &inner) { collectTaken(inner, outside); });
  }
}

int ModelGraph::producer(StringRef value) const {
  auto found = producers.find(value);
  return found == producers.end() ? -1 : found->second;
}

ArrayRef<ModelGraph::Use> ModelGraph::uses(StringRef value) const {
  auto found = consumers.find(value);
  return found == consumers.end() ? ArrayRef<Use>() : found->second;
}

const TensorProto *ModelGraph::constant(StringRef value) const { return constants.lookup(value); }

int32_t ModelGraph::element(StringRef value) const {
  if (const TensorProto *tensor = constant(value))
    return tensor->data_type();
  const auto *type = types.lookup(value);
  return type ? type->elem_type() : 0;
}

std::optional<std::vector<int64_t>> ModelGraph::shape(StringRef value) const {
  if (const TensorProto *tensor = constant(value))
    return getShape(*tensor);
  const auto *type = types.lookup(value);
  if (!type || !type->has_shape())
    return std::nullopt;
  std::vector<int64_t> extents;
  for (const auto &dim : type->shape().dim())
    extents.push_back(dim.has_dim_value() ? dim.dim_value() : -1);
  return extents;
}

bool ModelGraph::isActivation(StringRef value) const {
  return !value.empty() && !constant(value) && element(value) == TensorProto::FLOAT;
}

const AttributeProto *findAttribute(const NodeProto &node, StringRef name) {
  for (const AttributeProto &attribute : node.attribute())
    if (attribute.name() == name)
      return &attribute;
  return nullptr;
}

int64_t getInteger(const NodeProto &node, StringRef name, int64_t fallback) {
  const AttributeProto *found = findAttribute(node, name);
  return found ? found->i() : fallback;
}

float getReal(const NodeProto &node, StringRef name, float fallback) {
  const AttributeProto *found = findAttribute(node, name);
  return found ? found->f() : fallback;
}

void setInteger(NodeProto &node, StringRef name, int64_t value) {
  AttributeProto &attribute = *node.add_attribute();
  attribute.set_name(name.str());
  attribute.set_type(AttributeProto::INT);
  attribute.set_i(value);
}

ArrayRef<float> getFloats(const TensorProto &tensor) {
  const std::string &raw = tensor.raw_data();
  return {reinterpret_cast<const float *>(raw.data()), raw.size() / sizeof(float)};
}

std::vector<int64_t> getShape(const TensorProto &tensor) {
  return {tensor.dims().begin(), tensor.dims().end()};
}

void FreshNames::add(const GraphProto &graph) {
  for (const auto &input : graph.input())
    names.insert(input.name());
  for (const TensorProto &tensor : graph.initializer())
    names.insert(tensor.name());
  for (const NodeProto &node : graph.node()) {
    names.insert_range(node.output());
    names.insert(node.name());
    forEachSubgraph(node, [&](const GraphProto &inner) { add(inner); });
  }
}

std::string FreshNames::make(const Twine &wanted) {
  std::string name = wanted.str();
  for (int number = 1; !names.insert(name).second; ++number)
    name = (wanted + "_" + Twine(number)).str();
  return name;
}

void dropUnused(GraphProto &graph) {
  StringSet<> taken, given;
  collectTaken(graph, taken);
  for (const NodeProto &node : graph.node())
    given.insert_range(node.output());
  auto &constants = *graph.mutable_initializer();
  constants.erase(
      remove_if(constants,
                [&](const TensorProto &tensor) { return !taken.contains(tensor.name()); }),
      constants.end());
  auto &types = *graph.mutable_value_info();
  types.erase(remove_if(types, [&](const auto &value) { return !given.contains(value.name()); }),
              types.end());
}

} // namespace onnxcc
