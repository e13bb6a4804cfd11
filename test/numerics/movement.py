"""Movement and indexing: every element type is bytes here, so shapes and indices are what is varied."""

from __future__ import annotations

import numpy as np
import onnx
from case import BOOL, F32, INTEGERS, NUMBERS, Array, Step, Tolerance, case, short
from values import ordinary, vector

I32, I64 = np.dtype("int32"), np.dtype("int64")


def ints(*numbers: int) -> Array:
    return np.array(numbers, I64)


def shapes() -> None:
    for dtype in NUMBERS + (BOOL,):
        x = vector(dtype)[:60].reshape(3, 5, 4)
        kind = short(dtype)
        case(f"Transpose/{kind}", "Transpose", [x], x.transpose(2, 0, 1), perm=[2, 0, 1])
        case(f"Reshape/{kind}", "Reshape", [x, ints(4, -1)], x.reshape(4, 15), constant=(1,))
        case(f"Concat/{kind}", "Concat", [x, x[:, :2]], np.concatenate([x, x[:, :2]], 1), axis=-2)
        case(f"Expand/{kind}", "Expand", [x[:, :1], ints(2, 3, 7, 1)], np.broadcast_to(x[:, :1], (2, 3, 7, 4)).copy(), constant=(1,))
        case(f"Slice/{kind}", "Slice", [x, ints(-1, 1), ints(-100, 4), ints(0, 1), ints(-2, 1)], x[::-2, 1:4], constant=(1, 2, 3, 4))
        fill = vector(dtype)[1]
        case(f"Pad/{kind}", "Pad", [x, ints(1, 0, 2, 0, 3, 1), fill], np.pad(x, [(1, 0), (0, 3), (2, 1)], constant_values=fill), constant=(1, 2))
    x = ordinary((2, 3, 5, 7), F32)
    for order in ((3, 2, 1, 0), (0, 2, 3, 1), (1, 0, 2, 3), (0, 1, 3, 2), (0, 3, 1, 2)):
        name = "".join(map(str, order))
        case(f"Transpose/{name}", "Transpose", [x], x.transpose(order), perm=list(order))
    case("Transpose/empty", "Transpose", [np.empty((2, 0, 3), F32)], np.empty((3, 0, 2), F32))
    case("Transpose/scalar", "Transpose", [np.float32(3)], np.float32(3))
    case("Reshape/zero", "Reshape", [x, ints(0, -1, 7)], x.reshape(2, 15, 7), constant=(1,))
    case("Reshape/empty", "Reshape", [np.empty((0, 4), F32), ints(2, 0)], np.empty((2, 0), F32), constant=(1,), allowzero=1)
    case("Reshape/scalar", "Reshape", [np.ones((1, 1), F32), np.empty(0, I64)], np.float32(1), constant=(1,))
    case("Flatten/two", "Flatten", [x], x.reshape(6, 35), axis=-2)
    case("Squeeze/ends", "Squeeze", [np.ones((1, 3, 1), F32), ints(0, -1)], np.ones(3, F32), constant=(1,))
    case("Unsqueeze/two", "Unsqueeze", [x, ints(0, -1)], x[None, ..., None], constant=(1,))
    case("Expand/scalar", "Expand", [np.float32(2.5), ints(3, 2)], np.full((3, 2), 2.5, F32), constant=(1,))
    case("Expand/empty", "Expand", [np.ones((1, 3), F32), ints(0, 3)], np.empty((0, 3), F32), constant=(1,))
    case("Tile/two", "Tile", [x, ints(1, 2, 1, 3)], np.tile(x, (1, 2, 1, 3)), constant=(1,))
    parts = [ordinary((3, n, 2), F32, n) for n in (1, 0, 5, 2)]
    case("Concat/empty_part", "Concat", parts, np.concatenate(parts, 1), axis=1)
    case("Concat/one", "Concat", [x], x, axis=0)
    case("Concat/last", "Concat", [x, -x], np.concatenate([x, -x], -1), axis=-1)
    # More pieces than are inserted into one buffer, of several extents, the first one not computed.
    chain = [Step("Concat", {"axis": 2}, (-1, -1)) if k % 7 == 3 else Step("Neg") for k in range(40)]
    results = [x[:1, :, :1, :3]]
    for step in chain:
        results.append(np.concatenate([results[-1]] * 2, 2) if step.op == "Concat" else -results[-1])
    last = Step("Concat", {"axis": 2}, tuple(range(-41, 0)))
    case("Concat/many", "Identity", [results[0]], np.concatenate(results, 2), after=[*chain, last])
    case("Split/uneven", "Split", [x, ints(2, 0, 3)], list(np.split(x, [2, 2], 2)), constant=(1,), axis=2)
    case("Split/equal", "Split", [x], list(np.array_split(x, [2, 4, 6], 3)), axis=-1, num_outputs=4)
    blocks = ordinary((1, 8, 2, 3), F32)
    depth = blocks.reshape(1, 2, 2, 2, 2, 3).transpose(0, 3, 4, 1, 5, 2).reshape(1, 2, 4, 6)
    case("DepthToSpace/dcr", "DepthToSpace", [blocks], depth, blocksize=2)


