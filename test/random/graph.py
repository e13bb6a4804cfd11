"""A graph in the making: values with their shapes and ranges, nodes, inputs and initialisers with their data."""

from __future__ import annotations

import itertools
import operator
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from case import BOOL, NUMBERS, Array, is_float
from onnx import helper, numpy_helper, shape_inference
from ranges import Range, Reject

TYPES = (*NUMBERS, BOOL)
I64 = np.dtype(np.int64)
TYPE_OF = {helper.np_dtype_to_tensor_dtype(dtype): dtype for dtype in TYPES}
NAMES = {f"tensor({name})": dtype for dtype in TYPES if (name := {"float32": "float", "float64": "double"}.get(dtype.name, dtype.name))}
OPSET = onnx.defs.onnx_opset_version()
Shape = tuple[int, ...]
MOST_ELEMENTS = 600


def schema_types(op: str, slot: int = 0) -> tuple[np.dtype, ...]:
    """The element types, among those tested, that an operator's input may have."""
    formals = onnx.defs.get_schema(op, OPSET).inputs
    return tuple(NAMES[name] for name in sorted(formals[min(slot, len(formals) - 1)].types) if name in NAMES)


def elements(shape: Shape) -> int:
    return int(np.prod(shape, dtype=np.int64))


@dataclass(frozen=True)
class Value:
    """A tensor. It has a shape for each size of the model's dimension n; where data decides on extents, what they are at most."""

    name: str
    dtype: np.dtype
    shapes: tuple[Shape, ...]
    range: Range
    is_open: bool = False  # data decides on extents: an operand of the rule alone that makes it

    def may_have(self, shape: Shape, size: int) -> bool:
        most = self.shapes[size]
        return shape == most or (self.is_open and len(shape) == len(most) and all(map(operator.le, shape, most)))

    @property
    def rank(self) -> int:
        return len(self.shapes[0])

    def is_static(self, axis: int | None = None) -> bool:
        if axis is None:
            return len(set(self.shapes)) == 1
        return len({shape[axis] for shape in self.shapes}) == 1

    def extent(self, axis: int) -> int:
        """Of a static axis."""
        if not self.is_static(axis):
            raise Reject("a dynamic extent")
        return self.shapes[0][axis]

    @property
    def shape(self) -> Shape:
        if not self.is_static():
            raise Reject("a dynamic shape")
        return self.shapes[0]

    @property
    def is_empty(self) -> bool:
        return any(elements(shape) == 0 for shape in self.shapes)


