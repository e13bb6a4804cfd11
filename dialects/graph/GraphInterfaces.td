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

def PlacesOpInterface : OpInterface<"PlacesOpInterface"> {
  let cppNamespace = "::onnxcc::graph";
  let description = "A movement of one operand that kernels read through: an element of the result is the operand's at a place that is an affine function (with divisions) of the element's indices.";
  let methods = [InterfaceMethod<
    "The place, an index an axis of the operand, of the result's indices.", "::mlir::AffineMap", "getPlaces">];
}

def ImageOpInterface : OpInterface<"ImageOpInterface"> {
  let cppNamespace = "::onnxcc::graph";
  let description = "An op with one result, on an image x of [n, c, spatial…] or, channels last, [n, spatial…, c]; the result has x's layout.";
  let methods = [
    InterfaceMethod<"The image.", "::mlir::OpOperand &", "getXMutable">,
    InterfaceMethod<"The layout of x and of the result.", "::onnxcc::graph::Layout", "getLayout">,
    InterfaceMethod<"Sets it; the caller sees to the types.", "void", "setLayout", (ins "::onnxcc::graph::Layout":$layout)>,
    InterfaceMethod<"The extents of its window, one a spatial axis; none if it sees each place alone.",
      "::llvm::ArrayRef<int64_t>", "getWindowExtents">];
}

#endif // ONNXCC_DIALECTS_GRAPH_GRAPHINTERFACES_TD
