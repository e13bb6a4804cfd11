// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Building index values from expressions of the module's symbols: what kernel::IndexValues reads.
#ifndef ONNXCC_PASSES_SUPPORT_INDICES_H
#define ONNXCC_PASSES_SUPPORT_INDICES_H

#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/Builders.h"

namespace onnxcc {

/// An index with the value of `expression`: a constant, a `kernel.dim`, what a `kernel.define` of
/// the function gave, or an `affine.apply` of those. A builder that stands before the latter is
/// moved behind it.
mlir::Value buildIndex(mlir::OpBuilder &builder, mlir::Location loc, mlir::AffineExpr expression);

/// The sizes of a tensor or buffer: constants as attributes, others as `buildIndex` has them.
llvm::SmallVector<mlir::OpFoldResult> buildSizes(mlir::OpBuilder &builder, mlir::Location loc,
                                                 llvm::ArrayRef<mlir::AffineExpr> extents);

} // namespace onnxcc

#endif // ONNXCC_PASSES_SUPPORT_INDICES_H
