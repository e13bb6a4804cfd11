"""Matrix products, convolutions, pools, recurrences, and their quantised forms."""

from __future__ import annotations

import math

import numpy as np
from case import BF16, F16, F32, is_float
from graph import Graph, Value, elements, schema_types
from ranges import Range, Reject, add, multiply, settle, sum_of
from reduction import image, root, squared
from rules import rule

I8, U8, I32 = np.dtype(np.int8), np.dtype(np.uint8), np.dtype(np.int32)


def products(dtype: np.dtype, a: Range, b: Range, count: int) -> Range:
    """A sum of `count` products; narrow floats are accumulated in a wider type."""
    exact = a.exact and b.exact and a.unit and b.unit
    if not is_float(dtype):
        return sum_of(dtype, multiply(dtype, a, b), count)
    ends = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
    term = Range(min(ends), max(ends), 0 if exact else a.error * b.size + b.error * a.size + a.error * b.error, a.unit * b.unit)
    return sum_of(dtype, term, count)


def static_tail(axes: int):
    return lambda v: v.rank >= axes and all(v.is_static(k) for k in range(v.rank - axes, v.rank)) and not v.is_empty


def prune(g: Graph, w: Value, zero: int = 0, chance: float = 0.5) -> Value:
    """Lets some of a constant's slices along one of its first two axes be `zero`, as pruned filters are: such channels are eliminated."""
    if (array := g.constants.get(w.name)) is not None and g.chance(chance):
        axis = g.between(0, min(2, array.ndim) - 1)
        array = np.moveaxis(array.copy(), axis, 0)
        array[[g.chance(0.5) for _ in array]] = zero
        g.constants[w.name] = np.moveaxis(array, 0, axis)
    return w


@rule("MatMul")
def matmul(g: Graph, op: str) -> None:
    a = g.pick(schema_types(op), rank=(1, 4), where=static_tail(1))
    depth, columns = a.extent(-1), g.between(1, 6)
    lead = [1 if not a.is_static(k) or g.chance(0.4) else a.extent(k) for k in range(max(a.rank - 2, 0))]
    lead = lead[g.between(0, len(lead)) if lead and g.chance(0.5) else 0 :]
    shape = (depth,) if g.chance(0.15) else (*lead, depth, columns)
    b = prune(g, g.fresh(a.dtype, (shape,) * len(g.sizes)))
    g.node(op, [a, b], products(a.dtype, a.range, b.range, depth))


@rule("Gemm")
def gemm(g: Graph, op: str) -> None:
    a = g.pick(schema_types(op), rank=(2, 2), where=lambda v: v.is_static(1) and not v.is_empty)
    turn_a, turn_b = (g.chance(0.3) and a.is_static()), g.chance(0.5)
    depth = a.extent(0) if turn_a else a.extent(1)
    columns = g.between(1, 6)
    b = prune(g, g.fresh(a.dtype, ((columns, depth) if turn_b else (depth, columns),) * len(g.sizes)))
    attributes = {"transA": int(turn_a), "transB": int(turn_b)}
    result = products(a.dtype, a.range, b.range, depth)
    c = None
    if g.chance(0.7):
        rows = a.extent(1) if turn_a else a.extent(0) if a.is_static(0) else 1
        shape = g.choose([(), (columns,), (1, columns), (rows, 1), (rows, columns)])
        c = g.fresh(a.dtype, (shape,) * len(g.sizes))
        result = add(a.dtype, result, c.range)
    if g.chance(0.3):
        attributes |= {"alpha": 2.0, "beta": 3.0}
        result = settle(a.dtype, result.low * 3, result.high * 3, error=result.error * 3, unit=result.unit)
    g.node(op, [a, b, c], result, **attributes)


EQUATIONS = ("ij,jk->ik", "bij,bjk->bik", "bhid,bhjd->bhij", "ij->ji", "ij->i", "i,j->ij", "ij,ij->", "...ij,...jk->...ik", "bij,kj->bik")


