// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The ops that work channel by channel: see Links.h.
#include "passes/optimize/channels/Links.h"

#include "dialects/graph/Graph.h"
#include "passes/optimize/Constants.h"
#include "passes/support/Movement.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace onnxcc {

using Links = std::optional<SmallVector<Link>>;

static int64_t getChannelAxis(Value x, graph::Layout layout) {
  return layout == graph::Layout::ChannelsLast ? getTensorType(x).getRank() - 1 : 1;
}

/// Every operand has the result's axes.
static Links linkAll(Operation *op, int64_t axis) {
  SmallVector<Link> links;
  for (unsigned operand = 0; operand < op->getNumOperands(); ++operand)
    links.push_back({operand, axis});
  return links;
}

static Links linkBroadcast(graph::BroadcastOp op, int64_t axis) {
  RankedTensorType x = op.getX().getType();
  int64_t source = axis - (op.getType().getRank() - x.getRank());
  // What repeats one element has channels of no operand's.
  if (source < 0 || x.getDimSize(source) == 1)
    return SmallVector<Link>();
  return SmallVector<Link>{{0, source}};
}

/// An axis that keeps its elements, or becomes the outermost of those that are merged.
static Links linkReshape(graph::ReshapeOp op, int64_t axis) {
  RankedTensorType from = op.getX().getType(), to = op.getType();
  Extents fromExtents = getExtents(from), toExtents = getExtents(to);
  auto groups = matchReshape(fromExtents, toExtents);
  if (!groups)
    return std::nullopt;
  auto outermost = [](ArrayRef<AffineExpr> extents, int64_t begin, int64_t end) {
    while (begin < end && isOne(extents[begin]))
      ++begin;
    return begin;
  };
  for (const AxisGroup &group : *groups) {
    if (axis < group.toBegin || axis >= group.toEnd)
      continue;
    int64_t source = outermost(fromExtents, group.fromBegin, group.fromEnd);
    if (outermost(toExtents, group.toBegin, group.toEnd) != axis || source == group.fromEnd ||
        outermost(toExtents, axis + 1, group.toEnd) != group.toEnd)
      return std::nullopt;
    int64_t channels = from.getDimSize(source), results = to.getDimSize(axis);
    if (ShapedType::isDynamic(channels) || ShapedType::isDynamic(results) || channels == 0)
      return std::nullopt;
    return SmallVector<Link>{{0, source, 0, results / channels}};
  }
  return std::nullopt;
}

static Links linkConcat(graph::ConcatOp op, int64_t axis) {
  if (axis != int64_t(op.getAxis()))
    return linkAll(op, axis);
  SmallVector<Link> links;
  int64_t offset = 0;
  for (auto [k, input] : llvm::enumerate(op.getInputs())) {
    int64_t channels = getTensorType(input).getDimSize(axis);
    if (ShapedType::isDynamic(channels))
      return std::nullopt;
    links.push_back({unsigned(k), axis, offset});
    offset += channels;
  }
  return links;
}

static Links linkSlice(graph::SliceOp op, int64_t axis) {
  auto start = dyn_cast<AffineConstantExpr>(op.getStarts().getResult(axis));
  if (!start || op.getSteps()[axis] != 1)
    return std::nullopt;
  return SmallVector<Link>{{0, axis, -start.getValue()}};
}

static Links linkReduce(graph::ReduceOp op, int64_t axis) {
  for (int64_t reduced : op.getAxes()) // sorted
    axis += reduced <= axis;
  return SmallVector<Link>{{0, axis}};
}

/// Rows follow from rows, matrices of a batch from matrices.
static Links linkMatMul(graph::MatMulOp op, int64_t axis) {
  int64_t rank = op.getType().getRank();
  if (axis == rank - 1)
    return std::nullopt;
  SmallVector<Link> links{{0, axis}};
  if (axis < rank - 2)
    links.push_back({1, axis});
  return links;
}

static Links linkConvolution(Operation *op, int64_t axis) {
  std::optional<Weights> weights = Weights::get(op);
  if (!weights || !weights->isDepthwise() || axis != weights->channelAxis)
    return std::nullopt;
  return SmallVector<Link>{{0, weights->inputAxis, 0, weights->channels / weights->inputs}};
}

