// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Slices of slices and of concats, concats of slices and of concats.
#include "dialects/graph/Graph.h"
#include "passes/optimize/Constants.h"
#include "passes/optimize/canonical/Patterns.h"
#include "passes/support/Movement.h"

using namespace mlir;

namespace onnxcc {
namespace {

/// Whether the slice takes all of an axis.
bool isWhole(graph::SliceOp op, size_t axis) {
  return op.getSteps()[axis] == 1 && op.getStarts().getResult(axis) == 0 &&
         isEqual(op.getSizes().getResult(axis), getExtents(op.getX().getType())[axis]);
}

struct DropWholeSlice : OpRewritePattern<graph::SliceOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::SliceOp op, PatternRewriter &rewriter) const override {
    for (size_t axis = 0; axis < op.getSteps().size(); ++axis)
      if (!isWhole(op, axis))
        return rewriter.notifyMatchFailure(op, "takes a part");
    rewriter.replaceOp(op, op.getX());
    return success();
  }
};

struct MergeSlices : OpRewritePattern<graph::SliceOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::SliceOp op, PatternRewriter &rewriter) const override {
    auto inner = op.getX().getDefiningOp<graph::SliceOp>();
    if (!inner)
      return rewriter.notifyMatchFailure(op, "its operand is no slice");
    Extents starts;
    SmallVector<int64_t> steps;
    for (size_t axis = 0; axis < op.getSteps().size(); ++axis) {
      starts.push_back(inner.getStarts().getResult(axis) +
                       op.getStarts().getResult(axis) * inner.getSteps()[axis]);
      steps.push_back(inner.getSteps()[axis] * op.getSteps()[axis]);
    }
    Location loc = rewriter.getFusedLoc({inner.getLoc(), op.getLoc()});
    rewriter.replaceOp(op, graph::SliceOp::create(rewriter, loc, inner.getX(),
                                                  getSymbolMap(starts, getContext()), op.getSizes(),
                                                  steps));
    return success();
  }
};

/// A slice that lies in one of a concat's inputs.
struct SliceOfConcat : OpRewritePattern<graph::SliceOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::SliceOp op, PatternRewriter &rewriter) const override {
    auto concat = op.getX().getDefiningOp<graph::ConcatOp>();
    if (!concat)
      return rewriter.notifyMatchFailure(op, "its operand is no concat");
    size_t along = concat.getAxis();
    auto start = dyn_cast<AffineConstantExpr>(op.getStarts().getResult(along));
    auto size = dyn_cast<AffineConstantExpr>(op.getSizes().getResult(along));
    if (!start || !size || size.getValue() == 0)
      return rewriter.notifyMatchFailure(op, "what it takes is not known");
    int64_t reach = start.getValue() + (size.getValue() - 1) * op.getSteps()[along];
    int64_t least = std::min(start.getValue(), reach), greatest = std::max(start.getValue(), reach),
            begin = 0;
    for (Value input : concat.getInputs()) {
      int64_t extent = cast<RankedTensorType>(input.getType()).getDimSize(along);
      if (ShapedType::isDynamic(extent))
        return rewriter.notifyMatchFailure(op, "a dynamic extent precedes what it takes");
      if (least >= begin && greatest < begin + extent) {
        Extents starts(op.getStarts().getResults());
        starts[along] = starts[along] - begin;
        Location loc = rewriter.getFusedLoc({concat.getLoc(), op.getLoc()});
        rewriter.replaceOp(op, graph::SliceOp::create(rewriter, loc, input,
                                                      getSymbolMap(starts, getContext()),
                                                      op.getSizes(), op.getSteps()));
        return success();
      }
      begin += extent;
    }
    return rewriter.notifyMatchFailure(op, "takes of several inputs");
  }
};

/// A slice of what a pad surrounds.
struct SliceOfPad : OpRewritePattern<graph::SliceOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::SliceOp op, PatternRewriter &rewriter) const override {
    auto pad = op.getX().getDefiningOp<graph::PadOp>();
    if (!pad)
      return rewriter.notifyMatchFailure(op, "its operand is no pad");
    Extents starts, inside = getExtents(pad.getX().getType());
    for (size_t axis = 0; axis < inside.size(); ++axis) {
      starts.push_back(op.getStarts().getResult(axis) - pad.getLow()[axis]);
      if (pad.getLow()[axis] == 0 && pad.getHigh()[axis] == 0)
        continue;
      auto start = dyn_cast<AffineConstantExpr>(starts.back());
      auto size = dyn_cast<AffineConstantExpr>(op.getSizes().getResult(axis));
      auto extent = dyn_cast<AffineConstantExpr>(inside[axis]);
      if (!start || !size || !extent || size.getValue() == 0)
        return rewriter.notifyMatchFailure(op, "what it takes is not known");
      int64_t end = start.getValue() + (size.getValue() - 1) * op.getSteps()[axis];
      if (std::min(start.getValue(), end) < 0 ||
          std::max(start.getValue(), end) >= extent.getValue())
        return rewriter.notifyMatchFailure(op, "takes some of the padding");
    }
    Location loc = rewriter.getFusedLoc({pad.getLoc(), op.getLoc()});
    rewriter.replaceOp(op, graph::SliceOp::create(rewriter, loc, pad.getX(),
                                                  getSymbolMap(starts, getContext()), op.getSizes(),
                                                  op.getSteps()));
    return success();
  }
};

