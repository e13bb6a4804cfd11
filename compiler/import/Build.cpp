// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Step 10: the module of the `onnx` dialect, node for node.
#include "compiler/import/Attributes.h"
#include "compiler/import/Tensors.h"

#include "dialects/graph/Graph.h"
#include "dialects/onnx/Onnx.h"
#include "dialects/support/Locations.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Verifier.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using ::onnx::GraphProto;
using ::onnx::NodeProto;
using ::onnx::TypeProto;

namespace onnxcc::importer {
namespace {

/// Values and types by name, of a graph and those around it.
struct Scope {
  const Scope *outer = nullptr;
  llvm::StringMap<Value> values;
  llvm::StringMap<const TypeProto *> types;

  Value find(StringRef name) const {
    for (const Scope *scope = this; scope; scope = scope->outer)
      if (Value value = scope->values.lookup(name))
        return value;
    return {};
  }
};

class ModuleBuilder {
public:
  explicit ModuleBuilder(Model &model) : model(model), builder(&model.context) {}
  OwningOpRef<ModuleOp> build();

private:
  void buildFunction(GraphProto &graph);
  /// Initialisers and nodes of a graph whose inputs `scope` has already. \returns the outputs'
  /// values.
  SmallVector<Value> buildBody(GraphProto &graph, Scope &scope, const NodeProto *holder);
  void buildNode(NodeProto &node, Scope &scope);
  void buildConstant(const NodeProto &node, Scope &scope);
  void buildSubgraph(GraphProto &graph, Region &region, const Scope &outer,
                     const NodeProto &holder);
  void collectTypes(const GraphProto &graph, Scope &scope);
  Value getAbsent();
  Location locateValue(StringRef name) {
    return NameLoc::get(builder.getStringAttr(name), model.file);
  }
  void setModuleAttributes(ModuleOp module);
  std::string getFunctionName();

