// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reading and making the constants that optimisations are about: scalars, and values along one
// axis.
#ifndef ONNXCC_PASSES_OPTIMIZE_CONSTANTS_H
#define ONNXCC_PASSES_OPTIMIZE_CONSTANTS_H

#include "dialects/graph/Tensor.h"
#include "mlir/IR/Builders.h"

namespace onnxcc {

/// Whether `value` is a constant or a broadcast of one.
bool isConstantLike(mlir::Value value);

/// The elements of a graph.constant; nothing if `value` is none or holds no numbers.
std::optional<graph::Tensor> getConstantTensor(mlir::Value value);

/// The one value that all elements of a constant have, or a broadcast of such a constant.
std::optional<double> getConstantScalar(mlir::Value value);

/// The values along `axis` of a constant, or a broadcast of one, that does not change along the
/// other axes.
/// \returns nothing too if the extent of `axis` is not static.
std::optional<std::vector<double>> getChannelValues(mlir::Value value, int64_t axis);

/// A constant with `values` along `axis`, broadcast to `type`. Equal values make it the broadcast
/// of a scalar.
mlir::Value createChannelConstant(mlir::OpBuilder &builder, mlir::Location loc,
                                  llvm::ArrayRef<double> values, int64_t axis,
                                  mlir::RankedTensorType type);

/// Whether elements of this float type hold what constants combine to: finite, and neither lost nor
/// short of bits because it is too small. 0 is held.
bool isHeld(double value, mlir::Type element);
/// The same of a * b; a product that is 0 has a factor that is.
bool isProductHeld(double a, double b, mlir::Type element);

/// The least magnitude but 0 and the greatest one of constant numbers, both 0 if there is no other.
struct Magnitudes {
  double least = 0, greatest = 0; // NaN where an element is

  static Magnitudes of(llvm::ArrayRef<double> values);
};

/// A convolution or product with constant weights, as far as factors of its channels are concerned.
struct Weights {
  mlir::OpOperand *operand;
  int64_t channels;    ///< Output channels.
  int64_t channelAxis; ///< Their axis in the result.
  int64_t inputs;      ///< Input channels.
  int64_t inputAxis;   ///< Their axis in the operand.

  /// The weights of a conv, conv_transpose or matmul.
  static std::optional<Weights> get(mlir::Operation *op);

  /// Replaces the weights by those with output channel k multiplied by factors[k]. Fails, and
  /// changes nothing, where the greatest weight of a channel would over- or underflow.
  llvm::LogicalResult scaleOutputs(mlir::OpBuilder &builder, llvm::ArrayRef<double> factors);
  /// The same with input channel k.
  llvm::LogicalResult scaleInputs(mlir::OpBuilder &builder, llvm::ArrayRef<double> factors);

private:
  llvm::LogicalResult scale(mlir::OpBuilder &builder, llvm::ArrayRef<double> factors, bool outputs);
};

} // namespace onnxcc

#endif // ONNXCC_PASSES_OPTIMIZE_CONSTANTS_H
