// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the passes of this phase ask about buffers: extents and offsets as expressions of the
// module's symbols, and when a buffer is alive.
#ifndef ONNXCC_PASSES_MEMORY_BUFFERS_H
#define ONNXCC_PASSES_MEMORY_BUFFERS_H

#include "dialects/graph/Graph.h"
#include "dialects/kernel/IndexValues.h"
#include "passes/support/Indices.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/Value.h"

namespace onnxcc::memory {

using kernel::getExpression;
using kernel::getShapedExtents;

/// Symbol k's bounds, from the module's `graph.symbols`.
struct SymbolBounds {
  llvm::SmallVector<int64_t> min, max;
  llvm::SmallVector<graph::SymbolAttr> symbols;
  bool isComputed(unsigned k) const { return symbols[k].isComputed(); }
  /// What an extent counts as where memory is planned: at its bound if the run computes it. Null if
  /// it has none.
  mlir::AffineExpr getPlanned(mlir::AffineExpr extent) const {
    return graph::getBound(extent, symbols);
  }
};
SymbolBounds getSymbolBounds(mlir::Operation *op);

/// The caller's symbols' least and greatest values in all combinations, or in 1024 of them: for
/// checks, as a proof needs them all. The other symbols are at their bounds there.
llvm::SmallVector<llvm::SmallVector<int64_t>> getCorners(const SymbolBounds &bounds);

/// The tensor that `value` is but for what has been written into it: the destination of an
/// insertion, or of a call that updates it. Null if it is none.
mlir::Value getUpdated(mlir::Value value);

/// A launch that copies what `from` holds, read through `read` (the identity if null), to `to`,
/// which has `extents`; it has no schedule yet. \returns its result, or null on memrefs.
mlir::Value buildCopy(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value from,
                      mlir::Value to, llvm::ArrayRef<mlir::AffineExpr> extents,
                      mlir::AffineMap read = {});

/// From the first to the last operation of the function's block that reads or writes a buffer,
/// through all its views.
struct Lifetime {
  int64_t first = INT64_MAX, last = -1;
  bool meets(const Lifetime &other) const { return first <= other.last && other.first <= last; }
};
/// `position` numbers the operations of the function's block.
Lifetime getLifetime(mlir::Value buffer,
                     const llvm::DenseMap<mlir::Operation *, int64_t> &position);
llvm::DenseMap<mlir::Operation *, int64_t> numberOperations(mlir::Block &block);

} // namespace onnxcc::memory

#endif // ONNXCC_PASSES_MEMORY_BUFFERS_H
