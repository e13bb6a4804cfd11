"""Seeded samples: `samples.py FILE.npy SEED SAMPLES EXTENT…` writes floats, normal ones."""

import sys

import numpy as np

path, seed, *shape = sys.argv[1:]
generator = np.random.default_rng(int(seed))
np.save(path, generator.standard_normal([int(extent) for extent in shape], dtype=np.float32))
