"""A quantised model cut at its codes: each reader gets the reference's as an input, so that errors stay where they are made."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from onnx import helper, numpy_helper
from sandwich import Array

CODES = ("QuantizeLinear", "QLinearConv", "QLinearMatMul", "DynamicQuantizeLinear")


def run(model: onnx.ModelProto, feeds: dict[str, Array]) -> dict[str, Array]:
    """ONNX Runtime's outputs, each node computed as it stands."""
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return dict(zip([x.name for x in session.get_outputs()], session.run(None, feeds), strict=True))


def describe(name: str, data: Array) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(data.dtype), data.shape)


def cut(path: Path, feeds: list[Array]) -> tuple[onnx.ModelProto, list[Array], dict[str, Array]]:
    """The model with its codes as inputs and outputs; its inputs, and the codes that it should give."""
    model = onnx.load(path)
    graph = model.graph
    constant = {x.name for x in graph.initializer}
    given = dict(zip([x.name for x in graph.input if x.name not in constant], feeds, strict=True))
    codes = [
        name
        for node in graph.node
        if node.op_type in CODES and node.input[0] not in constant
        for name in node.output
    ]
    codes = list(dict.fromkeys(codes))
    del graph.output[:]
    graph.output.extend(onnx.ValueInfoProto(name=name) for name in codes)
    expected = {name: np.asarray(data) for name, data in run(model, given).items()}
    del graph.output[:]
    for node in graph.node:
        for k, name in enumerate(node.input):
            if name in expected:
                node.input[k] = f"{name}_given"
    read = {name for node in graph.node for name in node.input}
    for name, data in expected.items():
        graph.output.append(describe(name, data))
        if f"{name}_given" in read:
            graph.input.append(describe(f"{name}_given", data))
            given[f"{name}_given"] = data
    return model, [given[x.name] for x in graph.input if x.name not in constant], run(model, given)


def load_inputs(folder: Path) -> list[Array]:
    paths = sorted(folder.glob("input_*.pb"), key=lambda path: int(path.stem.split("_")[1]))
    return [numpy_helper.to_array(onnx.load_tensor(str(path))) for path in paths]
