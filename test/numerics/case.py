"""What a numerics case is: an ONNX node (or a chain of them), its inputs, and what numpy says of its outputs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import ml_dtypes
import numpy as np

Array = np.ndarray
BF16 = np.dtype(ml_dtypes.bfloat16)
F16, F32, F64 = (np.dtype(name) for name in ("float16", "float32", "float64"))
BOOL = np.dtype(bool)
FLOATS = (F32, F64, F16, BF16)
SIGNED = tuple(np.dtype(f"int{bits}") for bits in (8, 16, 32, 64))
UNSIGNED = tuple(np.dtype(f"uint{bits}") for bits in (8, 16, 32, 64))
INTEGERS = SIGNED + UNSIGNED
NUMBERS = FLOATS + INTEGERS


@dataclass
class Step:
    """
    A node that a case's node is followed by. Its inputs are constants and results so far: -1 is the last, -2 the one before it.
    Before a case's node, -1 is its first input.
    """

    op: str
    attributes: dict[str, Any] = field(default_factory=dict)
    inputs: tuple[Array | int, ...] = (-1,)


@dataclass
class Tolerance:
    """How far a result may be off: `ulps` spacings of the expected value's type, plus `absolute`."""

    ulps: float = 0
    absolute: Array | float = 0
    zero_sign: bool = True  # whether -0 differs from 0


EXACT = Tolerance()


@dataclass
class Case:
    name: str
    op: str
    inputs: list[Array | None]  # None: an optional input left out
    expected: list[Array]
    attributes: dict[str, Any]
    constant: tuple[int, ...]  # the inputs that are initialisers
    tolerance: Tolerance
    before: list[Step]  # nodes on the first input
    after: list[Step]
    domain: str
    symbols: dict[int, tuple[int | str, ...]]  # the declared extents of inputs that are dynamic


CASES: list[Case] = []


def is_float(dtype: np.dtype) -> bool:
    return dtype in FLOATS


def short(dtype: np.dtype) -> str:
    """f32, bf16, i8, u8, bool."""
    if dtype == BOOL:
        return "bool"
    if dtype == BF16:
        return "bf16"
    return f"{dtype.kind}{dtype.itemsize * 8}"


def case(
    name: str,
    op: str,
    inputs: list[Array | None],
    expected: Array | list[Array],
    *,
    constant: tuple[int, ...] = (),
    tolerance: Tolerance = EXACT,
    before: list[Step] | None = None,
    after: list[Step] | None = None,
    domain: str = "",
    symbols: dict[int, tuple[int | str, ...]] | None = None,
    **attributes: Any,
) -> None:
    """Adds a case. Its name starts with what it is about: `add/i8/overflow`."""
    outputs = expected if isinstance(expected, list) else [expected]
    CASES.append(
        Case(name, op, inputs, [np.asarray(output) for output in outputs], attributes, constant, tolerance,
             before or [], after or [], domain, symbols or {})
    )  # fmt: skip


def spacing(values: Array, dtype: np.dtype) -> Array:
    """The distance to the next value of the type, as float64; of denormals the least one."""
    finfo = ml_dtypes.finfo(dtype)
    magnitude = np.abs(values.astype(F64))
    _, exponent = np.frexp(np.where(np.isfinite(magnitude), magnitude, 1))
    least = np.frexp(float(finfo.smallest_normal))[1]
    return np.ldexp(1.0, np.maximum(exponent, least) - 1 - int(finfo.nmant))


def difference(got: Array, expected: Array, tolerance: Tolerance) -> str:
    """What is wrong with a result, or "": its type, its shape, its worst element."""
    if got.dtype != expected.dtype or got.shape != expected.shape:
        return f"{short(got.dtype)}{list(got.shape)} instead of {short(expected.dtype)}{list(expected.shape)}"
    if not is_float(expected.dtype):
        bad = got != expected
        excess = bad.astype(F64)
    else:
        x, y = got.astype(F64), expected.astype(F64)
        with np.errstate(all="ignore"):
            error = np.abs(x - y)
            allowed = tolerance.ulps * spacing(expected, expected.dtype) + tolerance.absolute
        finite = np.isfinite(x) & np.isfinite(y)
        bad = np.where(finite, error > allowed, ~((x == y) | (np.isnan(x) & np.isnan(y))))
        if tolerance.zero_sign:
            bad |= (x == 0) & (y == 0) & (np.signbit(x) != np.signbit(y))
        excess = np.where(bad, np.where(finite, error, np.inf), 0)
    if not bad.any():
        return ""
    worst = np.unravel_index(int(np.argmax(excess)), excess.shape)
    place = list(map(int, worst))
    return f"{int(bad.sum())} of {bad.size} elements differ; the worst, {place}: {got[worst]} instead of {expected[worst]}"
