// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where the channels of an op's result are in its operands: the one table of ops that work channel
// by channel. "Channels" are the slices along any one axis.
#ifndef ONNXCC_PASSES_OPTIMIZE_CHANNELS_LINKS_H
#define ONNXCC_PASSES_OPTIMIZE_CHANNELS_LINKS_H

#include "mlir/IR/Operation.h"
#include "llvm/ADT/BitVector.h"

namespace onnxcc {

/// Channel r of a result follows from channel (r - offset) / repeat of an operand along `axis`,
/// where the operand has one of that number.
struct Link {
  unsigned operand;
  int64_t axis;
  int64_t offset = 0;
  int64_t repeat = 1;

  /// \returns nothing if no channel of the operand, of `channels`, is the result's channel r.
  std::optional<int64_t> find(int64_t r, int64_t channels) const {
    int64_t place = r - offset;
    return place < 0 || place >= channels * repeat ? std::nullopt : std::optional(place / repeat);
  }
};

/// The operands of which an op's result has the channels along its `axis`, which none of the others
/// has; a depthwise convolution's among them. Nothing if the channels of the result are not
/// computed each by itself.
std::optional<llvm::SmallVector<Link>> getLinks(mlir::Operation *op, int64_t axis);

/// The axis, of fixed extent, of the op's only result that has the channels of an operand's axis.
std::optional<int64_t> findResultAxis(mlir::OpOperand &operand, int64_t axis);

/// Makes the attributes of an op that has links say that its result has only the channels `kept`
/// along `axis`. Types stay.
/// \param operand the channels that the first linked operand keeps.
void resize(mlir::Operation *op, int64_t axis, const llvm::BitVector &kept,
            const llvm::BitVector &operand);

} // namespace onnxcc

#endif // ONNXCC_PASSES_OPTIMIZE_CHANNELS_LINKS_H
