// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Products of dequantized values become sums of integers, requantized: see Passes.td.
#include "dialects/graph/Graph.h"
#include "dialects/kernel/Targets.h"
#include "passes/quantize/Integers.h"
#include "passes/quantize/Passes.h"
#include "passes/support/Movement.h"
#include "passes/support/Remarks.h"

#include <cmath>

using namespace mlir;

namespace onnxcc {
#define GEN_PASS_DEF_RAISEINTEGERS
#include "passes/quantize/Passes.h.inc"

namespace {

//===- Products ------------------------------------------------------------------===//

/// Where the parameters of a product's operands may vary, and where that is in its result.
struct ProductAxes {
  std::optional<int64_t> lhs, rhs, lhsResult, rhsResult;

  static ProductAxes get(graph::ConvOp) { return {std::nullopt, 0, std::nullopt, 1}; }
  static ProductAxes get(graph::ConvTransposeOp) { return {}; }
  static ProductAxes get(graph::MatMulOp op) {
    int64_t rank = op.getType().getRank();
    return {rank - 2, rank - 1, rank - 2, rank - 1};
  }
};

/// How many products are summed at most for an element; nullopt if that is not known.
std::optional<int64_t> countSummed(Operation *op) {
  auto shape = cast<RankedTensorType>(op->getOperand(1).getType()).getShape();
  if (isa<graph::MatMulOp>(op))
    shape = shape.slice(shape.size() - 2, 1);
  else if (auto transposed = dyn_cast<graph::ConvTransposeOp>(op))
    shape = shape.drop_front(transposed.getGroups() == 1 ? 0 : 1);
  else
    shape = shape.drop_front(1);
  int64_t count = 1;
  for (int64_t extent : shape) {
    if (ShapedType::isDynamic(extent))
      return std::nullopt;
    count *= extent;
  }
  return count;
}

/// product(dequantize(x), dequantize(w)) -> float(product(integers)) * scales.
template <class Op> struct RaiseProduct : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    auto x = op->getOperand(0).template getDefiningOp<graph::DequantizeOp>(),
         w = op->getOperand(1).template getDefiningOp<graph::DequantizeOp>();
    if (!x && !w)
      return rewriter.notifyMatchFailure(op, "it has no dequantized operand");
    auto fail = [&](const Twine &why) {
      return refuse(rewriter, op, kRaiseIntegers, "RaiseProduct", why);
    };
    if (!x || !w)
      return fail(x ? "its weights are floats" : "its input is floats");
    if (!op.getType().getElementType().isF32())
      return fail("its scales are no f32");
    for (graph::DequantizeOp operand : {x, w})
      if (!isByte(operand.getX().getType().getElementType()))
        return fail("it multiplies no bytes");
    ProductAxes axes = ProductAxes::get(op);
    std::optional<Parameter> xScale = Parameter::get(x.getScale()),
                             wScale = Parameter::get(w.getScale()),
                             xZero = Parameter::get(x.getZeroPoint()),
                             wZero = Parameter::get(w.getZeroPoint());
    if (!xScale || !wScale || !xZero || !wZero || !xScale->variesAlong(axes.lhs) ||
        !wScale->variesAlong(axes.rhs) || !xZero->variesAlong(axes.lhs) ||
        !wZero->variesAlong(axes.rhs))
      return fail("its scales vary along what is summed");
    std::optional<int64_t> count = countSummed(op);
    if (!count || !fitsSums(*count))
      return fail("its sums could overflow 32 bits");

    Value xIntegers = getIntegers(rewriter, x, x.getX()),
          wIntegers = getIntegers(rewriter, w, w.getX());
    rewriter.setInsertionPoint(op);
    Operation *sums = rewriter.clone(*op);
    sums->setOperands({xIntegers, wIntegers});
    auto type = op.getType();
    sums->getResult(0).setType(onnxcc::getTensorType(getExtents(type), rewriter.getI32Type()));
    Location loc = op.getLoc();
    if (xScale->axis)
      xScale->axis = axes.lhsResult;
    if (wScale->axis)
      wScale->axis = axes.rhsResult;
    Value scale = createProduct(rewriter, loc, *xScale, *wScale, type);
    Value real = graph::CastOp::create(rewriter, loc, sums->getResult(0), rewriter.getF32Type());
    rewriter.replaceOpWithNewOp<graph::MulOp>(op, real, scale);
    return success();
  }
};

