// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The patterns of raise-composites, by theme, and what they share. Canonical
// forms are expected: constants on the right, x * x for the square, equal ops
// shared.
#ifndef ONNXCC_PASSES_OPTIMIZE_COMPOSITES_PATTERNS_H
#define ONNXCC_PASSES_OPTIMIZE_COMPOSITES_PATTERNS_H

#include "dialects/graph/Graph.h"
#include "dialects/support/Extents.h"
#include "mlir/IR/PatternMatch.h"

#include <array>

namespace onnxcc {

/// The pass, as its remarks name it.
inline constexpr llvm::StringLiteral kRaiseComposites = "raise-composites";

/// Layer norm, RMS norm, and the mean.
void populateNormPatterns(mlir::RewritePatternSet &patterns);
/// Softmax and its logarithm.
void populateSoftmaxPatterns(mlir::RewritePatternSet &patterns);
/// Attention.
void populateAttentionPatterns(mlir::RewritePatternSet &patterns);
/// GELU, swish, hard swish, sigmoid, softplus, leaky ReLU.
void populateActivationPatterns(mlir::RewritePatternSet &patterns);

/// `value` without reshapes that only add or drop axes of extent 1.
mlir::Value skipOnes(mlir::Value value);

/// The extents of a broadcast's operand with leading ones up to the result's
/// rank.
Extents getAlignedExtents(graph::BroadcastOp op);

/// The coefficients of a polynomial, the constant first.
using Polynomial = std::array<double, 4>;

/// `value` as a polynomial in `x`, computed with additions, multiplications,
/// constants and divisions by constants in any order. Nothing if it is none, or
/// one of a higher degree.
std::optional<Polynomial> matchPolynomial(mlir::Value value, mlir::Value x);

/// Whether the coefficients are the wanted ones, in the model's precision,
/// which may be half.
bool isPolynomial(std::optional<Polynomial> polynomial, const Polynomial &wanted);

/// `value` as scale * product of factors. Products inside are looked into where
/// nothing else uses them.
struct Product {
  double scale = 1;
  llvm::SmallVector<mlir::Value> factors;

  static Product get(mlir::Value value);

private:
  void collect(mlir::Value value, unsigned depth);
};

} // namespace onnxcc

#endif // ONNXCC_PASSES_OPTIMIZE_COMPOSITES_PATTERNS_H
