// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The patterns of sink-transposes, by theme. Each turns op(transpose(x)) into transpose(op(x)).
#ifndef ONNXCC_PASSES_LAYOUT_SINKPATTERNS_H
#define ONNXCC_PASSES_LAYOUT_SINKPATTERNS_H

#include "mlir/IR/PatternMatch.h"

namespace onnxcc {

/// Elementwise ops and broadcasts, whose other operands are transposed the other way.
void populateSinkElementwisePatterns(mlir::RewritePatternSet &patterns);
/// Ops with axes: reductions, softmax, concat, pad, slice and the like.
void populateSinkAxisPatterns(mlir::RewritePatternSet &patterns);
/// Reshapes, and products that a flattened image goes into.
void populateSinkReshapePatterns(mlir::RewritePatternSet &patterns);

} // namespace onnxcc

#endif // ONNXCC_PASSES_LAYOUT_SINKPATTERNS_H
