// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Parses dimension expressions: see Dimensions.h.
#include "compiler/import/Dimensions.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace onnxcc::importer {
namespace {

class Parser {
public:
  Parser(StringRef text, MLIRContext *context, function_ref<AffineExpr(StringRef)> symbol)
      : rest(text), context(context), symbol(symbol) {}

  AffineExpr parse() {
    AffineExpr sum = parseSum();
    return sum && rest.trim().empty() ? sum : AffineExpr();
  }

private:
  bool take(StringRef token) {
    rest = rest.ltrim();
    return rest.consume_front(token);
  }

  // sum := product (("+" | "-") product)*
  AffineExpr parseSum() {
    AffineExpr left = parseProduct();
    while (left) {
      bool plus = take("+");
      if (!plus && !take("-"))
        break;
      AffineExpr right = parseProduct();
      left = !right ? AffineExpr() : plus ? left + right : left - right;
    }
    return left;
  }

  // product := factor (("*" | "//") factor)*
  AffineExpr parseProduct() {
    AffineExpr left = parseFactor();
    while (left) {
      bool division = take("//");
      if (!division && !take("*"))
        break;
      AffineExpr right = parseFactor();
      left = !right ? AffineExpr() : division ? divide(left, right) : left * right;
    }
    return left;
  }

  // factor := number | name | "(" sum ")" | "floor" "(" sum "/" factor ")"
  AffineExpr parseFactor() {
    if (++depth > 50)
      return {};
    rest = rest.ltrim();
    if (take("(")) {
      AffineExpr sum = parseSum();
      return take(")") ? sum : AffineExpr();
    }
    if (rest.starts_with("floor(")) {
      take("floor(");
      AffineExpr sum = parseSum(), divisor;
      if (sum && take("/"))
        divisor = parseFactor();
      return divisor && take(")") ? divide(sum, divisor) : AffineExpr();
    }
    if (!rest.empty() && llvm::isDigit(rest.front())) {
      uint64_t number;
      if (rest.consumeInteger(10, number) || number > (uint64_t(1) << 40))
        return {};
      return getAffineConstantExpr(number, context);
    }
    StringRef name =
        rest.take_while([](char c) { return llvm::isAlnum(c) || StringRef("_.:").contains(c); });
    rest = rest.drop_front(name.size());
    return name.empty() ? AffineExpr() : symbol(name);
  }

  static AffineExpr divide(AffineExpr left, AffineExpr right) {
    auto constant = dyn_cast<AffineConstantExpr>(right);
    return constant && constant.getValue() <= 0 ? AffineExpr() : left.floorDiv(right);
  }

  StringRef rest;
  MLIRContext *context;
  function_ref<AffineExpr(StringRef)> symbol;
  unsigned depth = 0;
};

} // namespace

bool isDimensionExpression(StringRef text) {
  // A minus sign without spaces is often part of a name.
  return text.find_first_of("+*/(") != StringRef::npos || text.contains(" - ");
}

AffineExpr parseDimension(StringRef text, MLIRContext *context,
                          function_ref<AffineExpr(StringRef)> symbol) {
  uint64_t number;
  if (!isDimensionExpression(text) && text.trim().getAsInteger(10, number))
    return symbol(text);
  // Names become symbols only if the whole text parses.
  auto anything = [&](StringRef) { return getAffineSymbolExpr(0, context); };
  if (!Parser(text, context, anything).parse())
    return {};
  return Parser(text, context, symbol).parse();
}

} // namespace onnxcc::importer
