"""Compiles real models, runs them and compares with stored outputs: `onnxcc verify` over a matrix.

The models lie in ../shared/models beside the checkout (ONNXCC_MODELS names another folder), further ones in the folder
ONNXCC_BENCH_MODELS, each as NAME/model.onnx and NAME/test_data_set_K. What is not there is skipped.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import seeded

ROOT = Path(__file__).resolve().parents[2]
ONNXCC = ROOT / "build/release/bin/onnxcc"
MODELS = Path(os.environ.get("ONNXCC_MODELS", ROOT.parent / "shared/models"))
BENCH = Path(os.environ.get("ONNXCC_BENCH_MODELS", ROOT.parent / "shared/bench/models"))

LEVELS = ("-O0", "-O1", "-O2", "-O3")
FEATURES = ("--target=generic", "-march=native")
OTHER_FEATURES = ("-march=x86-64", "-march=x86-64-v3")
COMPILERS = ("g++", "clang++-22")
THREADS = "--threads=1,2"
# Kernels confined to their operands' views. clang++ instruments in a fraction of g++'s time.
SANITIZED = tuple(f"{rest} --sanitize --cxx={COMPILERS[1]}" for rest in ("-O0 --target=generic", "-O3 -march=native"))

# Why a model needs another tolerance than compiler/verify/Compare.cpp's (1e-3 and 1e-4 for floats):
# A softmax of codes: a value at a rounding border moves by a step, here of 0.17, and a probability by up to 0.17 / 4.
INT8_LOGIT_STEP = ("--atol=0.043",)
# A softmax of steps of 0.0365, rounded to steps of 1/255: two in, one out. Means of four codes tie often, where floats round
# either way; test/quantized compares this model operator by operator.
INT8_SOFTMAX_STEPS = ("--atol=0.0222",)


@dataclass
class Model:
    name: str
    default: str  # the combination of the default selection
    tolerance: tuple[str, ...] = ()
    folder: Path = MODELS
    seeded: bool = False  # it lacks its weights: see seeded.py


# Every model once; together the default combinations have each level, feature set and host compiler, with various kinds of
# models, and large ones have the combinations that compile fastest. All run on one and on two threads.
TABLE = [
    Model("tfl_helloworld", "-O1 --target=generic --cxx=clang++-22"),
    Model("mnist_onnxmlir", "-O2 -march=x86-64 --cxx=clang++-22"),
    Model("policy_go1", "-O1 -march=x86-64"),
    Model("micro_kws_m_fp32", "-O3 -march=x86-64-v3 --cxx=clang++-22"),
    Model("mlperf_ic_fp32", "-O3 -march=native"),
    Model("mlperf_vww_fp32", "-O2 -march=x86-64-v3"),
    Model("mobilenetv2_05_128", "-O3 --target=generic"),
    Model("cct_1_16_16_64", "-O3 -march=native"),
    Model("dtln_1", "-O2 -march=native --cxx=clang++-22"),
    Model("dtln_2", "-O3 -march=native"),
    Model("silero_vad_16k_op15", "-O1 -march=native"),
    Model("silero_vad_v6", "-O3 -march=x86-64"),
    Model("fsanet_headpose", "-O1 --target=generic"),
    Model("ppocr_v4_cls", "-O0 --target=generic"),
    Model("ultraface_slim_320", "-O0 -march=native"),
    Model("fastestdet", "-O0 -march=x86-64"),
    Model("yunet_n_320", "-O0 -march=native"),
    Model("yolox_nano_224", "-O0 -march=native"),
    Model("magika_v3_3", "-O3 -march=native"),
    Model("bert_toy_ort", "-O1 -march=native"),
    Model("vespa_random_encoder", "-O1 -march=native"),
    Model("gpt2_past_ort", "-O1 -march=native"),
    Model("lgbm_classifier", "-O1 -march=native"),
    Model("basic_pitch", "-O0 -march=native"),
    Model("super_resolution_10", "-O3 -march=native"),
    Model("squeezenet11_fp16", "-O2 --target=generic"),
    Model("light_shufflenet", "-O0 -march=native", seeded=True),
    Model("light_squeezenet", "-O0 -march=native", seeded=True),
    Model("light_bvlc_alexnet", "-O3 -march=native", seeded=True),
    Model("light_inception_v1", "-O0 -march=native", seeded=True),
    Model("light_zfnet512", "-O0 -march=native", seeded=True),
    Model("light_inception_v2", "-O0 -march=native", seeded=True),
    Model("light_densenet121", "-O0 -march=native", seeded=True),
    Model("light_resnet50", "-O0 -march=native", seeded=True),
    Model("light_vgg19", "-O1 -march=native", seeded=True),
    Model("mlperf_ad_int8", "-O2 -march=native"),
    Model("conv_qdq_s8s8_perchannel", "-O3 -march=native"),
    Model("mlperf_kws_int8", "-O1 -march=x86-64-v3", INT8_LOGIT_STEP),
    Model("micro_kws_m_qdq", "-O3 -march=native", INT8_SOFTMAX_STEPS),
    Model("micro_kws_m_qdq_dynbatch", "-O0 --target=generic --cxx=clang++-22", INT8_SOFTMAX_STEPS),
    Model("micro_kws_m_qop", "-O2 -march=native"),
    Model("mlperf_vww_int8", "-O0 --target=generic"),
    Model("mlperf_ic_int8", "-O3 -march=native", INT8_LOGIT_STEP),
    Model("conv_int4_weights_qdq", "-O3 -march=x86-64"),
    Model("mnist_dynquant", "-O3 -march=native"),
    Model("libtashkeel_ort_int8", "-O2 -march=native"),
    # As today's exporters write them.
    Model("resnet18", "-O3 -march=native", folder=BENCH),
    Model("resnet18_ts", "-O2 -march=native", folder=BENCH),
    Model("resnet50", "-O2 -march=native", folder=BENCH),
    Model("mobilenet_v2", "-O2 -march=native", folder=BENCH),
    Model("mobilenet_v2_ts", "-O1 -march=native", folder=BENCH),
    Model("efficientnet_b0", "-O1 -march=native", folder=BENCH),
    Model("vit_b_16", "-O3 -march=native", folder=BENCH),
    Model("bert_base", "-O3 -march=native", folder=BENCH),
    Model("lstm", "-O3 -march=x86-64", folder=BENCH),
    Model("lstm_ts", "-O2 -march=native", folder=BENCH),
    Model("squeezenet1_1", "-O2 -march=native", folder=BENCH),
    Model("ssdlite_heads", "-O1 -march=native", folder=BENCH),
    # Attention in its spellings: masks, one row of queries, heads in groups, dynamic lengths, ONNX's own op.
    Model("bert_small_dynamic", "-O3 -march=native", folder=BENCH),
    Model("bert_small_op23", "-O2 -march=native", folder=BENCH),
    Model("distilbert", "-O2 -march=native", folder=BENCH),
    Model("gpt2", "-O3 -march=native", folder=BENCH),
    Model("gpt2_decode", "-O2 -march=native", folder=BENCH),
    Model("llama_decode", "-O3 -march=native", folder=BENCH),
    Model("llama_dynamic", "-O2 -march=native", folder=BENCH),
    Model("llama_op23", "-O3 -march=native", folder=BENCH),
]


@dataclass
class Counts:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    missing: dict[Path, list[str]] = field(default_factory=dict)  # models, by the folder that they are not in

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

    def find(self, folder: Path, name: str) -> Path | None:
        """The model's file; None, and a skipped test, if it is not there."""
        path = folder / name / "model.onnx"
        if path.exists():
            return path
        self.skipped += 1
        self.missing.setdefault(folder, []).append(name)
        return None


