"""Spoils one node of a real model and asks `onnxcc verify --bisect` which one it is.

Usage: spoil.py ONNXCC MODEL DATA. A weight in the middle of the model is changed in the model that the reference runs; the
first node that differs must be the one that reads it, and the saved model of this node must differ on its own.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnx.numpy_helper


def spoil(path: str, to: Path) -> str:
    """Changes an element of a convolution's weights by far. \\returns the node's name."""
    model = onnx.load(path)
    weights = {tensor.name: tensor for tensor in model.graph.initializer}
    nodes = [node for node in model.graph.node if node.op_type == "Conv" and node.input[1] in weights]
    node = nodes[len(nodes) // 2]
    tensor = weights[node.input[1]]
    values = onnx.numpy_helper.to_array(tensor).copy()
    values.flat[values.size // 2] += 10 * np.abs(values).max()
    tensor.CopyFrom(onnx.numpy_helper.from_array(values, tensor.name))
    onnx.save(model, to)
    return node.name


def main() -> int:
    onnxcc, model, data = sys.argv[1:]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        name = spoil(model, folder / "spoilt.onnx")
        command = [onnxcc, "verify", model, f"--data={data}", f"--python={sys.executable}"]
        command += [f"--reference-model={folder / 'spoilt.onnx'}", f"--bisect={folder / 'node'}"]
        for reference in ("ort", "eval"):
            run = subprocess.run([*command, f"--reference={reference}"], capture_output=True, text=True, check=False)
            print(run.stdout + run.stderr)
            if run.returncode != 1 or f"bisect: the first node that differs is '{name}' (Conv)" not in run.stdout:
                print(f"expected the first node that differs to be '{name}'")
                return 1
            alone = [onnxcc, "verify", str(folder / "node/model.onnx"), f"--data={folder / 'node/test_data_set_0'}"]
            run = subprocess.run(alone, capture_output=True, text=True, check=False)
            print(run.stdout + run.stderr)
            if run.returncode != 1 or "NOT verified" not in run.stdout:
                print("expected the saved node to differ on its own")
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
