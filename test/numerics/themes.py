"""The batches: which cases make one model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import contraction
import conversion
import dynamic
import elementwise
import movement
import reduction
from case import CASES, Case


@dataclass
class Theme:
    """A batch and the sizes of its dimension n; the cases of each size are the same nodes."""

    name: str
    add_cases: Callable[..., None]
    sizes: tuple[int | None, ...] = (None,)

    def cases(self, size: int | None) -> list[Case]:
        CASES.clear()
        self.add_cases(*([] if size is None else [size]))
        names = [case.name for case in CASES]
        assert len(names) == len(set(names)), f"{self.name}: two cases have one name"
        return list(CASES)


THEMES = [
    Theme("elementwise", elementwise.add_cases),
    Theme("conversion", conversion.add_cases),
    Theme("contraction", contraction.add_cases),
    Theme("reduction", reduction.add_cases),
    Theme("movement", movement.add_cases),
    Theme("dynamic", dynamic.add_cases, (0, 1, 7)),
]
