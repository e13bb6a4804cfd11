// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Expected outputs from the reference evaluation of the graph phase: see References.h.
#include "compiler/Compilation.h"
#include "compiler/driver/Process.h"
#include "compiler/verify/Expose.h"
#include "compiler/verify/ModelRunner.h"
#include "compiler/verify/References.h"
#include "dialects/graph/Loop.h"
#include "dialects/onnx/ElementTypes.h"
#include "dialects/support/Extents.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace onnxcc {

/// What is known so far: the values, and the dims that ops have computed (-1 before), by symbol.
struct Tensors : llvm::DenseMap<Value, graph::Tensor> {
  SmallVector<int64_t> dims;
};

static LogicalResult evaluateBlock(Block &block, Tensors &values);

/// `type` at the computed dims' values; null where an extent needs one that has none yet.
static RankedTensorType getStaticType(Type type, const Tensors &values) {
  auto tensor = cast<RankedTensorType>(type);
  SmallVector<int64_t> shape;
  for (AffineExpr extent : getExtents(tensor)) {
    std::optional<int64_t> value = evaluate(extent, values.dims);
    if (!value || *value < 0)
      return {};
    shape.push_back(*value);
  }
  return RankedTensorType::get(shape, tensor.getElementType());
}

/// A copy of an op in which the computed dims are numbers, in its attributes and results' types;
/// the caller destroys it.
static Operation *cloneAtDims(Operation *op, const Tensors &values) {
  SmallVector<AffineExpr> numbers;
  for (int64_t dim : values.dims)
    numbers.push_back(getAffineConstantExpr(dim, op->getContext()));
  AttrTypeReplacer replacer;
  replacer.addReplacement([&](AffineMapAttr map) -> Attribute {
    AffineMap at = map.getValue();
    return AffineMapAttr::get(simplifyAffineMap(
        AffineMap::get(at.getNumDims(), 0,
                       llvm::map_to_vector(at.getResults(),
                                           [&](AffineExpr e) { return e.replaceSymbols(numbers); }),
                       op->getContext())));
  });
  Operation *copy = op->cloneWithoutRegions();
  replacer.replaceElementsIn(copy, /*replaceAttrs=*/true);
  for (OpResult result : copy->getResults())
    if (RankedTensorType type =
            getStaticType(op->getResult(result.getResultNumber()).getType(), values))
      result.setType(type);
  return copy;
}

static void set(Tensors &values, Value value, graph::Tensor tensor) {
  values.erase(value); // of the last step
  values.try_emplace(value, std::move(tensor));
}

/// Gives a dim its value, if memory would be planned for that many.
static LogicalResult define(Operation &op, unsigned symbol, int64_t value, Tensors &values) {
  graph::SymbolAttr dim = graph::getSymbols(&op)[symbol];
  std::optional<int64_t> most = evaluate(dim.getBound().getValue().getResult(0), {});
  if (value < dim.getMin() || !most || value > *most)
    return op.emitError() << "the dimension '" << dim.getName() << "' is " << value
                          << ", not within its bounds";
  if (values.dims.size() <= symbol)
    values.dims.resize(symbol + 1, -1);
  values.dims[symbol] = value;
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
    Extents extents = getExtents(cast<RankedTensorType>(result.getType()));
    for (auto [extent, size] : llvm::zip(extents, tensor.getShape()))
      if (auto symbol = dyn_cast<AffineSymbolExpr>(extent);
          symbol && llvm::is_contained(op.getSymbols(), int64_t(symbol.getPosition())))
        if (failed(define(*op, symbol.getPosition(), size, values)))
          return failure();
    set(values, result, std::move(tensor));
  }
  return success();
}

