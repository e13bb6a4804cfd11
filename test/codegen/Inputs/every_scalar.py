"""Prints a module of launches: every operation of scalars, for every element type, with every kind of operands.

Operands are vectors (elements along the loop), scalars (one element for all) and constants. Each result is chosen by a
condition from others, which asks that all have the element's own C++ type: arithmetic on narrow types gives an int.
"""

from __future__ import annotations

INTEGERS = ["i1", "i4", "i8", "i16", "i32", "i64"]
FLOATS = ["f32", "f64"]
WIDTH = {"i1": 1, "i4": 4, "i8": 8, "i16": 16, "i32": 32, "i64": 64, "f32": 32, "f64": 64}
OF_INTEGERS = ["addi", "subi", "muli", "divsi", "divui", "remsi", "remui", "andi", "ori", "xori", "shli", "shrsi", "shrui",
               "maxsi", "maxui", "minsi", "minui"]  # fmt: skip
OF_BOOLS = ["andi", "ori", "xori", "maxui", "minui"]
ORDERS = ["eq", "ne", "slt", "sle", "sgt", "sge", "ult", "ule", "ugt", "uge"]
OF_FLOATS = ["arith.addf", "arith.subf", "arith.mulf", "arith.divf", "arith.remf", "arith.maximumf", "arith.minimumf",
             "math.powf", "math.atan2"]  # fmt: skip
# Those that passes make.
FLOAT_ORDERS = ["oeq", "ogt", "oge", "olt", "ole", "ugt", "uge", "ult", "ule", "une", "uno"]
FUNCTIONS = ["absf", "acos", "acosh", "asin", "asinh", "atan", "atanh", "cbrt", "ceil", "cos", "cosh", "erf", "exp", "expm1",
             "floor", "log", "log10", "log1p", "log2", "round", "roundeven", "rsqrt", "sin", "sinh", "sqrt", "tan", "tanh",
             "trunc"]  # fmt: skip
HEAD = """#v = affine_map<() -> (37)>
#id = affine_map<(i) -> (i)>
#one = affine_map<(i) -> (0)>
#single = affine_map<() -> (1)>
module @every attributes {kernel.targets = ["x86-64"], kernel.compiler = "g++"} {
  func.func @every("""


class Module:
    def __init__(self) -> None:
        self.arguments: list[str] = []
        self.launches: list[str] = []

    def argument(self, element: str, role: str, extent: int) -> str:
        name = f"{role}{len(self.arguments)}"
        extents = "#v" if extent == 37 else "#single"
        self.arguments.append(f'%{name}: memref<{extent}x{element}> {{onnx.name = "{name}", kernel.role = "{role}", kernel.extents = {extents}}}')
        return f"%{name}"

    def launch(self, name: str, operand: str, result: str, apply) -> None:
        """`apply(x, y)` is the operation's text. What it makes of each pair of operands is chosen by conditions in turn."""
        pairs = [("%a", "%b"), ("%a", "%s"), ("%s", "%b"), ("%a", "%c"), ("%c", "%b"), ("%s", "%c")]
        number = "true" if operand == "i1" else "3.0 : " + operand if operand in FLOATS else "3 : " + operand
        body = [f"%c = arith.constant {number}"]
        for i, (x, y) in enumerate(pairs):
            body.append(f"%r{i} = {apply(x, y)}")
        for i in range(1, len(pairs)):
            condition, first = ("%p", "%q")[i % 2], "%r0" if i == 1 else f"%t{i - 1}"
            body.append(f"%t{i} = arith.select {condition}, {first}, %r{i} : {result}")
        body.append(f"kernel.yield %t{len(pairs) - 1} : {result}")
        inputs = [self.vectors[operand], self.others[operand], self.scalars[operand], self.vectors["i1"], self.scalars["i1"]]
        types = ", ".join(f"memref<{n}x{e}>" for n, e in [(37, operand), (37, operand), (1, operand), (37, "i1"), (1, "i1")])
        out = self.argument(result, "out", 37)
        lines = "\n      ".join(body)
        self.launches.append(
            f"    kernel.map over #v [#id, #id, #one, #id, #one, #id] ins({', '.join(inputs)} : {types}) outs({out} : memref<37x{result}>)"
            f' {{\n    ^bb0(%a: {operand}, %b: {operand}, %s: {operand}, %p: i1, %q: i1):\n      {lines}\n'
            f'    }} loc("{name}"("Test, opset 1"("{out[1:]}")))'
        )

    def fill(self) -> None:
        self.vectors = {e: self.argument(e, "in", 37) for e in INTEGERS + FLOATS}
        self.others = {e: self.argument(e, "in", 37) for e in INTEGERS + FLOATS}
        self.scalars = {e: self.argument(e, "in", 1) for e in INTEGERS + FLOATS}
        for e in INTEGERS:
            for op in OF_BOOLS if e == "i1" else OF_INTEGERS:
                self.launch(f"{op}_{e}", e, e, lambda x, y, op=op, e=e: f"arith.{op} {x}, {y} : {e}")
            for order in ORDERS:
                self.launch(f"{order}_{e}", e, "i1", lambda x, y, order=order, e=e: f"arith.cmpi {order}, {x}, {y} : {e}")
            for to in INTEGERS + FLOATS:
                narrows = to in INTEGERS and WIDTH[to] < WIDTH[e]
                casts = ["sitofp", "uitofp"] if to in FLOATS else ["trunci"] if narrows else ["extsi", "extui"] if to != e else []
                for op in casts:
                    self.launch(f"{op}_{e}_{to}", e, to, lambda x, _, op=op, e=e, to=to: f"arith.{op} {x} : {e} to {to}")
        for e in FLOATS:
            for op in OF_FLOATS:
                self.launch(f"{op}_{e}", e, e, lambda x, y, op=op, e=e: f"{op} {x}, {y} : {e}")
            for op in FUNCTIONS:
                self.launch(f"{op}_{e}", e, e, lambda x, _, op=op, e=e: f"math.{op} {x} : {e}")
            self.launch(f"negf_{e}", e, e, lambda x, _, e=e: f"arith.negf {x} : {e}")
            for order in FLOAT_ORDERS:
                self.launch(f"{order}_{e}", e, "i1", lambda x, y, order=order, e=e: f"arith.cmpf {order}, {x}, {y} : {e}")
            for to in INTEGERS:
                for op in ["fptosi", "fptoui"] if WIDTH[to] >= 8 else []:
                    self.launch(f"{op}_{e}_{to}", e, to, lambda x, _, op=op, e=e, to=to: f"arith.{op} {x} : {e} to {to}")
        self.launch("extf", "f32", "f64", lambda x, _: f"arith.extf {x} : f32 to f64")
        self.launch("truncf", "f64", "f32", lambda x, _: f"arith.truncf {x} : f64 to f32")


module = Module()
module.fill()
separator = ",\n    "
launches = "\n".join(module.launches)
print(HEAD + separator.join(module.arguments) + ") {\n" + launches + "\n    return\n  }\n}")
