"""Compares results with the reference by what the generator knows of them: type, shape, and the error that a graph allows."""

from __future__ import annotations

import numpy as np
from case import F64, Array, is_float, short
from graph import Graph, Value

# Bounds are of rounding to nearest; what is fused or computed by a function of the library may be off by a little more.
SLACK = 4


def difference(graph: Graph, value: Value, got: Array, expected: Array) -> str:
    """What is wrong with a result, or "". NaN equals NaN, an infinity only itself, -0 is 0."""
    if got.dtype != expected.dtype or got.shape != expected.shape:
        return f"{short(got.dtype)}{list(got.shape)} instead of {short(expected.dtype)}{list(expected.shape)}"
    if not is_float(got.dtype):
        bad = got != expected
        excess = bad.astype(F64)
    else:
        x, y = got.astype(F64), expected.astype(F64)
        finite = np.isfinite(x) & np.isfinite(y)
        with np.errstate(all="ignore"):
            error = np.where(finite, np.abs(x - y), 0)
        bad = np.where(finite, error > SLACK * value.range.error, ~((x == y) | (np.isnan(x) & np.isnan(y))))
        excess = np.where(bad, np.where(finite, error, np.inf), 0)
    if not bad.any():
        return ""
    worst = np.unravel_index(int(np.argmax(excess)), excess.shape)
    allowed = f" (allowed: {SLACK * value.range.error:.2g})" if is_float(got.dtype) else ""
    return f"{int(bad.sum())} of {bad.size} elements of {short(got.dtype)}{list(got.shape)} differ; the worst, {list(map(int, worst))}: {got[worst]} instead of {expected[worst]}{allowed}"
