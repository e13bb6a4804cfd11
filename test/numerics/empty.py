"""Tensors with an axis of extent 0: as inputs, as results, and where what has elements is computed from what has none."""

from __future__ import annotations

import numpy as np
from case import BOOL, F16, F32, Array, Step, case
from values import ordinary

I32, I64 = np.dtype("int32"), np.dtype("int64")


def ints(*numbers: int) -> Array:
    return np.array(numbers, I64)


def none(*shape: int, dtype: np.dtype = F32) -> Array:
    return np.empty(shape, dtype)


def moving() -> None:
    x = ordinary((3, 4, 5), F32)
    relu = [Step("Relu")]  # what is computed, not only passed on
    for before in ([], relu):
        kind, y = ("computed", np.maximum(x, 0)) if before else ("input", x)
        case(f"Split/last/{kind}", "Split", [x, ints(4, 0)], [y, y[:, 4:]], constant=(1,), axis=1, before=before)
        case(f"Split/first/{kind}", "Split", [x, ints(0, 3, 0)], [y[:0], y, y[:0]], constant=(1,), axis=0, before=before)
        for name, (start, end, step) in {"begin": (0, 0, 1), "end": (4, 9, 1), "crossed": (3, 1, 1), "back": (0, 2, -1)}.items():
            case(f"Slice/{name}/{kind}", "Slice", [x, ints(start), ints(end), ints(1), ints(step)], y[:, :0], constant=(1, 2, 3, 4), before=before)
        case(f"Tile/zero/{kind}", "Tile", [x, ints(2, 0, 1)], none(6, 0, 5), constant=(1,), before=before)
        case(f"Pad/cut/{kind}", "Pad", [x, ints(0, -2, 0, 0, -2, 0)], none(3, 0, 5), constant=(1,), before=before)
        case(f"Gather/none/{kind}", "Gather", [x, none(2, 0, dtype=I64)], none(3, 2, 0, 5), constant=(1,), axis=1, before=before)
        case(f"TopK/none/{kind}", "TopK", [x, ints(0)], [none(3, 4, 0), none(3, 4, 0, dtype=I64)], constant=(1,), before=before)
    a, b = none(2, 0, 3), none(2, 1, 3) + 1
    case("Slice/of", "Slice", [a, ints(0, 1), ints(1, 3), ints(0, 2)], none(1, 0, 2), constant=(1, 2, 3))
    case("Tile/of", "Tile", [a, ints(2, 3, 2)], none(4, 0, 6), constant=(1,))
    case("Pad/of", "Pad", [a, ints(0, 1, 0, 0, 2, 1), F32.type(2.5)], np.full((2, 3, 4), 2.5, F32), constant=(1, 2))
    case("Pad/of_given", "Pad", [a, ints(0, 1, 0, 0, 2, 1), F32.type(2.5)], np.full((2, 3, 4), 2.5, F32), constant=(1,))
    case("Pad/beside", "Pad", [a, ints(1, 0, 0, 0, 0, 1)], none(3, 0, 4), constant=(1,))
    case("Concat/some", "Concat", [a, b, a, -b], np.concatenate([b, -b], 1), axis=1)
    case("Concat/one", "Concat", [a, b], b, axis=1)
    case("Concat/all", "Concat", [a, a], none(4, 0, 3), axis=0)
    case("Transpose", "Transpose", [a], none(3, 2, 0), perm=[2, 0, 1])
    case("Reshape", "Reshape", [a, ints(0, 7, 0)], none(0, 7, 0), constant=(1,), allowzero=1)
    case("Flatten", "Flatten", [a], none(2, 0))
    case("Expand", "Expand", [b, ints(2, 0, 3)], none(2, 0, 3), constant=(1,))
    case("Unsqueeze", "Unsqueeze", [a, ints(0)], none(1, 2, 0, 3), constant=(1,))
    case("GatherElements", "GatherElements", [b, none(2, 0, 3, dtype=I64)], none(2, 0, 3), axis=1)
    case("GatherND", "GatherND", [b, none(0, 2, dtype=I64)], none(0, 3))
    case("ScatterElements", "ScatterElements", [b, none(2, 0, 3, dtype=I64), none(2, 0, 3)], b, axis=1)
    case("ScatterND", "ScatterND", [b, none(0, 2, dtype=I64), none(0, 3)], b)
    case("OneHot", "OneHot", [none(0, dtype=I64), ints(3), np.array([0, 1], F32)], none(0, 3), constant=(1,))
    case("Range", "Range", [np.array(4, I64), np.array(2, I64), np.array(1, I64)], none(0, dtype=I64), constant=(0, 1, 2))
    case("ConstantOfShape", "ConstantOfShape", [ints(2, 0)], none(2, 0), constant=(0,))
    case("DepthToSpace", "DepthToSpace", [none(0, 4, 2, 3)], none(0, 1, 4, 6), blocksize=2)
    case("Resize", "Resize", [none(1, 0, 2, 2), None, np.array([1, 1, 2, 2], F32)], none(1, 0, 4, 4), constant=(2,))
    case("Trilu", "Trilu", [none(0, 3)], none(0, 3))


