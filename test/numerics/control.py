"""What data decides: branches (If)."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from case import F32, Array, case
from onnx import helper
from values import ordinary

TYPE = helper.np_dtype_to_tensor_dtype


def graph(
    nodes: list[onnx.NodeProto], inputs: dict[str, Array], outputs: dict[str, np.dtype[Any]], constants: dict[str, Array] | None = None
) -> onnx.GraphProto:
    """A subgraph; its outputs have whatever shape."""
    given = [helper.make_tensor_value_info(name, TYPE(x.dtype), x.shape) for name, x in inputs.items()]
    made = [helper.make_tensor_value_info(name, TYPE(dtype), None) for name, dtype in outputs.items()]
    tensors = [onnx.numpy_helper.from_array(x, name) for name, x in (constants or {}).items()]
    return helper.make_graph(nodes, "body", given, made, tensors)


def add_branches() -> None:
    x = ordinary((3, 4), F32)

    def choose(name: str, then: list[onnx.NodeProto], otherwise: list[onnx.NodeProto], values: tuple[Array, Array], **more: Array) -> None:
        for flag, value in zip((True, False), values, strict=True):
            branches = {
                "then_branch": graph(then, {}, {"then_out": value.dtype}, dict(more)),
                "else_branch": graph(otherwise, {}, {"else_out": value.dtype}, {f"else_{k}": v for k, v in more.items()}),
            }
            case(f"If/{name}/{flag}", "If", [np.array(flag)], value, **branches)

    node = helper.make_node
    choose("constants", [node("Relu", ["x"], ["then_out"])], [node("Neg", ["else_x"], ["else_out"])], (np.maximum(x, 0), -x), x=x)
    choose("several", [node("Gather", ["x", "good"], ["then_out"])],
           [node("Add", ["else_x", "else_x"], ["else_sum"]), node("Gather", ["else_sum", "else_good"], ["else_out"])],
           (x[[0, 2]], (x + x)[[0, 2]]), x=x, good=np.array([0, 2]))  # fmt: skip


def add_cases() -> None:
    add_branches()
