// Indexing by data.
include "dialects/graph/GraphBase.td"

def Graph_GatherOp : Graph_Op<"gather"> {
  let summary = "x's slices along `axis` at `indices` (negative ones count from the end): extents x[:axis] + indices + x[axis+1:]";
  let arguments = (ins Graph_Tensor:$x, Graph_Tensor:$indices, I64Attr:$axis);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}
def Graph_GatherElementsOp : Graph_Op<"gather_elements"> {
  let summary = "result[i…] = x[…, indices[i…], …] with the index on `axis`";
  let arguments = (ins Graph_Tensor:$x, Graph_Tensor:$indices, I64Attr:$axis);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}
