// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constants that follow one another are combined at compile time. Sums and products are grouped in
// another way, which rounds differently.
#include "dialects/graph/Graph.h"
#include "passes/optimize/Constants.h"
#include "passes/optimize/Passes.h"
#include "passes/support/Movement.h"
#include "passes/support/Remarks.h"

using namespace mlir;

namespace onnxcc {
#define GEN_PASS_DEF_REASSOCIATE
#include "passes/optimize/Passes.h.inc"

namespace {

constexpr llvm::StringLiteral kReassociate = "reassociate";

/// Multiply-adds that may be spent on a product of weights at compile time.
constexpr int64_t kMostWork = int64_t(1) << 28;

/// Whether no sum or product of two constants' elements over- or underflows; integers wrap around,
/// however they are grouped.
template <class Op> bool areCombinationsHeld(ArrayRef<Value> constants) {
  Type element = cast<RankedTensorType>(constants[0].getType()).getElementType();
  if (!isa<FloatType>(element))
    return true;
  std::optional<graph::Tensor> a = getConstantTensor(constants[0]),
                               b = getConstantTensor(constants[1]);
  if (!a || !b)
    return false;
  Magnitudes left = Magnitudes::of(a->doubles()), right = Magnitudes::of(b->doubles());
  if (std::is_same_v<Op, graph::AddOp>)
    return left.greatest + right.greatest <=
           llvm::APFloat::getLargest(cast<FloatType>(element).getFloatSemantics())
               .convertToDouble();
  return isProductHeld(left.greatest, right.greatest, element) &&
         isProductHeld(left.least, right.least, element);
}

/// Op(a, b) of constants, as small as they are, for they are repeated together, with the extents of
/// `like`; nothing if they have no common shape, or their type does not hold the result.
template <class Op> FailureOr<Value> combine(PatternRewriter &rewriter, Op like, Value a, Value b) {
  SmallVector<Value> constants;
  SmallVector<RankedTensorType> types;
  for (Value constant : {a, b}) {
    if (auto broadcast = constant.getDefiningOp<graph::BroadcastOp>())
      constant = broadcast.getX();
    constants.push_back(constant);
    types.push_back(cast<RankedTensorType>(constant.getType()));
  }
  if (!areCombinationsHeld<Op>(constants))
    return refuse(rewriter, like, kReassociate, "combine",
                  "what the constants combine to might over- or underflow");
  FailureOr<Extents> common = graph::inferBroadcastShape(types);
  if (failed(common))
    return rewriter.notifyMatchFailure(like, "the constants have no common shape");
  for (Value &constant : constants)
    constant = createBroadcast(rewriter, like.getLoc(), constant, *common);
  Value both = Op::create(rewriter, like.getLoc(), constants[0], constants[1]);
  return createBroadcast(rewriter, like.getLoc(), both, getExtents(like.getType()));
}

/// (x + a) + b -> x + (a + b), and the same of products.
template <class Op> struct MergeConstants : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    auto inner = op.getX().template getDefiningOp<Op>();
    if (!inner || !isConstantLike(op.getY()) || !isConstantLike(inner.getY()))
      return rewriter.notifyMatchFailure(op, "no two constants follow one another");
    if (!inner->hasOneUse())
      return refuse(rewriter, op, kReassociate, "MergeConstants",
                    "what it reads has other readers");
    FailureOr<Value> both = combine(rewriter, op, inner.getY(), op.getY());
    if (failed(both))
      return failure();
    Location loc = rewriter.getFusedLoc({inner.getLoc(), op.getLoc()});
    rewriter.replaceOp(op, Op::create(rewriter, loc, inner.getX(), *both));
    return success();
  }
};

/// (x + a) + (y + b) -> (x + y) + (a + b): the biases of two branches are one.
struct MergeBiases : OpRewritePattern<graph::AddOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::AddOp op, PatternRewriter &rewriter) const override {
    auto left = op.getX().getDefiningOp<graph::AddOp>(),
         right = op.getY().getDefiningOp<graph::AddOp>();
    if (!left || !right || left == right || !isConstantLike(left.getY()) ||
        !isConstantLike(right.getY()))
      return rewriter.notifyMatchFailure(op, "its operands are no sums with constants");
    if (!left->hasOneUse() || !right->hasOneUse())
      return refuse(rewriter, op, kReassociate, "MergeBiases", "what it reads has other readers");
    FailureOr<Value> both = combine(rewriter, op, left.getY(), right.getY());
    if (failed(both))
      return failure();
    Value sum = graph::AddOp::create(
        rewriter, rewriter.getFusedLoc({left.getLoc(), right.getLoc()}), left.getX(), right.getX());
    rewriter.replaceOp(op, graph::AddOp::create(rewriter, op.getLoc(), sum, *both));
    return success();
  }
};

