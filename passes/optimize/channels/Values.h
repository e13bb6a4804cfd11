// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which channels of a value have one value in all their elements, whatever the model is given.
#ifndef ONNXCC_PASSES_OPTIMIZE_CHANNELS_VALUES_H
#define ONNXCC_PASSES_OPTIMIZE_CHANNELS_VALUES_H

#include "passes/optimize/Constants.h"
#include "passes/optimize/channels/Links.h"

#include "llvm/ADT/DenseMap.h"

namespace onnxcc {

/// An entry a channel: what all its elements are, if that is known. No entries: of none.
using Channels = std::vector<std::optional<double>>;

/// Holds for finite inputs: 0 times what is not known is 0. Values are finite too.
class ChannelValues {
public:
  /// \param sums whether sums and means of floats other than 0 count as known, which are made in
  /// double precision and rounded once, and so not as the model computes them.
  explicit ChannelValues(bool sums) : sums(sums) {}

  /// Those along an axis, which is that of an image's channels or any other. To be asked about the
  /// values of a function in their order: what is far from a product, or from what has been asked
  /// before, counts as not known.
  Channels get(mlir::Value value, int64_t axis);

  /// Whether a product may have channels of its operand that are constants other than 0 replaced by
  /// what they add to the result: it reads them alone, and no border beside them.
  bool mayFold(const Weights &weights) const;

private:
  Channels compute(mlir::Value value, int64_t axis, int64_t extent);
  Channels computeProduct(const Weights &weights);
  Channels computeReduction(mlir::Operation *op, Channels x);

  bool sums;
  int64_t depth = 0;
  llvm::DenseMap<std::pair<mlir::Value, int64_t>, Channels> known;
};

} // namespace onnxcc

#endif // ONNXCC_PASSES_OPTIMIZE_CHANNELS_VALUES_H
