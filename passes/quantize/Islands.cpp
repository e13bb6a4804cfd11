// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What is left in floats between dequantisation and quantisation, and why.
#include "passes/quantize/Integers.h"

#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace onnxcc {

/// The ops between dequantized values, or sums of integers, and `value`, each before its readers;
/// whether there are dequantized values among them.
static bool collect(Value value, llvm::SetVector<Operation *> &ops) {
  Operation *op = value.getDefiningOp();
  if (!op || isa<graph::ConstantOp>(op) || ops.contains(op))
    return false;
  if (isa<graph::DequantizeOp>(op))
    return !op->getOperand(0).getDefiningOp<graph::ConstantOp>();
  if (!isa<FloatType>(cast<RankedTensorType>(value.getType()).getElementType()) ||
      op->getNumRegions() != 0)
    return false;
  bool isDequantized = false;
  for (Value operand : op->getOperands())
    isDequantized |= collect(operand, ops);
  if (!isa<graph::BroadcastOp, graph::ReshapeOp>(op))
    ops.insert(op);
  return isDequantized;
}

/// Why `op` is not computed from bytes; empty if it could be.
static std::string getReason(graph::QuantizeOp op) {
  if (!isByte(op.getType().getElementType()))
    return "it is quantized to no bytes";
  if (!UniformParameters::get(op.getScale(), op.getZeroPoint()))
    return "it is quantized with scales that vary or are not known";
  if (canBeTable(op))
    return "";
  Value value = op.getX();
  Operation *last = value.getDefiningOp();
  while (last && last->hasOneUse() &&
         (getClip(last) || isa<graph::SliceOp, graph::GatherOp, graph::GatherElementsOp>(last))) {
    value = last->getOperand(0);
    last = value.getDefiningOp();
  }
  if (!last)
    return "it begins with floats";
  std::string name = ("'" + last->getName().stripDialect() + "'").str();
  if (isa<graph::DequantizeOp>(last))
    return "what is quantized again has scales that vary";
  if (ScaledSums::get(value))
    return "its sums are of scales that vary along several axes, or read as floats too";
  if (!last->hasOneUse())
    return "the result of " + name + " is read as floats too";
  if (isa<graph::AddOp, graph::SubOp, graph::MulOp, graph::PoolOp, graph::ReduceOp>(last)) {
    std::string why = getObstacleToIntegers(last);
    return why.empty() ? why : name + ": " + why;
  }
  return name + " has no integer form";
}

std::optional<Island> Island::get(graph::QuantizeOp op) {
  llvm::SetVector<Operation *> ops;
  if (!collect(op.getX(), ops) || ops.empty())
    return std::nullopt;
  return Island{ops.takeVector(), getReason(op)};
}

} // namespace onnxcc
