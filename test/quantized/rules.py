"""A rule an operator: a sandwich of it on random codes. What is computed in integers is marked so."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from onnx import helper
from sandwich import F32, MICROSOFT, Codes, Graph, Real

IMAGE = (1, 12, 9, 10)
Rule = Callable[[Graph, np.dtype], None]
RULES: dict[str, Rule] = {}


def rule(name: str) -> Callable[[Rule], Rule]:
    def add(function: Rule) -> Rule:
        RULES[name] = function
        return function

    return add


def integers(g: Graph, values: list[int]) -> Real:
    return g.constant(np.array(values, np.int64))


def normal(g: Graph, shape: tuple[int, ...]) -> Real:
    return g.constant(g.rng.standard_normal(shape).astype(F32))


# Functions of one tensor.
UNARY: dict[str, dict[str, object]] = {
    "Sigmoid": {}, "Tanh": {}, "HardSwish": {}, "HardSigmoid": {}, "LeakyRelu": {"alpha": 0.1}, "Elu": {}, "Gelu": {},
    "Exp": {}, "Softplus": {}, "Abs": {}, "Erf": {}, "Mish": {}, "Sqrt": {}, "Relu": {}, "Identity": {},
}  # fmt: skip


def add_unary(kind: str, attributes: dict[str, object]) -> None:
    @rule(kind)
    def build(g: Graph, dtype: np.dtype) -> None:
        x = g.dequantize(g.codes(IMAGE, dtype))
        if kind == "Sqrt":
            x = g.op("Abs", [x])
        g.quantize(g.op(kind, [x], **attributes), kind, dtype)


for each, arguments in UNARY.items():
    add_unary(each, arguments)


@rule("Swish")
def swish(g: Graph, dtype: np.dtype) -> None:
    codes = g.codes(IMAGE, dtype)
    x = g.dequantize(codes)
    gate = g.dequantize(g.quantize(g.op("Sigmoid", [x]), "Swish", dtype))
    g.quantize(g.op("Mul", [x, gate]), "Swish", dtype)


@rule("Affine")
def affine(g: Graph, dtype: np.dtype) -> None:
    x = g.op("Mul", [g.dequantize(g.codes(IMAGE, dtype)), g.constant(F32(1.37))])
    x = g.op("Clip", [g.op("Add", [x, g.constant(F32(-0.61))]), g.constant(F32(-2.5)), g.constant(F32(3.1))])
    g.quantize(x, "Affine", dtype)


# Functions of two.
def add_binary(kind: str, is_integer: bool = True) -> None:
    @rule(kind)
    def build(g: Graph, dtype: np.dtype) -> None:
        shape = [IMAGE, (1, 12, 1, 1), (10,)][int(g.rng.integers(3))]
        operands = [g.dequantize(g.codes(IMAGE, dtype)), g.dequantize(g.codes(shape, dtype))]
        if g.rng.random() < 0.3:
            operands.reverse()
        if kind == "Div":
            operands[1] = g.op("Add", [g.op("Abs", [operands[1]]), g.constant(F32(0.3))])
        result = g.op(kind, operands)
        if g.rng.random() < 0.4:
            result = g.op("Relu", [result])
        g.quantize(result, kind, dtype, is_integer)


for each in ("Add", "Sub", "Mul", "Max", "Min"):
    add_binary(each)
add_binary("Div", is_integer=False)


def add_constant(kind: str) -> None:
    @rule(f"{kind}Constant")
    def build(g: Graph, dtype: np.dtype) -> None:
        x = g.dequantize(g.codes(IMAGE, dtype))
        g.quantize(g.op(kind, [x, normal(g, (12, 1, 1))]), kind, dtype)


add_constant("Add")
add_constant("Mul")


@rule("Where")
def where(g: Graph, dtype: np.dtype) -> None:
    condition = g.constant(g.rng.integers(0, 2, IMAGE).astype(bool))
    x, y = g.dequantize(g.codes(IMAGE, dtype)), g.dequantize(g.codes(IMAGE, dtype))
    g.quantize(g.op("Where", [condition, x, y]), "Where", dtype)


@rule("PRelu")
def prelu(g: Graph, dtype: np.dtype) -> None:
    x = g.dequantize(g.codes(IMAGE, dtype))
    g.quantize(g.op("PRelu", [x, normal(g, (12, 1, 1))]), "PRelu", dtype)


# Movements.
@rule("Concat")
def concat(g: Graph, dtype: np.dtype) -> None:
    parts = [g.dequantize(g.codes((1, count, *IMAGE[2:]), dtype)) for count in (12, 5, 3)]
    g.quantize(g.op("Concat", parts, axis=1), "Concat", dtype)


@rule("Pad")
def pad(g: Graph, dtype: np.dtype) -> None:
    x, value = g.dequantize(g.codes(IMAGE, dtype)), g.constant(F32(0.7 if g.rng.random() < 0.5 else 0))
    g.quantize(g.op("Pad", [x, integers(g, [0, 0, 1, 2, 0, 0, 2, 1]), value]), "Pad", dtype)


@rule("Transpose")
def transpose(g: Graph, dtype: np.dtype) -> None:
    x = g.op("Transpose", [g.dequantize(g.codes(IMAGE, dtype))], perm=[0, 2, 3, 1])
    g.quantize(g.op("Reshape", [x, integers(g, [1, 90, 12])]), "Transpose", dtype)


def add_resize(mode: str, is_integer: bool, **attributes: object) -> None:
    @rule(f"Resize{mode}")
    def build(g: Graph, dtype: np.dtype) -> None:
        scales = g.constant(np.array([1, 1, 2, 2], F32))
        x = g.op("Resize", [g.dequantize(g.codes(IMAGE, dtype)), None, scales], mode=mode, **attributes)
        g.quantize(x, f"Resize {mode}", dtype, is_integer)


add_resize("nearest", True, coordinate_transformation_mode="asymmetric", nearest_mode="floor")
add_resize("linear", False)

# Sums, means and greatest.
WINDOW = {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1]}
REDUCED: dict[str, tuple[str, list[int] | None, dict[str, object]]] = {
    "AveragePool": ("AveragePool", None, {"kernel_shape": [3, 2]}),
    "AveragePoolPadded": ("AveragePool", None, dict(WINDOW)),
    "AveragePoolCounted": ("AveragePool", None, {**WINDOW, "count_include_pad": 1}),
    "MaxPool": ("MaxPool", None, dict(WINDOW)),
    "GlobalAveragePool": ("GlobalAveragePool", None, {}),
    "GlobalMaxPool": ("GlobalMaxPool", None, {}),
    "ReduceMean": ("ReduceMean", [1], {"keepdims": 0}),
    "ReduceMeanRows": ("ReduceMean", [-1], {}),
    "ReduceSum": ("ReduceSum", [-2, -1], {}),
    "ReduceMax": ("ReduceMax", [-1], {}),
    "ReduceMin": ("ReduceMin", [1], {"keepdims": 0}),
}


def add_reduced(name: str, kind: str, axes: list[int] | None, attributes: dict[str, object]) -> None:
    @rule(name)
    def build(g: Graph, dtype: np.dtype) -> None:
        operands: list[Real | None] = [g.dequantize(g.codes(IMAGE, dtype))]
        if axes:
            operands.append(integers(g, axes))
        g.quantize(g.op(kind, operands, **attributes), name, dtype)


for each, (operator, reduced, arguments) in REDUCED.items():
    add_reduced(each, operator, reduced, arguments)


@rule("Softmax")
def softmax(g: Graph, dtype: np.dtype) -> None:
    g.quantize(g.op("Softmax", [g.dequantize(g.codes(IMAGE, dtype))], axis=-1), "Softmax", dtype, is_integer=False)


# Products.
def weights(g: Graph, shape: tuple[int, ...], axis: int) -> tuple[Real, np.ndarray]:
    """Quantised a channel, as constants."""
    scales = g.rng.uniform(0.002, 0.02, shape[axis]).astype(F32)
    data = g.rng.integers(-127, 128, shape).astype(np.int8)
    along = [1] * len(shape)
    along[axis] = -1
    name = g.name("weights")
    names = [g.constant(part).name for part in (data, scales, np.zeros(shape[axis], np.int8))]
    g.nodes.append(helper.make_node("DequantizeLinear", names, [name], name=name, axis=axis))
    return Real(name, data.astype(F32) * scales.reshape(along)), scales


def bias(g: Graph, scales: np.ndarray) -> Real:
    data = g.rng.integers(-9000, 9000, scales.size).astype(np.int32)
    name = g.name("bias")
    names = [g.constant(part).name for part in (data, scales, np.zeros(scales.size, np.int32))]
    g.nodes.append(helper.make_node("DequantizeLinear", names, [name], name=name, axis=0))
    return Real(name, data.astype(F32) * scales)


def add_conv(name: str, shape: tuple[int, ...], activation: str = "", **attributes: object) -> None:
    @rule(name)
    def build(g: Graph, dtype: np.dtype) -> None:
        codes = g.codes(IMAGE, dtype)
        w, scales = weights(g, shape, 0)
        y = g.op("Conv", [g.dequantize(codes), w, bias(g, scales * codes.scale)], **attributes)
        if activation:
            y = g.op(activation, [y])
        g.quantize(y, name, dtype)


add_conv("Conv", (12, 12, 3, 3), "Relu", pads=[1, 1, 1, 1])
add_conv("ConvPointwise", (12, 12, 1, 1))
add_conv("ConvDepthwise", (12, 1, 3, 3), group=12, pads=[1, 1, 1, 1])


@rule("MatMul")
def matmul(g: Graph, dtype: np.dtype) -> None:
    w, _ = weights(g, (10, 10), 1)
    g.quantize(g.op("MatMul", [g.dequantize(g.codes(IMAGE, dtype)), w]), "MatMul", dtype)


# com.microsoft's operators on codes.
def parameters(g: Graph, codes: Codes) -> list[Real]:
    return [g.constant(codes.scale), g.constant(codes.zero)]


def operator(g: Graph, kind: str, operands: list[Real], dtype: np.dtype, **attributes: object) -> None:
    """With a result's scale and zero point behind the operands."""
    result = Codes("", np.zeros((), dtype), F32(g.rng.uniform(0.03, 0.1)), np.array(np.iinfo(dtype).min + 100, dtype))
    made = g.op(kind, [*operands, *parameters(g, result)], domain=MICROSOFT, **attributes)
    g.keep(Codes(made.name, made.data, result.scale, result.zero), kind, kind != "QLinearSoftmax")


