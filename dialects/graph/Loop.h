// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The `graph` dialect's ops with regions, which few passes need to know.
#ifndef ONNXCC_DIALECTS_GRAPH_LOOP_H
#define ONNXCC_DIALECTS_GRAPH_LOOP_H

#include "dialects/graph/Graph.h"

#define GET_OP_CLASSES
#include "dialects/graph/Loop.h.inc"

namespace onnxcc::graph {

/// The type of a step's element of a sequence, or of an output.
mlir::RankedTensorType getStepType(mlir::RankedTensorType sequence);
/// The type of the sequence of `steps` elements.
mlir::RankedTensorType getSequenceType(mlir::AffineExpr steps, mlir::RankedTensorType element);

} // namespace onnxcc::graph

#endif // ONNXCC_DIALECTS_GRAPH_LOOP_H
