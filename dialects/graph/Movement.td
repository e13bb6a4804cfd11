// Movement: the same elements at other places.
include "dialects/graph/GraphBase.td"

// What kernels read through: `places` is C++ that returns the map of the result's indices to x's (PlacesOpInterface). Kernels and evaluation
// follow from it.
class Graph_Places<string mnemonic, dag parameters, code infer, code places> : Graph_Op<mnemonic, infer, [DeclareOpInterfaceMethods<PlacesOpInterface>], [{
    ::mlir::AffineMap $cppClass::getPlaces() {
      [[maybe_unused]] auto &op = *this;
      ::mlir::RankedTensorType x = getX().getType();
      }] # places # [{
    }
    ::llvm::LogicalResult $cppClass::evaluate(::llvm::ArrayRef<::onnxcc::graph::Tensor> inputs, ::llvm::MutableArrayRef<::onnxcc::graph::Tensor> outputs) {
      return ::onnxcc::graph::evaluatePlaces(getPlaces(), inputs[0], outputs[0]);
    }
  }]> {
  let arguments = !con((ins Graph_Tensor:$x), parameters);
}

def Graph_TransposeOp : Graph_Op<"transpose", [{ inferTranspose(location, x[0], op.getPermutation(), result) }]> {
  let summary = "result axis i is operand axis permutation[i]";
  let description = "transpose_c1: `permutation` holds each axis once.";
  let arguments = (ins Graph_Tensor:$x, DenseI64ArrayAttr:$permutation);
  let assemblyFormat = "$x `by` $permutation attr-dict `:` functional-type(operands, results)";
}
def Graph_ReshapeOp : Graph_Op<"reshape", [{ inferReshape(location, x[0], op.getShape(), result) }]> {
  let summary = "the same elements in row-major order with the extents `shape`: ()[symbols] -> (extents)";
  let description = [{
    reshape_c1: both have equally many elements, for all values of the symbols (where `shape` divides, for those for which the division is exact).
  }];
  let arguments = (ins Graph_Tensor:$x, AffineMapAttr:$shape);
  let assemblyFormat = "$x `to` $shape attr-dict `:` functional-type(operands, results)";
}
def Graph_BroadcastOp : Graph_Places<"broadcast", (ins AffineMapAttr:$shape), [{ inferBroadcast(location, x[0], op.getShape(), result) }],
                                     [{ return getBroadcastPlaces(x, op.getShape()); }]> {
  let summary = "repeats axes of extent 1; operand axes align with the last axes of `shape` as in numpy";
  let description = "broadcast_c1: `shape` has at least x's rank. broadcast_c2: each extent of x is 1 or that of `shape`.";
  let assemblyFormat = "$x `to` $shape attr-dict `:` functional-type(operands, results)";
}
def Graph_RepeatOp : Graph_Op<"repeat", [{ inferRepeat(location, x[0], op.getAxis(), op.getSize(), op.getExtent(), result) }],
                              [DeclareOpInterfaceMethods<PlacesOpInterface>]> {
  let summary = "each element `size` times along `axis`, up to `extent`: result[…, i, …] = x[…, i floordiv size, …]";
  let description = [{
    What blocks of elements have in common, such as the scale of a block of weights. The last block may be shorter. repeat_c1: the axis is in range, size is
    at least 1. repeat_c2: x has an element for each block, ceil(extent / size) along the axis.
  }];
  let arguments = (ins Graph_Tensor:$x, I64Attr:$axis, I64Attr:$size, AffineMapAttr:$extent);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}
def Graph_UnfoldOp : Graph_Places<"unfold", (ins I64Attr:$axis, I64Attr:$size, I64Attr:$step), [{ inferUnfold(location, x[0], op.getAxis(), op.getSize(), op.getStep(), result) }],
                                  [{ return getUnfoldPlaces(x, op.getAxis(), op.getStep()); }]> {
  let summary = "all slices of `size` elements along `axis`, `step` apart: result[…, i, …, k] = x[…, i * step + k, …]";
  let description = "unfold_c1: the axis is in range. unfold_c2: size and step are at least 1, and the axis has at least `size` elements.";
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}
def Graph_ConcatOp : Graph_Op<"concat", [{ inferConcat(location, x, op.getAxis(), result) }]> {
  let summary = "the inputs one after the other along `axis`";
  let description = "concat_c1: at least one input, the axis in range. concat_c2: ranks, element types and the extents of other axes are equal.";
  let arguments = (ins Variadic<Graph_Tensor>:$inputs, I64Attr:$axis);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}
def Graph_SliceOp : Graph_Op<"slice", [{ inferSlice(location, x[0], op.getStarts(), op.getSizes(), op.getSteps(), result) }]> {
  let summary = "x[starts[i] + k*steps[i]] for k < sizes[i] on each axis; one entry an axis";
  let description = [{
    Steps may be negative. `starts` and `sizes` are maps ()[symbols] -> (…). slice_c1: every index lies in x, for all dims in range. slice_c2: one
    start, size and step an axis. slice_c3: steps are not 0.
  }];
  let arguments = (ins Graph_Tensor:$x, AffineMapAttr:$starts, AffineMapAttr:$sizes, DenseI64ArrayAttr:$steps);
  let assemblyFormat = "$x `at` $starts `sizes` $sizes `steps` $steps attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}
def Graph_PadOp : Graph_Op<"pad", [{ inferPad(location, x[0], x[1], op.getMode(), op.getLow(), op.getHigh(), result) }]> {
  let summary = "grows each axis by low[i] >= 0 before and high[i] >= 0 after; `value` (a scalar tensor) fills in constant mode (negative pads are slices)";
  let description = [{
    pad_c1: one low and high an axis, >= 0. pad_c2: `value` has rank 0 and x's element type. pad_c3: edge and wrap need an axis that is not empty,
    reflect one that is longer than the pad.
  }];
  let arguments = (ins Graph_Tensor:$x, Graph_Tensor:$value, Graph_PadModeAttr:$mode, DenseI64ArrayAttr:$low, DenseI64ArrayAttr:$high);
  let assemblyFormat = "$mode operands `low` $low `high` $high attr-dict `:` functional-type(operands, results)";
}
