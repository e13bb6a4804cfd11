// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Small integer tensors whose elements are known as expressions of the module's symbols: the
// results of Shape and what models compute from them. Decisions (is a < b for all dims?) use the
// symbols' bounds.
#ifndef ONNXCC_PASSES_GRAPH_SYMBOLICINTEGERS_H
#define ONNXCC_PASSES_GRAPH_SYMBOLICINTEGERS_H

#include "dialects/graph/Graph.h"
#include "dialects/support/Extents.h"
#include "dialects/support/Intervals.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/DenseMap.h"

namespace onnxcc {

/// What can be said about expressions of a module's symbols.
class SymbolBounds {
public:
  explicit SymbolBounds(mlir::ModuleOp module);

  /// The bytes that an address of today can tell apart.
  static constexpr int64_t kAddressSpace = int64_t(1) << 47;

  /// All values that `expression` takes lie in the result; nullopt if nothing is known or it may
  /// overflow.
  std::optional<Interval> getInterval(mlir::AffineExpr expression) const;

  /// True or false for all values of the symbols; nullopt if that depends on them.
  std::optional<bool> isEqual(mlir::AffineExpr a, mlir::AffineExpr b) const;
  std::optional<bool> isLess(mlir::AffineExpr a, mlir::AffineExpr b) const;

  /// Whether an address space of today (47 bits) holds a tensor of this type where its symbols are
  /// least. What is emitted counts bytes in 64 bits.
  bool isAddressable(mlir::RankedTensorType type) const;

  /// Makes the next symbol one that the run computes, from `min` to `bound`, an expression of the
  /// caller's dims; the module lists it. \returns its number.
  unsigned define(mlir::ModuleOp module, llvm::StringRef name, int64_t min, mlir::AffineExpr bound);
  llvm::ArrayRef<graph::SymbolAttr> symbols() const { return attributes; }

  mlir::AffineExpr simplify(mlir::AffineExpr expression) const;
  /// a / b where b divides a for all values of the symbols: common factors cancel, also symbolic
  /// ones.
  mlir::AffineExpr divideExactly(mlir::AffineExpr a, mlir::AffineExpr b) const;

  llvm::ArrayRef<llvm::StringRef> names() const { return symbolNames; }

private:
  void add(graph::SymbolAttr symbol);

  mlir::MLIRContext *context;
  llvm::SmallVector<graph::SymbolAttr> attributes;
  llvm::SmallVector<Interval> intervals;
  llvm::SmallVector<llvm::StringRef> symbolNames;
};

/// Elements of known integer tensors, in row-major order, keyed by their values. Booleans are 0 and
/// 1; floats count when they hold integers.
class SymbolicIntegers {
public:
  /// Larger tensors are not tracked: nobody computes shapes with them.
  static constexpr int64_t maxElements = 256;

  explicit SymbolicIntegers(const SymbolBounds &bounds) : bounds(bounds) {}

  /// The elements of `value`, if known.
  std::optional<Extents> get(mlir::Value value);
  void set(mlir::Value value, Extents elements) { known[value] = std::move(elements); }

  /// The elements of `op`'s only result, if they follow from known elements of its operands.
  std::optional<Extents> infer(mlir::Operation *op);

private:
  std::optional<mlir::AffineExpr> combine(mlir::Operation *op,
                                          llvm::ArrayRef<mlir::AffineExpr> operands);
  std::optional<Extents> move(mlir::Operation *op);
  std::optional<Extents> reduce(mlir::Operation *op);

  const SymbolBounds &bounds;
  llvm::DenseMap<mlir::Value, Extents> known;
};

} // namespace onnxcc

#endif // ONNXCC_PASSES_GRAPH_SYMBOLICINTEGERS_H
