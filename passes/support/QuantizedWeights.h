// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Weights that stay quantized: what folding leaves alone, and what kernels then read as codes.
#ifndef ONNXCC_PASSES_SUPPORT_QUANTIZEDWEIGHTS_H
#define ONNXCC_PASSES_SUPPORT_QUANTIZEDWEIGHTS_H

#include "dialects/graph/Graph.h"

namespace onnxcc {

/// Whether a value is a constant, or one that is repeated over a larger tensor.
bool isSpreadConstant(mlir::Value value);

/// Whether dequantized constants are only multiplied with floats, as the right side of products
/// whose kernels read the codes: they are of 8 bits or less, with scales of f32 for all, a column,
/// or a block of 8 or more along the depth.
bool areReadAsCodes(graph::DequantizeOp op);

} // namespace onnxcc

#endif // ONNXCC_PASSES_SUPPORT_QUANTIZEDWEIGHTS_H
