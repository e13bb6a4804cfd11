// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From a module to nodes and edges: see GraphDump.h. The forms are printed by GraphFormats.cpp.
#include "compiler/GraphDump.h"

#include "codegen/print/Expressions.h"
#include "codegen/print/Names.h"
#include "dialects/graph/Graph.h"
#include "dialects/kernel/Kernel.h"
#include "dialects/onnx/Onnx.h"
#include "dialects/support/Extents.h"
#include "dialects/support/Locations.h"
#include "kernels/Routine.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace onnxcc {

namespace {

class GraphReader {
public:
  explicit GraphReader(ModuleOp module) {
    for (graph::SymbolAttr symbol : graph::getSymbols(module))
      symbols.push_back(symbol.getName().str());
  }

  void read(func::FuncOp function, DumpGraph &graph);

private:
  std::string describe(Type type) const;
  Value getSource(Value value) const;
  void addEdge(Value value, DumpGraph::Node &node) const;
  void addOperation(Operation &op, DumpGraph &graph);

  std::vector<std::string> symbols;
  /// Who gives a value: several where launches write parts of one buffer.
  llvm::DenseMap<Value, SmallVector<int>> givers;
};

} // namespace

std::string GraphReader::describe(Type type) const {
  auto shaped = dyn_cast<ShapedType>(type);
  if (!shaped || !shaped.hasRank()) {
    std::string text;
    llvm::raw_string_ostream(text) << type;
    return text;
  }
  std::string text;
  if (!shaped.getElementType().isF32())
    llvm::raw_string_ostream(text) << shaped.getElementType();
  text += "[";
  auto tensor = dyn_cast<RankedTensorType>(type);
  bool hasExtents = shaped.hasStaticShape() || (tensor && tensor.getEncoding());
  for (int64_t axis = 0; axis < shaped.getRank(); ++axis) {
    text += axis ? "," : "";
    if (!shaped.isDynamicDim(axis))
      text += std::to_string(shaped.getDimSize(axis));
    else
      text += hasExtents ? printAffine(getExtents(tensor)[axis], {}, symbols).text : "?";
  }
  return text + "]";
}

/// Ops that only show a value otherwise. memref.view is a buffer of its own.
static bool isView(Operation *op) {
  return isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp, tensor::CastOp, graph::BroadcastOp>(
             op) ||
         (isa<ViewLikeOpInterface>(op) && !isa<memref::ViewOp>(op));
}

/// The value itself, or what it is a view of.
Value GraphReader::getSource(Value value) const {
  while (Operation *op = value.getDefiningOp()) {
    if (isView(op))
      value = op->getOperand(0);
    else
      break;
  }
  return value;
}

void GraphReader::addEdge(Value value, DumpGraph::Node &node) const {
  Value source = getSource(value);
  auto found = givers.find(source);
  if (found != givers.end()) {
    for (int giver : found->second)
      node.inputs.push_back({giver, describe(value.getType())});
    return;
  }
  Operation *op = source.getDefiningOp();
  bool isConstant =
      op && (op->hasTrait<OpTrait::ConstantLike>() || isa<onnx::ConstantOp, kernel::WeightOp>(op));
  if (isConstant)
    node.inputs.push_back({-1, describe(value.getType())});
}

/// ONNX's operators are strings; there are more than anybody would list.
static DumpGraph::Kind getKind(onnx::NodeOp node) {
  auto has = [&](std::initializer_list<StringRef> words) {
    std::string lower = node.getOpType().lower();
    return llvm::any_of(words, [&](StringRef word) { return StringRef(lower).contains(word); });
  };
  if (has({"conv", "matmul", "gemm", "einsum", "lstm", "gru", "rnn", "attention"}) &&
      !has({"pool", "convert"}))
    return DumpGraph::Kind::Contraction;
  if (has({"reshape", "transpose", "concat", "slice", "pad", "gather", "squeeze", "flatten",
           "split", "scatter", "expand", "identity", "resize", "tile", "shape"}))
    return DumpGraph::Kind::Movement;
  if (has({"pool", "reduce", "softmax", "norm", "arg", "topk", "cumsum"}))
    return DumpGraph::Kind::Reduction;
  return DumpGraph::Kind::Elementwise;
}

