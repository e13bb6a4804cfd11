"""Products of bytes: sums in 32 bits, requantized by one multiplication in f32, as dialects/graph says of `requantize`."""

from __future__ import annotations

import numpy as np
from case import F32, F64, Array, Step, case, short
from contraction import convolve

I8, U8, I32 = (np.dtype(name) for name in ("int8", "uint8", "int32"))


def full_range(shape: tuple[int, ...], dtype: np.dtype, seed: int) -> Array:
    """Bytes of which both ends occur."""
    info = np.iinfo(dtype)
    values = np.random.default_rng(seed).integers(info.min, info.max + 1, shape).astype(dtype)
    values.flat[:2] = info.min, info.max
    return values


def requantize(sums: Array, scale: Array, zero: Array) -> Array:
    info = np.iinfo(zero.dtype)
    codes = np.rint(sums.astype(F32) * scale.astype(F32)).astype(F64) + float(zero)
    return np.clip(codes, info.min, info.max).astype(zero.dtype)


# image, filter, attributes
CONVS = {
    "pads": ((1, 3, 7, 9), (5, 3, 3, 3), {"pads": [1, 1, 1, 1]}),
    "strided": ((2, 16, 9, 8), (17, 16, 3, 3), {"pads": [1, 0, 2, 1], "strides": [2, 2]}),
    "dilated": ((1, 8, 9, 9), (16, 8, 3, 3), {"pads": [2, 2, 2, 2], "dilations": [2, 2]}),
    "pointwise": ((1, 33, 5, 5), (20, 33, 1, 1), {}),
    "depthwise": ((1, 40, 7, 6), (40, 1, 3, 3), {"pads": [1, 1, 1, 1], "group": 40}),
    "few": ((1, 8, 12, 6), (8, 1, 3, 3), {"pads": [1, 1, 1, 1], "group": 8, "strides": [2, 1]}),
    "groups": ((1, 8, 6, 6), (12, 4, 3, 3), {"pads": [0, 1, 0, 1], "group": 2}),
    "series": ((1, 5, 21), (6, 5, 3), {"pads": [1, 1]}),
}


def convolutions() -> None:
    for k, (name, (image, filters, attributes)) in enumerate(CONVS.items()):
        axes = len(image) - 2
        strides, dilations = attributes.get("strides", [1] * axes), attributes.get("dilations", [1] * axes)
        pads, groups = attributes.get("pads", [0] * 2 * axes), attributes.get("group", 1)
        for x_type, w_type in ((U8, I8), (I8, I8), (U8, U8), (I8, U8)):
            x, w = full_range(image, x_type, k), full_range(filters, w_type, k + 100)
            xz = np.array(np.iinfo(x_type).min + 37, x_type)
            wz = np.array(0 if w_type == I8 else 128 if k % 2 else 117, w_type)
            count = filters[0]
            bias = np.random.default_rng(k).integers(-9000, 9000, count).astype(I32)
            sums = convolve(x.astype(I32) - int(xz), w.astype(I32) - int(wz), strides, dilations, pads, groups).astype(I32)
            along = (count,) + (1,) * axes
            kind = f"{short(x_type)}_{short(w_type)}"
            sx, sy, yz = np.array(0.017, F32), np.array(0.31, F32), np.array(np.iinfo(x_type).min + 99, x_type)
            sw = (np.random.default_rng(k).random(count) * 0.02 + 0.001).astype(F32)
            expected = requantize(sums + bias.reshape(along), (sx * sw / sy).astype(F32).reshape(along), yz)
            weights = np.full(count, wz, w_type)
            case(f"QLinearConv/{name}_{kind}", "QLinearConv", [x, sx, xz, w, sw, weights, sy, yz, bias], expected,
                 constant=(1, 2, 3, 4, 5, 6, 7, 8), **attributes)  # fmt: skip
            # Scales that are powers of two make floats exact: the sandwich is the same whatever computes it.
            sx, sw, sy = np.array(0.5, F32), (2.0 ** -(np.arange(count) % 5)).astype(F32), np.array(32, F32)
            scale = (sx * sw / sy).astype(F32).reshape(along)
            expected = requantize(np.maximum(sums + bias.reshape(along), 0), scale, yz)
            steps = [
                Step("DequantizeLinear", {"axis": 0}, (w, sw, weights)),
                Step("DequantizeLinear", {"axis": 0}, (bias, (sx * sw).astype(F32))),
                Step("Conv", attributes, (-3, -2, -1)),
                Step("Relu"),
                Step("QuantizeLinear", {}, (-1, sy, yz)),
            ]
            case(f"QuantizedConv/{name}_{kind}", "DequantizeLinear", [x, sx, xz], expected, constant=(1, 2), after=steps)


