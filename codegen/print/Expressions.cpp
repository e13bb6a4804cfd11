// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Expressions by precedence, affine expressions and literals: see Expressions.h.
#include "codegen/print/Expressions.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include <charconv>

using namespace mlir;
using llvm::formatv;

namespace onnxcc {

Expression makeBinary(const Expression &lhs, StringRef op, const Expression &rhs,
                      Precedence level) {
  auto tighter = Precedence(int(level) + 1);
  std::string left = lhs.as(level), right = rhs.as(tighter);
  // Compilers warn of & within | or of comparisons and shifts beside & without parentheses.
  if (level <= Precedence::Shift && lhs.precedence != Precedence::Primary &&
      lhs.precedence < Precedence::Unary && left == lhs.text && lhs.precedence != level)
    left = "(" + left + ")";
  if (level <= Precedence::Shift && level != Precedence::Relational &&
      rhs.precedence < Precedence::Unary && right == rhs.text)
    right = "(" + right + ")";
  return {left + " " + op.str() + " " + right, level};
}

Expression makeUnary(StringRef op, const Expression &operand) {
  std::string text = operand.as(Precedence::Unary);
  bool clash = op == "-" && StringRef(text).starts_with("-");
  return {op.str() + (clash ? "(" + text + ")" : text), Precedence::Unary};
}

Expression makeCall(StringRef function, ArrayRef<Expression> arguments) {
  std::string text = function.str() + "(";
  llvm::interleave(arguments, [&](const Expression &a) { text += a.text; }, [&] { text += ", "; });
  return {text + ")", Precedence::Primary};
}

static Expression printInteger(int64_t value) {
  return {std::to_string(value), value < 0 ? Precedence::Unary : Precedence::Primary};
}

Expression printAffine(AffineExpr expression, ArrayRef<std::string> dims,
                       ArrayRef<std::string> symbols) {
  auto print = [&](AffineExpr e) { return printAffine(e, dims, symbols); };
  if (auto constant = dyn_cast<AffineConstantExpr>(expression))
    return printInteger(constant.getValue());
  if (auto dim = dyn_cast<AffineDimExpr>(expression))
    return {dims[dim.getPosition()], Precedence::Primary};
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expression))
    return {symbols[symbol.getPosition()], Precedence::Primary};
  auto binary = cast<AffineBinaryOpExpr>(expression);
  AffineExpr lhs = binary.getLHS(), rhs = binary.getRHS();
  switch (expression.getKind()) {
  case AffineExprKind::Add: {
    // a + b * -1 and a + -3 read better as differences.
    if (auto constant = dyn_cast<AffineConstantExpr>(rhs); constant && constant.getValue() < 0)
      return makeBinary(print(lhs), "-", printInteger(-constant.getValue()), Precedence::Additive);
    auto negated = [](AffineExpr e) -> AffineExpr {
      auto product = dyn_cast<AffineBinaryOpExpr>(e);
      if (!product || e.getKind() != AffineExprKind::Mul)
        return {};
      auto factor = dyn_cast<AffineConstantExpr>(product.getRHS());
      return factor && factor.getValue() < 0 ? product.getLHS() * -factor.getValue() : AffineExpr();
    };
    if (AffineExpr positive = negated(rhs))
      return makeBinary(print(lhs), "-", print(positive), Precedence::Additive);
    if (AffineExpr positive = negated(lhs))
      return makeBinary(print(rhs), "-", print(positive), Precedence::Additive);
    return makeBinary(print(lhs), "+", print(rhs), Precedence::Additive);
  }
  case AffineExprKind::Mul:
    if (auto factor = dyn_cast<AffineConstantExpr>(rhs); factor && factor.getValue() == -1)
      return makeUnary("-", print(lhs));
    return makeBinary(print(lhs), "*", print(rhs), Precedence::Multiplicative);
  case AffineExprKind::FloorDiv:
    return makeBinary(print(lhs), "/", print(rhs), Precedence::Multiplicative);
  case AffineExprKind::Mod:
    return makeBinary(print(lhs), "%", print(rhs), Precedence::Multiplicative);
  case AffineExprKind::CeilDiv:
    return makeCall("ceilDiv", {print(lhs), print(rhs)});
  default:
    llvm_unreachable("all kinds of affine expressions");
  }
}

