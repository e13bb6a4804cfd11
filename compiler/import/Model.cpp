// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Locations, diagnostics and walks of the model between the importer's steps.
#include "compiler/import/Model.h"

#include "dialects/support/Locations.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace onnxcc::importer {

Model::Model(const ModelSource &source, const ImportOptions &options, MLIRContext &context)
    : options(options), context(context), source(source), path(source.path),
      file(FileLineColLoc::get(&context, path, 0, 0)) {}

std::string Model::describe(const ::onnx::NodeProto &node) const {
  std::string text = node.domain().empty() ? node.op_type() : node.domain() + "." + node.op_type();
  auto opset = opsets.find(node.domain());
  if (opset != opsets.end())
    text += ", opset " + std::to_string(opset->second);
  return text;
}

Location Model::locate(const ::onnx::NodeProto &node) const {
  NodeOrigin origin;
  std::string op = describe(node);
  std::string name = node.name();
  if (name.empty() && node.output_size())
    name = node.output(0);
  origin.node = name;
  origin.op = op;
  for (const std::string &output : node.output())
    origin.outputs.push_back(output);
  return getNodeLocation(origin, file);
}

InFlightDiagnostic Model::error() {
  failed = true;
  return emitError(file);
}

InFlightDiagnostic Model::error(const ::onnx::NodeProto &node) {
  failed = true;
  return emitError(locate(node));
}

StringRef normalDomain(StringRef domain) { return domain == "ai.onnx" ? "" : domain; }

std::string cleanMessage(StringRef what) {
  what = what.split("\n\n==> Context").first;
  if (size_t at = what.find("` failed: "); at != StringRef::npos)
    what = what.drop_front(at + strlen("` failed: "));
  what.consume_front("[ShapeInferenceError] ");
  what.consume_front("[TypeInferenceError] ");
  std::string text;
  for (char c : what.trim())
    text += c == '\n' ? ' ' : c;
  return text;
}

void forEachSubgraph(::onnx::NodeProto &node, function_ref<void(::onnx::GraphProto &)> visit) {
  for (::onnx::AttributeProto &attribute : *node.mutable_attribute()) {
    if (attribute.has_g())
      visit(*attribute.mutable_g());
    for (::onnx::GraphProto &graph : *attribute.mutable_graphs())
      visit(graph);
  }
}

void forEachNode(::onnx::GraphProto &graph, function_ref<void(::onnx::NodeProto &)> visit) {
  for (::onnx::NodeProto &node : *graph.mutable_node()) {
    forEachSubgraph(node, [&](::onnx::GraphProto &subgraph) { forEachNode(subgraph, visit); });
    visit(node);
  }
}

void forEachGraph(::onnx::GraphProto &graph, function_ref<void(::onnx::GraphProto &)> visit) {
  visit(graph);
  for (::onnx::NodeProto &node : *graph.mutable_node())
    forEachSubgraph(node, [&](::onnx::GraphProto &subgraph) { forEachGraph(subgraph, visit); });
}

/// Names the nodes of a list and of the subgraphs in it, whose names begin with that of the node
/// that holds them.
template <typename Nodes>
static void nameNodes(Nodes &nodes, const std::string &prefix, llvm::StringSet<> &names) {
  for (auto [i, node] : llvm::enumerate(nodes)) {
    if (node.name().empty()) {
      std::string name = prefix + node.op_type() + "_" + std::to_string(i);
      while (!names.insert(name).second)
        name += "_";
      node.set_name(name);
    }
    for (::onnx::AttributeProto &attribute : *node.mutable_attribute()) {
      std::string inner = node.name() + "/" + attribute.name() + "/";
      if (attribute.has_g())
        nameNodes(*attribute.mutable_g()->mutable_node(), inner, names);
      for (::onnx::GraphProto &graph : *attribute.mutable_graphs())
        nameNodes(*graph.mutable_node(), inner, names);
    }
  }
}

void nameNodes(Model &model) {
  llvm::StringSet<> names;
  forEachNode(*model.proto.mutable_graph(),
              [&](::onnx::NodeProto &node) { names.insert(node.name()); });
  nameNodes(*model.proto.mutable_graph()->mutable_node(), "", names);
  for (::onnx::FunctionProto &function : *model.proto.mutable_functions())
    nameNodes(*function.mutable_node(), "", names);
}

} // namespace onnxcc::importer
