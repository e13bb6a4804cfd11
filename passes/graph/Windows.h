// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What convolutions and pools have in common: windows that slide over spatial axes, and ONNX's four
// ways to pad them.
#ifndef ONNXCC_PASSES_GRAPH_WINDOWS_H
#define ONNXCC_PASSES_GRAPH_WINDOWS_H

#include "passes/graph/LoweringContext.h"

namespace onnxcc {

struct Windows {
  llvm::SmallVector<int64_t> window, strides, dilations;
  /// Begins of all spatial axes, then the ends.
  llvm::SmallVector<int64_t> pads;

  size_t rank() const { return window.size(); }
  /// The extent that a dilated window covers.
  int64_t span(size_t i) const { return (window[i] - 1) * dilations[i] + 1; }
};

/// The windows of the current node over `x` ([n, c, spatial…]), auto_pad resolved; nullopt with a
/// diagnostic. `window` is the filter's where the node has no kernel_shape.
std::optional<Windows> getWindows(LoweringContext &c, mlir::Value x,
                                  llvm::ArrayRef<int64_t> window);

/// Grows the pads' ends so that rounding down gives as many windows as ceil_mode asks for. A window
/// must start inside x or its begin pads. \returns whether any pad grew; nullopt, with a
/// diagnostic, if that depends on a dim.
std::optional<bool> applyCeilMode(LoweringContext &c, mlir::Value x, Windows &windows);

} // namespace onnxcc

#endif // ONNXCC_PASSES_GRAPH_WINDOWS_H