static DumpGraph::Kind getKind(kernel::LaunchOpInterface launch) {
  Block &code = *launch.getCode();
  SmallVector<int64_t> ones(launch.getDomain().getNumResults(), 1);
  if (isa<kernel::MapOp>(launch))
    return isa<BlockArgument>(code.back().getOperand(0)) ? DumpGraph::Kind::Movement
                                                         : DumpGraph::Kind::Elementwise;
  // A product is two operations of a point; a pool or a sum has one.
  return launch.countWork(ones).products > 1 ? DumpGraph::Kind::Contraction
                                             : DumpGraph::Kind::Reduction;
}

/// Routines either put updates in places, or go over an axis.
static DumpGraph::Kind getKind(kernel::CallOp call) {
  return call.getCallee().starts_with("scatter") ? DumpGraph::Kind::Movement
                                                 : DumpGraph::Kind::Reduction;
}

static DumpGraph::Kind getKind(Operation &op) {
  using namespace graph;
  return llvm::TypeSwitch<Operation *, DumpGraph::Kind>(&op)
      .Case<onnx::NodeOp, kernel::LaunchOpInterface, kernel::CallOp>(
          [](auto each) { return getKind(each); })
      .Case<ElementwiseOpInterface>([](auto) { return DumpGraph::Kind::Elementwise; })
      .Case<MatMulOp, AttentionOp, ConvOp, ConvTransposeOp>(
          [](auto) { return DumpGraph::Kind::Contraction; })
      .Case<TransposeOp, ReshapeOp, BroadcastOp, RepeatOp, ConcatOp, SliceOp, PadOp, GatherOp,
            GatherElementsOp, ScatterElementsOp, ScatterNdOp>(
          [](auto) { return DumpGraph::Kind::Movement; })
      .Case<PoolOp, ReduceOp, ArgReduceOp, CumulateOp, SoftmaxOp, LogSoftmaxOp, LayerNormOp,
            RmsNormOp, TopKOp>([](auto) { return DumpGraph::Kind::Reduction; })
      .Default([](Operation *other) {
        return isa<tensor::TensorDialect, memref::MemRefDialect>(other->getDialect())
                   ? DumpGraph::Kind::Movement
                   : DumpGraph::Kind::Other;
      });
}

/// "Conv" of an ONNX node, "conv" of the graph dialect, "contract conv2d" of a launch.
static std::string getTitle(Operation &op) {
  if (auto node = dyn_cast<onnx::NodeOp>(op)) {
    StringRef domain = node.getDomain();
    return (domain.empty() ? "" : domain.str() + ".") + node.getOpType().str();
  }
  std::string title = op.getName().stripDialect().str();
  if (kernel::isStep(&op))
    if (StringRef kernel = kernels::getKernelName(&op); !kernel.empty() && kernel != title)
      title += " " + kernel.str();
  return title;
}

