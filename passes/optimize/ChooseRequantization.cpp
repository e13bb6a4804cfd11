// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Requantisation by the upper part of a product of integers: see Passes.td.
#include "dialects/graph/Graph.h"
#include "dialects/kernel/Targets.h"
#include "passes/optimize/Constants.h"
#include "passes/optimize/Passes.h"
#include "passes/optimize/SumRanges.h"
#include "passes/quantize/Parameters.h"
#include "passes/support/Remarks.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using llvm::formatv;

namespace onnxcc {
#define GEN_PASS_DEF_CHOOSEREQUANTIZATION
#include "passes/optimize/Passes.h.inc"

namespace {

/// Sums of a channel that get their code by comparison; more of them cost more than floats.
constexpr unsigned kMostCorrections = 2;

/// The channels' multipliers for one shift.
struct Candidate {
  std::vector<RequantizationMatch> channels;
  int64_t differing = 0; // channels
  int64_t differences = 0, most = 0;

  /// Nothing where a channel has no multiplier.
  static std::optional<Candidate> get(ArrayRef<FloatRequantization> floats,
                                      ArrayRef<IntegerRange> ranges, unsigned shift) {
    Candidate candidate;
    for (auto [requantization, range] : llvm::zip_equal(floats, ranges)) {
      // The code is one of 32 bits before it is clamped.
      double sum = std::max(std::abs(double(range.least)), std::abs(double(range.greatest)));
      if (sum * double(requantization.scale) >= 0x1p30)
        return std::nullopt;
      std::optional<RequantizationMatch> match =
          matchHighMultiply(requantization, range, shift, kMostCorrections);
      if (!match)
        return std::nullopt;
      candidate.differing += match->differences != 0;
      candidate.differences += match->differences;
      candidate.most = std::max(candidate.most, match->differences);
      candidate.channels.push_back(std::move(*match));
    }
    return candidate;
  }
};

/// A requantisation, its scales known.
class Requantization {
public:
  static std::optional<Requantization> get(graph::RequantizeOp op) {
    std::optional<Parameter> scale = Parameter::get(op.getScale()),
                             zero = Parameter::get(op.getZeroPoint());
    auto type = dyn_cast<IntegerType>(op.getType().getElementType());
    if (!type || type.getWidth() != 8 || !scale || !zero || zero->axis)
      return std::nullopt;
    std::optional<std::vector<double>> scales = scale->getNumbers(), zeros = zero->getNumbers();
    if (!scales || !zeros || scales->empty() || zeros->size() != 1)
      return std::nullopt;
    Requantization result(op, scale->axis.value_or(0));
    IntegerRange codes = {getLeast(type), getGreatest(type)};
    for (double number : *scales)
      result.floats.push_back({float(number), int64_t(zeros->front()), codes});
    result.ranges = getRanges(op.getX(), scale->axis, scales->size());
    return result;
  }

  /// By the shift for which processors have an instruction if that is as good as the finest one.
  std::optional<Candidate> choose() const {
    float greatest = 0;
    for (const FloatRequantization &each : floats)
      greatest = std::max(greatest, each.scale);
    std::optional<unsigned> finest = getFinestShift(greatest);
    if (!finest)
      return std::nullopt;
    std::optional<Candidate> plain = Candidate::get(floats, ranges, HighMultiply::upperHalf);
    if (plain && plain->differing == 0)
      return plain;
    std::optional<Candidate> fine = Candidate::get(floats, ranges, *finest);
    bool isBetter =
        fine && (!plain || std::pair(fine->most > kMostCorrections, fine->differing) <
                               std::pair(plain->most > kMostCorrections, plain->differing));
    return isBetter ? fine : plain;
  }

