// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Weights that stay quantized: see QuantizedWeights.h.
#include "passes/support/QuantizedWeights.h"

using namespace mlir;

namespace onnxcc {

bool isSpreadConstant(Value value) {
  while (isa_and_nonnull<graph::BroadcastOp, graph::RepeatOp>(value.getDefiningOp()))
    value = value.getDefiningOp()->getOperand(0);
  return value.getDefiningOp<graph::ConstantOp>() != nullptr;
}

/// How many elements along an axis have one value: 0 for all of them; nothing if that is not known.
static std::optional<int64_t> getBlock(Value spread, int64_t axis) {
  int64_t rank = cast<RankedTensorType>(spread.getType()).getRank();
  if (auto repeat = spread.getDefiningOp<graph::RepeatOp>()) {
    if (int64_t(repeat.getAxis()) == axis)
      return repeat.getSize();
    return getBlock(repeat.getX(), axis);
  }
  if (auto broadcast = spread.getDefiningOp<graph::BroadcastOp>()) {
    int64_t own = axis - (rank - broadcast.getX().getType().getRank());
    if (own < 0 || broadcast.getX().getType().getDimSize(own) == 1)
      return 0;
    return getBlock(broadcast.getX(), own);
  }
  auto constant = spread.getDefiningOp<graph::ConstantOp>();
  auto dense = constant ? dyn_cast<DenseElementsAttr>(constant.getValue()) : DenseElementsAttr();
  return dense && dense.isSplat() ? std::optional<int64_t>(0) : std::nullopt;
}

bool areReadAsCodes(graph::DequantizeOp op) {
  RankedTensorType codes = op.getX().getType();
  auto element = dyn_cast<IntegerType>(codes.getElementType());
  if (!op.getX().getDefiningOp<graph::ConstantOp>() || !element || element.getWidth() > 8 ||
      element.getWidth() == 1 || codes.getRank() < 2 || codes.getNumElements() == 0 ||
      !op.getType().getElementType().isF32() || op->use_empty())
    return false;
  auto isWeight = [](OpOperand &use) {
    return isa<graph::MatMulOp>(use.getOwner()) && use.getOperandNumber() == 1;
  };
  if (!llvm::all_of(op->getUses(), isWeight) || !isSpreadConstant(op.getScale()) ||
      !isSpreadConstant(op.getZeroPoint()))
    return false;
  int64_t depth = codes.getRank() - 2;
  std::optional<int64_t> scales = getBlock(op.getScale(), depth),
                         zeros = getBlock(op.getZeroPoint(), depth);
  return scales && zeros && (*scales == 0 || *scales >= 8) && (*zeros == 0 || *zeros == *scales);
}

} // namespace onnxcc
