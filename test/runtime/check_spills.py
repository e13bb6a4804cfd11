"""Compiles the kernels of every tile of the schedule table and looks for spilled accumulators.

`check_spills.py SOURCE_DIR CXX...`: for each host compiler and each target with vectors, the register tiles that
kernels/schedules.table gives are compiled, for floats and for the other types that the target has instructions for, and
disassembled. A vector that an innermost loop stores to the stack or loads from it fails the check: such a tile runs at half
its speed. A target that no compiler here makes code for is skipped, and said to be. `--tile=PxN` checks that tile of floats
instead of the table's.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from fnmatch import fnmatchcase
from pathlib import Path

from targets import FLAGS, Target, kind_of, read_targets

LINE = re.compile(r"^(\S+) +(\S+) +(\S+) +(\S+) +tile=(\d+)x(\d+)", re.M)

# The runtime knows what a processor has instructions for, and what is left of a tile's rows.
HEADER = """
#include "runtime/contract.h"
using namespace onnxcc;
const void *volatile used;
template <bool Has, int P, int N, int Group, int WStep, class A, class In, class W, class Scaling> void use() {
  if constexpr (Has) {
    void (*const kernel)(const Products &, const Places<A, In, W, Scaling> &) = sumProducts<P, N, lanes<A>, Group, WStep>;
    used = reinterpret_cast<const void *>(kernel);
  }
}
template <bool Has, int P, int N, int Group, int WStep, class A, class In, class W, class Scaling = Unscaled>
void useKernels() {
  using Kernels = TileKernels<P, N, lanes<A>, A, In, W, false, Group, WStep>;
  use<Has, P, N, Group, WStep, A, In, W, Scaling>();
  use<Has, (P >= 4 ? P - 1 : P), N, Group, WStep, A, In, W, Scaling>();
  use<Has, 1, Kernels::rowVectors, Group, WStep, A, In, W, Scaling>();
}
template <bool AllTypes, int P, int N> void useTile() {
  useKernels<true, P, N, 1, 16, float, float, float>();
  useKernels<true, P, N, 1, 0, float, float, float>();
  useKernels<AllTypes && (quadBytes > 0), P, N, 4, 64, int32_t, uint8_t, int8_t>();
  useKernels<AllTypes && hasBFloat16Products, P, N, 2, 32, float, BFloat16, BFloat16>();
  // Codes: of 4 bits the single rows, which wait for memory; tiles of several rows do spill.
  useKernels<AllTypes && (pairBytes >= 32), P, N, 1, 16, float, float, int8_t, BlockPlaces>();
  using Rows = TileKernels<P, N, lanes<float>, float, float, Nibbles, false, 8, 16>;
  use<AllTypes && (pairBytes >= 64), 1, Rows::rowVectors, 8, 16, float, float, Nibbles, BlockPlaces>();
}
"""
TILE = "template void useTile<{all_types}, {p}, {n}>();\n"
DEPTHWISE = "".join(
    f"template struct onnxcc::SlideWalk<{{p}}, {taps}, {stride}, true, float, float, DepthwiseOp<float, float>>;\n"
    for taps in (3, 5)
    for stride in (1, 2)
)

# Families, targets, compilers, conditions ("*" fits all), pixels and vectors of a row.
Line = tuple[str, str, str, str, int, int]


def table(source: Path) -> list[Line]:
    text = (source / "kernels/schedules.table").read_text()
    lines = [(f, t, c, w, int(p), int(n)) for f, t, c, w, p, n in LINE.findall(text)]
    if len(lines) < 3 or len(lines) != text.count(" tile="):
        sys.exit("check_spills: cannot read the schedule table")
    return lines


def code(lines: list[Line], target: str, compiler: str, all_types: bool) -> str:
    def fits(names: str, given: str) -> bool:
        return any(fnmatchcase(given, wanted) for wanted in names.split(","))

    sums, depthwise = set(), set()
    closed: set[str] = set()  # families that an earlier row fits in any case
    for families, targets, compilers, conditions, pixels, vectors in lines:
        if not fits(targets, target) or not fits(compilers, compiler):
            continue
        for family in set(families.split(",")) - closed:
            if conditions == "*":
                closed.add(family)
            if family == "depthwise":
                depthwise.add(pixels)
                continue
            sums.add((pixels, vectors))
    text = HEADER
    for pixels, vectors in sorted(sums):
        text += TILE.format(all_types=str(all_types).lower(), p=pixels, n=vectors)
    for pixels in sorted(depthwise):
        text += DEPTHWISE.format(p=pixels)
    return text


class Assembly:
    """What a processor's disassembly looks like."""

    def __init__(self, target: Target):
        is_arm = "aarch64" in target.compiler
        self.jump = re.compile(r"(?:b\.\w+|b|cbn?z|tbn?z)\s.*?0x([0-9a-f]+)" if is_arm else r"j\w+\s+0x([0-9a-f]+)")
        self.product = re.compile(r"fml[as]|[us]dot|mlal" if is_arm else r"fmadd|mulps|dpbusd|dpbf16")
        # Pointers, too, wait in vectors' registers where there are too many.
        self.vector = re.compile(r".*\b[qv]\d" if is_arm else r"(?!v?mov[dq]\b).*%[xyz]mm")
        self.frame = re.compile(r"mov\s+x29, sp" if is_arm else r"movq\s+%rsp, %rbp")
        # Without a frame its register is any other.
        self.stack = re.compile(r"\[sp\b" if is_arm else r"\(%rsp[,)]")
        self.framed_stack = re.compile(r"\[(sp|x29)\b" if is_arm else r"\(%r[sb]p[,)]")


