"""Graphs as an ONNX model with its data: several independent graphs in one model, so that a few compilations serve many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from case import BF16, Array
from graph import OPSET, Graph, Value
from onnx import helper, numpy_helper


def load(path: Path) -> Array:
    array = np.load(path)
    return array.view(BF16) if array.dtype.kind == "V" else array


@dataclass
class Model:
    """Graphs with the same sizes of n. \\p outputs: a graph's, in the order of the model's."""

    graphs: Sequence[Graph]
    outputs: list[Value]

    def proto(self) -> onnx.ModelProto:
        inputs, nodes, constants = [], [], []
        for graph in self.graphs:
            for name, arrays in graph.inputs.items():
                element = helper.np_dtype_to_tensor_dtype(arrays[0].dtype)
                inputs.append(helper.make_tensor_value_info(name, element, graph.symbols(tuple(array.shape for array in arrays))))
            nodes += graph.nodes
            constants += [numpy_helper.from_array(array, name) for name, array in graph.constants.items()]
        # Without shapes: the compiler says them.
        results = [helper.make_tensor_value_info(v.name, helper.np_dtype_to_tensor_dtype(v.dtype), None) for v in self.outputs]
        graph = helper.make_graph(nodes, "random", inputs, results, constants)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])

    @property
    def sizes(self) -> tuple[int, ...]:
        return self.graphs[0].sizes

    def flags(self, folder: Path) -> list[str]:
        """The model's file, its data and its dim, as the compiler's arguments."""
        dynamic = any(len({array.shape for array in arrays}) > 1 for graph in self.graphs for arrays in graph.inputs.values())
        dim = [f"--dim=n={min(self.sizes)}..{max(self.sizes)}"] if dynamic else []
        return [str(folder / "model.onnx"), *(f"--data={folder / f'data{k}'}" for k in range(len(self.sizes))), *dim]

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        onnx.save(self.proto(), folder / "model.onnx")
        for k in range(len(self.sizes)):
            data = folder / f"data{k}"
            data.mkdir(exist_ok=True)
            index = 0
            for graph in self.graphs:
                for name, arrays in graph.inputs.items():
                    (data / f"input_{index}.pb").write_bytes(numpy_helper.from_array(arrays[k], name).SerializeToString())
                    index += 1

    def results(self, folder: Path) -> list[dict[str, Array]]:
        """What a run with --save has left, by name, a dict a size."""
        return [
            {value.name: load(folder / str(k) / f"output_{index}.npy") for index, value in enumerate(self.outputs)}
            for k in range(len(self.sizes))
        ]  # fmt: skip


def computed(graph: Graph) -> list[Value]:
    """All that nodes give."""
    return [v for v in graph.values if v.name not in graph.inputs and v.name not in graph.constants]


def sinks(graph: Graph) -> list[Value]:
    """What no node reads, and some of what is read too: a value that is kept and used."""
    read = {name for node in graph.nodes for name in node.input}
    return [v for k, v in enumerate(computed(graph)) if v.name not in read or (graph.seed + k) % 11 == 0]


def whole(graphs: Sequence[Graph]) -> Model:
    """With all values as outputs."""
    return Model(graphs, [value for graph in graphs for value in computed(graph)])


def kept(graphs: Sequence[Graph]) -> Model:
    return Model(graphs, [value for graph in graphs for value in sinks(graph)])
