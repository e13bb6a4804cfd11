"""Elementwise ops: every special value of every element type, size one, no elements, broadcasting."""

from __future__ import annotations

import math

import numpy as np
import onnx
from case import BF16, BOOL, F16, F32, F64, FLOATS, INTEGERS, NUMBERS, SIGNED, UNSIGNED, Array, Step, Tolerance, case, short
from values import exact, ordinary, pair, vector, wide, wrap

ERF = np.vectorize(math.erf, otypes=[F64])
NO_ZERO_SIGN = Tolerance(zero_sign=False)


def sigmoid(x: Array) -> Array:
    power = np.exp(-np.abs(x))
    return np.where(x < 0, power, 1) / (1 + power)


def softplus(x: Array) -> Array:
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


# The function of float64, then how many ULP of the result's type a kernel may be off: 0 where IEEE 754 says the result.
UNARY = {
    "Abs": (np.abs, 0),
    "Neg": (np.negative, 0),
    "Sign": (np.sign, 0),
    "Sqrt": (np.sqrt, 0),
    "Reciprocal": (np.reciprocal, 0),
    "Floor": (np.floor, 0),
    "Ceil": (np.ceil, 0),
    "Round": (np.rint, 0),
    "Exp": (np.exp, 2),
    "Log": (np.log, 2),
    "Sin": (np.sin, 2),
    "Cos": (np.cos, 2),
    "Tan": (np.tan, 2),
    "Asin": (np.arcsin, 2),
    "Acos": (np.arccos, 2),
    "Atan": (np.arctan, 2),
    "Sinh": (np.sinh, 3),
    "Cosh": (np.cosh, 2),
    "Tanh": (np.tanh, 2),
    "Asinh": (np.arcsinh, 3),
    "Acosh": (np.arccosh, 3),
    "Atanh": (np.arctanh, 3),
    "Erf": (ERF, 2),
    "Sigmoid": (sigmoid, 3),
    "Softplus": (softplus, 3),
    "Softsign": (lambda x: np.where(np.isinf(x), np.nan, x / (1 + np.abs(x))), 1),
}
ALL_SIGNED = ("Abs", "Neg", "Sign")


def unary() -> None:
    for op, (function, ulps) in UNARY.items():
        for dtype in FLOATS:
            x = vector(dtype)
            # A double's reference has an error of its own.
            tolerance = Tolerance(ulps + (1 if ulps and dtype == F64 else 0), zero_sign=op != "Sign")
            case(f"{op}/{short(dtype)}", op, [x], function(wide(x)).astype(dtype), tolerance=tolerance)
        for name, shape in (("one", (1,)), ("scalar", ()), ("empty", (0,)), ("no_rows", (3, 0, 2))):
            x = np.full(shape, 0.75, F32)
            case(f"{op}/{name}", op, [x], function(wide(x)).astype(F32), tolerance=Tolerance(ulps))
    for dtype in INTEGERS:
        x = vector(dtype)
        if dtype in SIGNED:
            case(f"Neg/{short(dtype)}", "Neg", [x], wrap(exact(lambda v: -v, x), x))
        case(f"Abs/{short(dtype)}", "Abs", [x], wrap(exact(abs, x), x))
        case(f"Sign/{short(dtype)}", "Sign", [x], np.sign(x))


