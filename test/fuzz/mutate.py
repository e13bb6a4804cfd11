"""Seeded mutations of ONNX models: of the file's bytes, and of what the file says."""

from __future__ import annotations

import random
from collections.abc import Callable

from onnx import AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto

NUMBERS = [-(2**63), -(2**40), -(2**31), -129, -3, -2, -1, 0, 1, 2, 3, 5, 127, 1000, 65536, 2**31, 2**40, 2**62, 2**63 - 1]
FLOATS = [0.0, -0.0, 1.0, -1.0, 0.5, 3e38, 1e-40, float("inf"), float("-inf"), float("nan")]
TEXTS = ["", "?", "n", "a/b", "linear", "reflect", "SAME_UPPER", "NOTSET", "é", "x" * 300, "ij,jk->ik", "../../etc/passwd"]
TYPES = [*range(0, 28), 99, -1]


def mutate_bytes(data: bytes, rng: random.Random) -> bytes:
    """Changes, removes, inserts, copies or cuts off a few bytes."""
    out = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 4, 8])):
        at = rng.randrange(len(out))
        kind = rng.random()
        if kind < 0.6:
            out[at] = rng.randrange(256)
        elif kind < 0.75:
            del out[at : at + rng.randrange(1, 9)]
        elif kind < 0.85:
            out[at:at] = rng.randbytes(rng.randrange(1, 5))
        elif kind < 0.95:
            source, length = rng.randrange(len(out)), rng.randrange(1, 40)
            out[at : at + length] = out[source : source + length]
        else:
            del out[max(at, 1) :]
        if not out:
            return b"x"
    return bytes(out)


def graphs_of(graph: GraphProto) -> list[GraphProto]:
    """The graph and its subgraphs."""
    found = [graph]
    for node in graph.node:
        for attribute in node.attribute:
            for inner in [attribute.g] if attribute.HasField("g") else list(attribute.graphs):
                found += graphs_of(inner)
    return found


