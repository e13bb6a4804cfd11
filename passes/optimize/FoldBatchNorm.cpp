// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// batch_norm of constants is y = x * a + b with a = scale / sqrt(variance + epsilon), b = bias -
// mean * a.
#include "dialects/graph/Graph.h"
#include "passes/optimize/Constants.h"
#include "passes/optimize/Passes.h"
#include "passes/support/Remarks.h"

#include <cmath>

using namespace mlir;

namespace onnxcc {
#define GEN_PASS_DEF_FOLDBATCHNORM
#include "passes/optimize/Passes.h.inc"

namespace {

struct FoldBatchNorm : impl::FoldBatchNormBase<FoldBatchNorm> {
  void fold(graph::BatchNormOp op) {
    SmallVector<std::vector<double>, 4> parameters;
    for (Value parameter : {op.getScale(), op.getBias(), op.getMean(), op.getVariance()}) {
      std::optional<std::vector<double>> values = getChannelValues(parameter, 0);
      if (!values)
        return noteRefused(op.getLoc(), getArgument(), "fold", "a parameter is no constant");
      parameters.push_back(std::move(*values));
    }
    double epsilon = op.getEpsilon().convertToDouble();
    size_t channels = parameters[0].size();
    std::vector<double> factors(channels), offsets(channels);
    for (size_t k = 0; k < channels; ++k) {
      factors[k] = parameters[0][k] / std::sqrt(parameters[3][k] + epsilon);
      offsets[k] = parameters[1][k] - parameters[2][k] * factors[k];
    }
    RankedTensorType type = op.getType();
    auto isFactorHeld = [&](double v) { return isHeld(v, type.getElementType()); };
    // What is added may be too small to be held: it is lost in the sum.
    auto areAddable = [&](ArrayRef<double> values) {
      return llvm::all_of(
          values, [&](double v) { return isHeld(std::abs(v) < 1 ? 0 : v, type.getElementType()); });
    };
    if (!llvm::all_of(factors, isFactorHeld) || !areAddable(offsets))
      return noteRefused(op.getLoc(), getArgument(), "fold",
                         "a channel's factor or offset would over- or underflow");

    int64_t axis = op.getLayout() == graph::Layout::ChannelsLast ? type.getRank() - 1 : 1;
    OpBuilder builder(op);
    Value x = op.getX();
    Location loc = op.getLoc();
    // An addition that stands between, an own bias of the convolution, is scaled along.
    auto bias = x.getDefiningOp<graph::AddOp>();
    std::optional<std::vector<double>> biases;
    if (bias && bias->hasOneUse() && (biases = getChannelValues(bias.getY(), axis)))
      x = bias.getX();
    Operation *product = x.getDefiningOp();
    std::optional<Weights> weights =
        product && product->hasOneUse() ? Weights::get(product) : std::nullopt;
    std::vector<double> scaled = offsets;
    if (biases)
      for (size_t k = 0; k < channels; ++k)
        scaled[k] += (*biases)[k] * factors[k];
    if (product)
      builder.setInsertionPoint(product);
    bool isAlong = weights && weights->channelAxis == axis;
    if (isAlong && areAddable(scaled) && succeeded(weights->scaleOutputs(builder, factors))) {
      offsets = scaled;
      noteMade(loc, getArgument(), "into the filter", product->getLoc());
      loc = builder.getFusedLoc({product->getLoc(), loc});
      builder.setInsertionPoint(op);
      ++filters;
    } else {
      noteRefused(loc, getArgument(), "into the filter",
                  !weights ? "no product with constant weights and no other user is before it"
                  : isAlong
                      ? "weights or offsets multiplied by the factors would over- or underflow"
                      : "the product's channels lie along another axis");
      builder.setInsertionPoint(op);
      noteMade(loc, getArgument(), "into a multiplication and an addition");
      x = op.getX();
      x = graph::MulOp::create(builder, loc, x,
                               createChannelConstant(builder, loc, factors, axis, type));
      ++affine;
    }
    op.replaceAllUsesWith(
        graph::AddOp::create(builder, loc, x,
                             createChannelConstant(builder, loc, offsets, axis, type))
            .getResult());
    op.erase();
    if (bias && bias->use_empty())
      bias.erase();
  }

  void runOnOperation() override {
    getOperation().walk([&](graph::BatchNormOp op) { fold(op); });
  }
};

} // namespace
} // namespace onnxcc