def elementwise() -> None:
    case("Add/row", "Add", [none(0, 3), ordinary((1, 3), F32)], none(0, 3))
    case("Add/one", "Add", [none(2, 0), ordinary((1,), F32)], none(2, 0))
    case("Where", "Where", [none(2, 0, dtype=BOOL), ordinary((2, 1), F32), F32.type(1)], none(2, 0))
    case("Relu", "Relu", [none(0, 3)], none(0, 3), after=[Step("Sigmoid"), Step("Add", {}, (-1, -2))])
    case("Cast", "Cast", [none(0, 3)], none(0, 3, dtype=I32), to=6)
    case("Less", "Less", [none(0, 3), F32.type(1)], none(0, 3, dtype=BOOL))
    scale, zero = F32.type(0.5), np.uint8(3)
    case("QuantizeLinear", "QuantizeLinear", [none(0, 3), scale, zero], none(0, 3, dtype=np.dtype("uint8")))
    case("DequantizeLinear", "DequantizeLinear", [none(0, 3, dtype=np.dtype("uint8")), scale, zero], none(0, 3))
    case("CumSum", "CumSum", [none(2, 0), np.array(1, I64)], none(2, 0), constant=(1,))


def reducing() -> None:
    infinity = np.inf
    for op, value in {"Sum": 0, "Prod": 1, "Max": -infinity, "Min": infinity, "Mean": np.nan, "L1": 0, "L2": 0, "SumSquare": 0, "LogSum": -infinity, "LogSumExp": -infinity}.items():
        x = none(2, 0, 3)
        case(f"Reduce{op}/axis", f"Reduce{op}", [x, ints(1)], np.full((2, 1, 3), value, F32), constant=(1,))
        case(f"Reduce{op}/all", f"Reduce{op}", [x], F32.type(value), keepdims=0)
        case(f"Reduce{op}/other", f"Reduce{op}", [x, ints(0)], none(1, 0, 3), constant=(1,))
    for dtype in ("int32", "float16"):
        case(f"ReduceSum/{dtype}", "ReduceSum", [none(2, 0, dtype=np.dtype(dtype)), ints(1)], np.zeros((2, 1), dtype), constant=(1,))
    for dtype in ("int32", "uint8", "int8"):
        limits = np.iinfo(dtype)
        x = none(2, 0, dtype=np.dtype(dtype))
        case(f"ReduceMax/{dtype}", "ReduceMax", [x, ints(1)], np.full((2, 1), limits.min, dtype), constant=(1,))
        case(f"ReduceMin/{dtype}", "ReduceMin", [x, ints(1)], np.full((2, 1), limits.max, dtype), constant=(1,))
    case("ArgMax/other", "ArgMax", [none(0, 3)], none(0, dtype=I64), axis=1, keepdims=0)
    case("Softmax/axis", "Softmax", [none(2, 0)], none(2, 0))
    case("Softmax/rows", "Softmax", [none(0, 3)], none(0, 3))
    case("LayerNormalization", "LayerNormalization", [none(0, 3), np.ones(3, F32)], none(0, 3))


def contracting() -> None:
    case("MatMul/depth", "MatMul", [none(2, 0), none(0, 3)], np.zeros((2, 3), F32))
    case("MatMul/depth_then", "MatMul", [none(2, 0), none(0, 3)], np.ones((2, 3), F32), after=[Step("Add", {}, (-1, np.ones(3, F32)))])
    case("MatMul/rows", "MatMul", [none(0, 4), ordinary((4, 3), F32)], none(0, 3))
    case("MatMul/columns", "MatMul", [ordinary((2, 4), F32), none(4, 0)], none(2, 0))
    case("MatMul/batch", "MatMul", [none(0, 2, 4), ordinary((4, 3), F32)], none(0, 2, 3), constant=(1,))
    case("MatMul/f16", "MatMul", [none(2, 0, dtype=F16), none(0, 3, dtype=F16)], np.zeros((2, 3), F16))
    case("MatMul/large", "MatMul", [none(300, 0), none(0, 200)], np.zeros((300, 200), F32))
    case("Gemm/depth", "Gemm", [none(2, 0), none(0, 3), np.arange(3, dtype=F32)], np.array([[0, 1, 2]] * 2, F32), constant=(2,))
    case("Einsum", "Einsum", [none(2, 0), none(0, 3)], np.zeros((2, 3), F32), equation="ij,jk->ik")
    weights = ordinary((2, 3, 3, 3), F32)
    case("Conv/batch", "Conv", [none(0, 3, 5, 5), weights], none(0, 2, 3, 3), constant=(1,))
    case("MaxPool/batch", "MaxPool", [none(0, 3, 4, 4)], none(0, 3, 2, 2), kernel_shape=[2, 2], strides=[2, 2])
    case("AveragePool/channels", "AveragePool", [none(1, 0, 4, 4)], none(1, 0, 2, 2), kernel_shape=[2, 2], strides=[2, 2])


def recurrent() -> None:
    hidden = 4
    w, r, h = ordinary((1, hidden, 5), F32, 1), ordinary((1, hidden, hidden), F32, 2), ordinary((1, 2, hidden), F32, 3)
    case("RNN/steps", "RNN", [none(0, 2, 5), w, r, None, None, h], [none(0, 1, 2, hidden), h], constant=(1, 2), hidden_size=hidden)
    case("RNN/batch", "RNN", [none(3, 0, 5), w, r], [none(3, 1, 0, hidden), none(1, 0, hidden)], constant=(1, 2), hidden_size=hidden)
    gates = [np.concatenate([m] * 4, 1) for m in (w, r)]
    case("LSTM/steps", "LSTM", [none(0, 2, 5), *gates, None, None, h, -h], [none(0, 1, 2, hidden), h, -h], constant=(1, 2), hidden_size=hidden)
    gates = [np.concatenate([m] * 3, 1) for m in (w, r)]
    case("GRU/batch", "GRU", [none(3, 0, 5), *gates], [none(3, 1, 0, hidden), none(1, 0, hidden)], constant=(1, 2), hidden_size=hidden)


def add_cases() -> None:
    for add in (moving, elementwise, reducing, contracting, recurrent):
        add()