def spills(listing: str, assembly: Assembly) -> tuple[int, list[str]]:
    """How many innermost loops have vectors, and the stack accesses in them."""
    loops = 0
    found: list[str] = []
    function = ""
    instructions: list[tuple[int, str]] = []

    def finish() -> None:
        nonlocal loops
        framed = any(assembly.frame.match(text) for _, text in instructions)
        stack = assembly.framed_stack if framed else assembly.stack
        edges = []
        for address, text in instructions:
            jump = assembly.jump.match(text)
            if jump and int(jump[1], 16) <= address:
                edges.append((int(jump[1], 16), address))
        for start, end in edges:
            if any(start <= s and e <= end and (s, e) != (start, end) for s, e in edges):
                continue
            body = [text for address, text in instructions if start <= address <= end]
            # Loops of several multiplications are kernels; copies and epilogues are not.
            if sum(bool(assembly.product.search(text)) for text in body) < 4:
                continue
            loops += 1
            found.extend(f"{function}: {text}" for text in body if stack.search(text) and assembly.vector.match(text))

    for line in listing.splitlines():
        if header := re.match(r"[0-9a-f]+ <(.*)>:$", line):
            finish()
            function, instructions = header[1], []
        elif instruction := re.match(r"\s*([0-9a-f]+):\s+(.*)$", line):
            instructions.append((int(instruction[1], 16), instruction[2].replace("\t", " ")))
    finish()
    return loops, found


def main() -> int:
    arguments = [a for a in sys.argv[1:] if not a.startswith("--tile=")]
    tiles = [a.removeprefix("--tile=").split("x") for a in sys.argv[1:] if a.startswith("--tile=")]
    source, compilers = Path(arguments[0]), arguments[1:]
    lines = [("gemm", "*", "*", "*", int(p), int(n)) for p, n in tiles] or table(source)
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kernels.cpp"
        for compiler in compilers:
            kind = kind_of(compiler)
            for target in read_targets():
                if not target.registers:
                    continue
                command = target.command(compiler)
                if not command:
                    print(f"{kind} {target.name}: SKIPPED, there is no {target.compiler} here")
                    continue
                path.write_text(code(lines, target.name, kind, not tiles))
                subprocess.run([*command, *FLAGS, f"-I{source}", "-c", str(path), "-o", str(path) + ".o"], check=True)
                listing = subprocess.run(
                    ["llvm-objdump", "-d", "-C", "--no-show-raw-insn", str(path) + ".o"],
                    check=True, capture_output=True, text=True,
                ).stdout  # fmt: skip
                loops, found = spills(listing, Assembly(target))
                print(f"{kind} {target.name}: {loops} kernel loops, {len(found)} accesses of spilled vectors")
                for line in found[:6]:
                    print("  " + line)
                failures += bool(found) or loops == 0
    return failures != 0


if __name__ == "__main__":
    sys.exit(main())
