// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A launch's region as C++ that serves vectors and scalars alike: the runtime's functions are
// overloaded for both.
#ifndef ONNXCC_CODEGEN_PRINT_SCALARS_H
#define ONNXCC_CODEGEN_PRINT_SCALARS_H

#include "codegen/print/Expressions.h"
#include "codegen/print/Names.h"
#include "mlir/IR/Block.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"

namespace onnxcc {

/// What a value of a region is in C++.
struct ScalarValue {
  Expression expression;
  /// It differs from lane to lane. What does not vary is a scalar even where others are vectors.
  bool varies = true;
  /// Wanted name, should the value need a variable.
  std::string name;
  /// A name already: used any number of times without a variable.
  bool isName = false;
  /// Where it lies in memory, of what is loaded: what is looked up lies behind it.
  Expression address = {};
};

/// Prints values of one region. Bind the region's arguments (and what has been computed elsewhere),
/// then print.
class ScalarPrinter {
public:
  /// Names in `scope` are not used for variables.
  explicit ScalarPrinter(const NameScope &scope) : scope(&scope) {}

  void bind(mlir::Value value, ScalarValue as) { bound[value] = std::move(as); }
  bool isBound(mlir::Value value) const { return bound.contains(value); }

  /// `root` as an expression; what is used more than once, or would make a line too long, becomes a
  /// variable in `statements` first. Fails with a diagnostic on an operation that has no C++. The
  /// variables' names are taken in `block` afterwards, if the statements stand in a block with
  /// more.
  mlir::FailureOr<ScalarValue> print(mlir::Value root,
                                     llvm::SmallVectorImpl<std::string> &statements,
                                     NameScope *block = nullptr);
  /// Several values, which are all names or literals: once the statements have run, what they were
  /// computed from may be written over.
  mlir::FailureOr<llvm::SmallVector<ScalarValue>>
  print(mlir::ValueRange roots, llvm::SmallVectorImpl<std::string> &statements,
        NameScope *block = nullptr);

  /// Whether `value` varies along the lanes, as the bound values do.
  bool varies(mlir::Value value) const;

private:
  mlir::FailureOr<ScalarValue> printOperation(mlir::Operation *op,
                                              llvm::ArrayRef<ScalarValue> operands);

  const NameScope *scope;
  llvm::DenseMap<mlir::Value, ScalarValue> bound;
};

} // namespace onnxcc

#endif // ONNXCC_CODEGEN_PRINT_SCALARS_H