@rule("Einsum")
def einsum(g: Graph, op: str) -> None:
    equation = g.choose(EQUATIONS)
    extents = {letter: g.between(1, 4) for letter in "ijkbhd"}
    dtype = g.choose(schema_types(op))
    left, right = equation.replace("...", "b").split("->")
    operands = []
    for term in left.split(","):
        shapes = (tuple(extents[letter] for letter in term),) * len(g.sizes)
        found = [v for v in g.operands if v.dtype == dtype and v.shapes == shapes]
        operands.append(g.choose(found) if found and g.chance(0.6) else g.fresh(dtype, shapes))
    summed = set(left) - set(right) - {","}
    count = elements(tuple(extents[letter] for letter in summed))
    ranges = [value.range for value in operands]
    result = products(dtype, *ranges, count) if len(ranges) == 2 else sum_of(dtype, ranges[0], count)
    shape = tuple(extents[letter] for letter in right)
    g.node(op, operands, result, shapes=[(shape,) * len(g.sizes)], types=[dtype], equation=equation)


def windows(g: Graph, x: Value, pads: bool = True) -> tuple[list[int], dict]:
    """A window that fits, and its strides, dilations and padding."""
    axes = x.rank - 2
    kernel = [g.between(1, min(x.extent(2 + k), 3)) for k in range(axes)]
    attributes: dict = {"strides": [g.between(1, 2) for _ in range(axes)]}
    if g.chance(0.3):
        attributes["dilations"] = [2 if (kernel[k] - 1) * 2 < x.extent(2 + k) and g.chance(0.6) else 1 for k in range(axes)]
    if pads and g.chance(0.5):
        attributes["pads"] = [min(g.between(0, 2), n - 1) for n in kernel * 2]
    elif pads and g.chance(0.3):
        attributes["auto_pad"] = g.choose(["SAME_UPPER", "SAME_LOWER", "VALID"])
        # A stride beyond the window would want a negative padding.
        attributes["strides"] = [min(pair) for pair in zip(attributes["strides"], kernel, strict=True)]
    return kernel, attributes


@rule("Conv")
def conv(g: Graph, op: str) -> None:
    convolve(g, op, image(g, schema_types(op)))