Links getLinks(Operation *op, int64_t axis) {
  return llvm::TypeSwitch<Operation *, Links>(op)
      .Case<graph::BroadcastOp>([&](auto op) { return linkBroadcast(op, axis); })
      .Case<graph::ReshapeOp>([&](auto op) { return linkReshape(op, axis); })
      .Case<graph::ConcatOp>([&](auto op) { return linkConcat(op, axis); })
      .Case<graph::SliceOp>([&](auto op) { return linkSlice(op, axis); })
      .Case<graph::ReduceOp>([&](auto op) { return linkReduce(op, axis); })
      .Case<graph::MatMulOp>([&](auto op) { return linkMatMul(op, axis); })
      .Case<graph::ConvOp, graph::ConvTransposeOp>(
          [&](auto op) { return linkConvolution(op, axis); })
      .Case<graph::TransposeOp>(
          [&](graph::TransposeOp op) { return SmallVector<Link>{{0, op.getPermutation()[axis]}}; })
      .Case<graph::PadOp>([&](graph::PadOp op) -> Links {
        int64_t low = op.getLow()[axis];
        if (op.getMode() != graph::PadMode::Constant && (low || op.getHigh()[axis]))
          return std::nullopt;
        return SmallVector<Link>{{0, axis, low}};
      })
      .Case<graph::PoolOp>([&](graph::PoolOp op) -> Links {
        if (axis != getChannelAxis(op.getX(), op.getLayout()))
          return std::nullopt;
        return SmallVector<Link>{{0, axis}};
      })
      .Case<graph::BatchNormOp>([&](graph::BatchNormOp op) {
        SmallVector<Link> links{{0, axis}};
        if (axis == getChannelAxis(op.getX(), op.getLayout()))
          for (unsigned parameter = 1; parameter < op->getNumOperands(); ++parameter)
            links.push_back({parameter, 0});
        return links;
      })
      .Case<graph::ElementwiseOpInterface>([&](auto op) { return linkAll(op, axis); })
      .Default([](Operation *) { return std::nullopt; });
}

std::optional<int64_t> findResultAxis(OpOperand &operand, int64_t axis) {
  Operation *op = operand.getOwner();
  auto type = op->getNumResults() == 1 ? dyn_cast<RankedTensorType>(op->getResult(0).getType())
                                       : RankedTensorType();
  for (int64_t result = 0; type && result < type.getRank(); ++result)
    if (Links links = type.isDynamicDim(result) ? std::nullopt : getLinks(op, result))
      for (const Link &link : *links)
        if (link.operand == operand.getOperandNumber() && link.axis == axis)
          return result;
  return std::nullopt;
}

/// `map` with another number as result `axis`.
static AffineMap replaceResult(AffineMap map, int64_t axis, int64_t value) {
  SmallVector<AffineExpr> results(map.getResults());
  results[axis] = getAffineConstantExpr(value, map.getContext());
  return getSymbolMap(results, map.getContext());
}

void resize(Operation *op, int64_t axis, const llvm::BitVector &kept,
            const llvm::BitVector &operand) {
  auto count = [](const llvm::BitVector &bits, int64_t begin, int64_t end) {
    int64_t total = 0;
    for (int64_t channel = begin; channel < end; ++channel)
      total += bits[channel];
    return total;
  };
  llvm::TypeSwitch<Operation *>(op)
      .Case<graph::BroadcastOp, graph::ReshapeOp>(
          [&](auto op) { op.setShape(replaceResult(op.getShape(), axis, kept.count())); })
      .Case<graph::SliceOp>([&](graph::SliceOp op) {
        int64_t start = cast<AffineConstantExpr>(op.getStarts().getResult(axis)).getValue();
        op.setStarts(replaceResult(op.getStarts(), axis, count(operand, 0, start)));
        op.setSizes(replaceResult(op.getSizes(), axis, kept.count()));
      })
      .Case<graph::PadOp>([&](graph::PadOp op) {
        SmallVector<int64_t> low(op.getLow()), high(op.getHigh());
        high[axis] = count(kept, kept.size() - high[axis], kept.size());
        low[axis] = count(kept, 0, low[axis]);
        op.setLow(low);
        op.setHigh(high);
      });
}

} // namespace onnxcc
