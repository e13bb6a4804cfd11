"""Contractions of every pair of types, compiled and compared with exact sums.

`products.py FOLDER CXX FLAGS...`: writes a module of kernel ops, with weights, paddings, strides, groups and zero points; takes
it through the passes behind lowering; compiles what onnxcc-emit prints with the host compiler and its flags; and calls it.
"""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

PASSES = (
    "--split-zero-points --match-families --pack-weights --choose-schedules --verify-kernels --place-results --separate-destinations "
    "--eliminate-empty-tensors --one-shot-bufferize --canonicalize --cse --lower-copies --settle-operands --plan-arena "
    "--verify-memory --mlir-print-debuginfo"
).split()
random = np.random.default_rng(7)


@dataclass
class Net:
    """The function's text, and what a call gets and should give."""

    arguments: list[tuple[str, np.ndarray]] = field(default_factory=list)
    results: list[tuple[str, np.ndarray]] = field(default_factory=list)
    body: str = ""
    families: list[str] = field(default_factory=list)  # of all launches
    family: list[str] = field(default_factory=list)  # of each result

    def argument(self, values: np.ndarray, kind: str) -> str:
        self.arguments.append((kind, values))
        return f"%a{len(self.arguments) - 1}"

    def constant(self, values: np.ndarray, kind: str) -> str:
        name = f"%w{self.body.count('arith.constant dense')}"
        data = bits(values, kind).tobytes()
        text = f'"0x{data.hex()}"' if values.size > 1 else scalar(values, kind)
        self.body += f"    {name} = arith.constant dense<{text}> : {tensor(values.shape, kind)}\n"
        return name

    def contract(self, family: str, head: str, domain: list[int], operands: list[tuple[str, tuple[int, ...], str, str]],
                 output: str, expected: np.ndarray, kind: str, sums: Sequence[str] = ()) -> None:
        """An accumulator that is stored as it is; operands are (value, shape, element, map's results). `sums` are the families
        of what is launched for zero points."""
        dims = ", ".join(f"d{k}" for k in range(len(domain)))
        maps = ", ".join(f"affine_map<({dims}) -> ({results})>" for *_, results in operands)
        values = ", ".join(value for value, *_ in operands)
        types = ", ".join(tensor(shape, element) for _, shape, element, _ in operands)
        result, place = tensor(expected.shape, kind), len(self.results)
        self.body += (
            f"    %e{place} = tensor.empty() : {result}\n"
            f"    %r{place} = kernel.contract {head} over affine_map<() -> ({', '.join(map(str, domain))})> "
            f"[{maps}, affine_map<({dims}) -> ({output})>] ins({values} : {types}) outs(%e{place} : {result}) {{\n"
            f"    ^bb0(%acc: {kind}):\n      kernel.yield %acc : {kind}\n    }} -> {result} loc(\"r{place}\")\n"
        )
        self.results.append((kind, expected))
        self.families += [*sums, family]
        self.family.append(family)

    def text(self) -> str:
        def declare(shape: tuple[int, ...], kind: str, name: str) -> str:
            extents = ", ".join(map(str, shape))
            return f'{{onnx.name = "{name}", kernel.extents = affine_map<() -> ({extents})>}}'

        arguments = ", ".join(
            f"%a{k}: {tensor(v.shape, kind)} {declare(v.shape, kind, f'a{k}')}" for k, (kind, v) in enumerate(self.arguments)
        )
        results = ", ".join(f"{tensor(v.shape, kind)} {declare(v.shape, kind, f'r{k}')}" for k, (kind, v) in enumerate(self.results))
        values = ", ".join(f"%r{k}" for k in range(len(self.results)))
        types = ", ".join(tensor(v.shape, kind) for kind, v in self.results)
        return (
            'module @net attributes {kernel.targets = ["x86-64"], kernel.compiler = "g++", onnx.file = "net.onnx", onnx.sha256 = "0"} {\n'
            f"  func.func @net({arguments}) -> ({results}) {{\n{self.body}    return {values} : {types}\n  }}\n}}\n"
        )