def convolve(g: Graph, op: str, x: Value, count: int = 1, constant: float = 0.8, pruned: float = 0.5, group: int = 0) -> list[Value]:
    """
    `count` convolutions of x that differ in their filters alone. \\p constant: the chance that these are. \\p pruned: the chance that such
    lack channels. \\p group: 0: any number that divides.
    """
    channels = x.extent(1)
    group = group or g.choose([k for k in range(1, channels + 1) if channels % k == 0])
    filters = group * g.between(1, 4)
    kernel, attributes = windows(g, x)
    results = []
    for _ in range(count):
        w = prune(g, g.fresh(x.dtype, ((filters, channels // group, *kernel),) * len(g.sizes), constant=g.chance(constant)), chance=pruned)
        result = products(x.dtype, x.range, w.range, channels // group * elements(tuple(kernel)))
        bias = None
        if g.chance(0.6):
            bias = g.fresh(x.dtype, ((filters,),) * len(g.sizes), constant=g.chance(constant))
            result = add(x.dtype, result, bias.range)
        results += g.node(op, [x, w, bias], result, group=group, **attributes)
    return results


@rule("ConvTranspose")
def conv_transpose(g: Graph, op: str) -> None:
    x = image(g, schema_types(op), spatial=(1, 2))
    channels = x.extent(1)
    group = g.choose([k for k in range(1, channels + 1) if channels % k == 0])
    filters = g.between(1, 3)
    kernel, attributes = [g.between(1, 3) for _ in range(x.rank - 2)], {"strides": [g.between(1, 2) for _ in range(x.rank - 2)]}
    w = prune(g, g.fresh(x.dtype, ((channels, filters, *kernel),) * len(g.sizes), constant=g.chance(0.8)))
    result = products(x.dtype, x.range, w.range, channels // group * elements(tuple(kernel)))
    bias = None
    if g.chance(0.5):
        bias = g.fresh(x.dtype, ((group * filters,),) * len(g.sizes))
        result = add(x.dtype, result, bias.range)
    g.node(op, [x, w, bias], result, group=group, **attributes)


@rule("MaxPool", "AveragePool", "LpPool")
def pool(g: Graph, op: str) -> None:
    x = image(g, schema_types(op), exact=op == "LpPool")
    kernel, attributes = windows(g, x)
    count = elements(tuple(kernel))
    if attributes.get("auto_pad", "").startswith("SAME"):
        # Implementations disagree on how far a dilated window reaches here.
        attributes.pop("dilations", None)
    if op != "LpPool" and g.chance(0.2) and "auto_pad" not in attributes:
        attributes["ceil_mode"] = 1
    if op == "MaxPool":
        result = x.range
    elif op == "AveragePool":
        if g.chance(0.4):
            attributes["count_include_pad"] = 1
        result = settle(x.dtype, min(x.range.low, 0), max(x.range.high, 0), error=x.range.error, rounded=(4 + math.log2(count)) * x.range.size)
    else:
        attributes["p"] = 2
        result = root(sum_of(x.dtype, squared(x), count), x.dtype)
    g.node(op, [x], result, kernel_shape=kernel, **attributes)


@rule("GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool")
def global_pool(g: Graph, op: str) -> None:
    x = image(g, schema_types(op), exact=op == "GlobalLpPool")
    count = elements(x.shapes[0][2:])
    if op == "GlobalMaxPool":
        result = x.range
    elif op == "GlobalAveragePool":
        result = settle(x.dtype, x.range.low, x.range.high, error=x.range.error, rounded=(4 + math.log2(count)) * x.range.size)
    else:
        result = root(sum_of(x.dtype, squared(x), count), x.dtype)
    g.node(op, [x], result)


@rule("RNN", "GRU", "LSTM")
def recurrent(g: Graph, op: str) -> None:
    gates = {"RNN": 1, "GRU": 3, "LSTM": 4}[op]
    dtype = g.choose([d for d in schema_types(op) if d.itemsize > 2])
    steps, batch, size, hidden = g.between(1, 4), g.between(1, 3), g.between(1, 4), g.between(1, 4)
    direction = g.choose(["forward", "reverse", "bidirectional"])
    count = 2 if direction == "bidirectional" else 1

    def weights(*shape: int) -> Value:
        return g.fresh(dtype, (shape,) * len(g.sizes), -1, 1, constant=g.chance(0.8), whole=False)

    dynamic = g.chance(0.3)
    x = g.fresh(dtype, tuple((steps, n if dynamic else batch, size) for n in g.sizes), -2, 2)
    w, r = weights(count, gates * hidden, size), weights(count, gates * hidden, hidden)
    b = weights(count, 2 * gates * hidden) if g.chance(0.6) else None
    # A step magnifies an error by what the weights do; 4 steps of up to 4 units.
    result = settle(dtype, -1, 1, rounded=4.0**steps * 64)
    attributes = {"hidden_size": hidden, "direction": direction}
    if op == "GRU":
        attributes["linear_before_reset"] = g.between(0, 1)
    outputs = [result if g.chance(0.7) else None, result]
    lead = tuple((steps, count, n if dynamic else batch, hidden) for n in g.sizes)
    shapes = [lead] * bool(outputs[0]) + [tuple(shape[1:] for shape in lead)]
    if op == "LSTM" and g.chance(0.5):
        outputs.append(settle(dtype, -steps, steps, rounded=4.0**steps * 64))
        shapes.append(shapes[-1])
    g.node(op, [x, w, r, b], outputs, shapes=shapes, types=[dtype] * len(shapes), **attributes)


# Quantised forms. Scales are powers of 2, so that nothing is rounded but to the nearest integer, ties to even.


def scale_of(g: Graph, exponent: int) -> Value:
    return g.constant(2.0**exponent, F32)


def zero_point(g: Graph, dtype: np.dtype) -> Value:
    return g.constant(g.between(-2, 5) if dtype.kind == "i" else g.between(0, 9), dtype)


@rule("QuantizeLinear")
def quantize(g: Graph, op: str) -> None:
    target = g.choose([np.dtype(t) for t in (np.int8, np.uint8, np.int16, np.uint16)])
    x = g.pick([F32, F16, BF16], exact=True, low=-100, high=100)
    scale = g.constant(2.0 ** g.between(-3, 1), x.dtype)
    info = np.iinfo(target)
    g.node(op, [x, scale, zero_point(g, target)], Range(int(info.min), int(info.max)), shapes=[x.shapes], types=[target])


@rule("DequantizeLinear")
def dequantize(g: Graph, op: str) -> None:
    x = g.pick([np.dtype(t) for t in (np.int8, np.uint8, np.int16, np.uint16, np.int32)], low=-4096, high=4096)
    exponent = g.between(-3, 1)
    kind = g.choose([F32, F32, F16, BF16])
    scale = g.constant(2.0**exponent, kind)
    zero = zero_point(g, x.dtype) if x.dtype != I32 else None
    offset = int(g.constants[zero.name]) if zero else 0
    ends = [(end - offset) * 2.0**exponent for end in (x.range.low, x.range.high)]
    g.node(op, [x, scale, zero], settle(kind, *ends, unit=2.0**exponent), shapes=[x.shapes], types=[kind])


@rule("DynamicQuantizeLinear")
def dynamic_quantize(g: Graph, op: str) -> None:
    """Data that span exactly 255 steps of 1: the scale is 1."""
    shapes = g.shapes(1, 4)
    arrays = []
    for shape in shapes:
        array = g.numbers.integers(-100, 156, shape).astype(np.float32)
        if array.size < 2:
            raise Reject("too few elements for both ends")
        array.flat[0], array.flat[-1] = -100, 155
        arrays.append(array)
    x = g.source(arrays, Range(-100, 155, 0, 1.0), False)
    ranges = [Range(0, 255), Range(1, 1, 0, 1.0), Range(100, 100)]
    g.node(op, [x], ranges, shapes=[x.shapes, ((),) * len(shapes), ((),) * len(shapes)], types=[U8, F32, U8])


@rule("MatMulInteger")
def matmul_integer(g: Graph, op: str) -> None:
    a = g.pick([I8, U8], rank=(2, 3), where=static_tail(1))
    kind = g.choose([I8, U8])
    b = g.fresh(kind, ((a.extent(-1), g.between(1, 5)),) * len(g.sizes), *full(kind))
    zeros = [zero_point(g, a.dtype) if g.chance(0.6) else None, zero_point(g, kind) if g.chance(0.6) else None]
    g.node(op, [a, b, *zeros], integers(a.extent(-1)))


def full(dtype: np.dtype) -> tuple[int, int]:
    info = np.iinfo(dtype)
    return int(info.min), int(info.max)


def integers(count: int) -> Range:
    return Range(-count * 2**17, count * 2**17)


@rule("ConvInteger")
def conv_integer(g: Graph, op: str) -> None:
    x = image(g, (I8, U8), spatial=(1, 2))
    kernel, attributes = windows(g, x)
    kind = g.choose([I8, U8])
    w = g.fresh(kind, ((g.between(1, 4), x.extent(1), *kernel),) * len(g.sizes), *full(kind))
    zeros = [zero_point(g, x.dtype) if g.chance(0.6) else None, zero_point(g, kind) if g.chance(0.6) else None]
    prune(g, w, zero=g.constants[zeros[1].name] if zeros[1] else 0)
    g.node(op, [x, w, *zeros], integers(x.extent(1) * elements(tuple(kernel))), **attributes)


@rule("QLinearMatMul", "QLinearConv")
def qlinear(g: Graph, op: str) -> None:
    conv = op == "QLinearConv"
    a = image(g, (I8, U8), spatial=(1, 2)) if conv else g.pick([I8, U8], rank=(2, 2), where=static_tail(1))
    kind = g.choose([I8, U8])
    attributes: dict = {}
    if conv:
        kernel, attributes = windows(g, a)
        shape = (g.between(1, 4), a.extent(1), *kernel)
    else:
        shape = (a.extent(1), g.between(1, 5))
    b = g.fresh(kind, (shape,) * len(g.sizes), *full(kind), constant=g.chance(0.8))
    target = g.choose([I8, U8]) if not conv else a.dtype
    inputs = [a, scale_of(g, -3), zero_point(g, a.dtype), b, scale_of(g, -2), zero_point(g, kind), scale_of(g, 2), zero_point(g, target)]
    prune(g, b, zero=g.constants[inputs[5].name])
    if conv and g.chance(0.5):
        inputs.append(g.fresh(I32, ((shape[0],),) * len(g.sizes), -1000, 1000))
    g.node(op, inputs, Range(*full(target)), **attributes)