@dataclass
class Graph:
    seed: int
    sizes: tuple[int, ...] = (3, 1)  # of the dimension n
    zeros: bool = False  # whether extents of 0 occur
    values: list[Value] = field(default_factory=list)
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    inputs: dict[str, tuple[Array, ...]] = field(default_factory=dict)  # an array a size
    constants: dict[str, Array] = field(default_factory=dict)
    uses: dict[str, int] = field(default_factory=dict)
    focus: Value | None = None  # what the next node ought to read, for chains instead of single nodes
    # Says of a node with its operands why the generator leaves it out, or "".
    avoids: Callable[[Graph, onnx.NodeProto, Sequence[Value | None]], str] = lambda graph, node, operands: ""

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.numbers = np.random.default_rng(self.seed)

    @property
    def operands(self) -> list[Value]:
        """What any node may read."""
        return [value for value in self.values if not value.is_open]

    # Chance.

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def choose(self, options: Iterable[Any]) -> Any:
        options = list(options)
        if not options:
            raise Reject("nothing to choose from")
        return self.rng.choice(options)

    def between(self, low: int, high: int) -> int:
        return self.rng.randint(low, high)

    def extent(self) -> int:
        if self.zeros and self.chance(0.08):
            return 0
        return 1 if self.chance(0.2) else self.between(2, 7)

    def shapes(self, low: int = 0, high: int = 5) -> tuple[Shape, ...]:
        """Of a new value, of a rank in this range, where the sum of chances is that of models: few scalars, few of rank 5."""
        ranks = [rank for rank in (0, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 5) if low <= rank <= high] or list(range(low, high + 1))
        shape: list[int | str] = [self.extent() for _ in range(self.rng.choice(ranks))]
        if shape and self.chance(0.25):
            shape[0 if self.chance(0.8) else self.rng.randrange(len(shape))] = "n"
        while elements(tuple(x for x in shape if x != "n")) > MOST_ELEMENTS / max(self.sizes):
            axis = max((axis for axis in range(len(shape)) if shape[axis] != "n"), key=lambda axis: shape[axis])
            shape[axis] = shape[axis] // 2
        return tuple(tuple(n if x == "n" else x for x in shape) for n in self.sizes)

    # Values without a node.

    def symbols(self, shapes: tuple[Shape, ...]) -> list[int | str]:
        """How an input's shape is declared."""
        declared: list[int | str] = []
        for extents in zip(*shapes, strict=True):
            if len(set(extents)) == 1:
                declared.append(extents[0])
            elif extents == self.sizes:
                declared.append("n")
            else:
                raise Reject("an input whose extent depends on n")
        return declared

    def source(self, arrays: Sequence[Array], range_: Range, constant: bool) -> Value:
        """An input, or an initialiser, with this data."""
        assert len({array.dtype for array in arrays}) == 1
        shapes = tuple(array.shape for array in arrays)
        self.symbols(shapes)
        if len(set(shapes)) > 1:
            constant = False
        name = f"{'c' if constant else 'x'}{len(self.values)}_{self.seed}"
        if constant:
            self.constants[name] = arrays[0]
        else:
            self.inputs[name] = tuple(arrays)
        value = Value(name, arrays[0].dtype, shapes, range_)
        self.values.append(value)
        return value

    def constant(self, array: Array | Sequence[int] | float, dtype: np.dtype = I64, *, initializer: bool = True) -> Value:
        array = np.asarray(array, dtype)
        low, high = (array.min(), array.max()) if array.size else (0, 0)
        bounds = (float(low), float(high)) if is_float(array.dtype) else (int(low), int(high))
        return self.source([array] * len(self.sizes), Range(*bounds), initializer)

    def numbers_in(self, dtype: np.dtype, shape: Shape, low: float, high: float, unit: float) -> Array:
        if dtype == BOOL:
            return self.numbers.integers(0, 2, shape).astype(bool)
        if not is_float(dtype):
            return self.numbers.integers(low, high, shape, dtype=dtype, endpoint=True)
        if unit:
            return (self.numbers.integers(int(np.ceil(low / unit)), int(np.floor(high / unit)), shape, endpoint=True) * unit).astype(dtype)
        # Not to round up beyond the ends.
        return np.clip(self.numbers.uniform(low, high, shape).astype(dtype), np.asarray(low, dtype), np.asarray(high, dtype)).astype(dtype)

    def fresh(
        self, dtype: np.dtype, shapes: tuple[Shape, ...], low: float | None = None, high: float | None = None,
        *, constant: bool | None = None, whole: bool | None = None,
    ) -> Value:  # fmt: skip
        """An input or an initialiser with random elements between low and high. \\p whole: integers, or multiples of 1/4."""
        constant = self.chance(0.4) if constant is None else constant
        unit = 0.0
        if dtype == BOOL:
            low, high = 0, 1
        elif is_float(dtype):
            unit = (1.0 if self.chance(0.7) else 0.25) if (self.chance(0.5) if whole is None else whole) else 0.0
            bound = 4.0 if unit else 2.0
            low, high = -bound if low is None else float(low), bound if high is None else float(high)
            low, high = (low, max(high, low + 1)) if unit and high - low < 1 and whole is None else (low, high)
            if unit and np.ceil(low / unit) > np.floor(high / unit):
                unit = 0.0
        else:
            info = np.iinfo(dtype)
            if low is None and high is None and self.chance(0.15):
                low, high = int(info.min), int(info.max)
            low, high = max(-8 if low is None else int(low), int(info.min)), min(8 if high is None else int(high), int(info.max))
            if low > high:
                raise Reject("no integers between these")
        arrays = [self.numbers_in(dtype, shape, low, high, unit) for shape in shapes]
        if constant and len(set(shapes)) == 1:
            arrays = arrays[:1] * len(shapes)
        # float16 and bfloat16 have fewer numbers than the interval's ends.
        return self.source(arrays, Range(low, high, 0, unit), constant)

    def pick(
        self, types: Iterable[np.dtype], rank: tuple[int, int] = (0, 5), where: Callable[[Value], bool] = lambda value: True,
        *, low: float | None = None, high: float | None = None, exact: bool = False, new: float = 0.25,
    ) -> Value:  # fmt: skip
        """
        A value of one of these types and of a rank in this range, all of whose elements are between low and high: one that is there,
        preferably not used so far; else, or with the chance `new`, a new one. \\p exact: without an error.
        """
        types = list(types)
        least, most = -np.inf if low is None else low, np.inf if high is None else high

        def suits(value: Value, ranged: bool = True) -> bool:
            good = value.dtype in types and rank[0] <= value.rank <= rank[1] and (value.range.exact or not exact)
            return good and (not ranged or value.range.within(least, most)) and where(value)

        if self.focus and not self.focus.is_open and suits(self.focus):
            return self.focus
        found = [value for value in self.operands if suits(value)]
        weights = [(1 + index / 4) * (1 if self.uses.get(value.name) else 5) for index, value in enumerate(found)]
        if found and not self.chance(new):
            return self.rng.choices(found, weights)[0]
        # Another one, cut to the interval.
        wider = [value for value in self.operands if is_float(value.dtype) and suits(value, False) and not value.is_empty]
        wider = [self.focus] if self.focus in wider else wider
        if wider and low is not None and high is not None and self.chance(0.7):
            return self.into(self.choose(wider), low, high)
        for _ in range(8):
            dtype = self.choose(types)
            value = Value("", dtype, self.shapes(*rank), Range(0, 0))
            if where(value):
                # What is computed from constants alone the compiler folds.
                return self.fresh(dtype, value.shapes, low, high, constant=self.chance(0.15))
        raise Reject("no operand suits")

    def into(self, value: Value, low: float, high: float) -> Value:
        """Of floats, by a Clip."""
        ends = [self.constant(end, value.dtype) for end in (low, high)]
        ends = [(end, float(self.constants[end.name])) for end in ends]
        (first, a), (second, b) = ends
        if not (low <= a < b <= high):
            raise Reject("the type rounds the interval's ends outwards")
        unit = value.range.unit if value.range.unit and a % value.range.unit == b % value.range.unit == 0 else 0
        low, high = (min(max(end, a), b) for end in (value.range.low, value.range.high))
        range_ = Range(low, high, value.range.error, unit)
        return self.node("Clip", [value, first, second], range_)[0]

    # Nodes.

    def infer(self, op: str, node: onnx.NodeProto, inputs: Sequence[Value | None], size: int) -> list[tuple[np.dtype, Shape]]:
        """The outputs' types and shapes for one size, as the onnx package infers them."""
        types, data = {}, {}
        for value in inputs:
            if value:
                element = helper.np_dtype_to_tensor_dtype(value.dtype)
                types[value.name] = helper.make_tensor_type_proto(element, value.shapes[size])
                array = self.constants.get(value.name)
                if array is not None and array.dtype == np.int64 or (array is not None and op == "Resize"):
                    data[value.name] = numpy_helper.from_array(array, value.name)
        schema = onnx.defs.get_schema(op, OPSET, node.domain)
        try:
            found = shape_inference.infer_node_outputs(schema, node, types, data, opset_imports=[helper.make_opsetid("", OPSET)])
        except (onnx.shape_inference.InferenceError, onnx.checker.ValidationError, RuntimeError) as error:
            raise Reject(f"{op}: {error}") from error
        result = []
        for name in filter(None, node.output):
            tensor = found[name].tensor_type if name in found else None
            if tensor is None or not tensor.HasField("shape") or any(not d.HasField("dim_value") for d in tensor.shape.dim):
                raise Reject(f"{op}: no shape is inferred")
            if tensor.elem_type not in TYPE_OF:
                raise Reject(f"{op}: another element type")
            result.append((TYPE_OF[tensor.elem_type], tuple(d.dim_value for d in tensor.shape.dim)))
        return result

    def node(
        self, op: str, inputs: Sequence[Value | None], ranges: Range | list[Range | None],
        shapes: Sequence[tuple[Shape, ...]] | None = None, types: Sequence[np.dtype] | None = None, is_open: bool = False, **attributes: Any,
    ) -> list[Value]:  # fmt: skip
        """
        Adds a node; `ranges` has one an output (None: the output is left out). \\p shapes
        \\p types: of the outputs, where the onnx package does not infer them. \\p is_open: data decides on the outputs' extents.
        """
        if isinstance(ranges, Range):
            ranges = [ranges]
        numbers = itertools.count(len(self.values))
        names = [f"v{next(numbers)}_{self.seed}" if known else "" for known in ranges]
        operands = [value.name if value else "" for value in inputs]
        while operands and not operands[-1]:
            operands.pop()
        node = helper.make_node(op, operands, names, f"{op}_{len(self.nodes)}_{self.seed}", **attributes)
        if why := self.avoids(self, node, inputs):
            raise Reject(why)
        if shapes is None:
            inferred = [self.infer(op, node, inputs, size) for size in range(len(self.sizes))]
            shapes = [tuple(per_size[k][1] for per_size in inferred) for k in range(len(inferred[0]))]
            types = [dtype for dtype, _ in inferred[0]]
        known = [range_ for range_ in ranges if range_]
        results = []
        for name, dtype, own, range_ in zip(filter(None, names), types, shapes, known, strict=True):
            if any(elements(shape) > MOST_ELEMENTS for shape in own) or any(len(shape) > 6 for shape in own):
                raise Reject("too large")
            if not self.zeros and any(elements(shape) == 0 for shape in own) and 0 not in self.sizes:
                raise Reject("empty")
            results.append(Value(name, dtype, own, range_, is_open))
        self.values += results
        self.nodes.append(node)
        for name in operands:
            self.uses[name] = self.uses.get(name, 0) + 1
        return results

    # Going back.

    def mark(self) -> tuple[int, int, dict[str, int]]:
        return len(self.values), len(self.nodes), dict(self.uses)

    def back(self, mark: tuple[int, int, dict[str, int]]) -> None:
        """Undoes all since the mark."""
        values, nodes, uses = mark
        for value in self.values[values:]:
            self.inputs.pop(value.name, None)
            self.constants.pop(value.name, None)
        del self.values[values:]
        del self.nodes[nodes:]
        self.uses = dict(uses)