/// float(sums) * scale + dequantize(bias) -> float(sums + bias) * scale where the scales are equal.
struct RaiseBias : OpRewritePattern<graph::AddOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::AddOp op, PatternRewriter &rewriter) const override {
    for (auto [product, added] :
         {std::pair(op.getX(), op.getY()), std::pair(op.getY(), op.getX())}) {
      std::optional<ScaledSums> sums = ScaledSums::get(product);
      graph::DequantizeOp bias = sums ? getMovedDequantize(added) : graph::DequantizeOp();
      if (!bias || !bias.getX().getType().getElementType().isSignlessInteger(32))
        continue;
      auto fail = [&](const Twine &why) {
        return refuse(rewriter, op, kRaiseIntegers, "RaiseBias", why);
      };
      if (!isZero(bias.getZeroPoint()) || !haveEqualScales(*sums, bias))
        return fail("its bias is in other units than the products");
      Operation *source = getProduct(sums->integers.getDefiningOp());
      std::optional<int64_t> greatest = getGreatestMagnitude(bias.getX()),
                             count = source ? countSummed(source) : std::nullopt;
      if (!greatest || !count || !fitsSums(*count, *greatest))
        return fail("its sums could overflow 32 bits");
      Value integers = moveAlike(rewriter, added, bias.getResult(), bias.getX());
      Location loc = op.getLoc();
      Value sum = graph::AddOp::create(rewriter, loc, sums->integers, integers);
      Value real = graph::CastOp::create(rewriter, loc, sum, rewriter.getF32Type());
      rewriter.replaceOpWithNewOp<graph::MulOp>(op, real, sums->scale);
      return success();
    }
    return rewriter.notifyMatchFailure(op, "it adds no bias to sums of products");
  }

  /// The product behind reshapes of it, or null.
  static Operation *getProduct(Operation *op) {
    while (isa_and_nonnull<graph::ReshapeOp, graph::TransposeOp>(op))
      op = op->getOperand(0).getDefiningOp();
    return isa_and_nonnull<graph::ConvOp, graph::ConvTransposeOp, graph::MatMulOp>(op) ? op
                                                                                       : nullptr;
  }
  static bool haveEqualScales(const ScaledSums &sums, graph::DequantizeOp bias) {
    std::optional<Parameter> a = Parameter::get(sums.scale), b = Parameter::get(bias.getScale());
    std::optional<std::vector<double>> left = a ? a->getNumbers() : std::nullopt,
                                       right = b ? b->getNumbers() : std::nullopt;
    if (!left || !right || left->empty() || right->empty())
      return false;
    size_t count = std::max(left->size(), right->size());
    for (size_t k = 0; k < count; ++k)
      if ((*left)[left->size() == 1 ? 0 : k] != (*right)[right->size() == 1 ? 0 : k])
        return false;
    return true;
  }
};

/// quantize(float(sums) * scale) -> requantize(sums).
struct RaiseQuantize : OpRewritePattern<graph::QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::QuantizeOp op, PatternRewriter &rewriter) const override {
    std::optional<ScaledSums> sums = ScaledSums::get(op.getX());
    if (!sums)
      return rewriter.notifyMatchFailure(op, "it quantizes no sums of products");
    std::optional<Parameter> unit = Parameter::get(sums->scale),
                             scale = Parameter::get(op.getScale()),
                             zero = Parameter::get(op.getZeroPoint());
    if (!isa<IntegerType>(op.getType().getElementType()) || !scale || scale->axis || !zero ||
        zero->axis || !op.getScale().getType().getElementType().isF32())
      return refuse(rewriter, op, kRaiseIntegers, "RaiseQuantize",
                    "its scale is none of f32, one for all");
    Location loc = op.getLoc();
    Value factor = unit ? createQuotient(rewriter, loc, *unit, *scale, op.getType())
                        : Value(graph::DivOp::create(rewriter, loc, sums->scale, op.getScale()));
    rewriter.replaceOpWithNewOp<graph::RequantizeOp>(op, sums->integers, factor, op.getZeroPoint());
    return success();
  }
};

