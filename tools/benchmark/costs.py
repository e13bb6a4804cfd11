"""What a model costs beside its calls: compile time, the compiler's memory, code, the start of a process."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
STARTS = 9  # processes, of which the median counts

# A session as applications make it, without the time that Python takes to import it.
SESSION = """
import sys, time
import numpy, onnxruntime
numpy.zeros(1)
start = time.perf_counter()
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
types = {"tensor(float)": "float32", "tensor(double)": "float64", "tensor(float16)": "float16", "tensor(bool)": "bool"}
feed = {}
for value in session.get_inputs():
    shape = [extent if isinstance(extent, int) else 1 for extent in value.shape]
    feed[value.name] = numpy.zeros(shape, types.get(value.type, value.type[7:-1]))
session.run(None, feed)
print(time.perf_counter() - start)
"""


def run(command: list[str]) -> tuple[float, int]:
    """\\returns seconds and the greatest resident bytes. Raises with what the command said of its failure."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(said.strip().splitlines()[0] if said.strip() else f"exit status {process.returncode}")
    return time.perf_counter() - start, usage.ru_maxrss * 1024


def count_code(library: Path) -> int:
    """Bytes of code and constants but the weights, which `--weights=file` keeps out."""
    lines = subprocess.run(["size", "-t", library], capture_output=True, text=True, check=True).stdout.splitlines()
    text, data, *_ = lines[-1].split()
    return int(text) + int(data)


def median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def time_starts(library: Path, folder: Path) -> float:
    program = folder / "first"
    flags = ["-O1", "-DMODEL_model=model_model", f"-I{HERE.parents[1] / 'runtime'}"]
    run(["cc", *flags, str(HERE / "first.c"), str(library), "-lm", "-o", str(program)])
    return median([run([str(program)])[0] for _ in range(STARTS)])


def time_sessions(model: Path) -> float:
    command = [sys.executable, "-c", SESSION, str(model)]
    return median(
        [float(subprocess.run(command, capture_output=True, text=True, check=True).stdout) for _ in range(3)]
    )


def measure(onnxcc: Path, model: Path, features: str, flags: list[str], folder: Path) -> dict[str, Any]:
    """All of a model's costs, in seconds and bytes, at -O2 for one feature set."""
    common = [str(onnxcc), str(model), "-O2", f"-march={features}", *flags]
    source, peak = run([*common, "-S", "-o", str(folder / "source") + "/"])
    shutil.rmtree(folder / "source")
    library = folder / "libmodel.a"
    seconds, _ = run([*common, "-o", str(library)])
    start = time_starts(library, folder)
    run([*common, "--weights=file", "-o", str(library)])
    files = [model, *(path for path in model.parent.glob("*") if path.suffix in (".data", ".bin", ".weights"))]
    return {
        "sourceSeconds": source,
        "librarySeconds": seconds,
        "compilerBytes": peak,
        "modelBytes": sum(path.stat().st_size for path in files),
        "codeBytes": count_code(library),
        "startSeconds": start,
        "sessionSeconds": time_sessions(model),
    }


def describe(name: str, costs: dict[str, Any]) -> str:
    return (
        f"{name}: source {costs['sourceSeconds']:.2f} s, library {costs['librarySeconds']:.2f} s, compiler's memory "
        f"{costs['compilerBytes'] / 1e6:.0f} MB for a model of {costs['modelBytes'] / 1e6:.1f} MB, code "
        f"{costs['codeBytes'] / 1e3:.0f} kB, start {costs['startSeconds'] * 1e3:.1f} ms against "
        f"{costs['sessionSeconds'] * 1e3:.1f} ms ({costs['sessionSeconds'] / costs['startSeconds']:.0f}x)"
    )
