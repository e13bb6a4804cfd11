// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Scalars, values along an axis, and weights: see Constants.h.
#include "passes/optimize/Constants.h"

#include "dialects/graph/Graph.h"
#include "dialects/support/ConstantData.h"
#include "passes/support/Movement.h"

#include <cmath>
#include <cstring>

using namespace mlir;
using onnxcc::graph::Tensor;

namespace onnxcc {

RankedTensorType getTensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

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

/// One element of a splat, else all.
static ElementsAttr withoutRepeats(ElementsAttr constant) {
  auto dense = dyn_cast<DenseElementsAttr>(constant);
  if (!dense || !dense.isSplat())
    return constant;
  return dense.resizeSplat(RankedTensorType::get({1}, dense.getElementType()));
}

ConstantElements::ConstantElements(ElementsAttr constant)
    : element(constant.getElementType()), splat(withoutRepeats(constant) != constant),
      view(*ConstantView::get(withoutRepeats(constant))), bytes(view.bytes()),
      one(RankedTensorType::get({1}, element)) {}

double ConstantElements::operator[](int64_t index) const {
  int64_t width = one.elementBytes();
  const char *from = bytes.data() + (splat ? 0 : index * width);
  std::memcpy(one.bytes().data(), from, width);
  return one.getDouble(0);
}

ElementsAttr selectElements(ElementsAttr constant, RankedTensorType type,
                            llvm::function_ref<void(TakeElements)> choose) {
  if (auto dense = dyn_cast<DenseElementsAttr>(constant); dense && dense.isSplat())
    return dense.resizeSplat(type);
  ConstantView view = *ConstantView::get(constant);
  const char *from = view.bytes().data();
  Tensor selected(type);
  int64_t width = selected.elementBytes();
  char *to = selected.bytes().data();
  choose([&](int64_t begin, int64_t count) {
    to = std::copy_n(from + begin * width, count * width, to);
  });
  return selected.getAttribute();
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
  weights.groups = 1;
  weights.outerAxis = 0;
  weights.outputsAreOuter = false;
  if (auto conv = dyn_cast<graph::ConvOp>(op)) {
    weights.channelAxis = weights.inputAxis = image(conv.getX(), conv.getLayout());
    weights.groups = conv.getGroups();
    weights.outputsAreOuter = true;
  } else if (auto convTranspose = dyn_cast<graph::ConvTransposeOp>(op)) {
    weights.channelAxis = weights.inputAxis =
        image(convTranspose.getX(), convTranspose.getLayout());
    weights.groups = convTranspose.getGroups();
  } else if (auto matmul = dyn_cast<graph::MatMulOp>(op)) {
    weights.channelAxis = weights.inputAxis = matmul.getLhs().getType().getRank() - 1;
    weights.outerAxis = matmul.getRhs().getType().getRank() - 2;
  } else {
    return std::nullopt;
  }
  weights.operand = &op->getOpOperand(1);
  auto constant = op->getOperand(1).getDefiningOp<graph::ConstantOp>();
  if (!constant || !getTensorType(constant).getElementType().isIntOrFloat())
    return std::nullopt;
  weights.channels = getTensorType(op->getResult(0)).getDimSize(weights.channelAxis);
  weights.inputs = getTensorType(op->getOperand(0)).getDimSize(weights.inputAxis);
  if (ShapedType::isDynamic(weights.channels) || ShapedType::isDynamic(weights.inputs))
    return std::nullopt;
  ArrayRef<int64_t> shape = getTensorType(constant).getShape();
  weights.batch = llvm::product_of(shape.take_front(weights.outerAxis));
  weights.outer = shape[weights.outerAxis];
  weights.inner = shape[weights.outerAxis + 1];
  weights.rest = llvm::product_of(shape.drop_front(weights.outerAxis + 2));
  return weights;
}

ElementsAttr Weights::getConstant() const {
  return operand->get().getDefiningOp<graph::ConstantOp>().getValue();
}

void Weights::forEach(llvm::function_ref<void(int64_t, int64_t, int64_t)> visit) const {
  int64_t element = 0;
  for (int64_t b = 0; b < batch; ++b)
    for (int64_t o = 0; o < outer; ++o)
      for (int64_t i = 0; i < inner; ++i) {
        int64_t other = o / (outer / groups) * inner + i;
        for (int64_t k = 0; k < rest; ++k)
          visit(element++, outputsAreOuter ? o : other, outputsAreOuter ? other : o);
      }
}

bool Weights::all(const ConstantElements &elements, int64_t channel, Side side,
                  llvm::function_ref<bool(double)> holds) const {
  if (elements.isSplat())
    return holds(elements[0]);
  bool byOuter = (side == Side::Output) == outputsAreOuter;
  int64_t outers = byOuter ? 1 : outer / groups, inners = byOuter ? inner : 1;
  int64_t firstOuter = byOuter ? channel : channel / inner * outers;
  int64_t firstInner = byOuter ? 0 : channel % inner;
  for (int64_t b = 0; b < batch; ++b)
    for (int64_t o = firstOuter; o < firstOuter + outers; ++o) {
      int64_t begin = ((b * outer + o) * inner + firstInner) * rest;
      for (int64_t element = begin; element < begin + inners * rest; ++element)
        if (!holds(elements[element]))
          return false;
    }
  return true;
}

LogicalResult Weights::scale(OpBuilder &builder, ArrayRef<double> factors, Side side) {
  Tensor tensor = *Tensor::get(getConstant());
  std::vector<double> values = tensor.doubles(), greatest(factors.size(), 0);
  forEach([&](int64_t element, int64_t output, int64_t input) {
    int64_t channel = side == Side::Output ? output : input;
    greatest[channel] = std::max(greatest[channel], std::abs(values[element]));
    values[element] *= factors[channel];
  });
  // What lesser weights lose to underflow is less than the greatest one's rounding.
  for (auto [magnitude, factor] : llvm::zip_equal(greatest, factors))
    if (!isProductHeld(magnitude, factor, tensor.getElementType()))
      return failure();
  replace(builder, Tensor::get(tensor.getType(), values).getAttribute());
  return success();
}

LogicalResult Weights::scaleOutputs(OpBuilder &builder, ArrayRef<double> factors) {
  return scale(builder, factors, Side::Output);
}
LogicalResult Weights::scaleInputs(OpBuilder &builder, ArrayRef<double> factors) {
  return scale(builder, factors, Side::Input);
}

void Weights::select(OpBuilder &builder, const llvm::BitVector &outputs,
                     const llvm::BitVector &inputs) {
  int64_t keptGroups = isDepthwise() ? inputs.count() : groups;
  SmallVector<int64_t> shape(getTensorType(operand->get()).getShape());
  shape[outerAxis] = outputsAreOuter ? outputs.count() : inputs.count();
  shape[outerAxis + 1] = (outputsAreOuter ? inputs.count() : outputs.count()) / keptGroups;
  auto type = RankedTensorType::get(shape, getTensorType(operand->get()).getElementType());
  replace(builder, selectElements(getConstant(), type, [&](auto take) {
            forEach([&](int64_t element, int64_t output, int64_t input) {
              if (outputs[output] && inputs[input])
                take(element, 1);
            });
          }));
  if (auto conv = dyn_cast<graph::ConvOp>(operand->getOwner()))
    conv.setGroups(keptGroups);
  else if (auto transposed = dyn_cast<graph::ConvTransposeOp>(operand->getOwner()))
    transposed.setGroups(keptGroups);
}

void Weights::replace(OpBuilder &builder, ElementsAttr constant) {
  operand->set(graph::ConstantOp::create(builder, operand->get().getLoc(), constant));
}

} // namespace onnxcc
