"""Reductions, running sums, softmax and normalisations, over every axis."""

from __future__ import annotations

import numpy as np
from case import BF16, BOOL, F16, F32, F64, FLOATS, INTEGERS, Array, Tolerance, case, short
from values import narrow_product, ordinary, vector, wide

I8, U8, I32, I64, U32, U64 = (np.dtype(name) for name in ("int8", "uint8", "int32", "int64", "uint32", "uint64"))
SUM_TYPES = (*FLOATS, I32, I64, U32, U64)
AXES = {"last": [-1], "first": [0], "middle": [1], "two": [1, 2], "ends": [0, -1], "negative": [-2, -3], "all": None}


def eps(dtype: np.dtype) -> float:
    return float(np.finfo(F64 if dtype == F64 else F32).eps)


def summed(function, x: Array, dtype: np.dtype, magnitude: Array | float, depth: int) -> tuple[Array, Tolerance]:
    result = np.asarray(function(wide(x)))
    return result.astype(dtype), Tolerance(1 if narrow_product(dtype) else 1, magnitude * eps(dtype) * depth, zero_sign=False)


def reductions() -> None:
    x = ordinary((3, 5, 17), F32)
    for name, axes in AXES.items():
        axis = None if axes is None else tuple(axes)
        inputs = [x, None if axes is None else np.array(axes, I64)]
        magnitude = np.abs(wide(x)).sum(axis, keepdims=True)
        for keep in (0, 1):
            size = magnitude if keep else magnitude.reshape(np.sum(x, axis).shape)
            result, tolerance = summed(lambda v: v.sum(axis, keepdims=bool(keep)), x, F32, size, 8)
            case(f"ReduceSum/{name}_{keep}", "ReduceSum", inputs, result, constant=(1,), tolerance=tolerance, keepdims=keep)
        for op, function in (("Max", np.max), ("Min", np.min)):
            case(f"Reduce{op}/{name}", f"Reduce{op}", inputs, function(x, axis, keepdims=True), constant=(1,))
        count = x.size / magnitude.size
        result, tolerance = summed(lambda v: v.mean(axis, keepdims=True), x, F32, magnitude / count, 8)
        case(f"ReduceMean/{name}", "ReduceMean", inputs, result, constant=(1,), tolerance=tolerance)
        near_one = (1 + 0.1 * x).astype(F32)
        result = wide(near_one).prod(axis, keepdims=True).astype(F32)
        case(f"ReduceProd/{name}", "ReduceProd", [near_one, inputs[1]], result, constant=(1,), tolerance=Tolerance(200))
    for dtype in SUM_TYPES:
        x, axes = ordinary((7, 31), dtype), np.array([1], I64)
        of_floats = dtype in FLOATS
        for op, function in (("Sum", np.sum), ("Mean", np.mean)):
            if of_floats:
                result, tolerance = summed(lambda v: function(v, 1), x, dtype, 31.0, 8)
            else:
                total = x.astype(object).sum(1)
                result = np.array([int(v) if op == "Sum" else int(v / 31) for v in total], object).astype(dtype)
                tolerance = Tolerance()
            case(f"Reduce{op}/{short(dtype)}", f"Reduce{op}", [x, axes], result, constant=(1,), tolerance=tolerance, keepdims=0)
    big = np.array([[2**31 - 1, 2, 3]], I32)
    case("ReduceSum/overflow", "ReduceSum", [big, np.array([1], I64)], np.array([[-(2**31) + 4]], I32), constant=(1,))
    for dtype in (*SUM_TYPES, I8, U8):
        x = ordinary((7, 31), dtype)
        for op, function in (("Max", np.max), ("Min", np.min)):
            values = wide(x) if dtype == BF16 else x
            case(f"Reduce{op}/{short(dtype)}", f"Reduce{op}", [x, np.array([0], I64)], function(values, 0).astype(dtype), constant=(1,), keepdims=0)
    # All values of a type, its extremes too, along each axis: signed and unsigned order differ.
    for dtype in INTEGERS:
        x = vector(dtype, count=5 * 37 * 3).reshape(5, 37, 3)
        for op, function, index in (("Max", np.max, np.argmax), ("Min", np.min, np.argmin)):
            for axis in range(3):
                axes, result = np.array([axis], I64), function(x, axis)
                if dtype.itemsize != 2:  # ONNX's reductions have no integers of 16 bits
                    case(f"Reduce{op}/full_{short(dtype)}_{axis}", f"Reduce{op}", [x, axes], result, constant=(1,), keepdims=0)
                case(f"Arg{op}/full_{short(dtype)}_{axis}", f"Arg{op}", [x], index(x, axis).astype(I64), axis=axis, keepdims=0)
    for dtype in (U32, U64):
        x = np.full((3, 4), np.iinfo(dtype).max // 8, dtype)
        for axis in (0, 1):
            result = x.sum(axis, dtype=dtype) // x.dtype.type(x.shape[axis])
            case(f"ReduceMean/full_{short(dtype)}_{axis}", "ReduceMean", [x, np.array([axis], I64)], result, constant=(1,), keepdims=0)
    bits = ordinary((3, 9), BOOL)
    case("ReduceMax/bool", "ReduceMax", [bits, np.array([1], I64)], bits.max(1), constant=(1,), keepdims=0)
    case("ReduceMin/bool", "ReduceMin", [bits, np.array([1], I64)], bits.min(1), constant=(1,), keepdims=0)
    case("ReduceMax/bool_first", "ReduceMax", [bits, np.array([0], I64)], bits.max(0), constant=(1,), keepdims=0)
    case("ReduceMin/bool_first", "ReduceMin", [bits, np.array([0], I64)], bits.min(0), constant=(1,), keepdims=0)
    x = np.array([[1, np.nan, 3], [np.inf, -np.inf, 0], [-np.inf, -np.inf, -np.inf]], F32)
    for op, function in (("Sum", np.sum), ("Max", np.max), ("Min", np.min), ("Mean", np.mean), ("Prod", np.prod)):
        for axis in (0, 1):
            result = function(x, axis, keepdims=True)
            case(f"Reduce{op}/specials_{axis}", f"Reduce{op}", [x, np.array([axis], I64)], result, constant=(1,), tolerance=Tolerance(1))
    # Of nothing.
    x = np.empty((3, 0, 2), F32)
    for op, neutral in (("Sum", 0), ("Prod", 1), ("Max", -np.inf), ("Min", np.inf), ("Mean", np.nan)):
        result = np.full((3, 2), neutral, F32)
        case(f"Reduce{op}/nothing", f"Reduce{op}", [x, np.array([1], I64)], result, constant=(1,), keepdims=0)
        rest = np.full((0, 2), neutral, F32)
        case(f"Reduce{op}/empty", f"Reduce{op}", [x, np.array([0], I64)], rest, constant=(1,), keepdims=0)
    x = ordinary((5, 7), F32)
    case("ReduceSum/noop", "ReduceSum", [x, None], x, noop_with_empty_axes=1)
    for op, function in (
        ("L1", lambda v: np.abs(v).sum(1)),
        ("L2", lambda v: np.sqrt((v * v).sum(1))),
        ("SumSquare", lambda v: (v * v).sum(1)),
        ("LogSumExp", lambda v: np.log(np.exp(v).sum(1))),
    ):
        result = function(wide(x)).astype(F32)
        case(f"Reduce{op}/f32", f"Reduce{op}", [x, np.array([1], I64)], result, constant=(1,), tolerance=Tolerance(16), keepdims=0)
    positive = np.abs(x) + np.float32(1)
    result = np.log(wide(positive).sum(1)).astype(F32)
    case("ReduceLogSum/f32", "ReduceLogSum", [positive, np.array([1], I64)], result, constant=(1,), tolerance=Tolerance(16), keepdims=0)
    far = np.array([[1000, 1000, 999], [-1000, -1001, -999], [-np.inf, 0, 0]], F32)
    result = (far.max(1) + np.log(np.exp(wide(far) - far.max(1, keepdims=True)).sum(1))).astype(F32)
    case("ReduceLogSumExp/far", "ReduceLogSumExp", [far, np.array([1], I64)], result, constant=(1,), tolerance=Tolerance(4), keepdims=0)


def positions() -> None:
    for dtype in (*FLOATS, I8, U8, I32, I64, U64):
        x = ordinary((5, 13), dtype)
        x[2, 3:6] = x[2].max()
        values = wide(x) if dtype == BF16 else x
        case(f"ArgMax/{short(dtype)}", "ArgMax", [x], values.argmax(1)[:, None].astype(I64), axis=1)
        case(f"ArgMin/{short(dtype)}", "ArgMin", [x], values.argmin(1).astype(I64), axis=-1, keepdims=0)
    x = np.array([[3, 1, 3, 1], [2, 2, 2, 2]], F32)
    for op, function in (("ArgMax", np.argmax), ("ArgMin", np.argmin)):
        last = 3 - function(x[:, ::-1], 1)
        case(f"{op}/last", op, [x], last[:, None].astype(I64), axis=1, select_last_index=1)
        case(f"{op}/first_axis", op, [x], function(x, 0)[None].astype(I64), axis=0)
    y = ordinary((3, 7, 5), F32)
    case("ArgMax/middle", "ArgMax", [y], y.argmax(1)[:, None].astype(I64), axis=-2)
    y = y.copy()
    y[0, 3, 2] = np.nan
    case("ArgMax/nan", "ArgMax", [y], y.argmax(1)[:, None].astype(I64), axis=1)
    case("ArgMax/one", "ArgMax", [np.ones((4, 1), F32)], np.zeros((4, 1), I64), axis=1)


def running(x: Array, axis: int, exclusive: bool, reverse: bool, function, neutral) -> Array:
    moved = np.moveaxis(x, axis, 0)
    moved = moved[::-1] if reverse else moved
    result = function(moved, axis=0)
    if exclusive:
        result = np.concatenate([np.full_like(result[:1], neutral), result[:-1]])
    return np.moveaxis(result[::-1] if reverse else result, 0, axis)


def cumulations() -> None:
    for dtype in SUM_TYPES:
        x = ordinary((3, 7), dtype)
        values = wide(x) if dtype in FLOATS else x
        tolerance = Tolerance(2, 40 * eps(dtype), False) if dtype in FLOATS else Tolerance()
        if dtype in (F16, BF16):  # rounded after each step, or once
            tolerance = Tolerance(2, 20 * (2.0**-11 if dtype == F16 else 2.0**-8), False)
        case(f"CumSum/{short(dtype)}", "CumSum", [x, np.array(1, I64)], running(values, 1, False, False, np.cumsum, 0).astype(dtype),
             constant=(1,), tolerance=tolerance)  # fmt: skip
    x = ordinary((3, 5, 4), F32)
    for axis in (0, -2, 2):
        for exclusive in (0, 1):
            for reverse in (0, 1):
                result = running(wide(x), axis, bool(exclusive), bool(reverse), np.cumsum, 0).astype(F32)
                case(f"CumSum/{axis}_{exclusive}_{reverse}", "CumSum", [x, np.array(axis, I64)], result, constant=(1,),
                     tolerance=Tolerance(1, 20 * eps(F32), False), exclusive=exclusive, reverse=reverse)  # fmt: skip
    case("CumSum/empty", "CumSum", [np.empty((2, 0), F32), np.array(1, I64)], np.empty((2, 0), F32), constant=(1,))
    case("CumSum/one", "CumSum", [np.ones((1,), F32), np.array(0, I64)], np.zeros((1,), F32), constant=(1,), exclusive=1)
    result = running(wide(x), 1, True, False, np.cumprod, 1).astype(F32)
    case("CumProd/exclusive", "CumProd", [x, np.array(1, I64)], result, constant=(1,), tolerance=Tolerance(6), exclusive=1)
    y = np.array([[1, 2, np.inf, 3, -np.inf, 1], [np.nan, 1, 2, 3, 4, 5]], F32)
    with np.errstate(all="ignore"):
        case("CumSum/specials", "CumSum", [y, np.array(1, I64)], np.cumsum(y, 1), constant=(1,))


def softmax(x: Array, axis: int) -> Array:
    power = np.exp(x - x.max(axis, keepdims=True))
    return power / power.sum(axis, keepdims=True)


def normalisations() -> None:
    for dtype in FLOATS:
        x = ordinary((7, 31), dtype)
        tolerance = Tolerance(2, 8 * eps(dtype) if not narrow_product(dtype) else 0)
        case(f"Softmax/{short(dtype)}", "Softmax", [x], softmax(wide(x), -1).astype(dtype), tolerance=tolerance)
        result = np.log(softmax(wide(x), -1)).astype(dtype)
        case(f"LogSoftmax/{short(dtype)}", "LogSoftmax", [x], result, tolerance=Tolerance(2, 16 * eps(dtype)))
    x = ordinary((3, 5, 4), F32)
    for axis in (0, 1, -2):
        case(f"Softmax/axis_{axis}", "Softmax", [x], softmax(wide(x), axis).astype(F32), tolerance=Tolerance(4), axis=axis)
        result = np.log(softmax(wide(x), axis)).astype(F32)
        case(f"LogSoftmax/axis_{axis}", "LogSoftmax", [x], result, tolerance=Tolerance(4, 1e-6), axis=axis)
    y = np.array([[1e4, -1e4, 1e4], [-1e30, 0, -np.inf], [3e38, 3e38, -3e38], [np.nan, 0, 0], [-np.inf] * 3, [88, 89, 90]], F32)
    case("Softmax/extreme", "Softmax", [y], softmax(wide(y), -1).astype(F32), tolerance=Tolerance(4))
    case("Softmax/one", "Softmax", [np.array([[5], [-np.inf]], F32)], np.array([[1], [np.nan]], F32))
    case("Softmax/empty", "Softmax", [np.empty((0, 3), F32)], np.empty((0, 3), F32))
    for dtype in (F32, F64, F16):
        x, scale, bias = ordinary((3, 5, 7), dtype), ordinary((7,), dtype, 1), ordinary((7,), dtype, 2)
        w = wide(x)
        normal = (w - w.mean(-1, keepdims=True)) / np.sqrt(w.var(-1, keepdims=True) + np.float32(1e-5))
        result = (normal * wide(scale) + wide(bias)).astype(dtype)
        tolerance = Tolerance(4, 0.01 if dtype == F16 else 64 * eps(dtype))
        case(f"LayerNorm/{short(dtype)}", "LayerNormalization", [x, scale, bias], result, constant=(1, 2), tolerance=tolerance)
        root = w / np.sqrt((w * w).mean(-1, keepdims=True) + np.float32(1e-5))
        result = (root * wide(scale)).astype(dtype)
        case(f"RmsNorm/{short(dtype)}", "RMSNormalization", [x, scale], result, constant=(1,), tolerance=tolerance)
    x, scale = ordinary((3, 5, 7), F32), ordinary((5, 7), F32, 1)
    w = wide(x)
    normal = (w - w.mean((1, 2), keepdims=True)) / np.sqrt(w.var((1, 2), keepdims=True) + 0.5)
    case("LayerNorm/axis_1", "LayerNormalization", [x, scale], (normal * scale).astype(F32), constant=(1,),
         tolerance=Tolerance(4, 64 * eps(F32)), axis=1, epsilon=0.5)  # fmt: skip
    case("LayerNorm/one", "LayerNormalization", [np.full((3, 1), 9, F32), np.ones(1, F32)], np.zeros((3, 1), F32), constant=(1,))
    for dtype in (F32, F64, F16):
        x = ordinary((2, 5, 3, 4), dtype)
        parameters = [ordinary((5,), dtype, seed) for seed in range(3)] + [np.abs(ordinary((5,), dtype, 3)) + dtype.type(0.5)]
        s, b, mean, variance = (wide(p)[:, None, None] for p in parameters)
        result = ((wide(x) - mean) / np.sqrt(variance + np.float32(1e-5)) * s + b).astype(dtype)
        tolerance = Tolerance(4, 0.01 if dtype == F16 else 64 * eps(dtype))
        for kind, constant in (("inputs", ()), ("constant", (1, 2, 3, 4))):
            case(f"BatchNorm/{short(dtype)}_{kind}", "BatchNormalization", [x, *parameters], result, constant=constant, tolerance=tolerance)
    x, scale, bias = ordinary((2, 6, 3, 5), F32), ordinary((6,), F32, 1), ordinary((6,), F32, 2)
    w = wide(x)
    normal = (w - w.mean((2, 3), keepdims=True)) / np.sqrt(w.var((2, 3), keepdims=True) + np.float32(1e-5))
    result = (normal * scale[:, None, None] + bias[:, None, None]).astype(F32)
    case("InstanceNorm/f32", "InstanceNormalization", [x, scale, bias], result, constant=(1, 2), tolerance=Tolerance(4, 1e-5))
    grouped = w.reshape(2, 3, -1)
    normal = ((grouped - grouped.mean(2, keepdims=True)) / np.sqrt(grouped.var(2, keepdims=True) + np.float32(1e-5))).reshape(w.shape)
    result = (normal * scale[:, None, None] + bias[:, None, None]).astype(F32)
    case("GroupNorm/f32", "GroupNormalization", [x, scale, bias], result, constant=(1, 2), tolerance=Tolerance(4, 1e-5), num_groups=3)


def add_cases() -> None:
    with np.errstate(all="ignore"):
        reductions()
        positions()
        cumulations()
        normalisations()
