"""Reductions, cumulative ones, softmax and normalisations."""

from __future__ import annotations

import math

import numpy as np
from case import F16, F32, is_float
from graph import Graph, Value, elements, schema_types
from movement import axes_of, axis_of
from ranges import Range, Reject, multiply, settle, sum_of, through
from rules import rule


def counted(x: Value, axes: list[int] | None) -> int:
    """How many elements become one, at most."""
    return max(elements(shape if axes is None else tuple(shape[axis] for axis in axes)) for shape in x.shapes)


def squared(x: Value) -> Range:
    if not is_float(x.dtype):
        return settle(x.dtype, 0, x.range.size**2)
    return Range(0, multiply(x.dtype, x.range, x.range).high, 2 * x.range.size * x.range.error + x.range.error**2, x.range.unit**2)


def root(x: Range, dtype: np.dtype) -> Range:
    """Near 0 a root magnifies errors."""
    if not x.exact:
        raise Reject("the root of what may be 0")
    return settle(dtype, math.sqrt(max(x.low, 0)), math.sqrt(x.high), rounded=4 * math.sqrt(x.high))


REDUCTIONS = ("Sum", "Mean", "Max", "Min", "Prod", "L1", "L2", "LogSum", "LogSumExp", "SumSquare")


def reduced(g: Graph, op: str, x: Value, count: int) -> Range:
    r, dtype = x.range, x.dtype
    kind = op.removeprefix("Reduce")
    if kind in ("Max", "Min"):
        return r
    if kind == "Prod":
        size = max(r.size, 1) ** count
        if not is_float(dtype):
            return settle(dtype, -size if r.low < 0 else 0, size)
        error = count * max(r.size, 1) ** (count - 1) * r.error
        return settle(dtype, -size if r.low < 0 else 0, size, error=error, unit=r.unit**count, rounded=count * size)
    if kind == "Mean":
        total = sum_of(dtype, x.range, count)
        return settle(dtype, r.low, r.high, error=r.error + total.error / count, rounded=(2 + math.log2(count)) * r.size)
    if kind == "LogSumExp":
        power = through(np.exp, dtype, r)
        total = sum_of(dtype, power, count)
        return settle(
            dtype, r.low, r.high + math.log(count), error=total.error / max(power.low, 1e-9) / 1 + r.error, rounded=8 * (r.size + math.log(count))
        )
    if kind == "LogSum":
        total = sum_of(dtype, x.range, count)
        low = r.low  # of one element
        return settle(
            dtype,
            math.log(low),
            math.log(max(total.high, low)),
            error=total.error / low,
            rounded=8 * max(abs(math.log(low)), abs(math.log(total.high))),
        )
    if kind == "L1":
        return sum_of(dtype, Range(0, r.size, r.error, r.unit), count)
    if kind == "SumSquare":
        return sum_of(dtype, squared(x), count)
    if kind == "L2":
        return root(sum_of(dtype, squared(x), count), dtype)
    return sum_of(dtype, r, count)


@rule(*(f"Reduce{kind}" for kind in REDUCTIONS))
def reduce(g: Graph, op: str) -> None:
    domain = {"ReduceLogSum": (0.25, 8), "ReduceLogSumExp": (-2, 2), "ReduceProd": (-2, 2)}.get(op, (None, None))
    # How a mean, a root or a logarithm of integers is rounded ONNX does not say.
    rounds = op in ("ReduceLogSum", "ReduceLogSumExp", "ReduceL2", "ReduceMean")
    types = [d for d in schema_types(op) if is_float(d) or not rounds]
    x = g.pick(types, low=domain[0], high=domain[1], exact=op == "ReduceL2")
    axes = axes_of(g, x.rank) if x.rank and g.chance(0.8) else None
    count = counted(x, axes)
    if op not in ("ReduceSum", "ReduceL1", "ReduceSumSquare", "ReduceProd") and (x.is_empty or count == 0):
        raise Reject("of no elements")
    if op == "ReduceProd" and count > 6:
        raise Reject("a product of many")
    reduced_axes = {axis % x.rank for axis in axes} if axes is not None else set(range(x.rank))
    if op == "ReduceMean" and not x.is_static() and reduced_axes != set(range(x.rank - len(reduced_axes), x.rank)):
        raise Reject("there is no kernel of a mean over dynamic axes that are not the last ones")
    inputs = [x] if axes is None else [x, g.constant(axes)]
    g.node(op, inputs, reduced(g, op, x, max(count, 1)), keepdims=g.between(0, 1))