/// quantize(clip(x)) -> clip(quantize(x)): what is clipped is between the quantized bounds. Bounds
/// that the type has anyway go.
struct RaiseClip : OpRewritePattern<graph::QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::QuantizeOp op, PatternRewriter &rewriter) const override {
    Operation *clip = op.getX().getDefiningOp();
    std::optional<std::pair<double, double>> range = clip ? getClip(clip) : std::nullopt;
    auto type = dyn_cast<IntegerType>(op.getType().getElementType());
    if (!range || !clip->hasOneUse() || !type)
      return rewriter.notifyMatchFailure(op, "it quantizes nothing that is clipped");
    auto parameters = UniformParameters::get(op.getScale(), op.getZeroPoint());
    if (!parameters)
      return refuse(rewriter, op, kRaiseIntegers, "RaiseClip",
                    "the range that it is clipped to is not known");
    Location loc = rewriter.getFusedLoc({clip->getLoc(), op.getLoc()});
    Value codes = graph::QuantizeOp::create(rewriter, loc, clip->getOperand(0), op.getScale(),
                                            op.getZeroPoint());
    rewriter.replaceOp(op, clipCodes(rewriter, loc, codes,
                                     quantizeNumber(range->first, *parameters, type),
                                     quantizeNumber(range->second, *parameters, type)));
    return success();
  }
};

/// dequantize(x) < 0 -> x < zero point, and the other comparisons.
template <class Op> struct RaiseComparison : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    auto x = op.getX().template getDefiningOp<graph::DequantizeOp>(),
         y = op.getY().template getDefiningOp<graph::DequantizeOp>();
    graph::DequantizeOp known = x ? x : y;
    auto isByteOf = [&](graph::DequantizeOp operand) {
      return operand && isByte(operand.getX().getType().getElementType()) &&
             operand.getX().getType() == known.getX().getType() &&
             UniformParameters::get(operand.getScale(), operand.getZeroPoint()) &&
             areEqual(operand.getScale(), known.getScale()) &&
             areEqual(operand.getZeroPoint(), known.getZeroPoint());
    };
    auto getCode = [&](graph::DequantizeOp operand, Value value) {
      return isByteOf(operand) ? Value(operand.getX())
             : isZero(value)   ? Value(known.getZeroPoint())
                               : Value();
    };
    Value left = known ? getCode(x, op.getX()) : Value(),
          right = known ? getCode(y, op.getY()) : Value();
    if (!left || !right)
      return rewriter.notifyMatchFailure(op, "it compares no bytes of one scale, or with zero");
    rewriter.replaceOpWithNewOp<Op>(op, left, right);
    return success();
  }
};

struct RaiseIntegers : impl::RaiseIntegersBase<RaiseIntegers> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<RaiseProduct<graph::ConvOp>, RaiseProduct<graph::ConvTransposeOp>,
                 RaiseProduct<graph::MatMulOp>, RaiseBias, RaiseQuantize, RaiseClip,
                 RaiseComparison<graph::LessOp>, RaiseComparison<graph::LessOrEqualOp>,
                 RaiseComparison<graph::EqualOp>>(&getContext());
    auto targets = kernel::getTargets(getOperation()->getParentOfType<ModuleOp>());
    if (failed(targets))
      return signalPassFailure();
    addMovements(patterns);
    addElementwise(patterns);
    addTables(patterns, targets->front()->vectorBytes != 0);
    if (failed(applyPatterns(getOperation(), std::move(patterns), getArgument())))
      return signalPassFailure();
    getOperation().walk([&](graph::QuantizeOp op) {
      std::optional<Island> island = Island::get(op);
      if (!island)
        return;
      SmallVector<Location> locations;
      for (Operation *part : island->ops)
        locations.push_back(part->getLoc());
      noteRefused(FusedLoc::get(&getContext(), locations), kRaiseIntegers, "integers",
                  island->reason, op.getLoc());
    });
  }
};

} // namespace
} // namespace onnxcc
