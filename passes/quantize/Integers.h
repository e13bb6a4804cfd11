// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the themes of raise-integers share: how integers stand between dequantisation and
// quantisation.
#ifndef ONNXCC_PASSES_QUANTIZE_INTEGERS_H
#define ONNXCC_PASSES_QUANTIZE_INTEGERS_H

#include "dialects/graph/Graph.h"
#include "mlir/IR/PatternMatch.h"
#include "passes/quantize/Parameters.h"

namespace onnxcc {

inline constexpr llvm::StringLiteral kRaiseIntegers = "raise-integers";

inline bool isByte(mlir::Type element) { return element.isInteger(8); }

/// float(integers) * scale.
struct ScaledSums {
  mlir::Value integers; // of i32
  mlir::Value scale;    // of all elements
  graph::CastOp cast;

  static std::optional<ScaledSums> get(mlir::Value value);
};

/// What a value is a copy of, behind broadcasts and reshapes.
mlir::Value getMoved(mlir::Value value);
/// What is dequantized, behind broadcasts and reshapes of it; null if it is nothing that is.
graph::DequantizeOp getMovedDequantize(mlir::Value value);
/// `from`, moved by the broadcasts and reshapes between `source` and `value`.
mlir::Value moveAlike(mlir::PatternRewriter &rewriter, mlir::Value value, mlir::Value source,
                      mlir::Value from);

/// `bytes`, of the type of what `op` dequantizes, as i32, less the zero point, which is one for all
/// where `bytes` has other extents.
mlir::Value getIntegers(mlir::PatternRewriter &rewriter, graph::DequantizeOp op, mlir::Value bytes);

/// The range that an op clips its operand to.
std::optional<std::pair<double, double>> getClip(mlir::Operation *op);

/// Whether two scales or zero points are the same: one value, or known numbers along one axis.
bool areEqual(mlir::Value left, mlir::Value right);

/// A scale of f32 and a zero point that are one for all, and known.
struct UniformParameters {
  double scale, zeroPoint;
  static std::optional<UniformParameters> get(mlir::Value scale, mlir::Value zeroPoint);
};

/// The code that a number is quantized to, which may be infinite.
int64_t quantizeNumber(double number, const UniformParameters &parameters, mlir::IntegerType type);

/// `codes` between two of them, where their type has more.
mlir::Value clipCodes(mlir::PatternRewriter &rewriter, mlir::Location loc, mlir::Value codes,
                      int64_t least, int64_t greatest);

/// Why what is computed between dequantized bytes and their quantisation as bytes is computed in
/// floats; nothing if it is not. Whoever adds an integer form changes this with it.
struct Island {
  llvm::SmallVector<mlir::Operation *> ops; // that compute with floats, in the order of the block
  std::string reason;                       // empty if there is an integer form
  static std::optional<Island> get(graph::QuantizeOp op);
};

// The themes' patterns.
void addMovements(mlir::RewritePatternSet &patterns);
void addElementwise(mlir::RewritePatternSet &patterns);
/// `hasVectors`: of the target that code is for.
void addTables(mlir::RewritePatternSet &patterns, bool hasVectors);

/// Why elements of such an op are not computed in integers, though they are quantized right after;
/// empty if they are (RaiseElementwise.cpp).
std::string getObstacleToIntegers(mlir::Operation *op);
/// Whether all that is computed between a quantisation and one tensor of bytes goes by elements
/// (Tables.cpp).
bool canBeTable(mlir::Operation *root);

} // namespace onnxcc

#endif // ONNXCC_PASSES_QUANTIZE_INTEGERS_H
