"""
Faults that are known and not mended yet. The generator leaves their nodes out, so that they hide nothing else; each has an example,
which must still fail: the entry of a mended fault is a failure until it is removed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import onnx
from case import F32
from graph import Graph, Value
from ranges import Range

Operands = Sequence[Value | None]


@dataclass
class Known:
    why: str
    applies: Callable[[Graph, onnx.NodeProto, Operands], bool]
    example: Callable[[Graph], object]  # adds the nodes that fail
    operators: tuple[str, ...] = ()  # that no graph has while the fault is there


def stuffed_zeros(g: Graph) -> None:
    x = g.constant(np.ones((1, 1, 3)), F32, initializer=False)
    g.node("ConvTranspose", [x, g.constant([[[np.inf]]], F32)], Range(0, 1), strides=[2])


def is_finite(g: Graph, value: Value) -> bool:
    arrays = [g.constants[value.name]] if value.name in g.constants else g.inputs.get(value.name, ())
    return all(np.isfinite(array.astype(np.float64)).all() for array in arrays)


KNOWN: list[Known] = [
    Known(
        "ConvTranspose multiplies the zeros that it puts between elements, by an infinite weight too",
        lambda g, node, operands: node.op_type == "ConvTranspose" and not is_finite(g, operands[1]),
        stuffed_zeros,
    ),
]


def why_avoided(g: Graph, node: onnx.NodeProto, operands: Operands) -> str:
    return next((fault.why for fault in KNOWN if fault.applies(g, node, operands)), "")
