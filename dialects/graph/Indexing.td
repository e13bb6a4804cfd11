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
def Graph_ScatterElementsOp : Graph_Op<"scatter_elements", [{ inferScatterElements(location, x[0], x[1], x[2], op.getAxis(), result) }]> {
  let summary = "x, with result[…, indices[i…], …] replaced by, or combined with, updates[i…]; the index is on `axis`";
  let description = [{
    Updates of one element are applied in row-major order. scatter_elements_c1, c2: as gather's. scatter_elements_c3: ranks are equal, and on other axes
    indices' extents are not above x's. scatter_elements_c4: updates have indices' extents and x's element type.
  }];
  let arguments = (ins Graph_Tensor:$x, Graph_Tensor:$indices, Graph_Tensor:$updates, Graph_ScatterKindAttr:$kind, I64Attr:$axis);
  let assemblyFormat = "$kind operands attr-dict `:` functional-type(operands, results)";
}
def Graph_ScatterNdOp : Graph_Op<"scatter_nd", [{ inferScatterNd(location, x[0], x[1], x[2], result) }]> {
  let summary = "x, with the slices at the multi-indices indices[i…, :] replaced by, or combined with, updates[i…]";
  let description = [{
    Updates of one element are applied in row-major order. scatter_nd_c1: indices are i32 or i64; their last extent is static, and from 1 to x's rank. scatter_nd_c2:
    updates have the extents indices[:-1] + x[indices' last extent:] and x's element type.
  }];
  let arguments = (ins Graph_Tensor:$x, Graph_Tensor:$indices, Graph_Tensor:$updates, Graph_ScatterKindAttr:$kind);
  let assemblyFormat = "$kind operands attr-dict `:` functional-type(operands, results)";
}
// Not pure: what it defines is used by number, also where its result is not.
def Graph_PlacesOp : Op<Graph_Dialect, "places", [MemoryEffects<[MemWrite]>, DeclareOpInterfaceMethods<InferTypeOpInterface, ["inferReturnTypes"]>,
    DeclareOpInterfaceMethods<EvaluableOpInterface>]> {
  let summary = "the row-major numbers, ascending, of the elements that hold; their count is the value of the symbol that it `defines`";
  let description = "places_c1: x's elements are i1. places_c2: `symbol` is a symbol of the module that has a bound.";
  let arguments = (ins Graph_Tensor:$x, I64Attr:$symbol);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "$x `defines` $symbol attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// How many elements hold.
    static int64_t count(const ::onnxcc::graph::Tensor &x);
  }];
}
def Graph_TopKOp : Op<Graph_Dialect, "top_k", [Pure, DeclareOpInterfaceMethods<InferTypeOpInterface, ["inferReturnTypes"]>,
    DeclareOpInterfaceMethods<EvaluableOpInterface>]> {
  let summary = "the k greatest (or least) elements along `axis` in order, and their indices; of equals the first comes first";
  let description = "NaN counts as the greatest. top_k_c1: the axis is in range. top_k_c2: k is from 0 to the axis' extent.";
  let arguments = (ins Graph_Tensor:$x, I64Attr:$k, I64Attr:$axis, DefaultValuedAttr<BoolAttr, "true">:$largest);
  let results = (outs Graph_Tensor:$values, Graph_Tensor:$indices);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}
