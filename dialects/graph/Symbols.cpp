// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Bounds of expressions of symbols that the run computes.
#include "dialects/graph/Graph.h"
#include "dialects/support/Extents.h"

using namespace mlir;

namespace onnxcc::graph {

static bool mentionsComputed(AffineExpr expression, ArrayRef<SymbolAttr> symbols) {
  bool found = false;
  expression.walk([&](AffineExpr part) {
    if (auto symbol = dyn_cast<AffineSymbolExpr>(part))
      found |= symbol.getPosition() < symbols.size() && symbols[symbol.getPosition()].isComputed();
  });
  return found;
}

AffineExpr getBound(AffineExpr expression, ArrayRef<SymbolAttr> symbols, bool upper) {
  if (!mentionsComputed(expression, symbols))
    return expression;
  MLIRContext *context = expression.getContext();
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expression)) {
    SymbolAttr computed = symbols[symbol.getPosition()];
    return upper ? computed.getBound().getValue().getResult(0)
                 : getAffineConstantExpr(computed.getMin(), context);
  }
  auto binary = cast<AffineBinaryOpExpr>(expression);
  AffineExpr left = binary.getLHS(), right = binary.getRHS();
  auto factor = dyn_cast<AffineConstantExpr>(right);
  bool falls = (expression.getKind() == AffineExprKind::Mul && factor && factor.getValue() < 0);
  AffineExpr a = getBound(left, symbols, upper != falls);
  if (!a)
    return {};
  switch (expression.getKind()) {
  case AffineExprKind::Add: {
    AffineExpr b = getBound(right, symbols, upper);
    return b ? a + b : AffineExpr();
  }
  case AffineExprKind::Mul: {
    AffineExpr b = getBound(right, symbols, upper);
    return b ? a * b : AffineExpr();
  }
  case AffineExprKind::FloorDiv:
    return mentionsComputed(right, symbols) ? AffineExpr() : a.floorDiv(right);
  case AffineExprKind::CeilDiv:
    return mentionsComputed(right, symbols) ? AffineExpr() : a.ceilDiv(right);
  case AffineExprKind::Mod: {
    if (!upper)
      return getAffineConstantExpr(0, context);
    AffineExpr b = getBound(right, symbols, upper);
    return b ? b - 1 : AffineExpr();
  }
  default:
    return {};
  }
}

} // namespace onnxcc::graph