def slices() -> None:
    x = ordinary((7, 11, 3), F32)
    far = np.iinfo(np.int64)
    for name, (start, end, step) in {
        "middle": (2, 9, 1),
        "strided": (1, 11, 3),
        "backwards": (9, 1, -2),
        "all_backwards": (-1, far.min, -1),
        "clamped": (-100, 100, 2),
        "negative": (-5, -2, 1),
        "empty": (5, 5, 1),
        "crossed": (8, 3, 1),
        "far": (3, far.max, 5),
    }.items():
        # numpy's end of None is ONNX's least integer, for steps backwards.
        index = slice(start, None if step < 0 and end < -11 else end, step)
        case(f"Slice/{name}", "Slice", [x, ints(start), ints(end), ints(-2), ints(step)], x[:, index], constant=(1, 2, 3, 4))


def pads() -> None:
    x = ordinary((3, 5, 4), F32)
    widths = [(0, 2), (3, 1), (1, 3)]
    given = ints(*(low for low, _ in widths), *(high for _, high in widths))
    for mode in ("edge", "reflect", "wrap"):
        case(f"Pad/{mode}", "Pad", [x, given], np.pad(x, widths, mode), constant=(1,), mode=mode)
    one_axis = ints(4, 3)
    for mode in ("edge", "reflect", "wrap"):
        case(f"Pad/{mode}_axis", "Pad", [x, one_axis, None, ints(-2)], np.pad(x, [(0, 0), (4, 3), (0, 0)], mode), constant=(1, 3), mode=mode)
    case("Pad/wrap_twice", "Pad", [x[:, :2], ints(0, 5, 0, 0, 4, 0)], np.pad(x[:, :2], [(0, 0), (5, 4), (0, 0)], "wrap"), constant=(1,), mode="wrap")
    case("Pad/negative", "Pad", [x, ints(0, -1, 2, 0, -2, -3)], np.pad(x, [(0, 0), (0, 0), (2, 0)])[:, 1:3, :3], constant=(1,))
    case("Pad/run_time_value", "Pad", [x, ints(1, 0, 0, 0, 0, 1), np.float32(2.5)], np.pad(x, [(1, 0), (0, 0), (0, 1)], constant_values=2.5), constant=(1,))
    case("Pad/of_nothing", "Pad", [np.empty((0, 2), F32), ints(2, 0, 1, 1)], np.pad(np.empty((0, 2), F32), [(2, 1), (0, 1)]), constant=(1,))
    case("Pad/edge_one", "Pad", [np.full((1, 1), 7, F32), ints(3, 2, 1, 0)], np.full((5, 3), 7, F32), constant=(1,), mode="edge")


