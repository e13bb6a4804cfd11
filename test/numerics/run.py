"""Compares every graph op, as the reference evaluation and as compiled code compute it, with numpy.

A batch is one ONNX model with hundreds of independent nodes, so that a few compilations serve all cases. Cases without a
kernel are compared by the evaluation alone, and named. An op of the graph dialect that no case reaches is a failure.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from case import BF16, Array, Case, difference
from model import Batch
from themes import THEMES, Theme

ROOT = Path(__file__).resolve().parents[2]
ONNXCC = ROOT / "build/release/bin/onnxcc"
TBLGEN = Path("/usr/lib/llvm-22/bin/mlir-tblgen")
LEGS = {
    "evaluation": ["--evaluate"],
    "-O0 generic": ["-O0", "--target=generic"],
    "-O3 native": ["-O3", "-march=native"],
}
ERROR = re.compile(r"error: (?:node '([^']*)')?(.*)")


@dataclass
class Report:
    passed: int = 0
    failures: list[str] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)  # case: why
    ops: set[str] = field(default_factory=set)


def run(arguments: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(ONNXCC), *arguments], capture_output=True, text=True, check=False, errors="replace")


def refusals(text: str, names: set[str]) -> dict[str, str]:
    """What a run of the compiler says about single cases."""
    found = {}
    for node, message in ERROR.findall(text):
        name = re.sub(r"/(before|after)\d+$", "", node)
        if name in names:
            found.setdefault(name, message.strip())
    return found


class Runner:
    def __init__(self, theme: Theme, folder: Path, pattern: str) -> None:
        self.theme, self.folder, self.report = theme, folder, Report()
        self.sets = [[c for c in theme.cases(size) if re.search(pattern, c.name)] for size in theme.sizes]
        top = max((size for size in theme.sizes if size), default=0)
        self.flags = [f"--dim=n=0..{top}"] if top else []

    def save(self, title: str, without: dict[str, str]) -> tuple[Path, list[Batch]]:
        folder = self.folder / title
        batches = [Batch([case for case in cases if case.name not in without], self.theme.opset) for cases in self.sets]
        batches[-1].save(folder)
        for index, batch in enumerate(batches):
            batch.save_data(folder / f"data{index}")
        return folder, batches

    def accept(self, title: str, flags: list[str], without: dict[str, str]) -> tuple[Path, list[Batch], str, dict[str, str]]:
        """A model of the cases that the compiler takes to a phase, its output, and why it refuses the others."""
        refused: dict[str, str] = {}
        while True:
            folder, batches = self.save(title, without | refused)
            result = run([str(folder / "model.onnx"), *flags, *self.flags])
            if result.returncode == 0:
                return folder, batches, result.stdout, refused
            found = refusals(result.stderr, {case.name for case in batches[-1].cases})
            if not found:
                raise RuntimeError(f"{self.theme.name}: exit status {result.returncode}: {result.stderr[-2000:]}")
            refused |= found

    def compare(self, leg: str, folder: Path, batches: list[Batch]) -> None:
        out = folder / ("out_" + leg.replace(" ", "_"))
        data = [f"--data={folder / f'data{index}'}" for index in range(len(batches))]
        start = time.monotonic()
        result = run(["verify", str(folder / "model.onnx"), *LEGS[leg], "--reference=none", f"--save={out}", *data, *self.flags])
        seconds = time.monotonic() - start
        if result.returncode:
            self.report.failures.append(f"{self.theme.name} {leg}: exit status {result.returncode}: {(result.stdout + result.stderr)[-1500:]}")
            return
        bad: dict[str, str] = {}
        for index, batch in enumerate(batches):
            for number, (case, expected) in enumerate(batch.expected):
                got = load(out / str(index) / f"output_{number}.npy")
                if why := difference(got, expected, case.tolerance):
                    size = self.theme.sizes[index]
                    bad.setdefault(case.name, why if size is None else f"n = {size}: {why}")
        cases = len(batches[-1].cases)
        self.report.passed += cases - len(bad)
        self.report.failures += [f"{name}, {leg}: {why}" for name, why in bad.items()]
        print(f"{self.theme.name}, {leg}: {cases - len(bad)} of {cases} cases ({seconds:.1f} s)", flush=True)

    def run(self, legs: list[str]) -> Report:
        try:
            folder, batches, ir, refused = self.accept("graph", ["--emit=graph"], {})
            self.report.ops = set(re.findall(r"\bgraph\.([a-z_]+)", ir))
            # Composites are raised later.
            raised = run([str(folder / "model.onnx"), "--emit=optimize", *self.flags]).stdout
            self.report.ops |= set(re.findall(r"\bgraph\.([a-z_]+)", raised))
            self.report.failures += [f"{name}: refused{why}" for name, why in refused.items()]
            if "evaluation" in legs:
                self.compare("evaluation", folder, batches)
            compiled = [leg for leg in legs if leg != "evaluation" and self.theme.opset is None]
            if compiled:
                folder, batches, _, without = self.accept("kernels", ["--emit=memory", "-O0"], refused)
                for name, why in without.items():
                    if "has no kernel" in why:
                        self.report.skipped[name] = why
                    else:
                        self.report.failures.append(f"{name}: refused{why}")
                for leg in compiled:
                    self.compare(leg, folder, batches)
        except RuntimeError as error:
            self.report.failures.append(str(error))
        return self.report


def load(path: Path) -> Array:
    array = np.load(path)
    return array.view(BF16) if array.dtype.kind == "V" else array


def graph_ops() -> set[str]:
    """The names of the dialect's ops, from their definitions."""
    ops: set[str] = set()
    for path in sorted((ROOT / "dialects/graph").glob("*.td")):
        command = [str(TBLGEN), "--gen-op-doc", "-I", str(ROOT), "-I", str(TBLGEN.parents[1] / "include"), str(path)]
        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        ops |= set(re.findall(r"^### `graph\.([a-z_]+)`", text, re.MULTILINE))
    return ops


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=Path, help="file for `passed failed skipped`")
    parser.add_argument("--filter", default="", help="a regular expression for cases' names")
    parser.add_argument("--theme", choices=[theme.name for theme in THEMES], help="only one")
    parser.add_argument("--leg", choices=list(LEGS), help="only one")
    parser.add_argument("--keep", type=Path, help="a folder for the models and results")
    arguments = parser.parse_args()
    folder = arguments.keep or Path(tempfile.mkdtemp(prefix="onnxcc-numerics-"))
    legs = [arguments.leg] if arguments.leg else list(LEGS)
    themes = [theme for theme in THEMES if arguments.theme in (None, theme.name)]
    runners = [Runner(theme, folder / theme.name, arguments.filter) for theme in themes]
    if not any(runner.sets[-1] for runner in runners):
        parser.error(f"no case's name matches '{arguments.filter}'")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        reports = list(pool.map(lambda runner: runner.run(legs), [r for r in runners if r.sets[-1]]))
    if not arguments.keep:
        shutil.rmtree(folder)

    failures = [failure for report in reports for failure in report.failures]
    skipped = {name: why for report in reports for name, why in report.skipped.items()}
    if not arguments.filter and not arguments.theme:
        reached = set().union(*(report.ops for report in reports))
        failures += [f"graph.{op}: no case reaches it: add one to test/numerics" for op in sorted(graph_ops() - reached)]
    for failure in failures:
        print(f"FAILED {failure}")
    for name, why in skipped.items():
        print(f"skipped {name}, compiled{why}")
    passed = sum(report.passed for report in reports)
    print(f"numerics: {passed} passed, {len(failures)} failed, {len(skipped)} skipped")
    if arguments.count:
        arguments.count.write_text(f"{passed} {len(failures)} {len(skipped)}\n")
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