def tensor(shape: tuple[int, ...], kind: str) -> str:
    return f"tensor<{''.join(f'{extent}x' for extent in shape)}{kind}>"


def bits(values: np.ndarray, kind: str) -> np.ndarray:
    """How elements are stored: bfloat16 is the upper half of a float."""
    if kind == "bf16":
        return (values.astype(np.float32).view(np.uint32) >> 16).astype(np.uint16)
    return values.astype({"f32": np.float32, "f64": np.float64, "i8": np.uint8, "i32": np.int32}[kind])


def scalar(values: np.ndarray, kind: str) -> str:
    return f"{float(values.reshape(()))}" if kind[0] in "fb" else f"{int(values.reshape(()))}"


def draw(shape: tuple[int, ...], low: int, high: int) -> np.ndarray:
    return random.integers(low, high, size=shape, endpoint=True).astype(np.int64)


def signed(values: np.ndarray) -> np.ndarray:
    """What an i8 holds."""
    return values.astype(np.uint8).astype(np.int8).astype(np.int64)


def convolve(x: np.ndarray, w: np.ndarray, stride: int, pad: int, groups: int) -> np.ndarray:
    """x[n, h, w, c] by w[co, ci, kh, kw], as [n, h, w, co]; x is less its zero point."""
    n, height, width, channels = x.shape
    outs, depth, kh, kw = w.shape
    padded = np.zeros((n, height + 2 * pad, width + 2 * pad, channels), dtype=x.dtype)
    padded[:, pad : pad + height, pad : pad + width] = x
    oh, ow = (height + 2 * pad - kh) // stride + 1, (width + 2 * pad - kw) // stride + 1
    y = np.zeros((n, oh, ow, outs), dtype=x.dtype)
    for co in range(outs):
        g = co // (outs // groups)
        for i in range(oh):
            for j in range(ow):
                window = padded[:, i * stride : i * stride + kh, j * stride : j * stride + kw, g * depth : (g + 1) * depth]
                y[:, i, j, co] = np.einsum("nhwc,chw->n", window, w[co])
    return y


def add_products(net: Net, element: str, total: str, ranges: tuple[tuple[int, int], tuple[int, int]], zero: int | None) -> None:
    """conv2d (plain, strided, grouped), depthwise, gemm (constant and not) of one pair of types."""
    (lowX, highX), (lowW, highW) = ranges
    head = "sum"
    if unsigned := [str(k) for k, low in enumerate((lowX, lowW)) if element == "i8" and low == 0]:
        head += f" unsigned [{', '.join(unsigned)}]"
    beside = [] if zero is None else [(net.constant(np.array(zero), "i8"), (), "i8", "")]
    if beside:
        head += " beside(input_zero)"
    less = zero or 0

    def image(*shape: int) -> tuple[str, np.ndarray, tuple[int, ...]]:
        values = draw(shape, lowX, highX)
        return net.argument(values, element), values - less, shape

    for stride, pad, groups, depth, outs in [(1, 1, 1, 6, 20), (2, 0, 1, 5, 3), (1, 1, 2, 5, 7)]:
        x, values, shape = image(1, 6, 7, groups * depth)
        w = draw((groups * outs, depth, 3, 3), lowW, highW)
        y = convolve(values, w, stride, pad, groups)
        name = net.constant(w, element)
        at = f"d0, d1 * {stride} + {{h}} - {pad}, d2 * {stride} + {{w}} - {pad}"
        if groups == 1:
            domain = [1, *y.shape[1:3], outs, 3, 3, depth]
            operands = [(x, shape, element, at.format(h="d4", w="d5") + ", d6"), (name, w.shape, element, "d3, d6, d4, d5")]
            output = "d0, d1, d2, d3"
        else:
            domain = [1, *y.shape[1:3], groups, outs, 3, 3, depth]
            operands = [
                (x, shape, element, at.format(h="d5", w="d6") + f", d3 * {depth} + d7"),
                (name, w.shape, element, f"d3 * {outs} + d4, d7, d5, d6"),
            ]
            output = f"d0, d1, d2, d3 * {outs} + d4"
        net.contract("conv2d", head, domain, operands + beside, output, y, total)

    x, values, shape = image(1, 6, 7, 21)
    w = draw((21, 1, 3, 3), lowW, highW)
    y = convolve(values, w, 1, 1, 21)
    operands = [(x, shape, element, "d0, d1 + d4 - 1, d2 + d5 - 1, d3"), (net.constant(w, element), w.shape, element, "d3, 0, d4, d5")]
    net.contract("depthwise", head, [1, 6, 7, 21, 3, 3], operands + beside, "d0, d1, d2, d3", y, total)

    for constant in (True, False):
        x, values, shape = image(9, 13)
        w = draw((13, 19), lowW, highW)
        name = net.constant(w, element) if constant else net.argument(w, element)
        operands = [(x, shape, element, "d0, d2"), (name, w.shape, element, "d2, d1")]
        sums = [] if constant or zero is None else ["sums"]
        net.contract("gemm", head, [9, 19, 13], operands + beside, "d0, d1", values @ w, total, sums)


