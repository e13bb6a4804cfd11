"""Contractions: products of matrices, convolutions, pools; by plain loops in float64 or wrapping integers."""

from __future__ import annotations

import itertools

import numpy as np
from case import F16, F32, F64, FLOATS, Array, Step, Tolerance, case, short
from values import narrow_product, ordinary, vector, wide

I32, I64 = np.dtype("int32"), np.dtype("int64")
MATRIX_TYPES = (*FLOATS, I32, I64, np.dtype("uint32"), np.dtype("uint64"))


def sums(dtype: np.dtype, function, a: Array, b: Array) -> tuple[Array, Tolerance]:
    """`function(a, b)`, a sum of products, and how far a sum in another order, with products rounded or not, may be off."""
    if dtype not in FLOATS:
        return function(a, b).astype(dtype), Tolerance()
    with np.errstate(all="ignore"):
        result, magnitude = function(wide(a), wide(b)), function(np.abs(wide(a)), np.abs(wide(b)))
        depth = function(np.ones(a.shape), np.ones(b.shape))
        eps = float(np.finfo(F64 if dtype == F64 else F32).eps)
        absolute = np.where(np.isfinite(magnitude), magnitude, 0) * eps * (np.where(np.isfinite(depth), depth, 0) + 1)
        return result.astype(dtype), Tolerance(1 if narrow_product(dtype) else 0, absolute, zero_sign=False)


MATRICES = {
    "one": ((1, 1), (1, 1)),
    "prime": ((7, 13), (13, 11)),
    "large": ((37, 61), (61, 53)),
    "row": ((1, 31), (31, 17)),
    "column": ((17, 31), (31, 1)),
    "vectors": ((13,), (13,)),
    "by_vector": ((3, 7, 13), (13,)),
    "vector_by": ((13,), (3, 13, 7)),
    "batch": ((5, 3, 7), (5, 7, 2)),
    "batch_left": ((3, 1, 5, 7), (2, 7, 4)),
    "batch_right": ((5, 7), (3, 2, 7, 4)),
    "empty_depth": ((3, 0), (0, 5)),
    "empty_rows": ((0, 3), (3, 5)),
    "empty_batch": ((0, 2, 3), (0, 3, 2)),
}


def matrices() -> None:
    for name, (left, right) in MATRICES.items():
        a, b = ordinary(left, F32), ordinary(right, F32, 1)
        result, tolerance = sums(F32, np.matmul, a, b)
        case(f"MatMul/{name}", "MatMul", [a, b], result, tolerance=tolerance)
        if name in ("prime", "large", "batch_left", "empty_depth"):
            case(f"MatMul/{name}_constant", "MatMul", [a, b], result, tolerance=tolerance, constant=(1,))
    for dtype in MATRIX_TYPES:
        a, b = ordinary((5, 19), dtype), ordinary((19, 17), dtype, 1)
        result, tolerance = sums(dtype, np.matmul, a, b)
        case(f"MatMul/{short(dtype)}", "MatMul", [a, b], result, tolerance=tolerance)
    a, b = ordinary((3, 5), F32), ordinary((5, 4), F32, 1)
    a[0, 0], a[1, 1], b[1, 2], b[3, 3] = np.inf, np.nan, 0, -np.inf
    result, tolerance = sums(F32, np.matmul, a, b)
    case("MatMul/specials", "MatMul", [a, b], result, tolerance=tolerance)
    a = np.array([[2**31 - 1, 2**31 - 1]], I32)
    case("MatMul/overflow", "MatMul", [a, a.T.copy()], np.array([[2]], I32))
    a, b, c = ordinary((7, 5), F32), ordinary((11, 7), F32, 1), ordinary((11,), F32, 2)
    result, tolerance = sums(F32, lambda x, y: 0.5 * (x.T @ y.T), a, b)
    case("Gemm/transposed", "Gemm", [a, b, c], (result.astype(F64) + 2.0 * c).astype(F32),
         tolerance=Tolerance(2, tolerance.absolute), transA=1, transB=1, alpha=0.5, beta=2.0)  # fmt: skip
    a, b = ordinary((5, 9), np.dtype("uint8")) * np.uint8(30), ordinary((9, 3), np.dtype("int8"), 1) * np.int8(15)
    az, bz = np.array(3, np.uint8), np.array([1, -2, 5], np.int8)
    result = (a.astype(I32) - 3) @ (b.astype(I32) - bz.astype(I32))
    case("MatMulInteger/u8_i8", "MatMulInteger", [a, b, az, bz], result)
    # Heads that lie between the rows: the sums that the right one's zero point wants are of lines that are not one in memory.
    a, b = ordinary((7, 3, 8), np.dtype("uint8")) * np.uint8(30), ordinary((3, 8, 5), np.dtype("int8"), 1) * np.int8(15)
    az, bz = np.array(3, np.uint8), np.array(-4, np.int8)
    result = (a.transpose(1, 0, 2).astype(I32) - 3) @ (b.astype(I32) + 4)
    case("MatMulInteger/heads", "MatMulInteger", [a, b, az, bz], result, before=[Step("Transpose", {"perm": [1, 0, 2]})])
    a, b = ordinary((2, 3, 5), F32), ordinary((5, 3, 4), F32, 1)
    result, tolerance = sums(F32, lambda x, y: np.einsum("bik,kij->bj", x, y), a, b)
    case("Einsum/two", "Einsum", [a, b], result, tolerance=tolerance, equation="bik,kij->bj")


