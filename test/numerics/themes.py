"""The batches: which cases make one model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import contraction
import control
import conversion
import dynamic
import elementwise
import empty
import movement
import old
import quantized
import reduction
import resize
import weights
from case import CASES, Case


@dataclass
class Theme:
    """
    A batch and the sizes of its dimension n; the cases of each size are the same nodes. One of an old opset is about the import:
    the evaluation tells.
    """

    name: str
    add_cases: Callable[..., None]
    sizes: tuple[int | None, ...] = (None,)
    opset: int | None = None

    def cases(self, size: int | None) -> list[Case]:
        CASES.clear()
        self.add_cases(*[number for number in (self.opset, size) if number is not None])
        names = [case.name for case in CASES]
        assert len(names) == len(set(names)), f"{self.name}: two cases have one name"
        return list(CASES)


THEMES = [
    Theme("elementwise", elementwise.add_cases),
    Theme("conversion", conversion.add_cases),
    Theme("contraction", contraction.add_cases),
    Theme("quantized", quantized.add_cases),
    Theme("weights", weights.add_cases),
    Theme("reduction", reduction.add_cases),
    Theme("movement", movement.add_cases),
    Theme("resize", resize.add_cases),
    Theme("empty", empty.add_cases),
    Theme("control", control.add_cases),
    Theme("dynamic", dynamic.add_cases, (0, 1, 7)),
    *(Theme(f"opset{opset}", old.add_cases, opset=opset) for opset in old.OPSETS),
]
