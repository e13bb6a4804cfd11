// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Evaluates indexing by data. An index out of range makes the evaluation fail.
#include "dialects/graph/Evaluation.h"
#include "dialects/graph/Graph.h"
#include <numeric>

using namespace mlir;
using namespace onnxcc::graph;

/// The index at `position`, counted from the end if it is negative; nothing if it is out of range.
static std::optional<int64_t> getIndex(const Tensor &indices, int64_t position, int64_t extent) {
  int64_t index = indices.getInt(position);
  if (index < 0)
    index += extent;
  return index >= 0 && index < extent ? std::optional(index) : std::nullopt;
}

LogicalResult GatherOp::evaluate(ArrayRef<Tensor> inputs, MutableArrayRef<Tensor> outputs) {
  const Tensor &x = inputs[0], &indices = inputs[1];
  AxisView view(x.getShape(), getAxis());
  int64_t bytes = view.inner * x.elementBytes();
  char *to = outputs[0].bytes().data();
  for (int64_t outer = 0; outer < view.outer; ++outer)
    for (int64_t i = 0; i < indices.size(); ++i, to += bytes) {
      std::optional<int64_t> index = getIndex(indices, i, view.middle);
      if (!index)
        return failure();
      std::memcpy(to, x.bytes().data() + (outer * view.middle + *index) * bytes, bytes);
    }
  return success();
}

LogicalResult GatherElementsOp::evaluate(ArrayRef<Tensor> inputs, MutableArrayRef<Tensor> outputs) {
  const Tensor &x = inputs[0], &indices = inputs[1];
  SmallVector<int64_t> strides = getStrides(x.getShape());
  int64_t bytes = x.elementBytes(), position = 0;
  bool inRange = true;
  char *to = outputs[0].bytes().data();
  forEachIndex(indices.getShape(), [&](ArrayRef<int64_t> place) {
    std::optional<int64_t> index = getIndex(indices, position++, x.getShape()[getAxis()]);
    inRange &= index.has_value();
    const char *from = x.bytes().data();
    for (auto [axis, at] : llvm::enumerate(place))
      from += (axis == getAxis() ? index.value_or(0) : at) * strides[axis] * bytes;
    if (inRange)
      std::memcpy(to, from, bytes);
    to += bytes;
  });
  return success(inRange);
}

/// Puts an update into an element.
template <class T> static T applyUpdate(ScatterKind kind, T old, T update) {
  switch (kind) {
  case ScatterKind::Replace:
    return update;
  case ScatterKind::Sum:
    return add(old, update);
  case ScatterKind::Product:
    return multiply(old, update);
  case ScatterKind::Max:
    return update > old || update != update ? update : old;
  case ScatterKind::Min:
    return update < old || update != update ? update : old;
  }
  llvm_unreachable("all kinds are listed");
}

LogicalResult ScatterElementsOp::evaluate(ArrayRef<Tensor> inputs,
                                          MutableArrayRef<Tensor> outputs) {
  const Tensor &x = inputs[0], &indices = inputs[1];
  SmallVector<int64_t> strides = getStrides(x.getShape());
  return dispatch(x.getElementType(), [&](auto zero) {
    using T = decltype(zero);
    std::vector<T> values = getValues<T>(x), updates = getValues<T>(inputs[2]);
    int64_t position = 0;
    bool inRange = true;
    forEachIndex(indices.getShape(), [&](ArrayRef<int64_t> place) {
      std::optional<int64_t> index = getIndex(indices, position, x.getShape()[getAxis()]);
      inRange &= index.has_value();
      int64_t to = 0;
      for (auto [axis, at] : llvm::enumerate(place))
        to += (axis == getAxis() ? index.value_or(0) : at) * strides[axis];
      if (inRange)
        values[to] = applyUpdate(getKind(), values[to], updates[position]);
      ++position;
    });
    setValues(outputs[0], values);
    return success(inRange);
  });
}

LogicalResult ScatterNdOp::evaluate(ArrayRef<Tensor> inputs, MutableArrayRef<Tensor> outputs) {
  const Tensor &x = inputs[0], &indices = inputs[1];
  SmallVector<int64_t> strides = getStrides(x.getShape());
  int64_t depth = indices.getShape().back(), count = indices.size() / depth;
  int64_t slice = AxisView(x.getShape(), depth, x.getRank()).middle;
  return dispatch(x.getElementType(), [&](auto zero) {
    using T = decltype(zero);
    std::vector<T> values = getValues<T>(x), updates = getValues<T>(inputs[2]);
    for (int64_t i = 0; i < count; ++i) {
      int64_t to = 0;
      for (int64_t axis = 0; axis < depth; ++axis) {
        std::optional<int64_t> index = getIndex(indices, i * depth + axis, x.getShape()[axis]);
        if (!index)
          return failure();
        to += *index * strides[axis];
      }
      for (int64_t k = 0; k < slice; ++k)
        values[to + k] = applyUpdate(getKind(), values[to + k], updates[i * slice + k]);
    }
    setValues(outputs[0], values);
    return success();
  });
}

int64_t PlacesOp::count(const Tensor &x) {
  int64_t count = 0;
  for (int64_t i = 0; i < x.size(); ++i)
    count += x.getInt(i) != 0;
  return count;
}

LogicalResult PlacesOp::evaluate(ArrayRef<Tensor> inputs, MutableArrayRef<Tensor> outputs) {
  int64_t position = 0;
  for (int64_t i = 0; i < inputs[0].size(); ++i)
    if (inputs[0].getInt(i))
      outputs[0].setInt(position++, i);
  return success();
}

LogicalResult TopKOp::evaluate(ArrayRef<Tensor> inputs, MutableArrayRef<Tensor> outputs) {
  AxisView view(inputs[0].getShape(), getAxis());
  int64_t kept = outputs[0].getShape()[getAxis()];
  return dispatch(inputs[0].getElementType(), [&](auto zero) {
    using T = decltype(zero);
    std::vector<T> values = ::onnxcc::graph::getValues<T>(inputs[0]), best(outputs[0].size());
    std::vector<int64_t> order(view.middle);
    for (int64_t outer = 0; outer < view.outer; ++outer)
      for (int64_t inner = 0; inner < view.inner; ++inner) {
        auto at = [&](int64_t k) { return values[(outer * view.middle + k) * view.inner + inner]; };
        // NaN is the greatest, so that this is an order.
        auto isLess = [](T a, T b) { return a < b || (a == a && b != b); };
        std::iota(order.begin(), order.end(), 0);
        llvm::stable_sort(order, [&](int64_t a, int64_t b) {
          return getLargest() ? isLess(at(b), at(a)) : isLess(at(a), at(b));
        });
        for (int64_t k = 0; k < kept; ++k) {
          int64_t to = (outer * kept + k) * view.inner + inner;
          best[to] = at(order[k]);
          outputs[1].setInt(to, order[k]);
        }
      }
    setValues(outputs[0], best);
    return success();
  });
}
