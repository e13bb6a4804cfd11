"""Dynamic extents: one library for several sizes, values computed from dims, and launches that know their sizes at run time only."""

from __future__ import annotations

import numpy as np
from case import F32, Step, Tolerance, case
from values import ordinary, wide

I64 = np.dtype("int64")


def add_cases(n: int) -> None:
    """Cases whose dimension `n` has this value; the model, named after them, is the same for all."""
    x = ordinary((n, 3, 7), F32)
    symbols = {0: ("n", 3, 7)}
    case("Shape/n", "Shape", [x], np.array([n, 3, 7], I64), symbols=symbols)
    case("Shape/part", "Shape", [x], np.array([n], I64), symbols=symbols, start=-3, end=-2)
    case("Size/n", "Size", [x], np.array(21 * n, I64), symbols=symbols)
    case("Relu/n", "Relu", [x], np.maximum(x, 0), symbols=symbols)
    case("Add/n", "Add", [x, x[:, :1, :1]], x + x[:, :1, :1], symbols={0: ("n", 3, 7), 1: ("n", 1, 1)})
    case("Transpose/n", "Transpose", [x], x.transpose(2, 0, 1), symbols=symbols, perm=[2, 0, 1])
    case("Reshape/n", "Reshape", [x, np.array([-1, 7], I64)], x.reshape(-1, 7) if n else np.empty((0, 7), F32), constant=(1,), symbols=symbols)
    case("Concat/n", "Concat", [x, x], np.concatenate([x, x]), symbols={0: ("n", 3, 7), 1: ("n", 3, 7)}, axis=0)
    case("Slice/n", "Slice", [x, np.array([1]), np.array([7]), np.array([2])], x[:, :, 1:7], constant=(1, 2, 3), symbols=symbols)
    case("Pad/n", "Pad", [x, np.array([2, 0, 0, 1, 0, 0])], np.pad(x, [(2, 1), (0, 0), (0, 0)]), constant=(1,), symbols=symbols)
    case("ReduceSum/n", "ReduceSum", [x, np.array([2])], wide(x).sum(2, keepdims=True).astype(F32), constant=(1,), symbols=symbols,
         tolerance=Tolerance(2, 1e-6))  # fmt: skip
    case("ReduceSum/over_n", "ReduceSum", [x, np.array([0])], wide(x).sum(0, keepdims=True).astype(F32), constant=(1,), symbols=symbols,
         tolerance=Tolerance(2, 1e-5))  # fmt: skip
    power = np.exp(wide(x) - wide(x).max(1, keepdims=True))
    result = (power / power.sum(1, keepdims=True)).astype(F32)
    case("Softmax/n", "Softmax", [x], result, tolerance=Tolerance(4), symbols=symbols, axis=1)
    w = ordinary((7, 5), F32, 1)
    case("MatMul/n", "MatMul", [x, w], (wide(x) @ wide(w)).astype(F32), constant=(1,), tolerance=Tolerance(0, 1e-5), symbols=symbols)
    none = np.empty((n, 0, 7), F32)
    case("Slice/none", "Slice", [x, np.array([2]), np.array([1]), np.array([1])], none, constant=(1, 2, 3), symbols=symbols)
    case("Split/none", "Split", [x, np.array([3, 0])], [x, none], constant=(1,), symbols=symbols, axis=1)
    case("Tile/none", "Tile", [x, np.array([1, 0, 1])], none, constant=(1,), symbols=symbols)
    case("MatMul/none", "MatMul", [none.reshape(n, 7, 0), np.empty((0, 5), F32)], np.zeros((n, 7, 5), F32), constant=(1,), symbols={0: ("n", 7, 0)})
    # The states of a batch of n, of which the caller's are to stay as they are.
    steps, w, r = ordinary((4, n, 7), F32), ordinary((1, 3, 7), F32, 1) / 4, ordinary((1, 3, 3), F32, 2) / 4
    first = ordinary((1, n, 3), F32, 3)
    h, states = wide(first)[0], []
    for step in wide(steps):
        h = np.tanh(step @ wide(w)[0].T + h @ wide(r)[0].T)
        states.append(h[None])
    case("RNN/n", "RNN", [steps, w, r, None, None, first], [np.stack(states).astype(F32), h[None].astype(F32)], constant=(1, 2),
         tolerance=Tolerance(4, 1e-5), symbols={0: (4, "n", 7), 5: (1, "n", 3)}, hidden_size=3)  # fmt: skip
    image, kernel = ordinary((n, 2, 5, 5), F32), ordinary((3, 2, 1, 1), F32, 1)
    result = np.einsum("nchw,oc->nohw", wide(image), wide(kernel)[:, :, 0, 0]).astype(F32)
    case("Conv/n", "Conv", [image, kernel], result, constant=(1,), tolerance=Tolerance(0, 1e-5), symbols={0: ("n", 2, 5, 5)})
    # Range over an extent; a model's Range is on a scalar that Shape and Gather give.
    shape = [Step("Shape", {"start": 0, "end": 1}), Step("Squeeze")]
    case("Range/n", "Range", [x, np.array(1, I64)], np.arange(0, n, dtype=I64), constant=(1,), symbols=symbols, before=shape)
