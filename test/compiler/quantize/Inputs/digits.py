"""The demo's digits as samples, and how many of them a model tells right.

`digits.py samples HELDOUT.bin FOLDER` writes calibration.npy (the first 100), images/input_0.npy (the others, as one
batch) and labels.npy. `digits.py judge FOLDER FLOAT.onnx QUANTISED.onnx OUTPUT.npy` compares, on the others, both
models in ONNX Runtime and what onnxcc computed of the second.
"""

import sys
from pathlib import Path

import numpy as np
import onnxruntime

CALIBRATION = 100
SIDE = 8


def write_samples(source: str, folder: Path) -> None:
    """A byte for the label, then the pixels, an image after the other."""
    table = np.fromfile(source, np.uint8).reshape(-1, 1 + SIDE * SIDE)
    images = table[:, 1:].astype(np.float32).reshape(-1, 1, SIDE, SIDE)
    (folder / "images").mkdir(parents=True)
    np.save(folder / "calibration.npy", images[:CALIBRATION])
    np.save(folder / "images" / "input_0.npy", images[CALIBRATION:])
    np.save(folder / "labels.npy", table[CALIBRATION:, 0])


def judge(folder: Path, floats: str, quantised: str, output: str) -> None:
    """Prints what is wrong, or that all is well."""
    images, labels = np.load(folder / "images" / "input_0.npy"), np.load(folder / "labels.npy")

    def classify(path: str) -> np.ndarray:
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        name = session.get_inputs()[0].name
        return np.array([session.run(None, {name: image[None]})[0].argmax() for image in images])

    wanted, got, ours = classify(floats), classify(quantised), np.load(output).argmax(axis=1)
    right = [100 * np.mean(classes == labels) for classes in (wanted, got)]
    print(f"right: {right[0]:.1f} % in floats, {right[1]:.1f} % quantised")
    print("lost: " + ("at most 0.5 points" if right[1] >= right[0] - 0.5 else "more than 0.5 points"))
    print(f"onnxcc's classes that are not ONNX Runtime's: {np.sum(got != ours)}")


if __name__ == "__main__":
    if sys.argv[1] == "samples":
        write_samples(sys.argv[2], Path(sys.argv[3]))
    else:
        judge(Path(sys.argv[2]), *sys.argv[3:])