# queries, keys [batch…, depth, keys], columns of the values
HEADS = {
    "one": ((1, 1, 4, 1), (1, 1, 1, 1), 1),
    "prime": ((1, 3, 7, 13), (1, 3, 13, 11), 5),
    "few_rows": ((2, 2, 2, 8), (2, 2, 8, 9), 8),
    "large": ((2, 4, 97, 64), (2, 4, 64, 197), 64),
    "wide": ((1, 1, 16, 300), (1, 1, 300, 17), 130),
    "heads": ((6, 12, 8), (6, 8, 12), 16),
    "empty_keys": ((2, 5, 8), (2, 8, 0), 3),
    "empty_rows": ((1, 2, 0, 8), (1, 2, 8, 5), 8),
    "empty_batch": ((0, 2, 5, 8), (0, 2, 8, 5), 8),
}


def attend(
    name: str, q: Array, k: Array, v: Array, mask: Array | None = None, guarded: bool = False, seen: Array | None = None, fill: float = -np.inf
) -> None:
    """A case of two products, a factor, a mask and a softmax between them, as exporters write attention."""
    scale = np.float32(1 / np.sqrt(max(q.shape[-1], 1)))
    scores = wide(q) @ wide(k) * wide(scale)
    after = [Step("Mul", inputs=(-1, np.asarray(scale)))]
    if seen is not None:
        scores = np.where(seen, scores, fill)
        after.append(Step("Where", inputs=(seen, -1, np.asarray(fill, F32))))
    if mask is not None:
        scores = scores + wide(mask)
        after.append(Step("Add", inputs=(-1, mask)))
    after.append(Step("Softmax", {"axis": -1}))
    with np.errstate(all="ignore"):
        power = np.exp(scores - scores.max(-1, keepdims=True, initial=-np.inf))
        weights = power / power.sum(-1, keepdims=True)
    if guarded:
        after += [Step("IsNaN"), Step("Where", inputs=(-1, np.zeros((), F32), -2))]
        weights = np.where(np.isnan(weights), 0, weights)
    after.append(Step("MatMul", inputs=(-1, v)))
    with np.errstate(all="ignore"):
        result = (weights @ wide(v)).astype(F32)
    case(f"Attention/{name}", "MatMul", [q, k], result, tolerance=Tolerance(4, 1e-5, zero_sign=False), after=after)


