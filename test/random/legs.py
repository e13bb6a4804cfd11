"""Runs the compiler on models of many graphs, and finds which graph is at fault where a model as a whole fails."""

from __future__ import annotations

import re
import resource
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from case import Array, short
from comparison import SLACK, difference
from graph import Graph, Value
from model import Model, kept, whole

ROOT = Path(__file__).resolve().parents[2]
ONNXCC = ROOT / "build/release/bin/onnxcc"
EVALUATION = "evaluation"
# The host compiler's -O1 sees the same vector code as -O3, in half the time.
LEGS = {
    "-O0 generic": ["-O0", "--target=generic"],
    "-O0 native": ["-O0", "-march=native"],
    "-O1 native": ["-O1", "-march=native", "--cxxflags=-O1"],
    "-O2 generic": ["-O2", "--target=generic", "--cxxflags=-O1"],
    "-O3 generic": ["-O3", "--target=generic", "--cxxflags=-O1"],
    "-O3 native": ["-O3", "-march=native", "--cxxflags=-O1"],
}
SECONDS = 60  # of the compiler itself, or of one of its host compilers
MEMORY = 4 << 30


@dataclass
class Failure:
    graph: Graph
    leg: str
    why: str


@dataclass
class Results:
    """Of a leg: values by graph and size, failures."""

    values: dict[int, list[dict[str, Array]]] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    seconds: float = 0


def limit() -> None:
    """Of a process: what never ends may take memory as it goes."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run(arguments: Sequence[str]) -> tuple[int, str]:
    command = [str(ONNXCC), *arguments]
    try:
        result = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False, timeout=10 * SECONDS, preexec_fn=limit)
    except subprocess.TimeoutExpired:
        return -1, f"no end after {10 * SECONDS} s"
    return result.returncode, result.stderr + result.stdout


def named(text: str, graphs: Sequence[Graph]) -> dict[int, str]:
    """The graphs whose nodes an error names, with what it says."""
    known = {graph.seed for graph in graphs}
    found: dict[int, str] = {}
    for seed, message in re.findall(r"error: node '\w+?_(\d+)'(.*)", text):
        if int(seed) in known:
            found.setdefault(int(seed), message.strip())
    return found


def short_message(status: int, text: str) -> str:
    lines = [line for line in text.splitlines() if "error" in line] or text.splitlines()[-3:]
    return f"exit status {status}: " + " | ".join(lines)[:600]


def run_leg(leg: str, graphs: Sequence[Graph], folder: Path, results: Results) -> None:
    """
    Runs a model of all graphs. Those that the compiler's errors name are failures, the others are tried again; where nothing is
    named, each half is.
    """
    if not graphs:
        return
    start = time.monotonic()
    model: Model = whole(graphs) if leg == EVALUATION else kept(graphs)
    place = folder / f"{leg.replace(' ', '')}_{graphs[0].seed}_{len(graphs)}"
    model.save(place)
    flags = ["--evaluate"] if leg == EVALUATION else LEGS[leg]
    status, text = run(["verify", *model.flags(place), *flags, "--reference=none", f"--save={place / 'out'}"])
    results.seconds += time.monotonic() - start
    if status == 0:
        for size, values in enumerate(model.results(place / "out")):
            for name, array in values.items():
                per_size = results.values.setdefault(int(name.rsplit("_", 1)[1]), [{} for _ in model.sizes])
                per_size[size][name] = array
        shutil.rmtree(place)
        return
    blamed = named(text, graphs)
    if len(graphs) == 1:
        results.failures.append(Failure(graphs[0], leg, blamed.get(graphs[0].seed) or short_message(status, text)))
    elif blamed:
        by_seed = {graph.seed: graph for graph in graphs}
        results.failures += [Failure(by_seed[seed], leg, f"refused: {why}") for seed, why in blamed.items()]
        run_leg(leg, [graph for graph in graphs if graph.seed not in blamed], folder, results)
    else:
        half = len(graphs) // 2
        run_leg(leg, graphs[:half], folder, results)
        run_leg(leg, graphs[half:], folder, results)
    shutil.rmtree(place)


def check_evaluation(graphs: Sequence[Graph], evaluated: Results) -> list[Failure]:
    """The evaluation has the types and shapes that the onnx package infers, and stays in the ranges that the generator promises."""
    failures = []
    for graph in graphs:
        for size, values in enumerate(evaluated.values[graph.seed]):
            for value in graph.values:
                if value.name in values and (why := out_of_range(value, values[value.name], size)):
                    node = next(node for node in graph.nodes if value.name in node.output)
                    failures.append(Failure(graph, EVALUATION, f"{node.op_type} with n = {graph.sizes[size]}: {why}"))
                    break
    return failures


def out_of_range(value: Value, array: Array, size: int) -> str:
    if array.dtype != value.dtype or not value.may_have(array.shape, size):
        return f"{short(array.dtype)}{list(array.shape)} where {short(value.dtype)}{list(value.shapes[size])} is inferred"
    if not array.size:
        return ""
    # A bound may be the limit of a float's integers.
    low, high = (float(x) for x in (array.min(), array.max()))
    slack = 1e-6 + SLACK * value.range.error + 1e-9 * value.range.size
    if value.range.low - slack <= low and high <= value.range.high + slack:
        return ""
    return f"elements from {low} to {high}, not between {value.range.low} and {value.range.high}"


Difference = Callable[[Graph, Value, Array, Array], str]


def compare(leg: str, graphs: Sequence[Graph], evaluated: Results, computed: Results, difference: Difference = difference) -> list[Failure]:
    """A leg's results with the evaluation's."""
    failures = []
    for graph in graphs:
        if graph.seed not in computed.values:
            continue
        whys = []
        for size, values in enumerate(computed.values[graph.seed]):
            for value in graph.values:
                if value.name in values and (why := difference(graph, value, values[value.name], evaluated.values[graph.seed][size][value.name])):
                    whys.append(f"{value.name} with n = {graph.sizes[size]}: {why}")
        if whys:
            failures.append(Failure(graph, leg, whys[0]))
    return failures
