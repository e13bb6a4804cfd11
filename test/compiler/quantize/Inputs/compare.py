"""What ONNX Runtime makes of two models: `compare.py FLOAT.onnx QUANTISED.onnx SAMPLES.npy`.

Prints the SQNR of each output in dB, and the first node that is not of the ONNX standard.
"""

import sys

import numpy as np
import onnx
import onnxruntime

onnxruntime.set_default_logger_severity(3)


def run(path: str, samples: np.ndarray) -> list[np.ndarray]:
    """All samples' outputs, output by output, with the graph as it is."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    results = [session.run(None, {name: sample[None]}) for sample in samples]
    return [np.stack(output).astype(np.float64) for output in zip(*results)]


def main() -> None:
    """Command line entry point."""
    floats, quantised, data = sys.argv[1:]
    onnx.checker.check_model(quantised, full_check=True)
    samples = np.load(data)
    for wanted, got in zip(run(floats, samples), run(quantised, samples), strict=True):
        noise = np.square(wanted - got).sum()
        print(f"SQNR {10 * np.log10(np.square(wanted).sum() / noise):.1f} dB")
    others = [node.op_type for node in onnx.load(quantised).graph.node if node.domain]
    print("standard" if not others else f"not of the standard: {others[0]}")


if __name__ == "__main__":
    main()
