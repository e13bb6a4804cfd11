"""Times one model in one other engine, in a process of its own: `worker.py ENGINE MODEL DATA THREADS SECONDS`.

DATA is a folder of input_0.pb (or .npy), …. Inputs and outputs are bound once, so that a timed call is the engine's own
work and a call from Python (some microseconds). The last line of stdout is JSON: {"version", "samples": [seconds…]}.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnx.numpy_helper


def read_inputs(model: str, folder: Path) -> dict[str, np.ndarray]:
    """The inputs by name; files are in the graph's order, initialisers left out."""
    graph = onnx.load(model, load_external_data=False).graph
    constants = {tensor.name for tensor in graph.initializer}
    names = [value.name for value in graph.input if value.name not in constants]
    inputs = {}
    for index, name in enumerate(names):
        path = folder / f"input_{index}.pb"
        if path.exists():
            inputs[name] = onnx.numpy_helper.to_array(onnx.load_tensor(path))
        else:
            inputs[name] = np.load(path.with_suffix(".npy"))
    return inputs


def prepare_onnxruntime(model: str, inputs: dict[str, np.ndarray], threads: int) -> tuple[str, Callable[[], Any]]:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    binding = session.io_binding()
    for name, value in inputs.items():
        binding.bind_cpu_input(name, np.ascontiguousarray(value) if value.ndim else value)
    for output in session.get_outputs():
        binding.bind_output(output.name, "cpu")
    return onnxruntime.__version__, lambda: session.run_with_iobinding(binding)


def prepare_openvino(model: str, inputs: dict[str, np.ndarray], threads: int) -> tuple[str, Callable[[], Any]]:
    import openvino

    core = openvino.Core()
    network = core.read_model(model)
    network.reshape({name: list(value.shape) for name, value in inputs.items()})
    config = {
        "INFERENCE_NUM_THREADS": str(threads),
        "NUM_STREAMS": "1",
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_PRECISION_HINT": "f32",  # on some machines it would round to bfloat16
    }
    request = core.compile_model(network, "CPU", config).create_infer_request()
    for name, value in inputs.items():
        request.set_tensor(name, openvino.Tensor(np.ascontiguousarray(value)))
    return openvino.__version__.split("-")[0], request.infer


ENGINES = {"onnxruntime": prepare_onnxruntime, "openvino": prepare_openvino}


def measure(call: Callable[[], Any], seconds: float) -> list[float]:
    """As `onnxcc bench` does: a fifth of the time to warm up, then at least 20 calls."""
    start, warm = time.perf_counter(), 0
    while warm < 3 or time.perf_counter() - start < seconds / 5:
        call()
        warm += 1
    samples: list[float] = []
    start = time.perf_counter()
    while len(samples) < 20 or time.perf_counter() - start < seconds:
        begin = time.perf_counter()
        call()
        samples.append(time.perf_counter() - begin)
    return samples


def main() -> None:
    engine, model, data, threads, seconds = sys.argv[1:]
    inputs = read_inputs(model, Path(data))
    version, call = ENGINES[engine](model, inputs, int(threads))
    print(json.dumps({"version": version, "samples": measure(call, float(seconds))}))


if __name__ == "__main__":
    main()
