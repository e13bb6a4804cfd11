"""
Faults that are known and not mended yet. The generator leaves their nodes out, so that they hide nothing else; each has an example,
which must still fail: the entry of a mended fault is a failure until it is removed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import onnx
from case import BOOL, F32, is_float
from graph import Graph, Value
from ranges import Range

I8, U8, I32 = np.dtype(np.int8), np.dtype(np.uint8), np.dtype(np.int32)
Operands = Sequence[Value | None]


@dataclass
class Known:
    why: str
    applies: Callable[[Graph, onnx.NodeProto, Operands], bool]
    example: Callable[[Graph], object]  # adds the nodes that fail
    operators: tuple[str, ...] = ()  # that no graph has while the fault is there


def scatter_few(g: Graph) -> None:
    x = g.constant(np.zeros((4, 5, 7)), I32, initializer=False)
    at = g.constant(np.zeros((1, 1, 5)), initializer=False)
    g.node("ScatterElements", [x, at, g.constant(np.ones((1, 1, 5)), I32)], Range(0, 1))


def least_unsigned(g: Graph) -> None:
    g.node("ReduceMin", [g.constant([200, 3, 130], U8, initializer=False), g.constant([0])], Range(0, 255))


def equal_bools(g: Graph) -> None:
    x = g.constant(range(16), F32, initializer=False)
    less = g.node("Less", [x, g.constant(3.0, x.dtype)], Range(0, 1))[0]
    other = g.constant(np.arange(16) % 2, BOOL, initializer=False)
    g.node("Equal", [less, other], Range(0, 1))


def is_unsigned(value: Value | None) -> bool:
    return value is not None and value.dtype.kind in "ub"


def stuffed_zeros(g: Graph) -> None:
    x = g.constant(np.ones((1, 1, 3)), F32, initializer=False)
    g.node("ConvTranspose", [x, g.constant([[[np.inf]]], F32)], Range(0, 1), strides=[2])


def mod_small(g: Graph) -> None:
    x = g.constant(np.arange(32).reshape(4, 8), I8, initializer=False)
    g.node("Mod", [x, g.constant([[3], [5], [7], [2]], I8, initializer=False)], Range(0, 7))


def where_bool(g: Graph) -> None:
    x = g.constant([[True], [False]], BOOL, initializer=False)
    g.node("Where", [x, g.constant(np.arange(16) % 2, BOOL), x], Range(0, 1))


def is_finite(g: Graph, value: Value) -> bool:
    arrays = [g.constants[value.name]] if value.name in g.constants else g.inputs.get(value.name, ())
    return all(np.isfinite(array.astype(np.float64)).all() for array in arrays)


SCATTERS = ("ScatterElements", "ScatterND")
SELECTIONS = ("ReduceMax", "ReduceMin", "ArgMax", "ArgMin", "MaxPool", "GlobalMaxPool", "TopK")
KNOWN: list[Known] = [
    Known("a scatter's loop does not compile", lambda g, node, operands: node.op_type.startswith("Scatter"), scatter_few, SCATTERS),
    Known("unsigned maxima compare as signed", lambda g, node, operands: node.op_type in SELECTIONS and is_unsigned(operands[0]), least_unsigned),
    Known(
        "masks and bools do not compare",
        lambda g, node, operands: node.op_type in ("Equal", "Xor") and operands[0].dtype == BOOL,
        equal_bools,
    ),
    Known(
        "ConvTranspose multiplies the zeros that it puts between elements, by an infinite weight too",
        lambda g, node, operands: node.op_type == "ConvTranspose" and not is_finite(g, operands[1]),
        stuffed_zeros,
    ),
    Known(
        "the remainder of small integers does not compile",
        lambda g, node, operands: node.op_type == "Mod" and not is_float(operands[0].dtype) and operands[0].dtype.itemsize < 4,
        mod_small,
    ),
    Known(
        "a selection of bools does not compile",
        lambda g, node, operands: node.op_type in ("Where", "OneHot") and operands[-1].dtype == BOOL,
        where_bool,
    ),
]


def why_avoided(g: Graph, node: onnx.NodeProto, operands: Operands) -> str:
    return next((fault.why for fault in KNOWN if fault.applies(g, node, operands)), "")