void GraphReader::addOperation(Operation &op, DumpGraph &graph) {
  int number = graph.nodes.size();
  DumpGraph::Node node;
  node.op = getTitle(op);
  SmallVector<NodeOrigin> origins = getOrigins(op.getLoc());
  node.name = isa<onnx::NodeOp>(op) && origins.size() == 1 ? origins.front().node.str()
                                                           : describeNodes(op.getLoc());
  node.kind = getKind(op);
  auto destination = dyn_cast<DestinationStyleOpInterface>(op);
  if (destination) {
    // The destination is where results go, unless it holds what is kept.
    for (OpOperand &operand : op.getOpOperands())
      if (!destination.isDpsInit(&operand) || !kernel::isStep(&op) || kernel::isUpdated(operand))
        addEdge(operand.get(), node);
  } else {
    for (Value operand : op.getOperands())
      addEdge(operand, node);
    // What bodies of control flow take from outside.
    llvm::SmallPtrSet<Value, 4> seen(op.operand_begin(), op.operand_end());
    op.walk([&](Operation *inner) {
      for (Value operand : inner->getOperands())
        if (inner != &op && !op.isAncestor(operand.getParentRegion()->getParentOp()) &&
            seen.insert(operand).second)
          addEdge(operand, node);
    });
  }
  for (Value result : op.getResults()) {
    if (isa<NoneType>(result.getType()))
      continue;
    node.result += (node.result.empty() ? "" : ", ") + describe(result.getType());
    givers[result] = {number};
  }
  // A loop or branches give what their launches write.
  if (op.getNumRegions() && !destination)
    op.walk([&](DestinationStyleOpInterface inner) {
      if (inner->getNumResults() == 0)
        for (Value init : inner.getDpsInits())
          if (auto &list = givers[getSource(init)]; !llvm::is_contained(list, number))
            list.push_back(number);
    });
  if (destination && op.getNumResults() == 0)
    for (Value init : destination.getDpsInits()) {
      node.result += (node.result.empty() ? "" : ", ") + describe(init.getType());
      Value buffer = getSource(init);
      // A view of a part leaves the other parts as they are.
      if (buffer == init)
        givers[buffer] = {number};
      else if (!llvm::is_contained(givers[buffer], number))
        givers[buffer].push_back(number);
    }
  graph.nodes.push_back(std::move(node));
}

void GraphReader::read(func::FuncOp function, DumpGraph &graph) {
  auto getName = [](StringAttr name) { return name ? name.str() : std::string(); };
  auto isOutput = [&](unsigned index) {
    auto role = function.getArgAttrOfType<StringAttr>(index, kernel::kRoleAttr);
    return role && role.getValue() == "out";
  };
  for (BlockArgument argument : function.getArguments()) {
    unsigned index = argument.getArgNumber();
    if (isOutput(index))
      continue;
    givers[argument] = {int(graph.nodes.size())};
    graph.nodes.push_back({DumpGraph::Kind::Input,
                           "",
                           getName(function.getArgAttrOfType<StringAttr>(index, "onnx.name")),
                           describe(argument.getType()),
                           {}});
  }
  for (Operation &op : function.getBody().front().without_terminator()) {
    bool isPlumbing = op.hasTrait<OpTrait::ConstantLike>() ||
                      isa<onnx::ConstantOp, onnx::AbsentOp, kernel::WeightOp, kernel::ArenaOp,
                          kernel::DimOp, tensor::EmptyOp, memref::ViewOp>(op) ||
                      isView(&op) ||
                      (op.getNumResults() == 1 && op.getResult(0).getType().isIntOrIndex());
    if (!isPlumbing)
      addOperation(op, graph);
  }
  auto addOutput = [&](StringAttr name, Value value) {
    DumpGraph::Node node{DumpGraph::Kind::Output, "", getName(name), describe(value.getType()), {}};
    addEdge(value, node);
    graph.nodes.push_back(std::move(node));
  };
  for (BlockArgument argument : function.getArguments())
    if (isOutput(argument.getArgNumber()))
      addOutput(function.getArgAttrOfType<StringAttr>(argument.getArgNumber(), "onnx.name"),
                argument);
  for (OpOperand &operand : function.getBody().front().getTerminator()->getOpOperands())
    addOutput(function.getResultAttrOfType<StringAttr>(operand.getOperandNumber(), "onnx.name"),
              operand.get());
}

DumpGraph DumpGraph::build(ModuleOp module, StringRef phase) {
  DumpGraph graph;
  GraphReader reader(module);
  for (auto function : module.getOps<func::FuncOp>()) {
    graph.title = (function.getSymName() + " after " + phase).str();
    reader.read(function, graph);
    break; // a model is one function
  }
  return graph;
}

} // namespace onnxcc
