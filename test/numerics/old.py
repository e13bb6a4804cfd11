"""Operators of old opsets as their versions define them, upgraded: each case says in which opsets its form is valid."""

from __future__ import annotations

from typing import Any

import numpy as np
from case import BOOL, F16, F32, F64, Array, Tolerance, case
from values import ordinary

I64 = np.dtype("int64")
NEWEST = 28
# Those at which a rule of the upgrade begins or ends to count.
OPSETS = (1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 17, 19, 20)
CLOSE = Tolerance(ulps=8)


def ints(*numbers: int) -> Array:
    return np.array(numbers, I64)


class Versions:
    """Adds the cases that an opset has."""

    def __init__(self, opset: int) -> None:
        self.opset = opset

    def case(self, first: int, last: int, name: str, op: str, inputs: list[Array | None], expected: Array | list[Array], **rest: Any) -> None:
        if first <= self.opset <= last:
            case(f"{name}/{self.opset}", op, inputs, expected, **rest)


def broadcasting(v: Versions) -> None:
    x, small = ordinary((2, 3, 4, 5), F32), ordinary((3, 4), F32, 1) + 3
    binary = {"Add": np.add, "Sub": np.subtract, "Mul": np.multiply, "Div": np.divide}
    for op, numpy in binary.items():
        for axis, y in ((1, small), (0, small[:2, 0]), (1, small[:, 0]), (3, np.arange(1, 6, dtype=F32)), (-3, small), (1, F32.type(2))):
            aligned = np.reshape(y, np.shape(y) + (1,) * ((-axis if axis < 0 else 4 - axis) - np.ndim(y)))
            v.case(1, 6, f"{op}/axis{axis}_rank{np.ndim(y)}", op, [x, y], numpy(x, aligned), broadcast=1, axis=axis)
        v.case(1, 6, f"{op}/right", op, [x, ordinary((4, 5), F32, 2) + 3], numpy(x, ordinary((4, 5), F32, 2) + 3), broadcast=1)
        v.case(1, 6, f"{op}/suffix", op, [x, ordinary((4, 5), F32, 2) + 3], numpy(x, ordinary((4, 5), F32, 2) + 3), broadcast=1, axis=-1)
        v.case(1, 6, f"{op}/none", op, [x, x + 9], numpy(x, x + 9), axis=1)
        v.case(1, 5, f"{op}/consumed", op, [x, x + 9], numpy(x, x + 9), consumed_inputs=[0, 0])
    v.case(1, 6, "Add/chain", "Add", [x, small], np.maximum(x + small[:, :, None], 0), broadcast=1, axis=1, after=[after("Relu")])
    base = np.abs(x) + 1
    v.case(1, 6, "Pow/axis", "Pow", [base, np.array([1, 2, 3], F32)], base ** np.array([1, 2, 3], F32)[:, None, None], broadcast=1, axis=1, tolerance=CLOSE)
    p, q = ordinary((2, 3, 4), F32) > 0, ordinary((3,), F32, 1) > 0
    for op, numpy in {"And": np.logical_and, "Or": np.logical_or, "Xor": np.logical_xor}.items():
        v.case(1, 6, f"{op}/axis", op, [p, q], numpy(p, q[:, None]), broadcast=1, axis=1)
    for op, numpy in {"Less": np.less, "Greater": np.greater}.items():
        v.case(1, 6, f"{op}/axis", op, [x, small], numpy(x, small[:, :, None]), broadcast=1, axis=1)
    i = (x * 3).astype(I64)
    v.case(1, 6, "Equal/axis", "Equal", [i, i[0, :, 0, 0]], i == i[0, :, 0, 0][:, None, None], broadcast=1, axis=1)
    slope = np.array([0.5, -2, 3], F32)
    prelu = np.where(x < 0, x * slope[:, None, None], x)
    v.case(1, 6, "PRelu/channels", "PRelu", [x, slope], prelu)
    v.case(1, 6, "PRelu/shared", "PRelu", [x, slope[:1]], np.where(x < 0, x * slope[0], x))
    v.case(7, NEWEST, "PRelu/channels", "PRelu", [x, slope[:, None, None]], prelu)
    a, b = ordinary((3, 4), F32), ordinary((4, 5), F32, 1)
    for name, c in {"row": np.arange(5, dtype=F32), "one": np.ones(1, F32)}.items():
        v.case(1, 6, f"Gemm/{name}", "Gemm", [a, b, c], a @ b + c, broadcast=1, tolerance=Tolerance(absolute=1e-4))