def add_zero_points(net: Net) -> None:
    """Zero points of weights (one, or one a column) and of inputs (one a row), of constants and others, of windows."""
    x, w = draw((5, 7), 0, 255), draw((7, 6), -128, 127)
    for constant in (True, False):
        for atX, atW in (((), ()), ((5,), ()), ((), (6,)), ((5,), (6,))):
            zeroX, zeroW = draw(atX, 0, 255), draw(atW, -128, 127)
            operands = [
                (net.argument(x, "i8"), x.shape, "i8", "d0, d2"),
                ((net.constant if constant else net.argument)(w, "i8"), w.shape, "i8", "d2, d1"),
                (net.argument(zeroX, "i8"), atX, "i8", "d0" if atX else ""),
                (net.argument(zeroW, "i8"), atW, "i8", "d1" if atW else ""),
            ]
            expected = (x - zeroX.reshape(-1, 1)) @ (w - zeroW)
            sums = ["loops" if atX else "sums"] + ([] if constant and not atX else ["sums"])
            net.contract("gemm", "sum unsigned [0] beside(input_zero, weight_zero)", [5, 6, 7], operands, "d0, d1", expected, "i32", sums)

    for groups, depth, outs, stride in ((1, 6, 20, 1), (2, 5, 7, 2)):
        x, w = draw((1, 6, 7, groups * depth), 0, 255), draw((groups * outs, depth, 3, 3), 0, 255)
        zeroX, zeroW = np.array(77), draw((groups * outs,), 0, 255)
        expected = convolve(x - zeroX, w - zeroW[:, None, None, None], stride, 1, groups)
        at = f"d0, d1 * {stride} + d5 - 1, d2 * {stride} + d6 - 1, d3 * {depth} + d7"
        operands = [
            (net.argument(x, "i8"), x.shape, "i8", at),
            (net.constant(w, "i8"), w.shape, "i8", f"d3 * {outs} + d4, d7, d5, d6"),
            (net.constant(zeroX, "i8"), (), "i8", ""),
            (net.argument(zeroW, "i8"), zeroW.shape, "i8", f"d3 * {outs} + d4"),
        ]
        domain = [1, *expected.shape[1:3], groups, outs, 3, 3, depth]
        output = f"d0, d1, d2, d3 * {outs} + d4"
        net.contract("conv2d", "sum unsigned [0, 1] beside(input_zero, weight_zero)", domain, operands, output, expected, "i32", ["sums"])

    x, w, zeroW = draw((1, 6, 7, 21), -128, 127), draw((21, 1, 3, 3), -128, 127), draw((21,), -128, 127)
    operands = [
        (net.argument(x, "i8"), x.shape, "i8", "d0, d1 + d4 - 1, d2 + d5 - 1, d3"),
        (net.constant(w, "i8"), w.shape, "i8", "d3, 0, d4, d5"),
        (net.argument(zeroW, "i8"), zeroW.shape, "i8", "d3"),
    ]
    expected = convolve(x, w - zeroW[:, None, None, None], 1, 1, 21)
    net.contract("depthwise", "sum beside(weight_zero)", [1, 6, 7, 21, 3, 3], operands, "d0, d1, d2, d3", expected, "i32", ["pool"])


