// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A tensor on the host, for evaluation: a static type and its elements' bytes.
#ifndef ONNXCC_DIALECTS_GRAPH_TENSOR_H
#define ONNXCC_DIALECTS_GRAPH_TENSOR_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/APFloat.h"
#include <memory>
#include <vector>

namespace onnxcc::graph {

/// Elements lie row-major as `getStorageBits` says (dialects/support/ConstantData.h): i1 and the
/// types under a byte take a byte each, of which the low bits count. Copies share the bytes.
class Tensor {
public:
  /// All elements zero.
  /// \pre the type is static, its elements are numbers.
  explicit Tensor(mlir::RankedTensorType type);

  /// The elements of a constant; nothing for strings and other constants that `ConstantView` does
  /// not read.
  static std::optional<Tensor> get(mlir::Attribute value);
  static Tensor get(mlir::RankedTensorType type, llvm::ArrayRef<double> values);
  static Tensor get(mlir::RankedTensorType type, llvm::ArrayRef<int64_t> values);

  /// The elements as a constant of `type`, of equally many elements.
  mlir::ElementsAttr getAttribute() const;

  mlir::RankedTensorType getType() const { return type; }
  mlir::Type getElementType() const { return type.getElementType(); }
  llvm::ArrayRef<int64_t> getShape() const { return type.getShape(); }
  int64_t getRank() const { return type.getRank(); }
  int64_t size() const { return type.getNumElements(); }
  bool isFloat() const { return mlir::isa<mlir::FloatType>(getElementType()); }

  llvm::ArrayRef<char> bytes() const { return *storage; }
  /// The bytes to write to; they are shared with copies of this tensor.
  llvm::MutableArrayRef<char> bytes() { return *storage; }
  /// Bytes an element.
  int64_t elementBytes() const { return width; }

  /// Elements by row-major index. Integers become doubles and the reverse as C++ converts them
  /// (with the signedness of the element type); writing rounds to nearest even, and wraps integers
  /// to the type's width.
  double getDouble(int64_t index) const;
  int64_t getInt(int64_t index) const;
  llvm::APFloat getAPFloat(int64_t index) const;
  void setDouble(int64_t index, double value);
  void setInt(int64_t index, int64_t value);

  /// All elements at once.
  std::vector<double> doubles() const;
  std::vector<int64_t> ints() const;
  void setDoubles(llvm::ArrayRef<double> values);
  void setInts(llvm::ArrayRef<int64_t> values);

private:
  mlir::RankedTensorType type;
  int64_t width;
  std::shared_ptr<std::vector<char>> storage;
};

/// Row-major strides of a shape, in elements.
llvm::SmallVector<int64_t> getStrides(llvm::ArrayRef<int64_t> shape);

} // namespace onnxcc::graph

#endif // ONNXCC_DIALECTS_GRAPH_TENSOR_H