def after(op: str, **attributes: Any) -> Any:
    from case import Step

    return Step(op, attributes)


def normalizing(v: Versions) -> None:
    x = ordinary((2, 3, 4, 5), F32)
    scale, bias, mean, variance = (ordinary((3,), F32, seed) for seed in (1, 2, 3, 4))
    variance = np.abs(variance) + 0.5

    def normal(*parameters: Array) -> Array:
        s, b, m, s2 = (p.astype(F64) for p in parameters)
        return (s * (x - m) / np.sqrt(s2 + 1e-3) + b).astype(F32)

    expected = normal(*(p[:, None, None] for p in (scale, bias, mean, variance)))
    near = Tolerance(absolute=1e-4)
    v.case(1, 5, "BatchNormalization/consumed", "BatchNormalization", [x, scale, bias, mean, variance], expected, epsilon=1e-3, is_test=1, consumed_inputs=[0, 0, 0, 1, 1], tolerance=near)
    v.case(6, 6, "BatchNormalization/test", "BatchNormalization", [x, scale, bias, mean, variance], expected, epsilon=1e-3, is_test=1, spatial=1, tolerance=near)
    v.case(7, NEWEST, "BatchNormalization", "BatchNormalization", [x, scale, bias, mean, variance], expected, epsilon=1e-3, tolerance=near)
    element = [ordinary((3, 4, 5), F32, seed) for seed in (5, 6, 7, 8)]
    element[3] = np.abs(element[3]) + 0.5
    v.case(6, 8, "BatchNormalization/element", "BatchNormalization", [x, *element], normal(*element), epsilon=1e-3, spatial=0, tolerance=near)
    v.case(1, 5, "InstanceNormalization/consumed", "InstanceNormalization", [x, scale, bias], instance(x, scale, bias), consumed_inputs=[0], tolerance=near)
    v.case(1, 5, "Dropout/consumed", "Dropout", [x], x, is_test=1, ratio=0.25, consumed_inputs=[0])
    v.case(6, 6, "Dropout/test", "Dropout", [x], x, is_test=1, ratio=0.25)
    v.case(7, 11, "Dropout/ratio", "Dropout", [x.astype(F64)], x.astype(F64), ratio=0.25)
    for op in ("Softmax", "LogSoftmax", "Hardmax"):
        for axis in (None, 0, 1, 2, 3, *([-1, -2] if v.opset > 10 else [])):
            begin = 1 if axis is None else axis
            flat = x.astype(F64).reshape(int(np.prod(x.shape[:begin])), -1) if begin % 4 else x.astype(F64).reshape(1, -1)
            e = np.exp(flat - flat.max(1, keepdims=True))
            soft = e / e.sum(1, keepdims=True)
            result = {"Softmax": soft, "LogSoftmax": np.log(soft), "Hardmax": np.eye(flat.shape[1])[flat.argmax(1)]}[op]
            given = {} if axis is None else {"axis": axis}
            v.case(1, 12, f"{op}/{axis}", op, [x], result.reshape(x.shape).astype(F32), tolerance=Tolerance(absolute=1e-5), **given)
    y = ordinary((2, 4, 3), F32)
    group = [np.array([2, 3], F32), np.array([1, -1], F32)]
    channel = [np.repeat(p, 2) for p in group]
    z = y.astype(F64).reshape(2, 2, -1)
    z = ((z - z.mean(2, keepdims=True)) / np.sqrt(z.var(2, keepdims=True) + 1e-5)).reshape(y.shape)
    z = (z * channel[0][:, None] + channel[1][:, None]).astype(F32)
    v.case(18, 20, "GroupNormalization/groups", "GroupNormalization", [y, *group], z, num_groups=2, tolerance=near)
    v.case(21, NEWEST, "GroupNormalization/channels", "GroupNormalization", [y, *channel], z, num_groups=2, tolerance=near)


def instance(x: Array, scale: Array, bias: Array) -> Array:
    y = x.astype(F64)
    y = (y - y.mean((2, 3), keepdims=True)) / np.sqrt(y.var((2, 3), keepdims=True) + 1e-5)
    return (y * scale[:, None, None] + bias[:, None, None]).astype(F32)


