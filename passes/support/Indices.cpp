// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Building index values: see Indices.h.
#include "passes/support/Indices.h"

#include "dialects/kernel/Kernel.h"
#include "dialects/support/Extents.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace onnxcc {

Value buildIndex(OpBuilder &builder, Location loc, AffineExpr expression) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expression))
    return arith::ConstantIndexOp::create(builder, loc, constant.getValue());
  auto func = builder.getInsertionBlock()->getParent()->getParentOfType<func::FuncOp>();
  auto getSymbol = [&](unsigned symbol) -> Value {
    Value value;
    func.walk([&](kernel::DefineOp define) {
      if (define.getSymbol() == symbol)
        value = define.getValue();
    });
    if (!value)
      return kernel::DimOp::create(builder, loc, builder.getIndexType(), symbol);
    Operation *define = value.getDefiningOp();
    Block::iterator here = builder.getInsertionPoint();
    if (define->getBlock() == builder.getInsertionBlock() && here != define->getBlock()->end() &&
        !define->isBeforeInBlock(&*here))
      builder.setInsertionPointAfter(define);
    return value;
  };
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expression))
    return getSymbol(symbol.getPosition());
  AffineMap map = getSymbolMap(expression, builder.getContext());
  SmallVector<Value> dims;
  for (unsigned symbol = 0; symbol < map.getNumSymbols(); ++symbol)
    if (map.isFunctionOfSymbol(symbol))
      dims.push_back(getSymbol(symbol));
  return affine::AffineApplyOp::create(builder, loc, compressUnusedSymbols(map), dims);
}

SmallVector<OpFoldResult> buildSizes(OpBuilder &builder, Location loc,
                                     ArrayRef<AffineExpr> extents) {
  SmallVector<OpFoldResult> sizes;
  for (AffineExpr extent : extents) {
    if (auto constant = dyn_cast<AffineConstantExpr>(extent))
      sizes.push_back(builder.getIndexAttr(constant.getValue()));
    else
      sizes.push_back(buildIndex(builder, loc, extent));
  }
  return sizes;
}

} // namespace onnxcc
