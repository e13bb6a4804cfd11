// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Channels of different values that can only go together, and which of them may.
#ifndef ONNXCC_PASSES_OPTIMIZE_CHANNELS_CLASSES_H
#define ONNXCC_PASSES_OPTIMIZE_CHANNELS_CLASSES_H

#include "passes/optimize/Constants.h"
#include "passes/optimize/channels/Links.h"

#include "llvm/ADT/IntEqClasses.h"
#include "llvm/ADT/MapVector.h"

namespace onnxcc {

/// The channels along an axis of a value.
using ChannelAxis = std::pair<mlir::Value, int64_t>;

/// Equivalence classes of channels: those that ops tie which compute a channel of their result from
/// the same channel of their operands (Links.h). Where an addition has them, the channels of both
/// operands and of the result are one class; a concatenation's result has its operands' classes one
/// after the other. A class begins in the filters of products, or constants, and ends in products
/// that read it. It may go where each product that reads it may do without it, and nothing else
/// computes or reads it.
class ChannelClasses {
public:
  /// Which channels of its operand a product may do without.
  using Spared = llvm::function_ref<llvm::BitVector(const Weights &)>;

  /// The classes of all channels that some product in `scope` may do without, and of those beside
  /// them.
  ChannelClasses(mlir::Operation *scope, Spared spared);

  /// Keeps channels that might go, until each product's result has a multiple of `getLanes(type)`
  /// of them, or all; groups have equally many, and no value is without channels.
  void keepMultiples(llvm::function_ref<int64_t(mlir::RankedTensorType)> getLanes);

  /// Which channels stay; nothing if all do.
  std::optional<llvm::BitVector> getKept(mlir::Value value, int64_t axis) const;

  /// The axes that lose channels, in no particular order.
  llvm::SmallVector<ChannelAxis> getShrunk() const;

private:
  struct Axis {
    int64_t first; // the number of its first channel, in `classes`
    int64_t count;
  };

  Axis visit(mlir::Value value, int64_t axis);
  void tie(const Link &link, mlir::Operation *op, int64_t resultAxis);
  void followUp(mlir::Value value, int64_t axis);
  void followDown(mlir::Value value, int64_t axis);
  void keep(const Axis &axis, int64_t channel) {
    isKept.set(classes.findLeader(axis.first + channel));
  }
  llvm::BitVector getKept(const Axis &axis) const;
  bool keepMore(const Axis &axis, int64_t begin, int64_t end, int64_t wanted);
  bool keepGroups(const Axis &axis, int64_t groups);

  llvm::MapVector<ChannelAxis, Axis> axes;
  int64_t count = 0; // of channels
  llvm::IntEqClasses classes;
  llvm::BitVector isKept; // by leader
  llvm::SmallVector<ChannelAxis> pinned;
  llvm::SmallVector<mlir::OpOperand *> ends; // products' operands
};

} // namespace onnxcc

#endif // ONNXCC_PASSES_OPTIMIZE_CHANNELS_CLASSES_H
