"""Trains the demo's model: a small CNN on scikit-learn's bundled handwritten digits, exported to ONNX.

Writes digits.onnx and heldout.bin (a byte for the label, then 64 for the pixels 0..16, per image). Both are committed;
the demo itself does not train. NumPy only: im2col convolutions and Adam, a minute on one core.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

FOLDER = Path(__file__).parent
rng = np.random.default_rng(7)


def columns(x: np.ndarray) -> np.ndarray:
    """[N,C,H,W] to [N,H,W,C*9]: the 3x3 neighbourhoods, zero padded."""
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), (2, 3))
    return windows.transpose(0, 2, 3, 1, 4, 5).reshape(*x.shape[:1], *x.shape[2:], -1)


class Conv:
    def __init__(self, inputs: int, outputs: int):
        scale = np.sqrt(2 / (9 * inputs))
        self.params = [rng.normal(0, scale, (outputs, inputs, 3, 3)), np.zeros(outputs)]

    def forward(self, x: np.ndarray) -> np.ndarray:
        self.shape, self.cols = x.shape, columns(x)
        weight, bias = self.params
        return (self.cols @ weight.reshape(len(weight), -1).T + bias).transpose(0, 3, 1, 2)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        weight, _ = self.params
        flat = dy.transpose(0, 2, 3, 1).reshape(-1, len(weight))
        self.grads = [(flat.T @ self.cols.reshape(len(flat), -1)).reshape(weight.shape), flat.sum(0)]
        flipped = weight[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)
        return (columns(dy) @ flipped.reshape(self.shape[1], -1).T).transpose(0, 3, 1, 2)


class ReluPool:
    """ReLU, then the maximum of each 2x2 window."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        n, c, h, w = x.shape
        self.windows = np.maximum(x, 0).reshape(n, c, h // 2, 2, w // 2, 2)
        y = self.windows.max((3, 5), keepdims=True)
        self.mask = (self.windows == y) & (self.windows > 0)
        return y.reshape(n, c, h // 2, w // 2)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        n, c, h, w = dy.shape
        dx = self.mask * dy.reshape(n, c, h, 1, w, 1)
        return dx.reshape(n, c, 2 * h, 2 * w)


class Dense:
    def __init__(self, inputs: int, outputs: int):
        self.params = [rng.normal(0, np.sqrt(1 / inputs), (inputs, outputs)), np.zeros(outputs)]

    def forward(self, x: np.ndarray) -> np.ndarray:
        self.shape, self.x = x.shape, x.reshape(len(x), -1)
        return self.x @ self.params[0] + self.params[1]

    def backward(self, dy: np.ndarray) -> np.ndarray:
        self.grads = [self.x.T @ dy, dy.sum(0)]
        return (dy @ self.params[0].T).reshape(self.shape)


LAYERS = [Conv(1, 16), ReluPool(), Conv(16, 32), ReluPool(), Dense(128, 10)]


def forward(x: np.ndarray) -> np.ndarray:
    for layer in LAYERS:
        x = layer.forward(x)
    return x


def train(x: np.ndarray, labels: np.ndarray, epochs: int = 60, batch: int = 64) -> None:
    trained = [layer for layer in LAYERS if hasattr(layer, "params")]
    moments = [[(np.zeros_like(p), np.zeros_like(p)) for p in layer.params] for layer in trained]
    step = 0
    for epoch in range(epochs):
        rate = 2e-3 * 0.5 * (1 + np.cos(np.pi * epoch / epochs))
        order = rng.permutation(len(x))
        for start in range(0, len(x), batch):
            chosen = order[start : start + batch]
            # Shifts by a pixel make up for the small training set.
            shifted = np.roll(x[chosen], rng.integers(-1, 2, 2), (2, 3))
            scores = forward(shifted)
            p = np.exp(scores - scores.max(1, keepdims=True))
            p /= p.sum(1, keepdims=True)
            p[np.arange(len(chosen)), labels[chosen]] -= 1
            gradient = p / len(chosen)
            for layer in reversed(LAYERS):
                gradient = layer.backward(gradient)
            step += 1
            for layer, layer_moments in zip(trained, moments):
                for param, grad, (m, v) in zip(layer.params, layer.grads, layer_moments):
                    m += 0.1 * (grad - m)
                    v += 0.001 * (grad**2 - v)
                    param -= rate * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8)


def export(path: Path) -> None:
    """Pixels come as 0..16 and are scaled in the model; the batch is a named dim."""
    conv1, conv2, dense = LAYERS[0], LAYERS[2], LAYERS[4]
    constants = {
        "scale": np.float32(1 / 16),
        "conv1.weight": conv1.params[0],
        "conv1.bias": conv1.params[1],
        "conv2.weight": conv2.params[0],
        "conv2.bias": conv2.params[1],
        "fc.weight": dense.params[0],
        "fc.bias": dense.params[1],
    }
    same = {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}
    halve = {"kernel_shape": [2, 2], "strides": [2, 2]}
    nodes = [
        ("Mul", ["image", "scale"], "scaled", {}),
        ("Conv", ["scaled", "conv1.weight", "conv1.bias"], "conv1", same),
        ("Relu", ["conv1"], "relu1", {}),
        ("MaxPool", ["relu1"], "pool1", halve),
        ("Conv", ["pool1", "conv2.weight", "conv2.bias"], "conv2", same),
        ("Relu", ["conv2"], "relu2", {}),
        ("MaxPool", ["relu2"], "pool2", halve),
        ("Flatten", ["pool2"], "flat", {}),
        ("Gemm", ["flat", "fc.weight", "fc.bias"], "scores", {}),
        ("Softmax", ["scores"], "prob", {"axis": 1}),
    ]
    graph = helper.make_graph(
        [helper.make_node(op, inputs, [out], name=out, **attrs) for op, inputs, out, attrs in nodes],
        "digits",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["batch", 1, 8, 8])],
        [helper.make_tensor_value_info("prob", TensorProto.FLOAT, ["batch", 10])],
        [numpy_helper.from_array(np.asarray(v, np.float32), k) for k, v in constants.items()],
    )
    model = helper.make_model(graph, producer_name="onnxcc demo", opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)


def main() -> None:
    digits = load_digits()
    images = digits.images[:, None]
    split = train_test_split(images, digits.target, test_size=360, random_state=1, stratify=digits.target)
    train_x, test_x, train_labels, test_labels = split
    train(train_x / 16, train_labels)
    accuracy = (forward(test_x / 16).argmax(1) == test_labels).mean()
    print(f"{len(test_x)} held-out images, accuracy {accuracy:.4f}")
    export(FOLDER / "digits.onnx")
    records = np.concatenate([test_labels[:, None], test_x.reshape(len(test_x), 64)], 1)
    (FOLDER / "heldout.bin").write_bytes(records.astype(np.uint8).tobytes())


if __name__ == "__main__":
    main()
