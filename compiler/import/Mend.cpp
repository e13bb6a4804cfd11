// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Step 4: what is wrong or obsolete in many files and has one sensible meaning.
#include "compiler/import/Model.h"

#include "onnx/shape_inference/implementation.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

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

/// Ranks of the main graph's values as the library infers them at the model's opset.
static llvm::StringMap<int> inferRanks(const Model &model) {
  ::onnx::ModelProto copy = model.proto;
  try {
    ::onnx::shape_inference::InferShapes(copy);
  } catch (const std::exception &) {
    // What was inferred before the contradiction is kept.
  }
  llvm::StringMap<int> ranks;
  auto collect = [&](const auto &values) {
    for (const auto &value : values)
      if (value.type().tensor_type().has_shape())
        ranks[value.name()] = value.type().tensor_type().shape().dim_size();
  };
  collect(copy.graph().input());
  collect(copy.graph().value_info());
  collect(copy.graph().output());
  for (const auto &tensor : copy.graph().initializer())
    ranks[tensor.name()] = tensor.dims_size();
  return ranks;
}

/// PRelu below opset 7 had a slope for each channel, axis 1; the newer one broadcasts from the
/// right, and the converter does not mind. So [C] becomes [C,1,1].
static void mendPRelu(Model &model) {
  ::onnx::GraphProto &graph = *model.proto.mutable_graph();
  auto isPRelu = [](const ::onnx::NodeProto &node) {
    return node.op_type() == "PRelu" && node.domain().empty();
  };
  auto opset = model.opsets.find("");
  if (opset == model.opsets.end() || opset->second >= 7 || llvm::none_of(graph.node(), isPRelu))
    return;
  llvm::StringMap<int> ranks = inferRanks(model);
  google::protobuf::RepeatedPtrField<::onnx::NodeProto> nodes;
  nodes.Swap(graph.mutable_node());
  for (::onnx::NodeProto &node : nodes) {
    if (isPRelu(node) && ranks.lookup(node.input(1)) == 1 && ranks.lookup(node.input(0)) > 2) {
      ::onnx::NodeProto &unsqueeze = *graph.add_node();
      unsqueeze.set_name(node.name() + "/slope");
      unsqueeze.set_op_type("Unsqueeze");
      unsqueeze.add_input(node.input(1));
      unsqueeze.add_output(node.output(0) + "/slope");
      ::onnx::AttributeProto &axes = *unsqueeze.add_attribute();
      axes.set_name("axes");
      axes.set_type(::onnx::AttributeProto::INTS);
      for (int axis = 1; axis < ranks.lookup(node.input(0)) - 1; ++axis)
        axes.add_ints(axis);
      node.set_input(1, unsqueeze.output(0));
    }
    *graph.add_node() = std::move(node);
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
  mendPRelu(model);
  return success();
}

} // namespace onnxcc::importer
