// Reductions over axes.
include "dialects/graph/GraphBase.td"

def Graph_ReduceOp : Graph_Op<"reduce"> {
  let summary = "combines the elements along `axes`, which the result lacks";
  let description = "reduce_c1: axes are sorted, distinct and in range. Of no elements: sum 0, prod 1, max -inf or the type's least, min inf or its greatest, mean NaN.";
  let arguments = (ins Graph_Tensor:$x, Graph_ReduceKindAttr:$kind, DenseI64ArrayAttr:$axes);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "$kind $x `over` $axes attr-dict `:` functional-type(operands, results)";
}
def Graph_ArgReduceOp : Graph_Op<"arg_reduce"> {
  let summary = "the index (i64) of the greatest or least element along `axis`, which the result lacks; the first or the last of equals";
  let arguments = (ins Graph_Tensor:$x, Graph_ReduceKindAttr:$kind, I64Attr:$axis, DefaultValuedAttr<BoolAttr, "false">:$last);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "$kind operands attr-dict `:` functional-type(operands, results)";
}
def Graph_CumulateOp : Graph_Op<"cumulate"> {
  let summary = "running sum or product along `axis`";
  let arguments = (ins Graph_Tensor:$x, Graph_ReduceKindAttr:$kind, I64Attr:$axis, BoolAttr:$exclusive, BoolAttr:$reverse);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "$kind operands attr-dict `:` functional-type(operands, results)";
}
