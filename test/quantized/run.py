"""Quantised graphs, operator by operator, against ONNX Runtime; and the same bytes whatever is compiled for. See README.md."""

from __future__ import annotations

import argparse
import collections
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from forced import cut, load_inputs
from onnx import numpy_helper
from rules import RULES
from sandwich import Array, Graph

ROOT = Path(__file__).resolve().parents[2]
LEGS = {
    "O1": ["-O1", "-march=native"],
    "O3": ["-O3", "--target=generic"],
}
ALL_LEGS = LEGS | {
    "O2": ["-O2", "-march=native", "--threads=2"],
    "v3": ["-O3", "-march=x86-64-v3"],
    "clang": ["-O2", "-march=native", "--cxx=clang++-22"],
}
MODELS = ("mlperf_kws_int8", "mlperf_ad_int8", "micro_kws_m_qdq")
SHARED = Path(os.environ.get("ONNXCC_MODELS", ROOT.parent / "shared/models"))
SHARE = 1 / 200  # of codes may be off by one: where floats of two orders of summation round to two codes
failures: list[str] = []
counts = {"passed": 0, "failed": 0, "skipped": 0}


def finish(before: int) -> None:
    """Counts a run, which has failed if there are more failures than before it."""
    counts["passed" if len(failures) == before else "failed"] += 1


@dataclass
class Case:
    name: str
    model: onnx.ModelProto
    inputs: list[Array]
    expected: dict[str, Array]
    kinds: dict[str, str]


def compiled(case: Case, flags: list[str], folder: Path) -> dict[str, Array] | None:
    """The outputs of the compiled model."""
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    onnx.save(case.model, folder / "model.onnx")
    for k, value in enumerate(case.inputs):
        (data / f"input_{k}.pb").write_bytes(numpy_helper.from_array(value).SerializeToString())
    for k, value in enumerate(case.expected.values()):
        (data / f"output_{k}.pb").write_bytes(numpy_helper.from_array(value).SerializeToString())
    command = [str(ROOT / "build/release/bin/onnxcc"), "verify", str(folder / "model.onnx"), *flags,
               f"--data={data}", f"--save={folder}/got"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    paths = [folder / f"got/0/output_{k}.npy" for k in range(len(case.expected))]
    if not all(path.exists() for path in paths):
        failures.append(f"{case.name} {' '.join(flags)}: {(done.stderr or done.stdout)[-800:]}")
        return None
    return {name: np.load(path) for name, path in zip(case.expected, paths, strict=True)}


def compare(case: Case, leg: str, got: dict[str, Array]) -> None:
    """Codes are at most one from the reference's, and few of them; other outputs are nobody's here."""
    off: collections.Counter[str] = collections.Counter()
    total: collections.Counter[str] = collections.Counter()
    for name, wanted in case.expected.items():
        kind = case.kinds.get(name, "codes")
        if wanted.dtype.itemsize != 1:
            continue
        if got[name].shape != wanted.shape or got[name].dtype != wanted.dtype:
            failures.append(f"{case.name} {leg}: {kind} {name} is {got[name].dtype}{got[name].shape}")
            continue
        error = np.abs(got[name].astype(np.int64) - wanted.astype(np.int64))
        off[kind] += int(np.count_nonzero(error))
        total[kind] += error.size
        if error.max(initial=0) > 1:
            failures.append(f"{case.name} {leg}: {kind} {name} is off by {error.max()}")
    share = off.total() / max(1, total.total())
    counted = ", ".join(f"{kind} {count}" for kind, count in off.most_common() if count)
    print(f"{case.name} {leg}: {total.total()} codes, {off.total()} off by one" + (f" ({counted})" if counted else ""))
    if share > SHARE:
        failures.append(f"{case.name} {leg}: {share:.2%} of the codes are off by one")


def make(seed: int, rules: list[str]) -> Graph:
    """Each rule with both types, in an order of its own."""
    g = Graph(np.random.default_rng(seed))
    pairs = [(name, np.dtype(kind)) for name in rules for kind in ("uint8", "int8")]
    for k in g.rng.permutation(len(pairs)):
        name, dtype = pairs[k]
        RULES[name](g, dtype)
    return g


def test_graph(seed: int, rules: list[str], legs: dict[str, list[str]], folder: Path) -> None:
    g = make(seed, rules)
    expected = {r.codes.name: r.codes.data for r in g.results}
    kinds = {r.codes.name: r.kind for r in g.results}
    exact = [r.codes.name for r in g.results if r.is_integer]
    for is_forced in (True, False):
        name = f"graph {seed} {'op by op' if is_forced else 'as a whole'}"
        case = Case(name, *g.model(is_forced), expected, kinds)
        first: dict[str, Array] | None = None
        for leg, flags in legs.items():
            before = len(failures)
            got = compiled(case, flags, folder / f"{seed}_{is_forced}_{leg}")
            if got is not None:
                if is_forced:
                    compare(case, leg, got)
                first = first or got
                for output in exact:
                    if not np.array_equal(first[output], got[output]):
                        failures.append(f"{name} {leg}: {kinds[output]} {output} has other bytes than the first leg")
            finish(before)


def test_models(legs: dict[str, list[str]], folder: Path) -> None:
    for name in MODELS:
        source = SHARED / name
        if not (source / "model.onnx").exists():
            print(f"{name}: not there, skipped")
            counts["skipped"] += len(legs)
            continue
        case = Case(name, *cut(source / "model.onnx", load_inputs(source / "test_data_set_0")), {})
        for leg, flags in legs.items():
            before = len(failures)
            got = compiled(case, flags, folder / f"{name}_{leg}")
            if got is not None:
                compare(case, leg, got)
            finish(before)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--graphs", type=int, default=1)
    parser.add_argument("--first", type=int, default=1, help="the first graph's seed")
    parser.add_argument("--op", help="only rules whose names contain this")
    parser.add_argument("--all", action="store_true", help="all legs, four graphs")
    parser.add_argument("--no-models", action="store_true")
    parser.add_argument("--count", type=Path, help="a file for the numbers of runs that passed, failed and were skipped")
    arguments = parser.parse_args()
    rules = [name for name in RULES if not arguments.op or arguments.op in name]
    if not rules:
        sys.exit(f"no rule's name contains '{arguments.op}'")
    legs = ALL_LEGS if arguments.all else LEGS
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(arguments.first, arguments.first + (4 if arguments.all else arguments.graphs)):
            test_graph(seed, rules, legs, Path(folder))
        if not arguments.no_models:
            test_models(legs, Path(folder))
    for failure in failures:
        print(f"FAILED: {failure}")
    if arguments.count:
        arguments.count.write_text(" ".join(str(count) for count in counts.values()) + "\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
