"""Many cases as one ONNX model: every case a node of its own with outputs of its own, equal inputs shared."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnx
from case import Array, Case
from onnx import helper, numpy_helper

DATA_TYPE = helper.np_dtype_to_tensor_dtype


def identifier(name: str) -> str:
    return "".join(c if c.isalnum() else "_" for c in name)


@dataclass
class Batch:
    """A model and the data it runs on."""

    cases: list[Case]
    opset: int | None = None  # the newest
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    inputs: list[onnx.ValueInfoProto] = field(default_factory=list)
    outputs: list[onnx.ValueInfoProto] = field(default_factory=list)
    initializers: list[onnx.TensorProto] = field(default_factory=list)
    data: list[Array] = field(default_factory=list)  # one an input
    expected: list[tuple[Case, Array]] = field(default_factory=list)  # one an output
    names: dict[object, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for case in self.cases:
            self.add(case)

    def value(self, case: Case, position: int) -> str:
        """The name of an input; equal ones have one."""
        array = case.inputs[position]
        if array is None:
            return ""
        array = np.asarray(array)
        constant, declared = position in case.constant, case.symbols.get(position)
        key = (constant, array.dtype.name, array.shape, array.tobytes(), declared)
        if key in self.names:
            return self.names[key]
        name = self.names[key] = f"{'c' if constant else 'x'}{len(self.names)}"
        if constant:
            self.initializers.append(numpy_helper.from_array(array, name))
        else:
            shape = array.shape if declared is None else declared
            self.inputs.append(helper.make_tensor_value_info(name, DATA_TYPE(array.dtype), shape))
            self.data.append(array)
        return name

    def constant(self, name: str, array: Array) -> str:
        self.initializers.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def add(self, case: Case) -> None:
        prefix = identifier(case.name)
        inputs = [self.value(case, position) for position in range(len(case.inputs))]
        for index, step in enumerate(case.before):
            output = f"{prefix}_before{index}"
            names = [inputs[0] if isinstance(x, int) else self.constant(f"{output}_{k}", x) for k, x in enumerate(step.inputs)]
            self.nodes.append(helper.make_node(step.op, names, [output], f"{case.name}/before{index}", **step.attributes))
            inputs[0] = output
        if case.op == "Range" and case.before:  # from 0 to the computed number
            zero = f"{prefix}_zero"
            self.initializers.append(numpy_helper.from_array(np.array(0, np.int64), zero))
            inputs = [zero, *inputs]
        outputs = [f"{prefix}_{index}" if case.after else prefix + (f"_{index}" if index else "") for index in range(len(case.expected))]
        node = helper.make_node(case.op, inputs, outputs, case.name, domain=case.domain)
        for name, value in case.attributes.items():
            node.attribute.append(helper.make_attribute(name, value))
        self.nodes.append(node)
        chain = outputs[:1]
        for index, step in enumerate(case.after):
            output = f"{prefix}_after{index}"
            names = [chain[x] if isinstance(x, int) else self.constant(f"{output}_{k}", x) for k, x in enumerate(step.inputs)]
            self.nodes.append(helper.make_node(step.op, names, [output], f"{case.name}/after{index}", **step.attributes))
            chain.append(output)
        outputs[0] = chain[-1]
        for output, expected in zip(outputs, case.expected, strict=True):
            # Without a shape: where the model has symbols the compiler says it.
            self.outputs.append(helper.make_tensor_value_info(output, DATA_TYPE(expected.dtype), None if case.symbols else expected.shape))
            self.expected.append((case, expected))

    def proto(self) -> onnx.ModelProto:
        graph = helper.make_graph(self.nodes, "numerics", self.inputs, self.outputs, self.initializers)
        return helper.make_model(graph, opset_imports=[
            helper.make_opsetid("", self.opset or onnx.defs.onnx_opset_version()),
            *(helper.make_opsetid(domain, 1) for domain in sorted({node.domain for node in self.nodes} - {""})),
        ])

    def save(self, folder: Path) -> None:
        """FOLDER/model.onnx"""
        folder.mkdir(parents=True, exist_ok=True)
        onnx.save(self.proto(), folder / "model.onnx")

    def save_data(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for index, (info, array) in enumerate(zip(self.inputs, self.data, strict=True)):
            (folder / f"input_{index}.pb").write_bytes(numpy_helper.from_array(array, info.name).SerializeToString())
