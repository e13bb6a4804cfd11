// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Scales and zero points as what they are, one number or one a channel, before they are spread over
// a tensor.
#ifndef ONNXCC_PASSES_QUANTIZE_PARAMETERS_H
#define ONNXCC_PASSES_QUANTIZE_PARAMETERS_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include <optional>
#include <vector>

namespace onnxcc {

/// A scale or zero point: a scalar, or a vector with an element for each index of `axis`.
struct Parameter {
  mlir::Value source; // has ones beside that axis, or is the same all over
  std::optional<int64_t> axis;

  /// Of a tensor over which it is spread; nothing if it varies along several axes.
  static std::optional<Parameter> get(mlir::Value spread);

  /// Whether it varies along this axis at most.
  bool variesAlong(std::optional<int64_t> allowed) const { return !axis || axis == allowed; }
  /// Its numbers if they are known.
  std::optional<std::vector<double>> getNumbers() const;
  /// The same for each element of a tensor with the extents of `like`.
  mlir::Value spread(mlir::OpBuilder &builder, mlir::Location loc,
                     mlir::RankedTensorType like) const;
};

/// Whether all elements are known to be 0.
bool isZero(mlir::Value value);

/// a * b and a / b, rounded to the elements' type, spread over a tensor like `like`: computed here
/// if both are known.
mlir::Value createProduct(mlir::OpBuilder &builder, mlir::Location loc, const Parameter &a,
                          const Parameter &b, mlir::RankedTensorType like);
mlir::Value createQuotient(mlir::OpBuilder &builder, mlir::Location loc, const Parameter &a,
                           const Parameter &b, mlir::RankedTensorType like);

/// Whether sums of so many products of bytes, which are 255 from their zero point at most, and a
/// bias that is added, are below 2^31.
bool fitsSums(int64_t products, int64_t bias = 0);

/// The greatest magnitude of a constant's integers, nothing if it is none.
std::optional<int64_t> getGreatestMagnitude(mlir::Value value);

/// The range of a type's integers.
int64_t getLeast(mlir::IntegerType type);
int64_t getGreatest(mlir::IntegerType type);

/// A constant of `type`, all of whose elements are `number`.
mlir::Value createSplat(mlir::OpBuilder &builder, mlir::Location loc, mlir::RankedTensorType type,
                        double number);

/// The operands whose elements an op moves, in any order, or chooses among: monotone functions of
/// elements may go before it or after it. Empty if it does something else.
mlir::MutableArrayRef<mlir::OpOperand> getMoved(mlir::Operation *op);

} // namespace onnxcc

#endif // ONNXCC_PASSES_QUANTIZE_PARAMETERS_H
