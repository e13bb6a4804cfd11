// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Steps 6 and 7: the newest opset, node by node, and the types that the library can infer.
#include "compiler/import/Upgrade.h"
#include "compiler/import/Schemas.h"

#include "onnx/shape_inference/implementation.h"

using namespace mlir;
using ::onnx::AttributeProto;
using ::onnx::GraphProto;
using ::onnx::NodeProto;
using ::onnx::TensorProto;
using ::onnx::TensorShapeProto;

namespace onnxcc::importer {

//===----------------------------------------------------------------------===//
// UpgradeContext
//===----------------------------------------------------------------------===//

UpgradeContext::UpgradeContext(Model &model, bool knowsShapes) : model(model) {
  if (!knowsShapes)
    shapes.emplace();
  forEachGraph(*model.proto.mutable_graph(), [&](GraphProto &graph) {
    for (const auto &input : graph.input())
      names.insert(input.name());
    for (const auto &tensor : graph.initializer())
      names.insert(tensor.name());
  });
  auto insertOutputs = [&](NodeProto &node) {
    names.insert(node.output().begin(), node.output().end());
  };
  forEachNode(*model.proto.mutable_graph(), insertOutputs);
  for (::onnx::FunctionProto &function : *model.proto.mutable_functions())
    for (NodeProto &node : *function.mutable_node())
      insertOutputs(node);
}

std::string UpgradeContext::makeName(const std::string &wanted) {
  std::string name = wanted;
  for (int i = 1; !names.insert(name).second; ++i)
    name = wanted + "_" + std::to_string(i);
  return name;
}

const TensorShapeProto *UpgradeContext::findShape(StringRef value) {
  if (!shapes) {
    shapes.emplace();
    ::onnx::ModelProto copy = model.proto;
    try {
      ::onnx::shape_inference::InferShapes(copy);
    } catch (const std::exception &) {
      // What was inferred before the contradiction is kept.
    }
    for (const auto *values :
         {&copy.graph().input(), &copy.graph().value_info(), &copy.graph().output()})
      for (const auto &entry : *values)
        if (entry.type().tensor_type().has_shape())
          (*shapes)[entry.name()] = entry.type().tensor_type().shape();
    for (const auto &tensor : copy.graph().initializer())
      for (int64_t dim : tensor.dims())
        (*shapes)[tensor.name()].add_dim()->set_dim_value(dim);
  }
  auto found = shapes->find(value);
  return found == shapes->end() ? nullptr : &found->second;
}

//===----------------------------------------------------------------------===//
// NodeUpgrade
//===----------------------------------------------------------------------===//

void NodeUpgrade::setInput(int i, const std::string &value) {
  while (node.input_size() <= i)
    node.add_input();
  node.set_input(i, value);
}

bool NodeUpgrade::has(StringRef attribute) const {
  return llvm::any_of(node.attribute(), [&](const auto &own) { return own.name() == attribute; });
}

std::optional<AttributeProto> NodeUpgrade::take(StringRef attribute) {
  auto &attributes = *node.mutable_attribute();
  for (int i = 0; i < attributes.size(); ++i)
    if (attributes[i].name() == attribute) {
      AttributeProto taken = attributes[i];
      attributes.DeleteSubrange(i, 1);
      if (!taken.ref_attr_name().empty())
        error() << "attribute '" << taken.name() << "' is the caller's; a function that imports "
                << "another opset than the model must say it itself";
      return taken;
    }
  return std::nullopt;
}

int64_t NodeUpgrade::takeInteger(StringRef attribute, int64_t fallback) {
  std::optional<AttributeProto> taken = take(attribute);
  return taken ? taken->i() : fallback;
}

std::string NodeUpgrade::takeString(StringRef attribute, const std::string &fallback) {
  std::optional<AttributeProto> taken = take(attribute);
  return taken ? taken->s() : fallback;
}

static AttributeProto &addAttribute(NodeProto &node, StringRef name,
                                    AttributeProto::AttributeType type) {
  AttributeProto &attribute = *node.add_attribute();
  attribute.set_name(name.str());
  attribute.set_type(type);
  return attribute;
}

void NodeUpgrade::set(NodeProto &node, StringRef attribute, int64_t value) {
  addAttribute(node, attribute, AttributeProto::INT).set_i(value);
}

void NodeUpgrade::set(NodeProto &node, StringRef attribute, StringRef value) {
  addAttribute(node, attribute, AttributeProto::STRING).set_s(value.str());
}

NodeProto &NodeUpgrade::add(Nodes &nodes, StringRef op) {
  NodeProto &added = *nodes.Add();
  added.set_op_type(op.str());
  added.set_name(node.name() + "/" + op.str());
  return added;
}

std::string NodeUpgrade::before(StringRef op, ArrayRef<std::string> inputs,
                                llvm::function_ref<void(NodeProto &)> adjust) {
  NodeProto &added = add(nodesBefore, op);
  for (const std::string &input : inputs)
    added.add_input(input);
  added.add_output(context.makeName(added.name()));
  if (adjust)
    adjust(added);
  return added.output(0);
}

std::string NodeUpgrade::constant(TensorProto value) {
  return before("Constant", {}, [&](NodeProto &added) {
    *addAttribute(added, "value", AttributeProto::TENSOR).mutable_t() = std::move(value);
  });
}

std::string NodeUpgrade::integers(ArrayRef<int64_t> values, bool scalar) {
  TensorProto tensor;
  tensor.set_data_type(TensorProto::INT64);
  if (!scalar)
    tensor.add_dims(values.size());
  for (int64_t value : values)
    tensor.add_int64_data(value);
  return constant(std::move(tensor));
}

std::string NodeUpgrade::reals(ArrayRef<float> values) {
  TensorProto tensor;
  tensor.set_data_type(TensorProto::FLOAT);
  tensor.add_dims(values.size());
  for (float value : values)
    tensor.add_float_data(value);
  return constant(std::move(tensor));
}

std::string NodeUpgrade::real(double value, const std::string &like) {
  TensorProto tensor;
  tensor.set_data_type(TensorProto::FLOAT);
  tensor.add_float_data(float(value));
  return before("CastLike", {constant(std::move(tensor)), like});
}

void NodeUpgrade::after(int output, StringRef op, ArrayRef<std::string> otherInputs) {
  NodeProto &added = add(nodesAfter, op);
  added.add_output(node.output(output));
  node.set_output(output, context.makeName(node.output(output) + "/" + node.op_type()));
  added.add_input(node.output(output));
  for (const std::string &input : otherInputs)
    added.add_input(input);
}

void NodeUpgrade::finish(Nodes &out) {
  for (NodeProto &added : nodesBefore)
    out.Add()->Swap(&added);
  out.Add()->Swap(&node);
  for (NodeProto &added : nodesAfter)
    out.Add()->Swap(&added);
}

//===----------------------------------------------------------------------===//
// Graphs
//===----------------------------------------------------------------------===//

static void upgradeNode(NodeUpgrade &upgrade, int64_t opset) {
  NodeProto &node = upgrade.node;
  if (!node.domain().empty())
    return;
  auto concerns = [&](const UpgradeRule &rule) {
    return rule.version > opset && llvm::is_contained(rule.ops, node.op_type());
  };
  // Exporters write LayerNormalization at any opset: an operator that only a later one introduces
  // is taken as that has it, if all do.
  if (!findSchema(node, opset) && findSchema(node, kOpset) &&
      llvm::any_of(getUpgradeRules(), concerns))
    return void(upgrade.error() << "the operator is not in opset " << opset
                                << ", and later ones disagree about its meaning");
  for (const UpgradeRule &rule : getUpgradeRules())
    if (concerns(rule))
      rule.apply(upgrade);
}

/// The nodes at the newest opset. Those of the model stay as they are meanwhile: what rules ask
/// about others is answered as of the file's opset.
static Nodes upgradeNodes(UpgradeContext &context, const Nodes &nodes, int64_t opset) {
  Nodes out;
  for (const NodeProto &node : nodes) {
    NodeUpgrade upgrade(context, node);
    forEachSubgraph(upgrade.node, [&](GraphProto &subgraph) {
      Nodes inner = upgradeNodes(context, subgraph.node(), opset);
      subgraph.mutable_node()->Swap(&inner);
    });
    upgradeNode(upgrade, opset);
    upgrade.finish(out);
  }
  return out;
}

/// Upgrades a graph or function's body that imports `opsets`.
template <typename Opsets>
static void upgradeBody(Model &model, Nodes &nodes, Opsets &opsets, bool isGraph) {
  for (::onnx::OperatorSetIdProto &import : opsets)
    if (import.domain().empty() && import.version() < model.opset) {
      UpgradeContext context(model, isGraph);
      Nodes upgraded = upgradeNodes(context, nodes, import.version());
      nodes.Swap(&upgraded);
      import.set_version(model.opset);
    }
}

LogicalResult upgrade(Model &model) {
  upgradeBody(model, *model.proto.mutable_graph()->mutable_node(),
              *model.proto.mutable_opset_import(), /*isGraph=*/true);
  for (::onnx::FunctionProto &function : *model.proto.mutable_functions())
    upgradeBody(model, *function.mutable_node(), *function.mutable_opset_import(),
                /*isGraph=*/false);
  model.proto.set_ir_version(model.irVersion);
  return model.result();
}

void inferTypes(Model &model) {
  try {
    // Not strict: a node whose types the library cannot infer stays without, and the graph phase
    // judges it. Without following the contents of shapes: the library trusts what they say, be it
    // a step of 2^63.
    ::onnx::shape_inference::InferShapes(model.proto, ::onnx::OpSchemaRegistry::Instance(),
                                         ::onnx::ShapeInferenceOptions(/*check_type=*/false,
                                                                       /*strict_mode=*/0,
                                                                       /*data_prop=*/false));
  } catch (const std::exception &) {
    // What was inferred before the contradiction is kept.
  }
}

} // namespace onnxcc::importer
