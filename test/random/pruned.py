"""Networks of convolutions with pruned filters, some of whose channels are constants: graphs of single operators seldom have them."""

from __future__ import annotations

from case import F16, F32
from contraction import convolve, products, prune
from graph import Graph, Value
from ranges import Range, Reject, add, multiply, union
from rules import RULES

# What channels go through, each by the rule of its operator.
LAYERS = ("Relu", "Clip", "LeakyRelu", "Sigmoid", "Abs", "MaxPool", "AveragePool", "BatchNormalization", "Pad", "Slice", "Concat")


def convolution(g: Graph, x: Value, count: int = 1) -> list[Value]:
    """Of constants; of groups, of which there may be as many as channels, more seldom than one."""
    return convolve(g, "Conv", x, count, constant=1, pruned=0.9, group=g.choose([1, 1, 1, 0, x.extent(1)]))


def relu(g: Graph, x: Value) -> Value:
    return g.node("Relu", [x], Range(max(x.range.low, 0), max(x.range.high, 0), x.range.error, x.range.unit))[0]


def joined(g: Graph, x: Value) -> Value:
    """Two filters of one form, then what ties their channels."""
    a, b = convolution(g, x, count=2)
    a = relu(g, a) if g.chance(0.5) else a
    b = relu(g, b) if g.chance(0.5) else b
    op = g.choose(["Add", "Add", "Mul", "Concat"])
    if op == "Concat":
        return g.node(op, [a, b], union(a.range, b.range), axis=1)[0]
    return g.node(op, [a, b], (add if op == "Add" else multiply)(x.dtype, a.range, b.range))[0]


def by_rule(g: Graph, x: Value, op: str) -> Value:
    g.focus = x
    RULES[op](g, op)
    g.focus = None
    if x.name not in g.uses:
        raise Reject("reads another value")
    return g.values[-1]


def quantized(g: Graph, x: Value) -> Value:
    return by_rule(g, by_rule(g, x, "QuantizeLinear"), "DequantizeLinear")


def layer(g: Graph, x: Value) -> Value:
    kind = g.choose([convolution, convolution, relu, relu, joined, quantized, *LAYERS[:4], *LAYERS])
    if kind is convolution:
        return convolution(g, x)[0]
    return by_rule(g, x, kind) if isinstance(kind, str) else kind(g, x)


def classifier(g: Graph, x: Value) -> Value:
    if g.chance(0.5):
        x = by_rule(g, x, g.choose(["GlobalAveragePool", "GlobalMaxPool"]))
    if g.chance(0.7):
        x = g.node("Flatten", [x], x.range, axis=1)[0]
    w = prune(g, g.fresh(x.dtype, ((x.extent(-1), g.between(1, 5)),) * len(g.sizes), constant=True))
    return g.node("MatMul", [x, w], products(x.dtype, x.range, w.range, x.extent(-1)))[0]


def pruned(g: Graph) -> None:
    dtype = g.choose([F32, F32, F16])
    shape = (g.between(1, 2), g.between(1, 4), g.between(3, 6), g.between(3, 6))
    batch = g.chance(0.3)
    x = g.fresh(dtype, tuple((n, *shape[1:]) if batch else shape for n in g.sizes), constant=False)
    steps = [joined, *[layer] * g.between(1, 5), joined, classifier]
    for step in steps:
        mark = g.mark()
        try:
            x = step(g, x)
        except Reject:
            g.back(mark)
    g.focus = None
