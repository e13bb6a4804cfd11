// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Taking channels out: see Shrink.h.
#include "passes/optimize/channels/Shrink.h"

#include "dialects/graph/Graph.h"
#include "passes/support/Movement.h"

#include "mlir/IR/TypeUtilities.h"
#include <cmath>

using namespace mlir;
using onnxcc::graph::Tensor;

namespace onnxcc {

/// The channels `kept` along an axis of a constant or of a broadcast of one, as a new value.
static Value selectConstant(OpBuilder &builder, Value value, int64_t axis,
                            const llvm::BitVector &kept) {
  if (auto broadcast = value.getDefiningOp<graph::BroadcastOp>()) {
    Value x = broadcast.getX();
    int64_t source = axis - (getTensorType(value).getRank() - getTensorType(x).getRank());
    if (source >= 0 && getTensorType(x).getDimSize(source) != 1)
      x = selectConstant(builder, x, source, kept);
    Extents extents = getExtents(getTensorType(value));
    extents[axis] = builder.getAffineConstantExpr(kept.count());
    return createBroadcast(builder, value.getLoc(), x, extents);
  }
  ElementsAttr constant = value.getDefiningOp<graph::ConstantOp>().getValue();
  SmallVector<int64_t> shape(getTensorType(value).getShape());
  int64_t channels = shape[axis];
  int64_t outer = llvm::product_of(ArrayRef(shape).take_front(axis));
  int64_t inner = llvm::product_of(ArrayRef(shape).drop_front(axis + 1));
  shape[axis] = kept.count();
  auto type = RankedTensorType::get(shape, getElementTypeOrSelf(value));
  ElementsAttr selected = selectElements(constant, type, [&](TakeElements take) {
    for (int64_t o = 0; o < outer; ++o)
      for (int64_t channel : kept.set_bits())
        take((o * channels + channel) * inner, inner);
  });
  return graph::ConstantOp::create(builder, value.getLoc(), selected);
}

namespace {

/// An op whose result, or operand, loses channels. What it is to become is found out while all
/// types are the old ones.
class Shrinking {
public:
  Shrinking(Operation *op, const ChannelClasses &classes) : op(op) {
    if (op->getNumResults() != 1)
      return;
    if (weights = Weights::get(op); weights)
      shrinkWeights(classes);
    auto type = dyn_cast<RankedTensorType>(op->getResult(0).getType());
    for (int64_t axis = 0; type && axis < type.getRank(); ++axis) {
      std::optional<llvm::BitVector> kept = classes.getKept(op->getResult(0), axis);
      changesType |= kept.has_value();
      std::optional<SmallVector<Link>> links = getLinks(op, axis);
      if (!links)
        continue;
      if (kept)
        shrinkAxis(classes, axis, *kept, *links);
      else if (llvm::any_of(*links, [&](const Link &link) {
                 return classes.getKept(op->getOperand(link.operand), link.axis).has_value();
               })) // a slice that keeps all of its own, which come to stand elsewhere
        shrinkAxis(classes, axis, llvm::BitVector(type.getDimSize(axis), true), *links);
    }
  }

  void apply() {
    OpBuilder builder(op);
    if (weights)
      weights->select(builder, outputs, inputs);
    for (const Constant &constant : constants) {
      OpOperand &operand = op->getOpOperand(constant.operand);
      operand.set(selectConstant(builder, operand.get(), constant.axis, constant.kept));
    }
    for (const Axis &axis : resized)
      resize(op, axis.axis, axis.kept, axis.operand);
  }

  /// \pre operands have their new types.
  LogicalResult updateType() {
    if (!changesType)
      return success();
    SmallVector<Type> types;
    if (failed(cast<InferTypeOpInterface>(op).inferReturnTypes(
            op->getContext(), op->getLoc(), op->getOperands(), op->getDiscardableAttrDictionary(),
            op->getPropertiesStorage(), op->getRegions(), types)))
      return op->emitError("its constant channels cannot be taken out"), failure();
    op->getResult(0).setType(types[0]);
    return success();
  }

private:
  struct Constant {
    unsigned operand;
    int64_t axis;
    llvm::BitVector kept;
  };
  struct Axis {
    int64_t axis;
    llvm::BitVector kept;
    llvm::BitVector operand; // what the first linked one keeps
  };

  void shrinkWeights(const ChannelClasses &classes) {
    auto ofResult = classes.getKept(op->getResult(0), weights->channelAxis);
    auto ofOperand = classes.getKept(op->getOperand(0), weights->inputAxis);
    outputs = ofResult.value_or(llvm::BitVector(weights->channels, true));
    inputs = ofOperand.value_or(llvm::BitVector(weights->inputs, true));
    // Also where its operand is a constant, of which the classes know nothing.
    for (int64_t input = 0; ofResult && weights->isDepthwise() && input < weights->inputs; ++input)
      inputs[input] = outputs[input * (weights->channels / weights->inputs)];
    if (!ofResult && !ofOperand)
      weights.reset();
  }

