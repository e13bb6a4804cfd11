// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// C++ expressions with their precedence, so that parentheses stand only where they are needed;
// affine expressions.
#ifndef ONNXCC_CODEGEN_PRINT_EXPRESSIONS_H
#define ONNXCC_CODEGEN_PRINT_EXPRESSIONS_H

#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/BuiltinTypes.h"
#include <string>

namespace onnxcc {

/// C++'s levels, the loosest first.
enum class Precedence {
  Ternary,
  BitOr,
  BitXor,
  BitAnd,
  Equality,
  Relational,
  Shift,
  Additive,
  Multiplicative,
  Unary,
  Primary
};

struct Expression {
  std::string text;
  Precedence precedence = Precedence::Primary;

  /// The text as an operand that must bind at least as tightly as `level`.
  std::string as(Precedence level) const { return precedence < level ? "(" + text + ")" : text; }
};

/// "lhs op rhs"; operators of one level group to the left.
Expression makeBinary(const Expression &lhs, llvm::StringRef op, const Expression &rhs,
                      Precedence level);
Expression makeUnary(llvm::StringRef op, const Expression &operand);
/// "function(a, b)".
Expression makeCall(llvm::StringRef function, llvm::ArrayRef<Expression> arguments);

/// An affine expression with these names for its dims and symbols. floordiv and mod are of
/// non-negative numbers.
Expression printAffine(mlir::AffineExpr expression, llvm::ArrayRef<std::string> dims,
                       llvm::ArrayRef<std::string> symbols);

/// "pointer + offset", or just the pointer.
Expression makeOffset(llvm::StringRef pointer, const Expression &offset);

/// How an element type is spelt. Signless integers are signed.
struct ElementSpelling {
  std::string cpp;        // in the runtime's C++: "float", "int8_t", "Half"; empty if it has none
  std::string c;          // in plain C, as in NAME_args: "float", "int8_t", "uint16_t"
  std::string shown;      // for people: "float", "int8", "binary16"
  bool isStorage = false; // C++'s is a struct around bits, and computed with as float
};
ElementSpelling spellElementType(mlir::Type type);
/// The C++ type of an element in memory; empty if there is none.
std::string getElementType(mlir::Type type);

/// The fewest digits that give this float or double back: "0.1", "1e-12", "64".
template <class T> std::string printShortest(T value);

/// A literal of this element type, "0.5f"; splats of vectors convert from it.
Expression printConstant(mlir::Attribute value, mlir::Type type);

} // namespace onnxcc

#endif // ONNXCC_CODEGEN_PRINT_EXPRESSIONS_H