/// x + 0 -> x, which makes a difference to -0 alone.
struct DropZero : OpRewritePattern<graph::AddOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::AddOp op, PatternRewriter &rewriter) const override {
    if (getConstantScalar(op.getY()) != 0.0)
      return rewriter.notifyMatchFailure(op, "adds no zero");
    rewriter.replaceOp(op, op.getX());
    return success();
  }
};

/// (x A + c) B -> x (A B) + c B, where that is less work. The row c may be missing.
struct MergeProducts : OpRewritePattern<graph::MatMulOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(graph::MatMulOp op, PatternRewriter &rewriter) const override {
    auto bias = op.getLhs().getDefiningOp<graph::AddOp>();
    Value product = bias ? bias.getX() : op.getLhs();
    auto inner = product.getDefiningOp<graph::MatMulOp>();
    auto a = inner ? inner.getRhs().getDefiningOp<graph::ConstantOp>() : nullptr;
    auto b = op.getRhs().getDefiningOp<graph::ConstantOp>();
    if (!a || !b || a.getType().getRank() != 2 || !isa<FloatType>(a.getType().getElementType()))
      return rewriter.notifyMatchFailure(op, "is no product by two constant matrices");
    std::optional<std::vector<double>> row;
    if (bias && !(row = getChannelValues(bias.getY(), 1)))
      return rewriter.notifyMatchFailure(op, "what is added between is no constant row");
    if (!product.hasOneUse() || !op.getLhs().hasOneUse())
      return refuse(rewriter, op, kReassociate, "MergeProducts", "what it reads has other readers");
    int64_t m = a.getType().getDimSize(0), k = a.getType().getDimSize(1),
            n = b.getType().getDimSize(1);
    if (m * n > m * k + k * n)
      return refuse(rewriter, op, kReassociate, "MergeProducts", "one product would be more work");
    if (m * k * n > kMostWork)
      return refuse(rewriter, op, kReassociate, "MergeProducts",
                    "multiplying the matrices takes too long");
    // No partial sum may overflow, nor may the products of the greatest elements underflow.
    Type element = a.getType().getElementType();
    double greatest = Magnitudes::of(getConstantTensor(a)->doubles()).greatest,
           others = Magnitudes::of(getConstantTensor(b)->doubles()).greatest;
    double offset = row ? Magnitudes::of(*row).greatest : 0;
    if (!isProductHeld(greatest, others, element) ||
        !isProductHeld(greatest * others, static_cast<double>(k), element) ||
        !isProductHeld(offset, others * static_cast<double>(k), element))
      return refuse(rewriter, op, kReassociate, "MergeProducts",
                    "elements of the matrices' product might over- or underflow");
    Value weights = graph::MatMulOp::create(rewriter, op.getLoc(), a, b);
    Location loc = rewriter.getFusedLoc({inner.getLoc(), op.getLoc()});
    Value result = graph::MatMulOp::create(rewriter, loc, inner.getLhs(), weights);
    if (row) {
      std::vector<double> values = getConstantTensor(b)->doubles(), sums(n);
      for (int64_t i = 0; i < k; ++i)
        for (int64_t j = 0; j < n; ++j)
          sums[j] += (*row)[i] * values[i * n + j];
      Value added = createChannelConstant(rewriter, bias.getLoc(), sums, 1, op.getType());
      result = graph::AddOp::create(rewriter, rewriter.getFusedLoc({bias.getLoc(), op.getLoc()}),
                                    result, added);
    }
    rewriter.replaceOp(op, result);
    return success();
  }
};

struct Reassociate : impl::ReassociateBase<Reassociate> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<MergeConstants<graph::AddOp>, MergeConstants<graph::MulOp>, MergeBiases, DropZero,
                 MergeProducts>(&getContext());
    if (failed(applyPatterns(getOperation(), std::move(patterns), getArgument())))
      signalPassFailure();
  }
};

} // namespace
} // namespace onnxcc
