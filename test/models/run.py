"""Compiles real models, runs them and compares with stored outputs: `onnxcc verify` over a matrix.

The models lie in ../shared/models beside the checkout (ONNXCC_MODELS names another folder), further ones in the folder
ONNXCC_BENCH_MODELS, each as NAME/model.onnx and NAME/test_data_set_K. What is not there is skipped.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ONNXCC = ROOT / "build/release/bin/onnxcc"
MODELS = Path(os.environ.get("ONNXCC_MODELS", ROOT.parent / "shared/models"))
BENCH = Path(os.environ.get("ONNXCC_BENCH_MODELS", ROOT.parent / "shared/bench/models"))

LEVELS = ("-O0", "-O3")
FEATURES = ("--target=generic", "-march=x86-64-v3", "-march=native")


@dataclass
class Model:
    name: str
    folder: Path = MODELS
    flags: list[str] = field(default_factory=list)
    large: bool = False  # only at -O3 for the best feature set, unless --depth all


SMALL = [
    Model("tfl_helloworld"),
    Model("mnist_onnxmlir"),
    Model("micro_kws_m_fp32"),
    Model("mlperf_ic_fp32"),
    Model("mlperf_vww_fp32"),
    Model("mobilenetv2_05_128"),
    Model("policy_go1"),
    # The last step of its scale is 0.04: the README of the models allows one or two of them.
    Model("conv_qdq_s8s8_perchannel", flags=["--atol=0.09"]),
    Model("resnet18", BENCH, large=True),
]


@dataclass
class Counts:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def check(self, title: str, command: list[str], wanted: str = "") -> None:
        start = time.monotonic()
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        good = run.returncode == 0 and wanted in run.stdout
        self.passed += good
        self.failed += not good
        print(f"{'ok    ' if good else 'FAILED'} {title} ({time.monotonic() - start:.1f} s)", flush=True)
        if not good:
            print("  " + " ".join(command))
            print((run.stdout + run.stderr)[-3000:], flush=True)

    def skip(self, title: str, why: str) -> None:
        self.skipped += 1
        print(f"skipped {title}: {why}", flush=True)


def data_flags(folder: Path) -> list[str]:
    return [f"--data={path}" for path in sorted(folder.glob("test_data_set_*"))]


def combinations(model: Model, depth: str) -> list[tuple[str, str]]:
    """All levels and feature sets, or, by default, the two extremes: each level and each kind of code once."""
    best = (LEVELS[-1], FEATURES[-1])
    if depth == "all":
        return [(level, feature) for level in LEVELS for feature in FEATURES]
    return [best] if model.large else [(LEVELS[0], FEATURES[0]), best]


def verify_matrix(model: Model, depth: str, counts: Counts) -> None:
    path = model.folder / model.name / "model.onnx"
    if not path.exists():
        counts.skip(model.name, f"{path} is not there")
        return
    for level, feature in combinations(model, depth):
        command = [str(ONNXCC), "verify", str(path), level, feature, "--threads=1,2"]
        counts.check(f"{model.name} {level} {feature}", command + data_flags(path.parent) + model.flags)


def verify_demo(depth: str, counts: Counts) -> None:
    """The demo's model against ONNX Runtime and the reference evaluation, on random images."""
    python = f"--python={ROOT / '.venv/bin/python'}"
    for level, feature in combinations(Model("digits"), depth):
        for reference in ("ort", "eval"):
            command = [str(ONNXCC), "verify", str(ROOT / "demo/digits.onnx"), level, feature, "--threads=1,2"]
            command += ["--dim", "batch=1..8", "--sets=2", f"--reference={reference}", python]
            counts.check(f"digits {level} {feature} against {reference}", command)


def verify_dynamic_batch(counts: Counts) -> None:
    """One library for batches 1 to 8; the arena grows with the batch."""
    path = BENCH / "resnet50_dynamic/model.onnx"
    if not path.exists():
        counts.skip("resnet50_dynamic", f"{path} is not there")
        return
    script = Path(__file__).with_name("dynamic_batch.py")
    counts.check("resnet50_dynamic batch=1..8", [str(ROOT / ".venv/bin/python"), str(script), str(ONNXCC), str(path)])


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--depth", choices=("default", "all"), default="default")
    parser.add_argument("--count", type=Path, help="file for `passed failed skipped`")
    parser.add_argument("--filter", default="", help="only models whose name contains this")
    arguments = parser.parse_args()
    counts = Counts()
    if "digits".find(arguments.filter) >= 0:
        verify_demo(arguments.depth, counts)
    for model in SMALL:
        if arguments.filter in model.name:
            verify_matrix(model, arguments.depth, counts)
    if arguments.filter in "resnet50_dynamic":
        verify_dynamic_batch(counts)
    print(f"models: {counts.passed} passed, {counts.failed} failed, {counts.skipped} skipped")
    if arguments.count:
        arguments.count.write_text(f"{counts.passed} {counts.failed} {counts.skipped}\n")
    return counts.failed != 0


if __name__ == "__main__":
    sys.exit(main())
