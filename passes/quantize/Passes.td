// Passes of the quantize phase.
#ifndef ONNXCC_PASSES_QUANTIZE_PASSES_TD
#define ONNXCC_PASSES_QUANTIZE_PASSES_TD

include "mlir/Pass/PassBase.td"

def QuantizeInterface : Pass<"quantize-interface", "::mlir::func::FuncOp"> {
  let summary = "With --io=quantized: inputs and outputs become the integers that the model quantizes them to";
  let description = [{
    An input whose readers all quantize it in one way, behind movements of its elements or at once, becomes the integers of 8 or 16 bits that they read;
    an output that has been dequantized, behind movements or at once, the integers from which it was. Their scale and zero point, one for all elements,
    are attributes of the argument or result. A float that stays one is warned about, with the reason. Exact: who quantizes as QuantizeLinear does hands
    over the very codes that the model would have computed.
  }];
  let statistics = [Statistic<"numQuantized", "quantized", "inputs and outputs that became integers">];
}

def RaiseIntegers : Pass<"raise-integers", "::mlir::func::FuncOp"> {
  let summary = "Computes in integers, or by tables, what lies between dequantized bytes and their quantization";
  let description = [{
    conv, conv_transpose and matmul of dequantized bytes become sums of integers times the scales' product: exact, where floats round. A bias in the
    same units is added to the sums. quantize after that becomes requantize with the quotient of the scales, clips before it clips of the code.
    Sums, products and means that are quantized are sums of integers, too; functions of one tensor of bytes are tables. Movements, and choices of the
    greatest, move the bytes.
    Sums that could overflow 32 bits stay in floats. What stays in floats between two quantizations is a remark, with the reason.
  }];
  let dependentDialects = ["::onnxcc::graph::GraphDialect"];
}

def PreferUnsigned : Pass<"prefer-unsigned", "::mlir::func::FuncOp"> {
  let summary = "Makes codes that products read unsigned, where the targets multiply those faster";
  let description = [{
    x86's instruction multiplies unsigned inputs by signed weights: of signed inputs it would have to turn the first bit each time that one is read. A
    signed code that is quantized here, and read by products, dequantizations and movements alone, becomes the unsigned one that is greater by 128, as do
    zero points. All values are what they were.
  }];
  let statistics = [Statistic<"changed", "changed", "values whose codes are unsigned now">];
  let dependentDialects = ["::onnxcc::graph::GraphDialect"];
}

def SinkBlocks : Pass<"sink-blocks", "::mlir::func::FuncOp"> {
  let summary = "Moves codes of constant weights where the weights are transposed or gathered";
  let description = [{
    transpose and gather of dequantized constants become dequantize of moved codes, whose scales and zero points move with them, one for all, a channel or a block.
    So tables of embeddings stay codes, of which only what is read is dequantized, and a product reads the codes of transposed weights.
  }];
  let dependentDialects = ["::onnxcc::graph::GraphDialect"];
}

def VerifyQuantized : Pass<"verify-quantized", "::mlir::func::FuncOp"> {
  let summary = "Fails if constants are dequantized at run time, or floats between bytes have an integer form";
  let options = [Option<"folded", "folded", "bool", "true", "Constants must have been folded, and integers raised">];
}

#endif // ONNXCC_PASSES_QUANTIZE_PASSES_TD
