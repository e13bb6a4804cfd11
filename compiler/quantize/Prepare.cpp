// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rewrites that change no result but by rounding: see Prepare.h.
#include "compiler/quantize/Prepare.h"

#include "compiler/Registration.h"
#include "compiler/driver/Process.h"
#include "compiler/import/Proto.h"
#include "compiler/quantize/ModelGraph.h"
#include "compiler/quantize/Placement.h"

#include "mlir/IR/MLIRContext.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include <cmath>

using namespace llvm;
using ::onnx::AttributeProto;
using ::onnx::GraphProto;
using ::onnx::ModelProto;
using ::onnx::NodeProto;
using ::onnx::TensorProto;

namespace onnxcc {

//===- Constants -------------------------------------------------------------===//

/// The tensor of a Constant node; nothing where it has none (strings).
static std::optional<TensorProto> getConstant(const NodeProto &node) {
  if (node.op_type() != "Constant" || !node.domain().empty() || node.attribute_size() != 1)
    return std::nullopt;
  const AttributeProto &value = node.attribute(0);
  TensorProto tensor;
  auto fill = [&](int32_t element, const auto &values, bool isList) {
    tensor.set_data_type(element);
    if (isList)
      tensor.add_dims(values.size());
    tensor.set_raw_data(values.data(), values.size() * sizeof(*values.data()));
    return tensor;
  };
  if (value.name() == "value")
    return value.t();
  if (value.name() == "value_float")
    return fill(TensorProto::FLOAT, std::array<float, 1>{value.f()}, false);
  if (value.name() == "value_floats")
    return fill(TensorProto::FLOAT, value.floats(), true);
  if (value.name() == "value_int")
    return fill(TensorProto::INT64, std::array<int64_t, 1>{value.i()}, false);
  if (value.name() == "value_ints")
    return fill(TensorProto::INT64, value.ints(), true);
  return std::nullopt;
}

template <class Condition> static void eraseNodes(GraphProto &graph, Condition isGone) {
  auto &nodes = *graph.mutable_node();
  nodes.erase(remove_if(nodes, isGone), nodes.end());
}

static void makeInitializers(GraphProto &graph) {
  eraseNodes(graph, [&](const NodeProto &node) {
    std::optional<TensorProto> tensor = getConstant(node);
    if (!tensor)
      return false;
    *graph.add_initializer() = std::move(*tensor);
    graph.mutable_initializer()->rbegin()->set_name(node.output(0));
    return true;
  });
}

//===- Products --------------------------------------------------------------===//

namespace {

/// Folds what follows products, and their own factors, into weights and biases.
class Folder {
public:
  explicit Folder(GraphProto &graph) : graph(graph), index(graph), names(graph) {}

  void run();

private:
  bool foldBatchNorm(NodeProto &norm);
  void foldFactors(NodeProto &gemm);
  /// The tensor times factors by the axis, as a new constant; its name.
  std::string scale(const TensorProto &tensor, ArrayRef<float> factors,
                    std::optional<int64_t> axis);

