// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Elementwise ops become maps of their own scalar code.
#include "passes/kernels/Lowering.h"

using namespace mlir;
using onnxcc::graph::Scalar;

namespace onnxcc::kernels {

LogicalResult lowerElementwise(Lowering &lowering, Operation *op) {
  auto elementwise = cast<graph::ElementwiseOpInterface>(op);
  Value result = op->getResult(0);
  Type element = elementOf(result);
  SmallVector<Lowering::Input> inputs;
  for (Value operand : op->getOperands())
    inputs.push_back(lowering.input(operand));
  auto isTiny = [](Type type) { return isa<FloatType>(type) && type.getIntOrFloatBitWidth() <= 8; };
  if (isTiny(element) || llvm::any_of(inputs, [&](auto &input) { return isTiny(input.element); }))
    return op->emitOpError() << "has no kernel: it computes with floats of 8 bits or less";
  lowering.define(result, lowering.map(op->getLoc(), extentsOf(result), element, inputs,
                                       [&](ArrayRef<Scalar> scalars) {
                                         return elementwise.buildScalar(scalars, element);
                                       }));
  return success();
}

LogicalResult lowerLookup(Lowering &lowering, graph::LookupOp op) {
  Value result = op.getResult();
  Extents extents = extentsOf(result);
  Value table = lowering.constantTensor(op.getLoc(), op.getTable());
  Lowering::Input inputs[] = {lowering.input(op.getX()),
                              lowering.readAt({{table, lowering.identity(1)}, elementOf(result)},
                                              extents.size(), lowering.number(0))};
  lowering.define(
      result,
      lowering.map(op.getLoc(), extents, elementOf(result), inputs, [&](ArrayRef<Scalar> scalars) {
        Scalar first = scalars[1];
        // A table of equal entries has been read already.
        if (isa<BlockArgument>(first.value))
          first.value =
              kernel::LookupOp::create(*first.builder, op.getLoc(), scalars[0].value, first.value);
        return first;
      }));
  return success();
}

LogicalResult lowerBatchNorm(Lowering &lowering, graph::BatchNormOp op) {
  Extents extents = extentsOf(op.getX());
  unsigned rank = extents.size();
  unsigned channel = op.getLayout() == graph::Layout::ChannelsFirst ? 1 : rank - 1;
  SmallVector<Lowering::Input> inputs{lowering.input(op.getX())};
  for (Value parameter : op->getOperands().drop_front())
    inputs.push_back(lowering.readAt(lowering.input(parameter), rank, lowering.dim(channel)));
  double epsilon = op.getEpsilon().convertToDouble();
  Value result = lowering.map(
      op.getLoc(), extents, elementOf(op.getX()), inputs, [&](ArrayRef<Scalar> scalars) {
        Scalar x = scalars[0].widen(), scale = scalars[1].widen(), bias = scalars[2].widen();
        Scalar mean = scalars[3].widen(), variance = scalars[4].widen();
        return (x - mean) / sqrt(variance + epsilon) * scale + bias;
      });
  lowering.define(op.getResult(), result);
  return success();
}

} // namespace onnxcc::kernels
