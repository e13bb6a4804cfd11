"""Every operator with every element type that it allows, on the values at the ends of the type: least and greatest, -0, denormals,
infinities, NaN. Compiled code at each level must give what the reference evaluation gives; `../numerics` compares that with numpy.

The rules of the random graphs build one node each; the data, and what is asked of a result, are this file's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import known
import ml_dtypes
import numpy as np
import onnx
from case import BOOL, F64, Array, is_float, short, spacing
from graph import TYPES, Graph, Shape, Value, elements, schema_types
from ranges import Range, Reject
from rules import RULES

ATTEMPTS = 40
LEVELS = ("-O0 generic", "-O1 native", "-O2 generic", "-O3 native")
# These take elements as they are; all others of their files add up, where what overflows depends on the order.
SELECTING = {"ReduceMax", "ReduceMin", "Hardmax", "MaxPool", "GlobalMaxPool", "QuantizeLinear", "DequantizeLinear"}
ULPS = 8


def adds_up(op: str) -> bool:
    return RULES[op].__module__ in ("reduction", "contraction") and op not in SELECTING


def specials(dtype: np.dtype, huge: bool) -> Array:
    if dtype == BOOL:
        return np.array([False, True])
    if not is_float(dtype):
        info = np.iinfo(dtype)
        return np.array([info.min, info.max, info.min + 1, info.max - 1, info.max // 2 + 1, 0, 1], dtype)
    info = ml_dtypes.finfo(dtype)
    values = [0.0, -0.0, 1.0, np.nan, np.inf, -np.inf, float(info.smallest_subnormal), -float(info.smallest_subnormal), float(info.smallest_normal)]
    values += [float(info.max), -float(info.max), 0.5, -2.5] if huge else []
    return np.array(values, F64).astype(dtype)


@dataclass
class FullRange(Graph):
    """
    A graph of new values only, of one type where the rule leaves the choice. The rules are told of small ranges, for which all of
    them are willing; integers that a rule bounds (indices, shifts, divisors) stay in their bounds.
    """

    dtype: np.dtype = F64
    huge: bool = True

    def extent(self) -> int:
        return self.choose((1, 2, 3, 4, 5, 17))

    def shapes(self, low: int = 0, high: int = 5) -> tuple[Shape, ...]:
        # Room for all special values.
        return max((super(FullRange, self).shapes(max(low, min(high, 1)), high) for _ in range(4)), key=lambda shapes: elements(shapes[0]))

    def fresh(
        self, dtype: np.dtype, shapes: tuple[Shape, ...], low: float | None = None, high: float | None = None,
        *, constant: bool | None = None, whole: bool | None = None,
    ) -> Value:  # fmt: skip
        if not is_float(dtype) and low is not None:
            return super().fresh(dtype, shapes, low, high, constant=constant)
        # What is computed from constants alone the compiler folds.
        constant = bool(self.values) and (self.chance(0.3) if constant is None else constant)
        ordinary = (
            self.numbers.standard_normal(shapes[0]) * 3 if is_float(dtype) else self.numbers.integers(0, 2 if dtype == BOOL else 100, shapes[0])
        )
        array = ordinary.astype(dtype)
        # In sums a special value hides what is beside it, so few of them.
        places = self.numbers.random(shapes[0]) < (0.5 if self.huge else 0.08)
        array = np.where(places, self.numbers.choice(specials(dtype, self.huge), shapes[0]), array)
        least, most = -4.0 if low is None else low, 4.0 if high is None else high
        start = 1.0 if least <= 1 < most else least
        claimed = Range(start, min(start + 0.125, most), 0, 0.125) if is_float(dtype) else Range(0, 1)
        return self.source([array] * len(shapes), claimed, constant)

    def pick(
        self, types: Iterable[np.dtype], rank: tuple[int, int] = (0, 5), where: Callable[[Value], bool] = lambda value: True,
        *, low: float | None = None, high: float | None = None, exact: bool = False, new: float = 1,
    ) -> Value:  # fmt: skip
        types = list(types)
        types = [self.dtype] if self.dtype in types else types
        return super().pick(types, rank, where, low=low, high=high, exact=exact, new=1)


def takes(op: str, dtype: np.dtype) -> bool:
    return any(dtype in schema_types(op, slot) for slot in range(len(onnx.defs.get_schema(op).inputs)))


def build(op: str, dtype: np.dtype, number: int) -> Graph | None:
    """A graph of this operator on this type; none if it does not take it."""
    for attempt in range(ATTEMPTS):
        g = FullRange(number, (2,), avoids=known.why_avoided, dtype=dtype, huge=not adds_up(op))
        g.rng.seed(f"{op} {dtype} {attempt}")
        g.numbers = np.random.default_rng(attempt)
        try:
            RULES[op](g, op)
        except Reject:
            continue
        if any(value.dtype == dtype and (value.name in g.inputs or value.name in g.constants) for value in g.values):
            return g
    return None


def table() -> dict[str, Graph]:
    """Of every operator and type that go together."""
    graphs = {}
    for op in RULES:
        for dtype in TYPES:
            if takes(op, dtype) and (graph := build(op, dtype, len(graphs))):
                graphs[f"{op}/{short(dtype)}"] = graph
    return graphs


def difference(graph: Graph, value: Value, got: Array, expected: Array) -> str:
    """By units in the last place; of sums of those that the terms have."""
    if got.dtype != expected.dtype or got.shape != expected.shape:
        return f"{short(got.dtype)}{list(got.shape)} instead of {short(expected.dtype)}{list(expected.shape)}"
    if not is_float(got.dtype):
        bad = got != expected
    else:
        x, y = got.astype(F64), expected.astype(F64)
        finite = np.isfinite(x) & np.isfinite(y)
        op = graph.nodes[-1].op_type
        scale = np.maximum(np.abs(np.where(finite, y, 0)), 1e3) if adds_up(op) else np.where(finite, y, 0)
        with np.errstate(all="ignore"):
            bad = np.where(finite, np.abs(x - y) > ULPS * spacing(scale, got.dtype), ~((x == y) | (np.isnan(x) & np.isnan(y))))
    if not bad.any():
        return ""
    places = np.argwhere(bad)
    first = tuple(places[0])
    return f"{len(places)} of {bad.size} elements of {short(got.dtype)}{list(got.shape)} differ; the first, {list(map(int, first))}: {got[first]} instead of {expected[first]}"