def gathers() -> None:
    x = ordinary((5, 7, 3), F32)
    indices = np.array([[0, -1], [6, 3], [-7, 2]], I64)
    for kind, constant in (("constant", (1,)), ("inputs", ())):
        case(f"Gather/{kind}", "Gather", [x, indices], np.take(x, indices, 1, mode="wrap"), constant=constant, axis=1)
        narrow = indices.astype(I32) % 5
        case(f"Gather/{kind}_i32", "Gather", [x, narrow], np.take(x, narrow, 0), constant=constant)
        case(f"Gather/{kind}_last", "Gather", [x, np.array([2, 0, -3], I64)], x[..., [2, 0, -3]], constant=constant, axis=-1)
        case(f"Gather/{kind}_scalar", "Gather", [x, np.array(-2, I64)], x[:, -2], constant=constant, axis=1)
        none = np.empty((0,), I64)
        case(f"Gather/{kind}_none", "Gather", [x, none], np.empty((5, 0, 3), F32), constant=constant, axis=1)
        elements = np.array([[[0, 1, 2]], [[-1, 0, -3]], [[6, 5, -7]]], I64)
        result = np.take_along_axis(x[:3], elements % 7, 1)
        case(f"GatherElements/{kind}", "GatherElements", [x, elements], result, constant=constant, axis=1)
        rows = ordinary((2, 7, 3), I64, 4) % 5 - 5
        case(f"GatherElements/{kind}_first", "GatherElements", [x, rows], np.take_along_axis(x, rows, 0), constant=constant, axis=-3)
        places = np.array([[0, -1], [4, 2], [-5, 6]], I64)
        case(f"GatherND/{kind}", "GatherND", [x, places], x[places[:, 0], places[:, 1]], constant=constant)
        batch = np.array([[1], [0], [-1], [6], [3]], I64)
        case(f"GatherND/{kind}_batch", "GatherND", [x, batch], x[np.arange(5), batch[:, 0]], constant=constant, batch_dims=1)
    for dtype in NUMBERS + (BOOL,):
        y = vector(dtype)
        order = np.arange(0, 60, 7).astype(I64)
        case(f"Gather/{short(dtype)}", "Gather", [y, order], y[order])
        case(f"GatherElements/{short(dtype)}", "GatherElements", [y, order], y[order])


COMBINE = {"none": None, "add": np.add, "mul": np.multiply, "max": np.maximum, "min": np.minimum}


def scatters() -> None:
    x, updates = ordinary((3, 5), F32), ordinary((2, 4), F32, 1)
    indices = np.array([[0, 2, -1, 0], [4, 4, 1, -5]], I64)
    unique = np.array([[0, 2, -1, 3], [4, -2, 1, 0]], I64)
    for kind, constant in (("constant", (1,)), ("inputs", ())):
        for reduction, function in COMBINE.items():
            places = indices if function else unique
            result = x.copy()
            for i, j in np.ndindex(*places.shape):
                at = (i, places[i, j])
                result[at] = function(result[at], updates[i, j]) if function else updates[i, j]
            if function is None or kind == "inputs":
                case(f"ScatterElements/{kind}_{reduction}", "ScatterElements", [x, places, updates], result, constant=constant, axis=1,
                     reduction=reduction, tolerance=Tolerance(2, 1e-6))  # fmt: skip
            points = np.array([[0], [-1]] if function is None else [[2], [-1]], I64)
            slabs = ordinary((2, 5), F32, 2)
            result = x.copy()
            for i in range(2):
                at = int(points[i, 0])
                result[at] = function(result[at], slabs[i]) if function else slabs[i]
            if function is None or kind == "inputs":
                case(f"ScatterND/{kind}_{reduction}", "ScatterND", [x, points, slabs], result, constant=constant, reduction=reduction,
                     tolerance=Tolerance(2, 1e-6))  # fmt: skip
    for dtype in NUMBERS + (BOOL,):
        y = vector(dtype)[:20]
        at, new = np.array([3, -1, 0], I64), vector(dtype, 1)[:3]
        result = y.copy()
        result[at] = new
        case(f"ScatterElements/{short(dtype)}", "ScatterElements", [y, at, new], result)
        case(f"ScatterND/{short(dtype)}", "ScatterND", [y, at[:, None], new], result)
        if dtype in INTEGERS:
            for reduction in ("add", "mul", "max", "min"):
                with np.errstate(over="ignore"):
                    result = y.copy()
                    result[at] = COMBINE[reduction](result[at], new)
                    case(f"ScatterElements/{short(dtype)}_{reduction}", "ScatterElements", [y, at, new], result, reduction=reduction)
                    # One update, and indices that are constant.
                    one = y.copy()
                    one[3] = COMBINE[reduction](one[3], new[0])
                    case(f"ScatterND/{short(dtype)}_{reduction}_one", "ScatterND", [y, at[:1, None], new[:1]], one, constant=(1,), reduction=reduction)
    points, values = np.array([[1, 2], [0, -1], [1, 2]], I64), np.array([5, 6, 7], F32)
    result = x.copy()
    result[0, -1], result[1, 2] = result[0, -1] + 6, result[1, 2] + 5 + 7
    case("ScatterND/points", "ScatterND", [x, points, values], result, reduction="add", tolerance=Tolerance(1))
    none = np.empty((0, 1), I64)
    case("ScatterND/none", "ScatterND", [x, none, np.empty((0, 5), F32)], x)


