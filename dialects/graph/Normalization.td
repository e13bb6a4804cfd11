// Softmax and normalisations.
include "dialects/graph/GraphBase.td"

// axis_c1: the axis is in range. axis_c2: elements are floats.
class Graph_AxisOp<string mnemonic> : Graph_Op<mnemonic, [{ inferAxis(location, x[0], op.getAxis(), result) }]> {
  let arguments = (ins Graph_Tensor:$x, I64Attr:$axis);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}
class Graph_NormOp<string mnemonic> : Graph_AxisOp<mnemonic> {
  let arguments = (ins Graph_Tensor:$x, I64Attr:$axis, F64Attr:$epsilon);
}
def Graph_SoftmaxOp : Graph_AxisOp<"softmax">;
def Graph_LogSoftmaxOp : Graph_AxisOp<"log_softmax">;

def Graph_LayerNormOp : Graph_NormOp<"layer_norm"> {
  let summary = "(x - mean) / sqrt(variance + epsilon) over the axes from `axis` on; scale and bias are further ops";
}
def Graph_RmsNormOp : Graph_NormOp<"rms_norm"> {
  let summary = "x / sqrt(mean of squares + epsilon) over the axes from `axis` on";
}
def Graph_BatchNormOp : Graph_Op<"batch_norm", [{ inferBatchNorm(location, x, op.getLayout(), result) }], [ImageOpInterface]> {
  let summary = "(x - mean) / sqrt(variance + epsilon) * scale + bias, the four being [channels], of axis 1 (channels first) or the last";
  let description = "batch_norm_c1: x has rank >= 2 and float elements. batch_norm_c2: the four have rank 1, their extent the channels' and x's element type.";
  let arguments = (ins Graph_Tensor:$x, Graph_Tensor:$scale, Graph_Tensor:$bias, Graph_Tensor:$mean, Graph_Tensor:$variance, F64Attr:$epsilon,
    DefaultValuedAttr<Graph_LayoutAttr, "Layout::ChannelsFirst">:$layout);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let extraClassDeclaration = "::llvm::ArrayRef<int64_t> getWindowExtents() { return {}; }";
}
