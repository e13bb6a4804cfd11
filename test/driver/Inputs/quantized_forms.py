"""
One model of the forms in which values and weights are stored quantised, and what onnx's reference computes of it:
quantized_forms.py FOLDER REGEX, of which the second chooses among them.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import ml_dtypes
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

# Storage, and whether ONNX lets it have a zero point other than 0.
FORMS = {
    "int8": (np.int8, True),
    "uint8": (np.uint8, True),
    "int16": (np.int16, True),
    "uint16": (np.uint16, True),
    "int4": (ml_dtypes.int4, True),
    "uint4": (ml_dtypes.uint4, True),
    "int2": (ml_dtypes.int2, True),
    "uint2": (ml_dtypes.uint2, True),
    "e4m3fn": (ml_dtypes.float8_e4m3fn, False),
    "e4m3fnuz": (ml_dtypes.float8_e4m3fnuz, False),
    "e5m2": (ml_dtypes.float8_e5m2, False),
    "e5m2fnuz": (ml_dtypes.float8_e5m2fnuz, False),
}
GRANULARITIES = {"tensor": {}, "channel": {"axis": 1}, "block": {"axis": 0, "block_size": 4}}
ROWS, DEPTH, CHANNELS = 3, 8, 6


class Builder:
    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self.outputs: list[onnx.ValueInfoProto] = []

    def constant(self, name: str, array: np.ndarray) -> str:
        self.constants.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def node(self, op: str, inputs: list[str], output: str, **attributes: object) -> str:
        self.nodes.append(helper.make_node(op, inputs, [output], output, **attributes))
        return output

    def output(self, name: str, shape: tuple[int, ...]) -> None:
        self.outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))

    def add(self, form: str, granularity: str) -> None:
        dtype, is_integer = FORMS[form]
        attributes, prefix = GRANULARITIES[granularity], f"{form}_{granularity}"
        shape = {"tensor": (), "channel": (CHANNELS,), "block": (DEPTH // 4, CHANNELS)}[granularity]
        rng = np.random.default_rng(len(self.nodes))
        # Powers of two: quotients are exact, and ties round as they must.
        scale = self.constant(f"{prefix}_scale", (2.0 ** rng.integers(-4, 0, shape)).astype(np.float32))
        low, high = (int(ml_dtypes.iinfo(dtype).min), int(ml_dtypes.iinfo(dtype).max)) if is_integer else (0, 0)
        zero = self.constant(f"{prefix}_zero", rng.integers(low // 2, high // 2 + 1, shape).astype(dtype))
        # Weights that are stored so.
        codes = rng.integers(low, high + 1, (DEPTH, CHANNELS)) if is_integer else rng.normal(0, 2, (DEPTH, CHANNELS))
        weight = self.constant(f"{prefix}_codes", codes.astype(dtype))
        real = self.node("DequantizeLinear", [weight, scale, zero], f"{prefix}_weight", **attributes)
        self.output(self.node("MatMul", ["x", real], f"{prefix}_product"), (ROWS, CHANNELS))
        if not is_integer:  # there are no kernels that round to floats of 8 bits
            return
        # A value that is stored so on its way; its scales lie along the same axes.
        stored = self.node("QuantizeLinear", ["y", scale, zero], f"{prefix}_stored", **attributes)
        back = self.node("DequantizeLinear", [stored, scale, zero], f"{prefix}_back", **attributes)
        self.output(back, (DEPTH, CHANNELS))
        # Both of a product.
        if granularity == "tensor":
            quantized = self.node("QuantizeLinear", ["x", scale, zero], f"{prefix}_quantized")
            factor = self.node("DequantizeLinear", [quantized, scale, zero], f"{prefix}_factor")
            self.output(self.node("MatMul", [factor, real], f"{prefix}_both"), (ROWS, CHANNELS))


def main() -> None:
    folder, wanted = Path(sys.argv[1]), re.compile(sys.argv[2])
    builder = Builder()
    for form in filter(wanted.fullmatch, FORMS):
        for granularity in GRANULARITIES:
            builder.add(form, granularity)
    inputs = [
        helper.make_tensor_value_info("x", TensorProto.FLOAT, (ROWS, DEPTH)),
        helper.make_tensor_value_info("y", TensorProto.FLOAT, (DEPTH, CHANNELS)),
    ]
    graph = helper.make_graph(builder.nodes, "forms", inputs, builder.outputs, builder.constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 25)], ir_version=13)
    onnx.save(model, folder / "forms.onnx")
    rng = np.random.default_rng(7)
    feed = {"x": rng.normal(0, 3, (ROWS, DEPTH)).astype(np.float32), "y": rng.normal(0, 30, (DEPTH, CHANNELS)).astype(np.float32)}
    data = folder / "data"
    data.mkdir()
    for index, value in enumerate(feed.values()):
        np.save(data / f"input_{index}.npy", value)
    for index, value in enumerate(ReferenceEvaluator(model).run(None, feed)):
        np.save(data / f"output_{index}.npy", np.asarray(value, np.float32))


if __name__ == "__main__":
    main()