def quantized(g: Graph, shape: tuple[int, ...], dtype: np.dtype) -> list[Real]:
    codes = g.codes(shape, dtype)
    return [Real(codes.name, codes.data), *parameters(g, codes)]


def add_operator(kind: str, operands: int, **attributes: object) -> None:
    @rule(kind)
    def build(g: Graph, dtype: np.dtype) -> None:
        given = [part for _ in range(operands) for part in quantized(g, IMAGE, dtype)]
        operator(g, kind, given, dtype, **attributes)


add_operator("QLinearAdd", 2)
add_operator("QLinearMul", 2)
add_operator("QLinearSigmoid", 1)
add_operator("QLinearLeakyRelu", 1, alpha=0.2)
add_operator("QLinearGlobalAveragePool", 1)
add_operator("QLinearAveragePool", 1, kernel_shape=[3, 3], pads=[1, 1, 1, 1])
add_operator("QLinearSoftmax", 1, opset=13, axis=-1)


@rule("QLinearConcat")
def qlinear_concat(g: Graph, dtype: np.dtype) -> None:
    result = Codes("", np.zeros((), dtype), F32(0.05), np.array(np.iinfo(dtype).min + 120, dtype))
    parts = [part for _ in range(2) for part in quantized(g, IMAGE, dtype)]
    made = g.op("QLinearConcat", [*parameters(g, result), *parts], domain=MICROSOFT, axis=1)
    g.keep(Codes(made.name, made.data, result.scale, result.zero), "QLinearConcat", True)


@rule("QLinearWhere")
def qlinear_where(g: Graph, dtype: np.dtype) -> None:
    condition = g.constant(g.rng.integers(0, 2, IMAGE).astype(bool))
    operator(g, "QLinearWhere", [condition, *quantized(g, IMAGE, dtype), *quantized(g, IMAGE, dtype)], dtype)
