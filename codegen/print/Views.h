// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where the operands of launches lie: a base pointer, an offset, strides and extents, all
// expressions of the symbols.
#ifndef ONNXCC_CODEGEN_PRINT_VIEWS_H
#define ONNXCC_CODEGEN_PRINT_VIEWS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/AffineExpr.h"
#include "llvm/ADT/DenseMap.h"

namespace onnxcc {

/// A memref: `base` is a function argument, a kernel.weight or a buffer (a memref.view of the
/// arena, before it is planned a memref.alloc); the rest is in elements.
struct View {
  mlir::Value base;
  mlir::AffineExpr offset;
  llvm::SmallVector<mlir::AffineExpr> extents, strides;
  mlir::Type element;
};

/// Resolves memrefs and index values of one function, those in its loops and branches included.
/// Index values that are no affine expression of the module's symbols (a maximum, a loop's
/// variable) become further symbols, in the order of `getLocals`.
class Views {
public:
  /// \pre the function has the memory phase's form.
  static mlir::FailureOr<Views> analyze(mlir::func::FuncOp function, unsigned moduleSymbols);

  const View &operator[](mlir::Value memref) const { return views.find(memref)->second; }
  /// An index value as an expression of the symbols.
  mlir::AffineExpr getIndex(mlir::Value index) const { return indices.find(index)->second; }
  /// Symbol `moduleSymbols + k` is the value k: an affine.max or affine.min, or the variable of an
  /// scf.for.
  llvm::ArrayRef<mlir::Value> getLocals() const { return locals; }

private:
  mlir::LogicalResult visit(mlir::Operation *op, unsigned moduleSymbols);
  mlir::LogicalResult visitIndex(mlir::Operation *op, unsigned moduleSymbols);
  template <class Op> mlir::LogicalResult visitView(Op op);
  View view(mlir::memref::SubViewOp subview, const View &source) const;
  View view(mlir::memref::ExpandShapeOp expand, const View &source) const;
  View view(mlir::memref::CollapseShapeOp collapse, const View &source) const;
  View view(mlir::memref::CastOp cast, const View &source) const;
  void addLocal(mlir::Value value, unsigned moduleSymbols);
  mlir::LogicalResult visitBuffer(mlir::Value buffer, mlir::ValueRange sizes);
  mlir::LogicalResult visitBlock(mlir::Block &block, unsigned moduleSymbols);
  mlir::AffineExpr getIndex(mlir::OpFoldResult value, mlir::MLIRContext *context) const;

  llvm::DenseMap<mlir::Value, View> views;
  llvm::DenseMap<mlir::Value, mlir::AffineExpr> indices;
  llvm::SmallVector<mlir::Value> locals;
};

/// Row-major strides of `extents`.
llvm::SmallVector<mlir::AffineExpr> getContiguousStrides(llvm::ArrayRef<mlir::AffineExpr> extents,
                                                         mlir::MLIRContext *context);

} // namespace onnxcc

#endif // ONNXCC_CODEGEN_PRINT_VIEWS_H
