// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The table of scalar operations: see ScalarOps.h.
#include "codegen/print/ScalarOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;

namespace onnxcc {

using P = Precedence;

// A function and an operator: Scalars.cpp says when the operator will do.
static constexpr ScalarOp table[] = {
    {"math.absf", "abs"},
    {"math.absi", "abs"},
    {"math.acos", "acos"},
    {"math.acosh", "acosh"},
    {"math.asin", "asin"},
    {"math.asinh", "asinh"},
    {"math.atan", "atan"},
    {"math.atan2", "atan2"},
    {"math.atanh", "atanh"},
    {"math.cbrt", "cbrt"},
    {"math.ceil", "ceil"},
    {"math.cos", "cos"},
    {"math.cosh", "cosh"},
    {"math.erf", "erf"},
    {"math.exp", "exp"},
    {"math.expm1", "expm1"},
    {"math.floor", "floor"},
    {"math.fma", "mulAdd"},
    {"math.log", "log"},
    {"math.log10", "log10"},
    {"math.log1p", "log1p"},
    {"math.log2", "log2"},
    {"math.powf", "pow"},
    {"math.round", "round"},
    {"math.roundeven", "roundEven"},
    {"math.rsqrt", "rsqrt"},
    {"math.sin", "sin"},
    {"math.sinh", "sinh"},
    {"math.sqrt", "sqrt"},
    {"math.tan", "tan"},
    {"math.tanh", "tanh"},
    {"math.trunc", "trunc"},
    {"arith.maximumf", "maximum"},
    {"arith.minimumf", "minimum"},
    {"arith.maxsi", "maximum"},
    {"arith.minsi", "minimum"},
    {"arith.maxui", "maximum", "", P::Primary, ScalarOp::Unsigned | ScalarOp::Back},
    {"arith.minui", "minimum", "", P::Primary, ScalarOp::Unsigned | ScalarOp::Back},
    {"arith.remf", "fmod"},
    // A scalar condition chooses between vectors; scalars as both values under a mask are made
    // vectors by the runtime.
    {"arith.select", "select"},

    {"arith.addf", "", "+", P::Additive},
    {"arith.subf", "", "-", P::Additive},
    {"arith.mulf", "", "*", P::Multiplicative},
    {"arith.divf", "", "/", P::Multiplicative},
    {"arith.addi", "wrapAdd", "+", P::Additive, ScalarOp::Wraps},
    {"arith.subi", "wrapSub", "-", P::Additive, ScalarOp::Wraps},
    {"arith.muli", "wrapMul", "*", P::Multiplicative, ScalarOp::Wraps},
    {"arith.divsi", "quotient", "/", P::Multiplicative, ScalarOp::Wraps},
    {"arith.remsi", "remainder", "%", P::Multiplicative, ScalarOp::Wraps},
    {"arith.divui", "quotient", "/", P::Multiplicative, ScalarOp::Unsigned | ScalarOp::Back},
    {"arith.remui", "remainder", "%", P::Multiplicative, ScalarOp::Unsigned | ScalarOp::Back},
    {"arith.shli", "", "<<", P::Shift, ScalarOp::Wraps},
    {"arith.shrsi", "", ">>", P::Shift, ScalarOp::Wraps},
    {"arith.shrui", "", ">>", P::Shift, ScalarOp::Unsigned | ScalarOp::Back},
    {"arith.andi", "", "&", P::BitAnd, ScalarOp::Wraps},
    {"arith.ori", "", "|", P::BitOr, ScalarOp::Wraps},
    {"arith.xori", "", "^", P::BitXor, ScalarOp::Wraps},

    {"arith.cmpi eq", "", "==", P::Equality},
    {"arith.cmpi ne", "", "!=", P::Equality},
    {"arith.cmpi slt", "", "<", P::Relational},
    {"arith.cmpi sle", "", "<=", P::Relational},
    {"arith.cmpi sgt", "", ">", P::Relational},
    {"arith.cmpi sge", "", ">=", P::Relational},
    {"arith.cmpi ult", "", "<", P::Relational, ScalarOp::Unsigned},
    {"arith.cmpi ule", "", "<=", P::Relational, ScalarOp::Unsigned},
    {"arith.cmpi ugt", "", ">", P::Relational, ScalarOp::Unsigned},
    {"arith.cmpi uge", "", ">=", P::Relational, ScalarOp::Unsigned},
    // C++'s operators are ordered comparisons, but for !=.
    {"arith.cmpf oeq", "", "==", P::Equality},
    {"arith.cmpf une", "", "!=", P::Equality},
    {"arith.cmpf olt", "", "<", P::Relational},
    {"arith.cmpf ole", "", "<=", P::Relational},
    {"arith.cmpf ogt", "", ">", P::Relational},
    {"arith.cmpf oge", "", ">=", P::Relational},
    {"arith.cmpf uge", "", "<", P::Relational, ScalarOp::Negated},
    {"arith.cmpf ugt", "", "<=", P::Relational, ScalarOp::Negated},
    {"arith.cmpf ule", "", ">", P::Relational, ScalarOp::Negated},
    {"arith.cmpf ult", "", ">=", P::Relational, ScalarOp::Negated},

    {"arith.extf", "cast<{0}>"},
    {"arith.truncf", "cast<{0}>"},
    {"arith.sitofp", "cast<{0}>"},
    {"arith.uitofp", "cast<{0}>", "", P::Primary, ScalarOp::Unsigned},
    {"arith.fptosi", "cast<{0}>"},
    {"arith.fptoui", "cast<u{0}>", "", P::Primary, ScalarOp::Back},
    {"arith.extsi", "cast<{0}>"},
    {"arith.extui", "cast<{0}>", "", P::Primary, ScalarOp::Unsigned},
    {"arith.trunci", "cast<{0}>"},
    {"arith.index_cast", "cast<{0}>"},
    {"arith.bitcast", "bitsAs<{0}>"},
};

const ScalarOp *findScalarOp(Operation *op) {
  static const auto rows = [] {
    llvm::StringMap<const ScalarOp *> rows;
    for (const ScalarOp &row : table)
      rows[row.name] = &row;
    return rows;
  }();
  std::string name = op->getName().getStringRef().str();
  if (auto compare = dyn_cast<arith::CmpIOp>(op))
    name += " " + arith::stringifyCmpIPredicate(compare.getPredicate()).str();
  if (auto compare = dyn_cast<arith::CmpFOp>(op))
    name += " " + arith::stringifyCmpFPredicate(compare.getPredicate()).str();
  return rows.lookup(name);
}

} // namespace onnxcc
