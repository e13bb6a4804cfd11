"""The targets that onnxcc compiles for, from its own table, and compilers here that make code for them."""

from __future__ import annotations

import platform
import shutil
import subprocess
from dataclasses import dataclass


@dataclass
class Target:
    name: str
    registers: int  # of vectors, 0 if it has none
    vector_bytes: int
    compiler: str  # g++ for it
    flags: list[str]

    @property
    def is_native(self) -> bool:
        return self.compiler == "g++" or self.compiler.startswith(platform.machine() + "-")

    def command(self, compiler: str) -> list[str] | None:
        """How `compiler`, a g++ or clang++ of this machine, or its cross compiler is called; None if there is none."""
        if self.is_native:
            return [compiler, *self.flags]
        if kind_of(compiler) == "clang++":
            return [compiler, "--target=" + self.compiler.removesuffix("-g++"), *self.flags]
        return [self.compiler, *self.flags] if shutil.which(self.compiler) else None


def read_targets() -> list[Target]:
    text = subprocess.run(["onnxcc", "--print-targets"], check=True, capture_output=True, text=True).stdout
    head, _, *rows = [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in text.splitlines()]
    targets = []
    for row in rows:
        cells = dict(zip(head, row, strict=True))
        registers, width = (0, 0) if cells["vectors"] == "none" else (int(w) for w in cells["vectors"].split() if w.isdigit())
        targets.append(Target(cells["-march="], registers, width, cells["compiler"], cells["flags"].split()))
    return targets


FLAGS = ["-std=c++17", "-O3", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=off", "-Wno-psabi"]


def kind_of(compiler: str) -> str:
    """As the schedule table calls it."""
    macros = subprocess.run([compiler, "-E", "-dM", "-x", "c++", "/dev/null"], check=True, capture_output=True, text=True)
    return "clang++" if "__clang__" in macros.stdout else "g++"
