"""Imports seeded mutations of a model: each must be imported or refused with a message, never end in a signal.

usage: mutate.py MODEL FOLDER COUNT SEED
"""

import pathlib
import random
import subprocess
import sys


def mutate(data: bytes, rng: random.Random) -> bytes:
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


def main() -> int:
    model, folder, count, seed = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    folder.mkdir(parents=True, exist_ok=True)
    data = model.read_bytes()
    rng = random.Random(seed)
    bad = 0
    for number in range(count):
        path = folder / f"mutant{number}{model.suffix}"
        path.write_bytes(mutate(data, rng))
        result = subprocess.run(
            ["onnxcc", "--emit=import", str(path)], capture_output=True, text=True, errors="replace", timeout=60
        )
        silent = result.returncode == 1 and "error:" not in result.stderr
        if result.returncode not in (0, 1) or silent:
            bad += 1
            print(f"{path}: exit status {result.returncode}: {result.stderr[-300:]}")
        else:
            path.unlink()
    print(f"{count} mutants, {bad} bad")
    return bad != 0


if __name__ == "__main__":
    sys.exit(main())