  void shrinkAxis(const ChannelClasses &classes, int64_t axis, const llvm::BitVector &kept,
                  ArrayRef<Link> links) {
    Axis &change = resized.emplace_back(Axis{axis, kept, {}});
    for (const Link &link : links) {
      Value operand = op->getOperand(link.operand);
      int64_t channels = getTensorType(operand).getDimSize(link.axis);
      llvm::BitVector operandKept(channels, true);
      if (isConstantLike(operand)) {
        operandKept.reset();
        for (int64_t r : kept.set_bits())
          if (std::optional<int64_t> channel = link.find(r, channels))
            operandKept.set(*channel);
        constants.push_back({link.operand, link.axis, operandKept});
      } else if (auto found = classes.getKept(operand, link.axis)) {
        operandKept = *found;
      }
      if (&link == links.begin())
        change.operand = operandKept;
    }
  }

  Operation *op;
  bool changesType = false;
  std::optional<Weights> weights;
  llvm::BitVector outputs, inputs;
  SmallVector<Constant> constants;
  SmallVector<Axis> resized;
};

} // namespace

LogicalResult shrink(Operation *scope, const ChannelClasses &classes) {
  std::vector<Shrinking> changes;
  scope->walk([&](Operation *op) { changes.emplace_back(op, classes); });
  for (Shrinking &change : changes)
    change.apply();
  for (Shrinking &change : changes)
    if (failed(change.updateType()))
      return failure();
  return success();
}

std::vector<double> getContributions(const Weights &weights, ArrayRef<double> inputs) {
  std::vector<double> sums(weights.channels);
  ConstantElements elements(weights.getConstant());
  weights.forEach([&](int64_t at, int64_t output, int64_t input) {
    if (inputs[input] != 0)
      sums[output] += inputs[input] * elements[at];
  });
  return sums;
}

Operation *getBias(const Weights &weights) {
  Value product = weights.operand->getOwner()->getResult(0);
  auto add = product.hasOneUse() ? dyn_cast<graph::AddOp>(*product.user_begin()) : graph::AddOp();
  return add && add.getX() == product && getChannelValues(add.getY(), weights.channelAxis)
             ? add.getOperation()
             : nullptr;
}

void foldIntoBias(Weights &weights, ArrayRef<double> inputs) {
  Operation *op = weights.operand->getOwner();
  Value product = op->getResult(0);
  std::vector<double> sums = getContributions(weights, inputs);
  auto createConstant = [&](OpBuilder &builder, Location loc) {
    return createChannelConstant(builder, loc, sums, weights.channelAxis, getTensorType(product));
  };
  if (Operation *bias = getBias(weights)) {
    OpBuilder builder(bias);
    for (auto [sum, value] :
         llvm::zip_equal(sums, *getChannelValues(bias->getOperand(1), weights.channelAxis)))
      sum += value;
    bias->setOperand(1, createConstant(builder, bias->getLoc()));
  } else {
    OpBuilder builder(op->getContext());
    builder.setInsertionPointAfter(op);
    auto add =
        graph::AddOp::create(builder, op->getLoc(), product, createConstant(builder, op->getLoc()));
    product.replaceAllUsesExcept(add.getResult(), add);
  }
  Tensor tensor = *Tensor::get(weights.getConstant());
  weights.forEach([&](int64_t at, int64_t, int64_t input) {
    if (inputs[input] != 0)
      tensor.setInt(at, 0);
  });
  OpBuilder builder(op);
  weights.replace(builder, tensor.getAttribute());
}

int64_t dropVanishing(Weights &weights, double reach) {
  Operation *bias = getBias(weights);
  auto element = dyn_cast<FloatType>(getElementTypeOrSelf(weights.operand->get()));
  if (!bias || !element)
    return 0;
  ConstantElements elements(weights.getConstant());
  std::vector<double> values = *getChannelValues(bias->getOperand(1), weights.channelAxis);
  int64_t precision = element.getFPMantissaWidth();
  int64_t products = getTensorType(weights.operand->get()).getNumElements() /
                     std::max<int64_t>(weights.channels, 1);
  llvm::BitVector vanishes(weights.channels);
  for (int64_t output = 0; output < weights.channels; ++output) {
    double value = values[output];
    if (value == 0 || !std::isfinite(value) || !isHeld(value, element))
      continue;
    // Half of the distance to the next number below it, which is the nearer one of a power of 2.
    double rounding = std::ldexp(1.0, std::ilogb(value) - precision - 1);
    double least = rounding / (reach * products);
    auto isAll = [&](llvm::function_ref<bool(double)> holds) {
      return weights.all(elements, output, Weights::Side::Output, holds);
    };
    vanishes[output] = isAll([&](double weight) { return std::abs(weight) < least; }) &&
                       !isAll([](double weight) { return weight == 0; });
  }
  if (vanishes.none())
    return 0;
  Tensor tensor = *Tensor::get(weights.getConstant());
  weights.forEach([&](int64_t at, int64_t output, int64_t) {
    if (vanishes[output])
      tensor.setDouble(at, 0);
  });
  OpBuilder builder(weights.operand->getOwner());
  weights.replace(builder, tensor.getAttribute());
  return vanishes.count();
}

} // namespace onnxcc
