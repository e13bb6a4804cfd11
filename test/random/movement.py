"""Operators that move elements and reshape, and those that give constants or a shape."""

from __future__ import annotations

import numpy as np
from case import F32, INTEGERS, is_float
from graph import TYPES, Graph, Shape, Value, elements, schema_types
from onnx import helper, numpy_helper
from ranges import Range, Reject, settle, through, union
from rules import rule


def axis_of(g: Graph, rank: int) -> int:
    """An axis, counted from the front or from the back."""
    axis = g.between(0, rank - 1)
    return axis - rank if g.chance(0.4) else axis


def axes_of(g: Graph, rank: int, most: int | None = None) -> list[int]:
    count = g.between(1, min(rank, most or rank))
    return [axis - rank if g.chance(0.3) else axis for axis in g.rng.sample(range(rank), count)]


@rule("Transpose")
def transpose(g: Graph, op: str) -> None:
    x = g.pick(schema_types(op))
    g.node(op, [x], x.range, **({"perm": g.rng.sample(range(x.rank), x.rank)} if x.rank and g.chance(0.9) else {}))


@rule("Reshape")
def reshape(g: Graph, op: str) -> None:
    """Neighbouring axes are joined, static ones split; a dynamic one is copied (0) or follows from the others (-1)."""
    x = g.pick(schema_types(op))
    target: list[int] = []
    axis, free = 0, True
    while axis < x.rank:
        joined = g.between(1, 2) if axis + 1 < x.rank else 1
        axes = range(axis, axis + joined)
        if all(x.is_static(k) for k in axes):
            extent = elements(tuple(x.extent(k) for k in axes))
            factors = [f for f in range(2, extent) if extent % f == 0]
            parts = [f := g.choose(factors), extent // f] if factors and g.chance(0.5) else [extent]
        elif joined == 1 and len(target) == axis:
            parts = [0]
        elif free and not x.is_empty:
            parts, free = [-1], False
        else:
            raise Reject("two dynamic extents")
        target += parts
        axis += joined
    if not x.is_empty and free and target and 0 not in target and g.chance(0.3):
        target[g.between(0, len(target) - 1)] = -1
    if g.chance(0.2):
        target.insert(g.between(0, len(target)) if 0 not in target else len(target), 1)
    # A 0 copies the extent; of a static extent it means no elements, which is said so.
    attributes = {"allowzero": 1} if x.is_static() and 0 in target else {}
    g.node(op, [x, g.constant(target)], x.range, **attributes)


@rule("Flatten")
def flatten(g: Graph, op: str) -> None:
    x = g.pick(schema_types(op))
    g.node(op, [x], x.range, axis=g.between(-x.rank, x.rank))


@rule("Squeeze")
def squeeze(g: Graph, op: str) -> None:
    x = g.pick(schema_types(op), where=lambda v: any(set(e) == {1} for e in zip(*v.shapes, strict=True)))
    ones = [axis for axis in range(x.rank) if x.is_static(axis) and x.extent(axis) == 1]
    chosen = g.rng.sample(ones, g.between(1, len(ones)))
    g.node(op, [x, g.constant([axis - x.rank if g.chance(0.3) else axis for axis in chosen])], x.range)


@rule("Unsqueeze")
def unsqueeze(g: Graph, op: str) -> None:
    x = g.pick(schema_types(op), rank=(0, 4))
    rank = x.rank + g.between(1, min(2, 5 - x.rank))
    g.node(op, [x, g.constant(g.rng.sample(range(rank), rank - x.rank))], x.range)


@rule("Expand")
def expand(g: Graph, op: str) -> None:
    x = g.pick(schema_types(op), rank=(0, 4))
    target = [
        g.between(2, 4) if x.is_static(k) and x.extent(k) == 1 and g.chance(0.7) else x.extent(k) if x.is_static(k) and g.chance(0.5) else 1
        for k in range(x.rank)
    ]
    if g.chance(0.4):
        target = [g.between(1, 3), *target]
    elif g.chance(0.2):
        target = target[1:]
    g.node(op, [x, g.constant(target)], x.range)


@rule("Tile")
def tile(g: Graph, op: str) -> None:
    x = g.pick(schema_types(op))
    repeats = [g.choose([1, 1, 2, 3, *([0] if g.zeros else [])]) for _ in range(x.rank)]
    g.node(op, [x, g.constant(repeats)], x.range)


@rule("Concat")
def concat(g: Graph, op: str) -> None:
    x = g.pick(schema_types(op), rank=(1, 5))
    axis = axis_of(g, x.rank)
    parts = [x]

    def fits(v: Value) -> bool:
        return v.rank == x.rank and all(
            a == b for k, (a, b) in enumerate(zip(zip(*v.shapes, strict=True), zip(*x.shapes, strict=True), strict=True)) if k != axis % x.rank
        )

    for _ in range(g.between(0, 3)):
        if g.chance(0.5):
            parts.append(g.pick([x.dtype], rank=(x.rank, x.rank), where=fits, new=0))
        else:
            extent = g.extent()
            shapes = tuple(tuple(extent if k == axis % x.rank else n for k, n in enumerate(shape)) for shape in x.shapes)
            parts.append(g.fresh(x.dtype, shapes))
    g.rng.shuffle(parts)
    g.node(op, parts, union(*(part.range for part in parts)), axis=axis)


@rule("Split")
def split(g: Graph, op: str) -> None:
    x = g.pick(schema_types(op), rank=(1, 5))
    axis = axis_of(g, x.rank)
    extent = x.extent(axis)
    if g.chance(0.4):
        count = g.between(1, max(min(extent, 4), 1))
        if -(-extent // count) * (count - 1) >= max(extent, 1):
            raise Reject("a part without elements")
        g.node(op, [x], [x.range] * count, axis=axis, num_outputs=count)
        return
    sizes, left = [], extent
    while left and len(sizes) < 3:
        sizes.append(g.between(0 if g.zeros else 1, left))
        left -= sizes[-1]
    sizes.append(left)
    sizes = [size for size in sizes if size or g.zeros] or [extent]
    g.node(op, [x, g.constant(sizes)], [x.range] * len(sizes), axis=axis)


@rule("Slice")
def slice_(g: Graph, op: str) -> None:
    x = g.pick(schema_types(op), rank=(1, 5))
    axes = axes_of(g, x.rank)
    starts, ends, steps = [], [], []
    far = np.iinfo(np.int64)
    for axis in axes:
        if not x.is_static(axis):
            # From within it and backwards there is no kernel.
            start, end, step = g.choose([(0, far.max, 1), (0, far.max, 2)])
        else:
            extent = max(x.extent(axis), 1)
            step = g.choose([1, 1, 2, 3, -1, -2])
            start, end = g.between(0, extent - 1), g.between(0, extent)
            if step > 0 and end <= start or step < 0 and end >= start:
                end = g.choose([far.max, 1000]) if step > 0 else g.choose([far.min, -1000])
            if g.chance(0.3) and abs(start) < extent:
                start -= extent
        starts.append(start), ends.append(end), steps.append(step)
    optional = [g.constant(axes), g.constant(steps)] if any(step != 1 for step in steps) else [g.constant(axes)]
    g.node(op, [x, g.constant(starts), g.constant(ends), *optional], x.range)


@rule("Pad")
def pad(g: Graph, op: str) -> None:
    x = g.pick(schema_types(op), rank=(1, 5))
    mode = g.choose(["constant", "constant", "edge", "reflect", "wrap"])
    axes = list(range(x.rank)) if g.chance(0.5) else sorted(axis % x.rank for axis in axes_of(g, x.rank))
    low, high = [], []
    for axis in axes:
        most = 3
        if mode != "constant" or g.chance(0.3):
            if not x.is_static(axis) and mode != "constant":
                most = 0
            elif mode in ("reflect", "wrap"):
                most = min(max(x.extent(axis) - 1, 0), 3)
            elif mode == "edge" and x.extent(axis) == 0:
                most = 0
        low.append(g.between(0, most) if g.chance(0.7) else 0)
        high.append(g.between(0, most) if g.chance(0.7) else 0)
        if mode == "constant" and x.is_static(axis) and x.extent(axis) > 2 and g.chance(0.2):
            low[-1] = -1
    inputs: list[Value | None] = [x, g.constant(low + high), None, None]
    range_ = x.range
    if mode == "constant":
        fill = Range(0, 0, 0, 1.0)
        if g.chance(0.5):
            inputs[2] = g.fresh(x.dtype, ((),) * len(g.sizes))
            fill = inputs[2].range
        range_ = union(x.range, fill)
    if len(axes) < x.rank:
        inputs[3] = g.constant(axes)
    g.node(op, inputs, range_, mode=mode)


def divides(op: str, shape: Shape) -> bool:
    return shape[1] % 4 == 0 if op == "DepthToSpace" else shape[2] % 2 == shape[3] % 2 == 0


@rule("DepthToSpace", "SpaceToDepth")
def blocks(g: Graph, op: str) -> None:
    n, c, h, w = g.between(1, 2), g.between(1, 3), g.between(1, 4), g.between(1, 4)
    shape = (n, 4 * c, h, w) if op == "DepthToSpace" else (n, c, 2 * h, 2 * w)
    dynamic = g.chance(0.3)
    shapes = tuple((size if dynamic else n, *shape[1:]) for size in g.sizes)
    dtype = g.choose(schema_types(op))
    found = [v for v in g.operands if v.rank == 4 and v.is_static() and divides(op, v.shape)]
    x = g.choose(found) if found and g.chance(0.6) else g.fresh(dtype, shapes)
    mode = {"mode": g.choose(["DCR", "CRD"])} if op == "DepthToSpace" else {}
    g.node(op, [x], x.range, blocksize=2, **mode)


@rule("CenterCropPad")
def center_crop_pad(g: Graph, op: str) -> None:
    x = g.pick(schema_types(op), rank=(1, 5), where=lambda v: v.is_static() and not v.is_empty)
    axes = sorted(axis % x.rank for axis in axes_of(g, x.rank))
    shape = g.constant([max(x.extent(axis) + g.between(-2, 3), 1) for axis in axes])
    wanted = list(x.shape)
    for axis, extent in zip(axes, g.constants[shape.name], strict=True):
        wanted[axis] = int(extent)
    g.node(op, [x, shape], union(x.range, Range(0, 0, 0, 1.0)), shapes=[(tuple(wanted),) * len(g.sizes)], types=[x.dtype], axes=axes)


@rule("Trilu")
def trilu(g: Graph, op: str) -> None:
    x = g.pick(schema_types(op), rank=(2, 5))
    k = [g.constant(g.between(-3, 3))] if g.chance(0.6) else []
    g.node(op, [x, *k], union(x.range, Range(0, 0, 0, 1.0)), upper=g.between(0, 1))


@rule("Shape", "Size")
def shape_of(g: Graph, op: str) -> None:
    x = g.pick(TYPES)
    attributes = {"start": g.between(-x.rank, x.rank)} if op == "Shape" and g.chance(0.4) else {}
    g.node(
        op,
        [x],
        Range(0, max(elements(shape) for shape in x.shapes) if op == "Size" else max((n for s in x.shapes for n in s), default=0)),
        **attributes,
    )


@rule("ConstantOfShape")
def constant_of_shape(g: Graph, op: str) -> None:
    dtype = g.choose(TYPES)
    fill = np.asarray([g.between(0, 7)], dtype)
    range_ = Range(float(fill[0]), float(fill[0]), 0, 1.0) if is_float(dtype) else Range(int(fill[0]), int(fill[0]))
    # Of a value's shape, where it has one that depends on n.
    x = g.pick(TYPES, where=lambda v: not v.is_static(), new=0) if g.chance(0.5) and any(not v.is_static() for v in g.operands) else None
    if x:
        shape = g.node("Shape", [x], Range(0, max(n for s in x.shapes for n in s)))[0]
        shapes = x.shapes
    else:
        shapes = g.shapes()
        shapes = shapes[:1] * len(shapes)
        shape = g.constant(shapes[0])
    g.node(op, [shape], range_, shapes=[shapes], types=[dtype], value=numpy_helper.from_array(fill))


@rule("EyeLike")
def eye_like(g: Graph, op: str) -> None:
    x = g.pick(schema_types(op), rank=(2, 2))
    target = g.choose(schema_types(op))
    attributes = {"dtype": helper.np_dtype_to_tensor_dtype(target)} if g.chance(0.7) else {}
    g.node(op, [x], Range(0, 1, 0, 1.0), k=g.between(-2, 2), **attributes)


@rule("Range")
def range_(g: Graph, op: str) -> None:
    dtype = g.choose(schema_types(op))
    start, step, count = g.between(-4, 4), g.choose([1, 2, -1, 3]), g.between(0 if g.zeros else 1, 6)
    scalars = [g.constant(x, dtype) for x in (start, start + step * count, step)]
    ends = (start, start + step * count)
    result = settle(dtype, min(ends), max(ends), unit=1.0)
    g.node(op, scalars, result, shapes=[((count,),) * len(g.sizes)], types=[dtype])


@rule("BlackmanWindow", "HammingWindow", "HannWindow")
def window(g: Graph, op: str) -> None:
    size = g.between(2, 9)
    dtype = g.choose([d for d in TYPES if is_float(d)])
    # Cosines are multiplied by up to 0.5.
    result = through(lambda x: x, dtype, Range(-0.01, 1), 8)
    g.node(op, [g.constant(size, g.choose(schema_types(op)))], result, shapes=[((size,),) * len(g.sizes)], types=[dtype],
           periodic=g.between(0, 1), output_datatype=helper.np_dtype_to_tensor_dtype(dtype))  # fmt: skip


@rule("OneHot")
def one_hot(g: Graph, op: str) -> None:
    depth = g.between(1, 5)
    x = g.pick([d for d in schema_types(op) if d in INTEGERS], rank=(0, 4))
    kind = g.choose(schema_types(op, 2))
    values = g.fresh(kind, ((2,),) * len(g.sizes))
    axis = g.choose([-1, 0, x.rank])
    shapes = tuple((*shape[: axis % (x.rank + 1)], depth, *shape[axis % (x.rank + 1) :]) for shape in x.shapes)
    g.node(op, [x, g.constant(depth, g.choose([np.dtype(np.int64), F32])), values], values.range, shapes=[shapes], types=[kind], axis=axis)


@rule("Resize")
def resize(g: Graph, op: str) -> None:
    """By whole factors, where no two implementations round differently."""
    x = g.pick(schema_types(op), rank=(2, 4), where=lambda v: not v.is_empty and v.is_static())
    axes = sorted(g.rng.sample(range(x.rank), min(x.rank, 2)))
    factors = [1 if k not in axes else g.choose([1, 2, 3]) for k in range(x.rank)]
    mode = g.choose(["nearest", "linear"]) if is_float(x.dtype) else "nearest"
    transformation = "asymmetric" if mode == "nearest" or g.chance(0.5) else "half_pixel"
    attributes = {"nearest_mode": "floor"} if mode == "nearest" else {}
    if mode == "linear":
        result = settle(x.dtype, x.range.low, x.range.high, error=x.range.error, rounded=8 * x.range.size)
    else:
        result = x.range
    shape = tuple(n * f for n, f in zip(x.shape, factors, strict=True))
    given = [None, g.constant(factors, F32)] if g.chance(0.5) else [None, None, g.constant(shape)]
    attributes |= {"mode": mode, "coordinate_transformation_mode": transformation}
    g.node(op, [x, *given], result, shapes=[(shape,) * len(g.sizes)], types=[x.dtype], **attributes)