def sorted_order(x: Array, axis: int, largest: bool) -> Array:
    """Stable; NaN is the greatest."""
    keys = x.astype(np.float64) if x.dtype.itemsize < 8 or x.dtype.kind == "f" else x
    if keys.dtype.kind == "f":
        keys = np.where(np.isnan(keys), np.finfo(np.float64).max, np.clip(keys, -1e308, 1e308))
        return np.argsort(-keys if largest else keys, axis, kind="stable")
    keys = np.array([int(v) for v in keys.ravel()], object).reshape(keys.shape)
    return np.argsort(-keys if largest else keys, axis, kind="stable")


def selections() -> None:
    for dtype in NUMBERS:
        x = vector(dtype)
        order = sorted_order(x, 0, True)[:9]
        case(f"TopK/{short(dtype)}", "TopK", [x, ints(9)], [x[order], order], constant=(1,))
    x = ordinary((3, 7, 4), F32)
    for axis in (0, 1, -1):
        for largest in (0, 1):
            order = np.take(sorted_order(x, axis, bool(largest)), np.arange(3), axis)
            case(f"TopK/{axis}_{largest}", "TopK", [x, ints(3)], [np.take_along_axis(x, order, axis), order], constant=(1,), axis=axis, largest=largest)
    equal = np.array([[1, 2, 2, 1, 2]], F32)
    case("TopK/equal", "TopK", [equal, ints(5)], [np.array([[2, 2, 2, 1, 1]], F32), ints(1, 2, 4, 0, 3)[None]], constant=(1,))
    case("TopK/none", "TopK", [equal, ints(0)], [np.empty((1, 0), F32), np.empty((1, 0), I64)], constant=(1,))
    case("Compress/axis", "Compress", [x, np.array([True, False, True])], x[[0, 2]], constant=(1,), axis=0)
    indices = np.array([[0, 3], [-1, 4]], I64)
    values = np.array([0.5, 2], F32)
    hot = np.where(np.arange(5) == (indices % 5)[..., None], values[1], values[0])
    case("OneHot/last", "OneHot", [indices, np.array(5, I64), values], hot, constant=(1,))
    case("OneHot/axis", "OneHot", [indices, np.array(5, I64), values], hot.transpose(0, 2, 1), constant=(1,), axis=1)
    square = ordinary((2, 5, 7), F32)
    case("Trilu/upper", "Trilu", [square, np.array(1, I64)], np.triu(square, 1), constant=(1,))
    case("Trilu/lower", "Trilu", [square, np.array(-2, I64)], np.tril(square, -2), constant=(1,), upper=0)
    case("EyeLike/shifted", "EyeLike", [square[0]], np.eye(5, 7, 2, dtype=F32), k=2)
    case("Resize/nearest", "Resize", [square[None], None, np.array([1, 1, 2, 2], F32)], square[None].repeat(2, 2).repeat(2, 3),
         constant=(2,), mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor")  # fmt: skip
    case("Range/constant", "Range", [np.array(10, I64), np.array(-5, I64), np.array(-4, I64)], np.arange(10, -5, -4), constant=(0, 1, 2))
    windows = np.lib.stride_tricks.sliding_window_view
    case("UnfoldTensor/last", "UnfoldTensor", [square], windows(square, 3, 2), domain="com.microsoft", size=3)
    case("UnfoldTensor/step", "UnfoldTensor", [square], windows(square, 2, 1)[:, ::3], domain="com.microsoft", dim=1, size=2, step=3)
    value = onnx.numpy_helper.from_array(np.array([7], I32))
    case("ConstantOfShape/i32", "ConstantOfShape", [ints(2, 3)], np.full((2, 3), 7, I32), constant=(0,), value=value)


def add_cases() -> None:
    shapes()
    slices()
    pads()
    gathers()
    scatters()
    selections()
