// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Evaluates ops of constants, within a budget of bytes.
#include "dialects/graph/Graph.h"
#include "dialects/support/ConstantData.h"
#include "passes/optimize/Passes.h"

#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using onnxcc::graph::Tensor;

namespace onnxcc {
#define GEN_PASS_DEF_FOLDCONSTANTS
#include "passes/optimize/Passes.h.inc"

namespace {

/// A constant, or a broadcast of one.
graph::ConstantOp getConstant(Value value) {
  if (auto broadcast = value.getDefiningOp<graph::BroadcastOp>())
    value = broadcast.getX();
  return value.getDefiningOp<graph::ConstantOp>();
}

/// The one value of all elements, as a tensor of one element, of `rank`.
std::optional<Tensor> getSplat(Value value, int64_t rank) {
  graph::ConstantOp constant = getConstant(value);
  if (!constant)
    return std::nullopt;
  auto dense = dyn_cast<DenseElementsAttr>(constant.getValue());
  if (!dense || !dense.isSplat() || !ConstantView::get(dense))
    return std::nullopt;
  SmallVector<int64_t> ones(rank, 1);
  return Tensor::get(dense.resizeSplat(RankedTensorType::get(ones, dense.getElementType())));
}

struct FoldConstants : impl::FoldConstantsBase<FoldConstants> {
  using FoldConstantsBase::FoldConstantsBase;

  static bool isNumeric(Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    return tensor && tensor.hasStaticShape() && (tensor.getElementType().isIntOrFloat());
  }

  static void replace(Operation *op, ArrayRef<ElementsAttr> values) {
    OpBuilder builder(op);
    for (auto [result, value] : llvm::zip_equal(op->getResults(), values))
      result.replaceAllUsesWith(
          graph::ConstantOp::create(builder, op->getLoc(), value).getResult());
    op->erase();
  }

  /// Elementwise ops of splats and movements of splats, which need no room.
  bool foldSplat(Operation *op) {
    bool elementwise = isa<graph::ElementwiseOpInterface>(op);
    if (!elementwise && !isa<graph::TransposeOp, graph::ReshapeOp, graph::SliceOp>(op))
      return false;
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
    SmallVector<Tensor> inputs;
    for (Value operand : op->getOperands()) {
      std::optional<Tensor> splat = getSplat(operand, type.getRank());
      if (!splat)
        return false;
      inputs.push_back(*splat);
    }
    if (type.getNumElements() == 0)
      return false;
    SmallVector<Tensor> outputs = {inputs[0]};
    if (elementwise) {
      SmallVector<int64_t> ones(type.getRank(), 1);
      outputs = {Tensor(RankedTensorType::get(ones, type.getElementType()))};
      if (failed(cast<graph::EvaluableOpInterface>(op).evaluate(inputs, outputs)))
        return false;
    }
    auto value = dyn_cast<DenseElementsAttr>(outputs[0].getAttribute());
    if (!value || !value.isSplat())
      return false;
    replace(op, ElementsAttr(value.resizeSplat(type)));
    return true;
  }

  void fold(graph::EvaluableOpInterface op) {
    // Kernels read through broadcasts; an op of one that is worth it reads through it here.
    if (isa<graph::BroadcastOp>(op) || !llvm::all_of(op->getResultTypes(), isNumeric))
      return;
    int64_t read = 0, written = 0;
    for (Value operand : op->getOperands()) {
      graph::ConstantOp constant = getConstant(operand);
      if (!constant || !isNumeric(constant.getType()) || !isNumeric(operand.getType()))
        return;
      read += getStorageBytes(constant.getType());
    }
    if (op->getNumOperands() && foldSplat(op)) {
      ++folded;
      return;
    }
    for (Type type : op->getResultTypes())
      written += getStorageBytes(cast<RankedTensorType>(type));
    if (written > std::max<int64_t>(floor, growth * read)) {
      ++refused;
      return;
    }

    SmallVector<Tensor> inputs, outputs;
    for (Value operand : op->getOperands()) {
      std::optional<Tensor> input = Tensor::get(getConstant(operand).getValue());
      if (!input)
        return;
      if (auto broadcast = operand.getDefiningOp<graph::BroadcastOp>()) {
        Tensor result(broadcast.getType());
        if (failed(broadcast.evaluate(*input, result)))
          return;
        input = result;
      }
      inputs.push_back(*input);
    }
    for (Type type : op->getResultTypes())
      outputs.emplace_back(cast<RankedTensorType>(type));
    if (failed(op.evaluate(inputs, outputs)))
      return;
    SmallVector<ElementsAttr> values;
    for (const Tensor &output : outputs)
      values.push_back(output.getAttribute());
    replace(op, values);
    ++folded;
  }

  void runOnOperation() override {
    // In program order: an op's operands have been folded before it.
    SmallVector<graph::EvaluableOpInterface> ops;
    getOperation().walk<WalkOrder::PreOrder>(
        [&](graph::EvaluableOpInterface op) { ops.push_back(op); });
    for (graph::EvaluableOpInterface op : ops)
      fold(op);
    SmallVector<Operation *> all;
    getOperation().getBody().walk<WalkOrder::PreOrder>([&](Operation *op) { all.push_back(op); });
    for (Operation *op : llvm::reverse(all))
      if (isOpTriviallyDead(op))
        op->erase();
  }
};

} // namespace
} // namespace onnxcc
