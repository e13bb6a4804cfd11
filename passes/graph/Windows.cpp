// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sliding windows: see Windows.h.
#include "passes/graph/Windows.h"

using namespace mlir;

namespace onnxcc {

/// How much padding SAME needs in all on an axis: as many windows as ceil(extent / stride). Null if
/// that depends on a dim.
static std::optional<int64_t> getSamePadding(LoweringContext &c, AffineExpr extent, int64_t span,
                                             int64_t stride) {
  // (ceil(extent / stride) - 1) * stride + span - extent depends on the extent only through extent
  // mod stride.
  AffineExpr rest = c.symbols().simplify(extent % stride);
  auto constant = dyn_cast<AffineConstantExpr>(rest);
  if (!constant)
    return std::nullopt;
  int64_t last = constant.getValue() == 0 ? stride : constant.getValue();
  return std::max<int64_t>(span - last, 0);
}

std::optional<Windows> getWindows(LoweringContext &c, Value x, ArrayRef<int64_t> window) {
  int64_t rank = c.rankOf(x) - 2;
  if (rank < 1) {
    c.error() << "expects an input of rank 3 or more, got " << c.format(x);
    return std::nullopt;
  }
  Windows result;
  result.window = c.integerList("kernel_shape").value_or(SmallVector<int64_t>(window));
  result.strides = c.integerList("strides").value_or(SmallVector<int64_t>(rank, 1));
  result.dilations = c.integerList("dilations").value_or(SmallVector<int64_t>(rank, 1));
  result.pads = c.integerList("pads").value_or(SmallVector<int64_t>(2 * rank, 0));
  auto check = [&](StringRef name, size_t size, int64_t wanted) {
    if (static_cast<int64_t>(size) != wanted)
      c.error() << "attribute '" << name << "' has " << size << " entries, expected " << wanted
                << " for an input of rank " << rank + 2;
    return static_cast<int64_t>(size) == wanted;
  };
  if (!check("kernel_shape", result.window.size(), rank) ||
      !check("strides", result.strides.size(), rank) ||
      !check("dilations", result.dilations.size(), rank) ||
      !check("pads", result.pads.size(), 2 * rank))
    return std::nullopt;
  for (int64_t i = 0; i < rank; ++i)
    if (result.strides[i] < 1 || result.dilations[i] < 1 || result.window[i] < 1) {
      c.error() << "windows, strides and dilations must be positive";
      return std::nullopt;
    }

  StringRef mode = c.string("auto_pad", "NOTSET");
  if (mode == "NOTSET" || mode.empty())
    return result;
  result.pads.assign(2 * rank, 0);
  if (mode == "VALID")
    return result;
  if (mode != "SAME_UPPER" && mode != "SAME_LOWER") {
    c.error() << "auto_pad '" << mode << "' is none of NOTSET, SAME_UPPER, SAME_LOWER, VALID";
    return std::nullopt;
  }
  Extents extents = c.extentsOf(x);
  for (int64_t i = 0; i < rank; ++i) {
    std::optional<int64_t> padding =
        getSamePadding(c, extents[i + 2], result.span(i), result.strides[i]);
    if (!padding) {
      c.error() << "auto_pad " << mode << " with stride " << result.strides[i]
                << " needs a fixed extent on axis " << i + 2 << " of " << c.format(extents);
      return std::nullopt;
    }
    // The odd one goes to the end for SAME_UPPER, to the begin for SAME_LOWER.
    int64_t less = *padding / 2, more = *padding - less;
    result.pads[i] = mode == "SAME_UPPER" ? less : more;
    result.pads[i + rank] = mode == "SAME_UPPER" ? more : less;
  }
  return result;
}

std::optional<bool> applyCeilMode(LoweringContext &c, Value x, Windows &windows) {
  bool grew = false;
  int64_t rank = windows.rank();
  Extents extents = c.extentsOf(x);
  for (int64_t i = 0; i < rank; ++i) {
    int64_t stride = windows.strides[i], &end = windows.pads[i + rank];
    if (stride == 1)
      continue;
    // Windows start at 0, stride, …; after the last whole one `rest` elements of the padded input
    // remain.
    AffineExpr free = extents[i + 2] + windows.pads[i] + end - windows.span(i);
    auto rest = dyn_cast<AffineConstantExpr>(c.symbols().simplify(free % stride));
    if (!rest) {
      c.error() << "ceil_mode with stride " << stride << " needs a fixed extent on axis " << i + 2
                << " of " << c.format(extents);
      return std::nullopt;
    }
    if (rest.getValue() == 0)
      continue;
    // One more window; ONNX leaves it out where it would start in the end pads: at free - rest +
    // stride >= extent + begin.
    if (stride - rest.getValue() + end - windows.span(i) >= 0)
      continue;
    end += stride - rest.getValue();
    grew = true;
  }
  return grew;
}

} // namespace onnxcc
