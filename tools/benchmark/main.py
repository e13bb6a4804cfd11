"""Times models in onnxcc, ONNX Runtime and OpenVINO, each run in a process of its own, the engines in turn.

A round measures every engine once, on pinned processors, so that what disturbs the machine meets all of them; of the
rounds' medians the median counts. What an engine cannot do is reported as its failure.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import costs
import page

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
MODELS = Path(os.environ.get("ONNXCC_MODELS", ROOT.parent / "shared/models"))
BENCH = Path(os.environ.get("ONNXCC_BENCH_MODELS", ROOT.parent / "shared/bench/models"))
ENGINES = ("onnxcc", "onnxruntime", "openvino")
FAILURES = (RuntimeError, subprocess.TimeoutExpired, ValueError, IndexError)  # the last two: no report


@dataclass
class Result:
    """One engine, model and number of threads."""

    rounds: list[float] = field(default_factory=list)  # the median call of each round, in seconds
    error: str = ""
    version: str = ""

    @property
    def seconds(self) -> float | None:
        return statistics.median(self.rounds) if self.rounds and not self.error else None

    def as_json(self) -> dict[str, Any]:
        return {"seconds": self.seconds, "rounds": self.rounds, "error": self.error, "version": self.version}


class Bench:
    def __init__(self, arguments: argparse.Namespace, folder: Path) -> None:
        self.arguments = arguments
        self.folder = folder
        self.cpus = sorted(os.sched_getaffinity(0))
        if arguments.cpus:
            self.cpus = [int(cpu) for cpu in arguments.cpus.split(",")]

    def run(self, command: list[str], threads: int | None = None) -> str:
        """Runs a command, pinned to as many processors as it has threads. Raises with what it said of its failure."""
        pinned = set(self.cpus[:threads])
        run = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            timeout=self.arguments.timeout,
            preexec_fn=lambda: os.sched_setaffinity(0, pinned),
        )
        if run.returncode:
            lines = [line for line in run.stderr.strip().splitlines() if line.strip()]
            # A compiler's first error says most, of an exception the last line.
            errors = [line for line in lines if ": error: " in line] + lines[-1:]
            raise RuntimeError(errors[0] if errors else f"exit status {run.returncode}")
        return run.stdout

    def find_data(self, model: Path) -> Path:
        stored = model.parent / "test_data_set_0"
        if stored.is_dir() and not self.arguments.dim:
            return stored
        made = self.folder / "data"
        made.mkdir(exist_ok=True)
        self.run([sys.executable, str(HERE / "inputs.py"), str(model), str(made), *self.arguments.dim])
        return made

    def compile(self, model: Path, data: Path, threads: list[int]) -> dict[str, Any]:
        """Measures the model's launches and keeps the library for the rounds."""
        report = self.folder / "report.json"
        common = [str(self.arguments.onnxcc)]
        flags = self.arguments.flag + [word for dim in self.arguments.dim for word in ("--dim", dim)]
        counts = ",".join(str(count) for count in threads)
        command = ["bench", str(model), f"--data={data}", f"--threads={counts}", f"--json={report}", *flags]
        self.run(common + command, max(threads))
        facts = json.loads(report.read_text())
        given = {dim.partition("=")[0] for dim in self.arguments.dim}
        free = {name: extent for name, extent in facts["dims"].items() if name not in given}
        pins = [word for name, extent in free.items() for word in ("--dim", f"{name}={extent}")]
        build = [str(model), f"-march={facts['features']}", "-o", str(self.folder / "libmodel.so"), *flags, *pins]
        self.run(common + build)
        return facts

    def sample(self, engine: str, model: Path, data: Path, threads: int) -> tuple[float, str]:
        """\\returns the median call's seconds and the engine's version."""
        seconds = self.arguments.seconds
        if engine == "onnxcc":
            report = self.folder / "round.json"
            command = [str(self.arguments.onnxcc), "bench", str(self.folder / "libmodel.so"), f"--data={data}"]
            self.run([*command, f"--threads={threads}", f"--json={report}"], threads)
            found = json.loads(report.read_text())
            return found["runs"][0]["latency"]["p50"], found["onnxcc"]
        worker = [sys.executable, str(HERE / "worker.py"), engine, str(model), str(data), str(threads), str(seconds)]
        found = json.loads(self.run(worker, threads).splitlines()[-1])
        return statistics.median(found["samples"]), found["version"]

    def measure(self, model: Path) -> dict[str, Any]:
        threads: list[int] = self.arguments.threads
        results = {engine: {count: Result() for count in threads} for engine in self.arguments.engines}
        launches: dict[str, Any] = {}
        entry: dict[str, Any] = {"model": str(model), "name": name_of(model)}
        try:
            data = self.find_data(model)
        except FAILURES as error:
            return entry | {"error": f"no inputs: {error}", "results": {}, "launches": {}}
        if "onnxcc" in results:
            try:
                launches = self.compile(model, data, threads)
            except FAILURES as error:
                for result in results["onnxcc"].values():
                    result.error = str(error)
        for _ in range(self.arguments.rounds):
            for count in threads:
                for engine in results:
                    result = results[engine][count]
                    if result.error:
                        continue
                    try:
                        seconds, result.version = self.sample(engine, model, data, count)
                        result.rounds.append(seconds)
                    except FAILURES as error:
                        result.error = str(error)
        named = {engine: {str(count): r.as_json() for count, r in each.items()} for engine, each in results.items()}
        return entry | {"error": "", "results": named, "launches": launches}


