"""Real networks whose weights were left out, with weights: what `light_*` models have is one number for all.

Equal weights hide what is mixed up: swapped channels, taps or rows change nothing. Each weight becomes a seeded random tensor
of its own, as wide as keeps the activations' size through the layers that read it; the last layer's so that a softmax has
many classes to tell apart.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnx.numpy_helper
import onnxruntime

# Ops, and the inputs that they have factors as: [output channels, all that is summed for one of them].
FACTORS = {("Conv", 1), ("Gemm", 1)}
# A batch normalisation's scale and variance lie around 1; means and biases are small.
CENTRES = {("BatchNormalization", 1): 1.0, ("BatchNormalization", 4): 1.0}
# Weights pass through them to the op that reads them.
VIEWS = {"Unsqueeze", "Reshape"}
# The standard deviation of what enters a softmax.
SPREAD = 2


def make(shape: list[int], use: tuple[str, int], generator: np.random.Generator) -> np.ndarray:
    values = generator.standard_normal(shape, dtype=np.float32)
    if use in FACTORS:
        return values * np.float32(np.sqrt(2 / np.prod(shape[1:])))
    return np.abs(values * np.float32(0.1) + np.float32(CENTRES.get(use, 0.0)))


def spread_logits(model: onnx.ModelProto, weights: dict[str, onnx.TensorProto]) -> None:
    """Scales the layer before a last softmax."""
    graph = model.graph
    if graph.node[-1].op_type != "Softmax":
        return
    producers = {name: node for node in graph.node for name in node.output}
    logits = graph.node[-1].input[0]
    graph.output.append(onnx.helper.make_tensor_value_info(logits, onnx.TensorProto.FLOAT, None))
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    graph.output.pop()
    image = session.get_inputs()[0]
    values = np.random.default_rng(2).standard_normal(image.shape, dtype=np.float32)
    factor = np.float32(SPREAD / session.run([logits], {image.name: values})[0].std())
    layer = producers[logits]
    while (layer.op_type, 1) not in FACTORS:
        layer = producers[layer.input[0]]
    for name in layer.input[1:]:
        while name not in weights:
            name = producers[name].input[0]
        scaled = onnx.numpy_helper.to_array(weights[name]) * factor
        weights[name].CopyFrom(onnx.numpy_helper.from_array(scaled, name))


def write(path: Path, to: Path) -> None:
    """Writes the model at `path` to the file `to`, with initialisers in place of its constants of one value."""
    model = onnx.load(path)
    graph = model.graph
    shapes = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in graph.initializer}
    uses: dict[str, tuple[str, int]] = {}
    for node in reversed(graph.node):
        for number, name in enumerate(node.input):
            uses[name] = uses.get(node.output[0], (node.op_type, number)) if node.op_type in VIEWS else (node.op_type, number)
    constants = [node for node in graph.node if node.op_type == "ConstantOfShape"]
    if not constants:
        raise ValueError(f"{path} has no constants of one value")
    generator = np.random.default_rng(1)
    for node in constants:
        values = make(shapes[node.input[0]].tolist(), uses[node.output[0]], generator)
        graph.initializer.append(onnx.numpy_helper.from_array(values, node.output[0]))
        graph.node.remove(node)
    spread_logits(model, {tensor.name: tensor for tensor in graph.initializer})
    onnx.save(model, to)
