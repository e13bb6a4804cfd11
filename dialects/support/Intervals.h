// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What values an affine expression can take.
#ifndef ONNXCC_DIALECTS_SUPPORT_INTERVALS_H
#define ONNXCC_DIALECTS_SUPPORT_INTERVALS_H

#include "mlir/IR/AffineExpr.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <optional>

namespace onnxcc {

/// The integers from `min` to `max`, both included.
struct Interval {
  int64_t min, max;
};

/// An interval in which all values of `expression` lie, if `leaf` gives that of each dim and
/// symbol; nothing if `leaf` gives nothing for one, or the expression may overflow or divide by
/// what may not be positive. Exact where no dim or symbol occurs twice and none is divided:
/// simplify first.
std::optional<Interval>
getInterval(mlir::AffineExpr expression,
            llvm::function_ref<std::optional<Interval>(mlir::AffineExpr)> leaf);

/// The values of a loop's index: [0, extent); 0 if it runs over nothing.
inline Interval getIndexInterval(int64_t extent) { return {0, extent > 0 ? extent - 1 : 0}; }

} // namespace onnxcc

#endif // ONNXCC_DIALECTS_SUPPORT_INTERVALS_H
