// Reductions over axes.
include "dialects/graph/GraphBase.td"

def Graph_ReduceOp : Graph_Op<"reduce", [{ inferReduce(location, x[0], op.getAxes(), result) }]> {
  let summary = "combines the elements along `axes`, which the result lacks";
  let description = [{
    reduce_c1: axes are sorted, distinct and in range. Of no elements: sums 0, prod 1, max -inf or the type's least, min inf or its greatest,
    mean NaN (0 of integers, whose mean is truncated).
  }];
  let arguments = (ins Graph_Tensor:$x, Graph_ReduceKindAttr:$kind, DenseI64ArrayAttr:$axes);
  let assemblyFormat = "$kind $x `over` $axes attr-dict `:` functional-type(operands, results)";
}
def Graph_ArgReduceOp : Graph_Op<"arg_reduce", [{ inferArgReduce(location, x[0], op.getKind(), op.getAxis(), result) }]> {
  let summary = "the index (i64) of the greatest or least element along `axis`, which the result lacks; the first or the last of equals";
  let description = "arg_reduce_c1: the axis is in range. arg_reduce_c2: kind is max or min.";
  let arguments = (ins Graph_Tensor:$x, Graph_ReduceKindAttr:$kind, I64Attr:$axis, DefaultValuedAttr<BoolAttr, "false">:$last);
  let assemblyFormat = "$kind operands attr-dict `:` functional-type(operands, results)";
}
def Graph_CumulateOp : Graph_Op<"cumulate", [{ inferCumulate(location, x[0], op.getKind(), op.getAxis(), result) }]> {
  let summary = "running sum or product along `axis`";
  let description = "cumulate_c1: the axis is in range. cumulate_c2: kind is sum or prod.";
  let arguments = (ins Graph_Tensor:$x, Graph_ReduceKindAttr:$kind, I64Attr:$axis, BoolAttr:$exclusive, BoolAttr:$reverse);
  let assemblyFormat = "$kind operands attr-dict `:` functional-type(operands, results)";
}
