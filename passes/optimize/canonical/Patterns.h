// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The patterns of canonicalize-graph, by theme.
#ifndef ONNXCC_PASSES_OPTIMIZE_CANONICAL_PATTERNS_H
#define ONNXCC_PASSES_OPTIMIZE_CANONICAL_PATTERNS_H

#include "mlir/IR/PatternMatch.h"

namespace onnxcc {

/// Transposes, reshapes, pads, and reductions that combine nothing.
void populateMovementPatterns(mlir::RewritePatternSet &patterns);
/// Slices and concats.
void populateSlicePatterns(mlir::RewritePatternSet &patterns);
/// Neutral and repeated operands, conversions.
void populateArithmeticPatterns(mlir::RewritePatternSet &patterns);
/// Broadcasts, and elementwise ops of them.
void populateBroadcastPatterns(mlir::RewritePatternSet &patterns);

} // namespace onnxcc

#endif // ONNXCC_PASSES_OPTIMIZE_CANONICAL_PATTERNS_H
