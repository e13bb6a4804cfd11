"""What others say of a node: ONNX Runtime, else the onnx package's reference evaluator.

Every node by itself, its operands being those that our evaluation computed, so that an operator that the other does not have hides no
other. A node is wrong if all that can run it say so.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

import numpy as np
import onnx
from case import BF16, F64, Array
from comparison import difference
from graph import OPSET, Graph, Value
from onnx import helper, numpy_helper
from onnx.reference import ReferenceEvaluator

try:
    import onnxruntime

    onnxruntime.set_default_logger_severity(4)
except ImportError:
    onnxruntime = None

# The newest opset that ONNX Runtime takes.
RUNTIME_OPSET = 26


# These compute a double in float, or with constants in float; of the normalisations ONNX wants it so (stash_type).
IN_FLOAT = {"Erf", "Gelu", "HardSwish", "HammingWindow", "HannWindow", "BlackmanWindow"}
IN_FLOAT |= {"GroupNormalization", "LayerNormalization", "RMSNormalization"}
# What a reference gets wrong.
WRONG = {
    ("onnx.reference", "LRN"): "rounds the sum of squares away in bfloat16",
    ("onnx.reference", "GlobalMaxPool"): "reduces the channels of images of one axis too",
    ("onnx.reference", "Gemm"): "computes integers in double",
    ("onnx.reference", "OneHot"): "computes the values by a product and a sum",
    ("onnx.reference", "QLinearConv"): "adds the zero point before it rounds",
}


def is_partly_wrong(name: str, node: onnx.NodeProto, arrays: list[Array]) -> bool:
    """What a reference gets wrong of some nodes of an operator."""
    if name != "onnx.reference":
        return False
    if node.op_type == "ConvTranspose":  # gives all groups the first one's bias
        return len(node.input) > 2 and any(a.name == "group" and a.i > 1 for a in node.attribute)
    return node.op_type == "Resize" and arrays[0].dtype.kind in "iu" and arrays[0].dtype.itemsize == 8  # computes integers in double


@dataclass
class Peers:
    """How many nodes which reference has checked, and what none could check."""

    checked: Counter = field(default_factory=Counter)
    unchecked: Counter = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def node_model(node: onnx.NodeProto, operands: dict[str, Array], constants: dict[str, Array], results: list[Value], opset: int) -> onnx.ModelProto:
    element = helper.np_dtype_to_tensor_dtype
    inputs = [helper.make_tensor_value_info(name, element(array.dtype), array.shape) for name, array in operands.items()]
    outputs = [helper.make_tensor_value_info(value.name, element(value.dtype), None) for value in results]
    given = [numpy_helper.from_array(array, name) for name, array in constants.items()]
    graph = helper.make_graph([node], "node", inputs, outputs, given)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=10)


def by_runtime(node: onnx.NodeProto, operands: dict[str, Array], constants: dict[str, Array], results: list[Value]) -> list[Array]:
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    proto = node_model(node, operands, constants, results, RUNTIME_OPSET)
    session = onnxruntime.InferenceSession(proto.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run([value.name for value in results], operands)


def by_package(node: onnx.NodeProto, operands: dict[str, Array], constants: dict[str, Array], results: list[Value]) -> list[Array]:
    evaluator = ReferenceEvaluator(node_model(node, operands, constants, results, OPSET))
    return [np.asarray(array) for array in evaluator.run([value.name for value in results], operands)]


def deviation(graph: Graph, node: onnx.NodeProto, value: Value, ours: Array, found: Array) -> str:
    if found.dtype.kind in "iu" and value.dtype.kind in "iu":
        found = found.astype(value.dtype)  # numpy's sums of narrow integers are wider
    if node.op_type in IN_FLOAT and value.dtype == F64:
        value = replace(value, range=replace(value.range, error=value.range.error + 2.0**-18 * max(value.range.size, 1)))
    return difference(graph, value, ours, found)


def check(graph: Graph, evaluated: dict[str, Array], size: int, peers: Peers) -> None:
    """Each node of a graph on the values of our evaluation."""
    values = {value.name: value for value in graph.values}
    for node in graph.nodes:
        names = dict.fromkeys(filter(None, node.input))
        constants = {name: graph.constants[name] for name in names if name in graph.constants}
        operands = {name: evaluated[name] if name in evaluated else graph.inputs[name][size] for name in names if name not in constants}
        results = [values[name] for name in node.output if name]
        # ONNX Runtime has few kernels of bfloat16, and ends the process on an LSTM of no batch.
        arrays = [(constants | operands)[input_name] for input_name in names]
        unfit = any(array.dtype == BF16 or not array.size for array in arrays) or any(value.dtype == BF16 for value in results)
        sources = [("ONNX Runtime", by_runtime)] * (onnxruntime is not None and not unfit) + [("onnx.reference", by_package)]
        answers = []
        for name, run in sources:
            if (name, node.op_type) in WRONG or is_partly_wrong(name, node, arrays):
                continue
            try:
                with np.errstate(all="ignore"):
                    found = run(node, operands, constants, results)
            except Exception:  # noqa: BLE001, S112 - an operator or a type that the other does not have
                continue
            whys = [deviation(graph, node, value, evaluated[value.name], array) for value, array in zip(results, found, strict=True)]
            answers.append(f"{name}: {why}" if (why := next(filter(None, whys), "")) else "")
            if not answers[-1]:
                peers.checked[name] += 1
                break
        if not answers:
            peers.unchecked[node.op_type] += 1
        elif all(answers):
            peers.wrong.append(f"{node.op_type}: seed {graph.seed}, node {node.name}: the evaluation against {', and '.join(answers)}")
