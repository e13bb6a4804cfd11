"""Compiles random graphs, runs them, and compares with the reference evaluation, and that with ONNX Runtime node by node. Then every
operator with every element type on the values at the types' ends.

  run.py                          300 graphs and the table (what `tools/test` runs)
  run.py --all                    4000 graphs, at all levels for both targets
  run.py --seed=17                one graph
  run.py --seed=17 --print        shows it
  run.py --full-range=Exp/f16     one entry of the table; a regular expression
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "test/numerics"))  # case.py; what has the same name in both folders is this one's

import full_range
import numpy as np
import onnx
from comparison import difference
from generate import generate, sizes_of
from graph import Graph
from known import KNOWN
from legs import EVALUATION, LEGS, Difference, Failure, Results, check_evaluation, compare, run_leg
from model import kept
from references import Peers, check
from rules import RULES, without_rule
from shrink import shrink

GRAPHS, ALL_GRAPHS = 300, 4000
BATCH, TABLE_BATCH = 20, 90
# Every graph runs at both levels; both targets at a level only where all is asked for.
PAIRS = (("-O0 generic", "-O3 native"), ("-O0 generic", "-O3 native"), ("-O0 native", "-O3 generic"))
SHRUNK = 4  # how many failures are made small


@dataclass
class Report:
    passed: int = 0
    failures: list[Failure] = field(default_factory=list)
    seconds: Counter = field(default_factory=Counter)
    peers: Peers = field(default_factory=Peers)

    def add(self, other: Report) -> None:
        self.passed += other.passed
        self.failures += other.failures
        self.seconds += other.seconds
        self.peers.checked += other.peers.checked
        self.peers.unchecked += other.peers.unchecked
        self.peers.wrong += other.peers.wrong


def run_batch(graphs: Sequence[Graph], legs: Sequence[str], folder: Path, differ: Difference, with_peers: bool) -> Report:
    report, evaluated = Report(), Results()
    run_leg(EVALUATION, graphs, folder, evaluated)
    report.seconds[EVALUATION] += evaluated.seconds
    report.failures += evaluated.failures
    good = [graph for graph in graphs if graph.seed in evaluated.values]
    if with_peers:
        report.failures += check_evaluation(good, evaluated)
        for graph in good:
            for size in range(len(graph.sizes)):
                check(graph, evaluated.values[graph.seed][size], size, report.peers)
    for leg in legs:
        computed = Results()
        run_leg(leg, good, folder, computed)
        report.failures += computed.failures + compare(leg, good, evaluated, computed, differ)
        report.seconds[leg] += computed.seconds
    report.passed = len(graphs) - len({failure.graph.seed for failure in report.failures})
    times = ", ".join(f"{leg} {seconds:.0f} s" for leg, seconds in report.seconds.items())
    print(f"graphs {graphs[0].seed} to {graphs[-1].seed}: {report.passed} of {len(graphs)} ({times})", flush=True)
    return report


def run_all(
    batches: Sequence[Sequence[Graph]], legs_of: Callable[[int], Sequence[str]], folder: Path, differ: Difference, with_peers: bool
) -> Report:
    report = Report()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for one in pool.map(lambda k: run_batch(batches[k], legs_of(k), folder, differ, with_peers), range(len(batches))):
            report.add(one)
    return report


def fails_at(leg: str, folder: Path, differ: Difference = difference) -> Callable[[Graph], bool]:
    def fails(graph: Graph) -> bool:
        evaluated, computed = Results(), Results()
        run_leg(EVALUATION, [graph], folder, evaluated)
        if graph.seed not in evaluated.values:
            return leg == EVALUATION
        if leg == EVALUATION:
            return bool(check_evaluation([graph], evaluated))
        run_leg(leg, [graph], folder, computed)
        return bool(computed.failures or compare(leg, [graph], evaluated, computed, differ))

    return fails


def make_small(graph: Graph, leg: str, folder: Path) -> Graph:
    evaluated = Results()
    run_leg(EVALUATION, [graph], folder, evaluated)
    # What is refused has no values; then zeros will do.
    zeros = [{v.name: np.zeros(v.shapes[size], v.dtype) for v in graph.values} for size in range(len(graph.sizes))]
    return shrink(graph, evaluated.values.get(graph.seed, zeros), fails_at(leg, folder))


def save(failure: Failure, graph: Graph, place: Path) -> None:
    model = kept([graph])
    model.save(place)
    flags = ["--evaluate", "--reference=none"] if failure.leg == EVALUATION else [*LEGS[failure.leg], "--reference=eval"]
    print("  the model: onnxcc verify " + " ".join([*model.flags(place), *flags]))
    print("    " + onnx.printer.to_text(model.proto()).replace("\n", "\n    "), flush=True)


def explain(failures: Sequence[Failure], keep: Path, folder: Path) -> None:
    """Prints failures and how to repeat them; saves the models of the first ones of each kind, made small."""
    kinds: set[str] = set()
    for failure in failures:
        print(f"FAILED seed {failure.graph.seed}, {failure.leg}: {failure.why}")
        only = f" --leg='{failure.leg}'" if failure.leg in LEGS else ""
        print(f"  repeat: .venv/bin/python test/random/run.py --seed={failure.graph.seed}{only}", flush=True)
        kind = failure.why[:50]
        if kind not in kinds and len(kinds) < SHRUNK:
            save(failure, make_small(failure.graph, failure.leg, folder), keep / f"seed{failure.graph.seed}{failure.leg.replace(' ', '')}")
        kinds.add(kind)


def check_known(folder: Path) -> Report:
    """Each known fault's example fails still."""
    report = Report()
    for number, fault in enumerate(KNOWN):
        graph = Graph(number, (3, 1), zeros=True)
        fault.example(graph)
        if any(fails_at(leg, folder)(graph) for leg in (EVALUATION, "-O0 generic", "-O3 native")):
            report.passed += 1
        else:
            report.failures.append(Failure(graph, "known", fault.why))
            print(f"FAILED known: {fault.why}: is mended; remove it from test/random/known.py")
    return report


