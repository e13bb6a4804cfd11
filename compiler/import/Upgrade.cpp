// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Steps 6 and 7: the newest opset, by the library's version converter, and the types that the
// library can infer.
#include "compiler/import/Model.h"
#include "compiler/import/Schemas.h"

#include "onnx/shape_inference/implementation.h"
#include "onnx/version_converter/convert.h"

using namespace mlir;
using ::onnx::NodeProto;

namespace onnxcc::importer {

/// The domain in which nodes wait that the converter must not see, as it would refuse the model for
/// them.
static constexpr llvm::StringLiteral kParked = "onnxcc.parked";

/// Parks the operators that the model's opset does not have. Those that a later one introduces, as
/// it still stands (exporters write LayerNormalization at any opset), need no conversion; unknown
/// ones are the graph phase's.
static void park(Model &model, int64_t opset) {
  forEachNode(*model.proto.mutable_graph(), [&](NodeProto &node) {
    if (!node.domain().empty())
      return;
    if (findSchema(node, opset))
      return;
    const ::onnx::OpSchema *newest = findSchema(node, kOpset);
    if (newest && findSchema(node, newest->since_version() - 1))
      model.error(node) << "the operator is not in opset " << opset
                        << ", and later ones disagree about its meaning";
    node.set_domain(kParked.str());
  });
  auto *import = model.proto.add_opset_import();
  import->set_domain(kParked.str());
  import->set_version(1);
}

static void unpark(Model &model) {
  forEachNode(*model.proto.mutable_graph(), [&](NodeProto &node) {
    if (node.domain() == kParked)
      node.clear_domain();
  });
  auto &imports = *model.proto.mutable_opset_import();
  for (int i = imports.size() - 1; i >= 0; --i)
    if (imports[i].domain() == kParked)
      imports.DeleteSubrange(i, 1);
}

/// Reports a failed conversion at the nodes whose operator the library's message names.
static void reportConversion(Model &model, StringRef message) {
  bool named = false;
  forEachNode(*model.proto.mutable_graph(), [&](NodeProto &node) {
    if (node.domain().empty() && !node.op_type().empty() &&
        message.contains(" for " + node.op_type()) && !named) {
      named = true;
      model.error(node) << "cannot be upgraded to opset " << kOpset << ": " << message;
    }
  });
  if (!named)
    model.error() << "the model cannot be upgraded to opset " << kOpset << ": " << message;
}

/// Names of nodes by their outputs' names: the converter forgets those of nodes that it replaces.
static llvm::StringMap<std::string> rememberNames(Model &model) {
  llvm::StringMap<std::string> names;
  forEachNode(*model.proto.mutable_graph(), [&](NodeProto &node) {
    for (const std::string &output : node.output())
      if (!output.empty())
        names[output] = node.name();
  });
  return names;
}

static void restoreNames(Model &model, const llvm::StringMap<std::string> &names) {
  forEachNode(*model.proto.mutable_graph(), [&](NodeProto &node) {
    for (const std::string &output : node.output())
      if (node.name().empty())
        node.set_name(names.lookup(output));
  });
  nameNodes(model);
}

LogicalResult upgrade(Model &model) {
  auto opset = model.opsets.find("");
  // Without the default domain there is nothing to convert.
  if (opset == model.opsets.end())
    return success();
  park(model, opset->second);
  if (opset->second < kOpset && !model.failed) {
    auto names = rememberNames(model);
    try {
      ::onnx::ModelProto upgraded = ::onnx::version_conversion::ConvertVersion(model.proto, kOpset);
      model.proto.Swap(&upgraded);
      restoreNames(model, names);
      // The types that the converter inferred at the old opset, and changed as it went.
      forEachGraph(*model.proto.mutable_graph(),
                   [](::onnx::GraphProto &graph) { graph.clear_value_info(); });
    } catch (const std::exception &exception) {
      unpark(model);
      reportConversion(model, cleanMessage(exception.what()));
      return failure();
    }
  }
  unpark(model);
  model.proto.set_ir_version(kIrVersion);
  return succeeded(model.result()) ? sort(model) : failure();
}

void inferTypes(Model &model) {
  try {
    // Not strict: a node whose types the library cannot infer stays without, and the graph phase
    // judges it.
    ::onnx::shape_inference::InferShapes(model.proto, ::onnx::OpSchemaRegistry::Instance(),
                                         ::onnx::ShapeInferenceOptions(false, 0, true));
  } catch (const std::exception &) {
    // What was inferred before the contradiction is kept.
  }
}

} // namespace onnxcc::importer