@rule("CumSum", "CumProd")
def cumulate(g: Graph, op: str) -> None:
    low, high = (None, None) if op == "CumSum" else (-2, 2)
    x = g.pick(schema_types(op), rank=(1, 5), low=low, high=high)
    axis = axis_of(g, x.rank)
    count = max(shape[axis] for shape in x.shapes)
    if op == "CumProd" and count > 6:
        raise Reject("a product of many")
    result = sum_of(x.dtype, x.range, count) if op == "CumSum" else reduced(g, "ReduceProd", x, max(count, 1))
    if op == "CumProd":
        result = Range(min(result.low, 0), max(result.high, 1), result.error, result.unit)
    place = g.constant(axis, g.choose(schema_types(op, 1)))
    g.node(op, [x, place], result, exclusive=g.between(0, 1), reverse=g.between(0, 1))


@rule("Softmax", "LogSoftmax", "Hardmax")
def soft(g: Graph, op: str) -> None:
    x = g.pick(schema_types(op), rank=(1, 5), low=-8, high=8, exact=op == "Hardmax", where=lambda v: not v.is_empty)
    axis = axis_of(g, x.rank)
    count = max(shape[axis] for shape in x.shapes)
    if op == "Hardmax":
        x.extent(axis)  # of a dynamic axis there is no kernel
        g.node(op, [x], Range(0, 1, 0, 1.0), axis=axis)
        return
    width = x.range.high - x.range.low
    if op == "Softmax":
        result = settle(x.dtype, 0, 1, error=2 * x.range.error, rounded=(8 + width) / 2)
    else:
        result = settle(x.dtype, -width - math.log(max(count, 1)), 0, error=2 * x.range.error, rounded=4 * (width + math.log(max(count, 2)) + 1))
    g.node(op, [x], result, axis=axis)


# Normalisations: at most the root of the count deviations from the mean, in which errors are divided by the deviation's bound.


def normalized(x: Value, count: int, eps: float, scale: Range, bias: Range, dtype: np.dtype) -> Range:
    size = x.range.size
    spread = math.sqrt(max(count, 1))
    error = scale.size * (4 * x.range.error / math.sqrt(eps)) + scale.error * spread + bias.error
    rounded = scale.size * (16 * size / math.sqrt(eps) + spread) + bias.size
    bound = scale.size * min(spread, 2 * size / math.sqrt(eps)) + bias.size
    return settle(dtype, -bound, bound, error=error, rounded=rounded)


@rule("LayerNormalization", "RMSNormalization")
def layer_norm(g: Graph, op: str) -> None:
    x = g.pick(schema_types(op), rank=(1, 4), low=-8, high=8, where=lambda v: not v.is_empty)
    axis = g.between(0, x.rank - 1)
    if not all(x.is_static(k) for k in range(axis, x.rank)):
        raise Reject("a dynamic extent")
    shape = x.shapes[0][axis:]
    shapes = (shape,) * len(g.sizes)
    eps = 0.5
    scale, bias = g.fresh(x.dtype, shapes), g.fresh(x.dtype, shapes) if op == "LayerNormalization" and g.chance(0.6) else None
    r = normalized(x, elements(shape), eps, scale.range, bias.range if bias else Range(0, 0), x.dtype)
    g.node(op, [x, scale, bias], r, axis=axis - x.rank if g.chance(0.4) else axis, epsilon=eps, shapes=[x.shapes], types=[x.dtype])


