// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the evaluations of several themes share. Not for others: an op is evaluated through its
// interface.
#ifndef ONNXCC_DIALECTS_GRAPH_EVALUATION_H
#define ONNXCC_DIALECTS_GRAPH_EVALUATION_H

#include "dialects/graph/Tensor.h"

namespace onnxcc::graph {

/// The elements as the type to compute with: double for floats, uint64_t for unsigned integers,
/// int64_t for others.
template <class T> std::vector<T> getValues(const Tensor &tensor) {
  if constexpr (std::is_floating_point_v<T>) {
    return tensor.doubles();
  } else {
    std::vector<int64_t> values = tensor.ints();
    return std::vector<T>(values.begin(), values.end());
  }
}
template <class T> void setValues(Tensor &tensor, const std::vector<T> &values) {
  for (size_t i = 0; i < values.size(); ++i)
    if constexpr (std::is_floating_point_v<T>)
      tensor.setDouble(i, values[i]);
    else
      tensor.setInt(i, int64_t(values[i]));
}

/// Calls `function` with a value of the type to compute with; fails for elements that are no
/// numbers.
template <class F> llvm::LogicalResult dispatch(mlir::Type element, F function) {
  if (mlir::isa<mlir::FloatType>(element))
    return function(double());
  if (!mlir::isa<mlir::IntegerType>(element))
    return mlir::failure();
  return element.isUnsignedInteger() ? function(uint64_t()) : function(int64_t());
}

/// Sums and products, which wrap for integers.
template <class T> T add(T a, T b) {
  if constexpr (std::is_floating_point_v<T>)
    return a + b;
  else
    return T(uint64_t(a) + uint64_t(b));
}
template <class T> T multiply(T a, T b) {
  if constexpr (std::is_floating_point_v<T>)
    return a * b;
  else
    return T(uint64_t(a) * uint64_t(b));
}

/// Calls `visit(index)` with each multi-index of `shape` in row-major order.
template <class F> void forEachIndex(llvm::ArrayRef<int64_t> shape, F visit) {
  if (llvm::is_contained(shape, 0))
    return;
  llvm::SmallVector<int64_t> index(shape.size());
  while (true) {
    visit(llvm::ArrayRef<int64_t>(index));
    int64_t axis = int64_t(shape.size()) - 1;
    while (axis >= 0 && ++index[axis] == shape[axis])
      index[axis--] = 0;
    if (axis < 0)
      return;
  }
}

/// The sizes before, at and after an axis (or axes [axis, end)): a tensor seen as [outer, middle,
/// inner].
struct AxisView {
  int64_t outer, middle, inner;
  AxisView(llvm::ArrayRef<int64_t> shape, int64_t axis) : AxisView(shape, axis, axis + 1) {}
  AxisView(llvm::ArrayRef<int64_t> shape, int64_t axis, int64_t end)
      : outer(product(shape.take_front(axis))), middle(product(shape.slice(axis, end - axis))),
        inner(product(shape.drop_front(end))) {}

private:
  static int64_t product(llvm::ArrayRef<int64_t> extents) {
    int64_t size = 1;
    for (int64_t extent : extents)
      size *= extent;
    return size;
  }
};

} // namespace onnxcc::graph

#endif // ONNXCC_DIALECTS_GRAPH_EVALUATION_H
