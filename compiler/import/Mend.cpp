// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Step 4: what is wrong or obsolete in many files and has one sensible meaning.
#include "compiler/import/Model.h"

#include "onnx/shape_inference/implementation.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using ::onnx::NodeProto;

namespace onnxcc::importer {

/// Before IR version 4 every initialiser was an input too, and exporters kept to it. We take it as
/// a constant.
static void dropInputsWithValues(::onnx::GraphProto &graph) {
  llvm::StringSet<> initializers;
  for (const auto &tensor : graph.initializer())
    initializers.insert(tensor.name());
  auto &inputs = *graph.mutable_input();
  for (int i = inputs.size() - 1; i >= 0; --i)
    if (initializers.contains(inputs[i].name()))
      inputs.DeleteSubrange(i, 1);
}

using Nodes = google::protobuf::RepeatedPtrField<NodeProto>;
using Shapes = llvm::StringMap<::onnx::TensorShapeProto>;

/// Shapes of the main graph's values as the library infers them at the model's opset.
static Shapes inferShapes(const Model &model) {
  ::onnx::ModelProto copy = model.proto;
  try {
    ::onnx::shape_inference::InferShapes(copy);
  } catch (const std::exception &) {
    // What was inferred before the contradiction is kept.
  }
  Shapes shapes;
  auto collect = [&](const auto &values) {
    for (const auto &value : values)
      if (value.type().tensor_type().has_shape())
        shapes[value.name()] = value.type().tensor_type().shape();
  };
  collect(copy.graph().input());
  collect(copy.graph().value_info());
  collect(copy.graph().output());
  for (const auto &tensor : copy.graph().initializer())
    for (int64_t dim : tensor.dims())
      shapes[tensor.name()].add_dim()->set_dim_value(dim);
  return shapes;
}

/// Adds a node that squeezes or unsqueezes axes, which opsets below 13 give as an attribute.
static NodeProto &addReshape(Nodes &nodes, const char *op, const std::string &name,
                             const std::string &from, const std::string &to, int64_t firstAxis,
                             int64_t lastAxis) {
  NodeProto &node = *nodes.Add();
  node.set_name(name);
  node.set_op_type(op);
  node.add_input(from);
  node.add_output(to);
  ::onnx::AttributeProto &axes = *node.add_attribute();
  axes.set_name("axes");
  axes.set_type(::onnx::AttributeProto::INTS);
  for (int64_t axis = firstAxis; axis <= lastAxis; ++axis)
    axes.add_ints(axis);
  return node;
}

/// PRelu below opset 7 had a slope for each channel, axis 1; the newer one broadcasts from the
/// right, and the converter does not mind. So [C] becomes [C,1,1].
static void mendPRelu(NodeProto &node, const Shapes &shapes, Nodes &out) {
  int rank = shapes.lookup(node.input(0)).dim_size();
  if (shapes.lookup(node.input(1)).dim_size() != 1 || rank <= 2)
    return;
  std::string slope = node.output(0) + "/slope";
  addReshape(out, "Unsqueeze", node.name() + "/slope", node.input(1), slope, 1, rank - 2);
  node.set_input(1, slope);
}

/// Scan of opset 8 has a batch axis in front, which the converter drops from the types alone. A
/// batch of 1 is squeezed.
static void mendScan(Model &model, NodeProto node, const Shapes &shapes, Nodes &out) {
  auto isOne = [&](const std::string &input) {
    auto shape = shapes.find(input);
    return shape != shapes.end() && shape->second.dim_size() &&
           shape->second.dim(0).dim_value() == 1;
  };
  if (node.input_size() < 2 || !node.input(0).empty() ||
      !llvm::all_of(llvm::drop_begin(node.input()), isOne)) {
    model.error(node)
        << "Scan of opset 8 with sequence lengths or a batch other than 1, which later opsets lack";
    return;
  }
  for (int i = 1; i < node.input_size(); ++i) {
    std::string name = node.name() + "/squeeze_" + std::to_string(i);
    addReshape(out, "Squeeze", name, node.input(i), name, 0, 0);
    node.set_input(i, name);
  }
  NodeProto &scan = *out.Add();
  scan = node;
  int index = out.size() - 1;
  for (int i = 0; i < node.output_size(); ++i) {
    if (node.output(i).empty())
      continue;
    std::string name = node.name() + "/unsqueeze_" + std::to_string(i);
    out[index].set_output(i, name);
    addReshape(out, "Unsqueeze", name, name, node.output(i), 0, 0);
  }
}

/// Nodes that the version converter gets wrong.
static void mendForConverter(Model &model) {
  auto found = model.opsets.find("");
  int64_t opset = found == model.opsets.end() ? kOpset : found->second;
  auto needs = [&](const NodeProto &node) {
    return node.domain().empty() &&
           ((node.op_type() == "PRelu" && opset < 7) || (node.op_type() == "Scan" && opset == 8));
  };
  Nodes &nodes = *model.proto.mutable_graph()->mutable_node();
  for (NodeProto &node : nodes)
    forEachSubgraph(node, [&](::onnx::GraphProto &subgraph) {
      forEachNode(subgraph, [&](NodeProto &inner) {
        if (needs(inner))
          model.error(inner) << "opset " << opset << " of it is not supported in a subgraph";
      });
    });
  if (llvm::none_of(nodes, needs))
    return;
  Shapes shapes = inferShapes(model);
  Nodes old;
  old.Swap(&nodes);
  for (NodeProto &node : old) {
    if (needs(node) && node.op_type() == "Scan") {
      mendScan(model, node, shapes, nodes);
      continue;
    }
    if (needs(node))
      mendPRelu(node, shapes, nodes);
    *nodes.Add() = std::move(node);
  }
}

LogicalResult mend(Model &model) {
  dropInputsWithValues(*model.proto.mutable_graph());
  forEachGraph(*model.proto.mutable_graph(), [](::onnx::GraphProto &graph) {
    // Stored types of intermediate values are often stale; the library infers them anew.
    graph.clear_value_info();
    // Hints of quantisation that no operator reads, and the converter would drop.
    graph.clear_quantization_annotation();
  });
  // The converter leaves it alone, and rejects initialisers that are no inputs below 4.
  model.proto.set_ir_version(std::max<int64_t>(model.proto.ir_version(), 8));
  mendForConverter(model);
  return model.result();
}

} // namespace onnxcc::importer