def attention() -> None:
    for name, (queries, keys, columns) in HEADS.items():
        q, k, v = ordinary(queries, F32), ordinary(keys, F32, 1), ordinary((*keys[:-2], keys[-1], columns), F32, 2)
        attend(name, q, k, v)
    q, k, v = ordinary((2, 3, 12, 8), F32), ordinary((2, 3, 8, 13), F32, 1), ordinary((2, 3, 13, 5), F32, 2)
    for name, shape in {"full": (2, 3, 12, 13), "matrix": (12, 13), "keys": (2, 1, 1, 13), "rows": (3, 12, 1), "one": (1, 1)}.items():
        attend(f"mask_{name}", q, k, v, ordinary(shape, F32, 3))
    # Rows that see all keys, some, one, and none, whose softmax is NaN.
    hidden = np.where(np.arange(13) < 13 - np.arange(12)[:, None] % 7 * 13 // 6, 0, -np.inf).astype(F32)
    attend("hidden", q, k, v, hidden)
    attend("hidden_guarded", q, k, v, hidden, guarded=True)
    attend("chosen", q, k, v, seen=hidden == 0)
    attend("chosen_guarded", q, k, v, seen=hidden == 0, guarded=True)
    # Rows that see no key weigh them by the mask alone.
    attend("chosen_fill", q, k, v, ordinary((13,), F32, 3), seen=hidden == 0, fill=-100)
    v = v.copy()
    v[0, 0, 3, 2], v[1, 2, 4, 1] = np.inf, np.nan  # times 0 they are NaN
    attend("infinite_guarded", q, k, v, hidden, guarded=True)


def windows(x: Array, window, strides, dilations, pads, fill) -> Array:
    """The padded image's elements as [n, c, places…, taps…]."""
    axes = len(window)
    padded = np.pad(x, [(0, 0), (0, 0), *((pads[k], pads[axes + k]) for k in range(axes))], constant_values=fill)
    places = [(padded.shape[2 + k] - dilations[k] * (window[k] - 1) - 1) // strides[k] + 1 for k in range(axes)]
    taken = np.empty((*x.shape[:2], *places, *window), x.dtype)
    for tap in itertools.product(*map(range, window)):
        index = tuple(slice(t * d, t * d + s * (p - 1) + 1, s) for t, d, s, p in zip(tap, dilations, strides, places, strict=True))
        taken[(slice(None), slice(None), *[slice(None)] * axes, *tap)] = padded[(slice(None), slice(None), *index)]
    return taken


def convolve(x: Array, w: Array, strides, dilations, pads, groups) -> Array:
    axes, per = w.ndim - 2, w.shape[1]
    taken = windows(x, w.shape[2:], strides, dilations, pads, 0)
    letters = "stu"[:axes]
    taps = letters.upper()
    parts = []
    for g, filters in enumerate(np.split(w, groups)):
        part = taken[:, g * per : (g + 1) * per]
        parts.append(np.einsum(f"nc{letters}{taps},oc{taps}->no{letters}", part, filters))
    return np.concatenate(parts, 1)


# image, filter, then attributes
CONVOLUTIONS = {
    "one": ((1, 1, 1, 1), (1, 1, 1, 1), {}),
    "pointwise": ((1, 7, 5, 3), (13, 7, 1, 1), {}),
    "prime": ((2, 3, 11, 13), (17, 3, 3, 3), {"pads": [1, 1, 1, 1]}),
    "strided": ((1, 5, 13, 11), (19, 5, 3, 3), {"strides": [2, 3], "pads": [1, 0, 1, 2]}),
    "dilated": ((1, 3, 13, 17), (5, 3, 3, 3), {"dilations": [2, 3], "pads": [2, 3, 1, 0]}),
    "large_window": ((1, 3, 17, 17), (7, 3, 7, 5), {"pads": [3, 2, 3, 2], "strides": [2, 2]}),
    "groups": ((1, 6, 7, 7), (10, 3, 3, 3), {"group": 2, "pads": [1, 1, 1, 1]}),
    "depthwise": ((2, 19, 9, 7), (19, 1, 3, 3), {"group": 19, "pads": [1, 1, 1, 1]}),
    "depthwise_strided": ((1, 7, 9, 8), (7, 1, 5, 3), {"group": 7, "strides": [2, 2], "pads": [2, 1, 2, 1]}),
    "multiplier": ((1, 3, 5, 5), (6, 1, 3, 3), {"group": 3}),
    "row": ((2, 5, 31), (7, 5, 5), {"pads": [2, 1], "strides": [2]}),
    "volume": ((1, 2, 5, 4, 3), (3, 2, 3, 2, 1), {"pads": [1, 0, 0, 1, 1, 0]}),
    "all_padding": ((1, 2, 1, 1), (3, 2, 3, 3), {"pads": [2, 2, 2, 2]}),
    "no_images": ((0, 3, 5, 5), (4, 3, 3, 3), {}),
}


def convolutions() -> None:
    for name, (image, kernel, attributes) in CONVOLUTIONS.items():
        axes = len(kernel) - 2
        strides, dilations = attributes.get("strides", [1] * axes), attributes.get("dilations", [1] * axes)
        pads, groups = attributes.get("pads", [0] * axes * 2), attributes.get("group", 1)
        types = (F32, F64, F16) if name in ("prime", "depthwise") else (F32,)
        for dtype in types:
            x, w = ordinary(image, dtype), ordinary(kernel, dtype, 1)
            result, tolerance = sums(dtype, lambda a, b: convolve(a, b, strides, dilations, pads, groups), x, w)
            title = f"Conv/{name}_{short(dtype)}"
            case(title, "Conv", [x, w], result, constant=(1,), tolerance=tolerance, **attributes)
            if dtype == F32 and name in ("prime", "groups", "depthwise"):
                case(title + "_inputs", "Conv", [x, w], result, tolerance=tolerance, **attributes)
    x, w, b = ordinary((1, 3, 5, 7), F32), ordinary((5, 3, 3, 3), F32, 1), ordinary((5,), F32, 2)
    result, tolerance = sums(F32, lambda a, k: convolve(a, k, [2, 2], [1, 1], [1, 1, 1, 1], 1), x, w)
    result = (result.astype(F64) + b[:, None, None]).astype(F32)
    # Views of a scalar: what a reduction over everything leaves, brought to the rank of an image.
    small, pointwise = ordinary((1, 1, 2, 3), F32), ordinary((2, 1, 1, 1), F32, 1)
    total = small.astype(np.float64).sum(keepdims=True)
    scalar = [Step("ReduceSum")]
    near = Tolerance(0, 1e-5)
    case("Conv/of_scalar", "Conv", [small, pointwise], (total * pointwise.reshape(1, 2, 1, 1)).astype(F32), constant=(1,), before=scalar, tolerance=near)
    case("MaxPool/of_scalar", "MaxPool", [small], total.astype(F32), before=scalar, kernel_shape=[1, 1], tolerance=near)
    case("AveragePool/of_scalar", "AveragePool", [small], total.astype(F32), before=scalar, kernel_shape=[1, 1], tolerance=near)
    case("MatMul/of_scalar", "MatMul", [F32.type(3), ordinary((1, 4), F32)], 3 * ordinary((1, 4), F32), before=[Step("Flatten", {"axis": 0})], tolerance=near)
    case("Conv/bias_same", "Conv", [x, w, b], result, constant=(1, 2), strides=[2, 2], auto_pad="SAME_UPPER",
         tolerance=Tolerance(2, tolerance.absolute))  # fmt: skip
    x = np.random.default_rng(3).integers(0, 255, (1, 3, 5, 5)).astype(np.uint8)
    w = np.random.default_rng(4).integers(-128, 127, (4, 3, 3, 3)).astype(np.int8)
    result = convolve(x.astype(I32) - 7, w.astype(I32), [1, 1], [1, 1], [1, 1, 1, 1], 1).astype(I32)
    zero = np.array(7, np.uint8)
    case("ConvInteger/u8_i8", "ConvInteger", [x, w, zero], result, constant=(1, 2), pads=[1, 1, 1, 1])
    transposed()


def scatter(x: Array, w: Array, strides, dilations, pads, output_pads, groups) -> Array:
    """The transposed convolution by its definition: every pixel adds the filter, scaled, to the output."""
    axes, per = w.ndim - 2, w.shape[1]
    full = [(x.shape[2 + k] - 1) * strides[k] + dilations[k] * (w.shape[2 + k] - 1) + 1 + output_pads[k] for k in range(axes)]
    out = np.zeros((x.shape[0], per * groups, *full), np.result_type(x, w))
    depth = x.shape[1] // groups
    for g in range(groups):
        for tap in itertools.product(*map(range, w.shape[2:])):
            filters = w[(slice(g * depth, (g + 1) * depth), slice(None), *tap)]
            part = np.einsum("nc...,co->no...", x[:, g * depth : (g + 1) * depth], filters)
            index = tuple(slice(t * d, t * d + s * (n - 1) + 1, s) for t, d, s, n in zip(tap, dilations, strides, x.shape[2:], strict=True))
            out[(slice(None), slice(g * per, (g + 1) * per), *index)] += part
    cut = tuple(slice(pads[k], full[k] - pads[axes + k]) for k in range(axes))
    return out[(slice(None), slice(None), *cut)]


TRANSPOSED = {
    "one": ((1, 1, 1, 1), (1, 1, 1, 1), {}),
    "strided": ((2, 3, 5, 7), (3, 5, 3, 3), {"strides": [2, 3]}),
    "padded": ((1, 3, 5, 4), (3, 2, 3, 3), {"strides": [2, 2], "pads": [1, 0, 1, 1], "output_padding": [1, 0]}),
    "dilated": ((1, 2, 5, 4), (2, 3, 3, 2), {"dilations": [2, 3]}),
    "groups": ((1, 4, 3, 5), (4, 3, 2, 2), {"group": 2, "strides": [2, 1]}),
    "row": ((2, 3, 11), (3, 2, 4), {"strides": [2], "pads": [1, 1]}),
}


def transposed() -> None:
    for name, (image, kernel, attributes) in TRANSPOSED.items():
        axes = len(kernel) - 2
        values = [attributes.get(key, [default] * count) for key, default, count in (
            ("strides", 1, axes), ("dilations", 1, axes), ("pads", 0, 2 * axes), ("output_padding", 0, axes))]  # fmt: skip
        for dtype in (F32, F64) if name == "strided" else (F32,):
            x, w = ordinary(image, dtype), ordinary(kernel, dtype, 1)
            result, tolerance = sums(dtype, lambda a, b: scatter(a, b, *values, attributes.get("group", 1)), x, w)
            case(f"ConvTranspose/{name}_{short(dtype)}", "ConvTranspose", [x, w], result, constant=(1,), tolerance=tolerance, **attributes)
            # A filter of a call's may have elements that are not finite: no zeros are put between pixels for it.
            case(f"ConvTranspose/{name}_{short(dtype)}_input", "ConvTranspose", [x, w], result, tolerance=tolerance, **attributes)


POOLS = {
    "one": ((1, 1, 1, 1), [1, 1], {}),
    "prime": ((2, 3, 11, 13), [3, 3], {"strides": [2, 2], "pads": [1, 1, 1, 1]}),
    "channels": ((1, 19, 7, 7), [2, 3], {}),
    "dilated": ((1, 3, 11, 9), [2, 3], {"dilations": [3, 2], "pads": [1, 0, 0, 2]}),
    "ceil": ((1, 5, 6, 8), [3, 3], {"strides": [2, 2], "ceil_mode": 1}),
    "row": ((2, 3, 17), [5], {"strides": [3], "pads": [2, 1]}),
    "volume": ((1, 2, 5, 4, 3), [2, 2, 2], {}),
    "no_images": ((0, 3, 5, 5), [2, 2], {}),
}


def ceil_pads(image, window, attributes) -> list[int]:
    """The pads that give the window that ceil_mode adds, if it starts inside the image or its left padding."""
    axes = len(window)
    pads, strides = list(attributes.get("pads", [0] * 2 * axes)), attributes.get("strides", [1] * axes)
    for k in range(axes):
        span = attributes.get("dilations", [1] * axes)[k] * (window[k] - 1) + 1
        rest = image[2 + k] + pads[k] + pads[axes + k] - span
        places = -(-rest // strides[k]) + 1
        if (places - 1) * strides[k] >= image[2 + k] + pads[k]:
            places -= 1
        pads[axes + k] += (places - 1) * strides[k] - rest
    return pads


def pools() -> None:
    for name, (image, window, attributes) in POOLS.items():
        axes = len(window)
        taps = tuple(range(-axes, 0))
        strides, dilations = attributes.get("strides", [1] * axes), attributes.get("dilations", [1] * axes)
        pads = ceil_pads(image, window, attributes) if attributes.get("ceil_mode") else attributes.get("pads", [0] * 2 * axes)
        for dtype in (F32, F64, F16, np.dtype("int8"), np.dtype("uint8")) if name == "prime" else (F32,):
            x = ordinary(image, dtype) if dtype in FLOATS else vector(dtype, count=int(np.prod(image))).reshape(image)
            least = -np.inf if dtype in FLOATS else np.iinfo(dtype).min
            result = windows(x, window, strides, dilations, pads, least).max(taps)
            case(f"MaxPool/{name}_{short(dtype)}", "MaxPool", [x], result, kernel_shape=window, **attributes)
        for dtype in (F32, F64, F16) if name == "prime" else (F32,):
            x = ordinary(image, dtype)
            total = windows(wide(x), window, strides, dilations, pads, 0).sum(taps)
            counts = windows(np.ones(image), window, strides, dilations, pads, 0).sum(taps)
            eps = float(np.finfo(dtype).eps)
            tolerance = Tolerance(2, 4 * eps, zero_sign=False)
            case(f"AveragePool/{name}_{short(dtype)}", "AveragePool", [x], (total / counts).astype(dtype), tolerance=tolerance,
                 kernel_shape=window, **attributes)  # fmt: skip
            if dtype == F32 and not attributes.get("ceil_mode"):
                case(f"AveragePool/{name}_counting", "AveragePool", [x], (total / np.prod(window)).astype(F32), tolerance=tolerance,
                     kernel_shape=window, count_include_pad=1, **attributes)  # fmt: skip
    x = ordinary((1, 2, 4, 4), F32)
    x[0, 0, 1, 1], x[0, 1, 0, 0], x[0, 1, 3, 3] = np.nan, -np.inf, np.inf
    case("MaxPool/specials", "MaxPool", [x], windows(x, [2, 2], [2, 2], [1, 1], [0] * 4, 0).max((-1, -2)), kernel_shape=[2, 2], strides=[2, 2])
    x = np.full((1, 1, 3, 3), -np.inf, F32)
    case("MaxPool/all_negative", "MaxPool", [x], x, kernel_shape=[3, 3], pads=[1, 1, 1, 1])
    x = ordinary((2, 7, 5, 3), F32)
    case("GlobalAveragePool/f32", "GlobalAveragePool", [x], wide(x).mean((2, 3), keepdims=True).astype(F32), tolerance=Tolerance(4, 1e-7))
    case("GlobalMaxPool/f32", "GlobalMaxPool", [x], x.max((2, 3), keepdims=True))


def recurrences() -> None:
    """h = tanh(W x + b + R h + c) over the steps, in both directions, which runs as a loop."""
    steps, batch, size, hidden = 5, 3, 4, 7
    x, w = ordinary((steps, batch, size), F32), ordinary((2, hidden, size), F32, 1)
    r, b = ordinary((2, hidden, hidden), F32, 2) / np.float32(hidden), ordinary((2, 2 * hidden), F32, 3)
    states = np.zeros((steps, 2, batch, hidden))
    for direction in range(2):
        h = np.zeros((batch, hidden))
        for step in range(steps)[:: -1 if direction else 1]:
            bias = b[direction, :hidden].astype(F64) + b[direction, hidden:]
            h = np.tanh(x[step].astype(F64) @ w[direction].T + bias + h @ r[direction].astype(F64).T)
            states[step, direction] = h
    for count, direction in ((1, "forward"), (2, "bidirectional")):
        inputs = [x, w[:count], r[:count], b[:count]]
        case(f"RNN/{direction}", "RNN", inputs, states[:, :count].astype(F32), tolerance=Tolerance(4, 1e-5),
             hidden_size=hidden, direction=direction)  # fmt: skip


def add_cases() -> None:
    matrices()
    attention()
    convolutions()
    pools()
    recurrences()
