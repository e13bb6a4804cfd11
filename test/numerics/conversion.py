"""Casts between all types, and quantisation."""

from __future__ import annotations

import ml_dtypes
import numpy as np
import onnx
from case import BOOL, F16, F32, F64, FLOATS, NUMBERS, Array, Step, Tolerance, case, short
from values import exact, ordinary, vector, wide, wrap

DATA_TYPE = onnx.helper.np_dtype_to_tensor_dtype
FLOAT8 = {
    "FLOAT8E4M3FN": ml_dtypes.float8_e4m3fn,
    "FLOAT8E4M3FNUZ": ml_dtypes.float8_e4m3fnuz,
    "FLOAT8E5M2": ml_dtypes.float8_e5m2,
    "FLOAT8E5M2FNUZ": ml_dtypes.float8_e5m2fnuz,
}


def to_integer(x: Array, low: int, high: int) -> list[int]:
    """Truncated; what is out of range gives the nearest end, NaN 0 (ONNX leaves both open)."""
    result = []
    for value in map(float, x.ravel()):
        result.append(0 if np.isnan(value) else low if value <= low else high if value >= high else int(value))
    return result


def convert(x: Array, dtype: np.dtype) -> Array:
    if dtype == BOOL:
        return x != 0
    if dtype in FLOATS:
        return x.astype(F64).astype(dtype) if x.dtype not in FLOATS else wide(x).astype(dtype)
    if x.dtype in FLOATS:
        info = np.iinfo(dtype)
        return np.array(to_integer(x, info.min, info.max), object).astype(dtype)
    return wrap(exact(int, x), np.empty(x.shape, dtype))


def casts() -> None:
    for source in NUMBERS + (BOOL,):
        x = vector(source)
        for target in NUMBERS + (BOOL,):
            if source != target:
                name = f"Cast/{short(source)}_{short(target)}"
                case(name, "Cast", [x], convert(x, target), to=DATA_TYPE(target))
    # int64 has digits that float64 has not: straight to float32 it is rounded once.
    x = np.array([(1 << 53) + 1, (1 << 54) + (1 << 30) + 1, -(1 << 60) - 1, (1 << 24) + 1, 33554435], np.int64)
    case("Cast/i64_f32_once", "Cast", [x], np.array([float32_of(int(v)) for v in x], F32), to=DATA_TYPE(F32))
    x = ordinary((5,), F32)
    case("CastLike/f16", "CastLike", [x, np.zeros(1, F16)], x.astype(F16))
    for target, low, high in (("INT4", -8, 7), ("UINT4", 0, 15)):
        # ONNX says nothing of fractions and of what is out of range: as ONNX Runtime, rounded away from 0, and wrapped.
        x = np.array([-300.0, -9, -8.5, -8, -7.9, -0.5, 0, 0.49999997, 0.5, 1.5, 7, 7.9, 8, 15, 16, 1e9, np.nan], F32)
        whole = np.nan_to_num(np.trunc(wide(x) + np.copysign(0.5, wide(x))))
        result = np.array([(int(v) - low) % 16 + low for v in whole], np.int8)
        to, back = getattr(onnx.TensorProto, target), [Step("Cast", {"to": onnx.TensorProto.INT8})]
        case(f"Cast/f32_{target}", "Cast", [x], result, after=back, to=to)
        x = np.arange(-20, 20).astype(np.int8)
        wrapped = np.array([(int(v) - low) % 16 + low for v in x], np.int8)
        case(f"Cast/i8_{target}", "Cast", [x], wrapped, after=back, to=to)
    scale = np.array(0.5, F32)
    for target, low, high in (("INT4", -8, 7), ("UINT4", 0, 15)):
        x, before = np.arange(low, high + 1).astype(np.int8), [Step("Cast", {"to": getattr(onnx.TensorProto, target)})]
        case(f"Dequantize/{target}", "DequantizeLinear", [x, scale], x.astype(F32) * scale, before=before)
        packed = x.astype(ml_dtypes.int4 if low else ml_dtypes.uint4)
        case(f"Dequantize/{target}_constant", "DequantizeLinear", [packed, scale], x.astype(F32) * scale, constant=(0, 1))
        x = np.array([0.25, 0.75, -0.25, -1.25, 3.7, 1e9, -1e9], F32)
        result = np.clip(np.rint(x / scale), low, high).astype(np.int8)
        after = [Step("Cast", {"to": onnx.TensorProto.INT8})]
        case(f"Quantize/{target}", "QuantizeLinear", [x, scale], result, after=after, output_dtype=getattr(onnx.TensorProto, target))
    float8()


def float32_of(number: int) -> np.float32:
    """The nearest float32, ties to even, without a step through float64."""
    sign, magnitude = (-1 if number < 0 else 1), abs(number)
    drop = max(magnitude.bit_length() - 24, 0)
    kept, rest = magnitude >> drop, magnitude & ((1 << drop) - 1)
    half = (1 << drop) >> 1
    kept += drop > 0 and (rest > half or (rest == half and kept & 1))
    return np.float32(sign * (kept << drop))