def data_flags(folder: Path) -> list[str]:
    return [f"--data={path}" for path in sorted(folder.glob("test_data_set_*"))]


def combinations(model: Model, depth: str) -> list[str]:
    """All levels with the least and the best features by each compiler, other features, sanitized; or the model's own."""
    if depth != "all":
        return [model.default]
    every = [f"{level} {features} --cxx={cxx}" for level in LEVELS for features in FEATURES for cxx in COMPILERS]
    return every + [f"{LEVELS[-1]} {features}" for features in OTHER_FEATURES] + list(SANITIZED)


def verify_matrix(model: Model, depth: str, counts: Counts) -> None:
    path = counts.find(model.folder, model.name)
    if path and model.seeded:
        with tempfile.TemporaryDirectory() as folder:
            with_weights = Path(folder) / "model.onnx"
            seeded.write(path, with_weights)
            reference = ["--sets=1", "--reference=ort", f"--python={sys.executable}"]
            verify_combinations(model, depth, counts, with_weights, reference)
    elif path:
        verify_combinations(model, depth, counts, path, data_flags(path.parent))


def verify_combinations(model: Model, depth: str, counts: Counts, path: Path, reference: list[str]) -> None:
    for combination in combinations(model, depth):
        compiler = combination.partition("--cxx=")[2]
        if compiler and not shutil.which(compiler):
            counts.skip(f"{model.name} {combination}", f"there is no {compiler} here")
            continue
        command = [str(ONNXCC), "verify", str(path), *combination.split(), "--verify-each", THREADS, *model.tolerance]
        counts.check(f"{model.name} {combination}", command + reference)


