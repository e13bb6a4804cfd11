// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The scalar operations that regions may have, a row each: what they are in C++.
#ifndef ONNXCC_CODEGEN_PRINT_SCALAROPS_H
#define ONNXCC_CODEGEN_PRINT_SCALAROPS_H

#include "codegen/print/Expressions.h"

#include "mlir/IR/Operation.h"

namespace onnxcc {

struct ScalarOp {
  /// What there is to know of integers: signless types are int32_t… in C++.
  enum Flags : unsigned {
    Plain = 0,
    Unsigned = 1, // reads them as unsigned
    Back = 2,     // gives an unsigned one, which becomes signed again
    Wraps = 4,    // C++'s operator computes narrow ones as int: the result is brought back
    Negated = 8,  // of all operands: the comparison is what the operator's is not
  };

  llvm::StringRef name;          // "math.exp"; of comparisons with the predicate, "arith.cmpi slt"
  llvm::StringRef function = ""; // of the runtime: "exp", "cast<{0}>" with the result's type
  llvm::StringRef infix = "";    // or C++'s operator
  Precedence level = Precedence::Primary;
  unsigned flags = Plain;

  bool has(Flags flag) const { return flags & flag; }
};

/// The row of an operation, or null.
const ScalarOp *findScalarOp(mlir::Operation *op);

} // namespace onnxcc

#endif // ONNXCC_CODEGEN_PRINT_SCALAROPS_H
