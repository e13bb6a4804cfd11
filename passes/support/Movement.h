// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Building transposes, reshapes and broadcasts in their simplest form, and the arithmetic of
// permutations and of reshapes' axes. Shared by the graph-phase passes, so that "simplest" means
// one thing.
#ifndef ONNXCC_PASSES_SUPPORT_MOVEMENT_H
#define ONNXCC_PASSES_SUPPORT_MOVEMENT_H

#include "dialects/support/Extents.h"
#include "mlir/IR/Builders.h"

namespace onnxcc {

/// Result axis i is operand axis permutation[i], as in graph.transpose.
using Permutation = llvm::SmallVector<int64_t>;

bool isIdentity(llvm::ArrayRef<int64_t> permutation);
Permutation invert(llvm::ArrayRef<int64_t> permutation);
/// transpose(transpose(x, first), second) = transpose(x, compose(first, second)).
Permutation compose(llvm::ArrayRef<int64_t> first, llvm::ArrayRef<int64_t> second);
/// The extents, or any list with an entry an axis, of transpose(x, permutation).
template <class List> auto permute(const List &list, llvm::ArrayRef<int64_t> permutation) {
  llvm::SmallVector<std::decay_t<decltype(list[0])>> result;
  for (int64_t axis : permutation)
    result.push_back(list[axis]);
  return result;
}

/// The type of transpose(x, permutation).
mlir::RankedTensorType getTransposedType(mlir::RankedTensorType type,
                                         llvm::ArrayRef<int64_t> permutation);

/// Whether the axes of extent other than 1 keep their order: then the transpose is a reshape.
bool movesOnlyOnes(mlir::RankedTensorType type, llvm::ArrayRef<int64_t> permutation);

/// The extents with leading ones up to `rank`, as broadcasting aligns them.
Extents alignExtents(llvm::ArrayRef<mlir::AffineExpr> extents, int64_t rank,
                     mlir::MLIRContext *context);

/// Whether an op's result holds elements of its first operand and no others: its other operands, if
/// any, say where they lie.
bool movesElements(mlir::Operation *op);

inline bool isOne(mlir::AffineExpr extent) { return extent == 1; }

/// Whether two extents are equal for all values of the symbols. May say no where it does not see
/// it.
bool isEqual(mlir::AffineExpr a, mlir::AffineExpr b);
bool isEqual(llvm::ArrayRef<mlir::AffineExpr> a, llvm::ArrayRef<mlir::AffineExpr> b);

/// transpose(x, permutation), through a transpose or constant reshape that x is; x itself, or a
/// reshape, where that is the same.
mlir::Value createTranspose(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value x,
                            llvm::ArrayRef<int64_t> permutation);
/// The same where no node of the model asks for it: `loc` is of the node that wants the layout.
mlir::Value changeLayout(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value x,
                         llvm::ArrayRef<int64_t> permutation);

/// reshape(x, extents), through a reshape that x is; x itself if the extents are its own.
mlir::Value createReshape(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value x,
                          llvm::ArrayRef<mlir::AffineExpr> extents);

/// broadcast(x, extents), through a broadcast that x is; x itself if the extents are its own.
mlir::Value createBroadcast(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value x,
                            llvm::ArrayRef<mlir::AffineExpr> extents);

/// Axes [fromBegin, fromEnd) of a reshape's operand become axes [toBegin, toEnd) of its result.
struct AxisGroup {
  int64_t fromBegin, fromEnd, toBegin, toEnd;
};

/// The finest groups of neighbouring axes with equally many elements before and after a reshape;
/// axes of extent 1 go with the axis that follows them. Nothing if the symbols' extents do not show
/// them.
std::optional<llvm::SmallVector<AxisGroup>> matchReshape(llvm::ArrayRef<mlir::AffineExpr> from,
                                                         llvm::ArrayRef<mlir::AffineExpr> to);

} // namespace onnxcc

#endif // ONNXCC_PASSES_SUPPORT_MOVEMENT_H
