// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Step 9: replaces operators that later phases do not know by the functions that ONNX defines them
// by. The library's inliner would do so for calls of the main graph only, without default
// attributes, types of initialisers and absent inputs.
#include "compiler/import/Model.h"
#include "compiler/import/Schemas.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using ::onnx::AttributeProto;
using ::onnx::FunctionProto;
using ::onnx::GraphProto;
using ::onnx::NodeProto;
using ::onnx::OpSchema;
using ::onnx::TypeProto;

namespace onnxcc::importer {

namespace {

using Types = llvm::StringMap<TypeProto>;

/// A call of an operator whose body takes its place.
class Call {
public:
  Call(const NodeProto &node, const OpSchema &schema);

  /// \returns false if the operator has no body for these types.
  bool build(const Types &types);
  /// The body's nodes with the names and attributes of the call.
  std::vector<NodeProto> instantiate() const;

private:
  std::string rename(const std::string &name) const;
  void rewrite(NodeProto &node) const;
  void rewrite(GraphProto &graph) const;

  NodeProto node; // with the schema's default attributes
  const OpSchema &schema;
  FunctionProto body;
  std::string prefix;
  llvm::StringMap<std::string> names; // of the body's inputs and outputs
};

} // namespace

Call::Call(const NodeProto &given, const OpSchema &schema) : node(given), schema(schema) {
  auto isGiven = [&](const std::string &name) {
    return llvm::any_of(node.attribute(),
                        [&](const AttributeProto &given) { return given.name() == name; });
  };
  for (const auto &[name, attribute] : schema.attributes())
    if (attribute.default_value.has_type() && !isGiven(name)) {
      *node.add_attribute() = attribute.default_value;
      node.mutable_attribute(node.attribute_size() - 1)->set_name(name);
    }
}

bool Call::build(const Types &types) {
  if (const FunctionProto *fixed = schema.HasFunction() ? schema.GetFunction(kOpset) : nullptr) {
    body = *fixed;
  } else {
    std::vector<TypeProto> inputs;
    for (const std::string &input : node.input())
      inputs.push_back(types.lookup(input));
    ::onnx::FunctionBodyBuildContextImpl context(node, inputs);
    if (!schema.HasContextDependentFunction() ||
        !schema.BuildContextDependentFunction(context, body, kOpset))
      return false;
  }
  // Outputs define a call: no two have the same.
  prefix = *llvm::find_if(node.output(), [](const std::string &name) { return !name.empty(); });
  for (int i = 0; i < body.input_size(); ++i)
    names[body.input(i)] = i < node.input_size() ? node.input(i) : "";
  for (int i = 0; i < body.output_size(); ++i)
    if (i < node.output_size() && !node.output(i).empty())
      names[body.output(i)] = node.output(i);
  return true;
}

std::string Call::rename(const std::string &name) const {
  auto known = names.find(name);
  if (name.empty() || known != names.end())
    return name.empty() ? name : known->second;
  return prefix + "/" + name;
}

void Call::rewrite(GraphProto &graph) const {
  for (auto *values : {graph.mutable_input(), graph.mutable_output()})
    for (::onnx::ValueInfoProto &value : *values)
      value.set_name(rename(value.name()));
  for (::onnx::TensorProto &tensor : *graph.mutable_initializer())
    tensor.set_name(rename(tensor.name()));
  graph.clear_value_info();
  for (NodeProto &inner : *graph.mutable_node())
    rewrite(inner);
}

void Call::rewrite(NodeProto &inner) const {
  for (std::string &name : *inner.mutable_input())
    name = rename(name);
  for (std::string &name : *inner.mutable_output())
    name = rename(name);
  auto &attributes = *inner.mutable_attribute();
  for (int i = attributes.size() - 1; i >= 0; --i) {
    AttributeProto &attribute = attributes[i];
    if (const std::string reference = attribute.ref_attr_name(); !reference.empty()) {
      const std::string name = attribute.name();
      auto given = llvm::find_if(
          node.attribute(), [&](const AttributeProto &own) { return own.name() == reference; });
      if (given == node.attribute().end()) {
        attributes.DeleteSubrange(i, 1);
        continue;
      }
      attribute = *given;
      attribute.set_name(name);
    }
  }
  forEachSubgraph(inner, [&](GraphProto &graph) { rewrite(graph); });
}

std::vector<NodeProto> Call::instantiate() const {
  std::vector<NodeProto> nodes(body.node().begin(), body.node().end());
  for (auto [index, inner] : llvm::enumerate(nodes)) {
    rewrite(inner);
    inner.set_name(node.name() + "/" + inner.op_type() + "_" + std::to_string(index));
  }
  return nodes;
}

Types collectTypes(Model &model) {
  Types types;
  forEachGraph(*model.proto.mutable_graph(), [&](GraphProto &graph) {
    for (const auto *values : {&graph.input(), &graph.output(), &graph.value_info()})
      for (const ::onnx::ValueInfoProto &value : *values)
        types[value.name()] = value.type();
    for (const ::onnx::TensorProto &tensor : graph.initializer()) {
      auto *type = types[tensor.name()].mutable_tensor_type();
      type->set_elem_type(tensor.data_type());
      type->clear_shape();
      for (int64_t extent : tensor.dims())
        type->mutable_shape()->add_dim()->set_dim_value(extent);
    }
  });
  return types;
}

/// The schema of a node that has a body which should take its place; else null.
static const OpSchema *findBody(const Model &model, const NodeProto &node) {
  bool hasSubgraphs = llvm::any_of(
      node.attribute(), [](const AttributeProto &attribute) { return attribute.has_g(); });
  if (!node.domain().empty() ||
      model.options.explainUnknown(node.domain(), node.op_type(), hasSubgraphs).empty())
    return nullptr;
  const OpSchema *schema = findSchema(node, kOpset);
  return schema && (schema->HasFunction() || schema->HasContextDependentFunction()) ? schema
                                                                                    : nullptr;
}

/// Replaces what has a body. \returns whether there was such a node.
static bool expandOnce(Model &model) {
  bool any = false;
  forEachNode(*model.proto.mutable_graph(),
              [&](NodeProto &node) { any |= findBody(model, node) != nullptr; });
  if (!any)
    return false;
  any = false;
  Types types = collectTypes(model);
  forEachGraph(*model.proto.mutable_graph(), [&](GraphProto &graph) {
    google::protobuf::RepeatedPtrField<NodeProto> nodes;
    nodes.Swap(graph.mutable_node());
    for (NodeProto &node : nodes) {
      const OpSchema *schema = findBody(model, node);
      std::optional<Call> call;
      bool isBuilt = false;
      try {
        isBuilt = schema && call.emplace(node, *schema).build(types);
      } catch (const std::exception &exception) {
        model.error(node) << "ONNX's definition of the operator cannot be used: "
                          << cleanMessage(exception.what());
      }
      if (isBuilt) {
        any = true;
        for (NodeProto &inner : call->instantiate())
          graph.add_node()->Swap(&inner);
      } else {
        graph.add_node()->Swap(&node);
      }
    }
  });
  return any;
}

LogicalResult expandFunctions(Model &model) {
  if (!model.options.explainUnknown)
    return success();
  // Bodies call further operators that have bodies, some levels deep.
  for (int level = 0; level < 8 && expandOnce(model); ++level)
    inferTypes(model);
  return model.result();
}

} // namespace onnxcc::importer
