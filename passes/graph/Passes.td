// The phase `graph`: from imported ONNX nodes to what they mean.
#ifndef ONNXCC_PASSES_GRAPH_PASSES_TD
#define ONNXCC_PASSES_GRAPH_PASSES_TD

include "mlir/Pass/PassBase.td"

def LowerOnnx : Pass<"lower-onnx", "::mlir::ModuleOp"> {
  let summary = "Lower every ONNX node into graph ops";
  let description = [{
    One walk in the nodes' order builds the function's new body. A table from (domain, operator) to a lowering function
    knows the newest version of each operator: auto_pad, optional inputs, negative axes, implicit broadcasting and all
    other quirks end here. Contents of small integer tensors that follow from the dims (`Shape` and arithmetic on it) are
    tracked as expressions of the symbols, so that chains of shape arithmetic disappear, also for dynamic dims.

    All nodes without a lowering are reported in one run, as is each node that has one and fails.
  }];
  let dependentDialects = ["::onnxcc::graph::GraphDialect", "::mlir::func::FuncDialect"];
  let statistics = [
    Statistic<"numNodes", "nodes", "ONNX nodes lowered">,
    Statistic<"numOps", "ops", "graph ops that the nodes became">,
    Statistic<"numFolded", "folded", "ops replaced by their constant results">
  ];
}

def VerifyGraph : Pass<"verify-graph", "::mlir::ModuleOp"> {
  let summary = "Check what holds after the phase: only graph ops, on ranked tensors with known extents";
}

#endif // ONNXCC_PASSES_GRAPH_PASSES_TD
