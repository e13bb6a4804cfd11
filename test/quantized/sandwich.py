"""Graphs of dequantise, op, quantise in the making: each node's result is ONNX Runtime's, of that node alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime as ort
from onnx import helper, numpy_helper

Array = npt.NDArray[Any]
F32 = np.float32
MICROSOFT = "com.microsoft"
OPSETS = [helper.make_opsetid("", 20), helper.make_opsetid(MICROSOFT, 1)]


@dataclass
class Real:
    """A tensor of floats between two quantisations."""

    name: str
    data: Array


@dataclass
class Codes:
    """A quantised tensor."""

    name: str
    data: Array
    scale: np.float32
    zero: Array

    def real(self) -> Array:
        return (self.data.astype(np.int32) - self.zero.astype(np.int32)).astype(F32) * self.scale


@dataclass
class Result:
    codes: Codes
    kind: str
    is_integer: bool  # computed in integers: the same bytes everywhere


@dataclass
class Graph:
    rng: np.random.Generator
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: list[onnx.TensorProto] = field(default_factory=list)
    inputs: list[Codes] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    count: int = 0

    def name(self, stem: str) -> str:
        self.count += 1
        return f"{stem}_{self.count}"

    def constant(self, data: Array) -> Real:
        name = self.name("constant")
        self.constants.append(numpy_helper.from_array(np.asarray(data), name))
        return Real(name, np.asarray(data))

    def scale(self) -> np.float32:
        """No ties: sums of such scales' multiples are seldom halves of another's."""
        return F32(self.rng.uniform(0.01, 0.06))

    def codes(self, shape: tuple[int, ...], dtype: np.dtype) -> Codes:
        """A tensor of which both ends of the range occur: an input, unless an earlier result has that shape and type."""
        fitting = [r.codes for r in self.results if r.is_integer and r.codes.data.shape == shape and r.codes.data.dtype == dtype]
        if fitting and self.rng.random() < 0.7:
            return fitting[int(self.rng.integers(len(fitting)))]
        info = np.iinfo(dtype)
        data = self.rng.integers(info.min, info.max + 1, shape).astype(dtype)
        data.flat[: min(2, data.size)] = (info.min, info.max)[: min(2, data.size)]
        zero = np.array(self.rng.integers(info.min, info.max + 1), dtype)
        self.inputs.append(Codes(self.name("x"), data, self.scale(), zero))
        return self.inputs[-1]

    def dequantize(self, codes: Codes) -> Real:
        name = self.name("real")
        scale, zero = self.constant(codes.scale), self.constant(codes.zero)
        self.nodes.append(helper.make_node("DequantizeLinear", [codes.name, scale.name, zero.name], [name], name=name))
        return Real(name, codes.real())

    def op(self, kind: str, operands: list[Real | None], domain: str = "", **attributes: object) -> Real:
        """A node, with its result."""
        name = self.name(kind.lower())
        names = [operand.name if operand else "" for operand in operands]
        node = helper.make_node(kind, names, [name], name=name, domain=domain, **attributes)
        self.nodes.append(node)
        return Real(name, run(node, {o.name: o.data for o in operands if o}))

    def quantize(self, real: Real, kind: str, dtype: np.dtype, is_integer: bool = True) -> Codes:
        """To a range that covers most of what there is; what is beyond it saturates."""
        info = np.iinfo(dtype)
        low, high = min(float(real.data.min()), 0.0), max(float(real.data.max()), 0.0)
        scale = F32(max(high - low, 1e-3) / 255 * self.rng.uniform(0.7, 1.1))
        zero = np.array(np.clip(round(info.min - low / float(scale)), info.min, info.max), dtype)
        name = self.name("codes")
        names = [real.name, self.constant(scale).name, self.constant(zero).name]
        self.nodes.append(helper.make_node("QuantizeLinear", names, [name], name=name))
        data = np.clip(np.rint(real.data / scale) + float(zero), info.min, info.max).astype(dtype)
        return self.keep(Codes(name, data, scale, zero), kind, is_integer)

    def keep(self, codes: Codes, kind: str, is_integer: bool) -> Codes:
        self.results.append(Result(codes, kind, is_integer))
        return codes

    def model(self, is_forced: bool) -> tuple[onnx.ModelProto, list[Array]]:
        """The model and its inputs. Forced: each reader of codes gets the reference's, so that errors stay where they are made."""
        known = {r.codes.name: r.codes for r in self.results}
        given = list(self.inputs)
        nodes = []
        for original in self.nodes:
            node = onnx.NodeProto()
            node.CopyFrom(original)
            for k, name in enumerate(node.input):
                if not is_forced or name not in known:
                    continue
                node.input[k] = f"{name}_given"
                if all(codes.name != node.input[k] for codes in given):
                    given.append(Codes(node.input[k], known[name].data, known[name].scale, known[name].zero))
            nodes.append(node)
        outputs = [describe(r.codes) for r in self.results]
        graph = helper.make_graph(nodes, "sandwiches", [describe(codes) for codes in given], outputs, self.constants)
        return helper.make_model(graph, opset_imports=OPSETS, ir_version=9), [codes.data for codes in given]


def describe(codes: Codes) -> onnx.ValueInfoProto:
    kind = helper.np_dtype_to_tensor_dtype(codes.data.dtype)
    return helper.make_tensor_value_info(codes.name, kind, codes.data.shape)


def run(node: onnx.NodeProto, feeds: dict[str, Array]) -> Array:
    """ONNX Runtime's first result of one node."""
    inputs = [
        helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(data.dtype), data.shape)
        for name, data in feeds.items()
    ]
    output = onnx.ValueInfoProto(name=node.output[0])
    graph = helper.make_graph([node], "node", inputs, [output])
    model = helper.make_model(graph, opset_imports=OPSETS, ir_version=9)
    options = ort.SessionOptions()
    options.log_severity_level = 3
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, feeds)[0])