  /// The sums' code by the multipliers and, if they are to be right, by comparisons.
  Value build(const Candidate &candidate, bool isCorrected) {
    OpBuilder builder(op);
    Location loc = op.getLoc();
    RankedTensorType narrow = op.getType(), i32 = op.getX().getType(),
                     i64 = withElementType(i32, builder.getI64Type());
    auto constant = [&](RankedTensorType type, auto number) {
      std::vector<double> numbers;
      for (const RequantizationMatch &match : candidate.channels)
        numbers.push_back(double(number(match)));
      return createChannelConstant(builder, loc, numbers, axis, type);
    };
    const HighMultiply &first = candidate.channels.front().multiply;
    Value wide = graph::CastOp::create(builder, loc, op.getX(), i64.getElementType());
    Value product = graph::MulOp::create(
        builder, loc, wide,
        constant(i64, [](const RequantizationMatch &m) { return m.multiply.multiplier; }));
    // Rounding and zero point in one sum: (2 * zero point + 1) halves.
    Value shifted = graph::AddOp::create(
        builder, loc, product,
        createSplat(builder, loc, i64,
                    (2 * first.zeroPoint + 1) * (int64_t(1) << (first.shift - 1))));
    Value upper = graph::ShiftRightOp::create(builder, loc, shifted,
                                              createSplat(builder, loc, i64, first.shift));
    Value code = graph::CastOp::create(builder, loc, upper, i32.getElementType());
    code =
        graph::MaxOp::create(builder, loc, code, createSplat(builder, loc, i32, first.codes.least));
    code = graph::MinOp::create(builder, loc, code,
                                createSplat(builder, loc, i32, first.codes.greatest));
    for (int64_t k = 0; isCorrected && k < candidate.most; ++k) {
      // A channel with fewer of them compares with a sum that is hardly ever there.
      auto getSum = [k](const RequantizationMatch &m) -> int64_t {
        return k < int64_t(m.differing.size()) ? m.differing[k] : INT32_MIN;
      };
      size_t channel = 0;
      Value at = constant(i32, getSum);
      Value right =
          constant(i32, [&](const RequantizationMatch &m) { return floats[channel++](getSum(m)); });
      Value isThere = graph::EqualOp::create(builder, loc, op.getX(), at);
      code = graph::SelectOp::create(builder, loc, isThere, right, code);
    }
    return graph::CastOp::create(builder, loc, code, narrow.getElementType());
  }

private:
  Requantization(graph::RequantizeOp op, int64_t axis) : op(op), axis(axis) {}

  /// Of the sums that share a scale.
  static std::vector<IntegerRange> getRanges(Value sums, std::optional<int64_t> axis,
                                             size_t scales) {
    std::optional<SumRanges> known = SumRanges::get(sums);
    if (known && axis == known->axis && scales == known->channels.size())
      return known->channels;
    IntegerRange whole = {INT32_MIN, INT32_MAX};
    if (known && !known->channels.empty()) {
      whole = known->channels.front();
      for (const IntegerRange &range : known->channels)
        whole = {std::min(whole.least, range.least), std::max(whole.greatest, range.greatest)};
    }
    return std::vector<IntegerRange>(scales, whole);
  }

  graph::RequantizeOp op;
  int64_t axis; // of the channels
  std::vector<FloatRequantization> floats;
  std::vector<IntegerRange> ranges;
};

class ChooseRequantization : public impl::ChooseRequantizationBase<ChooseRequantization> {
public:
  using ChooseRequantizationBase::ChooseRequantizationBase;

private:
  void runOnOperation() override {
    FailureOr<SmallVector<const Target *>> targets =
        kernel::getTargets(getOperation()->getParentOfType<ModuleOp>());
    if (failed(targets))
      return signalPassFailure();
    // Targets of one library share their launches.
    if (!fixed && !llvm::all_of(*targets, [](const Target *t) { return t->prefersHighMultiply; }))
      return;
    getOperation().walk([&](graph::RequantizeOp op) { replace(op); });
  }

  void replace(graph::RequantizeOp op) {
    auto refuseIt = [&](const Twine &reason) {
      noteRefused(op.getLoc(), getArgument(), "HighMultiply", reason);
    };
    std::optional<Requantization> requantization = Requantization::get(op);
    if (!requantization)
      return refuseIt("its scales are not known, or its codes are no bytes");
    std::optional<Candidate> chosen = requantization->choose();
    if (!chosen)
      return refuseIt("a scale is too great or too small for a multiplier of 31 bits");
    int64_t count = chosen->channels.size();
    if (!fixed && chosen->most > kMostCorrections) {
      floats += count;
      return refuseIt(
          formatv("{0} of {1} channels would have another code, one of them for {2} sums",
                  chosen->differing, count, chosen->most));
    }
    proven += count - chosen->differing;
    corrected += fixed ? 0 : chosen->differing;
    std::string what =
        fixed ? formatv("HighMultiply: {0} of {1} channels have another code, for {2} sums",
                        chosen->differing, count, chosen->differences)
                    .str()
              : formatv("HighMultiply: {0} channels proven equal, {1} corrected",
                        count - chosen->differing, chosen->differing)
                    .str();
    noteMade(op.getLoc(), getArgument(), what);
    op.replaceAllUsesWith(requantization->build(*chosen, /*isCorrected=*/!fixed));
    op.erase();
  }
};

} // namespace
} // namespace onnxcc
