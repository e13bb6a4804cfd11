// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Extents of tensors: constants, or affine expressions over the module's symbols, which are its
// dynamic dimensions. A ranked tensor type with a dynamic dimension carries all its extents as an
// affine map in its encoding: tensor<?x3xf32, affine_map<()[s0] -> (s0, 3)>>; a static type carries
// nothing.
#ifndef ONNXCC_DIALECTS_SUPPORT_EXTENTS_H
#define ONNXCC_DIALECTS_SUPPORT_EXTENTS_H

#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/AffineMap.h"
#include "mlir/IR/BuiltinTypes.h"

namespace onnxcc {

using Extents = llvm::SmallVector<mlir::AffineExpr>;

/// The extents of a ranked tensor, one expression an axis.
/// \pre a dynamic type carries an encoding (graph's verifier, graph_c1).
Extents getExtents(mlir::RankedTensorType type);

/// The tensor type with these extents, simplified; constants become static dimensions.
mlir::RankedTensorType getTensorType(llvm::ArrayRef<mlir::AffineExpr> extents, mlir::Type element);

/// `type` with another element type.
mlir::RankedTensorType withElementType(mlir::RankedTensorType type, mlir::Type element);

/// The extents as constants, shorthand for building static lists.
Extents constantExtents(llvm::ArrayRef<int64_t> values, mlir::MLIRContext *context);

/// A map `()[s0, …] -> (expressions)` with as many symbols as the highest one used.
mlir::AffineMap getSymbolMap(llvm::ArrayRef<mlir::AffineExpr> expressions,
                             mlir::MLIRContext *context);

/// The product of the extents (1 for none).
mlir::AffineExpr getProduct(llvm::ArrayRef<mlir::AffineExpr> extents, mlir::MLIRContext *context);

/// The value of `expression` with symbol k = values[k]; nullopt when it divides by zero or lacks a
/// symbol.
std::optional<int64_t> evaluate(mlir::AffineExpr expression, llvm::ArrayRef<int64_t> values);

/// "1x3xbatch": for diagnostics; `names` are the symbols' (s0, s1… when absent).
std::string formatExtents(llvm::ArrayRef<mlir::AffineExpr> extents,
                          llvm::ArrayRef<llvm::StringRef> names = {});

} // namespace onnxcc

#endif // ONNXCC_DIALECTS_SUPPORT_EXTENTS_H