def float8() -> None:
    edges = [0.0, 1, 1.0625, 1.1875, 2**-6, 2**-9, 2**-10, 3 * 2**-11, 2**-17, 447, 448, 449, 464, 480, 57344, 61440, 65536, 1e9]
    x = np.array([*edges, *(-v for v in edges), np.inf, -np.inf, np.nan], F32)
    for name, dtype in FLOAT8.items():
        to, back = getattr(onnx.TensorProto, name), [Step("Cast", {"to": onnx.TensorProto.FLOAT})]
        most = float(ml_dtypes.finfo(dtype).max)
        saturated = np.clip(x, -most, most).astype(dtype).astype(F32)
        case(f"Cast/f32_{name}", "Cast", [x], saturated, after=back, to=to)
        plain = x.astype(dtype).astype(F32)
        case(f"Cast/f32_{name}_plain", "Cast", [x], plain, after=back, to=to, saturate=0)


def quantize_values(x: Array, scale: Array, zero: Array) -> Array:
    info = np.iinfo(zero.dtype)
    steps = np.rint(wide(x).astype(F32) / scale.astype(F32)).astype(F64)
    shifted = np.where(np.isnan(steps), 0, steps) + zero.astype(F64)
    return np.clip(shifted, info.min, info.max).astype(zero.dtype)


def quantization() -> None:
    # Halves, to see them go to the even number; beyond both ends; infinities.
    x = np.array([0, -0.0, 0.5, 1.5, 2.5, -0.5, -1.5, 126.5, 127.5, 254.5, 255.5, 1e9, -1e9, np.inf, -np.inf, 3.49999, 1e-40], F32)
    for dtype in (np.uint8, np.int8, np.uint16, np.int16):
        kind = short(np.dtype(dtype))
        for scale, zero in ((1.0, 0), (0.5, 3), (0.1, 100)):
            s, z = np.array(scale, F32), np.array(zero, dtype)
            case(f"Quantize/{kind}_{scale}", "QuantizeLinear", [x, s, z], quantize_values(x, s, z))
        s, z = np.array(0.25, F32), np.array(7, dtype)
        case(f"Quantize/{kind}_constant", "QuantizeLinear", [x, s, z], quantize_values(x, s, z), constant=(1, 2))
        half = x[:9].astype(F16)
        s16 = s.astype(F16)
        case(f"Quantize/{kind}_f16", "QuantizeLinear", [half, s16, z], quantize_values(half, s16, z))
        y = vector(np.dtype(dtype))
        result = ((y.astype(np.int64) - 7) * F64.type(0.25)).astype(F32)
        case(f"Dequantize/{kind}", "DequantizeLinear", [y, s, z], result)
        case(f"Dequantize/{kind}_constant", "DequantizeLinear", [y, s, z], result, constant=(1, 2))
    y = vector(np.dtype(np.int32))
    s = np.array(0.25, F32)
    case("Dequantize/i32", "DequantizeLinear", [y, s], (y.astype(F32) * s).astype(F32))
    # A scale and a zero point an axis, negative axes too; and one a block.
    x = ordinary((3, 5, 7), F32) * 50
    s, z = np.array([0.5, 0.25, 2, 1, 0.125], F32), np.array([0, 1, -2, 3, -128], np.int8)
    wide_s, wide_z = s[:, None], z[:, None]
    case("Quantize/axis", "QuantizeLinear", [x, s, z], quantize_values(x, wide_s, wide_z), axis=-2)
    y = ordinary((3, 5, 7), np.dtype(np.int8))
    result = (y.astype(F32) - wide_z.astype(F32)) * wide_s
    case("Dequantize/axis", "DequantizeLinear", [y, s, z], result, axis=1)
    x, s = ordinary((3, 8), F32) * 9, np.abs(ordinary((3, 2), F32)) + np.float32(0.1)
    z = np.array([[1, 2], [3, 4], [5, 6]], np.uint8)
    blocks, zeros = np.repeat(s, 4, 1), np.repeat(z, 4, 1)
    case("Quantize/blocks", "QuantizeLinear", [x, s, z], quantize_values(x, blocks, zeros), axis=1, block_size=4)
    y = ordinary((3, 8), np.dtype(np.uint8))
    result = (y.astype(F32) - zeros.astype(F32)) * blocks
    case("Dequantize/blocks", "DequantizeLinear", [y, s, z], result, axis=1, block_size=4)
    for name, dtype in FLOAT8.items():
        if "UZ" in name:
            continue
        to, back = getattr(onnx.TensorProto, name), [Step("Cast", {"to": onnx.TensorProto.FLOAT})]
        x, s = np.array([0, 1, -3.3, 1e9, -1e9, 17.1], F32), np.array(0.5, F32)
        most = float(ml_dtypes.finfo(dtype).max)
        result = np.clip(x / s, -most, most).astype(dtype).astype(F32)
        case(f"Quantize/{name}", "QuantizeLinear", [x, s], result, after=back, output_dtype=to)
    x = np.array([0, 2.55, -2.55, 1.27, 0.3], F32)
    scale = np.float32((np.float32(2.55) + np.float32(2.55)) / np.float32(255))
    zero = np.uint8(np.clip(np.rint((0 - np.float32(-2.55)) / scale), 0, 255))
    result = [np.clip(np.rint(x / scale) + zero, 0, 255).astype(np.uint8), scale, zero]
    case("DynamicQuantize/f32", "DynamicQuantizeLinear", [x], result, tolerance=Tolerance(1))


def add_cases() -> None:
    with np.errstate(all="ignore"):
        casts()
        quantization()