def activations() -> None:
    def elu(x: Array, alpha: float) -> Array:
        return np.where(x < 0, alpha * np.expm1(x), x)

    for dtype in FLOATS:
        x, kind = vector(dtype), short(dtype)
        w, eps = wide(x), float(np.finfo(F64 if dtype == F64 else F32).eps)
        case(f"Relu/{kind}", "Relu", [x], np.maximum(w, 0).astype(dtype), tolerance=NO_ZERO_SIGN)
        leaky = np.where(w < 0, w * np.float32(0.01), w)
        case(f"LeakyRelu/{kind}", "LeakyRelu", [x], leaky.astype(dtype), tolerance=Tolerance(1))
        # e^x - 1 loses what e^x rounds off.
        lossy = Tolerance(1, 2 * eps)
        case(f"Elu/{kind}", "Elu", [x], elu(w, 1.5).astype(dtype), tolerance=lossy, alpha=1.5)
        alpha, gamma = 1.67326319217681884765625, 1.05070102214813232421875
        selu = gamma * np.where(w > 0, w, elu(w, alpha))
        # A composition is rounded after each step.
        steps = 4 * (eps if dtype in (F32, F64) else 2.0**-11 if dtype == F16 else 2.0**-8)
        celu = elu_like_celu(w, 2.0).astype(dtype)
        case(f"Celu/{kind}", "Celu", [x], celu, tolerance=Tolerance(1, steps, False), alpha=2.0)
        case(f"Selu/{kind}", "Selu", [x], selu.astype(dtype), tolerance=Tolerance(2, steps, False))
        hard = np.clip(w * np.float32(0.2) + 0.5, 0, 1)
        case(f"HardSigmoid/{kind}", "HardSigmoid", [x], hard.astype(dtype), tolerance=Tolerance(1, eps, False))
        gelu = 0.5 * w * (1 + ERF(w / math.sqrt(2)))
        finite = np.where(np.isfinite(w), np.abs(w), 0)
        if dtype == F32:  # 1 + erf(x) cancels below 0
            gelu_tolerance = Tolerance(3, 2 * eps * np.minimum(finite, 6))
            case(f"Gelu/{kind}", "Gelu", [x], np.where(w == -np.inf, np.nan, gelu).astype(dtype), tolerance=gelu_tolerance)
            # By the logistic function, as 1 + tanh(x) cancels below 0.
            gated = {"Gelu_tanh": 2 * math.sqrt(2 / math.pi) * (w + 0.044715 * w**3), "Swish": w, "Swish_alpha": 1.5 * w}
            options = {"Gelu_tanh": {"approximate": "tanh"}, "Swish": {}, "Swish_alpha": {"alpha": 1.5}}
            for name, gate in gated.items():
                expected = np.where(w == -np.inf, np.nan, w / (1 + np.exp(-gate))).astype(dtype)
                case(f"{name}/{kind}", name.split("_")[0], [x], expected, tolerance=gelu_tolerance, **options[name])
            case(f"HardSwish/{kind}", "HardSwish", [x], hard_swish(w).astype(dtype), tolerance=Tolerance(4, eps, False))
            shrink = np.where(w < -0.5, w + 0.25, np.where(w > 0.5, w - 0.25, 0))
            case(f"Shrink/{kind}", "Shrink", [x], shrink.astype(dtype), tolerance=NO_ZERO_SIGN, bias=0.25, lambd=0.5)
            case(f"ThresholdedRelu/{kind}", "ThresholdedRelu", [x], np.where(w > 0.5, w, 0).astype(dtype), alpha=0.5)
            mish = w * np.tanh(softplus(w))
            case(f"Mish/{kind}", "Mish", [x], np.where(w == -np.inf, np.nan, mish).astype(dtype), tolerance=Tolerance(6))
        else:
            gelu_tolerance = Tolerance(3 if dtype == F64 else 1, 4 * eps * np.minimum(finite, 10))
            case(f"Gelu/{kind}", "Gelu", [x], np.where(w == -np.inf, np.nan, gelu).astype(dtype), tolerance=gelu_tolerance)
        slope = ordinary((3, 1), dtype)
        y = ordinary((2, 3, 5), dtype, 1)
        prelu = np.where(wide(y) < 0, wide(y) * wide(slope), wide(y))
        case(f"PRelu/{kind}", "PRelu", [y, slope], prelu.astype(dtype), tolerance=Tolerance(1))


def elu_like_celu(x: Array, alpha: float) -> Array:
    return np.maximum(x, 0) + np.minimum(0, alpha * np.expm1(x / alpha))


def hard_swish(x: Array) -> Array:
    return x * np.clip(x / 6 + 0.5, 0, 1)


def quotient(a: int, b: int) -> int:
    """Truncated; by zero, of which ONNX says nothing, 0."""
    return 0 if b == 0 else abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def remainder(a: int, b: int) -> int:
    return 0 if b == 0 else a - b * quotient(a, b)


def modulo(a: int, b: int) -> int:
    return 0 if b == 0 else a % b


