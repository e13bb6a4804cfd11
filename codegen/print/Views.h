// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where the operands of launches lie: a base pointer, an offset, strides and extents, all
// expressions of the symbols.
#ifndef ONNXCC_CODEGEN_PRINT_VIEWS_H
#define ONNXCC_CODEGEN_PRINT_VIEWS_H

#include "dialects/kernel/IndexValues.h"

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
class Views {
public:
  Views() = default;
  /// \pre the function has the memory phase's form.
  static mlir::FailureOr<Views> analyze(mlir::func::FuncOp function, unsigned moduleSymbols);

  const View &operator[](mlir::Value memref) const { return views.find(memref)->second; }
  /// An index value as an expression of the symbols and locals.
  mlir::AffineExpr getIndex(mlir::Value index) const { return indices.lookup(index); }
  const kernel::IndexValues &getIndices() const { return indices; }

private:
  explicit Views(unsigned moduleSymbols) : indices(moduleSymbols) {}
  mlir::LogicalResult visitBlock(mlir::Block &block);
  mlir::LogicalResult visit(mlir::Operation *op);
  mlir::LogicalResult visitIndex(mlir::Value index);
  template <class Op> mlir::LogicalResult visitView(Op op);
  mlir::LogicalResult addContiguous(mlir::Value buffer);
  /// Adds the offset and strides of a view of `source` to those that `view` has of it.
  mlir::LogicalResult place(mlir::memref::SubViewOp subview, const View &source, View &view);
  mlir::LogicalResult place(mlir::memref::ExpandShapeOp expand, const View &source, View &view);
  mlir::LogicalResult place(mlir::memref::CollapseShapeOp collapse, const View &source, View &view);
  mlir::LogicalResult place(mlir::memref::CastOp cast, const View &source, View &view);

  llvm::DenseMap<mlir::Value, View> views;
  kernel::IndexValues indices;
};

/// Row-major strides of `extents`.
llvm::SmallVector<mlir::AffineExpr> getContiguousStrides(llvm::ArrayRef<mlir::AffineExpr> extents,
                                                         mlir::MLIRContext *context);

} // namespace onnxcc

#endif // ONNXCC_CODEGEN_PRINT_VIEWS_H
