// Comparisons, Boolean and bitwise logic, selection, conversion.
include "dialects/graph/GraphBase.td"

def Graph_EqualOp          : Graph_Predicate<"equal",            (ins Graph_Tensor:$x, Graph_Tensor:$y), [{ return x == y; }]>;
def Graph_LessOp           : Graph_Predicate<"less",             (ins Graph_Tensor:$x, Graph_Tensor:$y), [{ return x < y; }]>;
def Graph_LessOrEqualOp    : Graph_Predicate<"less_or_equal",    (ins Graph_Tensor:$x, Graph_Tensor:$y), [{ return x <= y; }]>;
def Graph_IsNanOp          : Graph_Predicate<"is_nan",           (ins Graph_Tensor:$x), [{ return isNan(x); }]>;
def Graph_IsInfOp          : Graph_Predicate<"is_inf",           (ins Graph_Tensor:$x, BoolAttr:$negative, BoolAttr:$positive), [{ return isInf(x, op.getNegative(), op.getPositive()); }]>;
def Graph_NotOp            : Graph_Unary<"not",            [{ return !x; }]>;          // of i1, and bitwise of integers
def Graph_AndOp            : Graph_Binary<"and",           [{ return x & y; }]>;
def Graph_OrOp             : Graph_Binary<"or",            [{ return x | y; }]>;
def Graph_XorOp            : Graph_Binary<"xor",           [{ return x ^ y; }]>;
def Graph_ShiftLeftOp      : Graph_Binary<"shift_left",    [{ return shiftLeft(x, y); }]>;
def Graph_ShiftRightOp     : Graph_Binary<"shift_right",   [{ return shiftRight(x, y); }]>;

// graph_c2 (select): the first operand's elements are i1, the others' types are equal and the result's.
def Graph_SelectOp : Graph_Op<"select", [DeclareOpInterfaceMethods<ElementwiseOpInterface>]> {
  let arguments = (ins Graph_Tensor:$condition, Graph_Tensor:$x, Graph_Tensor:$y);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}
// Conversion with ONNX's rules: floats to integers truncate (saturating where `saturate`), to i1 by != 0.
def Graph_CastOp : Graph_Op<"cast", [DeclareOpInterfaceMethods<ElementwiseOpInterface>]> {
  let arguments = (ins Graph_Tensor:$x, TypeAttr:$to, DefaultValuedAttr<BoolAttr, "true">:$saturate);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}
// round-half-even(x / scale) + zero point, saturated to the zero point's type. All operands have x's extents.
def Graph_QuantizeOp : Graph_Op<"quantize", [DeclareOpInterfaceMethods<ElementwiseOpInterface>]> {
  let arguments = (ins Graph_Tensor:$x, Graph_Tensor:$scale, Graph_Tensor:$zeroPoint);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}
// (x - zero point) * scale in the scale's type.
def Graph_DequantizeOp : Graph_Op<"dequantize", [DeclareOpInterfaceMethods<ElementwiseOpInterface>]> {
  let arguments = (ins Graph_Tensor:$x, Graph_Tensor:$scale, Graph_Tensor:$zeroPoint);
  let results = (outs Graph_Tensor:$result);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}