BINARY = {
    "Add": (np.add, lambda a, b: a + b),
    "Sub": (np.subtract, lambda a, b: a - b),
    "Mul": (np.multiply, lambda a, b: a * b),
    "Div": (np.divide, quotient),
}


def binary() -> None:
    for op, (function, of_integers) in BINARY.items():
        for dtype in NUMBERS:
            a, b = pair(dtype)
            if dtype in FLOATS:
                result = function(a, b) if dtype in (F32, F64) else function(wide(a), wide(b)).astype(dtype)
            else:
                result = wrap(exact(of_integers, a, b), a)
            case(f"{op}/{short(dtype)}", op, [a, b], result)
    for op, function in (("Min", np.minimum), ("Max", np.maximum)):
        for dtype in NUMBERS:
            a, b = pair(dtype)
            result = function(a, b) if dtype != BF16 else function(wide(a), wide(b)).astype(dtype)
            case(f"{op}/{short(dtype)}", op, [a, b], result, tolerance=NO_ZERO_SIGN)
        three = [ordinary((5,), F32, seed) for seed in range(3)]
        case(f"{op}/three", op, three, function(function(*three[:2]), three[2]))
    three = [ordinary((5,), F32, seed) for seed in range(3)]
    case("Sum/three", "Sum", three, (three[0] + three[1]) + three[2])
    case("Mean/three", "Mean", three, ((three[0] + three[1]) + three[2]) / np.float32(3), tolerance=Tolerance(1))
    for dtype in INTEGERS:
        a, b = pair(dtype)
        case(f"Mod/{short(dtype)}", "Mod", [a, b], wrap(exact(modulo, a, b), a))
        case(f"Fmod/{short(dtype)}", "Mod", [a, b], wrap(exact(remainder, a, b), a), fmod=1)
    for dtype in FLOATS:
        a, b = pair(dtype)
        result = np.fmod(a, b) if dtype in (F32, F64) else np.fmod(wide(a), wide(b)).astype(dtype)
        case(f"Fmod/{short(dtype)}", "Mod", [a, b], result, fmod=1)


def constants() -> None:
    """One operand a constant, a scalar: the compiler prints other code, or folds."""
    bitwise = {"And": lambda a, b: a & b, "Or": lambda a, b: a | b, "Xor": lambda a, b: a ^ b}
    for dtype in INTEGERS:
        x, kind, info = vector(dtype), short(dtype), np.iinfo(dtype)
        for value in (0, 8, info.max) + ((-1, info.min) if info.min < 0 else ()):
            y, name = np.array(value, dtype), f"{kind}_{value}".replace("-", "m")
            many = np.full(x.shape, value, dtype)
            for op, of_integers in (("Mul", BINARY["Mul"][1]), ("Div", quotient), ("Mod", modulo)):
                case(f"{op}/by_{name}", op, [x, y], wrap(exact(of_integers, x, many), x), constant=(1,))
            case(f"Mod/of_{name}", "Mod", [y, x], wrap(exact(modulo, many, x), x), constant=(0,))
            case(f"Fmod/by_{name}", "Mod", [x, y], wrap(exact(remainder, x, many), x), constant=(1,), fmod=1)
            for op, function in bitwise.items():
                case(f"Bitwise{op}/by_{name}", f"Bitwise{op}", [x, y], function(x, y), constant=(1,))
            for op, function in (("Less", np.less), ("GreaterOrEqual", np.greater_equal), ("Equal", np.equal)):
                case(f"{op}/by_{name}", op, [x, y], function(x, y), constant=(1,))
            for op, function in (("Min", np.minimum), ("Max", np.maximum)):
                case(f"{op}/by_{name}", op, [x, y], function(x, y), constant=(1,))


