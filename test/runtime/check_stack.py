"""Compares the stack that templates declare (gemmStackBytes and others) with what g++ says that they take.

`check_stack.py SOURCE_DIR G++`: calls of every template, of several shapes and types, are compiled for each target (those
that no compiler here makes code for are skipped, and said to be) with -fcallgraph-info=su. The longest path of a call
through the graph must not take more than is declared, and what is declared not more than a quarter and 512 bytes above it.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from targets import FLAGS, read_targets

Graph = dict[str, set[str]]


def read(path: Path) -> tuple[dict[str, int], Graph]:
    """The frames of functions, and whom they call."""
    frames: dict[str, int] = {}
    calls: Graph = {}
    for line in path.read_text().splitlines():
        if edge := re.match(r'edge: { sourcename: "([^"]*)" targetname: "([^"]*)"', line):
            calls.setdefault(edge[1], set()).add(edge[2])
        elif node := re.match(r'node: { title: "([^"]*)"', line):
            size = re.search(r"\\n(\d+) bytes", line)
            frames[node[1]] = int(size[1]) if size else 0
    return frames, calls


def longest(function: str, frames: dict[str, int], calls: Graph, pointed: list[str]) -> int:
    callees = calls.get(function, set())
    below = [longest(c, frames, calls, pointed) for c in callees if c not in ("__indirect_call", function)]
    if "__indirect_call" in callees:
        # What is called through a pointer calls none itself; after a tile comes its epilogue.
        below += [longest(c, frames, calls, []) for c in pointed if "finish" in c or "5tiles" not in function]
    return frames.get(function, 0) + max(below, default=0)


def main() -> int:
    source, compiler = Path(sys.argv[1]), sys.argv[2]
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        for target in read_targets():
            command = target.command(compiler)
            if not command:
                print(f"{target.name}: SKIPPED, there is no {target.compiler} here")
                continue
            out = Path(folder) / "stack.o"
            cpp = str(source / "test/runtime/Inputs/stack.cpp")
            command += [*FLAGS, f"-I{source}", "-fcallgraph-info=su", "-c", cpp, "-o", str(out)]
            subprocess.run(command, check=True)
            frames, calls = read(out.with_suffix(".ci"))
            symbols = subprocess.run(["llvm-nm", "-S", str(out)], check=True, capture_output=True, text=True).stdout
            declared = {m[2]: int(m[1], 16) for m in re.finditer(r"\S+ (\S+) \w declared_(\w+)\n", symbols)}
            if len(declared) < 10:
                sys.exit("check_stack: no declarations found")
            for name, most in declared.items():
                # The epilogues and short tiles of the call's own shape, whose type has the call's name.
                own = f"{len(name) + 6}shape_{name}"
                pointed = [f for f in frames if own in f and ("finishPixels" in f or "fullTiles" in f)]
                taken = longest(f"call_{name}", frames, calls, pointed)
                is_right = taken <= most <= taken * 5 // 4 + 512
                print(f"{target.name} {name}: {taken} bytes taken, {most} declared{'' if is_right else ': WRONG'}")
                failures += not is_right
    return failures != 0


if __name__ == "__main__":
    sys.exit(main())
