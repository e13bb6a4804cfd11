// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The pass lower-onnx: one walk over a function's nodes in their order, which builds its new body
// of graph ops.
#include "passes/graph/LoweringContext.h"
#include "passes/graph/Passes.h"
#include "passes/support/DeadOps.h"

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
  /// The branch that is taken, if that is known; else both, of which one runs.
  void lowerIf(onnx::NodeOp node, LoweringContext &context);
  /// Steps whose number follows from the dims, or which go on as long as data says.
  void lowerScan(onnx::NodeOp node, LoweringContext &context);
  void lowerLoop(onnx::NodeOp node, LoweringContext &context);
  /// What a subgraph gives for `arguments`; null where a node in it failed.
  SmallVector<Value> lowerBody(onnx::NodeOp node, ArrayRef<Value> arguments,
                               LoweringContext &context);
  void checkResult(unsigned i, Value value, const LoweringContext &context);

  func::FuncOp function;
  ModuleOp module;
  llvm::DenseMap<Value, Value> values;
  bool failed = false;
  bool hasUnknown = false; // an operator without a lowering
};

} // namespace

static void describe(Type type, const LoweringContext &context, InFlightDiagnostic &error) {
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    error << context.format(tensor);
  else
    error << type;
}

LogicalResult FunctionLowering::run() {
  Region body;
  Block *entry = &body.emplaceBlock();
  LoweringContext context(module, entry);
  for (BlockArgument argument : function.getArguments()) {
    BlockArgument added = entry->addArgument(argument.getType(), argument.getLoc());
    auto tensor = dyn_cast<RankedTensorType>(argument.getType());
    bool isAddressable = tensor && context.symbols().isAddressable(tensor);
    if (isAddressable && context.isNumber(tensor.getElementType())) {
      values[argument] = added;
      continue;
    }
    failed = true;
    auto name = function.getArgAttrOfType<StringAttr>(argument.getArgNumber(), "onnx.name");
    InFlightDiagnostic error = emitError(argument.getLoc())
                               << "input '" << (name ? name.getValue() : "") << "' has type ";
    describe(argument.getType(), context, error);
    if (tensor && !isAddressable)
      error << ", for which no machine has the memory";
    else if (tensor)
      error << ": strings and complex numbers are not computed with; export the model without them";
    else
      error << ": only tensors can be inputs; export the model with tensors";
  }
  lower(function.getBody().front(), context);

  Operation *terminator = function.getBody().front().getTerminator();
  SmallVector<Value> results;
  for (auto [i, operand] : llvm::enumerate(terminator->getOperands())) {
    Value value = values.lookup(operand);
    results.push_back(value);
    if (value)
      checkResult(i, value, context);
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
  // Operands that turned into attributes, and their computation, are dead now.
  eraseDeadOps(function.getBody());
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
      if (value && context.isNumber(value.getElementType())) {
        values[constant] = context.initializer(value);
      } else if (!constant.use_empty()) {
        failed = true;
        InFlightDiagnostic error = constant.emitError("constants of type ");
        describe(constant.getType(), context, error);
        error << " are not computed with; export the model without them";
      }
    }
  }
}

/// Whether the operator's subgraphs are lowered here.
static bool isControl(StringRef domain, StringRef op, bool hasSubgraphs) {
  return hasSubgraphs && domain.empty() && (op == "If" || op == "Loop" || op == "Scan");
}

