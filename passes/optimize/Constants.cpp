// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Scalars, values along an axis, and weights: see Constants.h.
#include "passes/optimize/Constants.h"

#include "dialects/graph/Graph.h"
#include "dialects/support/ConstantData.h"
#include "passes/support/Movement.h"

#include <cmath>

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

bool isHeld(double value, Type element) {
  const llvm::fltSemantics &semantics = cast<FloatType>(element).getFloatSemantics();
  double magnitude = std::abs(value);
  return magnitude == 0 ||
         (magnitude >= llvm::APFloat::getSmallestNormalized(semantics).convertToDouble() &&
          magnitude <= llvm::APFloat::getLargest(semantics).convertToDouble());
}

bool isProductHeld(double a, double b, Type element) {
  bool isZero = a == 0 || b == 0;
  return std::isfinite(a) && std::isfinite(b) && isHeld(a * b, element) && (a * b == 0) == isZero;
}

Magnitudes Magnitudes::of(ArrayRef<double> values) {
  Magnitudes result;
  for (double value : values) {
    double magnitude = std::abs(value);
    if (std::isnan(value))
      return {value, value};
    result.greatest = std::max(result.greatest, magnitude);
    if (magnitude != 0 && (result.least == 0 || magnitude < result.least))
      result.least = magnitude;
  }
  return result;
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

LogicalResult Weights::scale(OpBuilder &builder, ArrayRef<double> factors, bool outputs) {
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
  std::vector<double> greatest(factors.size(), 0);
  for (size_t k = 0; k < values.size(); ++k) {
    int64_t o = k / strides[outer] % outerExtent, i = k / strides[inner] % innerExtent;
    int64_t channel = byOuter ? o : o / (outerExtent / groups) * innerExtent + i;
    greatest[channel] = std::max(greatest[channel], std::abs(values[k]));
    values[k] *= factors[channel];
  }
  // What lesser weights lose to underflow is less than the greatest one's rounding.
  for (auto [magnitude, factor] : llvm::zip_equal(greatest, factors))
    if (!isProductHeld(magnitude, factor, type.getElementType()))
      return failure();
  Tensor scaled = Tensor::get(type, values);
  operand->set(graph::ConstantOp::create(builder, old.getLoc(), scaled.getAttribute()));
  return success();
}

LogicalResult Weights::scaleOutputs(OpBuilder &builder, ArrayRef<double> factors) {
  return scale(builder, factors, true);
}
LogicalResult Weights::scaleInputs(OpBuilder &builder, ArrayRef<double> factors) {
  return scale(builder, factors, false);
}

} // namespace onnxcc
