// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which integers sums of products can be, from their weights.
#ifndef ONNXCC_PASSES_OPTIMIZE_SUMRANGES_H
#define ONNXCC_PASSES_OPTIMIZE_SUMRANGES_H

#include "passes/support/HighMultiply.h"

#include "mlir/IR/Value.h"
#include <vector>

namespace onnxcc {

/// The range of each channel along an axis.
struct SumRanges {
  int64_t axis;
  std::vector<IntegerRange> channels;

  /// Of a convolution or product of bytes with constant weights, and constants that are added to
  /// it; nothing of other values.
  static std::optional<SumRanges> get(mlir::Value sums);
};

} // namespace onnxcc

#endif // ONNXCC_PASSES_OPTIMIZE_SUMRANGES_H
