"""Makes a failing graph small: drops nodes, their results becoming inputs with the data that the evaluation gave them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from case import Array
from graph import Graph
from ranges import Reject

Evaluated = list[dict[str, Array]]  # a graph's values, a dict a size


def cut(graph: Graph, dropped: set[str], evaluated: Evaluated) -> Graph:
    """Without the nodes of these names, and without what is then read by none."""
    nodes = [node for node in graph.nodes if node.name not in dropped]
    made = {name for node in nodes for name in node.output if name}
    read = {name for node in nodes for name in node.input if name}
    inputs = {}
    for value in graph.values:
        if value.name in read - made and value.name not in graph.constants:
            graph.symbols(value.shapes)
            inputs[value.name] = graph.inputs.get(value.name) or tuple(values[value.name] for values in evaluated)
    constants = {name: array for name, array in graph.constants.items() if name in read}
    values = [value for value in graph.values if value.name in made | read]
    return replace(graph, nodes=nodes, inputs=inputs, constants=constants, values=values)


def at_size(graph: Graph, size: int) -> Graph:
    """With n as a number."""
    values = [replace(value, shapes=(value.shapes[size],)) for value in graph.values]
    inputs = {name: (arrays[size],) for name, arrays in graph.inputs.items()}
    return replace(graph, sizes=(graph.sizes[size],), values=values, inputs=inputs)


def shrink(graph: Graph, evaluated: Evaluated, fails: Callable[[Graph], bool]) -> Graph:
    """The smallest graph found that fails still: parts of the nodes are dropped, halves first, single ones last."""
    for size in range(len(graph.sizes)):
        fixed = at_size(graph, size)
        if fails(fixed):
            graph, evaluated = fixed, [evaluated[size]]
            break
    part = max(len(graph.nodes) // 2, 1)
    while True:
        start, smaller = 0, False
        while start < len(graph.nodes) and len(graph.nodes) > 1:
            dropped = {node.name for node in graph.nodes[start : start + part]}
            try:
                candidate = cut(graph, dropped, evaluated)
                good = bool(candidate.nodes) and fails(candidate)
            except Reject:  # an extent that depends on n in a way that an input's cannot
                good = False
            if good:
                graph, smaller = candidate, True
            else:
                start += part
        if part == 1 and not smaller:
            return graph
        part = max(part // 2, 1)