def elementwise(v: Versions) -> None:
    x = ordinary((3, 5), F32)
    unary = {"Abs": np.abs, "Ceil": np.ceil, "Floor": np.floor, "Neg": np.negative, "Relu": lambda y: np.maximum(y, 0)}
    for op, numpy in unary.items():
        v.case(1, 5, f"{op}/consumed", op, [x], numpy(x), consumed_inputs=[0], tolerance=Tolerance(zero_sign=False))
    for op, numpy in {"Exp": np.exp, "Tanh": np.tanh, "Sigmoid": lambda y: 1 / (1 + np.exp(-y))}.items():
        v.case(1, 5, f"{op}/consumed", op, [x], numpy(x.astype(F64)).astype(F32), consumed_inputs=[0], tolerance=CLOSE)
    for op, numpy in {"Max": np.max, "Min": np.min, "Sum": np.sum, "Mean": np.mean}.items():
        parts = np.stack([x, -x, x / 2])
        v.case(1, 5, f"{op}/consumed", op, list(parts), numpy(parts, 0), consumed_inputs=[0, 0, 0], tolerance=CLOSE)
        v.case(6, 7, f"{op}/three", op, list(parts), numpy(parts, 0), tolerance=CLOSE)
    selu = lambda y, a, g: (g * np.where(y > 0, y, a * np.expm1(y))).astype(F32)  # noqa: E731
    v.case(1, 5, "Selu/default", "Selu", [x], selu(x.astype(F64), 1.6732, 1.0507), tolerance=CLOSE)
    v.case(6, NEWEST, "Selu/default", "Selu", [x], selu(x.astype(F64), 1.67326319217681884765625, 1.05070102214813232421875), tolerance=CLOSE)
    for name, limits in {"both": {"min": -0.5, "max": 0.75}, "min": {"min": -0.5}, "max": {"max": 0.75}, "none": {}}.items():
        for dtype in (F32, F64, F16):
            expected = np.clip(x.astype(dtype), limits.get("min"), limits.get("max")) if limits else x.astype(dtype)
            v.case(1, 10, f"Clip/{name}/{dtype.name}", "Clip", [x.astype(dtype)], expected.astype(dtype), **limits)
    for to, dtype in {"INT32": np.dtype("int32"), "float": F32, "BOOL": BOOL, "DOUBLE": F64}.items():
        v.case(1, 5, f"Cast/{to}", "Cast", [x * 3], (x * 3).astype(dtype), to=to)
    v.case(6, NEWEST, "Cast/int", "Cast", [x * 3], (x * 3).astype(I64), to=7)


