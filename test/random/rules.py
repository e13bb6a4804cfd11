"""The table of operators that are generated: a rule adds one node of its operator to a graph, or rejects."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from graph import Graph

Rule = Callable[[Graph, str], None]
RULES: dict[str, Rule] = {}
# Operators with a lowering that no rule makes.
ABSENT = {
    "Constant": "an initialiser, after the import",
    "SimplifiedLayerNormalization": "ONNX has no schema of it",
}
LOWERINGS = Path(__file__).resolve().parents[2] / "passes/graph"


def without_rule() -> set[str]:
    """The operators of ONNX's own domain that passes/graph registers and this folder knows nothing of."""
    text = "".join(path.read_text() for path in sorted(LOWERINGS.glob("*.cpp")))
    registered = set(re.findall(r'table\.(?:add|elementwise<[\w:]+>)\(\s*"(\w+)",\s*[^"\s]', text))
    return registered - set(RULES) - set(ABSENT)


def rule(*operators: str) -> Callable[[Rule], Rule]:
    def add(function: Rule) -> Rule:
        RULES.update(dict.fromkeys(operators, function))
        return function

    return add
