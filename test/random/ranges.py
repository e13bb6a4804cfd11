"""What is known of a value's elements: an interval, how far an implementation may be off, and a grid that they lie on.

The generator carries this along every node. It keeps functions inside their domains, it gives each output a tolerance that
follows from the graph, and it says which values are exact: only these may be compared, rounded, or sorted.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from case import BF16, BOOL, F16, F32, F64, FLOATS, is_float

DIGITS = {F16: 11, BF16: 8, F32: 24, F64: 53}
# Far inside each type, so that no order of evaluation overflows.
LARGEST = {F16: 2.0**12, BF16: 2.0**20, F32: 2.0**20, F64: 2.0**20}
# Beyond this share of the magnitude a tolerance would accept anything.
LARGEST_ERROR = 1 / 8
SAMPLES = 257


class Reject(Exception):
    """A node that would not be valid, or not worth comparing; the generator tries another one."""


@dataclass(frozen=True)
class Range:
    """
    Elements lie between `low` and `high`. Of floats: `error` is how far a result may be from another implementation's, 0 where
    all must agree to the bit; `unit` is a power of 2 of which all elements are multiples, 0 where there is none.
    """

    low: float
    high: float
    error: float = 0.0
    unit: float = 0.0

    @property
    def size(self) -> float:
        return max(abs(self.low), abs(self.high))

    @property
    def exact(self) -> bool:
        return self.error == 0

    def within(self, low: float, high: float) -> bool:
        return low <= self.low and self.high <= high


def union(*ranges: Range) -> Range:
    """Of elements that come from one of several values."""
    units = [r.unit for r in ranges]
    return Range(min(r.low for r in ranges), max(r.high for r in ranges), max(r.error for r in ranges), min(units) if all(units) else 0)


def epsilon(dtype: np.dtype) -> float:
    return 2.0 ** -DIGITS[dtype]


def settle(dtype: np.dtype, low: float, high: float, *, error: float = 0, unit: float = 0, rounded: float | None = None) -> Range:
    """
    The range of a computed result. Integers wrap: what leaves the type may be anything. A float on a grid that the type holds is
    exact; else `rounded` times the type's epsilon is added to the error. \\p rounded: the sum of the magnitudes of all that is
    rounded on the way; by default the result's.
    """
    if dtype == BOOL:
        return Range(0, 1)
    if not is_float(dtype):
        info = np.iinfo(dtype)
        inside = info.min <= low and high <= info.max
        return Range(low, high) if inside else Range(int(info.min), int(info.max))
    size = max(abs(low), abs(high))
    rounded = size if rounded is None else max(rounded, size)
    if not rounded <= LARGEST[dtype]:
        raise Reject("leaves the range that is tested")
    if error == 0 and unit and rounded / unit <= 2.0 ** DIGITS[dtype] and unit >= 2.0**-10:
        return Range(low, high, 0, unit)
    error = error + rounded * epsilon(dtype) + 2.0**-24 * (dtype == F16)
    if error > LARGEST_ERROR * max(size, 2.0**-10):
        raise Reject("the error would be as large as the result")
    return Range(low - error, high + error, error)


def through(function: Callable[[np.ndarray], np.ndarray], dtype: np.dtype, x: Range, ulps: float = 4) -> Range:
    """Of a smooth function (or one with kinks) over an interval, from samples of it."""
    points = np.linspace(x.low, x.high, SAMPLES) if x.high > x.low else np.array([x.low - 1e-6, x.low, x.low + 1e-6])
    with np.errstate(all="ignore"):
        values = function(points)
    if not np.isfinite(values).all():
        raise Reject("outside the function's domain")
    slope = float(np.max(np.abs(np.diff(values)) / np.diff(points))) * 1.25
    slack = slope * (x.high - x.low) / SAMPLES
    low, high = float(values.min()) - slack, float(values.max()) + slack
    return settle(dtype, low, high, error=slope * x.error, rounded=ulps * max(abs(low), abs(high), slope * x.size))


def add(dtype: np.dtype, *terms: Range) -> Range:
    return settle(
        dtype, sum(t.low for t in terms), sum(t.high for t in terms), error=sum(t.error for t in terms),
        unit=min(t.unit for t in terms), rounded=(len(terms) - 1) * sum(t.size for t in terms) if len(terms) > 1 else None,
    )  # fmt: skip


def negate(x: Range) -> Range:
    return Range(-x.high, -x.low, x.error, x.unit)


def multiply(dtype: np.dtype, a: Range, b: Range) -> Range:
    ends = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
    error = a.error * b.size + b.error * a.size + a.error * b.error
    return settle(dtype, min(ends), max(ends), error=error, unit=a.unit * b.unit)


def sum_of(dtype: np.dtype, x: Range, count: int, wide: bool = False) -> Range:
    """
    A sum of up to `count` elements in any order. \\p wide: products of narrow floats are accumulated in a wider type; else each
    of the additions may round.
    """
    if count == 0:
        return settle(dtype, 0, 0, unit=1.0)
    low, high = min(x.low * count, 0), max(x.high * count, 0)
    if not is_float(dtype):
        return settle(dtype, low, high)
    steps = 2 + math.log2(count) if wide or dtype in (F16, BF16) else count
    return settle(
        dtype, low, high, error=count * x.error, unit=x.unit, rounded=count * x.size * (1 if x.unit and x.exact and fits(dtype, x, count) else steps)
    )


def fits(dtype: np.dtype, x: Range, count: int) -> bool:
    return x.size * count / x.unit <= 2.0 ** DIGITS[dtype]


def convert(x: Range, source: np.dtype, target: np.dtype) -> Range:
    """A cast; of floats to integers only what is exact and fits, since ONNX leaves the rest open."""
    if target == BOOL:
        if not x.exact:
            raise Reject("whether it is 0 is not certain")
        return Range(0, 1)
    if is_float(target):
        if source in FLOATS and not x.unit and DIGITS[target] >= DIGITS[source] and x.size <= LARGEST[target]:
            return Range(x.low, x.high, x.error)
        return settle(target, float(x.low), float(x.high), error=x.error, unit=x.unit if is_float(source) else 1.0)
    if is_float(source):
        if not x.exact:
            raise Reject("rounding is not certain")
        info = np.iinfo(target)
        low, high = math.trunc(x.low), math.trunc(x.high)
        if not (info.min <= low and high <= info.max):
            raise Reject("out of the integer's range")
        return Range(low, high)
    return settle(target, x.low, x.high)