class Mutator:
    """One mutation a call; most keep the model one that the checker would let pass."""

    def __init__(self, model: ModelProto, rng: random.Random) -> None:
        self.model, self.rng = model, rng
        self.graph = rng.choice(graphs_of(model.graph))

    def node(self) -> NodeProto | None:
        return self.rng.choice(self.graph.node) if self.graph.node else None

    def value_names(self) -> list[str]:
        names = [value.name for value in self.graph.input] + [tensor.name for tensor in self.graph.initializer]
        return names + [output for node in self.graph.node for output in node.output] + ["", "nowhere"]

    def run(self) -> None:
        kinds: list[tuple[int, Callable[[], None]]] = [
            (4, self.change_dim),
            (2, self.change_type),
            (5, self.change_inputs),
            (2, self.change_operator),
            (1, self.change_outputs),
            (6, self.change_attribute),
            (2, self.remove_or_copy),
            (6, self.change_initializer),
            (1, self.change_model),
        ]
        self.rng.choices([kind for _, kind in kinds], [weight for weight, _ in kinds])[0]()

    def change_dim(self) -> None:
        values: list[ValueInfoProto] = [*self.graph.input, *self.graph.output]
        if not values:
            return
        value = self.rng.choice(values)
        shape = value.type.tensor_type.shape
        kind = self.rng.random()
        if kind < 0.15:
            value.type.tensor_type.ClearField("shape")
        elif kind < 0.3 and shape.dim:
            del shape.dim[self.rng.randrange(len(shape.dim))]
        elif kind < 0.4 or not shape.dim:
            shape.dim.add().dim_value = self.rng.choice([1, 2, 0, -1])
        elif kind < 0.6:
            self.rng.choice(shape.dim).dim_param = self.rng.choice(["n", "?", "n + 1", "n // 0", "-n", "n*n", ""])
        else:
            self.rng.choice(shape.dim).dim_value = self.rng.choice(NUMBERS)

    def change_type(self) -> None:
        values: list[ValueInfoProto] = [*self.graph.input, *self.graph.output]
        if values:
            value = self.rng.choice(values)
            if self.rng.random() < 0.15:
                value.ClearField("type")
            elif self.rng.random() < 0.15:
                value.type.sequence_type.elem_type.tensor_type.elem_type = 1
            else:
                value.type.tensor_type.elem_type = self.rng.choice(TYPES)

    def change_inputs(self) -> None:
        node = self.node()
        if node is None:
            return
        kind = self.rng.random()
        if kind < 0.3 and node.input:
            del node.input[self.rng.randrange(len(node.input))]
        elif kind < 0.5 and len(node.input) > 1:
            i, j = self.rng.sample(range(len(node.input)), 2)
            node.input[i], node.input[j] = node.input[j], node.input[i]
        elif kind < 0.65 or not node.input:
            node.input.append(self.rng.choice(self.value_names()))
        else:
            node.input[self.rng.randrange(len(node.input))] = self.rng.choice(self.value_names())

    def change_operator(self) -> None:
        node = self.node()
        if node is None:
            return
        kind = self.rng.random()
        if kind < 0.75:
            others = [other.op_type for other in self.graph.node]
            node.op_type = self.rng.choice([*others, "Reshape", "Conv", "MatMul", "Slice", "Concat", "Loop", "If", "Cast", "Nonsense", ""])
        else:
            node.domain = self.rng.choice(["com.microsoft", "ai.onnx.ml", "custom", "ai.onnx"])

    def change_outputs(self) -> None:
        node = self.node()
        if node is not None and node.output:
            if self.rng.random() < 0.5:
                node.output[self.rng.randrange(len(node.output))] = self.rng.choice(self.value_names())
            else:
                node.output.append("more")

    def change_attribute(self) -> None:
        nodes = [node for node in self.graph.node if node.attribute]
        if not nodes:
            return
        node = self.rng.choice(nodes)
        index = self.rng.randrange(len(node.attribute))
        attribute = node.attribute[index]
        kind = self.rng.random()
        if kind < 0.1:
            del node.attribute[index]
        elif kind < 0.15:
            attribute.name = self.rng.choice(["axis", "axes", "nothing", ""])
        elif kind < 0.25:
            attribute.type = self.rng.choice(AttributeProto.AttributeType.values())
        elif kind < 0.28:
            attribute.ref_attr_name = "alpha"
        elif attribute.HasField("t"):
            self.change_tensor(attribute.t)
        else:
            self.change_values(attribute)

    def change_values(self, attribute: AttributeProto) -> None:
        if attribute.type == AttributeProto.INT:
            attribute.i = self.rng.choice(NUMBERS)
        elif attribute.type == AttributeProto.FLOAT:
            attribute.f = self.rng.choice(FLOATS)
        elif attribute.type == AttributeProto.STRING:
            attribute.s = self.rng.choice(TEXTS).encode()
        elif attribute.type == AttributeProto.INTS:
            if attribute.ints and self.rng.random() < 0.7:
                attribute.ints[self.rng.randrange(len(attribute.ints))] = self.rng.choice(NUMBERS)
            elif attribute.ints and self.rng.random() < 0.5:
                del attribute.ints[-1]
            else:
                attribute.ints.append(self.rng.choice([0, 1, 2, -1]))

    def remove_or_copy(self) -> None:
        lists = [self.graph.node, self.graph.initializer, self.graph.input, self.graph.output]
        items = self.rng.choice([items for items in lists if items] or [self.graph.node])
        if not items:
            return
        index = self.rng.randrange(len(items))
        if self.rng.random() < 0.5:
            del items[index]
        else:
            items.add().CopyFrom(items[index])

    def change_initializer(self) -> None:
        # Small ones are shapes, axes and pads: what they say matters.
        if self.graph.initializer:
            small = [tensor for tensor in self.graph.initializer if tensor.data_type == TensorProto.INT64]
            self.change_tensor(self.rng.choice(small if small and self.rng.random() < 0.5 else self.graph.initializer))

    def change_tensor(self, tensor: TensorProto) -> None:
        kind = self.rng.random()
        if kind < 0.2 and tensor.dims:
            tensor.dims[self.rng.randrange(len(tensor.dims))] = self.rng.choice(NUMBERS)
        elif kind < 0.3:
            tensor.dims.append(self.rng.choice([0, 1, 2]))
        elif kind < 0.45:
            tensor.data_type = self.rng.choice([t for t in TYPES if t >= 0])
        elif kind < 0.55:
            tensor.raw_data = tensor.raw_data[: self.rng.randrange(len(tensor.raw_data) + 1)]
        elif kind < 0.6:
            tensor.raw_data += b"\x01\x02\x03"
        elif kind < 0.65:
            entry = tensor.external_data.add()
            entry.key, entry.value = "location", self.rng.choice(TEXTS)
            tensor.data_location = TensorProto.EXTERNAL
        elif tensor.data_type == TensorProto.INT64 and len(tensor.raw_data) >= 8:
            at = self.rng.randrange(len(tensor.raw_data) // 8) * 8
            number = self.rng.choice(NUMBERS).to_bytes(8, "little", signed=True)
            tensor.raw_data = tensor.raw_data[:at] + number + tensor.raw_data[at + 8 :]
        elif tensor.int64_data:
            tensor.int64_data[self.rng.randrange(len(tensor.int64_data))] = self.rng.choice(NUMBERS)
        elif tensor.raw_data:
            data = bytearray(tensor.raw_data)
            data[self.rng.randrange(len(data))] = self.rng.randrange(256)
            tensor.raw_data = bytes(data)

    def change_model(self) -> None:
        kind = self.rng.random()
        if kind < 0.6 and self.model.opset_import:
            self.rng.choice(self.model.opset_import).version = self.rng.choice([-1, 0, 1, 5, 6, 9, 11, 13, 18, 21, 28, 99, 2**62])
        elif kind < 0.8:
            self.model.ir_version = self.rng.choice([-1, 0, 1, 3, 4, 10, 14, 99])
        else:
            self.model.graph.ClearField("name")


def mutate_model(data: bytes, rng: random.Random) -> bytes:
    """A few changes of what the model says."""
    model = ModelProto()
    model.ParseFromString(data)
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        Mutator(model, rng).run()
    return model.SerializeToString()
