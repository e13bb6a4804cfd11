"""A graph from a seed."""

from __future__ import annotations

import contraction  # noqa: F401
import elementwise  # noqa: F401
import indexing  # noqa: F401
import known
import movement  # noqa: F401
import reduction  # noqa: F401
from graph import Graph
from model import computed
from pruned import pruned
from ranges import Reject
from rules import RULES

# What n is in a graph's two sets of data.
SIZES = ((3, 1), (5, 2), (4, 0))
NODES = (6, 20)
CHAINED = 0.75
# Every so manieth graph begins with a network of pruned filters.
PRUNED = 8


def sizes_of(seed: int) -> tuple[int, ...]:
    """Every fifth graph has an n of 0."""
    return SIZES[seed % 5 % 3]


def generate(seed: int, op: str = "") -> Graph:
    """\\p op: an operator that every graph starts with."""
    g = Graph(seed, sizes_of(seed), zeros=seed % 7 == 0, avoids=known.why_avoided)
    wanted = g.between(*NODES)
    if not op and seed % PRUNED == 3:
        pruned(g)
    for attempt in range(wanted * 40):
        if len(g.nodes) >= wanted:
            break
        name = op if op and attempt < 20 and not g.nodes else g.choose(RULES)
        unread = [value for value in computed(g) if value.name not in g.uses]
        g.focus = g.choose(unread[-3:]) if unread and g.chance(CHAINED) else None
        mark = g.mark()
        try:
            RULES[name](g, name)
            if g.focus and g.focus.name not in g.uses:
                raise Reject("reads another value")
        except Reject:
            g.back(mark)
    g.focus = None
    if not g.inputs:
        g.source([g.numbers.standard_normal(3).astype("float32")] * len(g.sizes), g.values[0].range, False)
    return g
