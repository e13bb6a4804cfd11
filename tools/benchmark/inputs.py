"""Random inputs for a model that has no test data: `inputs.py MODEL FOLDER [NAME=EXTENT…]`.

Open dims are 1 unless given by name (an unnamed dim K of input x is x_dK, as onnxcc calls it). Seeded: every engine and
every run gets the same numbers.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import onnx
import onnx.helper


def main() -> None:
    model, folder, *settings = sys.argv[1:]
    dims = {name: int(extent) for name, extent in (setting.split("=") for setting in settings)}
    graph = onnx.load(model, load_external_data=False).graph
    constants = {tensor.name for tensor in graph.initializer}
    generator = np.random.default_rng(0)
    values = [value for value in graph.input if value.name not in constants]
    for index, value in enumerate(values):
        tensor = value.type.tensor_type
        shape = []
        for axis, dim in enumerate(tensor.shape.dim):
            name = dim.dim_param or f"{value.name}_d{axis}"
            shape.append(dim.dim_value if dim.HasField("dim_value") else dims.get(name, 1))
        dtype = onnx.helper.tensor_dtype_to_np_dtype(tensor.elem_type)
        if dtype.kind == "f":
            array = generator.uniform(-1, 1, shape).astype(dtype)
        elif dtype.kind == "b":
            array = generator.integers(0, 2, shape).astype(dtype)
        else:
            # Wide integers are mostly indices: small ones are valid more often.
            array = generator.integers(0, 8 if dtype.itemsize > 1 else 128, shape).astype(dtype)
        np.save(Path(folder) / f"input_{index}.npy", array)


if __name__ == "__main__":
    main()