void FunctionLowering::lower(onnx::NodeOp node, LoweringContext &context) {
  const Lowering *lowering = LoweringTable::get().find(node.getDomain(), node.getOpType());
  std::string unknown =
      explainUnknownOperator(node.getDomain(), node.getOpType(), node->getNumRegions() > 0);
  if (!unknown.empty()) {
    failed = hasUnknown = true;
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
  if (isControl(node.getDomain(), node.getOpType(), node->getNumRegions() > 0)) {
    if (node.getOpType() == "If")
      return lowerIf(node, context);
    return node.getOpType() == "Scan" ? lowerScan(node, context) : lowerLoop(node, context);
  }
  (*lowering)(context);
  for (auto [i, output] : llvm::enumerate(node.getOutputs())) {
    Value value = context.results()[i];
    if (value && !context.symbols().isAddressable(cast<RankedTensorType>(value.getType()))) {
      context.error() << "output " << i << " would have the shape "
                      << context.format(context.extentsOf(value))
                      << ", for which no machine has the memory";
    } else if (value) {
      values[output] = value;
    } else if (!context.hasErrors() && context.wants(i)) {
      context.error() << "output " << i << " of operator '" << node.getOpType()
                      << "' is not supported";
    }
  }
  failed |= context.hasErrors();
}

void FunctionLowering::lowerIf(onnx::NodeOp node, LoweringContext &context) {
  Value condition = context.input(0);
  std::optional<SmallVector<int64_t>> known = context.asConstants(condition);
  Region *branches[2] = {}; // else, then
  for (auto [name, body] : llvm::zip(*node.getGraphs(), node.getBodies()))
    branches[cast<StringAttr>(name).getValue() == "then_branch"] = &body;
  auto lowerBranch = [&](bool isThen) {
    SmallVector<Value> results;
    if (!branches[isThen] || branches[isThen]->empty())
      return results;
    Block &body = branches[isThen]->front();
    lower(body, context);
    context.enter(node, {condition});
    for (Value value : body.getTerminator()->getOperands())
      results.push_back(values.lookup(value));
    return results;
  };
  // A branch may have no valid shapes for these inputs, as its model knows: see the warning.
  std::vector<Diagnostic> errors[2];
  auto tryBranch = [&](bool isThen) {
    bool hasFailed = std::exchange(failed, false);
    ScopedDiagnosticHandler handler(context.context(), [&](Diagnostic &diagnostic) {
      if (diagnostic.getSeverity() != DiagnosticSeverity::Error)
        return failure();
      errors[isThen].push_back(std::move(diagnostic));
      return success();
    });
    SmallVector<Value> results = lowerBranch(isThen);
    if (std::exchange(failed, hasFailed))
      results.clear();
    return results;
  };
  auto standIn = [&](bool isThen, ValueRange others) -> SmallVector<Value> {
    if (others.empty() || errors[isThen].empty() || hasUnknown)
      return {};
    Diagnostic &first = errors[isThen].front();
    emitWarning(first.getLocation())
        << first.str() << "; a call in which an 'If' takes this branch returns ONNXCC_EVALUE";
    errors[isThen].clear();
    return context.failing(condition, isThen, others);
  };
  SmallVector<Value> results =
      known && known->size() == 1
          ? lowerBranch(known->front() != 0)
          : context.branch(
                condition, [&] { return tryBranch(true); }, [&] { return tryBranch(false); },
                [&](unsigned k, int64_t axis) { return context.dimName(k, axis); }, standIn);
  for (std::vector<Diagnostic> &left : errors)
    for (Diagnostic &error : left)
      context.context()->getDiagEngine().emit(std::move(error));
  for (auto [output, value] : llvm::zip(node.getOutputs(), results))
    values[output] = value;
  failed |= context.hasErrors() || results.empty();
}

SmallVector<Value> FunctionLowering::lowerBody(onnx::NodeOp node, ArrayRef<Value> arguments,
                                               LoweringContext &context) {
  Block &body = node.getBodies()[0].front();
  for (auto [argument, value] : llvm::zip(body.getArguments(), arguments))
    values[argument] = value;
  lower(body, context);
  context.enter(node.getLoc());
  SmallVector<Value> results;
  for (Value value : body.getTerminator()->getOperands())
    results.push_back(values.lookup(value));
  return results;
}

void FunctionLowering::lowerScan(onnx::NodeOp node, LoweringContext &context) {
  // The context stands at other nodes once the body is lowered.
  SmallVector<Value> inputs(context.inputs());
  size_t count = context.integer("num_scan_inputs"), outputCount = node.getOutputs().size();
  if (count == 0 || count > inputs.size() || outputCount < inputs.size() - count) {
    context.error() << "wants sequences to go through";
    failed = true;
    return;
  }
  size_t states = inputs.size() - count, outputs = outputCount - states;
  auto getList = [&](StringRef name, size_t size) {
    SmallVector<int64_t> list = context.integerList(name).value_or(SmallVector<int64_t>());
    list.resize(size);
    return list;
  };
  SmallVector<int64_t> inputAxes = getList("scan_input_axes", count),
                       outputAxes = getList("scan_output_axes", outputs);
  SmallVector<bool> reversed;
  for (int64_t direction : getList("scan_input_directions", count))
    reversed.push_back(direction != 0);
  for (int64_t direction : getList("scan_output_directions", outputs))
    reversed.push_back(direction != 0);
  // Brings an axis to the front, or the front to an axis.
  auto move = [&](Value x, int64_t given, bool toFront) {
    std::optional<int64_t> axis = x ? context.axis(given, context.rankOf(x)) : std::nullopt;
    if (!axis)
      return Value();
    SmallVector<int64_t> order = llvm::to_vector(llvm::seq<int64_t>(0, context.rankOf(x)));
    int64_t from = toFront ? *axis : 0, to = toFront ? 0 : *axis;
    order.erase(order.begin() + from);
    order.insert(order.begin() + to, from);
    return context.transpose(x, order);
  };
  SmallVector<Value> sequences;
  for (size_t k = 0; k < count; ++k)
    sequences.push_back(move(inputs[states + k], inputAxes[k], /*toFront=*/true));
  SmallVector<Value> results;
  if (!llvm::is_contained(sequences, Value()))
    results = context.scan(context.extentsOf(sequences[0])[0], ArrayRef(inputs).take_front(states),
                           sequences, reversed, [&](Value, ValueRange before, ValueRange elements) {
                             SmallVector<Value> arguments(before);
                             llvm::append_range(arguments, elements);
                             return lowerBody(node, arguments, context);
                           });
  for (size_t k = 0; k < results.size(); ++k)
    values[node.getOutputs()[k]] =
        k < states ? results[k] : move(results[k], outputAxes[k - states], /*toFront=*/false);
  failed |= context.hasErrors() || results.empty();
}

void FunctionLowering::lowerLoop(onnx::NodeOp node, LoweringContext &context) {
  SmallVector<Value> inputs(context.inputs());
  inputs.resize(std::max<size_t>(inputs.size(), 2));
  ArrayRef<Value> states = ArrayRef(inputs).drop_front(2);
  Value always = context.scalar(IntegerType::get(context.context(), 1), 1);
  SmallVector<Value> results =
      context.loop(inputs[0], inputs[1], states, context.dimName(states.size(), 0),
                   [&](Value number, ValueRange before, ValueRange) {
                     SmallVector<Value> arguments{number, always};
                     llvm::append_range(arguments, before);
                     return lowerBody(node, arguments, context);
                   });
  for (auto [output, value] : llvm::zip(node.getOutputs(), results))
    values[output] = value;
  failed |= context.hasErrors() || results.empty();
}

std::string explainUnknownOperator(StringRef domain, StringRef op, bool hasSubgraphs) {
  if (isControl(domain, op, hasSubgraphs) || LoweringTable::get().find(domain, op))
    return "";
  std::string text = ("no lowering for operator '" + op + "'").str();
  if (!domain.empty() && domain != "ai.onnx")
    text += (" of domain '" + domain + "'").str();
  if (hasSubgraphs)
    return text + ": control flow must be decided at compile time; fix the inputs it depends on "
                  "and simplify the model";
  return text + ": export the model without it, or add a lowering (passes/graph/README.md)";
}

void FunctionLowering::checkResult(unsigned i, Value value, const LoweringContext &context) {
  auto declared = dyn_cast<RankedTensorType>(function.getFunctionType().getResult(i));
  auto type = cast<RankedTensorType>(value.getType());
  if (!declared)
    return;
  bool fits =
      declared.getRank() == type.getRank() && declared.getElementType() == type.getElementType();
  for (int64_t axis = 0; fits && axis < type.getRank(); ++axis)
    fits = declared.isDynamicDim(axis) || type.isDynamicDim(axis) ||
           declared.getDimSize(axis) == type.getDimSize(axis);
  if (fits)
    return;
  // The model's declaration may be wrong; what its nodes compute is what counts.
  auto name = function.getResultAttrOfType<StringAttr>(i, "onnx.name");
  emitWarning(value.getLoc()) << "the model declares output '"
                              << (name ? name.getValue().str() : std::to_string(i)) << "' as "
                              << context.format(declared) << ", but it is " << context.format(type);
}

namespace {

struct LowerOnnx : impl::LowerOnnxBase<LowerOnnx> {
  void runOnOperation() override {
    bool isGood = true;
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (function.isExternal())
        continue;
      FunctionLowering lowering(function, getOperation());
      isGood &= succeeded(lowering.run());
      numNodes += lowering.numNodes;
      numOps += lowering.numOps;
      numFolded += lowering.numFolded;
    }
    // Where a node has failed, it may have been the one with the dim.
    if (!isGood || llvm::failed(checkDims()))
      signalPassFailure();
  }

  /// No bounds are left for dims that no op has defined.
  LogicalResult checkDims() {
    auto left = getOperation()->getAttrOfType<DictionaryAttr>(kDimsAttr);
    if (!left)
      return success();
    for (NamedAttribute dim : left) {
      InFlightDiagnostic error = emitError(getOperation().getLoc())
                                 << "--dim " << dim.getName().getValue()
                                 << ": the model has no dynamic dimension of that name; it has ";
      SmallVector<graph::SymbolAttr> symbols = graph::getSymbols(getOperation());
      llvm::interleaveComma(symbols, error, [&](graph::SymbolAttr symbol) {
        error << "'" << symbol.getName() << "'";
      });
      if (symbols.empty())
        error << "none";
    }
    getOperation()->removeAttr(kDimsAttr);
    return success(left.empty());
  }
};

} // namespace

} // namespace onnxcc