def run_random(seeds: Sequence[int], op: str, legs_of: Callable[[int], Sequence[str]], keep: Path, folder: Path) -> Report:
    graphs = [generate(seed, op) for seed in seeds]
    groups: dict[tuple[int, ...], list[Graph]] = defaultdict(list)
    for graph in graphs:
        groups[sizes_of(graph.seed)].append(graph)
    batches = [group[k : k + BATCH] for group in groups.values() for k in range(0, len(group), BATCH)]
    report = run_all(batches, legs_of, folder, difference, with_peers=True)
    explain(report.failures, keep, folder)
    if len(graphs) >= GRAPHS:
        used = Counter(node.op_type for graph in graphs for node in graph.nodes)
        report.peers.wrong += [f"{op}: is in no graph" for op in RULES if not used[op] and not any(op in fault.operators for fault in KNOWN)]
        report.peers.wrong += [f"{op}: has a lowering, and no rule in test/random" for op in sorted(without_rule())]
    for why in report.peers.wrong:
        print(f"FAILED {why}")
    print(f"{len(graphs)} graphs of {sum(len(graph.nodes) for graph in graphs)} nodes")
    print("nodes that another implementation agrees with: " + ", ".join(f"{n} {name}" for name, n in report.peers.checked.items()))
    print("nodes that none can run: " + ", ".join(f"{n} {op}" for op, n in report.peers.unchecked.most_common()))
    return report


def run_table(pattern: str, legs: Sequence[str], keep: Path, folder: Path) -> Report:
    table = {name: graph for name, graph in full_range.table().items() if re.search(pattern, name)}
    graphs, names = list(table.values()), {graph.seed: name for name, graph in table.items()}
    batches = [graphs[k : k + TABLE_BATCH] for k in range(0, len(graphs), TABLE_BATCH)]
    report = run_all(batches, lambda k: legs, folder, full_range.difference, with_peers=False)
    for failure in report.failures:
        name = names[failure.graph.seed]
        print(f"FAILED {name}, {failure.leg}: {failure.why}")
        print(f"  repeat: .venv/bin/python test/random/run.py --full-range='^{name}$' --leg='{failure.leg}'")
        save(failure, failure.graph, keep / (name.replace("/", "_") + failure.leg.replace(" ", "")))
    print(f"full range: {len({name.split('/')[0] for name in table})} operators, {len(table)} with a type")
    return report


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="many graphs, all levels and targets")
    parser.add_argument("--graphs", type=int, help="how many")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--seed", type=int, help="only this graph")
    parser.add_argument("--op", default="", help="graphs that start with this operator")
    parser.add_argument("--full-range", help="only these entries of the table")
    parser.add_argument("--leg", choices=list(LEGS), help="only one")
    parser.add_argument("--print", action="store_true", help="show the graphs, run nothing")
    parser.add_argument("--keep", type=Path, default=ROOT / "build/random", help="a folder for the models that failed")
    parser.add_argument("--count", type=Path, help="file for `passed failed skipped`")
    arguments = parser.parse_args()
    start = time.monotonic()
    count = arguments.graphs or (ALL_GRAPHS if arguments.all else GRAPHS)
    seeds = [arguments.seed] if arguments.seed is not None else list(range(arguments.first, arguments.first + count))
    if arguments.print:
        for seed in seeds:
            print(onnx.printer.to_text(kept([generate(seed, arguments.op)]).proto()))
        return 0
    folder = Path(tempfile.mkdtemp(prefix="onnxcc-random-"))
    every = arguments.all or arguments.seed is not None
    only = [arguments.leg] if arguments.leg else list(LEGS) if every else []
    whole = arguments.seed is None and arguments.graphs is None and not arguments.op
    report = Report()
    if arguments.full_range is None:
        report.add(run_random(seeds, arguments.op, lambda k: only or PAIRS[k % len(PAIRS)], arguments.keep, folder))
    if arguments.full_range is None and whole:
        report.add(check_known(folder))
    if arguments.full_range is not None or whole:
        report.add(run_table(arguments.full_range or "", only or full_range.LEVELS, arguments.keep, folder))
    shutil.rmtree(folder)
    times = ", ".join(f"{leg} {seconds:.0f} s" for leg, seconds in report.seconds.items())
    failed = len(report.failures) + len(report.peers.wrong)
    used = sum(os.times()[:4])
    print(
        f"random: {report.passed} passed, {failed} failed, 0 skipped ({times}; {time.monotonic() - start:.0f} s in all, {used:.0f} s of processors)"
    )
    if arguments.count:
        arguments.count.write_text(f"{report.passed} {failed} 0\n")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
