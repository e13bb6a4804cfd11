"""Inputs: the special values of each type, ordinary ones, and shapes."""

from __future__ import annotations

import ml_dtypes
import numpy as np
from case import BF16, BOOL, F64, Array, is_float

COUNT = 61  # a prime: some full vectors of every width, and a tail


def generator(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def specials(dtype: np.dtype) -> Array:
    """Zeros, ones, halves (ties), the type's extremes; of floats denormals, infinities and NaN."""
    if dtype == BOOL:
        return np.array([False, True])
    if not is_float(dtype):
        info = np.iinfo(dtype)
        numbers = {0, 1, 2, 3, 7, 100, info.max, info.max - 1, info.max // 2 + 1, info.min, info.min + 1}
        if info.min < 0:
            numbers |= {-1, -2, -3, -7, -100}
        return np.array(sorted(numbers), dtype)
    info = ml_dtypes.finfo(dtype)
    positive = [0.0, 1.0, 0.5, 1.5, 2.5, 3.5, 0.25, 2.0, 10.0, 1 / 3, np.inf]
    positive += [float(info.smallest_subnormal), float(info.smallest_normal), float(info.max), 1 + float(info.eps)]
    return np.array([*positive, *(-x for x in positive), np.nan], F64).astype(dtype)


def vector(dtype: np.dtype, seed: int = 0, count: int = COUNT) -> Array:
    """The special values, then random ones of all magnitudes."""
    rng = generator(seed)
    first = specials(dtype)
    if dtype == BOOL:
        rest = rng.integers(0, 2, count).astype(bool)
    elif is_float(dtype):
        rest = (rng.standard_normal(count) * 10.0 ** rng.integers(-3, 3, count)).astype(dtype)
    else:
        info = np.iinfo(dtype)
        rest = rng.integers(info.min, info.max, count, dtype=dtype, endpoint=True)
        rest[::2] = rest[::2] % np.array(17, dtype)
    return np.concatenate([first, rest])[:count]


def pair(dtype: np.dtype, count: int = 331) -> tuple[Array, Array]:
    """Two vectors in which every special value meets many others."""
    values = vector(dtype)
    step = np.arange(count)
    return values[step % len(values)], values[(step * 7 + step // len(values)) % len(values)]


def ordinary(shape: tuple[int, ...], dtype: np.dtype, seed: int = 0) -> Array:
    """Finite values of a moderate size: floats normally distributed, integers from -8 (or 0) to 8."""
    rng = generator(seed)
    if dtype == BOOL:
        return rng.integers(0, 2, shape).astype(bool)
    if is_float(dtype):
        return rng.standard_normal(shape).astype(dtype)
    return rng.integers(-8 if np.iinfo(dtype).min < 0 else 0, 9, shape).astype(dtype)


def exact(function, *operands: Array) -> list[int]:
    """`function` over the elements as unbounded Python integers."""
    return [function(*map(int, row)) for row in zip(*(x.ravel() for x in operands), strict=True)]


def wrap(numbers: list[int], like: Array) -> Array:
    """Integers modulo the type's range."""
    bits = like.dtype.itemsize * 8
    unsigned = np.array([number % (1 << bits) for number in numbers], f"uint{bits}")
    return unsigned.view(like.dtype).reshape(like.shape)


def wide(x: Array) -> Array:
    """Floats as float64, to compute a reference with more precision than the result's."""
    return x.astype(F64)


def narrow_product(dtype: np.dtype) -> bool:
    """Whether sums of this type are accumulated in a wider one and rounded once."""
    return dtype == BF16 or dtype.itemsize < 4
