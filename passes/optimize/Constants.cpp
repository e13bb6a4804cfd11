// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Scalars, values along an axis, and weights: see Constants.h.
#include "passes/optimize/Constants.h"

#include "dialects/graph/Graph.h"
#include "dialects/support/ConstantData.h"
#include "passes/support/Movement.h"

using namespace mlir;
using onnxcc::graph::Tensor;

namespace onnxcc {

static RankedTensorType getTensorType(Value value) {
  return cast<RankedTensorType>(value.getType());
}

/// The constant, and the type it is broadcast to.
static graph::ConstantOp getBroadcastConstant(Value value) {
  if (auto broadcast = value.getDefiningOp<graph::BroadcastOp>())
    value = broadcast.getX();
  return value.getDefiningOp<graph::ConstantOp>();
}

bool isConstantLike(Value value) { return getBroadcastConstant(value) != nullptr; }

/// The one element of a splat, whatever its extents.
static std::optional<Tensor> getSplatTensor(graph::ConstantOp constant) {
  auto dense = dyn_cast<DenseElementsAttr>(constant.getValue());
  if (!dense || !dense.isSplat())
    return std::nullopt;
  return Tensor::get(dense.resizeSplat(RankedTensorType::get({}, dense.getElementType())));
}

std::optional<Tensor> getConstantTensor(Value value) {
  auto constant = value.getDefiningOp<graph::ConstantOp>();
  return constant ? Tensor::get(constant.getValue()) : std::nullopt;
}

std::optional<double> getConstantScalar(Value value) {
  graph::ConstantOp constant = getBroadcastConstant(value);
  if (!constant || getTensorType(constant).getNumElements() == 0)
    return std::nullopt;
  std::optional<Tensor> splat = getSplatTensor(constant);
  return splat ? std::optional(splat->getDouble(0)) : std::nullopt;
}

std::optional<std::vector<double>> getChannelValues(Value value, int64_t axis) {
  RankedTensorType type = getTensorType(value);
  int64_t extent = type.getDimSize(axis);
  if (ShapedType::isDynamic(extent))
    return std::nullopt;
  if (std::optional<double> scalar = getConstantScalar(value))
    return std::vector<double>(extent, *scalar);
  graph::ConstantOp constant = getBroadcastConstant(value);
  if (!constant)
    return std::nullopt;
  // Every other axis of the constant has extent 1.
  RankedTensorType source = getTensorType(constant);
  int64_t sourceAxis = axis - (type.getRank() - source.getRank());
  if (sourceAxis < 0 || source.getNumElements() != extent ||
      source.getDimSize(sourceAxis) != extent)
    return std::nullopt;
  std::optional<Tensor> tensor = Tensor::get(constant.getValue());
  return tensor ? std::optional(tensor->doubles()) : std::nullopt;
}

Value createChannelConstant(OpBuilder &builder, Location loc, ArrayRef<double> values, int64_t axis,
                            RankedTensorType type) {
  SmallVector<int64_t> shape;
  if (!llvm::all_equal(values)) {
    shape.assign(type.getRank() - axis, 1);
    shape[0] = values.size();
  } else {
    values = values.take_front();
  }
  Tensor tensor = Tensor::get(RankedTensorType::get(shape, type.getElementType()), values);
  Value constant = graph::ConstantOp::create(builder, loc, tensor.getAttribute());
  return createBroadcast(builder, loc, constant, getExtents(type));
}

std::optional<Weights> Weights::get(Operation *op) {
  auto image = [&](Value x, graph::Layout layout) {
    return layout == graph::Layout::ChannelsLast ? getTensorType(x).getRank() - 1 : 1;
  };
  Weights weights;
  if (auto conv = dyn_cast<graph::ConvOp>(op)) {
    weights.channelAxis = weights.inputAxis = image(conv.getX(), conv.getLayout());
  } else if (auto convTranspose = dyn_cast<graph::ConvTransposeOp>(op)) {
    weights.channelAxis = weights.inputAxis =
        image(convTranspose.getX(), convTranspose.getLayout());
  } else if (auto matmul = dyn_cast<graph::MatMulOp>(op)) {
    weights.channelAxis = weights.inputAxis = matmul.getLhs().getType().getRank() - 1;
  } else {
    return std::nullopt;
  }
  weights.operand = &op->getOpOperand(1);
  auto constant = op->getOperand(1).getDefiningOp<graph::ConstantOp>();
  if (!constant || !isa<FloatType>(getTensorType(constant).getElementType()))
    return std::nullopt;
  weights.channels = getTensorType(op->getResult(0)).getDimSize(weights.channelAxis);
  weights.inputs = getTensorType(op->getOperand(0)).getDimSize(weights.inputAxis);
  if (ShapedType::isDynamic(weights.channels) || ShapedType::isDynamic(weights.inputs))
    return std::nullopt;
  return weights;
}

void Weights::scale(OpBuilder &builder, ArrayRef<double> factors, bool outputs) {
  Operation *op = operand->getOwner();
  Value old = operand->get();
  std::optional<Tensor> tensor = getConstantTensor(old);
  RankedTensorType type = tensor->getType();
  std::vector<double> values = tensor->doubles();
  // The two axes of channels; where one of them counts within a group, the other has all groups.
  bool isMatMul = isa<graph::MatMulOp>(op), isTransposed = isa<graph::ConvTransposeOp>(op);
  int64_t rank = type.getRank();
  int64_t outer = isMatMul ? rank - 2 : 0, inner = isMatMul ? rank - 1 : 1;
  int64_t groups = 1;
  if (auto conv = dyn_cast<graph::ConvOp>(op))
    groups = conv.getGroups();
  else if (auto convTranspose = dyn_cast<graph::ConvTransposeOp>(op))
    groups = convTranspose.getGroups();
  bool byOuter = outputs == !(isMatMul || isTransposed);

  SmallVector<int64_t> strides = graph::getStrides(type.getShape());
  int64_t outerExtent = type.getDimSize(outer), innerExtent = type.getDimSize(inner);
  for (size_t k = 0; k < values.size(); ++k) {
    int64_t o = k / strides[outer] % outerExtent, i = k / strides[inner] % innerExtent;
    int64_t channel = byOuter ? o : o / (outerExtent / groups) * innerExtent + i;
    values[k] *= factors[channel];
  }
  Tensor scaled = Tensor::get(type, values);
  operand->set(graph::ConstantOp::create(builder, old.getLoc(), scaled.getAttribute()));
}

void Weights::scaleOutputs(OpBuilder &builder, ArrayRef<double> factors) {
  scale(builder, factors, true);
}
void Weights::scaleInputs(OpBuilder &builder, ArrayRef<double> factors) {
  scale(builder, factors, false);
}

} // namespace onnxcc