/// A step after the other, the body's values being those of the current one.
static LogicalResult evaluateScan(graph::ScanOp op, Tensors &values) {
  int64_t steps = *evaluate(op.getSteps().getResult(0), values.dims);
  unsigned states = op.getStates().size();
  SmallVector<graph::Tensor> results;
  for (Value state : op.getStates())
    results.push_back(values.find(state)->second);
  std::vector<std::vector<graph::Tensor>> pieces(op.getNumResults() - states); // a step each
  auto goesOn = [&] { return !op.getConditional() || results[0].getInt(0); };
  int64_t step = 0;
  for (; step < steps && goesOn(); ++step) {
    set(values, op.getNumber(),
        graph::Tensor::get(cast<RankedTensorType>(op.getNumber().getType()), ArrayRef(step)));
    for (auto [k, state] : llvm::enumerate(op.getStateArguments()))
      set(values, state, results[k]);
    for (auto [k, element] : llvm::enumerate(op.getElements())) {
      graph::Tensor part(getStaticType(element.getType(), values));
      size_t size = part.bytes().size();
      const graph::Tensor &whole = values.find(op.getSequences()[k])->second;
      int64_t place = op.isSequenceReversed(k) ? steps - 1 - step : step;
      llvm::copy(whole.bytes().slice(place * size, size), part.bytes().begin());
      set(values, element, std::move(part));
    }
    if (failed(evaluateBlock(op.getBody().front(), values)))
      return failure();
    for (auto [k, value] : llvm::enumerate(op.getBody().front().getTerminator()->getOperands())) {
      const graph::Tensor &tensor = values.find(value)->second;
      if (k < states)
        results[k] = tensor;
      else
        pieces[k - states].push_back(tensor);
    }
  }
  if (op.getSymbol() &&
      failed(define(*op, *op.getSymbol(), step + (step == steps && goesOn()), values)))
    return failure();
  for (auto [k, list] : llvm::enumerate(pieces)) {
    if (op.isOutputReversed(k))
      std::reverse(list.begin(), list.end());
    graph::Tensor output(getStaticType(op.getResult(states + k).getType(), values));
    char *to = output.bytes().data();
    for (const graph::Tensor &piece : list)
      to = std::copy(piece.bytes().begin(), piece.bytes().end(), to);
    results.push_back(std::move(output));
  }
  for (auto [value, tensor] : llvm::zip(op.getResults(), results))
    set(values, value, tensor);
  return success();
}

static LogicalResult evaluateBlock(Block &block, Tensors &values) {
  for (Operation &op : block.without_terminator()) {
    if (auto constant = dyn_cast<graph::ConstantOp>(op)) {
      set(values, constant.getResult(), *graph::Tensor::get(constant.getValue()));
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
    SmallVector<graph::Tensor> operands, results;
    for (Value operand : op.getOperands())
      operands.push_back(values.find(operand)->second);
    if (auto places = dyn_cast<graph::PlacesOp>(op))
      if (failed(define(op, places.getSymbol(), graph::PlacesOp::count(operands[0]), values)))
        return failure();
    for (Type type : op.getResultTypes())
      results.emplace_back(getStaticType(type, values));
    Operation *known = values.dims.empty() ? &op : cloneAtDims(&op, values);
    bool isGood = succeeded(cast<graph::EvaluableOpInterface>(known).evaluate(operands, results));
    if (known != &op)
      known->destroy();
    if (!isGood)
      return op.emitError(
          "cannot be evaluated: its operands hold an index that is out of range, or "
          "numbers that are complex");
    for (auto [result, tensor] : llvm::zip(op.getResults(), results))
      set(values, result, tensor);
  }
  return success();
}

/// An argument's data, found as a compiled model's.
static FailureOr<graph::Tensor> bindInput(func::FuncOp function, BlockArgument argument,
                                          ArrayRef<HostTensor> inputs) {
  unsigned number = argument.getArgNumber();
  auto name = function.getArgAttrOfType<StringAttr>(number, "onnx.name");
  auto type = cast<RankedTensorType>(argument.getType());
  const HostTensor *data = findTensor(inputs, name.getValue(), number);
  if (!data)
    return failCommand("no data for the input '" + name.getValue() + "'");
  if (!type.hasStaticShape())
    return failCommand("the data do not tell all dims of the input '" + name.getValue() +
                       "': add --dim NAME=NUMBER");
  const onnx::ElementType *element = onnx::findElementType(type.getElementType());
  if (!element || element->number != data->element || type.getShape() != ArrayRef(data->shape))
    return failCommand("the data " + describe(data->element, data->shape) +
                       " does not fit the input '" + name.getValue() + "', which is " +
                       describe(element ? element->number : 0, type.getShape()));
  graph::Tensor tensor(type);
  llvm::copy(data->bytes, tensor.bytes().begin());
  return tensor;
}

static FailureOr<std::vector<HostTensor>> evaluateFunction(func::FuncOp function,
                                                           ArrayRef<HostTensor> inputs) {
  Tensors values;
  for (BlockArgument argument : function.getArguments()) {
    FailureOr<graph::Tensor> tensor = bindInput(function, argument, inputs);
    if (failed(tensor))
      return failure();
    values.try_emplace(argument, std::move(*tensor));
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
