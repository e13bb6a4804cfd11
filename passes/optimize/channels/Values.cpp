// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What channels are constant: see Values.h. Each op says how its result's channels follow from the
// operands' in one place, `compute`.
#include "passes/optimize/channels/Values.h"

#include "dialects/graph/Graph.h"

#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>

using namespace mlir;
using onnxcc::graph::Tensor;

namespace onnxcc {

/// How many ops without a product among them are followed up.
static constexpr int64_t kFarthest = 500;
/// Integers up to here are doubles, and so are their sums.
static constexpr double kLargestInteger = 0x1p53;

/// A number that counts as known: finite, and a double.
static std::optional<double> makeKnown(double value, Type element) {
  bool isKnown =
      isa<FloatType>(element) ? std::isfinite(value) : std::abs(value) <= kLargestInteger;
  return isKnown ? std::optional(value) : std::nullopt;
}

static Channels orNothing(Channels channels) {
  bool isAnyKnown = llvm::any_of(channels, [](auto value) { return value.has_value(); });
  return isAnyKnown ? channels : Channels();
}

/// `value` as an element of this type.
static double round(double value, Type element) {
  Tensor scalar(RankedTensorType::get({}, element));
  if (isa<FloatType>(element))
    scalar.setDouble(0, value);
  else
    scalar.setInt(0, int64_t(value)); // wraps
  return scalar.getDouble(0);
}

/// What an operand's channels are for each channel of the result.
static Channels spread(const Channels &channels, const Link &link, int64_t extent) {
  Channels result(extent);
  for (int64_t r = 0; r < extent && !channels.empty(); ++r)
    if (std::optional<int64_t> channel = link.find(r, channels.size()))
      result[r] = channels[*channel];
  return result;
}

/// Channels that are the same in all of these.
static Channels getAgreeing(ArrayRef<Channels> all) {
  Channels result = all.front();
  for (const Channels &other : all.drop_front())
    for (auto [r, value] : llvm::enumerate(other))
      if (value != result[r])
        result[r].reset();
  return result;
}

/// Evaluates an op where each element of a channel follows from the operands' at the same place:
/// the channels of which all operands are known, as one tensor.
static Channels evaluateChannels(Operation *op, ArrayRef<Channels> operands, int64_t extent) {
  Channels result(extent);
  std::vector<int64_t> known;
  for (int64_t r = 0; r < extent; ++r) {
    auto isKnown = [&](const Channels &operand) { return operand[r].has_value(); };
    auto isZero = [&](const Channels &operand) { return operand[r] == 0.0; };
    if (llvm::all_of(operands, isKnown))
      known.push_back(r);
    else if (isa<graph::MulOp>(op) && llvm::any_of(operands, isZero))
      result[r] = 0;
  }
  if (known.empty())
    return result;
  // A batch norm wants an image, and parameters of rank 1.
  bool isImage = isa<graph::BatchNormOp>(op);
  int64_t count = known.size();
  auto getTensor = [&](Value value, bool isImage) {
    SmallVector<int64_t> shape(isImage ? 2 : 1, count);
    if (isImage)
      shape[0] = 1;
    return Tensor(RankedTensorType::get(shape, getElementTypeOrSelf(value)));
  };
  SmallVector<Tensor> inputs, outputs{getTensor(op->getResult(0), isImage)};
  for (auto [k, operand] : llvm::enumerate(operands)) {
    Tensor &input = inputs.emplace_back(getTensor(op->getOperand(k), isImage && k == 0));
    for (auto [place, r] : llvm::enumerate(known))
      input.setDouble(place, *operand[r]);
  }
  if (failed(cast<graph::EvaluableOpInterface>(op).evaluate(inputs, outputs)))
    return result;
  for (auto [place, r] : llvm::enumerate(known))
    result[r] = makeKnown(outputs[0].getDouble(place), outputs[0].getElementType());
  return result;
}

/// Whether some windows see more of the image than others.
static bool hasBorder(Operation *op) {
  auto isPadded = [](ArrayRef<int64_t> pads) {
    return llvm::any_of(pads, [](int64_t amount) { return amount != 0; });
  };
  return llvm::TypeSwitch<Operation *, bool>(op)
      .Case<graph::ConvOp, graph::PoolOp>([&](auto op) { return isPadded(op.getPads()); })
      .Case<graph::ConvTransposeOp>([](Operation *) { return true; })
      .Default([](Operation *) { return false; });
}

/// What channels become whose elements are combined, `count` of them where that is fixed.
static std::optional<double> combine(double x, graph::Reduction reduction,
                                     std::optional<int64_t> count, bool sums, Type element) {
  if (reduction.squares)
    x *= x;
  if (reduction.divides)
    return count && *count > 0 && (x == 0 || sums) ? std::optional(x) : std::nullopt;
  switch (reduction.combine) {
  case graph::ReduceKind::Max:
  case graph::ReduceKind::Min:
    return count && *count > 0 ? std::optional(x) : std::nullopt;
  case graph::ReduceKind::Sum:
    if (x == 0)
      return x;
    if (!count || !sums || !makeKnown(x * *count, element))
      return std::nullopt;
    return makeKnown(round(x * *count, element), element);
  default:
    return std::nullopt;
  }
}

Channels ChannelValues::computeReduction(Operation *op, Channels x) {
  bool folds = sums;
  graph::ReduceKind kind;
  std::optional<int64_t> count = 1;
  if (auto pool = dyn_cast<graph::PoolOp>(op)) {
    kind = pool.getKind();
    // Borders count as zeros, if at all.
    folds &= !(pool.getCountPads() && hasBorder(op));
    for (int64_t extent : pool.getWindow())
      *count *= extent;
    if (kind == graph::ReduceKind::Sum && hasBorder(op))
      count.reset();
  } else {
    auto reduce = cast<graph::ReduceOp>(op);
    kind = reduce.getKind();
    for (int64_t axis : reduce.getAxes()) {
      int64_t extent = getTensorType(reduce.getX()).getDimSize(axis);
      count =
          count && !ShapedType::isDynamic(extent) ? std::optional(*count * extent) : std::nullopt;
    }
  }
  for (std::optional<double> &value : x)
    if (value)
      value = combine(*value, graph::Reduction::get(kind), count, folds,
                      getElementTypeOrSelf(op->getOperand(0)));
  return x;
}

bool ChannelValues::mayFold(const Weights &weights) const {
  Operation *op = weights.operand->getOwner();
  return (sums || !isa<FloatType>(getElementTypeOrSelf(op->getResult(0)))) && !hasBorder(op);
}

Channels ChannelValues::computeProduct(const Weights &weights) {
  Operation *op = weights.operand->getOwner();
  Channels x = get(op->getOperand(0), weights.inputAxis);
  ConstantElements elements(weights.getConstant());
  Type element = elements.getElementType();
  Channels result(weights.channels);
  for (int64_t output = 0; output < weights.channels; ++output)
    if (weights.all(elements, output, Weights::Side::Output, [](double w) { return w == 0; }))
      result[output] = 0;
  if (x.empty())
    return result;

  std::vector<double> sum(weights.channels), magnitude(weights.channels);
  llvm::BitVector isKnown(weights.channels, true);
  bool folds = mayFold(weights);
  weights.forEach([&](int64_t at, int64_t output, int64_t input) {
    double weight = isKnown[output] ? elements[at] : 0;
    bool isNothing = std::isfinite(weight) && (weight == 0 || x[input] == 0.0);
    if (isNothing)
      return;
    if (!folds || !x[input]) {
      isKnown.reset(output);
      return;
    }
    sum[output] += *x[input] * weight;
    magnitude[output] += std::abs(*x[input] * weight);
  });
  for (int64_t output : isKnown.set_bits())
    if (makeKnown(magnitude[output], element))
      result[output] = makeKnown(round(sum[output], element), element);
  return result;
}

Channels ChannelValues::compute(Value value, int64_t axis, int64_t extent) {
  Operation *op = value.getDefiningOp();
  if (!op || op->getNumResults() != 1)
    return {};
  if (std::optional<Weights> weights = Weights::get(op); weights && axis == weights->channelAxis)
    return computeProduct(*weights);
  std::optional<SmallVector<Link>> links = getLinks(op, axis);
  if (!links)
    return {};
  SmallVector<Channels> operands(op->getNumOperands(), Channels(extent));
  for (const Link &link : *links)
    operands[link.operand] = spread(get(op->getOperand(link.operand), link.axis), link, extent);

  return llvm::TypeSwitch<Operation *, Channels>(op)
      .Case<graph::ElementwiseOpInterface, graph::BatchNormOp>(
          [&](auto op) { return evaluateChannels(op, operands, extent); })
      .Case<graph::BroadcastOp, graph::TransposeOp, graph::ReshapeOp, graph::SliceOp>(
          [&](auto) { return operands[0]; })
      .Case<graph::PoolOp, graph::ReduceOp>(
          [&](auto op) { return computeReduction(op, operands[0]); })
      .Case<graph::ConcatOp>([&](graph::ConcatOp op) {
        if (axis != int64_t(op.getAxis()))
          return getAgreeing(operands);
        for (const Channels &operand : llvm::drop_begin(operands))
          for (auto [r, known] : llvm::enumerate(operand))
            if (known)
              operands[0][r] = known;
        return operands[0];
      })
      .Case<graph::PadOp>([&](graph::PadOp op) {
        if (op.getMode() != graph::PadMode::Constant)
          return operands[0];
        std::optional<double> border = getConstantScalar(op.getValue());
        bool isPadded = false;
        for (auto [other, low, high] : llvm::enumerate(op.getLow(), op.getHigh()))
          isPadded |= int64_t(other) != axis && (low || high);
        Channels result = operands[0];
        for (int64_t r = 0; r < extent; ++r) {
          bool isBeside = r < op.getLow()[axis] || r >= extent - op.getHigh()[axis];
          if (isBeside || (isPadded && result[r] != border))
            result[r] = isBeside ? border : std::nullopt;
        }
        return result;
      })
      .Default([](Operation *) { return Channels(); });
}

Channels ChannelValues::get(Value value, int64_t axis) {
  RankedTensorType type = getTensorType(value);
  int64_t extent = type.getDimSize(axis);
  if (ShapedType::isDynamic(extent) || depth > kFarthest || !type.getElementType().isIntOrFloat())
    return {};
  if (isConstantLike(value)) {
    Channels channels;
    if (std::optional<std::vector<double>> values = getChannelValues(value, axis))
      for (double constant : *values)
        channels.push_back(makeKnown(constant, type.getElementType()));
    return channels;
  }
  auto found = known.find({value, axis});
  if (found != known.end())
    return found->second;
  ++depth;
  Channels channels = orNothing(compute(value, axis, extent));
  --depth;
  known[{value, axis}] = channels;
  return channels;
}

} // namespace onnxcc
