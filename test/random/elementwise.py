"""Elementwise operators: functions of one operand, arithmetic, comparison, logic, conversion."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from case import BOOL, F64, is_float
from graph import TYPES, Graph, Shape, Value, schema_types
from numpy import inf
from onnx import helper
from ranges import Range, Reject, add, convert, multiply, negate, settle, through, union
from rules import rule

ERF = np.vectorize(math.erf, otypes=[F64])


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def softplus(x: np.ndarray) -> np.ndarray:
    return np.log1p(np.exp(x))


@dataclass
class Function:
    """A continuous function of one float, and where it is tested."""

    of: Callable[[np.ndarray], np.ndarray]
    low: float = -16
    high: float = 16


FUNCTIONS = {
    "Exp": Function(np.exp, -6, 4),
    "Log": Function(np.log, 0.125, 64),
    "Sqrt": Function(np.sqrt, 0.0625, 64),
    "Reciprocal": Function(np.reciprocal, 0.25, 64),
    "Sin": Function(np.sin),
    "Cos": Function(np.cos),
    "Tan": Function(np.tan, -1.25, 1.25),
    "Asin": Function(np.arcsin, -0.875, 0.875),
    "Acos": Function(np.arccos, -0.875, 0.875),
    "Atan": Function(np.arctan),
    "Sinh": Function(np.sinh, -4, 4),
    "Cosh": Function(np.cosh, -4, 4),
    "Tanh": Function(np.tanh),
    "Asinh": Function(np.arcsinh),
    "Acosh": Function(np.arccosh, 1.125, 64),
    "Atanh": Function(np.arctanh, -0.875, 0.875),
    "Erf": Function(ERF),
    "Sigmoid": Function(sigmoid),
    "Softplus": Function(softplus),
    "Softsign": Function(lambda x: x / (1 + np.abs(x))),
    "Elu": Function(lambda x: np.where(x < 0, np.expm1(x), x)),
    "Selu": Function(lambda x: 1.0507 * np.where(x < 0, 1.6733 * np.expm1(x), x)),
    "Celu": Function(lambda x: np.where(x < 0, np.expm1(x), x)),
    "HardSwish": Function(lambda x: x * np.clip(x / 6 + 0.5, 0, 1)),
    "Gelu": Function(lambda x: 0.5 * x * (1 + ERF(x / math.sqrt(2)))),
    "Mish": Function(lambda x: x * np.tanh(softplus(x))),
    "Swish": Function(lambda x: x * sigmoid(x)),
    "LeakyRelu": Function(lambda x: np.where(x < 0, 0.01 * x, x)),
    "HardSigmoid": Function(lambda x: np.clip(0.2 * x + 0.5, 0, 1)),
}


@rule(*FUNCTIONS)
def function(g: Graph, op: str) -> None:
    f = FUNCTIONS[op]
    x = g.pick(schema_types(op), low=f.low, high=f.high)
    attributes = {"approximate": "tanh"} if op == "Gelu" and g.chance(0.5) else {}
    # The two spellings of GELU differ by less than that, and lose digits where 1 + erf(x) cancels.
    g.node(op, [x], through(f.of, x.dtype, x.range, 8), **attributes)


@rule("Relu")
def relu(g: Graph, op: str) -> None:
    x = g.pick(schema_types(op))
    r = x.range
    g.node(op, [x], Range(max(r.low, 0), max(r.high, 0), r.error, r.unit))


@rule("Abs", "Neg")
def sign_change(g: Graph, op: str) -> None:
    x = g.pick(schema_types(op))
    r = x.range
    low, high = (-r.high, -r.low) if op == "Neg" else (0 if r.low < 0 < r.high else min(abs(r.low), abs(r.high)), r.size)
    # The least integer has no opposite.
    result = Range(low, high, r.error, r.unit) if is_float(x.dtype) else settle(x.dtype, low, high)
    g.node(op, [x], result)


@rule("Floor", "Ceil", "Round", "Sign")
def step_function(g: Graph, op: str) -> None:
    x = g.pick(schema_types(op), exact=True)
    low, high = (-1, 1) if op == "Sign" else (np.floor(x.range.low), np.ceil(x.range.high))
    g.node(op, [x], Range(low, high, 0, 1.0 if is_float(x.dtype) else 0))


@rule("ThresholdedRelu", "Shrink")
def threshold(g: Graph, op: str) -> None:
    # A bias of 0.5 is no integer.
    x = g.pick([d for d in schema_types(op) if is_float(d)], exact=True, low=-64, high=64)
    attributes = {"alpha": 1.5} if op == "ThresholdedRelu" else {"lambd": 1.5, "bias": 0.5}
    bias = 0.0 if op == "ThresholdedRelu" else 0.5
    unit = min(x.range.unit, 0.5)
    g.node(op, [x], settle(x.dtype, min(x.range.low + bias, 0), max(x.range.high, 0), unit=unit, rounded=x.range.size + bias), **attributes)


@rule("IsNaN", "IsInf", "Not", "BitwiseNot", "Identity", "Dropout")
def unary(g: Graph, op: str) -> None:
    x = g.pick(schema_types(op))
    if op in ("Identity", "Dropout"):
        g.node(op, [x], x.range)
    else:
        result = Range(0, 1) if x.dtype == BOOL or is_float(x.dtype) else Range(~x.range.high, ~x.range.low)
        g.node(op, [x], result if x.dtype not in (np.uint8, np.uint16, np.uint32, np.uint64) else settle(x.dtype, -1, 0))


# Broadcasting.


def broadcast_shape(g: Graph, shapes: tuple[Shape, ...]) -> tuple[Shape, ...]:
    """A shape that broadcasts with this one: leading axes gone or added, some extents 1, some 1 more."""
    axes: list[tuple[int, ...]] = list(zip(*shapes, strict=True))
    axes = axes[g.between(0, len(axes)) if g.chance(0.3) else 0 :]
    one, grown = (1,) * len(g.sizes), (g.between(2, 4),) * len(g.sizes)
    axes = [one if g.chance(0.25) else grown if axis == one and g.chance(0.4) else axis for axis in axes]
    if len(axes) < 5 and len(axes) == len(shapes[0]) and g.chance(0.1):
        axes = [grown, *axes]
    return tuple(tuple(axis[size] for axis in axes) for size in range(len(g.sizes)))


def broadcasts(a: tuple[Shape, ...], b: tuple[Shape, ...]) -> bool:
    """Whatever n is: no extent is 1 by chance."""
    for x, y in zip(zip(*reversed_axes(a), strict=True), zip(*reversed_axes(b), strict=True), strict=False):
        if x != y and set(x) != {1} and set(y) != {1}:
            return False
    return True


def reversed_axes(shapes: tuple[Shape, ...]) -> list[Shape]:
    return [shape[::-1] for shape in shapes]


def partner(g: Graph, x: Value, dtype: np.dtype, low: float | None = None, high: float | None = None, exact: bool = False) -> Value:
    """Another operand of this type that broadcasts with x."""
    least, most = -inf if low is None else low, inf if high is None else high
    found = [
        v for v in g.operands if v.dtype == dtype and broadcasts(v.shapes, x.shapes) and v.range.within(least, most) and (v.range.exact or not exact)
    ]
    found = [v for v in found if v.name != x.name or g.chance(0.1)]
    if found and g.chance(0.6):
        return g.choose(found)
    return g.fresh(dtype, broadcast_shape(g, x.shapes), low, high)


def either_order(g: Graph, x: Value, y: Value) -> tuple[Value, Value]:
    return (y, x) if g.chance(0.4) else (x, y)


@rule("Add", "Sub", "Mul")
def arithmetic(g: Graph, op: str) -> None:
    x = g.pick(schema_types(op))
    a, b = either_order(g, x, partner(g, x, x.dtype))
    result = multiply(x.dtype, a.range, b.range) if op == "Mul" else add(x.dtype, a.range, negate(b.range) if op == "Sub" else b.range)
    g.node(op, [a, b], result)


@rule("Div")
def divide(g: Graph, op: str) -> None:
    a = g.pick(schema_types(op))
    b = partner(g, a, a.dtype, 0.25 if is_float(a.dtype) else 1, 64)
    ends = [x / y for x in (a.range.low, a.range.high) for y in (b.range.low, b.range.high)]
    if not is_float(a.dtype):
        # Truncated towards 0.
        numbers = [math.trunc(x) for x in ends] if abs(a.range.low) < 2**50 and abs(a.range.high) < 2**50 else [a.range.low, a.range.high]
        g.node(op, [a, b], Range(min(*numbers, 0 if a.range.low < 0 else min(numbers)), max(numbers)))
        return
    error = a.range.error / b.range.low + b.range.error * a.range.size / b.range.low**2
    g.node(op, [a, b], settle(a.dtype, min(ends), max(ends), error=error, rounded=3 * max(map(abs, ends))))


@rule("Mod")
def modulo(g: Graph, op: str) -> None:
    a = g.pick(schema_types(op), exact=True)
    b = partner(g, a, a.dtype, 1, 64, exact=True)
    fmod = 1 if is_float(a.dtype) or g.chance(0.4) else 0
    unit = min(a.range.unit, b.range.unit)
    low = -b.range.high if fmod and a.range.low < 0 else 0
    if is_float(a.dtype) and not unit:
        raise Reject("the remainder of what is rounded")
    g.node(op, [a, b], settle(a.dtype, low, b.range.high, unit=unit), fmod=fmod)


@rule("Pow")
def power(g: Graph, op: str) -> None:
    a = g.pick(schema_types(op), low=-3, high=4)
    if is_float(a.dtype):
        exponent = g.choose([2.0, 0.5, 3.0, 1.0, 0.0, -1.0, 1.5])
        if exponent not in (2.0, 3.0, 1.0, 0.0):
            a = g.pick([a.dtype], low=0.25, high=8)
        b = g.constant(exponent, g.choose([t for t in schema_types(op, 1) if is_float(t)]), initializer=g.chance(0.8))
        if exponent == 0 and not a.range.exact:
            raise Reject("0 to the power of 0")
        g.node(op, [a, b], through(lambda x: np.power(x, exponent), a.dtype, a.range))
        return
    b = partner(g, a, a.dtype, 0, 3)
    size = max(a.range.size, 1) ** b.range.high
    g.node(op, [a, b], settle(a.dtype, -size if a.range.low < 0 else 0, size))


@rule("PRelu")
def prelu(g: Graph, op: str) -> None:
    x = g.pick(schema_types(op))
    # The slope broadcasts to x, not the other way.
    shapes = tuple(tuple(1 if g.chance(0.3) else n for n in shape) for shape in x.shapes[:1]) * len(x.shapes)
    if not x.is_static():
        shapes = ((1,) * x.rank,) * len(x.shapes)
    slope = g.fresh(x.dtype, tuple(shape[g.between(0, x.rank) :] for shape in shapes[:1]) * len(x.shapes))
    product = multiply(x.dtype, x.range, slope.range)
    g.node(op, [x, slope], union(x.range, product))


@rule("Min", "Max", "Sum", "Mean")
def variadic(g: Graph, op: str) -> None:
    x = g.pick(schema_types(op))
    operands = [x]
    for _ in range(g.choose([0, 1, 1, 1, 2])):
        operands.append(partner(g, x, x.dtype))
        if not all(broadcasts(a.shapes, b.shapes) for a in operands for b in operands):
            raise Reject("no common shape")
    ranges = [value.range for value in operands]
    if op in ("Min", "Max"):
        bound = min if op == "Min" else max
        merged = union(*ranges)
        g.node(op, operands, Range(bound(r.low for r in ranges), bound(r.high for r in ranges), merged.error, merged.unit))
        return
    total = add(x.dtype, *ranges)
    if op == "Mean" and len(ranges) > 1:
        scaled = Range(total.low / len(ranges), total.high / len(ranges), total.error / len(ranges))
        total = settle(x.dtype, scaled.low, scaled.high, error=scaled.error, rounded=4 * sum(r.size for r in ranges))
    g.node(op, operands, total)


@rule("Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual")
def compare(g: Graph, op: str) -> None:
    x = g.pick(schema_types(op), exact=True)
    g.node(op, either_order(g, x, partner(g, x, x.dtype, exact=True)), Range(0, 1))


@rule("And", "Or", "Xor", "BitwiseAnd", "BitwiseOr", "BitwiseXor")
def bitwise(g: Graph, op: str) -> None:
    x = g.pick(schema_types(op))
    y = partner(g, x, x.dtype)
    if x.dtype == BOOL:
        g.node(op, either_order(g, x, y), Range(0, 1))
        return
    # All below the next power of 2; where a sign is, above its opposite.
    low, high = min(x.range.low, y.range.low), max(x.range.high, y.range.high)
    size = 1 << max(int(abs(low)), int(abs(high))).bit_length()
    g.node(op, either_order(g, x, y), settle(x.dtype, -size if low < 0 else 0, size - 1))


@rule("BitShift")
def shift(g: Graph, op: str) -> None:
    x = g.pick(schema_types(op))
    y = partner(g, x, x.dtype, 0, x.dtype.itemsize * 8 - 1)
    left = g.chance(0.5)
    bits = int(y.range.high) if left else 0
    g.node(op, [x, y], settle(x.dtype, min(int(x.range.low) << bits, 0), max(int(x.range.high) << bits, 0)), direction="LEFT" if left else "RIGHT")


@rule("Where")
def where(g: Graph, op: str) -> None:
    x = g.pick(schema_types(op, 1))
    y = partner(g, x, x.dtype)
    condition = partner(g, x, BOOL)
    if not broadcasts(condition.shapes, y.shapes):
        raise Reject("no common shape")
    g.node(op, [condition, x, y], union(x.range, y.range), types=None)


@rule("Clip")
def clip(g: Graph, op: str) -> None:
    x = g.pick(schema_types(op))
    kinds = g.choose([(True, True), (True, False), (False, True)])
    bounds = [-2, 3] if not is_float(x.dtype) or g.chance(0.5) else [-0.75, 1.25]
    if x.dtype.kind == "u":
        bounds = [2, 5]
    ends = [g.constant(bound, x.dtype, initializer=g.chance(0.7)) if given else None for bound, given in zip(bounds, kinds, strict=True)]
    r = x.range

    def cut(value: float) -> float:
        value = max(value, bounds[0]) if kinds[0] else value
        return min(value, bounds[1]) if kinds[1] else value

    unit = min(r.unit, 0.25) if r.unit else 0
    g.node(op, [x, *ends], Range(cut(r.low), cut(r.high), r.error, unit))


@rule("Cast", "CastLike")
def cast(g: Graph, op: str) -> None:
    x = g.pick(TYPES)
    target = g.choose([dtype for dtype in TYPES if dtype != x.dtype])
    result = convert(x.range, x.dtype, target)
    if op == "Cast":
        g.node(op, [x], result, to=helper.np_dtype_to_tensor_dtype(target))
    else:
        like = g.pick([target])
        g.node(op, [x, like], result)


@rule("SwiGLU")
def swiglu(g: Graph, op: str) -> None:
    gate = g.pick(schema_types(op), low=-8, high=8)
    linear = g.fresh(gate.dtype, gate.shapes)
    swish = through(FUNCTIONS["Swish"].of, gate.dtype, gate.range, 8)
    # Where the product has an error it is no multiple of the linear part's unit.
    g.node(op, [gate, linear], multiply(gate.dtype, swish, linear.range), shapes=[gate.shapes], types=[gate.dtype])
