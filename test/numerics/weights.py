"""
Floats times weights that are codes of 2, 4 or 8 bits, with scales in blocks: small integers and powers of two, so that sums are exact
in whatever order they are formed.
"""

from __future__ import annotations

import ml_dtypes
import numpy as np
from case import F32, Array, Step, Tolerance, case

I4, U4 = np.dtype(ml_dtypes.int4), np.dtype(ml_dtypes.uint4)
I8, U8 = np.dtype("int8"), np.dtype("uint8")
RANGES = {I4: (-8, 7), U4: (0, 15), I8: (-128, 127), U8: (0, 255)}
NAMES = {I4: "i4", U4: "u4", I8: "i8", U8: "u8"}
SUM = Tolerance(zero_sign=False)


def codes(shape: tuple[int, ...], dtype: np.dtype, seed: int) -> Array:
    low, high = RANGES[dtype]
    values = np.random.default_rng(seed).integers(low, high + 1, shape)
    values.flat[0], values.flat[-1] = low, high
    return values.astype(dtype)


def scales(shape: tuple[int, ...], seed: int) -> Array:
    return (2.0 ** -np.random.default_rng(seed).integers(0, 4, shape)).astype(F32)


def rows(count: int, depth: int) -> Array:
    return np.random.default_rng(count * depth).integers(-8, 9, (count, depth)).astype(F32)


def spread(values: Array, axis: int, block: int, extent: int) -> Array:
    return np.repeat(values, block, axis).take(range(extent), axis)


# rows, depth, columns, block
SHAPES = {
    "row": (1, 96, 70, 32),
    "rows": (13, 64, 33, 16),
    "short": (2, 100, 48, 32),  # the last block
    "one": (3, 40, 17, 64),  # block
    "odd": (3, 45, 20, 9),  # blocks that no group of eight fits
    "fine": (2, 12, 20, 2),  # blocks too small for codes
}