def truth_values() -> None:
    """Casts of bools compared, which are folded to comparisons of bools; logic whose result is chosen."""
    x, other = pair(BOOL)
    comparisons = {"Less": np.less, "LessOrEqual": np.less_equal, "Greater": np.greater, "GreaterOrEqual": np.greater_equal, "Equal": np.equal}
    for dtype in (F32, np.dtype("int8"), np.dtype("uint8"), np.dtype("int64")):
        before = [Step("Cast", {"to": onnx.helper.np_dtype_to_tensor_dtype(dtype)})]
        for op, function in comparisons.items():
            for value in (0, 1, 0.5) if dtype == F32 else (0, 1):
                y = np.array(value, dtype)
                case(f"{op}/of_bool_{short(dtype)}_{value}", op, [x, y], function(x.astype(dtype), y), constant=(1,), before=before)
            y = other.astype(dtype)
            case(f"{op}/of_bool_{short(dtype)}", op, [x, y], function(x.astype(dtype), y), before=before)
    z, w = ordinary(x.shape, F32), np.float32(0.25)
    negative = [Step("Less", {}, (-1, np.float32(0)))]
    for op, function in (("And", np.logical_and), ("Or", np.logical_or), ("Xor", np.logical_xor), ("Equal", np.equal)):
        result = function(z < 0, x)
        case(f"{op}/of_comparison", op, [z, x], result, before=negative)
        chosen = [Step("Where", {}, (-1, np.array(True), np.array(False)))]
        case(f"{op}/chosen", op, [z, x], result, before=negative, after=chosen)
        case(f"{op}/as_f32", op, [z, x], np.where(result, w, np.float32(1)), before=negative, after=[Step("Where", {}, (-1, w, np.float32(1)))])
    for op, function in (("And", np.logical_and), ("Xor", np.logical_xor), ("Or", np.logical_or)):
        for value in (False, True):
            case(f"{op}/by_{value}", op, [x, np.array(value)], function(x, value), constant=(1,))


def power() -> None:
    for dtype in (F32, F64, F16, BF16):
        a, b = pair(dtype, 211)
        tolerance = Tolerance(3 if dtype == F64 else 1)
        case(f"Pow/{short(dtype)}", "Pow", [a, b], np.power(wide(a), wide(b)).astype(dtype), tolerance=tolerance)
    x = vector(F32)
    for exponent in (2.0, 0.5, 1.0, 3.0, 0.0, -1.0):
        y = np.array(exponent, F32)
        # The compiler makes a root of it: pow itself would give inf for -inf, and 0 for -0.
        result = np.sqrt(x) if exponent == 0.5 else np.power(wide(x), exponent).astype(F32)
        case(f"Pow/by_{exponent}", "Pow", [x, y], result, constant=(1,), tolerance=Tolerance(2))
    for dtype in (np.dtype("int32"), np.dtype("int64")):
        a = np.array([-3, -2, -1, 0, 1, 2, 3, 7, 10, -10, 100], dtype)
        for exponent in range(5):
            b = np.full(a.shape, exponent, dtype)
            case(f"Pow/{short(dtype)}_{exponent}", "Pow", [a, b], a**exponent)
    a = np.array([-2, 0, 1, 2, 9], np.int32)
    case("Pow/i32_f32", "Pow", [a, np.array([3, 2, -1, 1.5, 0.5], F32)], np.array([-8, 0, 1, 2, 3], np.int32))


