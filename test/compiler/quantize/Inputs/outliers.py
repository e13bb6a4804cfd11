"""The demo's digits with outliers: `outliers.py DIGITS.onnx HARD.onnx HELDOUT.bin IMAGES.npy LABELS.npy`.

One channel of the first convolution becomes a thousand times greater and what the second takes of it as much less, so that the
model computes the same in float, and one scale for all channels leaves the others nothing. The first 100 images are written with
their labels.
"""

import sys

import numpy as np
import onnx
from onnx import numpy_helper

FACTOR, CHANNEL = 1000, 3
SIDE = 8

digits, hard, heldout, images, labels = sys.argv[1:]
model = onnx.load(digits)
tensors = {tensor.name: tensor for tensor in model.graph.initializer}
for name, place, factor in [
    ("conv1.weight", np.s_[CHANNEL], FACTOR),
    ("conv1.bias", np.s_[CHANNEL], FACTOR),
    ("conv2.weight", np.s_[:, CHANNEL], 1 / FACTOR),
]:
    values = numpy_helper.to_array(tensors[name]).copy()
    values[place] *= factor
    tensors[name].CopyFrom(numpy_helper.from_array(values, name))
onnx.save(model, hard)
table = np.fromfile(heldout, np.uint8).reshape(-1, 1 + SIDE * SIDE)[:100]
np.save(images, table[:, 1:].astype(np.float32).reshape(-1, 1, SIDE, SIDE))
np.save(labels, table[:, 0].astype(np.int64))