def movement(v: Versions) -> None:
    x = ordinary((2, 3, 4, 5), F32)
    v.case(1, 4, "Reshape/attribute", "Reshape", [x], x.reshape(2, 3, 20), shape=[0, 3, -1], consumed_inputs=[0])
    v.case(5, NEWEST, "Reshape/input", "Reshape", [x, ints(0, 3, -1)], x.reshape(2, 3, 20), constant=(1,))
    v.case(1, 3, "Concat/default", "Concat", [x, -x], np.concatenate([x, -x], 1))
    pads = [0, 0, 1, 2, 0, 0, 3, 0]
    widths = [(pads[i], pads[i + 4]) for i in range(4)]
    name = "paddings" if v.opset == 1 else "pads"
    for dtype in (F32, F64, F16):
        y = x.astype(dtype)
        v.case(1, 10, f"Pad/{dtype.name}", "Pad", [y], np.pad(y, widths, constant_values=1.5), value=1.5, **{name: pads})
    v.case(1, 10, "Pad/zero", "Pad", [x], np.pad(x, widths), **{name: pads})
    v.case(1, 10, "Pad/reflect", "Pad", [x], np.pad(x, widths, mode="reflect"), mode="reflect", **{name: pads})
    v.case(1, 10, "Pad/edge", "Pad", [x], np.pad(x, widths, mode="edge"), mode="edge", value=7.0, **{name: pads})
    v.case(1, 5, "Tile/axis", "Tile", [x, F32.type(3), F32.type(2)], np.tile(x, (1, 1, 3, 1)), constant=(1, 2))
    v.case(1, 5, "Tile/vectors", "Tile", [x, np.array([2], F32), np.array([0], F32)], np.tile(x, (2, 1, 1, 1)), constant=(1, 2))
    v.case(6, NEWEST, "Tile/repeats", "Tile", [x, ints(1, 2, 1, 3)], np.tile(x, (1, 2, 1, 3)), constant=(1,))
    parts = [x[..., :1], x[..., 1:]]
    v.case(1, 1, "Split/input", "Split", [x, np.array([1, 4], F32)], parts, axis=3, constant=(1,))
    v.case(1, 12, "Split/attribute", "Split", [x], parts, axis=3, split=[1, 4])
    v.case(1, 12, "Split/equal", "Split", [x], [x[:, :, :2], x[:, :, 2:]], axis=2)
    v.case(2, 12, "Split/default", "Split", [x], [x[:1], x[1:]])
    v.case(13, 17, "Split/equal", "Split", [x], [x[:, :, :2], x[:, :, 2:]], axis=2)
    v.case(1, 9, "Slice/axes", "Slice", [x], x[:, 1:3, :, -2:], starts=[1, -2], ends=[3, 1000], axes=[1, 3])
    v.case(1, 9, "Slice/all", "Slice", [x], x[1:2, 0:2], starts=[1, 0], ends=[2, 2])
    v.case(1, 12, "Squeeze/axes", "Squeeze", [x[:, :1]], x[:, 0], axes=[1])
    v.case(1, 12, "Squeeze/all", "Squeeze", [x[:1, :, :1]], x[0, :, 0])
    v.case(1, 12, "Unsqueeze/axes", "Unsqueeze", [x], x[:, None, ..., None], axes=[1, 5])
    order = np.argsort(-x, axis=3, kind="stable")[..., :2]
    v.case(1, 9, "TopK/attribute", "TopK", [x], [np.take_along_axis(x, order, 3), order], k=2)
    v.case(10, NEWEST, "TopK/input", "TopK", [x, ints(2)], [np.take_along_axis(x, order, 3), order], constant=(1,))
    indices = np.array([[1, 0, 2]], I64)
    scattered = ordinary((3, 3), F32)
    written = scattered.copy()
    np.put_along_axis(written, indices, np.array([[7, 8, 9]], F32), 0)
    for last, op in ((10, "Scatter"), (NEWEST, "ScatterElements")):
        first = 9 if op == "Scatter" else 11
        v.case(first, last, f"{op}/rows", op, [scattered, indices, np.array([[7, 8, 9]], F32)], written)
    small = ordinary((1, 1, 4, 5), F32)
    v.case(1, 6, "Upsample/scales", "Upsample", [small], small.repeat(2, 2).repeat(3, 3), height_scale=2.0, width_scale=3.0)
    v.case(7, 8, "Upsample/attribute", "Upsample", [small], small.repeat(2, 2).repeat(3, 3), scales=[1.0, 1.0, 2.0, 3.0])
    scales = np.array([1, 1, 2, 3], F32)
    v.case(9, 9, "Upsample/input", "Upsample", [small, scales], small.repeat(2, 2).repeat(3, 3), constant=(1,))
    v.case(1, 6, "Upsample/bilinear", "Upsample", [small], linear(small, 2, 3), mode="bilinear", height_scale=2.0, width_scale=3.0, tolerance=CLOSE)
    v.case(7, 8, "Upsample/linear", "Upsample", [small], linear(small, 2, 3), mode="linear", scales=[1.0, 1.0, 2.0, 3.0], tolerance=CLOSE)
    v.case(7, 8, "Upsample/bilinear", "Upsample", [small], linear(small, 2, 3), mode="bilinear", scales=[1.0, 1.0, 2.0, 3.0], tolerance=CLOSE)
    v.case(9, 9, "Upsample/linear", "Upsample", [small, scales], linear(small, 2, 3), mode="linear", constant=(1,), tolerance=CLOSE)
    v.case(10, 10, "Resize/linear", "Resize", [small, scales], linear(small, 2, 3), mode="linear", constant=(1,), tolerance=CLOSE)
    v.case(10, 10, "Resize/nearest", "Resize", [small, scales], small.repeat(2, 2).repeat(3, 3), constant=(1,))
    # ONNX's own test of opset 10 takes elements 0 and 2 of 4 at 0.6.
    v.case(10, 10, "Resize/shrink", "Resize", [small, np.array([1, 1, 0.6, 2], F32)], small[:, :, [0, 2]].repeat(2, 3), constant=(1,))
    v.case(10, 10, "Resize/shrink_linear", "Resize", [small, np.array([1, 1, 0.5, 0.4], F32)], linear(small, 0.5, 0.4), mode="linear", constant=(1,), tolerance=CLOSE)