Expression makeOffset(StringRef pointer, const Expression &offset) {
  if (offset.text == "0")
    return {pointer.str(), Precedence::Primary};
  // Pointer plus a sum needs no parentheses around the sum.
  return {pointer.str() + " + " + offset.as(Precedence::Additive), Precedence::Additive};
}

ElementSpelling spellElementType(Type type) {
  if (type.isF32())
    return {"float", "float", "float"};
  if (type.isF64())
    return {"double", "double", "double"};
  if (type.isF16())
    return {"Half", "uint16_t", "binary16", /*isStorage=*/true};
  if (type.isBF16())
    return {"BFloat16", "uint16_t", "bfloat16", /*isStorage=*/true};
  if (type.isInteger(1))
    return {"bool", "bool", "bool"};
  if (type.isIndex())
    return {"Index", "onnxcc_dim", "index"};
  std::string name;
  if (auto integer = dyn_cast<IntegerType>(type)) {
    unsigned bits = std::max(integer.getWidth(), 8u); // narrower ones take a byte each
    if (bits == 8 || bits == 16 || bits == 32 || bits == 64)
      name = formatv("{0}int{1}", integer.isUnsigned() ? "u" : "", bits);
  } else if (auto floating = dyn_cast<FloatType>(type); floating && floating.getWidth() <= 8) {
    name = "uint8"; // storage only
  }
  return name.empty() ? ElementSpelling() : ElementSpelling{name + "_t", name + "_t", name};
}

std::string getElementType(Type type) { return spellElementType(type).cpp; }

template <class T> std::string printShortest(T value) {
  char digits[32];
  return {digits, std::to_chars(digits, std::end(digits), value).ptr};
}
template std::string printShortest(float);
template std::string printShortest(double);

static std::string printFloat(APFloat value, bool isDouble) {
  StringRef suffix = isDouble ? "" : "f";
  if (value.isNaN())
    return formatv("{0}__builtin_nan{1}(\"\")", value.isNegative() ? "-" : "", suffix);
  if (value.isInfinity())
    return formatv("{0}__builtin_inf{1}()", value.isNegative() ? "-" : "", suffix);
  std::string text =
      isDouble ? printShortest(value.convertToDouble()) : printShortest(value.convertToFloat());
  return text + (text.find_first_of(".e") == std::string::npos ? ".0" : "") + suffix.str();
}

Expression printConstant(Attribute value, Type type) {
  if (auto floating = dyn_cast<FloatAttr>(value)) {
    APFloat number = floating.getValue();
    bool lost, isDouble = type.isF64();
    if (!isDouble)
      number.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven, &lost);
    std::string text = printFloat(number, isDouble);
    if (ElementSpelling narrow = spellElementType(type); narrow.isStorage)
      return makeCall("cast<" + narrow.cpp + ">", {Expression{text}});
    return {text, text[0] == '-' ? Precedence::Unary : Precedence::Primary};
  }
  auto integer = cast<IntegerAttr>(value);
  if (type.isInteger(1))
    return {integer.getValue().isZero() ? "false" : "true", Precedence::Primary};
  int64_t number = integer.getValue().getSExtValue();
  Expression literal = printInteger(number);
  if (number == INT64_MIN)
    literal = {"INT64_MIN", Precedence::Primary};
  else if (type.isInteger(32) && number == INT32_MIN)
    literal = {"INT32_MIN", Precedence::Primary};
  if (type.isInteger(32))
    return literal;
  // Other widths say so: overloads are chosen by type.
  return makeCall(getElementType(type), {literal});
}

} // namespace onnxcc
