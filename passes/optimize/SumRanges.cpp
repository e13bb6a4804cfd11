// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ranges of sums: see SumRanges.h.
#include "passes/optimize/SumRanges.h"

#include "dialects/graph/Graph.h"
#include "passes/optimize/Constants.h"
#include "passes/quantize/Parameters.h"
#include "passes/support/Movement.h"

using namespace mlir;

namespace onnxcc {

/// What a byte is, widened and without its zero point.
static std::optional<IntegerRange> getFactorRange(Value value) {
  Operation *op = value.getDefiningOp();
  if (op && movesElements(op))
    return getFactorRange(op->getOperand(0));
  if (auto cast = dyn_cast_or_null<graph::CastOp>(op)) {
    auto type = dyn_cast<IntegerType>(cast.getX().getType().getElementType());
    return type && type.getWidth() <= 8 && !type.isInteger(1)
               ? std::optional(IntegerRange{getLeast(type), getGreatest(type)})
               : std::nullopt;
  }
  auto sub = dyn_cast_or_null<graph::SubOp>(op);
  std::optional<double> zero = sub ? getConstantScalar(sub.getY()) : std::nullopt;
  std::optional<IntegerRange> range = zero ? getFactorRange(sub.getX()) : std::nullopt;
  if (range)
    range = {range->least - int64_t(*zero), range->greatest - int64_t(*zero)};
  return range;
}

std::optional<SumRanges> SumRanges::get(Value sums) {
  Operation *op = sums.getDefiningOp();
  if (auto add = dyn_cast_or_null<graph::AddOp>(op)) {
    std::optional<SumRanges> ranges = get(add.getX());
    std::optional<std::vector<double>> added =
        ranges ? getChannelValues(add.getY(), ranges->axis) : std::nullopt;
    if (!added)
      return std::nullopt;
    for (auto [range, number] : llvm::zip_equal(ranges->channels, *added))
      range = {range.least + int64_t(number), range.greatest + int64_t(number)};
    return ranges;
  }
  std::optional<Weights> weights = op ? Weights::get(op) : std::nullopt;
  std::optional<IntegerRange> factor = weights ? getFactorRange(op->getOperand(0)) : std::nullopt;
  if (!factor)
    return std::nullopt;
  SumRanges ranges{weights->channelAxis, {}};
  ranges.channels.resize(weights->channels);
  // Windows at a border leave products out.
  double least = std::min<int64_t>(factor->least, 0),
         greatest = std::max<int64_t>(factor->greatest, 0);
  ConstantElements elements(weights->getConstant());
  weights->forEach([&](int64_t at, int64_t output, int64_t) {
    double weight = elements[at];
    ranges.channels[output].least += int64_t(std::min(weight * least, weight * greatest));
    ranges.channels[output].greatest += int64_t(std::max(weight * least, weight * greatest));
  });
  return ranges;
}

} // namespace onnxcc
