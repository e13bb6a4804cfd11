// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The pass lower-onnx: one walk over a function's nodes in their order, which builds its new body
// of graph ops.
#include "passes/graph/LoweringContext.h"
#include "passes/graph/Passes.h"

#include "dialects/support/Locations.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;

namespace onnxcc {

#define GEN_PASS_DEF_LOWERONNX
#include "passes/graph/Passes.h.inc"

void populateGraphPipeline(OpPassManager &pm) {
  pm.addPass(createLowerOnnx());
  pm.addPass(createVerifyGraph());
}

namespace {

/// Lowers one function. `values` maps ONNX values to graph values; null where a node failed, so
/// that the nodes that depend on it are passed over without a second message.
class FunctionLowering {
public:
  FunctionLowering(func::FuncOp function, ModuleOp module) : function(function), module(module) {}

  LogicalResult run();

  int64_t numNodes = 0, numOps = 0, numFolded = 0;

private:
  void lower(Block &block, LoweringContext &context);
  void lower(onnx::NodeOp node, LoweringContext &context);
  /// The branch that is taken, if that is known; else both, and a selection.
  void lowerIf(onnx::NodeOp node, LoweringContext &context);
  void checkResult(unsigned i, Value value);

  func::FuncOp function;
  ModuleOp module;
  llvm::DenseMap<Value, Value> values;
  bool failed = false;
};

} // namespace

LogicalResult FunctionLowering::run() {
  Region body;
  Block *entry = &body.emplaceBlock();
  for (BlockArgument argument : function.getArguments()) {
    BlockArgument added = entry->addArgument(argument.getType(), argument.getLoc());
    if (isa<RankedTensorType>(argument.getType())) {
      values[argument] = added;
      continue;
    }
    failed = true;
    auto name = function.getArgAttrOfType<StringAttr>(argument.getArgNumber(), "onnx.name");
    emitError(argument.getLoc()) << "input '" << (name ? name.getValue() : "") << "' has type "
                                 << argument.getType()
                                 << ": only tensors can be inputs; export the model with tensors";
  }
  LoweringContext context(module, entry);
  lower(function.getBody().front(), context);

  Operation *terminator = function.getBody().front().getTerminator();
  SmallVector<Value> results;
  for (auto [i, operand] : llvm::enumerate(terminator->getOperands())) {
    Value value = values.lookup(operand);
    results.push_back(value);
    if (value)
      checkResult(i, value);
    else if (!failed)
      failed = true, emitError(terminator->getLoc()) << "output " << i << " has no value";
  }
  if (failed)
    return failure();
  OpBuilder builder(module.getContext());
  builder.setInsertionPointToEnd(entry);
  func::ReturnOp::create(builder, terminator->getLoc(), results);
  function.setFunctionType(builder.getFunctionType(function.getFunctionType().getInputs(),
                                                   ValueRange(results).getTypes()));
  function.getBody().takeBody(body);
  // Operands that turned into attributes, and their computation, are dead now. Uses come after
  // definitions.
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(*entry)))
    if (isOpTriviallyDead(&op))
      op.erase();
  numFolded = context.numFolded;
  numOps = std::distance(entry->begin(), entry->end()) - 1;
  return success();
}

void FunctionLowering::lower(Block &block, LoweringContext &context) {
  for (Operation &op : block) {
    if (auto node = dyn_cast<onnx::NodeOp>(op)) {
      lower(node, context);
      continue;
    }
    if (auto constant = dyn_cast<onnx::ConstantOp>(op)) {
      context.enter(constant.getLoc());
      auto value = dyn_cast<ElementsAttr>(constant.getValue());
      if (!value) {
        failed = true;
        if (!constant.use_empty())
          constant.emitError("constants of type ") << constant.getType() << " have no lowering";
        continue;
      }
      values[constant] = context.initializer(value);
    }
  }
}