def image(g: Graph, types: tuple[np.dtype, ...], spatial: tuple[int, int] = (1, 3), **more: float) -> Value:
    """[N, C, spatial…] with static channels and spatial extents."""

    def suits(v: Value) -> bool:
        return all(v.is_static(k) for k in range(1, v.rank)) and not v.is_empty

    return g.pick(types, rank=(2 + spatial[0], 2 + spatial[1]), where=suits, **more)


@rule("InstanceNormalization", "GroupNormalization")
def instance_norm(g: Graph, op: str) -> None:
    x = image(g, schema_types(op), low=-8, high=8)
    channels = x.extent(1)
    shapes = ((channels,),) * len(g.sizes)
    scale, bias = g.fresh(x.dtype, shapes), g.fresh(x.dtype, shapes)
    attributes, groups = {}, channels
    if op == "GroupNormalization":
        groups = g.choose([k for k in range(1, channels + 1) if channels % k == 0])
        attributes["num_groups"] = groups
    count = elements(x.shapes[0][2:]) * channels // groups
    g.node(
        op,
        [x, scale, bias],
        normalized(x, count, 0.5, scale.range, bias.range, x.dtype),
        epsilon=0.5,
        shapes=[x.shapes],
        types=[x.dtype],
        **attributes,
    )


@rule("BatchNormalization")
def batch_norm(g: Graph, op: str) -> None:
    x = image(g, schema_types(op), spatial=(0, 3), low=-16, high=16)
    shapes = ((x.extent(1),),) * len(g.sizes)
    constant = g.chance(0.7)
    kind = x.dtype
    scale, bias, mean = (g.fresh(kind, shapes, constant=constant) for _ in range(3))
    variance = g.fresh(kind, shapes, 0.5, 4, constant=constant)
    eps = 0.125
    bound = (x.range.size + mean.range.size) / math.sqrt(0.5) * scale.range.size + bias.range.size
    error = x.range.error * scale.range.size / math.sqrt(0.5)
    result = settle(kind, -bound, bound, error=error, rounded=6 * bound)
    g.node(op, [x, scale, bias, mean, variance], result, epsilon=eps, shapes=[x.shapes], types=[kind])


@rule("LpNormalization", "MeanVarianceNormalization")
def other_norm(g: Graph, op: str) -> None:
    """Of data whose norm or deviation is not small."""
    if op == "LpNormalization":
        x = g.pick(schema_types(op), rank=(1, 4), low=1, high=8, where=lambda v: not v.is_empty)
        g.node(op, [x], settle(x.dtype, 0, 1, error=4 * x.range.error, rounded=16), axis=axis_of(g, x.rank), p=g.between(1, 2))
        return
    dtype = g.choose([d for d in schema_types(op) if d in (F32, F16)] or schema_types(op))
    array = g.numbers.integers(-4, 4, (g.between(1, 3), g.between(1, 3), 2, g.between(2, 4))).astype(dtype)
    array[..., 0, 0], array[..., -1, -1] = -4, 4
    x = g.source([array] * len(g.sizes), Range(-4, 4, 0, 1.0), False)
    g.node(op, [x], settle(dtype, -8, 8, rounded=40), shapes=[x.shapes], types=[dtype])


@rule("LRN")
def lrn(g: Graph, op: str) -> None:
    x = image(g, schema_types(op), spatial=(2, 2), low=-8, high=8)
    # At most x / bias^beta.
    g.node(
        op,
        [x],
        settle(x.dtype, -x.range.size, x.range.size, error=2 * x.range.error, rounded=24 * x.range.size),
        size=g.choose([1, 3, 5]),
        alpha=0.5,
        beta=0.75,
        bias=1.0,
    )
