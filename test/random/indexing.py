"""Gathers, scatters, selection by value."""

from __future__ import annotations

import numpy as np
from graph import Graph, Shape, Value, elements, schema_types
from movement import axis_of
from ranges import Range, Reject, add, multiply, union
from rules import rule

I32, I64 = np.dtype(np.int32), np.dtype(np.int64)


def indices(g: Graph, shapes: tuple[Shape, ...], extent: int, dtype: np.dtype) -> Value:
    """Into an axis of this extent, some counted from its end; sometimes a value that is there."""
    if extent == 0 and any(np.prod(shape) for shape in shapes):
        raise Reject("there is nothing to index")
    if len(shapes[0]) == 1 and len(set(shapes)) == 1 and shapes[0][0] <= extent and g.chance(0.3):
        return g.constant(np.arange(shapes[0][0]), dtype)  # the first elements
    found = [v for v in g.operands if v.dtype == dtype and v.shapes == shapes and v.range.within(-extent, extent - 1)]
    if found and g.chance(0.4):
        return g.choose(found)
    return g.fresh(dtype, shapes, -extent, max(extent - 1, -extent))


@rule("Gather")
def gather(g: Graph, op: str) -> None:
    x = g.pick(schema_types(op), rank=(1, 5))
    axis = axis_of(g, x.rank)
    extent = min(shape[axis] for shape in x.shapes)
    shapes = g.shapes(0, max(5 - x.rank, 1))
    g.node(op, [x, indices(g, shapes, extent, g.choose([I32, I64]))], x.range, axis=axis)


@rule("GatherElements")
def gather_elements(g: Graph, op: str) -> None:
    x = g.pick(schema_types(op), rank=(1, 5), where=lambda v: v.is_static())
    axis = axis_of(g, x.rank)
    shape = tuple(g.between(1, 5) if k == axis % x.rank else g.between(min(n, 1), n) for k, n in enumerate(x.shape))
    places = indices(g, (shape,) * len(g.sizes), x.extent(axis), g.choose([I32, I64]))
    g.node(op, [x, places], x.range, shapes=[places.shapes], types=[x.dtype], axis=axis)


@rule("GatherND")
def gather_nd(g: Graph, op: str) -> None:
    x = g.pick(schema_types(op), rank=(1, 5), where=lambda v: v.is_static() and not v.is_empty)
    batch = g.between(0, min(x.rank - 1, 1))
    depth = g.between(1, x.rank - batch)
    lead = (*x.shape[:batch], *(g.between(1, 4) for _ in range(g.between(0 if batch else 1, 2))))
    columns = [g.numbers.integers(-n, n, lead) for n in x.shape[batch : batch + depth]]
    array = np.stack(columns, -1).astype(np.int64)
    shape = (*lead, *x.shape[batch + depth :])
    g.node(op, [x, g.constant(array, initializer=g.chance(0.5))], x.range, shapes=[(shape,) * len(g.sizes)], types=[x.dtype], batch_dims=batch)


def reduction(g: Graph, x: Value) -> str:
    return "none" if x.dtype == bool else g.choose(["none", "none", "add", "mul", "max", "min"])


def reduced(kind: str, x: Value, updates: Value) -> Range:
    """Each element by one update, or by several in any order."""
    if kind == "add":
        return add(x.dtype, x.range, updates.range)
    if kind == "mul":
        return union(x.range, multiply(x.dtype, x.range, updates.range))
    return union(x.range, updates.range)


@rule("ScatterElements")
def scatter_elements(g: Graph, op: str) -> None:
    """A place twice only for the greatest or least: of others ONNX does not say which update wins, or sums grow."""
    x = g.pick(schema_types(op), rank=(1, 5), where=lambda v: v.is_static() and not v.is_empty)
    axis = axis_of(g, x.rank)
    extent = x.extent(axis)
    kind = reduction(g, x)
    shape = tuple(g.between(1, n) for n in x.shape)
    if kind in ("max", "min"):
        shape = tuple(g.between(1, 9) if k == axis % x.rank else n for k, n in enumerate(shape))
        places = g.numbers.integers(0, extent, shape)
    else:
        order = np.argsort(g.numbers.random((*shape[: axis % x.rank], extent, *shape[axis % x.rank + 1 :])), axis % x.rank)
        places = np.take(order, range(shape[axis]), axis % x.rank)
    places = np.where(g.numbers.random(shape) < 0.3, places - extent, places)
    at = g.constant(places, g.choose([I32, I64]), initializer=g.chance(0.4))
    updates = g.fresh(x.dtype, (shape,) * len(g.sizes))
    g.node(op, [x, at, updates], reduced(kind, x, updates), axis=axis, reduction=kind)