def products() -> None:
    for k, (x_type, w_type) in enumerate(((U8, I8), (I8, I8), (U8, U8))):
        a, b = full_range((2, 7, 37), x_type, k), full_range((37, 21), w_type, k + 9)
        az = np.array(np.iinfo(x_type).min + 3, x_type)
        bz = np.zeros(21, w_type) if w_type == I8 else np.arange(21).astype(U8) + U8.type(110)
        sums = ((a.astype(I32) - int(az)) @ (b.astype(I32) - bz.astype(I32))).astype(I32)
        sa, sb = np.array(0.05, F32), np.linspace(0.001, 0.02, 21).astype(F32)
        sy, yz = np.array(0.7, F32), np.array(np.iinfo(x_type).min + 120, x_type)
        expected = requantize(sums, (sa * sb / sy).astype(F32), yz)
        kind = f"{short(x_type)}_{short(w_type)}"
        for given, constant in (("constant", (1, 2, 3, 4, 5, 6, 7)), ("given", ())):
            case(f"QLinearMatMul/{kind}_{given}", "QLinearMatMul", [a, sa, az, b, sb, bz, sy, yz], expected, constant=constant)
        # Half of the codes are beyond what the clip leaves.
        sa, sb, sy = np.array(0.25, F32), (2.0 ** -(np.arange(21) % 3)).astype(F32), np.array(64, F32)
        scale = (sa * sb / sy).astype(F32)
        real = np.clip(sums.astype(F32) * (sa * sb).astype(F32), F32.type(-640), F32.type(1280))
        expected = requantize(real, np.array(1 / sy, F32), yz)
        steps = [
            Step("DequantizeLinear", {"axis": 1}, (b, sb, bz)),
            Step("MatMul", {}, (-2, -1)),
            Step("Clip", {}, (-1, np.array(-640, F32), np.array(1280, F32))),
            Step("QuantizeLinear", {}, (-1, sy, yz)),
        ]
        assert scale.min() > 0
        case(f"QuantizedMatMul/{kind}", "DequantizeLinear", [a, sa, az], expected, constant=(1, 2), after=steps)


def contributed() -> None:
    """ONNX Runtime's operators."""
    a, b = full_range((5, 19), U8, 1), full_range((7, 19), I8, 2)
    az, bz, yz = np.array(9, U8), np.array(0, I8), np.array(100, U8)
    sa, sb, sy = np.array(0.03, F32), np.linspace(0.002, 0.03, 7).astype(F32), np.array(0.9, F32)
    bias = np.arange(-3000, 4000, 1000).astype(I32)
    sums = (a.astype(I32) - 9) @ b.astype(I32).T + bias
    zeros = np.zeros(7, I8)
    unit = (sa * sb * F32.type(0.5)).astype(F32)
    expected = requantize(sums, (unit / sy).astype(F32), yz)
    given = [a, sa, az, b, sb, zeros, bias]
    case("QGemm/bytes", "QGemm", [*given, sy, yz], expected, constant=(3, 4, 5), domain="com.microsoft", transB=1, alpha=0.5)
    case("QGemm/floats", "QGemm", given, sums.astype(F32) * unit, constant=(3, 4, 5, 6), domain="com.microsoft", transB=1, alpha=0.5)
    # Data that span exactly 255 steps of 1: the scale is 1, and the codes are exact.
    x = np.random.default_rng(3).integers(-100, 155, (2, 4, 19)).astype(F32)
    x.flat[:2] = -100, 155
    products = x.astype(F64) @ b.T.astype(F64)
    expected = products.astype(F32) * np.array(0.25, F32) + bias.astype(F32)
    case("DynamicQuantizeMatMul/bias", "DynamicQuantizeMatMul", [x, np.ascontiguousarray(b.T), np.array(0.25, F32), bz, bias.astype(F32)], expected,
         constant=(1, 2, 3), domain="com.microsoft")  # fmt: skip


