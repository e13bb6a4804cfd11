// Elementwise arithmetic. Integers wrap; division of integers truncates.
include "dialects/graph/GraphBase.td"

def Graph_AbsOp        : Graph_Unary<"abs",        [{ return abs(x); }]>;
def Graph_NegOp        : Graph_Unary<"neg",        [{ return -x; }]>;
def Graph_SignOp       : Graph_Unary<"sign",       [{ return sign(x); }]>;
def Graph_SqrtOp       : Graph_Unary<"sqrt",       [{ return sqrt(x); }]>;
def Graph_ReciprocalOp : Graph_Unary<"reciprocal", [{ return 1.0 / x; }]>;
def Graph_ExpOp        : Graph_Unary<"exp",        [{ return exp(x); }]>;
def Graph_LogOp        : Graph_Unary<"log",        [{ return log(x); }]>;
def Graph_AddOp        : Graph_Binary<"add",       [{ return x + y; }]>;
def Graph_SubOp        : Graph_Binary<"sub",       [{ return x - y; }]>;
def Graph_MulOp        : Graph_Binary<"mul",       [{ return x * y; }]>;
def Graph_DivOp        : Graph_Binary<"div",       [{ return x / y; }]>;
def Graph_PowOp        : Graph_Elementwise<"pow", (ins Graph_Tensor:$x, Graph_Tensor:$y), [{ return pow(x, y); }], "inferPow">;  // y of any type
def Graph_ModOp        : Graph_Binary<"mod",       [{ return mod(x, y); }]>;   // the sign of y (Python's %)
def Graph_FmodOp       : Graph_Binary<"fmod",      [{ return fmod(x, y); }]>;  // the sign of x (C's fmod)
def Graph_MinOp        : Graph_Binary<"min",       [{ return min(x, y); }]>;   // NaN if either is
def Graph_MaxOp        : Graph_Binary<"max",       [{ return max(x, y); }]>;
