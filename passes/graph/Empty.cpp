// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Values without elements: an axis of extent 0. No code computes them and, but for an index that
// is always out of range, none reads them, so that later phases need not know the case.
#include "passes/graph/GraphBuilder.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace onnxcc {

static bool isEmpty(RankedTensorType type) { return llvm::is_contained(type.getShape(), 0); }

Value GraphBuilder::empty(RankedTensorType type) {
  // The empty axis of a constant decides; axes of symbolic extents repeat it.
  SmallVector<int64_t> shape(type.getShape());
  llvm::replace(shape, ShapedType::kDynamic, int64_t(1));
  auto constantType = RankedTensorType::get(shape, type.getElementType());
  return broadcast(constant(graph::Tensor(constantType).getAttribute()), getExtents(type));
}

/// What combining no elements gives, a scalar.
static Value reduceNothing(GraphBuilder &builder, graph::ReduceOp op) {
  auto type = RankedTensorType::get({0}, GraphBuilder::elementOf(op.getX()));
  return builder.create<graph::ReduceOp>(builder.empty(type), op.getKind(), ArrayRef<int64_t>(0));
}

std::optional<Value> GraphBuilder::replaceEmpty(Operation *op) {
  if (op->getNumResults() != 1 || isa<graph::ConstantOp>(op))
    return std::nullopt;
  RankedTensorType type = typeOf(op->getResult(0));
  if (isEmpty(type)) {
    auto repeats = dyn_cast<graph::BroadcastOp>(op);
    if (repeats && repeats.getX().getDefiningOp<graph::ConstantOp>())
      return std::nullopt;
    return empty(type);
  }
  auto isEmptyValue = [](Value value) { return isEmpty(typeOf(value)); };
  if (llvm::none_of(op->getOperands(), isEmptyValue))
    return std::nullopt;
  auto splat = [&](Value scalar) { return broadcast(scalar, getExtents(type)); };
  return TypeSwitch<Operation *, std::optional<Value>>(op)
      .Case([&](graph::ConcatOp concat) {
        SmallVector<Value> rest(concat.getInputs());
        llvm::erase_if(rest, isEmptyValue);
        return this->concat(rest, concat.getAxis());
      })
      .Case([&](graph::ReduceOp reduce) -> std::optional<Value> {
        if (type.getRank() == 0 && reduce.getX().getDefiningOp<graph::ConstantOp>())
          return std::nullopt; // folds
        return splat(reduceNothing(*this, reduce));
      })
      .Case<graph::MatMulOp, graph::ConvOp, graph::ConvTransposeOp, graph::AttentionOp>(
          [&](auto) { return splat(scalar(type.getElementType(), 0)); })
      .Case([&](graph::PadOp pad) -> Value {
        if (pad.getMode() == graph::PadMode::Constant)
          return splat(pad.getValue());
        error() << "there are no elements in " << format(pad.getX()) << " to pad with";
        return {};
      })
      .Case<graph::ScatterElementsOp, graph::ScatterNdOp>(
          [&](auto scatter) -> std::optional<Value> {
            if (isEmptyValue(scatter.getIndices()) || isEmptyValue(scatter.getUpdates()))
              return scatter.getX();
            return std::nullopt;
          })
      .Case<graph::ArgReduceOp, graph::PoolOp>([&](auto over) -> Value {
        error() << "there are no elements in " << format(over.getX()) << " to choose from";
        return {};
      })
      // An index into it is out of range, which the call finds; other ops keep their extents.
      .Default(std::optional<Value>());
}

} // namespace onnxcc
