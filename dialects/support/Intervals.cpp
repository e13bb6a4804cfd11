// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Interval arithmetic: see Intervals.h.
#include "dialects/support/Intervals.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace onnxcc {

/// The least interval around values, none of which overflowed.
static std::optional<Interval> getHull(ArrayRef<std::optional<int64_t>> values) {
  Interval hull{INT64_MAX, INT64_MIN};
  for (std::optional<int64_t> value : values) {
    if (!value)
      return std::nullopt;
    hull.min = std::min(hull.min, *value), hull.max = std::max(hull.max, *value);
  }
  return hull;
}

std::optional<Interval> getInterval(AffineExpr expression,
                                    function_ref<std::optional<Interval>(AffineExpr)> leaf) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expression))
    return Interval{constant.getValue(), constant.getValue()};
  auto binary = dyn_cast<AffineBinaryOpExpr>(expression);
  if (!binary)
    return leaf(expression);
  std::optional<Interval> a = getInterval(binary.getLHS(), leaf);
  std::optional<Interval> b = getInterval(binary.getRHS(), leaf);
  if (!a || !b)
    return std::nullopt;
  AffineExprKind kind = expression.getKind();
  if (kind == AffineExprKind::Add)
    return getHull({llvm::checkedAdd(a->min, b->min), llvm::checkedAdd(a->max, b->max)});
  if (kind == AffineExprKind::Mul)
    return getHull({llvm::checkedMul(a->min, b->min), llvm::checkedMul(a->min, b->max),
                    llvm::checkedMul(a->max, b->min), llvm::checkedMul(a->max, b->max)});
  if (b->min <= 0)
    return std::nullopt;
  if (kind == AffineExprKind::FloorDiv)
    return getHull(
        {llvm::divideFloorSigned(a->min, b->min), llvm::divideFloorSigned(a->min, b->max),
         llvm::divideFloorSigned(a->max, b->min), llvm::divideFloorSigned(a->max, b->max)});
  if (kind == AffineExprKind::CeilDiv)
    return getHull({llvm::divideCeilSigned(a->min, b->min), llvm::divideCeilSigned(a->min, b->max),
                    llvm::divideCeilSigned(a->max, b->min),
                    llvm::divideCeilSigned(a->max, b->max)});
  bool isWhole = a->min >= 0 && a->max < b->min;
  return isWhole ? *a : Interval{0, b->max - 1}; // a mod b
}

} // namespace onnxcc
