// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Channels that hold one value each go, with the filters that make them and the weights that read
// them.
#include "dialects/graph/Graph.h"
#include "dialects/kernel/Targets.h"
#include "dialects/support/ConstantData.h"
#include "passes/optimize/Passes.h"
#include "passes/optimize/channels/Shrink.h"
#include "passes/optimize/channels/Values.h"
#include "passes/support/Remarks.h"

#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using onnxcc::graph::Tensor;

namespace onnxcc {
#define GEN_PASS_DEF_ELIMINATECONSTANTCHANNELS
#include "passes/optimize/Passes.h.inc"

namespace {

/// What products cost: bytes of weights, and multiply-adds a call (open dims count as 1).
struct Cost {
  int64_t channels = 0, bytes = 0, multiplyAdds = 0;

  static Cost get(const Weights &weights) {
    Operation *op = weights.operand->getOwner();
    auto type = cast<RankedTensorType>(weights.operand->get().getType());
    // Each element of the result, or of a transposed convolution's operand, meets a channel's
    // weights.
    bool byInput = isa<graph::ConvTransposeOp>(op);
    Value met = byInput ? op->getOperand(0) : op->getResult(0);
    int64_t multiplyAdds = 1;
    for (int64_t extent : cast<RankedTensorType>(met.getType()).getShape())
      multiplyAdds *= ShapedType::isDynamic(extent) ? 1 : extent;
    multiplyAdds *= isa<graph::MatMulOp>(op)
                        ? weights.inputs
                        : type.getNumElements() / std::max<int64_t>(type.getDimSize(0), 1);
    return {weights.channels, getStorageBytes(type), multiplyAdds};
  }
  Cost &operator+=(const Cost &other) {
    channels += other.channels;
    bytes += other.bytes;
    multiplyAdds += other.multiplyAdds;
    return *this;
  }
};

struct EliminateConstantChannels : impl::EliminateConstantChannelsBase<EliminateConstantChannels> {
  using EliminateConstantChannelsBase::EliminateConstantChannelsBase;

  /// Calls `visit(weights)` for each product of constant weights, in the order of the program.
  template <class F> void forEachProduct(F visit) {
    SmallVector<Operation *> ops;
    getOperation().walk([&](Operation *op) { ops.push_back(op); });
    for (Operation *op : ops)
      if (std::optional<Weights> weights = Weights::get(op))
        visit(*weights);
  }

  /// The input channels that are constants other than 0 and that the bias can take on; 0 for
  /// others. None where what they add up to may be more than the type holds.
  std::vector<double> getFoldable(const Weights &weights, const Channels &channels) {
    std::vector<double> inputs(weights.inputs);
    bool isAny = false;
    for (auto [k, value] : llvm::enumerate(channels)) {
      inputs[k] = value.value_or(0);
      isAny |= inputs[k] != 0;
    }
    if (!isAny)
      return inputs;
    std::vector<double> sums(weights.channels);
    if (Operation *bias = getBias(weights))
      sums = *getChannelValues(bias->getOperand(1), weights.channelAxis);
    for (double &sum : sums)
      sum = std::abs(sum);
    ConstantElements elements(weights.getConstant());
    weights.forEach([&](int64_t at, int64_t output, int64_t input) {
      if (inputs[input] != 0)
        sums[output] += std::abs(inputs[input] * elements[at]);
    });
    auto element = dyn_cast<FloatType>(elements.getElementType());
    double greatest =
        element ? llvm::APFloat::getLargest(element.getFloatSemantics()).convertToDouble() : 0x1p53;
    auto isWithin = [&](double sum) { return sum <= greatest; }; // NaN is not
    return llvm::all_of(sums, isWithin) ? inputs : std::vector<double>(weights.inputs);
  }

  /// The classes of channels. `foldable` gets, of each product, the channels that it may do without
  /// if their constants go into its bias, `spared` those that it may do without at all.
  ChannelClasses classify() {
    ChannelValues values(sums);
    foldable.clear();
    spared.clear();
    return ChannelClasses(getOperation(), [&](const Weights &weights) {
      Operation *op = weights.operand->getOwner();
      Channels channels = values.get(op->getOperand(0), weights.inputAxis);
      std::vector<double> folded(weights.inputs);
      if (values.mayFold(weights))
        folded = getFoldable(weights, channels);
      ConstantElements elements(weights.getConstant());
      llvm::BitVector result(weights.inputs);
      for (int64_t k = 0; k < weights.inputs; ++k) {
        bool isUnread = weights.all(elements, k, Weights::Side::Input,
                                    [](double weight) { return weight == 0; });
        if (isUnread)
          folded[k] = 0;
        result[k] = isUnread || folded[k] != 0 || (!channels.empty() && channels[k] == 0.0);
      }
      foldable[op] = folded;
      spared[op] = result;
      return result;
    });
  }