void FunctionLowering::lower(onnx::NodeOp node, LoweringContext &context) {
  const Lowering *lowering = LoweringTable::get().find(node.getDomain(), node.getOpType());
  bool isIf = node.getOpType() == "If" && node.getDomain().empty() && node.getGraphs();
  std::string unknown =
      explainUnknownOperator(node.getDomain(), node.getOpType(), node->getNumRegions() > 0);
  if (!unknown.empty()) {
    failed = true;
    emitError(node.getLoc()) << unknown;
    return;
  }
  SmallVector<Value> inputs;
  for (Value input : node.getInputs()) {
    Value value = values.lookup(input);
    if (!value && !input.getDefiningOp<onnx::AbsentOp>()) {
      // What it depends on has been reported.
      failed = true;
      return;
    }
    inputs.push_back(value);
  }
  ++numNodes;
  context.enter(node, std::move(inputs));
  if (isIf)
    return lowerIf(node, context);
  (*lowering)(context);
  for (auto [i, output] : llvm::enumerate(node.getOutputs())) {
    Value value = context.results()[i];
    if (value) {
      values[output] = value;
    } else if (!context.hasErrors() && context.wants(i)) {
      context.error() << "output " << i << " of operator '" << node.getOpType()
                      << "' is not supported";
    }
  }
  failed |= context.hasErrors();
}

void FunctionLowering::lowerIf(onnx::NodeOp node, LoweringContext &context) {
  std::optional<SmallVector<int64_t>> known = context.asConstants(context.input(0));
  Value condition = context.input(0);
  SmallVector<Value> branches[2];
  for (auto [name, body] : llvm::zip(*node.getGraphs(), node.getBodies())) {
    bool isThen = cast<StringAttr>(name).getValue() == "then_branch";
    if (body.empty() || (known && known->size() == 1 && (known->front() != 0) != isThen))
      continue;
    lower(body.front(), context);
    for (Value value : body.front().getTerminator()->getOperands())
      branches[isThen].push_back(values.lookup(value));
  }
  for (auto [i, output] : llvm::enumerate(node.getOutputs())) {
    Value then = i < branches[1].size() ? branches[1][i] : Value();
    Value otherwise = i < branches[0].size() ? branches[0][i] : Value();
    if (known) {
      values[output] = then ? then : otherwise;
      continue;
    }
    // Ops have no side effects: both branches are computed, and the condition selects.
    context.enter(node.getLoc());
    if (!then || !otherwise)
      continue;
    if (then.getType() != otherwise.getType()) {
      context.error() << "the branches of 'If' give output " << i << " different types, "
                      << then.getType() << " and " << otherwise.getType()
                      << "; its condition would have to be known at compile time (a constant, or "
                         "computed from dimensions)";
      failed = true;
      continue;
    }
    values[output] = context.term(context.reshape(condition, {})).select(then, otherwise);
  }
}

std::string explainUnknownOperator(StringRef domain, StringRef op, bool hasSubgraphs) {
  bool isIf = op == "If" && domain.empty() && hasSubgraphs;
  if (isIf || LoweringTable::get().find(domain, op))
    return "";
  std::string text = ("no lowering for operator '" + op + "'").str();
  if (!domain.empty() && domain != "ai.onnx")
    text += (" of domain '" + domain + "'").str();
  if (hasSubgraphs)
    return text + ": control flow must be decided at compile time; fix the inputs it depends on "
                  "and simplify the model";
  return text + ": export the model without it, or add a lowering (passes/graph/README.md)";
}

void FunctionLowering::checkResult(unsigned i, Value value) {
  auto declared = dyn_cast<RankedTensorType>(function.getFunctionType().getResult(i));
  auto type = cast<RankedTensorType>(value.getType());
  if (!declared)
    return;
  bool fits =
      declared.getRank() == type.getRank() && declared.getElementType() == type.getElementType();
  for (int64_t axis = 0; fits && axis < type.getRank(); ++axis)
    fits = declared.isDynamicDim(axis) || type.isDynamicDim(axis) ||
           declared.getDimSize(axis) == type.getDimSize(axis);
  // The model's declaration may be wrong; what its nodes compute is what counts.
  if (!fits)
    emitWarning(value.getLoc()) << "the model declares output " << i << " as " << declared
                                << ", but it is " << type;
}

namespace {

struct LowerOnnx : impl::LowerOnnxBase<LowerOnnx> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (function.isExternal())
        continue;
      FunctionLowering lowering(function, getOperation());
      if (llvm::failed(lowering.run()))
        signalPassFailure();
      numNodes += lowering.numNodes;
      numOps += lowering.numOps;
      numFolded += lowering.numFolded;
    }
  }
};

} // namespace

} // namespace onnxcc
