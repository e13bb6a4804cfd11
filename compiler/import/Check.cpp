// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Step 3: the library's checks, node by node: its own walk stops at the first problem. Tensors were
// checked in step 1, definitions and uses in step 2.
#include "compiler/import/Model.h"
#include "compiler/import/Schemas.h"

#include "onnx/checker.h"

using namespace mlir;
using ::onnx::GraphProto;
using ::onnx::NodeProto;

namespace onnxcc::importer {

/// The node with tensors and graphs that hold nothing: their contents are checked elsewhere.
static NodeProto makeShallow(const NodeProto &node) {
  NodeProto shallow;
  shallow.set_name(node.name());
  shallow.set_op_type(node.op_type());
  shallow.set_domain(node.domain());
  *shallow.mutable_input() = node.input();
  *shallow.mutable_output() = node.output();
  auto makeGraph = [](GraphProto &graph) { graph.set_name("subgraph"); };
  auto makeTensor = [](::onnx::TensorProto &tensor, const ::onnx::TensorProto &from) {
    tensor.set_data_type(from.data_type());
    tensor.add_dims(0);
  };
  for (const ::onnx::AttributeProto &from : node.attribute()) {
    ::onnx::AttributeProto &to = *shallow.add_attribute();
    if (!from.has_t() && !from.has_g() && !from.tensors_size() && !from.graphs_size()) {
      to = from;
      continue;
    }
    to.set_name(from.name());
    if (from.has_type())
      to.set_type(from.type());
    if (from.has_t())
      makeTensor(*to.mutable_t(), from.t());
    if (from.has_g())
      makeGraph(*to.mutable_g());
    for (const auto &tensor : from.tensors())
      makeTensor(*to.add_tensors(), tensor);
    for (int i = 0; i < from.graphs_size(); ++i)
      makeGraph(*to.add_graphs());
  }
  return shallow;
}

static void checkNode(Model &model, const NodeProto &node,
                      const ::onnx::checker::CheckerContext &context) {
  auto imported = context.get_opset_imports().find(node.domain());
  if (node.op_type().empty())
    return void(model.error(node) << "has no operator");
  if (imported == context.get_opset_imports().end()) {
    model.error(node) << "the model imports no opset of the operator's domain '"
                      << (node.domain().empty() ? "ai.onnx" : node.domain()) << "'";
    return;
  }
  // Unknown operators are the graph phase's, which names all that it cannot lower. Some are only
  // known to later opsets.
  const ::onnx::OpSchema *schema = findSchema(node, imported->second);
  if (!schema)
    return;
  // A form that ONNX gave up for another one of the same operator is upgraded to that, and looks
  // like it.
  ::onnx::checker::CheckerContext own = context;
  if (const ::onnx::OpSchema *newest = findSchema(node, kOpset);
      schema->deprecated() && newest && !newest->deprecated()) {
    auto opsets = context.get_opset_imports();
    opsets[node.domain()] = kOpset;
    own.set_opset_imports(opsets);
  }
  try {
    ::onnx::checker::check_node(makeShallow(node), own, {});
  } catch (const std::exception &exception) {
    model.error(node) << cleanMessage(exception.what());
  }
}

static void checkValueInfos(Model &model, const GraphProto &graph,
                            const ::onnx::checker::CheckerContext &context) {
  auto check = [&](const ::onnx::ValueInfoProto &value, StringRef kind) {
    // --shape can give what the file lacks.
    ::onnx::ValueInfoProto copy = value;
    if (copy.type().has_tensor_type())
      copy.mutable_type()->mutable_tensor_type()->mutable_shape();
    try {
      ::onnx::checker::check_value_info(copy, context);
    } catch (const std::exception &exception) {
      model.error() << kind << " '" << value.name() << "': " << cleanMessage(exception.what());
    }
  };
  for (const auto &input : graph.input())
    check(input, "input");
  for (const auto &output : graph.output())
    check(output, "output");
}

/// Problems of earlier steps do not count here.
static LogicalResult checkOpsets(Model &model) {
  bool failed = false;
  auto error = [&] {
    failed = true;
    return model.error();
  };
  if (model.proto.ir_version() < 1)
    error() << "not an ONNX model: it has no ir_version";
  if (model.proto.ir_version() > kIrVersion)
    error() << "the model has ir_version " << model.proto.ir_version() << "; up to " << kIrVersion
            << " are known";
  if (model.proto.opset_import_size() == 0)
    error() << "the model imports no opset";
  for (const auto &import : model.proto.opset_import())
    if (import.version() < 1 || import.version() > (import.domain().empty() ? kOpset : 1 << 20))
      error() << "the model imports opset " << import.version() << " of domain '"
              << (import.domain().empty() ? "ai.onnx" : import.domain()) << "'; 1 to " << kOpset
              << " are known";
  return success(!failed);
}

static ::onnx::checker::CheckerContext makeContext(const Model &model,
                                                   const std::map<std::string, int64_t> &opsets) {
  ::onnx::checker::CheckerContext context;
  context.set_ir_version(std::max<int64_t>(model.proto.ir_version(), 2));
  context.set_opset_imports({opsets.begin(), opsets.end()});
  return context;
}

LogicalResult check(Model &model) {
  if (failed(checkOpsets(model)))
    return failure();
  auto context = makeContext(model, model.opsets);
  checkValueInfos(model, model.proto.graph(), context);
  context.set_is_main_graph(false);
  // In the file's order, a subgraph's nodes before the node that holds it.
  forEachNode(*model.proto.mutable_graph(), [&](NodeProto &node) {
    if (!isLocalFunction(model, node))
      checkNode(model, node, context);
  });
  for (::onnx::FunctionProto &function : *model.proto.mutable_functions()) {
    std::map<std::string, int64_t> opsets;
    for (const auto &import : function.opset_import())
      opsets[import.domain()] = import.version();
    auto functionContext = makeContext(model, opsets);
    functionContext.set_is_main_graph(false);
    auto checkOne = [&](NodeProto &node) {
      if (!isLocalFunction(model, node))
        checkNode(model, node, functionContext);
    };
    for (NodeProto &node : *function.mutable_node()) {
      forEachSubgraph(node, [&](GraphProto &subgraph) { forEachNode(subgraph, checkOne); });
      checkOne(node);
    }
  }
  return model.result();
}

void reportUnknownOperators(Model &model) {
  if (!model.options.explainUnknown)
    return;
  auto report = [&](NodeProto &node) {
    if (node.op_type().empty() || isLocalFunction(model, node))
      return;
    // The upgrade, which has not run, replaces what newer opsets deprecate.
    const ::onnx::OpSchema *newest = findSchema(node, node.domain().empty() ? kOpset : 1 << 20);
    if (newest && newest->deprecated())
      return;
    bool hasSubgraphs = false;
    forEachSubgraph(node, [&](GraphProto &) { hasSubgraphs = true; });
    std::string why = model.options.explainUnknown(node.domain(), node.op_type(), hasSubgraphs);
    if (!why.empty())
      model.error(node) << why;
  };
  forEachNode(*model.proto.mutable_graph(), report);
  for (::onnx::FunctionProto &function : *model.proto.mutable_functions())
    for (NodeProto &node : *function.mutable_node())
      report(node);
}

} // namespace onnxcc::importer
