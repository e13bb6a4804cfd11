// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Expected outputs from the reference evaluation of the graph phase: see References.h.
#include "compiler/Compilation.h"
#include "compiler/driver/Process.h"
#include "compiler/verify/Expose.h"
#include "compiler/verify/References.h"
#include "dialects/graph/Loop.h"
#include "dialects/onnx/ElementTypes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace onnxcc {

using Tensors = llvm::DenseMap<Value, graph::Tensor>;

static LogicalResult evaluateBlock(Block &block, Tensors &values);

static void set(Tensors &values, Value value, graph::Tensor tensor) {
  values.erase(value); // of the last step
  values.try_emplace(value, std::move(tensor));
}

/// A step after the other, the body's values being those of the current one.
static LogicalResult evaluateScan(graph::ScanOp op, Tensors &values) {
  auto steps = dyn_cast<AffineConstantExpr>(op.getSteps().getResult(0));
  if (!steps)
    return op.emitError("has a number of steps that is not known");
  unsigned states = op.getStates().size();
  SmallVector<graph::Tensor> results;
  for (Value state : op.getStates())
    results.push_back(values.find(state)->second);
  for (Value output : op.getResults().drop_front(states))
    results.emplace_back(cast<RankedTensorType>(output.getType()));
  for (int64_t step = 0; step < steps.getValue(); ++step) {
    auto getPlace = [&](bool reversed) { return reversed ? steps.getValue() - 1 - step : step; };
    set(values, op.getNumber(),
        graph::Tensor::get(cast<RankedTensorType>(op.getNumber().getType()), ArrayRef(step)));
    for (auto [k, state] : llvm::enumerate(op.getStateArguments()))
      set(values, state, results[k]);
    for (auto [k, element] : llvm::enumerate(op.getElements())) {
      graph::Tensor part(cast<RankedTensorType>(element.getType()));
      size_t size = part.bytes().size();
      const graph::Tensor &whole = values.find(op.getSequences()[k])->second;
      llvm::copy(whole.bytes().slice(getPlace(op.isSequenceReversed(k)) * size, size),
                 part.bytes().begin());
      set(values, element, std::move(part));
    }
    if (failed(evaluateBlock(op.getBody().front(), values)))
      return failure();
    OperandRange yielded = op.getBody().front().getTerminator()->getOperands();
    for (auto [k, value] : llvm::enumerate(yielded)) {
      const graph::Tensor &tensor = values.find(value)->second;
      if (k < states)
        results[k] = tensor;
      else
        llvm::copy(tensor.bytes(),
                   results[k].bytes().begin() +
                       getPlace(op.isOutputReversed(k - states)) * tensor.bytes().size());
    }
  }
  for (auto [value, tensor] : llvm::zip(op.getResults(), results))
    set(values, value, tensor);
  return success();
}

/// The branch that is taken.
static LogicalResult evaluateIf(graph::IfOp op, Tensors &values) {
  bool holds = values.find(op.getCondition())->second.getInt(0) != 0;
  Block &taken = (holds ? op.getBody() : op.getOtherwise()).front();
  if (failed(evaluateBlock(taken, values)))
    return failure();
  for (auto [result, value] : llvm::zip(op.getResults(), taken.getTerminator()->getOperands())) {
    graph::Tensor tensor = values.find(value)->second;
    set(values, result, std::move(tensor));
  }
  return success();
}

static LogicalResult evaluateBlock(Block &block, Tensors &values) {
  for (Operation &op : block.without_terminator()) {
    if (auto constant = dyn_cast<graph::ConstantOp>(op)) {
      std::optional<graph::Tensor> tensor = graph::Tensor::get(constant.getValue());
      if (!tensor)
        return op.emitError("is a constant that cannot be evaluated");
      set(values, constant.getResult(), std::move(*tensor));
      continue;
    }
    if (auto scan = dyn_cast<graph::ScanOp>(op)) {
      if (failed(evaluateScan(scan, values)))
        return failure();
      continue;
    }
    if (auto choice = dyn_cast<graph::IfOp>(op)) {
      if (failed(evaluateIf(choice, values)))
        return failure();
      continue;
    }
    auto evaluable = dyn_cast<graph::EvaluableOpInterface>(op);
    if (!evaluable)
      return op.emitError("has no reference evaluation");
    SmallVector<graph::Tensor> operands, results;
    for (Value operand : op.getOperands())
      operands.push_back(values.find(operand)->second);
    for (Type type : op.getResultTypes())
      results.emplace_back(cast<RankedTensorType>(type));
    if (failed(evaluable.evaluate(operands, results)))
      return op.emitError("cannot be evaluated");
    for (auto [result, tensor] : llvm::zip(op.getResults(), results))
      set(values, result, tensor);
  }
  return success();
}

static FailureOr<std::vector<HostTensor>> evaluateFunction(func::FuncOp function,
                                                           ArrayRef<HostTensor> inputs) {
  Tensors values;
  for (BlockArgument argument : function.getArguments()) {
    auto type = dyn_cast<RankedTensorType>(argument.getType());
    if (!type || !type.hasStaticShape() || argument.getArgNumber() >= inputs.size())
      return function.emitError("the reference evaluation wants static inputs"), failure();
    graph::Tensor tensor(type);
    ArrayRef<char> bytes = inputs[argument.getArgNumber()].bytes;
    if (bytes.size() != tensor.bytes().size())
      return function.emitError("an input's data does not fit its type"), failure();
    llvm::copy(bytes, tensor.bytes().begin());
    values.try_emplace(argument, std::move(tensor));
  }
  if (failed(evaluateBlock(function.getBody().front(), values)))
    return failure();
  std::vector<HostTensor> outputs;
  Operation *end = function.getBody().front().getTerminator();
  for (OpOperand &operand : end->getOpOperands()) {
    const graph::Tensor &tensor = values.find(operand.get())->second;
    HostTensor output;
    if (auto name =
            function.getResultAttrOfType<StringAttr>(operand.getOperandNumber(), "onnx.name"))
      output.name = name.str();
    if (const onnx::ElementType *type = onnx::findElementType(tensor.getElementType()))
      output.element = type->number;
    output.shape = tensor.getShape().vec();
    output.bytes = std::vector<char>(tensor.bytes().begin(), tensor.bytes().end());
    outputs.push_back(std::move(output));
  }
  return outputs;
}

FailureOr<std::vector<HostTensor>>
evaluateModel(const Options &options, ArrayRef<HostTensor> inputs, ArrayRef<std::string> values) {
  Options pinned = options;
  Compilation open(options.input, options.compile, printDiagnostic);
  if (failed(open.import(Phase::Emit, /*requireBounds=*/false)))
    return failure();
  if (failed(pinAllDims(open.getModule(), inputs, pinned)))
    return failure();
  Compilation compilation(pinned.input, pinned.compile, printDiagnostic);
  if (failed(compilation.import()))
    return failure();
  exposeValues(compilation.getModule(), values);
  if (failed(compilation.run(Phase::Graph)))
    return failure();
  auto functions = compilation.getModule().getOps<func::FuncOp>();
  return evaluateFunction(*functions.begin(), inputs);
}

} // namespace onnxcc