def name_of(model: Path) -> str:
    return model.parent.name if model.name == "model.onnx" else model.stem


def find_models(arguments: argparse.Namespace) -> list[Path]:
    """The models to time. Raises with the word that names none."""
    beside = [path for folder in (MODELS, BENCH) for path in sorted(folder.glob("*/model.onnx"))]
    found = [find_model(text, beside) for text in arguments.models] if arguments.models else beside
    return [path for path in found if arguments.filter in name_of(path)]


def find_model(text: str, beside: list[Path]) -> Path:
    path = Path(text) / "model.onnx" if Path(text).is_dir() else Path(text)
    named = [model for model in beside if name_of(model) == text]
    if not path.exists() and not named:
        raise FileNotFoundError(f"there is no model '{path}', and none of that name beside the checkout")
    return path if path.exists() else named[0]


def format_seconds(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    scale, unit = (1, "s") if seconds >= 1 else (1e3, "ms") if seconds >= 1e-3 else (1e6, "us")
    return f"{seconds * scale:.3g} {unit}"


def print_entry(entry: dict[str, Any], engines: list[str], threads: list[int], width: int) -> None:
    if entry["error"]:
        print(f"{entry['name']:<{width}}  {entry['error']}", flush=True)
        return
    for count in threads:
        ours = entry["results"].get("onnxcc", {}).get(str(count), {}).get("seconds")
        line = f"{entry['name']:<{width}}  {count:>2}"
        for engine in engines:
            seconds = entry["results"][engine][str(count)]["seconds"]
            ratio = f" x{seconds / ours:.2f}" if ours and seconds and engine != "onnxcc" else ""
            line += f"  {format_seconds(seconds):>11}{ratio:>7}"
        print(line.rstrip(), flush=True)
    for engine in engines:
        errors = {entry["results"][engine][str(count)]["error"] for count in threads} - {""}
        for error in sorted(errors):
            print(f"{'':<{width}}      {engine} failed: {error[:200]}", flush=True)


def describe_machine() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text()
        return text.split("model name")[1].split("\n")[0].strip("\t :")
    except (OSError, IndexError):
        return platform.machine()


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tools/bench", description=__doc__)
    parser.add_argument("models", nargs="*", help="model.onnx, folders that hold one, or names of the models beside "
                        "the checkout (ONNXCC_MODELS, ONNXCC_BENCH_MODELS); default: all of these")  # fmt: skip
    parser.add_argument("--filter", default="", help="only models whose name contains this")
    parser.add_argument("--threads", default="1,2", help="default 1,2")
    parser.add_argument("--engines", default=",".join(ENGINES), help="a part of " + ",".join(ENGINES))
    parser.add_argument("--rounds", type=int, default=5, help="of each engine in turn (default 5)")
    parser.add_argument("--seconds", type=float, default=1, help="that a competitor is timed in a round (default 1)")
    parser.add_argument("--timeout", type=float, default=900, help="seconds that any process may take (default 900)")
    parser.add_argument("--cpus", default="", help="processors to pin to, first come first used: 2,3")
    parser.add_argument("--dim", action="append", default=[], metavar="NAME=N", help="an open dim of random inputs")
    parser.add_argument("--flag", action="append", default=[], metavar="-FLAG", help="for onnxcc: --flag=-O2")
    parser.add_argument("--costs", action="store_true", help="instead: what models cost beside their calls, at -O2 for "
                        "one feature set: compile time and memory, code, the start of a process")  # fmt: skip
    parser.add_argument("--features", default="x86-64-v3", help="for --costs (default x86-64-v3)")
    parser.add_argument("--onnxcc", type=Path, default=ROOT / "build/release/bin/onnxcc")
    parser.add_argument("--json", type=Path, default=Path("bench.json"), help="default bench.json")
    parser.add_argument("--html", type=Path, default=Path("bench.html"), help="default bench.html")
    arguments = parser.parse_args()
    arguments.engines = arguments.engines.split(",")
    arguments.threads = [int(count) for count in arguments.threads.split(",")]
    for engine in arguments.engines:
        if engine not in ENGINES:
            parser.error(f"unknown engine '{engine}'")
    return arguments


def measure_costs(arguments: argparse.Namespace, models: list[Path]) -> None:
    report: dict[str, Any] = {"machine": describe_machine(), "costs": {}}
    flags = arguments.flag + [word for dim in arguments.dim for word in ("--dim", dim)]
    for model in models:
        with tempfile.TemporaryDirectory(prefix="onnxcc-bench-") as folder:
            try:
                found = costs.measure(arguments.onnxcc, model, arguments.features, flags, Path(folder))
            except (RuntimeError, subprocess.CalledProcessError) as error:
                print(f"{name_of(model)}: {error}", flush=True)
                continue
        print(costs.describe(name_of(model), found), flush=True)
        report["costs"][name_of(model)] = found
        arguments.json.write_text(json.dumps(report, indent=1))


def main() -> int:
    arguments = parse_arguments()
    try:
        models = find_models(arguments)
    except FileNotFoundError as error:
        print(f"tools/bench: {error}", file=sys.stderr)
        return 1
    if not models:
        print("tools/bench: no models (give some, or set ONNXCC_MODELS)", file=sys.stderr)
        return 1
    if arguments.costs:
        measure_costs(arguments, models)
        return 0
    width = max(len(name_of(model)) for model in models)
    print(f"{describe_machine()}; the median call; xN: times as long as onnxcc")
    print(f"{'model':<{width}}   T" + "".join(f"  {engine:>11}{'':>7}" for engine in arguments.engines).rstrip())
    report: dict[str, Any] = {"machine": describe_machine(), "rounds": arguments.rounds, "models": []}
    for model in models:
        with tempfile.TemporaryDirectory(prefix="onnxcc-bench-") as folder:
            entry = Bench(arguments, Path(folder)).measure(model)
        report["models"].append(entry)
        print_entry(entry, arguments.engines, arguments.threads, width)
        # After each model: a run that is stopped has what it measured.
        arguments.json.write_text(json.dumps(report, indent=1))
        arguments.html.write_text(page.render(report))
    return 0


if __name__ == "__main__":
    sys.exit(main())