def logic() -> None:
    for dtype in NUMBERS + (BOOL,):
        a, b = pair(dtype)
        case(f"Equal/{short(dtype)}", "Equal", [a, b], a == b)
    for dtype in NUMBERS:
        a, b = pair(dtype)
        for op, function in (("Less", np.less), ("LessOrEqual", np.less_equal), ("Greater", np.greater)):
            case(f"{op}/{short(dtype)}", op, [a, b], function(a, b))
    a, b = pair(BOOL)
    for op, function in (("And", np.logical_and), ("Or", np.logical_or), ("Xor", np.logical_xor)):
        case(f"{op}/bool", op, [a, b], function(a, b))
    case("Not/bool", "Not", [a], ~a)
    for dtype in INTEGERS:
        a, b = pair(dtype)
        for op, function in (("And", np.bitwise_and), ("Or", np.bitwise_or), ("Xor", np.bitwise_xor)):
            case(f"Bitwise{op}/{short(dtype)}", f"Bitwise{op}", [a, b], function(a, b))
        case(f"BitwiseNot/{short(dtype)}", "BitwiseNot", [a], ~a)
    for dtype in UNSIGNED:
        a, bits = pair(dtype)[0], dtype.itemsize * 8
        shift = (np.arange(len(a)) % (bits + 3)).astype(dtype)  # by the width and more: nothing is left
        left, right = exact(lambda x, n: x << n, a, shift), exact(lambda x, n: x >> n, a, shift)
        case(f"BitShift/left_{short(dtype)}", "BitShift", [a, shift], wrap(left, a), direction="LEFT")
        case(f"BitShift/right_{short(dtype)}", "BitShift", [a, shift], wrap(right, a), direction="RIGHT")
    for dtype in FLOATS:
        x = vector(dtype)
        case(f"IsNaN/{short(dtype)}", "IsNaN", [x], np.isnan(wide(x)))
        case(f"IsInf/{short(dtype)}", "IsInf", [x], np.isinf(wide(x)))
    x = vector(F32)
    case("IsInf/positive", "IsInf", [x], np.isposinf(x), detect_negative=0)
    case("IsInf/negative", "IsInf", [x], np.isneginf(x), detect_positive=0)
    case("IsInf/neither", "IsInf", [x], np.zeros(x.shape, bool), detect_positive=0, detect_negative=0)
    for dtype in NUMBERS + (BOOL,):
        (a, b), condition = pair(dtype), pair(BOOL)[0]
        case(f"Where/{short(dtype)}", "Where", [condition, a, b], np.where(condition, a, b))
        case(f"Where/{short(dtype)}_constant", "Where", [condition, a, b[2]], np.where(condition, a, b[2]), constant=(2,))
        case(f"Where/{short(dtype)}_constant_first", "Where", [condition, a[1], b], np.where(condition, a[1], b), constant=(1,))


def clip() -> None:
    for dtype in NUMBERS:
        x = vector(dtype)
        low, high = np.array(2, dtype), np.array(9, dtype)
        values = wide(x) if dtype in FLOATS else x
        result = np.minimum(np.maximum(values, low.astype(values.dtype)), high.astype(values.dtype)).astype(dtype)
        case(f"Clip/{short(dtype)}", "Clip", [x, low, high], result)
        case(f"Clip/{short(dtype)}_constant", "Clip", [x, low, high], result, constant=(1, 2))
    x = vector(F32)
    case("Clip/crossed", "Clip", [x, np.float32(3), np.float32(-3)], np.minimum(np.maximum(x, 3), -3).astype(F32), constant=(1, 2))
    case("Clip/low", "Clip", [x, np.float32(-1), None], np.maximum(x, np.float32(-1)))
    case("Clip/high", "Clip", [x, None, np.float32(1)], np.minimum(x, np.float32(1)))
    case("Clip/relu6", "Clip", [x, np.float32(0), np.float32(6)], np.clip(x, 0, 6), constant=(1, 2), tolerance=NO_ZERO_SIGN)


SHAPES = {
    "left": ((7, 1, 5), (11, 5)),
    "right": ((5,), (3, 7, 5)),
    "both": ((3, 1, 5), (1, 7, 1)),
    "scalar": ((), (3, 7)),
    "to_scalar": ((13,), ()),
    "ones": ((1, 1), (1,)),
    "inner": ((5, 17), (5, 1)),
    "empty": ((3, 0, 5), (1, 5)),
    "to_empty": ((1, 5), (0, 5)),
}


def broadcasting() -> None:
    for name, (left, right) in SHAPES.items():
        for dtype in (F32, np.dtype("int8")):
            a, b = ordinary(left, dtype), ordinary(right, dtype, 1)
            case(f"Sub/{name}_{short(dtype)}", "Sub", [a, b], a - b)
        a, b = ordinary(left, F32), ordinary(right, F32, 1)
        case(f"Div/{name}_constant", "Div", [a, b], a / b, constant=(1,))
        case(f"Less/{name}", "Less", [a, b], a < b)
        condition = ordinary((1,), BOOL)
        case(f"Where/{name}", "Where", [condition, a, b], np.where(condition, a, b))


def add_cases() -> None:
    with np.errstate(all="ignore"):
        unary()
        activations()
        binary()
        constants()
        truth_values()
        power()
        logic()
        clip()
        broadcasting()
