"""ResNet-50 with `--dim batch=1..8` as one library, against ONNX Runtime at batches 1, 3 and 8.

dynamic_batch.py ONNXCC MODEL. Makes seeded inputs for each batch, lets one `onnxcc verify` run them all, and reads the
arena's size for each batch from its report.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

BATCHES = (1, 3, 8)


def main() -> int:
    onnxcc, model = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        data = []
        for batch in BATCHES:
            path = Path(folder) / f"batch{batch}"
            path.mkdir()
            image = np.random.default_rng(batch).standard_normal((batch, 3, 224, 224), np.float32)
            np.save(path / "input_0.npy", image)
            data.append(f"--data={path}")
        command = [onnxcc, "verify", model, "-O3", "-march=native", "--dim", "batch=1..8", "--threads=2", *data]
        command += ["--reference=ort", f"--python={sys.executable}"]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
    print(run.stdout + run.stderr)
    arenas = [int(size) for size in re.findall(r"batch=\d+, arena (\d+) bytes", run.stdout)]
    grows = len(arenas) == len(BATCHES) and all(a < b for a, b in zip(arenas, arenas[1:]))
    print(f"arena at batches {BATCHES}: {arenas}: {'grows' if grows else 'DOES NOT GROW'}")
    return run.returncode or not grows


if __name__ == "__main__":
    sys.exit(main())
