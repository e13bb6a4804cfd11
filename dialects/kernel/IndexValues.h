// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Index values and extents of a function, found through what computes them: as expressions of the
// module's symbols, on tensors as on memrefs.
#ifndef ONNXCC_DIALECTS_KERNEL_INDEXVALUES_H
#define ONNXCC_DIALECTS_KERNEL_INDEXVALUES_H

#include "dialects/support/Extents.h"

#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/DenseMap.h"

namespace onnxcc::kernel {

/// Resolves index values. One that is no affine expression of the module's symbols, but one of
/// several such, is a *local*: a further symbol, numbered behind the module's in the order in which
/// they are met. Nothing that it has been asked for may be changed while it lives.
class IndexValues {
public:
  /// The greatest (affine.max) or least (affine.min) of expressions; or the variable of an scf.for,
  /// which is at most its bound less one.
  struct Local {
    enum Kind { Greatest, Least, Step } kind;
    mlir::Value value;
    Extents of; // over the symbols and the locals before it
  };

  /// Without locals: what would be one is no expression.
  IndexValues() = default;
  /// With locals, the first being symbol `moduleSymbols`.
  explicit IndexValues(unsigned moduleSymbols) : firstLocal(moduleSymbols) {}

  /// An index as an expression of the symbols and locals; null if it is none.
  mlir::AffineExpr get(mlir::Value index);
  mlir::AffineExpr get(mlir::OpFoldResult index, mlir::MLIRContext *context);
  /// What `get` has found; null if it has not been asked, or found none.
  mlir::AffineExpr lookup(mlir::Value index) const { return known.lookup(index); }

  /// The extents of a tensor or memref; failure where one is no expression of the symbols and
  /// locals.
  mlir::FailureOr<Extents> getExtents(mlir::Value shaped);

  llvm::ArrayRef<Local> getLocals() const { return locals; }

  /// The value of an expression for the symbols' values, a loop being at its last step; nullopt
  /// where it divides by zero.
  std::optional<int64_t> evaluate(mlir::AffineExpr expression,
                                  llvm::ArrayRef<int64_t> symbols) const;

private:
  mlir::AffineExpr resolve(mlir::Value index);
  mlir::AffineExpr addLocal(Local::Kind kind, mlir::Value value, Extents of);
  /// The results of a map of index values; nothing if one of these is no expression.
  std::optional<Extents> apply(mlir::AffineMap map, mlir::ValueRange operands);
  mlir::FailureOr<Extents> getSizes(llvm::ArrayRef<mlir::OpFoldResult> sizes,
                                    mlir::MLIRContext *context);
  mlir::FailureOr<Extents> getArgumentExtents(mlir::BlockArgument argument);

  std::optional<unsigned> firstLocal;
  llvm::SmallVector<Local> locals;
  llvm::DenseMap<mlir::Value, mlir::AffineExpr> known;
};

/// As `IndexValues` without locals.
mlir::AffineExpr getExpression(mlir::Value index);
mlir::FailureOr<Extents> getShapedExtents(mlir::Value shaped);

} // namespace onnxcc::kernel

#endif // ONNXCC_DIALECTS_KERNEL_INDEXVALUES_H
