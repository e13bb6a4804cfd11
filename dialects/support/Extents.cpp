// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Extents of tensors as affine expressions: see Extents.h.
#include "dialects/support/Extents.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace onnxcc {

Extents getExtents(RankedTensorType type) {
  if (auto map = dyn_cast_or_null<AffineMapAttr>(type.getEncoding()))
    return Extents(map.getValue().getResults());
  return constantExtents(type.getShape(), type.getContext());
}

RankedTensorType getTensorType(ArrayRef<AffineExpr> extents, Type element) {
  SmallVector<int64_t> shape;
  Extents simple;
  bool dynamic = false;
  unsigned symbols = getSymbolMap(extents, element.getContext()).getNumSymbols();
  for (AffineExpr extent : extents) {
    simple.push_back(simplifyAffineExpr(extent, /*numDims=*/0, symbols));
    auto constant = dyn_cast<AffineConstantExpr>(simple.back());
    shape.push_back(constant ? constant.getValue() : ShapedType::kDynamic);
    dynamic |= !constant;
  }
  Attribute encoding;
  if (dynamic)
    encoding = AffineMapAttr::get(getSymbolMap(simple, element.getContext()));
  return RankedTensorType::get(shape, element, encoding);
}

RankedTensorType withElementType(RankedTensorType type, Type element) {
  return RankedTensorType::get(type.getShape(), element, type.getEncoding());
}

Extents constantExtents(ArrayRef<int64_t> values, MLIRContext *context) {
  Extents extents;
  for (int64_t value : values)
    extents.push_back(getAffineConstantExpr(value, context));
  return extents;
}

AffineMap getSymbolMap(ArrayRef<AffineExpr> expressions, MLIRContext *context) {
  unsigned symbols = 0;
  for (AffineExpr expression : expressions)
    expression.walk([&](AffineExpr part) {
      if (auto symbol = dyn_cast<AffineSymbolExpr>(part))
        symbols = std::max(symbols, symbol.getPosition() + 1);
    });
  return AffineMap::get(/*dimCount=*/0, symbols, expressions, context);
}

AffineExpr getProduct(ArrayRef<AffineExpr> extents, MLIRContext *context) {
  AffineExpr product = getAffineConstantExpr(1, context);
  for (AffineExpr extent : extents)
    product = product * extent;
  return product;
}

std::optional<int64_t> evaluate(AffineExpr expression, ArrayRef<int64_t> values) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expression))
    return constant.getValue();
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expression))
    return symbol.getPosition() < values.size() ? std::optional(values[symbol.getPosition()])
                                                : std::nullopt;
  auto binary = dyn_cast<AffineBinaryOpExpr>(expression);
  if (!binary)
    return std::nullopt;
  std::optional<int64_t> lhs = evaluate(binary.getLHS(), values);
  std::optional<int64_t> rhs = evaluate(binary.getRHS(), values);
  if (!lhs || !rhs)
    return std::nullopt;
  auto floorDiv = [](int64_t a, int64_t b) { return a / b - (a % b != 0 && (a < 0) != (b < 0)); };
  switch (expression.getKind()) {
  case AffineExprKind::Add:
    return *lhs + *rhs;
  case AffineExprKind::Mul:
    return *lhs * *rhs;
  case AffineExprKind::FloorDiv:
    return *rhs == 0 ? std::nullopt : std::optional(floorDiv(*lhs, *rhs));
  case AffineExprKind::CeilDiv:
    return *rhs == 0 ? std::nullopt : std::optional(-floorDiv(-*lhs, *rhs));
  case AffineExprKind::Mod:
    return *rhs == 0 ? std::nullopt : std::optional(*lhs - floorDiv(*lhs, *rhs) * *rhs);
  default:
    return std::nullopt;
  }
}

std::string formatExtents(ArrayRef<AffineExpr> extents, ArrayRef<StringRef> names) {
  std::string text;
  llvm::raw_string_ostream os(text);
  llvm::interleave(
      extents, os,
      [&](AffineExpr extent) {
        auto symbol = dyn_cast<AffineSymbolExpr>(extent);
        if (symbol && symbol.getPosition() < names.size())
          os << names[symbol.getPosition()];
        else
          os << extent;
      },
      "x");
  return text;
}

} // namespace onnxcc
