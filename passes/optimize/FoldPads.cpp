// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Pads become those of the convolution or pooling after them.
#include "dialects/graph/Graph.h"
#include "passes/optimize/Constants.h"
#include "passes/optimize/Passes.h"
#include "passes/support/Remarks.h"

#include <cmath>

using namespace mlir;

namespace onnxcc {
#define GEN_PASS_DEF_FOLDPADS
#include "passes/optimize/Passes.h.inc"

namespace {

/// The constant padding of an image's spatial axes: all begins, then all ends. Nothing if it pads
/// other axes.
struct ImagePad {
  graph::PadOp op;
  double value;
  SmallVector<int64_t> pads;

  static std::optional<ImagePad> get(Value x, graph::Layout layout) {
    auto op = x.getDefiningOp<graph::PadOp>();
    if (!op || op.getMode() != graph::PadMode::Constant)
      return std::nullopt;
    std::optional<double> value = getConstantScalar(op.getValue());
    if (!value)
      return std::nullopt;
    ImagePad result{op, *value, {}};
    int64_t rank = op.getType().getRank();
    int64_t channels = layout == graph::Layout::ChannelsLast ? rank - 1 : 1;
    for (ArrayRef<int64_t> side : {op.getLow(), op.getHigh()})
      for (int64_t axis = 0; axis < rank; ++axis) {
        if (axis != 0 && axis != channels)
          result.pads.push_back(side[axis]);
        else if (side[axis])
          return std::nullopt;
      }
    return result;
  }

  SmallVector<int64_t> plus(ArrayRef<int64_t> others) const {
    SmallVector<int64_t> sum;
    for (auto [a, b] : llvm::zip_equal(pads, others))
      sum.push_back(a + b);
    return sum;
  }
};

struct FoldIntoConv : OpRewritePattern<graph::ConvOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::ConvOp op, PatternRewriter &rewriter) const override {
    std::optional<ImagePad> pad = ImagePad::get(op.getX(), op.getLayout());
    if (!pad)
      return rewriter.notifyMatchFailure(op, "its operand is no padded image");
    if (pad->value != 0)
      return refuse(rewriter, op, "fold-pads", "FoldIntoConv", "the padding is not zero");
    rewriter.modifyOpInPlace(op, [&] {
      op.setPads(pad->plus(op.getPads()));
      op.getXMutable().assign(pad->op.getX());
      op->setLoc(rewriter.getFusedLoc({pad->op.getLoc(), op.getLoc()}));
    });
    return success();
  }
};

/// Whether no element is negative.
bool isNonNegative(Value value) {
  Operation *op = value.getDefiningOp();
  if (auto clamp = dyn_cast_or_null<graph::ClampOp>(op))
    return getConstantScalar(clamp.getY()).value_or(-1) >= 0;
  return isa_and_nonnull<graph::ReluOp, graph::SigmoidOp, graph::HardSigmoidOp, graph::AbsOp,
                         graph::ExpOp>(op);
}

struct FoldIntoPool : OpRewritePattern<graph::PoolOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::PoolOp op, PatternRewriter &rewriter) const override {
    std::optional<ImagePad> pad = ImagePad::get(op.getX(), op.getLayout());
    if (!pad)
      return rewriter.notifyMatchFailure(op, "its operand is no padded image");
    bool hasPads = llvm::any_of(op.getPads(), [](int64_t amount) { return amount != 0; });
    bool isMean = op.getKind() == graph::ReduceKind::Mean;
    if (isMean && (pad->value != 0 || hasPads))
      return refuse(rewriter, op, "fold-pads", "FoldIntoPool",
                    "the mean would divide by another count");
    if (op.getKind() == graph::ReduceKind::Sum ? pad->value != 0 : !isMean && !isLeast(*pad, op))
      return refuse(rewriter, op, "fold-pads", "FoldIntoPool",
                    "the padding may be the maximum, or adds to sums");
    rewriter.modifyOpInPlace(op, [&] {
      op.setPads(pad->plus(op.getPads()));
      if (isMean)
        op.setCountPads(true);
      op.getXMutable().assign(pad->op.getX());
      op->setLoc(rewriter.getFusedLoc({pad->op.getLoc(), op.getLoc()}));
    });
    return success();
  }

  /// Whether the padding is never above a window's greatest element of the image.
  static bool isLeast(ImagePad pad, graph::PoolOp op) {
    if (std::isinf(pad.value) && pad.value < 0)
      return true;
    // Zeros are never above elements that are not negative, if no window sees only padding.
    if (pad.value > 0 || !isNonNegative(pad.op.getX()))
      return false;
    size_t spatial = op.getWindow().size();
    SmallVector<int64_t> pads = pad.plus(op.getPads());
    for (size_t k = 0; k < spatial; ++k)
      if (pads[k] >= op.getWindow()[k] || pads[spatial + k] >= op.getWindow()[k] ||
          op.getDilations()[k] != 1)
        return false;
    return true;
  }
};

struct FoldPads : impl::FoldPadsBase<FoldPads> {
  int64_t count() {
    int64_t pads = 0;
    getOperation().walk([&](graph::PadOp) { ++pads; });
    return pads;
  }

  void runOnOperation() override {
    int64_t before = count();
    RewritePatternSet patterns(&getContext());
    patterns.add<FoldIntoConv, FoldIntoPool>(&getContext());
    if (failed(applyPatterns(getOperation(), std::move(patterns), getArgument())))
      return signalPassFailure();
    folded += before - count();
  }
};

} // namespace
} // namespace onnxcc
