// Elementwise activations x * s(x), where s rises from 0 to 1.
include "dialects/graph/GraphBase.td"

// GELU's approximation 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))), as 1 + tanh(u) = 2 / (1 + exp(-2 u)).
def Graph_GeluTanhOp  : Graph_Unary<"gelu_tanh",  [{ return x / (1.0 + exp(x * (-1.5957691216057308 - 0.071354816272600247 * x * x))); }]>;
def Graph_SwishOp     : Graph_Unary<"swish",      [{ double a = op.getAlpha().convertToDouble(); return x / (1.0 + exp(a == 1 ? -x : x * -a)); }], (ins F64Attr:$alpha)>;
def Graph_HardSwishOp : Graph_Unary<"hard_swish", [{ return x * clamp(x * (1.0 / 6) + 0.5, x.constant(0.0), x.constant(1.0)); }]>;
