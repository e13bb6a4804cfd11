// Movement: the same elements at other places.
include "dialects/graph/GraphBase.td"

def Graph_TransposeOp : Graph_Op<"transpose"> {
  let summary = "result axis i is operand axis permutation[i]";
  let arguments = (ins Graph_Tensor:$x, DenseI64ArrayAttr:$permutation);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "$x `by` $permutation attr-dict `:` functional-type(operands, results)";
}
def Graph_ReshapeOp : Graph_Op<"reshape"> {
  let summary = "the same elements in row-major order with the extents `shape`: ()[symbols] -> (extents)";
  let description = "reshape_c1: both have equally many elements, for all values of the symbols.";
  let arguments = (ins Graph_Tensor:$x, AffineMapAttr:$shape);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "$x `to` $shape attr-dict `:` functional-type(operands, results)";
}
def Graph_BroadcastOp : Graph_Op<"broadcast"> {
  let summary = "repeats axes of extent 1; operand axes align with the last axes of `shape` as in numpy";
  let arguments = (ins Graph_Tensor:$x, AffineMapAttr:$shape);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "$x `to` $shape attr-dict `:` functional-type(operands, results)";
}
def Graph_ConcatOp : Graph_Op<"concat"> {
  let arguments = (ins Variadic<Graph_Tensor>:$inputs, I64Attr:$axis);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}
def Graph_SliceOp : Graph_Op<"slice"> {
  let summary = "x[starts[i] + k*steps[i]] for k < sizes[i] on each axis; one entry an axis";
  let description = "slice_c1: every index lies in x. Steps may be negative. `starts` and `sizes` are maps ()[symbols] -> (…).";
  let arguments = (ins Graph_Tensor:$x, AffineMapAttr:$starts, AffineMapAttr:$sizes, DenseI64ArrayAttr:$steps);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "$x `at` $starts `sizes` $sizes `steps` $steps attr-dict `:` functional-type(operands, results)";
}
def Graph_PadOp : Graph_Op<"pad"> {
  let summary = "grows each axis by low[i] >= 0 before and high[i] >= 0 after; `value` (a scalar tensor) fills in constant mode (negative pads are slices)";
  let arguments = (ins Graph_Tensor:$x, Graph_Tensor:$value, Graph_PadModeAttr:$mode, DenseI64ArrayAttr:$low, DenseI64ArrayAttr:$high);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "$mode operands `low` $low `high` $high attr-dict `:` functional-type(operands, results)";
}