@rule("ScatterND")
def scatter_nd(g: Graph, op: str) -> None:
    x = g.pick(schema_types(op), rank=(1, 5), where=lambda v: v.is_static() and not v.is_empty)
    depth = g.between(1, x.rank)
    places = int(np.prod(x.shape[:depth]))
    kind = reduction(g, x)
    several = kind in ("max", "min")
    count = g.between(1, 9 if several else min(places, 6))
    flat = g.numbers.integers(0, places, count) if several else g.numbers.permutation(places)[:count]
    array = np.stack(np.unravel_index(flat, x.shape[:depth]), -1).astype(np.int64)
    array = np.where(g.numbers.random(array.shape) < 0.3, array - np.array(x.shape[:depth]), array)
    updates = g.fresh(x.dtype, ((count, *x.shape[depth:]),) * len(g.sizes))
    at = g.constant(array, initializer=g.chance(0.4))
    g.node(op, [x, at, updates], reduced(kind, x, updates), reduction=kind)


@rule("TopK")
def top_k(g: Graph, op: str) -> None:
    x = g.pick(schema_types(op), rank=(1, 5), exact=True)
    axis = axis_of(g, x.rank)
    extents = [shape[axis] for shape in x.shapes]
    k = g.between(0, min(extents))
    attributes = {"axis": axis, "largest": g.between(0, 1), "sorted": 1}
    g.node(op, [x, g.constant([k])], [x.range, Range(0, max(extents))], **attributes)


@rule("ArgMax", "ArgMin")
def arg(g: Graph, op: str) -> None:
    x = g.pick(schema_types(op), rank=(1, 5), exact=True)
    axis = axis_of(g, x.rank)
    extents = [shape[axis] for shape in x.shapes]
    if min(extents) == 0:
        raise Reject("of no elements")
    g.node(op, [x], Range(0, max(extents) - 1), axis=axis, keepdims=g.between(0, 1), select_last_index=g.between(0, 1))


@rule("Compress")
def compress(g: Graph, op: str) -> None:
    """By a constant condition, so that the extent is known, or by data."""
    x = g.pick(schema_types(op), rank=(1, 5), where=lambda v: v.is_static() and not v.is_empty)
    axis = axis_of(g, x.rank)
    if g.chance(0.4):
        condition = g.fresh(np.dtype(bool), ((x.extent(axis),),) * len(g.sizes))
        g.node(op, [x, condition], x.range, shapes=[x.shapes], types=[x.dtype], is_open=True, axis=axis)
        return
    condition = g.numbers.integers(0, 2, x.extent(axis)).astype(bool)
    condition[g.between(0, len(condition) - 1)] = True
    shape = list(x.shape)
    shape[axis] = int(condition.sum())
    g.node(op, [x, g.constant(condition, np.dtype(bool))], x.range, shapes=[(tuple(shape),) * len(g.sizes)], types=[x.dtype], axis=axis)


@rule("NonZero")
def non_zero(g: Graph, op: str) -> None:
    """Sums of the indices have a shape that others can read."""
    x = g.pick(schema_types(op), rank=(1, 5), exact=True, where=lambda v: not v.is_empty)
    most = max(elements(shape) for shape in x.shapes)
    index = Range(0, most - 1)
    [places] = g.node(op, [x], index, shapes=[tuple((x.rank, elements(shape)) for shape in x.shapes)], types=[I64], is_open=True)
    g.node("ReduceSum", [places, g.constant([1], initializer=True)], Range(0, most * most), shapes=[((x.rank,),) * len(g.sizes)], types=[I64], keepdims=0)
