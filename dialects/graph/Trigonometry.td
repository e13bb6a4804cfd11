// Elementwise rounding, trigonometric and special functions.
include "dialects/graph/GraphBase.td"

def Graph_FloorOp : Graph_Unary<"floor", [{ return floor(x); }]>;
def Graph_CeilOp  : Graph_Unary<"ceil",  [{ return ceil(x); }]>;
def Graph_RoundOp : Graph_Unary<"round", [{ return roundEven(x); }]>;  // halves to even
def Graph_SinOp   : Graph_Unary<"sin",   [{ return sin(x); }]>;
def Graph_CosOp   : Graph_Unary<"cos",   [{ return cos(x); }]>;
def Graph_TanOp   : Graph_Unary<"tan",   [{ return tan(x); }]>;
def Graph_AsinOp  : Graph_Unary<"asin",  [{ return asin(x); }]>;
def Graph_AcosOp  : Graph_Unary<"acos",  [{ return acos(x); }]>;
def Graph_AtanOp  : Graph_Unary<"atan",  [{ return atan(x); }]>;
def Graph_SinhOp  : Graph_Unary<"sinh",  [{ return sinh(x); }]>;
def Graph_CoshOp  : Graph_Unary<"cosh",  [{ return cosh(x); }]>;
def Graph_TanhOp  : Graph_Unary<"tanh",  [{ return tanh(x); }]>;
def Graph_AsinhOp : Graph_Unary<"asinh", [{ return asinh(x); }]>;
def Graph_AcoshOp : Graph_Unary<"acosh", [{ return acosh(x); }]>;
def Graph_AtanhOp : Graph_Unary<"atanh", [{ return atanh(x); }]>;
def Graph_ErfOp   : Graph_Unary<"erf",   [{ return erf(x); }]>;
