// Contractions: sums of products.
include "dialects/graph/GraphBase.td"

def Graph_MatMulOp : Graph_Op<"matmul", [{ inferMatMul(location, x[0], x[1], result) }]> {
  let summary = "[b…, m, k] x [b…, k, n] -> [b…, m, n]";
  let description = [{
    matmul_c1: ranks are equal and at least 2. matmul_c2: batch extents are equal. matmul_c3: the inner extents are equal. matmul_c4: element
    types are equal.
  }];
  let arguments = (ins Graph_Tensor:$lhs, Graph_Tensor:$rhs);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}

def Graph_AttentionOp : Graph_Op<"attention", [{ inferAttention(location, x, op.getFills().size(), result) }]> {
  let summary = "softmax(masks(scale * queries · keysᵀ)) · values: [b, h, s, d], [b, hk, t, d], [b, hk, t, e], [b, h, s, t]… -> [b, h, s, e]";
  let description = [{
    The softmax runs over t, its maximum subtracted. h / hk heads of the queries share one of the keys and values. The masks are put on the scores
    one after the other: a float is added; where an i1 does not hold, its entry of `fills` takes the score's place.
    With `guarded` a row whose softmax is NaN has the weights 0 instead: exporters write it as a choice by is_nan. With `guardsHidden` a row has them
    that the masks hide, which is that they make -inf of all scores 0: ONNX's Attention.
    attention_c1: all operands have rank 4. attention_c2: q, k and v have equal b; k and v equal hk and t; q and k equal d. attention_c3: h is a
    multiple of hk. attention_c4: a mask has the extents of the scores. attention_c5: element types are equal, and floats, but for masks of i1.
    attention_c6: there are as many fills as masks of i1.
  }];
  let arguments = (ins Graph_Tensor:$q, Graph_Tensor:$k, Graph_Tensor:$v, Variadic<Graph_Tensor>:$masks, F64Attr:$scale,
    DefaultValuedAttr<DenseF64ArrayAttr, "{}">:$fills, UnitAttr:$guarded, UnitAttr:$guardsHidden);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}

def Graph_ConvOp : Graph_Op<"conv", [{ inferConv(location, x[0], x[1], op.getStrides(), op.getDilations(), op.getPads(), op.getGroups(), op.getLayout(), result) }], [ImageOpInterface]> {
  let summary = "convolution without bias";
  let description = [{
    x is [n, c, spatial…] or, channels last, [n, spatial…, c]. The filter is [co, c/groups, window…] in either layout (packing reorders it).
    `pads` holds the begins of all spatial axes, then the ends. conv_c1: x has rank >= 3. conv_c2: filter rank = x rank, its window is static
    and not empty. conv_c3: c = filter channels x groups. conv_c4: co divides by groups. conv_c5: strides, dilations have one positive entry a
    spatial axis, pads two >= 0. conv_c6: the output is not empty in space for any dims in range. conv_c7: element types are equal.
  }];
  let arguments = (ins Graph_Tensor:$x, Graph_Tensor:$filter, DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$dilations, DenseI64ArrayAttr:$pads,
    DefaultValuedAttr<I64Attr, "1">:$groups, DefaultValuedAttr<Graph_LayoutAttr, "Layout::ChannelsFirst">:$layout);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let extraClassDeclaration = "::llvm::ArrayRef<int64_t> getWindowExtents() { return getFilter().getType().getShape().drop_front(2); }";
  let hasVerifier = 1;
}

def Graph_ConvTransposeOp : Graph_Op<"conv_transpose", [{ inferConvTranspose(location, x[0], x[1], op.getStrides(), op.getDilations(), op.getPads(), op.getOutputPads(), op.getGroups(), op.getLayout(), result) }], [ImageOpInterface]> {
  let summary = "the gradient of a convolution with respect to its input; filter [c, co/groups, window…]; channels first or last";
  let description = [{
    conv_transpose_c1 to c5, c7: as conv's. conv_transpose_c3: c = the filter's first extent. conv_transpose_c4: c divides by groups.
    conv_transpose_c6: the output is not empty in space. conv_transpose_c8: `outputPads`, which widen the output's ends, are one a spatial axis, >= 0.
  }];
  let arguments = (ins Graph_Tensor:$x, Graph_Tensor:$filter, DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$dilations, DenseI64ArrayAttr:$pads,
    DenseI64ArrayAttr:$outputPads, DefaultValuedAttr<I64Attr, "1">:$groups, DefaultValuedAttr<Graph_LayoutAttr, "Layout::ChannelsFirst">:$layout);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let extraClassDeclaration = "::llvm::ArrayRef<int64_t> getWindowExtents() { return getFilter().getType().getShape().drop_front(2); }";
  let hasVerifier = 1;
}

def Graph_PoolOp : Graph_Op<"pool", [{ inferPool(location, x[0], op.getKind(), op.getWindow(), op.getStrides(), op.getDilations(), op.getPads(), op.getLayout(), result) }], [ImageOpInterface]> {
  let summary = "max, mean or sum over windows";
  let description = [{
    `kind` is max, mean or sum; `pads` are begins then ends (the ends may exceed ONNX's where ceil_mode adds a window: they are chosen so that every
    window starts inside); with `countPads` a mean divides by the window's size (of the part within the padded input), else by the elements
    inside x. pool_c1: x has rank >= 3. pool_c2: window, strides, dilations have one positive entry a spatial axis, pads two >= 0. pool_c3: kind is
    max, mean or sum. pool_c4: the output is not empty in space for any dims in range.
  }];
  let arguments = (ins Graph_Tensor:$x, Graph_ReduceKindAttr:$kind, DenseI64ArrayAttr:$window, DenseI64ArrayAttr:$strides,
    DenseI64ArrayAttr:$dilations, DenseI64ArrayAttr:$pads, DefaultValuedAttr<BoolAttr, "false">:$countPads,
    DefaultValuedAttr<Graph_LayoutAttr, "Layout::ChannelsFirst">:$layout);
  let assemblyFormat = "$kind operands attr-dict `:` functional-type(operands, results)";
  let extraClassDeclaration = "::llvm::ArrayRef<int64_t> getWindowExtents() { return getWindow(); }";
  let hasVerifier = 1;
}