/// A gather of constant indices at equal distances is a slice.
struct SliceOfGather : OpRewritePattern<graph::GatherOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::GatherOp op, PatternRewriter &rewriter) const override {
    int64_t axis = op.getAxis(), extent = op.getX().getType().getDimSize(axis);
    std::optional<graph::Tensor> tensor = getConstantTensor(op.getIndices());
    if (!tensor || tensor->getRank() > 1 || tensor->size() == 0 || ShapedType::isDynamic(extent))
      return rewriter.notifyMatchFailure(op, "its indices are no constant list");
    std::vector<int64_t> indices = tensor->ints();
    for (int64_t &index : indices) {
      index += index < 0 ? extent : 0;
      if (index < 0 || index >= extent)
        return rewriter.notifyMatchFailure(op, "an index is out of range");
    }
    int64_t step = indices.size() > 1 ? indices[1] - indices[0] : 1;
    for (size_t k = 1; k < indices.size(); ++k)
      if (step == 0 || indices[k] - indices[k - 1] != step)
        return rewriter.notifyMatchFailure(op, "the indices are at several distances");
    Extents sizes = getExtents(op.getX().getType()),
            starts(sizes.size(), getAffineConstantExpr(0, getContext()));
    SmallVector<int64_t> steps(sizes.size(), 1);
    starts[axis] = getAffineConstantExpr(indices[0], getContext());
    sizes[axis] = getAffineConstantExpr(indices.size(), getContext());
    steps[axis] = step;
    Value slice =
        graph::SliceOp::create(rewriter, op.getLoc(), op.getX(), getSymbolMap(starts, getContext()),
                               getSymbolMap(sizes, getContext()), steps);
    rewriter.replaceOp(op, createReshape(rewriter, op.getLoc(), slice, getExtents(op.getType())));
    return success();
  }
};

/// A concat of one input, of concats along the same axis, and with empty inputs.
struct FlattenConcat : OpRewritePattern<graph::ConcatOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::ConcatOp op, PatternRewriter &rewriter) const override {
    SmallVector<Value> inputs;
    SmallVector<Location> locations;
    bool changed = op.getInputs().size() == 1;
    for (Value input : op.getInputs()) {
      auto inner = input.getDefiningOp<graph::ConcatOp>();
      if (inner && inner.getAxis() == op.getAxis() && inner->hasOneUse()) {
        llvm::append_range(inputs, inner.getInputs());
        locations.push_back(inner.getLoc());
        changed = true;
      } else if (cast<RankedTensorType>(input.getType()).getDimSize(op.getAxis()) == 0 &&
                 op.getInputs().size() > 1) {
        changed = true;
      } else {
        inputs.push_back(input);
      }
    }
    if (!changed || inputs.empty())
      return rewriter.notifyMatchFailure(op, "is in its simplest form");
    locations.push_back(op.getLoc());
    if (inputs.size() == 1)
      rewriter.replaceOp(op, inputs[0]);
    else
      rewriter.replaceOp(op, graph::ConcatOp::create(rewriter, rewriter.getFusedLoc(locations),
                                                     inputs, op.getAxis()));
    return success();
  }
};

/// Neighbouring inputs that are neighbouring slices of one tensor.
struct JoinSlices : OpRewritePattern<graph::ConcatOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::ConcatOp op, PatternRewriter &rewriter) const override {
    size_t along = op.getAxis();
    for (size_t k = 0; k + 1 < op.getInputs().size(); ++k) {
      auto a = op.getInputs()[k].getDefiningOp<graph::SliceOp>(),
           b = op.getInputs()[k + 1].getDefiningOp<graph::SliceOp>();
      if (!a || !b || a.getX() != b.getX() || a.getSteps() != b.getSteps() ||
          a.getSteps()[along] != 1)
        continue;
      bool joins = isEqual(a.getStarts().getResult(along) + a.getSizes().getResult(along),
                           b.getStarts().getResult(along));
      for (size_t axis = 0; axis < a.getSteps().size(); ++axis)
        if (axis != along && !isEqual(a.getStarts().getResult(axis), b.getStarts().getResult(axis)))
          joins = false;
      if (!joins)
        continue;
      Extents sizes(a.getSizes().getResults());
      sizes[along] = sizes[along] + b.getSizes().getResult(along);
      Value joined =
          graph::SliceOp::create(rewriter, rewriter.getFusedLoc({a.getLoc(), b.getLoc()}), a.getX(),
                                 a.getStarts(), getSymbolMap(sizes, getContext()), a.getSteps());
      SmallVector<Value> inputs(op.getInputs());
      inputs[k] = joined;
      inputs.erase(inputs.begin() + k + 1);
      rewriter.replaceOp(op, graph::ConcatOp::create(rewriter, op.getLoc(), inputs, op.getAxis()));
      return success();
    }
    return rewriter.notifyMatchFailure(op, "no neighbouring slices are concatenated");
  }
};

} // namespace

void populateSlicePatterns(RewritePatternSet &patterns) {
  patterns.add<DropWholeSlice, MergeSlices, SliceOfConcat, SliceOfPad, SliceOfGather, FlattenConcat,
               JoinSlices>(patterns.getContext());
}

} // namespace onnxcc