  GraphProto &graph;
  ModelGraph index;
  FreshNames names;
  StringSet<> gone; // the outputs that norms had before
};

} // namespace

std::string Folder::scale(const TensorProto &tensor, ArrayRef<float> factors,
                          std::optional<int64_t> axis) {
  std::vector<int64_t> shape = getShape(tensor);
  int64_t inner = 1;
  for (int64_t dim : ArrayRef(shape).drop_front(axis ? *axis + 1 : shape.size()))
    inner *= dim;
  std::vector<float> values(getFloats(tensor).vec());
  for (auto [place, value] : enumerate(values))
    value *= factors[int64_t(place) / inner % int64_t(factors.size())];
  std::string name = names.make(tensor.name() + "_folded");
  addConstant<float>(graph, name, TensorProto::FLOAT, shape, values);
  return name;
}

/// y = scale * (x - mean) / sqrt(variance + epsilon) + offset, where x is a convolution's.
bool Folder::foldBatchNorm(NodeProto &norm) {
  int producer = index.producer(norm.input(0));
  if (producer < 0 || index.uses(norm.input(0)).size() != 1 ||
      index.isNeededOutside(norm.input(0)) || norm.output_size() > 1 ||
      getInteger(norm, "training_mode", 0))
    return false;
  NodeProto &product = *graph.mutable_node(producer);
  bool isConvolution = product.op_type() == "Conv" || product.op_type() == "ConvTranspose";
  bool isGemm = product.op_type() == "Gemm" && getReal(product, "beta", 1) == 1;
  if (!product.domain().empty() || (!isConvolution && !isGemm))
    return false;
  const TensorProto *weights = index.constant(product.input(1)), *bias = nullptr;
  std::array<const TensorProto *, 4> parameters;
  for (auto [place, parameter] : enumerate(parameters)) {
    parameter = index.constant(norm.input(int(place) + 1));
    if (!parameter || parameter->data_type() != TensorProto::FLOAT)
      return false;
  }
  if (!weights || weights->data_type() != TensorProto::FLOAT)
    return false;
  std::vector<int64_t> shape = getShape(*weights);
  std::optional<int64_t> axis = getChannelAxis(product, shape);
  ArrayRef<float> factor = getFloats(*parameters[0]), offset = getFloats(*parameters[1]),
                  mean = getFloats(*parameters[2]), variance = getFloats(*parameters[3]);
  if (!axis || shape[*axis] != int64_t(factor.size()))
    return false;
  if (product.input_size() > 2 && !product.input(2).empty()) {
    bias = index.constant(product.input(2));
    if (!bias || bias->data_type() != TensorProto::FLOAT ||
        getFloats(*bias).size() != factor.size())
      return false;
  }
  double epsilon = getReal(norm, "epsilon", 1e-5f);
  std::vector<float> factors, biases;
  for (size_t channel = 0; channel < factor.size(); ++channel) {
    double by = factor[channel] / std::sqrt(variance[channel] + epsilon);
    double before = bias ? getFloats(*bias)[channel] : 0;
    factors.push_back(float(by));
    biases.push_back(float((before - mean[channel]) * by + offset[channel]));
  }
  product.set_input(1, scale(*weights, factors, axis));
  std::string name = names.make(product.output(0) + "_bias");
  addConstant<float>(graph, name, TensorProto::FLOAT, {int64_t(biases.size())}, biases);
  while (product.input_size() < 3)
    product.add_input();
  product.set_input(2, name);
  product.set_output(0, norm.output(0));
  return true;
}

/// alpha * A * B + beta * C.
void Folder::foldFactors(NodeProto &gemm) {
  auto fold = [&](StringRef attribute, int input) {
    float factor = getReal(gemm, attribute, 1);
    const TensorProto *constant =
        input < gemm.input_size() ? index.constant(gemm.input(input)) : nullptr;
    if (factor == 1 || !constant || constant->data_type() != TensorProto::FLOAT)
      return;
    gemm.set_input(input, scale(*constant, {factor}, std::nullopt));
    auto &attributes = *gemm.mutable_attribute();
    attributes.erase(remove_if(attributes, [&](const auto &it) { return it.name() == attribute; }),
                     attributes.end());
  };
  fold("alpha", 1);
  fold("beta", 2);
}

void Folder::run() {
  StringSet<> folded;
  for (NodeProto &node : *graph.mutable_node()) {
    if (!node.domain().empty())
      continue;
    if (node.op_type() == "Gemm")
      foldFactors(node);
    else if (node.op_type() == "BatchNormalization" && foldBatchNorm(node))
      folded.insert(node.name());
  }
  eraseNodes(graph, [&](const NodeProto &node) { return folded.contains(node.name()); });
}

//===- The whole -------------------------------------------------------------===//

static LogicalResult checkNotQuantized(StringRef file, const GraphProto &graph) {
  for (const NodeProto &node : graph.node()) {
    StringRef op = node.op_type();
    if (op.contains("QuantizeLinear") || op.contains("DequantizeLinear") ||
        op.starts_with("QLinear") || op.ends_with("Integer") || op == "QGemm" ||
        op == "MatMulNBits")
      return failCommand("'" + file + "' is quantised already: node '" + node.name() + "' is " +
                         op + "; quantise the model in floats");
  }
  return success();
}

FailureOr<ModelProto> prepareModel(const Options &options, int64_t leastOpset) {
  mlir::DialectRegistry registry;
  registerDialects(registry);
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  context.loadAllAvailableDialects();
  Diagnostics diagnostics(printDiagnostic, options.compile.warnings);
  diagnostics.listen(context, options.input);
  std::unique_ptr<ModelProto> read =
      importProto(options.input, options.compile.import, leastOpset, context);
  if (!read)
    return errs() << diagnostics.getSummary(), failure();
  GraphProto &graph = *read->mutable_graph();
  if (failed(checkNotQuantized(options.input, graph)))
    return failure();
  makeInitializers(graph);
  Folder(graph).run();
  dropUnused(graph);
  return std::move(*read);
}

} // namespace onnxcc
