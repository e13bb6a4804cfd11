// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Comparison, logic, selection and conversion: the scalar code of the ops with mixed element types.
#include "dialects/graph/Graph.h"

#define GET_OP_CLASSES
#include "dialects/graph/Logic.cpp.inc"

using namespace mlir;
using namespace onnxcc;
using namespace onnxcc::graph;

void GraphDialect::addLogic() {
  addOperations<
#define GET_OP_LIST
#include "dialects/graph/Logic.cpp.inc"
      >();
}

Scalar SelectOp::buildScalar(ArrayRef<Scalar> operands, Type type) {
  return select(operands[0], operands[1].widen(), operands[2].widen()).narrow(type);
}

Scalar CastOp::buildScalar(ArrayRef<Scalar> operands, Type type) {
  return convert(operands[0], type, getSaturate());
}

/// Rounds `scaled` and moves it to where its type has 0.
static Scalar shiftToZeroPoint(Scalar scaled, Scalar zeroPoint, Type type) {
  Scalar shifted = roundEven(scaled) + convert(zeroPoint, scaled.type());
  // Conversions to fewer bits than a byte wrap.
  if (unsigned bits = type.getIntOrFloatBitWidth(); bits < 8) {
    double above = type.isUnsignedInteger() ? 1 << bits : 1 << (bits - 1);
    shifted = clamp(shifted, shifted.constant(type.isUnsignedInteger() ? 0 : -above),
                    shifted.constant(above - 1));
  }
  return convert(shifted, type);
}

Scalar QuantizeOp::buildScalar(ArrayRef<Scalar> operands, Type type) {
  Scalar scale = operands[1].widen(), zeroPoint = operands[2];
  Scalar scaled = convert(operands[0], scale.type()) / scale;
  // An 8-bit float's zero point is 0 by definition.
  return zeroPoint.isFloat() ? convert(scaled, type) : shiftToZeroPoint(scaled, zeroPoint, type);
}

Scalar RequantizeOp::buildScalar(ArrayRef<Scalar> operands, Type type) {
  Scalar scaled = convert(operands[0], operands[1].type()) * operands[1];
  return shiftToZeroPoint(scaled, operands[2], type);
}

Scalar DequantizeOp::buildScalar(ArrayRef<Scalar> operands, Type type) {
  Scalar x = operands[0].widen(), scale = operands[1].widen(), zeroPoint = operands[2].widen();
  // Differences of the small types fit 32 bits; a 32-bit x has zero point 0.
  Type i32 = x.builder->getI32Type();
  if (!x.isFloat())
    x = convert(x, i32) - convert(zeroPoint, i32);
  return (convert(x, scale.type()) * scale).narrow(type);
}

LogicalResult SelectOp::evaluate(ArrayRef<Tensor> inputs, MutableArrayRef<Tensor> outputs) {
  return evaluateElementwise(*this, inputs, outputs);
}

LogicalResult CastOp::evaluate(ArrayRef<Tensor> inputs, MutableArrayRef<Tensor> outputs) {
  return evaluateElementwise(*this, inputs, outputs);
}

LogicalResult QuantizeOp::evaluate(ArrayRef<Tensor> inputs, MutableArrayRef<Tensor> outputs) {
  return evaluateElementwise(*this, inputs, outputs);
}

LogicalResult RequantizeOp::evaluate(ArrayRef<Tensor> inputs, MutableArrayRef<Tensor> outputs) {
  return evaluateElementwise(*this, inputs, outputs);
}

LogicalResult DequantizeOp::evaluate(ArrayRef<Tensor> inputs, MutableArrayRef<Tensor> outputs) {
  return evaluateElementwise(*this, inputs, outputs);
}

Scalar LookupOp::buildScalar(ArrayRef<Scalar>, Type) {
  llvm_unreachable("a table lies in memory: kernels read it there");
}

LogicalResult LookupOp::evaluate(ArrayRef<Tensor> inputs, MutableArrayRef<Tensor> outputs) {
  std::optional<Tensor> table = Tensor::get(getTable());
  if (!table)
    return failure();
  int64_t bytes = table->elementBytes();
  ArrayRef<char> codes = inputs[0].bytes();
  char *to = outputs[0].bytes().data();
  for (auto [k, code] : llvm::enumerate(codes))
    std::memcpy(to + k * bytes, table->bytes().data() + uint8_t(code) * bytes, bytes);
  return success();
}
