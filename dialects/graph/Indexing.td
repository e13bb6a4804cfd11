// Indexing by data.
include "dialects/graph/GraphBase.td"

def Graph_GatherOp : Graph_Op<"gather", [{ inferGather(location, x[0], x[1], op.getAxis(), result) }]> {
  let summary = "x's slices along `axis` at `indices` (negative ones count from the end): extents x[:axis] + indices + x[axis+1:]";
  let description = "gather_c1: the axis is in range. gather_c2: indices are i32 or i64.";
  let arguments = (ins Graph_Tensor:$x, Graph_Tensor:$indices, I64Attr:$axis);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}
def Graph_GatherElementsOp : Graph_Op<"gather_elements", [{ inferGatherElements(location, x[0], x[1], op.getAxis(), result) }]> {
  let summary = "result[i…] = x[…, indices[i…], …] with the index on `axis`";
  let description = "gather_elements_c1, c2: as gather's. gather_elements_c3: ranks are equal, and on other axes indices' extents are not above x's.";
  let arguments = (ins Graph_Tensor:$x, Graph_Tensor:$indices, I64Attr:$axis);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}