def equal_weights() -> None:
    """Weights that are all the same are stored as one number: what fills up their last group of products is 0 all the same."""
    for depth, columns in ((1, 1), (5, 3), (8, 16)):
        a, b = full_range((3, depth), U8, depth), np.full((depth, columns), -70, I8)
        sums = (a.astype(I32) - 2) @ b.astype(I32)
        sa, sb, sy = np.array(0.125, F32), np.array(0.25, F32), np.array(40, F32)
        az, bz, yz = np.array(2, U8), np.array(0, I8), np.array(150, U8)
        expected = requantize(sums, (sa * sb / sy).astype(F32), yz)
        case(f"QLinearMatMul/equal_{depth}x{columns}", "QLinearMatMul", [a, sa, az, b, sb, bz, sy, yz], expected, constant=(1, 2, 3, 4, 5, 6, 7))


def between() -> None:
    """What lies between two quantisations, with scales that are powers of two: floats are exact, so that the integers' results are theirs."""
    for k, kind in enumerate((U8, I8)):
        least = np.iinfo(kind).min
        x, y = full_range((1, 3, 5, 70), kind, k), full_range((1, 3, 5, 70), kind, k + 5)
        sx, sy, zx, zy = np.array(0.25, F32), np.array(0.0625, F32), np.array(least + 100, kind), np.array(least + 131, kind)
        so, zo = np.array(0.125, F32), np.array(least + 90, kind)
        a, b = (x.astype(I32) - int(zx)).astype(F32) * sx, (y.astype(I32) - int(zy)).astype(F32) * sy
        end = Step("QuantizeLinear", {}, (-1, so, zo))

        def sandwich(name: str, real: Array, steps: list[Step], given: tuple[Array, ...] = (x, sx, zx, so, zo), end: Step = end) -> None:
            expected = requantize(real, 1 / given[3], given[4])
            case(f"{name}_{short(given[0].dtype)}", "DequantizeLinear", list(given[:3]), expected, constant=(1, 2), after=[*steps, end])

        sandwich("Table/hard_swish", a * np.clip(a * F32.type(0.25) + F32.type(0.5), 0, 1),
                 [Step("HardSigmoid", {"alpha": 0.25, "beta": 0.5}), Step("Mul", {}, (-2, -1))])  # fmt: skip
        sandwich("Table/affine", a * F32.type(1.5) - F32.type(2), [Step("Mul", {}, (-1, np.array(1.5, F32))), Step("Sub", {}, (-1, np.array(2, F32)))])
        sandwich("Table/epilogue", np.abs(a.max(-1, keepdims=True)),
                 [Step("ReduceMax", {}, (-1, np.array([-1]))), Step("Abs")])  # fmt: skip
        other = Step("DequantizeLinear", {}, (y, sy, zy))
        for op, real in (("Add", a + b), ("Sub", a - b), ("Mul", a * b), ("Max", np.maximum(a, b))):
            sandwich(f"Quantized{op}/constant", real, [other, Step(op, {}, (-2, -1))])
        sandwich("QuantizedAdd/relu", np.maximum(a + b, 0), [other, Step("Add", {}, (-2, -1)), Step("Relu")])
        sandwich("QuantizedMean/window", (a[..., ::2] + a[..., 1::2]) / F32.type(2), [Step("AveragePool", {"kernel_shape": [1, 2], "strides": [1, 2]})])
        sandwich("QuantizedSum/rows", a.sum(-1, keepdims=True), [Step("ReduceSum", {}, (-1, np.array([-1])))])


def movements() -> None:
    """What moves values moves their codes."""
    x, s, z = full_range((1, 4, 6, 6), U8, 5), np.array(0.25, F32), np.array(100, U8)
    back = Step("QuantizeLinear", {}, (-1, s, z))
    case("QuantizedTranspose/u8", "DequantizeLinear", [x, s, z], x.transpose(0, 2, 3, 1), constant=(1, 2),
         after=[Step("Transpose", {"perm": [0, 2, 3, 1]}), back])  # fmt: skip
    pooled = x.reshape(1, 4, 3, 2, 3, 2).max((3, 5))
    case("QuantizedMaxPool/u8", "DequantizeLinear", [x, s, z], pooled, constant=(1, 2),
         after=[Step("MaxPool", {"kernel_shape": [2, 2], "strides": [2, 2]}), back])  # fmt: skip
    case("QuantizedConcat/u8", "DequantizeLinear", [x, s, z], np.concatenate([x, x], 1), constant=(1, 2),
         after=[Step("Concat", {"axis": 1}, (-1, -1)), back])  # fmt: skip


def add_cases() -> None:
    convolutions()
    products()
    contributed()
    equal_weights()
    between()
    movements()
