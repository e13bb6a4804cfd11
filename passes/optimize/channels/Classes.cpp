// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Classes of channels: see Classes.h.
#include "passes/optimize/channels/Classes.h"

using namespace mlir;

namespace onnxcc {

/// The weights of a product whose channels along the result's `axis` are each computed by a filter
/// of their own.
static std::optional<Weights> getSource(Operation *op, int64_t axis) {
  std::optional<Weights> weights = op ? Weights::get(op) : std::nullopt;
  if (!weights || weights->isDepthwise() || axis != weights->channelAxis)
    return std::nullopt;
  return weights;
}

/// The weights of a product that adds up what it reads along the operand's `axis`.
static std::optional<Weights> getReader(OpOperand &operand, int64_t axis) {
  std::optional<Weights> weights = Weights::get(operand.getOwner());
  if (!weights || weights->isDepthwise() || operand.getOperandNumber() != 0 ||
      axis != weights->inputAxis)
    return std::nullopt;
  return weights;
}

ChannelClasses::ChannelClasses(Operation *scope, Spared spared) {
  llvm::MapVector<Operation *, llvm::BitVector> sparedBy;
  scope->walk([&](Operation *op) {
    std::optional<Weights> weights = Weights::get(op);
    if (!weights || weights->isDepthwise() || isConstantLike(op->getOperand(0)))
      return;
    llvm::BitVector channels = spared(*weights);
    if (channels.any())
      visit(op->getOperand(0), weights->inputAxis);
    sparedBy.insert({op, std::move(channels)});
  });
  for (size_t k = 0; k < axes.size(); ++k) { // it grows
    auto [value, axis] = axes.begin()[k].first;
    followUp(value, axis);
    followDown(value, axis);
  }
  isKept.resize(count);
  for (auto [value, axis] : pinned) {
    Axis channels = axes.lookup({value, axis});
    for (int64_t channel = 0; channel < channels.count; ++channel)
      keep(channels, channel);
  }
  for (OpOperand *end : ends) {
    std::optional<Weights> weights = Weights::get(end->getOwner());
    Axis channels = axes.lookup({end->get(), weights->inputAxis});
    const llvm::BitVector &unread = sparedBy[end->getOwner()];
    for (int64_t channel = 0; channel < channels.count; ++channel)
      if (!unread[channel])
        keep(channels, channel);
  }
}

ChannelClasses::Axis ChannelClasses::visit(Value value, int64_t axis) {
  auto [found, isNew] = axes.insert({{value, axis}, Axis{count, 0}});
  if (isNew) {
    found->second.count = cast<RankedTensorType>(value.getType()).getDimSize(axis);
    count += found->second.count;
    classes.grow(count);
  }
  return found->second;
}

void ChannelClasses::tie(const Link &link, Operation *op, int64_t resultAxis) {
  Value operand = op->getOperand(link.operand);
  if (isConstantLike(operand)) // any of its channels can be had
    return;
  Axis from = visit(operand, link.axis), to = visit(op->getResult(0), resultAxis);
  for (int64_t r = 0; r < to.count; ++r)
    if (std::optional<int64_t> channel = link.find(r, from.count))
      classes.join(from.first + *channel, to.first + r);
}

void ChannelClasses::followUp(Value value, int64_t axis) {
  Operation *op = value.getDefiningOp();
  if (getSource(op, axis))
    return;
  auto links = op && op->getNumResults() == 1 ? getLinks(op, axis) : std::nullopt;
  if (!links)
    return pinned.push_back({value, axis});
  for (const Link &link : *links)
    tie(link, op, axis);
}

void ChannelClasses::followDown(Value value, int64_t axis) {
  for (OpOperand &use : value.getUses()) {
    if (getReader(use, axis)) {
      ends.push_back(&use);
      continue;
    }
    // The result's links tie its channels to these.
    if (std::optional<int64_t> result = findResultAxis(use, axis))
      visit(use.getOwner()->getResult(0), *result);
    else
      pinned.push_back({value, axis});
  }
}

llvm::BitVector ChannelClasses::getKept(const Axis &axis) const {
  llvm::BitVector kept(axis.count);
  for (int64_t channel = 0; channel < axis.count; ++channel)
    kept[channel] = isKept[classes.findLeader(axis.first + channel)];
  return kept;
}

std::optional<llvm::BitVector> ChannelClasses::getKept(Value value, int64_t axis) const {
  auto found = axes.find({value, axis});
  if (found == axes.end())
    return std::nullopt;
  llvm::BitVector kept = getKept(found->second);
  return kept.all() ? std::nullopt : std::optional(kept);
}

SmallVector<ChannelAxis> ChannelClasses::getShrunk() const {
  SmallVector<ChannelAxis> shrunk;
  for (const auto &[key, axis] : axes)
    if (!getKept(axis).all())
      shrunk.push_back(key);
  return shrunk;
}

/// Keeps more of the channels [begin, end), the first ones, until there are `wanted`.
/// \returns whether there were fewer.
bool ChannelClasses::keepMore(const Axis &axis, int64_t begin, int64_t end, int64_t wanted) {
  llvm::BitVector kept = getKept(axis);
  int64_t missing = wanted;
  for (int64_t channel = begin; channel < end; ++channel)
    missing -= kept[channel];
  if (missing <= 0)
    return false;
  for (int64_t channel = begin; channel < end && missing > 0; ++channel)
    if (!kept[channel]) {
      keep(axis, channel);
      --missing;
    }
  return true;
}

/// Lets each group keep as many channels as the one that keeps most.
bool ChannelClasses::keepGroups(const Axis &axis, int64_t groups) {
  llvm::BitVector kept = getKept(axis);
  int64_t size = axis.count / groups, most = 0;
  for (int64_t group = 0; group < groups; ++group) {
    int64_t inGroup = 0;
    for (int64_t k = 0; k < size; ++k)
      inGroup += kept[group * size + k];
    most = std::max(most, inGroup);
  }
  bool changed = false;
  for (int64_t group = 0; group < groups; ++group)
    changed |= keepMore(axis, group * size, (group + 1) * size, most);
  return changed;
}

void ChannelClasses::keepMultiples(llvm::function_ref<int64_t(RankedTensorType)> getLanes) {
  bool changed;
  do {
    changed = false;
    for (const auto &[key, axis] : axes) {
      auto [value, number] = key;
      int64_t lanes = 1, groups = 1;
      if (std::optional<Weights> source = getSource(value.getDefiningOp(), number)) {
        lanes = getLanes(cast<RankedTensorType>(value.getType()));
        groups = source->groups;
      }
      int64_t wanted = llvm::alignTo(std::max<int64_t>(getKept(axis).count(), 1), lanes);
      changed |= keepMore(axis, 0, axis.count, std::min(wanted, axis.count));
      changed |= keepGroups(axis, groups);
    }
    for (OpOperand *end : ends) {
      std::optional<Weights> weights = Weights::get(end->getOwner());
      changed |= keepGroups(axes.lookup({end->get(), weights->inputAxis}), weights->groups);
    }
  } while (changed);
}

} // namespace onnxcc
