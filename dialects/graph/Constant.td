// Constants, and values known from the dims.
include "dialects/graph/GraphBase.td"

def Graph_ConstantOp : Op<Graph_Dialect, "constant", [Pure, ConstantLike, DeclareOpInterfaceMethods<InferTypeOpInterface, ["inferReturnTypes"]>]> {
  let summary = "a tensor known at compile time: dense up to 1 KiB, above it a resource (dialects/support/ConstantData.h)";
  let arguments = (ins ElementsAttr:$value);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "attr-dict $value";
  let hasFolder = 1;
}
def Graph_ExtentsOp : Graph_Op<"extents", [{ inferExtents(location, op.getValues(), op.getTensorType(), result) }]> {
  let summary = "an i64 tensor whose elements are expressions of the symbols: the result of Shape and of arithmetic on it";
  let description = "extents_c1: the map has as many results as `tensorType` (static, rank 0 or 1, i64) has elements.";
  let arguments = (ins AffineMapAttr:$values, TypeAttr:$tensorType);
  let assemblyFormat = "$values attr-dict `:` $tensorType";
}
def Graph_IotaOp : Graph_Op<"iota", [{ inferIota(location, op.getExtent(), op.getElement(), result) }]> {
  let summary = "0, 1, 2, … along the one axis of extent `extent` (a map with one result)";
  let description = "iota_c1: `extent` has one result and `element` is an integer or a float.";
  let arguments = (ins AffineMapAttr:$extent, TypeAttr:$element);
  let assemblyFormat = "$extent `of` $element attr-dict";
}
