// Elementwise activations.
include "dialects/graph/GraphBase.td"

def Graph_ReluOp        : Graph_Unary<"relu",         [{ return max(x, x.constant(0.0)); }]>;
def Graph_SigmoidOp     : Graph_Unary<"sigmoid",      [{ return 1.0 / (1.0 + exp(-x)); }]>;
def Graph_LeakyReluOp   : Graph_Unary<"leaky_relu",   [{ return select(x < 0.0, x * op.getAlpha().convertToDouble(), x); }], (ins F64Attr:$alpha)>;
def Graph_EluOp         : Graph_Unary<"elu",          [{ return select(x < 0.0, (exp(x) - 1.0) * op.getAlpha().convertToDouble(), x); }], (ins F64Attr:$alpha)>;
def Graph_HardSigmoidOp : Graph_Unary<"hard_sigmoid", [{ return clamp(x * op.getAlpha().convertToDouble() + op.getBeta().convertToDouble(), x.constant(0.0), x.constant(1.0)); }], (ins F64Attr:$alpha, F64Attr:$beta)>;
def Graph_SoftplusOp    : Graph_Unary<"softplus",     [{ return max(x, x.constant(0.0)) + log1p(exp(-abs(x))); }]>;
def Graph_MishOp        : Graph_Unary<"mish",         [{ return x * tanh(max(x, x.constant(0.0)) + log1p(exp(-abs(x)))); }]>;
def Graph_SoftsignOp    : Graph_Unary<"softsign",     [{ return x / (1.0 + abs(x)); }]>;
def Graph_GeluOp        : Graph_Unary<"gelu",         [{ return 0.5 * x * (1.0 + erf(x * 0.70710678118654752)); }]>;
def Graph_ClampOp       : Graph_Elementwise<"clamp", (ins Graph_Tensor:$x, Graph_Tensor:$y, Graph_Tensor:$z), [{ return min(max(x, y), z); }]>;
