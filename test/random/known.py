"""
Faults that are known and not mended yet. The generator leaves their nodes out, so that they hide nothing else; each has an example,
which must still fail: the entry of a mended fault is a failure until it is removed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import onnx
from graph import Graph, Value

Operands = Sequence[Value | None]


@dataclass
class Known:
    why: str
    applies: Callable[[Graph, onnx.NodeProto, Operands], bool]
    example: Callable[[Graph], object]  # adds the nodes that fail
    operators: tuple[str, ...] = ()  # that no graph has while the fault is there


KNOWN: list[Known] = []


def why_avoided(g: Graph, node: onnx.NodeProto, operands: Operands) -> str:
    return next((fault.why for fault in KNOWN if fault.applies(g, node, operands)), "")
