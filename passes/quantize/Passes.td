// Passes of the quantize phase.
#ifndef ONNXCC_PASSES_QUANTIZE_PASSES_TD
#define ONNXCC_PASSES_QUANTIZE_PASSES_TD

include "mlir/Pass/PassBase.td"

def VerifyQuantized : Pass<"verify-quantized", "::mlir::func::FuncOp"> {
  let summary = "Fails unless every op is of the graph dialect and constants are not dequantized at run time";
  let options = [Option<"folded", "folded", "bool", "true", "Dequantized constants must have been folded">];
}

#endif // ONNXCC_PASSES_QUANTIZE_PASSES_TD