def check_table(counts: Counts) -> None:
    """The default selection has each level, feature set and compiler, and lists each model of the folder at most once."""
    used = {flag for model in TABLE for flag in model.default.split()} | {f"--cxx={COMPILERS[0]}"}
    wanted = (*LEVELS, *FEATURES, *OTHER_FEATURES, *(f"--cxx={name}" for name in COMPILERS))
    missing = [flag for flag in wanted if flag not in used]
    names = [model.name for model in TABLE]
    twice = sorted({name for name in names if names.count(name) > 1})
    good = not missing and not twice
    counts.passed += good
    counts.failed += not good
    print(f"{'ok    ' if good else 'FAILED'} the table: nowhere {missing}, twice {twice}")


def verify_demo(depth: str, counts: Counts) -> None:
    """The demo's model against ONNX Runtime and the reference evaluation, on random images."""
    python = f"--python={ROOT / '.venv/bin/python'}"
    extremes = ["-O0 --target=generic", "-O3 -march=native", SANITIZED[-1]]
    for combination in extremes if depth != "all" else combinations(Model("digits", ""), depth):
        for reference in ("ort", "eval"):
            command = [str(ONNXCC), "verify", str(ROOT / "demo/digits.onnx"), *combination.split(), THREADS]
            command += ["--dim", "batch=1..8", "--sets=2", f"--reference={reference}", python]
            counts.check(f"digits {combination} against {reference}", command)


def verify_dynamic_batch(counts: Counts) -> None:
    """One library for batches 1 to 8; the arena grows with the batch."""
    path = counts.find(BENCH, "resnet50_dynamic")
    if not path:
        return
    script = Path(__file__).with_name("dynamic_batch.py")
    counts.check("resnet50_dynamic batch=1..8", [str(ROOT / ".venv/bin/python"), str(script), str(ONNXCC), str(path)])


def verify_bisect(counts: Counts) -> None:
    """--bisect finds the node that was spoilt."""
    path = counts.find(MODELS, "mlperf_ic_fp32")
    if not path:
        return
    script = Path(__file__).with_name("spoil.py")
    data = str(path.parent / "test_data_set_0")
    counts.check("mlperf_ic_fp32 --bisect", [sys.executable, str(script), str(ONNXCC), str(path), data])


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--depth", choices=("default", "all"), default="default")
    parser.add_argument("--count", type=Path, help="file for `passed failed skipped`")
    parser.add_argument("--filter", default="", help="only models whose name contains this")
    arguments = parser.parse_args()
    if not any(arguments.filter in name for name in ("digits", "resnet50_dynamic", *(model.name for model in TABLE))):
        parser.error(f"no model's name contains '{arguments.filter}'")
    counts = Counts()
    if "digits".find(arguments.filter) >= 0:
        verify_demo(arguments.depth, counts)
    check_table(counts)
    for model in TABLE:
        if arguments.filter in model.name:
            verify_matrix(model, arguments.depth, counts)
    if arguments.filter in "resnet50_dynamic":
        verify_dynamic_batch(counts)
    if arguments.filter in "mlperf_ic_fp32":
        verify_bisect(counts)
    for folder, names in counts.missing.items():
        print(f"skipped {len(names)} tests, whose models are not in {folder}: {' '.join(names)}")
    print(f"models: {counts.passed} passed, {counts.failed} failed, {counts.skipped} skipped")
    if arguments.count:
        arguments.count.write_text(f"{counts.passed} {counts.failed} {counts.skipped}\n")
    return counts.failed != 0


if __name__ == "__main__":
    sys.exit(main())
