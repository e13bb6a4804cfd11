// What ops of the `graph` dialect can be asked.
#ifndef ONNXCC_DIALECTS_GRAPH_GRAPHINTERFACES_TD
#define ONNXCC_DIALECTS_GRAPH_GRAPHINTERFACES_TD

include "mlir/IR/OpBase.td"

def EvaluableOpInterface : OpInterface<"EvaluableOpInterface"> {
  let cppNamespace = "::onnxcc::graph";
  let description = "An op that can compute its results from host tensors: the constant folder and the test oracle in one.";
  let methods = [InterfaceMethod<
    "Computes the outputs, which have their static types and room for their elements.",
    "::llvm::LogicalResult", "evaluate",
    (ins "::llvm::ArrayRef<::onnxcc::graph::Tensor>":$inputs, "::llvm::MutableArrayRef<::onnxcc::graph::Tensor>":$outputs)>];
}

def ElementwiseOpInterface : OpInterface<"ElementwiseOpInterface"> {
  let cppNamespace = "::onnxcc::graph";
  let description = "An op that computes each element of its result from the operands' elements at the same place.";
  let methods = [InterfaceMethod<
    "Builds the scalar computation of one element; `type` is the result's element type.",
    "::onnxcc::graph::Scalar", "buildScalar",
    (ins "::llvm::ArrayRef<::onnxcc::graph::Scalar>":$operands, "::mlir::Type":$type)>];
}

#endif // ONNXCC_DIALECTS_GRAPH_GRAPHINTERFACES_TD
