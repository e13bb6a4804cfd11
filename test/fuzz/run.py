"""Compiles seeded mutations of models: each must give sources, or an error that says what is wrong and where.

A crash, a silent failure, more than a minute or more than 4 GiB are failures. Of the mutants that compile, a few are
compiled by the host compiler too, run, and compared with the reference evaluation.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from mutate import mutate_bytes, mutate_model

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "test/numerics"))

import onnx  # noqa: E402
from model import Batch  # noqa: E402
from themes import THEMES  # noqa: E402

ONNXCC = ROOT / "build/release/bin/onnxcc"
MODELS = Path(os.environ.get("ONNXCC_MODELS", ROOT.parent / "shared/models"))
REAL = ("tfl_helloworld", "mnist_onnxmlir", "micro_kws_m_fp32", "policy_go1", "conv_qdq_s8s8_perchannel", "mlperf_ic_int8", "dtln_1")
MEMORY = 4 << 30
SECONDS = 60


@dataclass
class Mutant:
    name: str
    data: bytes


@dataclass
class Outcome:
    mutant: Mutant
    status: int
    why: str  # "" if all is well
    seconds: float


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def compile_mutant(mutant: Mutant, folder: Path, arguments: list[str]) -> Outcome:
    path = folder / f"{mutant.name}.onnx"
    path.write_bytes(mutant.data)
    start = time.monotonic()
    try:
        run = subprocess.run(
            [str(ONNXCC), *arguments, str(path)], capture_output=True, text=True, errors="replace", timeout=SECONDS,
            check=False, preexec_fn=limit,
        )  # fmt: skip
        why = judge(run)
        status = run.returncode
    except subprocess.TimeoutExpired:
        why, status = f"no end after {SECONDS} s", -1
    return Outcome(mutant, status, why, time.monotonic() - start)


def judge(run: subprocess.CompletedProcess[str]) -> str:
    if run.returncode not in (0, 1):
        return f"exit status {run.returncode}: {run.stderr[-800:]}"
    if run.returncode == 1 and "error:" not in run.stderr:
        return f"an error without a message: {(run.stdout + run.stderr)[-800:]}"
    # What ought to be caught as an error of the model, not of the compiler.
    if "the importer failed" in run.stderr or "bad_alloc" in run.stderr:
        return f"an exception: {run.stderr[-800:]}"
    return ""


def small_models() -> list[tuple[str, bytes]]:
    """The project's own models: the demo, the tests' texts, and each numerics case as a model of one node."""
    models = [("digits", (ROOT / "demo/digits.onnx").read_bytes())]
    for path in (ROOT / "test/driver/Inputs/small.onnxtxt", ROOT / "test/compiler/import/node-for-node.onnxtxt"):
        text = "\n".join(line for line in path.read_text().splitlines() if not line.lstrip().startswith("//"))
        models.append((path.stem, onnx.parser.parse_model(text).SerializeToString()))
    for theme in THEMES:
        for case in theme.cases(theme.sizes[-1]):
            batch = Batch([case])
            models.append((case.name.replace("/", "_"), batch.proto().SerializeToString()))
    return models


def make_mutants(count: int, seed: int) -> list[Mutant]:
    """A third of the digits and the texts, a third of single nodes, a third of real models where they are there."""
    rng = random.Random(seed)
    own = small_models()
    whole, nodes = own[:3], own[3:]
    real = [(name, path.read_bytes()) for name in REAL if (path := MODELS / name / "model.onnx").exists()]
    if not real:
        print(f"skipped real models: {MODELS} is not there")
    mutants = []
    for number in range(count):
        name, data = rng.choice([whole, nodes, nodes, real or whole][number % 4])
        mutate = mutate_bytes if rng.random() < 0.2 else mutate_model
        mutants.append(Mutant(f"{number}_{name}", mutate(data, rng)))
    return mutants


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutants", type=int, default=500)
    parser.add_argument("--verified", type=int, default=8, help="how many of those that compile are run")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=Path, help="file for `passed failed skipped`")
    parser.add_argument("--keep", type=Path, help="a folder for the mutants that failed")
    arguments = parser.parse_args()
    start = time.monotonic()
    mutants = make_mutants(arguments.mutants, arguments.seed)
    folder = Path(tempfile.mkdtemp(prefix="onnxcc-fuzz-"))

    def compile_one(item: tuple[int, Mutant]) -> Outcome:
        number, mutant = item
        place = folder / str(number)
        place.mkdir()
        outcome = compile_mutant(mutant, place, [("-O0", "-O3")[number % 2], "-S", "-o", str(place / "out")])
        if outcome.status == 1 and (place / "out").exists() and not outcome.why:
            outcome.why = "an error, but something was written"
        shutil.rmtree(place / "out", ignore_errors=True)
        return outcome

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        outcomes = list(pool.map(compile_one, enumerate(mutants)))
        good = [outcome.mutant for outcome in outcomes if outcome.status == 0 and len(outcome.mutant.data) < 100_000]
        chosen = random.Random(arguments.seed).sample(good, min(arguments.verified, len(good)))
        flags = ["verify", "-O1", "--target=generic", "--reference=eval", "--sets=1"]
        runs = list(pool.map(lambda mutant: compile_mutant(mutant, folder, flags), chosen))
    failed = [outcome for outcome in outcomes if outcome.why]
    # An index that is out of range, say, is refused by the evaluation.
    failed += [run for run in runs if run.why and "cannot be evaluated" not in run.why]
    for outcome in failed:
        print(f"FAILED {outcome.mutant.name}: {outcome.why}")
        if arguments.keep:
            arguments.keep.mkdir(parents=True, exist_ok=True)
            (arguments.keep / f"{outcome.mutant.name}.onnx").write_bytes(outcome.mutant.data)
    shutil.rmtree(folder)
    compiled = sum(outcome.status == 0 for outcome in outcomes)
    slowest = max(outcomes, key=lambda outcome: outcome.seconds)
    total = len(outcomes) + len(runs)
    print(f"{compiled} of {len(outcomes)} mutants compile; the slowest, {slowest.mutant.name}, takes {slowest.seconds:.1f} s")
    print(f"fuzz: {total - len(failed)} passed, {len(failed)} failed, 0 skipped ({time.monotonic() - start:.0f} s)")
    if arguments.count:
        arguments.count.write_text(f"{total - len(failed)} {len(failed)} 0\n")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