def add_pool(net: Net) -> None:
    """Sums of unsigned bytes."""
    x = draw((1, 6, 6, 10), 0, 255)
    expected = x.reshape(1, 3, 2, 3, 2, 10).sum(axis=(2, 4))
    operands = [(net.argument(x, "i8"), x.shape, "i8", "d0, d1 * 2 + d4, d2 * 2 + d5, d3")]
    net.contract("pool", "sum products 1 unsigned [0]", [1, 3, 3, 10, 2, 2], operands, "d0, d1, d2, d3", expected, "i32")


def main() -> int:
    folder, compiler, *flags = sys.argv[1:]
    net = Net()
    s8, u8, small = (-128, 127), (0, 255), (-8, 8)
    for ranges in ((u8, s8), (s8, s8), (u8, u8), (s8, u8)):
        add_products(net, "i8", "i32", ranges, zero=None)
    add_products(net, "i8", "i32", (u8, s8), zero=131)
    add_products(net, "i8", "i32", (s8, s8), zero=-7)
    add_products(net, "f32", "f32", (small, small), zero=None)
    add_products(net, "f64", "f64", (small, small), zero=None)
    add_products(net, "bf16", "f32", (small, small), zero=None)
    add_zero_points(net)
    add_pool(net)

    path = Path(folder)
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    (path / "net.mlir").write_text(net.text())
    lowered = subprocess.run(["onnxcc-opt", str(path / "net.mlir"), *PASSES], check=True, capture_output=True, text=True).stdout
    (path / "lowered.mlir").write_text(lowered)
    chosen = [line.split('#kernel.schedule<"')[1].split('"')[0] for line in lowered.splitlines() if "kernel.contract" in line]
    if chosen != net.families:
        sys.exit(f"families {chosen}\ninstead of {net.families}")
    subprocess.run(["onnxcc-emit", str(path / "lowered.mlir"), "-o", str(path)], check=True)
    command = [compiler, "-std=c++17", "-O1", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared", f"-I{path}", *flags, "-o", str(path / "net.so")]
    subprocess.run([*command, *map(str, path.glob("*.cpp")), str(path / "net_weights.S")], check=True)

    library = ctypes.CDLL(str(path / "net.so"))
    inputs = [bits(values, kind) for kind, values in net.arguments]
    outputs = [np.zeros(values.shape, dtype=bits(values, kind).dtype) for kind, values in net.results]
    pointers = [a.ctypes.data for a in [*map(np.ascontiguousarray, inputs), *outputs]]
    args = (ctypes.c_void_p * len(pointers))(*pointers)
    arena = np.zeros(1 << 22, dtype=np.uint8)
    aligned = arena.ctypes.data + -arena.ctypes.data % 64
    code = library.net_run(args, ctypes.c_void_p(aligned), None)
    wrong = [k for k, (got, (_, want)) in enumerate(zip(outputs, net.results)) if not np.array_equal(got, want)]
    for k in wrong:
        print(f"r{k} ({net.family[k]}, {net.results[k][0]}): {np.sum(outputs[k] != net.results[k][1])} of {outputs[k].size} differ")
    print(f"{' '.join(flags)}: code {code}, {len(net.results)} contractions, {len(wrong)} wrong")
    return 1 if wrong or code else 0


if __name__ == "__main__":
    sys.exit(main())