def blocked() -> None:
    for seed, (name, (count, depth, columns, block)) in enumerate(SHAPES.items()):
        blocks = -(-depth // block)
        x = rows(count, depth)
        for dtype in RANGES:
            for transposed in (False, True):
                for has_zero in (False, True):
                    axis = 1 if transposed else 0
                    shape, grid = ((columns, depth), (columns, blocks)) if transposed else ((depth, columns), (blocks, columns))
                    w, s = codes(shape, dtype, seed), scales(grid, seed)
                    z = codes(grid, dtype, seed + 9)
                    real = w.astype(F32) - (spread(z.astype(F32), axis, block, depth) if has_zero else 0)
                    real = real * spread(s, axis, block, depth)
                    given = (w, s, z) if has_zero else (w, s)
                    step = Step("DequantizeLinear", {"axis": axis, "block_size": block}, given)
                    product = Step("Gemm", {"transB": 1}, (-2, -1)) if transposed else Step("MatMul", {}, (-2, -1))
                    kind = f"{NAMES[dtype]}{'_zero' if has_zero else ''}{'_transposed' if transposed else ''}"
                    case(f"BlockedMatMul/{name}_{kind}", "Identity", [x], x @ (real.T if transposed else real),
                         tolerance=SUM, after=[step, product])  # fmt: skip


def channels() -> None:
    """One scale for all, or one a column or a row of the weights."""
    x = rows(4, 37)
    for dtype in RANGES:
        w = codes((37, 21), dtype, 3)
        for name, axis, shape in (("tensor", 0, ()), ("columns", 1, (21,)), ("depth", 0, (37,))):
            s, z = scales(shape, 4), np.full(shape, codes((1,), dtype, 5)[0], dtype)
            along = s.reshape((-1, 1) if name == "depth" else shape)
            real = (w.astype(F32) - float(z.reshape(-1)[0])) * along
            case(f"ScaledMatMul/{name}_{NAMES[dtype]}", "Identity", [x], x @ real, tolerance=SUM,
                 after=[Step("DequantizeLinear", {"axis": axis}, (w, s, z)), Step("MatMul", {}, (-2, -1))])  # fmt: skip


def others() -> None:
    """What reads such weights otherwise: all of them, some rows, a convolution."""
    w, s = codes((30, 32), I4, 7), scales((30, 2), 7)
    real = w.astype(F32) * spread(s, 1, 16, 32)
    table = Step("DequantizeLinear", {"axis": 1, "block_size": 16}, (w, s))
    indices = np.array([[3, 0, 29], [-1, 7, 7]], np.int64)
    case("BlockedGather/rows", "Identity", [indices], real[indices], after=[table, Step("Gather", {}, (-1, -2))])
    case("BlockedGather/columns", "Identity", [indices], real[:, indices],
         after=[table, Step("Gather", {"axis": 1}, (-1, -2))])  # fmt: skip
    x = rows(30, 32)
    case("BlockedAdd/all", "Identity", [x], x + real, after=[table, Step("Add", {}, (-2, -1))])
    w, s = codes((5, 16, 3, 3), I8, 8), scales((5, 2, 3, 3), 8)
    image = np.ones((1, 16, 3, 3), F32)
    case("BlockedConv/depth", "Identity", [image], (w.astype(F32) * spread(s, 1, 8, 16)).sum((1, 2, 3)).reshape(1, 5, 1, 1),
         tolerance=SUM, after=[Step("DequantizeLinear", {"axis": 1, "block_size": 8}, (w, s)), Step("Conv", {}, (-2, -1))])  # fmt: skip


def pack(values: Array, bits: int) -> Array:
    """Rows of codes in bytes, the first in the low bits."""
    each = 8 // bits
    padded = np.pad(values, ((0, 0), (0, -values.shape[1] % each))).astype(np.uint8)
    return sum(padded[:, k::each] << (bits * k) for k in range(each)).astype(np.uint8)


def contributed() -> None:
    """ONNX Runtime's operators, whose codes lie in bytes."""
    for bits in (2, 4, 8):
        for depth, block in ((96, 32), (40, 16)):
            columns, blocks = 21, -(-depth // block)
            generator = np.random.default_rng(bits + depth)
            w = generator.integers(0, 1 << bits, (columns, blocks * block))
            z = generator.integers(0, 1 << bits, (columns, blocks))
            s, x = scales((columns, blocks), bits), rows(6, depth).reshape(2, 3, depth)
            bias = np.arange(columns).astype(F32)
            packed = pack(w, bits).reshape(columns, blocks, block * bits // 8)
            attributes = {"K": depth, "N": columns, "bits": bits, "block_size": block}
            for name, zero in (("none", np.full_like(z, 1 << (bits - 1))), ("packed", z), ("float", z + 0.25), ("whole", z)):
                given = {"none": None, "packed": pack(z, bits), "float": zero.astype(F32), "whole": z.astype(F32)}[name]
                real = (w[:, :depth] - spread(zero, 1, block, depth)) * spread(s, 1, block, depth)
                inputs = [x, packed, s.reshape(-1), given, None, bias]
                case(f"MatMulNBits/{bits}_{name}_{depth}", "MatMulNBits", inputs, (x @ real.T + bias).astype(F32), constant=(1, 2, 3, 5),
                     tolerance=SUM, domain="com.microsoft", **attributes)  # fmt: skip
    for bits in (4, 8):
        w, s = np.random.default_rng(bits).integers(0, 1 << bits, (30, 64)), scales((30, 4), bits)
        z = np.random.default_rng(bits + 1).integers(0, 1 << bits, (30, 4))
        indices = np.array([[3, 0, 29], [1, 7, 7]], np.int64)
        for name, zero in (("none", 1 << (bits - 1)), ("packed", spread(z, 1, 16, 64))):
            real = ((w - zero) * spread(s, 1, 16, 64)).astype(F32)
            inputs = [pack(w, bits), indices, s] + ([pack(z, bits)] if name == "packed" else [])
            case(f"GatherBlockQuantized/{bits}_{name}", "GatherBlockQuantized", inputs, real[indices], constant=(0, 2, 3),
                 domain="com.microsoft", bits=bits, block_size=16)  # fmt: skip


def add_cases() -> None:
    blocked()
    channels()
    others()
    contributed()
