// Softmax and normalisations.
include "dialects/graph/GraphBase.td"

class Graph_AxisOp<string mnemonic> : Graph_Op<mnemonic> {
  let arguments = (ins Graph_Tensor:$x, I64Attr:$axis);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}
def Graph_SoftmaxOp : Graph_AxisOp<"softmax">;
def Graph_LogSoftmaxOp : Graph_AxisOp<"log_softmax">;

def Graph_LayerNormOp : Graph_Op<"layer_norm"> {
  let summary = "(x - mean) / sqrt(variance + epsilon) over the axes from `axis` on; scale and bias are further ops";
  let arguments = (ins Graph_Tensor:$x, I64Attr:$axis, F64Attr:$epsilon);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}
def Graph_RmsNormOp : Graph_Op<"rms_norm"> {
  let summary = "x / sqrt(mean of squares + epsilon) over the axes from `axis` on";
  let arguments = (ins Graph_Tensor:$x, I64Attr:$axis, F64Attr:$epsilon);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}
def Graph_BatchNormOp : Graph_Op<"batch_norm"> {
  let summary = "(x - mean) / sqrt(variance + epsilon) * scale + bias, the four being [channels], of axis 1 (channels first) or the last";
  let arguments = (ins Graph_Tensor:$x, Graph_Tensor:$scale, Graph_Tensor:$bias, Graph_Tensor:$mean, Graph_Tensor:$variance, F64Attr:$epsilon,
    DefaultValuedAttr<Graph_LayoutAttr, "Layout::ChannelsFirst">:$layout);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}
