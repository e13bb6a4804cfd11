// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Pieces that lowerings of several themes share.
#ifndef ONNXCC_PASSES_GRAPH_LOWERINGS_H
#define ONNXCC_PASSES_GRAPH_LOWERINGS_H

#include "passes/graph/LoweringContext.h"

namespace onnxcc {

/// A convolution with the current node's attributes; `bias` may be null.
mlir::Value buildConv(LoweringContext &c, mlir::Value x, mlir::Value filter, mlir::Value bias);

/// A maximum or mean of windows with the current node's attributes.
mlir::Value buildPool(LoweringContext &c, mlir::Value x, graph::ReduceKind kind);

/// ONNX's MatMul: numpy's rules for one-dimensional operands and for batches.
mlir::Value buildMatMul(LoweringContext &c, mlir::Value lhs, mlir::Value rhs);

/// `scale` or a zero point brought to x's extents: a scalar, one element for each index of `axis`,
/// or blocks of `blockSize` along it.
mlir::Value spreadParameter(LoweringContext &c, mlir::Value parameter, mlir::Value x, int64_t axis,
                            int64_t blockSize = 0);

/// A byte x as i32, less its zero point, if there is one: of one element, or one for each index of
/// `axis`.
mlir::Value widenBytes(LoweringContext &c, mlir::Value x, mlir::Value zeroPoint, int64_t axis);

/// Quantised values and back. Absent zero points (null) are 0; quantize's `type` is then the
/// result's.
mlir::Value buildDequantize(LoweringContext &c, mlir::Value x, mlir::Value scale,
                            mlir::Value zeroPoint, int64_t axis = 1, int64_t blockSize = 0);
mlir::Value buildQuantize(LoweringContext &c, mlir::Value x, mlir::Value scale,
                          mlir::Value zeroPoint, mlir::Type type = {}, int64_t axis = 1,
                          int64_t blockSize = 0);

/// x as f32 where it is a narrower float, in which statistics are not computed.
Term widen(Term x);

} // namespace onnxcc

#endif // ONNXCC_PASSES_GRAPH_LOWERINGS_H
