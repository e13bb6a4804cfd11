// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The passes of the phase `graph` and its pipeline.
#ifndef ONNXCC_PASSES_GRAPH_PASSES_H
#define ONNXCC_PASSES_GRAPH_PASSES_H

#include "mlir/Pass/Pass.h"
#include "llvm/ADT/StringRef.h"
#include <string>

namespace mlir {
class OpPassManager;
}

namespace onnxcc {

#define GEN_PASS_DECL
#include "passes/graph/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "passes/graph/Passes.h.inc"

/// From the `onnx` dialect to the `graph` dialect. Afterwards the module holds functions of graph
/// ops on ranked tensors and nothing else.
void populateGraphPipeline(mlir::OpPassManager &pm);

/// Why the phase cannot take an operator at its newest opset, and what to do; "" where it can.
std::string explainUnknownOperator(llvm::StringRef domain, llvm::StringRef op, bool hasSubgraphs);

} // namespace onnxcc

#endif // ONNXCC_PASSES_GRAPH_PASSES_H
