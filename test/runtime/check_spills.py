"""Compiles the kernels of every line of the schedule table and looks for spilled accumulators.

`check_spills.py SOURCE_DIR CXX...`: for each host compiler and each feature set that it can target, the register tiles
that kernels/schedules.table gives are compiled and disassembled. A vector that an innermost loop stores to the stack or loads
from it fails the check: such a tile runs at half its speed. `--tile=PxN` checks that tile instead of the table's. So do
tiles of bytes and of bfloat16 where the processor has instructions for them.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

FEATURE_SETS = {"x86-64": 4, "x86-64-v3": 8, "x86-64-v4": 16}  # and their lanes; "generic" has no vectors
LINE = re.compile(r"^(\S+) +(\S+) +(\S+) +(\S+) +tile=(\d+)x(\d+)", re.M)

HEADER = '#include "runtime/contract.h"\nusing namespace onnxcc;\n'
# A tile's kernels with packed operands and with others, and its walks.
TILES = """
template void onnxcc::sumProducts<{p}, {n}, {l}, 1, 16>(const Products &, const Places<float, float, float> &);
template void onnxcc::sumProducts<{p}, {n}, {l}, 1, 0>(const Products &, const Places<float, float, float> &);
"""
# Feature sets with instructions for products of bytes or bfloat16, and what they are checked with.
PRODUCTS = {
    "x86-64-v3 -mavxvnni": [(6, 2, 8, 4, "int32_t", "uint8_t", "int8_t"), (1, 8, 8, 4, "int32_t", "uint8_t", "int8_t")],
    "x86-64-v4 -mavx512vnni": [(12, 2, 16, 4, "int32_t", "uint8_t", "int8_t")],
    "x86-64-v4 -mavx512bf16": [(12, 2, 16, 2, "float", "BFloat16", "BFloat16")],
}
PRODUCT = """
template void onnxcc::sumProducts<{0}, {1}, {2}, {3}, 16 * {3}>(const Products &, const Places<{4}, {5}, {6}> &);
"""
DEPTHWISE = """
template struct onnxcc::SlideWalk<{p}, 3, 1, true, float, float, DepthwiseOp<float, float>>;
template struct onnxcc::SlideWalk<{p}, 3, 2, true, float, float, DepthwiseOp<float, float>>;
template struct onnxcc::SlideWalk<{p}, 5, 1, true, float, float, DepthwiseOp<float, float>>;
template struct onnxcc::SlideWalk<{p}, 5, 2, true, float, float, DepthwiseOp<float, float>>;
"""


# Family, target, compiler, conditions ("*" fits all), pixels and vectors of a row.
Line = tuple[str, str, str, str, int, int]


def table(source: Path) -> list[Line]:
    text = (source / "kernels/schedules.table").read_text()
    lines = [(f, t, c, w, int(p), int(n)) for f, t, c, w, p, n in LINE.findall(text)]
    if len(lines) < 3 or len(lines) != text.count(" tile="):
        sys.exit("check_spills: cannot read the schedule table")
    return lines


def code(lines: list[Line], feature: str, compiler: str) -> str:
    def fits(wanted: str, given: str) -> bool:
        return given.startswith(wanted[:-1]) if wanted.endswith("*") else wanted == given

    sums, depthwise = set(), set()
    closed: set[str] = set()  # families that an earlier row fits in any case
    for family, target, compilers, conditions, pixels, vectors in lines:
        if not fits(target, feature) or not fits(compilers, compiler) or family in closed:
            continue
        if conditions == "*":
            closed.add(family)
        if family == "depthwise":
            depthwise.add(pixels)
            continue
        sums |= {(pixels, vectors), (1, 4 * vectors if pixels > 1 else vectors)}
        if pixels >= 4:
            sums.add((pixels - 1, vectors))
    text = HEADER
    for pixels, vectors in sorted(sums):
        text += TILES.format(p=pixels, n=vectors, l=FEATURE_SETS[feature])
    for pixels in sorted(depthwise):
        text += DEPTHWISE.format(p=pixels)
    return text


def spills(listing: str) -> tuple[int, list[str]]:
    """How many innermost loops have vectors, and the stack accesses in them."""
    loops, found = 0, []
    function = ""
    instructions: list[tuple[int, str]] = []

    def finish() -> None:
        nonlocal loops
        framed = any(re.match(r"mov\s+%rsp,%rbp", text) for _, text in instructions)  # else %rbp is any register
        stack = re.compile(r"\(%r[sb]p\)" if framed else r"\(%rsp\)")
        edges = []
        for address, text in instructions:
            jump = re.match(r"j\w+\s+(?:0x)?([0-9a-f]+)", text)
            if jump and int(jump[1], 16) <= address:
                edges.append((int(jump[1], 16), address))
        for start, end in edges:
            if any(start <= s and e <= end and (s, e) != (start, end) for s, e in edges):
                continue
            body = [text for address, text in instructions if start <= address <= end]
            # Loops of several multiplications are kernels; copies and epilogues are not.
            if sum(bool(re.search("fmadd|mulps|dpbusd|dpbf16", text)) for text in body) < 4:
                continue
            loops += 1
            found.extend(f"{function}: {text}" for text in body if stack.search(text) and re.search(r"%[xyz]mm", text))

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
        for compiler in compilers:
            macros = subprocess.run([compiler, "-E", "-dM", "-x", "c++", "/dev/null"], check=True, capture_output=True, text=True)
            kind = "clang++" if "__clang__" in macros.stdout else "g++"
            sources = {feature: code(lines, feature, kind) for feature in FEATURE_SETS}
            if not tiles:
                sources |= {f: HEADER + "".join(PRODUCT.format(*tile) for tile in t) for f, t in PRODUCTS.items()}
            for feature, text in sources.items():
                path = Path(folder) / "kernels.cpp"
                path.write_text(text)
                flags = ["-std=c++17", "-O3", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=off"]
                flags += [*f"-march={feature}".split(), f"-I{source}"]
                subprocess.run([compiler, *flags, "-c", str(path), "-o", str(path) + ".o"], check=True)
                listing = subprocess.run(
                    ["objdump", "-d", "-C", "--no-show-raw-insn", str(path) + ".o"], check=True, capture_output=True, text=True
                ).stdout
                loops, found = spills(listing)
                print(f"{kind} {feature}: {loops} kernel loops, {len(found)} accesses of spilled vectors")
                for line in found[:6]:
                    print("  " + line)
                failures += bool(found) or loops == 0
    return failures != 0


if __name__ == "__main__":
    sys.exit(main())
