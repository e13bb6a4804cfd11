// Constants, and values known from the dims.
include "dialects/graph/GraphBase.td"

def Graph_ConstantOp : Op<Graph_Dialect, "constant", [Pure, ConstantLike, DeclareOpInterfaceMethods<InferTypeOpInterface, ["inferReturnTypes"]>]> {
  let arguments = (ins ElementsAttr:$value);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "attr-dict $value";
  let hasFolder = 1;
}
def Graph_ExtentsOp : Graph_Op<"extents"> {
  let summary = "an i64 tensor whose elements are expressions of the symbols: the result of Shape and of arithmetic on it";
  let description = "extents_c1: the map has as many results as `type` (rank 0 or 1, i64) has elements.";
  let arguments = (ins AffineMapAttr:$values, TypeAttr:$type);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "$values attr-dict `:` $type";
}
def Graph_IotaOp : Graph_Op<"iota"> {
  let summary = "0, 1, 2, … along the one axis of extent `extent` (a map with one result)";
  let arguments = (ins AffineMapAttr:$extent, TypeAttr:$element);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "$extent attr-dict `:` type(results)";
}