  Model &model;
  OpBuilder builder;
  Block *entry = nullptr;
  Value absent;
};

std::string ModuleBuilder::getFunctionName() {
  std::string name = model.options.modelName;
  if (name.empty())
    name = llvm::sys::path::stem(model.path).str();
  for (char &c : name)
    if (!llvm::isAlnum(c))
      c = '_';
  return name.empty() || llvm::isDigit(name.front()) ? "model_" + name : name;
}

void ModuleBuilder::collectTypes(const GraphProto &graph, Scope &scope) {
  for (const auto &value : graph.value_info())
    scope.types[value.name()] = &value.type();
  for (const auto &value : graph.output())
    scope.types[value.name()] = &value.type();
}

/// One op for all inputs that nodes leave out, before every use.
Value ModuleBuilder::getAbsent() {
  if (!absent) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(entry);
    absent = onnx::AbsentOp::create(builder, model.file);
  }
  return absent;
}

void ModuleBuilder::buildConstant(const NodeProto &node, Scope &scope) {
  if (node.attribute_size() != 1 || node.output_size() != 1)
    return void(model.error(node) << "has no single value");
  Attribute value = getConstantValue(model, node.attribute(0));
  if (!value)
    return void(model.error(node) << "has no value");
  auto type = cast<ElementsAttr>(value).getType();
  scope.values[node.output(0)] = onnx::ConstantOp::create(builder, model.locate(node), type, value);
}

void ModuleBuilder::buildSubgraph(GraphProto &graph, Region &region, const Scope &outer,
                                  const NodeProto &holder) {
  OpBuilder::InsertionGuard guard(builder);
  Block *block = builder.createBlock(&region);
  Scope scope;
  scope.outer = &outer;
  for (const auto &input : graph.input())
    scope.values[input.name()] =
        block->addArgument(getType(model, input.type()), locateValue(input.name()));
  SmallVector<Value> outputs = buildBody(graph, scope, &holder);
  onnx::YieldOp::create(builder, model.locate(holder), outputs);
}

void ModuleBuilder::buildNode(NodeProto &node, Scope &scope) {
  if (node.op_type() == "Constant" && node.domain().empty())
    return buildConstant(node, scope);
  SmallVector<Value> inputs;
  for (const std::string &input : node.input()) {
    Value value = input.empty() ? getAbsent() : scope.find(input);
    if (!value)
      return void(model.error(node) << "uses the value '" << input << "', which nothing defines");
    inputs.push_back(value);
  }
  SmallVector<NamedAttribute> attributes;
  SmallVector<Attribute> graphNames;
  SmallVector<GraphProto *> graphs;
  for (::onnx::AttributeProto &attribute : *node.mutable_attribute()) {
    auto addGraph = [&](GraphProto &graph) {
      graphNames.push_back(builder.getStringAttr(attribute.name()));
      graphs.push_back(&graph);
    };
    if (attribute.has_g())
      addGraph(*attribute.mutable_g());
    for (GraphProto &graph : *attribute.mutable_graphs())
      addGraph(graph);
    if (Attribute value = getAttribute(model, attribute))
      attributes.emplace_back(builder.getStringAttr(attribute.name()), value);
  }
  SmallVector<Type> types;
  for (const std::string &output : node.output()) {
    const TypeProto *type = scope.types.lookup(output);
    types.push_back(output.empty() ? Type(builder.getNoneType())
                    : type         ? getType(model, *type)
                                   : onnx::UnknownType::get(&model.context));
  }
  auto op = onnx::NodeOp::create(builder, model.locate(node), types, node.op_type(), node.domain(),
                                 inputs, builder.getDictionaryAttr(attributes),
                                 graphs.empty() ? ArrayAttr() : builder.getArrayAttr(graphNames),
                                 unsigned(graphs.size()));
  for (auto [graph, region] : llvm::zip_equal(graphs, op.getBodies()))
    buildSubgraph(*graph, region, scope, node);
  for (auto [name, value] : llvm::zip_equal(node.output(), op.getOutputs()))
    if (!name.empty())
      scope.values[name] = value;
}

SmallVector<Value> ModuleBuilder::buildBody(GraphProto &graph, Scope &scope,
                                            const NodeProto *holder) {
  collectTypes(graph, scope);
  for (const ::onnx::TensorProto &tensor : graph.initializer()) {
    Attribute value = getConstant(model, tensor);
    Location loc = getNodeLocation({tensor.name(), "initializer", {tensor.name()}}, model.file);
    scope.values[tensor.name()] =
        onnx::ConstantOp::create(builder, loc, cast<ElementsAttr>(value).getType(), value);
  }
  for (NodeProto &node : *graph.mutable_node())
    buildNode(node, scope);
  SmallVector<Value> outputs;
  for (const auto &output : graph.output()) {
    if (Value value = scope.find(output.name()))
      outputs.push_back(value);
    else
      (holder ? model.error(*holder) : model.error())
          << "nothing defines the output '" << output.name() << "'";
  }
  return outputs;
}

void ModuleBuilder::buildFunction(GraphProto &graph) {
  SmallVector<Type> types;
  SmallVector<Location> locs;
  for (const auto &input : graph.input()) {
    types.push_back(getType(model, input.type()));
    locs.push_back(locateValue(input.name()));
  }
  auto function = func::FuncOp::create(builder, model.file, getFunctionName(),
                                       builder.getFunctionType(types, {}));
  entry = builder.createBlock(&function.getBody(), {}, types, locs);
  Scope scope;
  for (const auto &[input, argument] : llvm::zip_equal(graph.input(), entry->getArguments()))
    scope.values[input.name()] = argument;
  SmallVector<Value> outputs = buildBody(graph, scope, nullptr);
  func::ReturnOp::create(builder, model.file, outputs);
  if (model.failed)
    return;
  function.setFunctionType(builder.getFunctionType(types, TypeRange(ValueRange(outputs))));
  auto name = builder.getStringAttr("onnx.name");
  for (const auto &[i, input] : llvm::enumerate(graph.input()))
    function.setArgAttr(i, name, builder.getStringAttr(input.name()));
  for (const auto &[i, output] : llvm::enumerate(graph.output()))
    function.setResultAttr(i, name, builder.getStringAttr(output.name()));
}

void ModuleBuilder::setModuleAttributes(ModuleOp module) {
  module->setAttr("onnx.file", builder.getStringAttr(llvm::sys::path::filename(model.path)));
  module->setAttr("onnx.sha256", builder.getStringAttr(model.sha256));
  module->setAttr("onnx.graph", builder.getStringAttr(model.proto.graph().name()));
  SmallVector<NamedAttribute> opsets;
  for (const auto &import : model.proto.opset_import())
    opsets.emplace_back(
        builder.getStringAttr(import.domain().empty() ? "ai.onnx" : import.domain()),
        builder.getI64IntegerAttr(import.version()));
  module->setAttr("onnx.opset", builder.getDictionaryAttr(opsets));
  SmallVector<Attribute> symbols;
  for (const Symbol &symbol : model.symbols)
    symbols.push_back(graph::SymbolAttr::get(&model.context, symbol.name, symbol.min, symbol.max));
  if (!symbols.empty())
    module->setAttr("graph.symbols", builder.getArrayAttr(symbols));
  SmallVector<NamedAttribute> others;
  for (const Symbol &dim : model.otherDims)
    others.emplace_back(builder.getStringAttr(dim.name),
                        builder.getDenseI64ArrayAttr({dim.min, dim.max}));
  if (!others.empty())
    module->setAttr("onnx.dims", builder.getDictionaryAttr(others));
}

OwningOpRef<ModuleOp> ModuleBuilder::build() {
  model.context.loadDialect<func::FuncDialect, graph::GraphDialect, onnx::OnnxDialect>();
  OwningOpRef<ModuleOp> module = ModuleOp::create(model.file, getFunctionName());
  setModuleAttributes(*module);
  builder.setInsertionPointToStart(module->getBody());
  buildFunction(*model.proto.mutable_graph());
  if (model.failed || failed(verify(*module)))
    return {};
  return module;
}

} // namespace

OwningOpRef<ModuleOp> build(Model &model) { return ModuleBuilder(model).build(); }

} // namespace onnxcc::importer
