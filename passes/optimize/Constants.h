// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reading and making the constants that optimisations are about: scalars, and values along one
// axis.
#ifndef ONNXCC_PASSES_OPTIMIZE_CONSTANTS_H
#define ONNXCC_PASSES_OPTIMIZE_CONSTANTS_H

#include "dialects/graph/Tensor.h"
#include "dialects/support/ConstantData.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/BitVector.h"

namespace onnxcc {

/// The type of a value, of which all in the graph phases are tensors.
mlir::RankedTensorType getTensorType(mlir::Value value);

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

/// A numeric constant's elements, read where they lie: nothing is copied.
class ConstantElements {
public:
  explicit ConstantElements(mlir::ElementsAttr constant);

  mlir::Type getElementType() const { return element; }
  /// Whether all have one value.
  bool isSplat() const { return splat; }
  /// By row-major index.
  double operator[](int64_t index) const;

private:
  mlir::Type element;
  bool splat;
  ConstantView view;
  llvm::ArrayRef<char> bytes;
  mutable graph::Tensor one; // where numbers are decoded
};

/// Takes so many elements from a row-major index on.
using TakeElements = llvm::function_ref<void(int64_t begin, int64_t count)>;
/// The constant of `type` of those elements, in their order, that `choose` takes: as many as it
/// has.
mlir::ElementsAttr selectElements(mlir::ElementsAttr constant, mlir::RankedTensorType type,
                                  llvm::function_ref<void(TakeElements)> choose);

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

/// A convolution or product with constant weights: the one place that knows where in them the
/// channels are.
struct Weights {
  mlir::OpOperand *operand;
  int64_t channels;    ///< Output channels.
  int64_t channelAxis; ///< Their axis in the result.
  int64_t inputs;      ///< Input channels.
  int64_t inputAxis;   ///< Their axis in the operand.
  int64_t groups;      ///< Each output channel is computed from the input channels of its group.

  /// The weights of a conv, conv_transpose or matmul.
  static std::optional<Weights> get(mlir::Operation *op);

  /// Whether each group has one input channel: then output channels follow from that one alone.
  bool isDepthwise() const { return groups > 1 && groups == inputs; }

  mlir::ElementsAttr getConstant() const;

  /// Calls `visit(element, output, input)` with each element's row-major index and its channels.
  void forEach(llvm::function_ref<void(int64_t, int64_t, int64_t)> visit) const;

  enum class Side { Output, Input };
  /// Whether `holds` of all weights of an output, or input, channel: looks no farther than the
  /// first of which it does not.
  bool all(const ConstantElements &elements, int64_t channel, Side side,
           llvm::function_ref<bool(double)> holds) const;

  /// Replaces the weights by those with output channel k multiplied by factors[k]. Fails, and
  /// changes nothing, where the greatest weight of a channel would over- or underflow.
  llvm::LogicalResult scaleOutputs(mlir::OpBuilder &builder, llvm::ArrayRef<double> factors);
  /// The same with input channel k.
  llvm::LogicalResult scaleInputs(mlir::OpBuilder &builder, llvm::ArrayRef<double> factors);

  /// Replaces the weights by those of some channels, in their order, and sets the op's groups,
  /// but not the types of its operand and result, which are as many channels short.
  /// \pre each group keeps as many outputs as the others, and as many inputs; a depthwise one's
  /// go with it.
  void select(mlir::OpBuilder &builder, const llvm::BitVector &outputs,
              const llvm::BitVector &inputs);

  /// Replaces the weights by others, of any extents.
  void replace(mlir::OpBuilder &builder, mlir::ElementsAttr constant);

private:
  llvm::LogicalResult scale(mlir::OpBuilder &builder, llvm::ArrayRef<double> factors, Side side);

  /// The weights as [batch, outer, inner, rest]. Of outer and inner one has the output channels,
  /// the other the input channels: outer those of all groups, inner those within a group.
  int64_t outerAxis, batch, outer, inner, rest;
  bool outputsAreOuter;
};

} // namespace onnxcc

#endif // ONNXCC_PASSES_OPTIMIZE_CONSTANTS_H
