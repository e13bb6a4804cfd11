"""What data decides: extents (NonZero, Compress), branches (If), and the number of steps (Loop)."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from case import BOOL, F32, NUMBERS, Array, Step, Tolerance, case, short
from onnx import helper
from values import ordinary, wide

I64 = np.dtype("int64")
TYPE = helper.np_dtype_to_tensor_dtype
NEAR = Tolerance(4, 1e-6)


def graph(
    nodes: list[onnx.NodeProto], inputs: dict[str, Array], outputs: dict[str, np.dtype[Any]], constants: dict[str, Array] | None = None
) -> onnx.GraphProto:
    """A subgraph; its outputs have whatever shape."""
    given = [helper.make_tensor_value_info(name, TYPE(x.dtype), x.shape) for name, x in inputs.items()]
    made = [helper.make_tensor_value_info(name, TYPE(dtype), None) for name, dtype in outputs.items()]
    tensors = [onnx.numpy_helper.from_array(x, name) for name, x in (constants or {}).items()]
    return helper.make_graph(nodes, "body", given, made, tensors)


def add_extents() -> None:
    """Extents that depend on data, and ops that consume them."""
    for dtype in (*NUMBERS, BOOL):
        x = (ordinary((3, 5, 7), F32) > 0.3).astype(F32) * 3
        x = x.astype(dtype)
        case(f"NonZero/{short(dtype)}", "NonZero", [x], np.array(np.nonzero(x), I64))
        row = np.arange(35).reshape(7, 5).astype(dtype)
        keep = np.array([True, False, False, True, True, False, True])
        case(f"Compress/{short(dtype)}", "Compress", [row, keep], row[keep], axis=0)
    special = np.array([0.0, -0.0, np.nan, np.inf, 1e-45, -1], F32)
    case("NonZero/special", "NonZero", [special], np.array([[2, 3, 4, 5]], I64))
    case("NonZero/scalar", "NonZero", [np.array(3, F32)], np.empty((0, 1), I64))
    case("NonZero/none", "NonZero", [np.zeros((2, 9), F32)], np.empty((2, 0), I64))
    case("NonZero/all", "NonZero", [np.ones((4, 10), F32)], np.array(np.nonzero(np.ones((4, 10))), I64))
    case("NonZero/empty", "NonZero", [np.ones((0, 3), F32)], np.empty((2, 0), I64))
    for rank in range(1, 5):
        x = ordinary((3, 4, 2, 5)[:rank], F32)
        for some in (0, 1, 2):  # none, some, all
            chosen = np.where(np.arange(x.size).reshape(x.shape) % 3 < (0, 1, 3)[some], np.abs(x) + 1, 0).astype(F32)
            case(f"NonZero/rank{rank}/{some}", "NonZero", [chosen], np.array(np.nonzero(chosen), I64))
            for axis in (*range(rank), None):
                keep = np.arange(x.size if axis is None else x.shape[axis]) % 3 < (0, 1, 3)[some]
                attributes = {} if axis is None else {"axis": axis}
                case(f"Compress/rank{rank}/{axis}/{some}", "Compress", [x, keep], np.compress(keep, x, axis), **attributes)
    x = ordinary((6, 4), F32)
    keep = np.array([True, False, True, True])
    case("Compress/last", "Compress", [x, keep], x[:, keep], axis=-1)
    # A condition may be shorter than the axis; what is longer says nothing of the axis.
    case("Compress/short", "Compress", [x, np.array([False, True, True])], x[[1, 2]], axis=0)
    case("Compress/long", "Compress", [x, np.array([True, False] * 5)], x[::2], axis=0)
    case("Compress/flat", "Compress", [x, np.array([False, True, True])], x.reshape(-1)[[1, 2]])
    w = ordinary((6, 5), F32, 1)
    rows = x.reshape(4, 6)[keep]
    y = x.reshape(4, 6)
    many = {"tolerance": Tolerance(2, 1e-5)}
    case("Compress/matmul", "Compress", [y, keep], (wide(rows) @ wide(w)).astype(F32), after=[Step("MatMul", {}, (-1, w))], axis=0, **many)
    case("Compress/relu", "Compress", [y, keep], np.maximum(rows, 0) + y[0], after=[Step("Relu"), Step("Add", {}, (-1, y[0]))], axis=0)
    case("Compress/sum", "Compress", [y, keep], wide(rows).sum(0).astype(F32),
         after=[Step("ReduceSum", {"keepdims": 0}, (-1, np.array([0])))], axis=0, **many)  # fmt: skip
    case("Compress/mean_rows", "Compress", [y, keep], wide(rows).mean(1).astype(F32),
         after=[Step("ReduceMean", {"keepdims": 0}, (-1, np.array([1])))], axis=0, **many)  # fmt: skip
    case("Compress/reshape", "Compress", [y, keep], rows.reshape(-1, 3), after=[Step("Reshape", {}, (-1, np.array([-1, 3])))], axis=0)
    case("Compress/concat", "Compress", [y, keep], np.concatenate([rows, y[:2]]), after=[Step("Concat", {"axis": 0}, (-1, y[:2]))], axis=0)
    case("Compress/slice", "Compress", [y, keep], rows[:, 1:5:2],
         after=[Step("Slice", {}, (-1, np.array([1]), np.array([5]), np.array([1]), np.array([2])))], axis=0)  # fmt: skip
    case("Compress/softmax", "Compress", [y, keep], (np.exp(wide(rows)) / np.exp(wide(rows)).sum(1, keepdims=True)).astype(F32),
         after=[Step("Softmax", {"axis": 1})], axis=0, tolerance=Tolerance(4))  # fmt: skip
    none = np.zeros(4, bool)
    for name, flags in (("some", keep), ("none", none), ("all", ~none)):
        part = wide(y[flags])
        case(f"Compress/gram/{name}", "Compress", [y, flags], (part.T @ part).astype(F32),
             after=[Step("Transpose", {"perm": [1, 0]}), Step("MatMul", {}, (-1, -2))], axis=0, **many)  # fmt: skip
        case(f"Compress/total/{name}", "Compress", [y, flags], part.sum().astype(F32), after=[Step("ReduceSum", {"keepdims": 0})], axis=0, **many)
        case(f"Compress/columns/{name}", "Compress", [y, flags], (np.exp(part) / np.exp(part).sum(0)).astype(F32),
             after=[Step("Softmax", {"axis": 0})], axis=0, tolerance=Tolerance(4))  # fmt: skip
        case(f"Compress/twice/{name}", "Compress", [y, flags], y[flags].reshape(-1)[y[flags].reshape(-1) > 0],
             after=[Step("Greater", {}, (-1, np.array(0, F32))), Step("Reshape", {}, (-1, np.array([-1]))), Step("Compress", {}, (-3, -1))],
             axis=0)  # fmt: skip
    case("Compress/shape", "Compress", [y, keep], np.array([3, 6], I64), after=[Step("Shape")], axis=0)
    mask = y > 0.2
    size = [Step("Shape", {"start": 1}), Step("Squeeze"), Step("Range", {}, (np.array(0), -1, np.array(1)))]
    case("NonZero/range", "NonZero", [mask], np.arange(np.count_nonzero(mask), dtype=I64), after=size)
    case("NonZero/gather", "NonZero", [mask], y.reshape(-1)[: np.count_nonzero(mask)], after=[*size, Step("Gather", {}, (y.reshape(-1), -1))])
    case("NonZero/chain", "NonZero", [mask], np.array(np.nonzero(mask), I64).T * 2 + 1,
         after=[Step("Transpose", {"perm": [1, 0]}), Step("Mul", {}, (-1, np.array(2))), Step("Add", {}, (-1, np.array(1)))])  # fmt: skip


def add_branches() -> None:
    x, y = ordinary((3, 4), F32), ordinary((2, 4), F32, 1)

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
    choose("extents", [node("Relu", ["x"], ["then_out"])], [node("Neg", ["else_y"], ["else_out"])], (np.maximum(x, 0), -y), x=x, y=y)
    # What follows knows the extent: a sum along it, a product over it, a reshape.
    for flag in (True, False):
        taken = x if flag else y
        branches = {
            "then_branch": graph([node("Identity", ["x"], ["t"])], {}, {"t": F32}, {"x": x}),
            "else_branch": graph([node("Identity", ["y"], ["e"])], {}, {"e": F32}, {"y": y}),
        }
        chosen = [np.array(flag)]
        case(f"If/sum/{flag}", "If", chosen, taken.sum(0), after=[Step("ReduceSum", {"keepdims": 0}, (-1, np.array([0])))], tolerance=NEAR, **branches)
        case(f"If/gram/{flag}", "If", chosen, taken.T @ taken, after=[Step("Transpose", {"perm": [1, 0]}), Step("MatMul", {}, (-1, -2))],
             tolerance=NEAR, **branches)  # fmt: skip
        case(f"If/flat/{flag}", "If", chosen, taken.reshape(-1) * 2, after=[Step("Reshape", {}, (-1, np.array([-1]))), Step("Add", {}, (-1, -1))], **branches)


def add_loops() -> None:
    node = helper.make_node
    number, flag = np.array(0, I64), np.array(True)
    state = ordinary((4,), F32)

    def body(nodes: list[onnx.NodeProto], outputs: dict[str, np.dtype[Any]], **constants: Array) -> onnx.GraphProto:
        return graph(nodes, {"i": number, "go": flag, "old": state}, {"more": BOOL, "new": F32, **outputs}, constants)

    half = np.array(0.5, F32)
    shrink = [node("Mul", ["old", "half"], ["new"])]
    # While the sum of magnitudes is above 1.
    measure = [node("Abs", ["new"], ["abs"]), node("ReduceSum", ["abs"], ["sum"], keepdims=0), node("Greater", ["sum", "one"], ["more"])]
    one = np.array(1, F32)

    def run(steps: int, start: bool, conditional: bool) -> tuple[Array, list[Array]]:
        value, pieces, go = state, [], start
        while go and len(pieces) < steps:
            value = value * half
            pieces.append(value)
            go = not conditional or float(np.abs(value).sum(dtype=F32)) > 1
        return value, pieces

    for steps in (0, 3):
        last, _ = run(steps, True, False)
        always = [node("Identity", ["go"], ["more"])]
        case(f"Loop/count/{steps}", "Loop", [np.array(steps), None, state], last, body=body(shrink + always, {}, half=half))
    for limit in (0, 2, 9):
        last, pieces = run(limit, True, True)
        nodes = [*shrink, *measure, node("Add", ["new", "new"], ["piece"])]
        pieces = [piece + piece for piece in pieces]
        stacked = np.array(pieces, F32).reshape(len(pieces), 4)
        loop = body(nodes, {"piece": np.dtype(F32)}, half=half, one=one)
        case(f"Loop/while/{limit}", "Loop", [np.array(limit), np.array(True), state], [last, stacked], constant=(0,), body=loop)
        case(f"Loop/never/{limit}", "Loop", [np.array(limit), np.array(False), state], [state, np.empty((0, 4), F32)], constant=(0,), body=loop)
    # Without outputs nothing has to bound the steps.
    last, _ = run(99, True, True)
    case("Loop/open", "Loop", [None, np.array(True), state], last, body=body(shrink + measure, {}, half=half, one=one))
    # A branch in a step: every other one adds.
    odd = [node("Mod", ["i", "two"], ["rest"]), node("Cast", ["rest"], ["is_odd"], to=TYPE(BOOL))]
    then, otherwise = graph([node("Add", ["old", "old"], ["t"])], {}, {"t": F32}), graph([node("Neg", ["old"], ["e"])], {}, {"e": F32})
    nested = [*odd, node("If", ["is_odd"], ["new"], then_branch=then, else_branch=otherwise), node("Less", ["i", "four"], ["more"])]
    value = state
    for k in range(5):
        value = value + value if k % 2 else -value
    case("Loop/branch", "Loop", [np.array(100), np.array(True), state], value, body=body(nested, {}, two=np.array(2), four=np.array(4)))


def add_cases() -> None:
    add_extents()
    add_branches()
    add_loops()