  /// Puts the constants of the channels that would go into biases.
  /// \returns whether there are any.
  bool foldConstants(const ChannelClasses &classes) {
    bool isAny = false;
    forEachProduct([&](Weights &weights) {
      Operation *op = weights.operand->getOwner();
      std::optional<llvm::BitVector> kept = classes.getKept(op->getOperand(0), weights.inputAxis);
      std::vector<double> &inputs = foldable[op];
      if (!kept || inputs.empty())
        return;
      for (int64_t channel : kept->set_bits())
        inputs[channel] = 0;
      if (llvm::all_of(inputs, [](double value) { return value == 0; }))
        return;
      foldIntoBias(weights, inputs);
      isAny = true;
    });
    return isAny;
  }

  /// Says which channels stay that a product could do without, and why.
  void noteStaying(const ChannelClasses &classes, StringRef reason) {
    for (const auto &[op, channels] : spared) {
      std::optional<llvm::BitVector> kept =
          classes.getKept(op->getOperand(0), Weights::get(op)->inputAxis);
      llvm::BitVector staying = channels;
      if (kept)
        staying &= *kept;
      if (!staying.any())
        continue;
      noteRefused(op->getLoc(), getArgument(), "take out input channels",
                  llvm::formatv("{0} of {1} that it could do without stay: {2}", staying.count(),
                                staying.size(), reason));
      // One reason a channel is enough.
      spared[op].reset(staying);
    }
  }

  /// Takes out what can go.
  /// \returns whether that was anything.
  FailureOr<bool> eliminate() {
    auto getLanes = [&](RankedTensorType type) {
      // Sums of narrower elements are of 32 bits.
      int64_t bytes = std::max<int64_t>(getStorageBits(type.getElementType()) / 8, 4);
      return std::max<int64_t>(vectorBytes / bytes, 1);
    };
    ChannelClasses classes = classify();
    ChannelClasses before = classes;
    classes.keepMultiples(getLanes);
    if (classes.getShrunk().empty()) {
      noteStaying(before, "what else computes or reads them cannot");
      noteStaying(classes, "fewer would be no faster");
      return false;
    }
    // Nothing reads any more what is folded; a bias that has become 0 may be the next.
    while (foldConstants(classes)) {
      classes = classify();
      classes.keepMultiples(getLanes);
    }
    SmallVector<std::pair<Operation *, Weights>> products;
    forEachProduct(
        [&](Weights &weights) { products.push_back({weights.operand->getOwner(), weights}); });
    SmallVector<Cost> costs;
    for (auto &[op, weights] : products)
      costs.push_back(Cost::get(weights));
    if (failed(shrink(getOperation(), classes)))
      return failure();
    for (auto [product, cost] : llvm::zip_equal(products, costs)) {
      const auto &[op, old] = product;
      Weights now = *Weights::get(op);
      Cost left = Cost::get(now);
      if (left.bytes == cost.bytes)
        continue;
      saved += {cost.channels - left.channels, cost.bytes - left.bytes,
                cost.multiplyAdds - left.multiplyAdds};
      noteMade(op->getLoc(), getArgument(),
               llvm::formatv("{0} of {1} output, {2} of {3} input channels",
                             old.channels - now.channels, old.channels, old.inputs - now.inputs,
                             old.inputs)
                   .str());
    }
    return true;
  }

  void runOnOperation() override {
    auto targets = kernel::getTargets(getOperation()->getParentOfType<ModuleOp>());
    if (failed(targets))
      return signalPassFailure();
    vectorBytes = 0;
    for (const Target *target : *targets)
      vectorBytes = std::max<int64_t>(vectorBytes, target->vectorBytes);
    saved = Cost();
    if (reach > 0)
      forEachProduct([&](Weights &weights) {
        if (int64_t channels = dropVanishing(weights, reach)) {
          noteMade(weights.operand->getOwner()->getLoc(), getArgument(),
                   "weights that vanish beside the bias");
          vanished += channels;
        }
      });
    // What has gone may have been all that read, or made, others.
    FailureOr<bool> again;
    do {
      again = eliminate();
      if (failed(again))
        return signalPassFailure();
    } while (*again);
    eliminated += saved.channels;
    bytes += saved.bytes;
    if (saved.bytes)
      noteMade(getOperation().getLoc(), getArgument(),
               llvm::formatv("in all {0} channels, {1} bytes of weights, {2} multiply-adds",
                             saved.channels, saved.bytes, saved.multiplyAdds)
                   .str());
  }

  int64_t vectorBytes = 0; // of the widest target
  Cost saved;
  llvm::MapVector<Operation *, std::vector<double>> foldable;
  llvm::MapVector<Operation *, llvm::BitVector> spared;
};

} // namespace
} // namespace onnxcc
