"""How lit runs the tests: `lit build/release/test` or `ninja check-lit`."""

import os
import shutil

import lit.formats

config.name = "onnxcc"
config.test_format = lit.formats.ShTest(execute_external=True)
config.suffixes = [".mlir", ".onnxtxt", ".test"]
config.excludes = ["unit", "Inputs", "models", "numerics", "random", "fuzz", "CMakeLists.txt", "README.md"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.onnxcc_build, "test")

# The programs under test and LLVM's helpers (FileCheck, not, split-file, llvm-nm), in this order.
config.environment["PATH"] = os.pathsep.join(
    [os.path.join(config.onnxcc_build, "bin"), config.llvm_bin, config.environment.get("PATH", "")]
)
config.environment["FILECHECK_OPTS"] = "--dump-input=fail"
# Programs that are instrumented themselves reserve terabytes, and are not preloaded.
if config.onnxcc_sanitize:
    config.available_features.add("sanitized")

python = os.path.join(config.onnxcc_source, ".venv", "bin", "python")
if os.path.exists(python):
    config.available_features.add("python")
# Real models, as models/run.py finds them.
models = os.environ.get("ONNXCC_MODELS", os.path.join(os.path.dirname(config.onnxcc_source), "shared", "models"))
if os.path.exists(os.path.join(models, "mlperf_ic_fp32", "model.onnx")):
    config.available_features.add("models")
config.substitutions += [
    ("%cxx", config.host_cxx),
    ("%cc", config.host_cc),
    ("%clangxx", os.path.join(config.llvm_bin, "clang++")),
    ("%python", python),
    ("%source", config.onnxcc_source),
    ("%models", models),
    ("%runtime", os.path.join(config.onnxcc_source, "runtime")),
    ("%build", config.onnxcc_build),
    ("%libdir", os.path.join(config.onnxcc_build, "lib")),
]
if os.path.exists(os.path.join(config.llvm_bin, "clang++")):
    config.available_features.add("clang")
# Programs of another machine: Debian's g++-aarch64-linux-gnu and qemu-user.
if shutil.which("aarch64-linux-gnu-g++") and shutil.which("qemu-aarch64"):
    config.available_features.add("aarch64")
# Debian 12's own, which has no _Float16.
if shutil.which("clang++-14"):
    config.available_features.add("clang-14")
