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

// The ops below are elementwise, but their operands' types differ.
class Graph_Mixed<string mnemonic, dag inputs, code infer> : Graph_Op<mnemonic, infer, [DeclareOpInterfaceMethods<ElementwiseOpInterface>]> {
  let arguments = inputs;
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}
def Graph_SelectOp : Graph_Mixed<"select", (ins Graph_Tensor:$condition, Graph_Tensor:$x, Graph_Tensor:$y), [{ inferSelect(location, x[0], x[1], x[2], result) }]> {
  let summary = "x where the condition holds, else y";
  let description = "select_c1: the condition's elements are i1. select_c2: x and y have equal element types. graph_c2 holds for all three.";
}
def Graph_CastOp : Graph_Mixed<"cast", (ins Graph_Tensor:$x, TypeAttr:$to, DefaultValuedAttr<BoolAttr, "true">:$saturate), [{ inferCast(location, x[0], op.getTo(), result) }]> {
  let summary = "conversion with ONNX's rules: between integers wrapping, to i1 by != 0, floats to integers truncating";
  let description = [{
    Where ONNX says nothing, floats beyond an integer's range give its least or greatest value, and NaN 0. `saturate` is about 8-bit floats:
    without it, what is too large becomes infinite or NaN. cast_c1: `to` is an integer or a float.
  }];
}
def Graph_QuantizeOp : Graph_Mixed<"quantize", (ins Graph_Tensor:$x, Graph_Tensor:$scale, Graph_Tensor:$zeroPoint), [{ inferQuantize(location, x[0], x[1], x[2], result) }]> {
  let summary = "round-half-even(x / scale) + zero point, saturated to the zero point's type";
  let description = "quantize_c1: x's elements are floats or i32, the scale's floats. quantize_c2: the zero point's are integers below 32 bits or 8-bit floats. graph_c2 holds.";
}
def Graph_RequantizeOp : Graph_Mixed<"requantize", (ins Graph_Tensor:$x, Graph_Tensor:$scale, Graph_Tensor:$zeroPoint), [{ inferRequantize(location, x[0], x[1], x[2], result) }]> {
  let summary = "round-half-even(float(x) * scale) + zero point, saturated to the zero point's type: sums of products in units of the result";
  let description = "requantize_c1: x's elements are i32, the scale's f32. requantize_c2: the zero point's are integers below 32 bits. graph_c2 holds.";
}
def Graph_DequantizeOp : Graph_Mixed<"dequantize", (ins Graph_Tensor:$x, Graph_Tensor:$scale, Graph_Tensor:$zeroPoint), [{ inferDequantize(location, x[0], x[1], x[2], result) }]> {
  let summary = "(x - zero point) * scale, in the scale's type";
  let description = "dequantize_c1: the scale's elements are floats. dequantize_c2: x and the zero point have equal element types. graph_c2 holds.";
}
def Graph_LookupOp : Graph_Mixed<"lookup", (ins Graph_Tensor:$x, ElementsAttr:$table), [{ inferLookup(location, x[0], op.getTable(), result) }]> {
  let summary = "table[x], x's 8 bits read as unsigned: any function of one byte";
  let description = "lookup_c1: x's elements are integers of 8 bits. lookup_c2: the table is a vector of 256.";
}