def linear(x: Array, *scales: float) -> Array:
    """The last two axes, element i from i / scale."""
    for axis, scale in zip((2, 3), scales, strict=True):
        extent = x.shape[axis]
        at = np.arange(int(extent * F32.type(scale))) / float(F32.type(scale))
        low = np.minimum(np.floor(at).astype(int), extent - 1)
        weight = np.where(low + 1 < extent, at - low, 0).reshape([-1 if k == axis else 1 for k in range(4)])
        x = x.take(low, axis) * (1 - weight) + x.take(np.minimum(low + 1, extent - 1), axis) * weight
    return x.astype(F32)


def reducing(v: Versions) -> None:
    x = ordinary((2, 3, 4), F32)
    near = Tolerance(absolute=1e-4)
    reductions = {
        "ReduceSum": np.sum, "ReduceMean": np.mean, "ReduceMax": np.max, "ReduceMin": np.min, "ReduceProd": np.prod,
        "ReduceL1": lambda y, *a, **k: np.abs(y).sum(*a, **k), "ReduceSumSquare": lambda y, *a, **k: (y * y).sum(*a, **k),
        "ReduceL2": lambda y, *a, **k: np.sqrt((y * y).sum(*a, **k)), "ReduceLogSumExp": lambda y, *a, **k: np.log(np.exp(y).sum(*a, **k)),
    }  # fmt: skip
    for op, numpy in reductions.items():
        last = 12 if op == "ReduceSum" else 17
        v.case(1, last, f"{op}/axes", op, [x], numpy(x, (0, 2), keepdims=True).astype(F32), axes=[0, 2], tolerance=near)
        v.case(1, last, f"{op}/drop", op, [x], numpy(x, 1).astype(F32), axes=[1], keepdims=0, tolerance=near)
        v.case(1, last, f"{op}/all", op, [x], np.asarray(numpy(x), F32), keepdims=0, tolerance=near)
    whole = np.arange(1, 25, dtype=np.dtype("int32")).reshape(2, 3, 4) % 7
    reals = whole.astype(F64)
    integers = {"ReduceL2": np.sqrt((reals * reals).sum(1)), "ReduceLogSum": np.log(reals.sum(1)), "ReduceLogSumExp": np.log(np.exp(reals).sum(1))}
    for op, result in integers.items():
        v.case(1, 17, f"{op}/integers", op, [whole], result.astype(whole.dtype), axes=[1], keepdims=0)
    image = ordinary((1, 2, 4, 4), F32)
    norm = (np.abs(image.astype(F64)) ** 3).sum((2, 3), keepdims=True) ** (1 / 3)
    v.case(1, 1, "GlobalLpPool/real", "GlobalLpPool", [image], norm.astype(F32), p=3.0, tolerance=near)
    v.case(2, NEWEST, "GlobalLpPool/integer", "GlobalLpPool", [image], norm.astype(F32), p=3, tolerance=near)
    windows = image.astype(F64).reshape(1, 2, 2, 2, 2, 2)
    pooled = np.sqrt((windows * windows).sum((3, 5))).astype(F32)
    p = {"p": 2.0} if v.opset == 1 else {"p": 2}
    v.case(1, NEWEST, "LpPool", "LpPool", [image], pooled, kernel_shape=[2, 2], strides=[2, 2], tolerance=near, **p)


def recurrent(v: Versions) -> None:
    steps, hidden = 3, 4
    x, w, r = ordinary((steps, 2, 5), F32), ordinary((1, hidden, 5), F32, 1) / 4, ordinary((1, hidden, hidden), F32, 2) / 4
    h, states = np.zeros((2, hidden), F64), []
    for step in x.astype(F64):
        h = np.tanh(step @ w[0].T + h @ r[0].T)
        states.append(h[None])
    outputs = [np.stack(states).astype(F32), h[None].astype(F32)]
    given = {"output_sequence": 1} if v.opset < 7 else {}
    v.case(1, NEWEST, "RNN", "RNN", [x, w, r], outputs, hidden_size=hidden, tolerance=Tolerance(absolute=1e-5), **given)


def add_cases(opset: int) -> None:
    versions = Versions(opset)
    for add in (broadcasting, normalizing, elementwise, movement, reducing, recurrent):
        add(versions)
