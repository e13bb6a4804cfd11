// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Evaluates reductions, softmax and normalisations, accumulating in double or in wrapping 64-bit
// integers.
#include "dialects/graph/Evaluation.h"
#include "dialects/graph/Graph.h"
#include <cmath>

using namespace mlir;
using namespace onnxcc::graph;

/// The value that combining nothing gives. `kind` is a combination (see Reduction).
template <class T> static T getNeutral(ReduceKind kind, Type element) {
  if (kind == ReduceKind::Product)
    return T(1);
  if (kind == ReduceKind::Sum)
    return T(0);
  bool greatest = kind == ReduceKind::Min;
  if constexpr (std::is_floating_point_v<T>) {
    return greatest ? std::numeric_limits<T>::infinity() : -std::numeric_limits<T>::infinity();
  } else {
    unsigned width = element.getIntOrFloatBitWidth();
    bool isSigned = !element.isUnsignedInteger() && width > 1;
    APInt value =
        isSigned ? (greatest ? APInt::getSignedMaxValue(width) : APInt::getSignedMinValue(width))
                 : (greatest ? APInt::getMaxValue(width) : APInt::getMinValue(width));
    return isSigned ? T(value.getSExtValue()) : T(value.getZExtValue());
  }
}

/// NaN if either is. `kind` is a combination.
template <class T> static T combine(ReduceKind kind, T a, T b) {
  switch (kind) {
  case ReduceKind::Product:
    return multiply(a, b);
  case ReduceKind::Max:
    return b > a || b != b ? b : a;
  case ReduceKind::Min:
    return b < a || b != b ? b : a;
  default:
    return add(a, b);
  }
}

LogicalResult ReduceOp::evaluate(ArrayRef<Tensor> inputs, MutableArrayRef<Tensor> outputs) {
  ArrayRef<int64_t> shape = inputs[0].getShape(), axes = getAxes();
  // Strides into the result; 0 along the reduced axes.
  SmallVector<int64_t> strides(shape.size());
  int64_t stride = 1, count = 1;
  for (int64_t axis = int64_t(shape.size()) - 1; axis >= 0; --axis) {
    bool isReduced = llvm::is_contained(axes, axis);
    strides[axis] = isReduced ? 0 : stride;
    (isReduced ? count : stride) *= shape[axis];
  }
  Type element = inputs[0].getElementType();
  auto reduction = Reduction::get(getKind());
  return dispatch(element, [&](auto zero) {
    using T = decltype(zero);
    std::vector<T> values = getValues<T>(inputs[0]);
    std::vector<T> results(outputs[0].size(), getNeutral<T>(reduction.combine, element));
    int64_t from = 0;
    forEachIndex(shape, [&](ArrayRef<int64_t> index) {
      int64_t to = 0;
      for (size_t axis = 0; axis < index.size(); ++axis)
        to += index[axis] * strides[axis];
      T value = values[from++];
      results[to] = combine(reduction.combine, results[to],
                            reduction.squares ? multiply(value, value) : value);
    });
    if (reduction.divides)
      for (T &value : results)
        value = std::is_integral_v<T> && count == 0 ? zero : value / T(count);
    setValues(outputs[0], results);
    return success();
  });
}

LogicalResult ArgReduceOp::evaluate(ArrayRef<Tensor> inputs, MutableArrayRef<Tensor> outputs) {
  AxisView view(inputs[0].getShape(), getAxis());
  if (view.middle == 0 && outputs[0].size())
    return failure();
  return dispatch(inputs[0].getElementType(), [&](auto zero) {
    using T = decltype(zero);
    std::vector<T> values = getValues<T>(inputs[0]);
    for (int64_t outer = 0; outer < view.outer; ++outer)
      for (int64_t inner = 0; inner < view.inner; ++inner) {
        auto at = [&](int64_t k) { return values[(outer * view.middle + k) * view.inner + inner]; };
        // NaN counts as the greatest and as the least, like in Max and Min.
        auto isBetter = [&](T a, T b) {
          return b == b && (a != a || (getKind() == ReduceKind::Max ? a > b : a < b));
        };
        int64_t best = 0;
        for (int64_t k = 1; k < view.middle; ++k)
          if (isBetter(at(k), at(best)) || (getLast() && !isBetter(at(best), at(k))))
            best = k;
        outputs[0].setInt(outer * view.inner + inner, best);
      }
    return success();
  });
}

LogicalResult CumulateOp::evaluate(ArrayRef<Tensor> inputs, MutableArrayRef<Tensor> outputs) {
  AxisView view(inputs[0].getShape(), getAxis());
  Type element = inputs[0].getElementType();
  return dispatch(element, [&](auto zero) {
    using T = decltype(zero);
    std::vector<T> values = getValues<T>(inputs[0]);
    for (int64_t outer = 0; outer < view.outer; ++outer)
      for (int64_t inner = 0; inner < view.inner; ++inner) {
        T running = getNeutral<T>(getKind(), element);
        for (int64_t k = 0; k < view.middle; ++k) {
          int64_t along = getReverse() ? view.middle - 1 - k : k;
          T &value = values[(outer * view.middle + along) * view.inner + inner];
          T next = combine(getKind(), running, value);
          value = getExclusive() ? running : next;
          running = next;
        }
      }
    setValues(outputs[0], values);
    return success();
  });
}

/// Softmax along an axis, or its logarithm.
static LogicalResult evaluateSoftmax(const Tensor &x, int64_t axis, bool isLog, Tensor &output) {
  AxisView view(x.getShape(), axis);
  std::vector<double> values = x.doubles();
  for (int64_t outer = 0; outer < view.outer; ++outer)
    for (int64_t inner = 0; inner < view.inner; ++inner) {
      auto at = [&](int64_t k) -> double & {
        return values[(outer * view.middle + k) * view.inner + inner];
      };
      double greatest = -std::numeric_limits<double>::infinity(), sum = 0;
      for (int64_t k = 0; k < view.middle; ++k)
        greatest = combine(ReduceKind::Max, greatest, at(k));
      for (int64_t k = 0; k < view.middle; ++k)
        sum += std::exp(at(k) - greatest);
      for (int64_t k = 0; k < view.middle; ++k)
        at(k) = isLog ? at(k) - greatest - std::log(sum) : std::exp(at(k) - greatest) / sum;
    }
  output.setDoubles(values);
  return success();
}
LogicalResult SoftmaxOp::evaluate(ArrayRef<Tensor> inputs, MutableArrayRef<Tensor> outputs) {
  return evaluateSoftmax(inputs[0], getAxis(), /*isLog=*/false, outputs[0]);
}
LogicalResult LogSoftmaxOp::evaluate(ArrayRef<Tensor> inputs, MutableArrayRef<Tensor> outputs) {
  return evaluateSoftmax(inputs[0], getAxis(), /*isLog=*/true, outputs[0]);
}

/// (x - mean) / sqrt(variance + epsilon) over the axes from `axis` on; without the mean if it is
/// not `centred`.
static LogicalResult evaluateNorm(const Tensor &x, int64_t axis, double epsilon, bool centred,
                                  Tensor &output) {
  AxisView view(x.getShape(), axis, x.getRank());
  std::vector<double> values = x.doubles();
  for (int64_t outer = 0; outer < view.outer; ++outer) {
    MutableArrayRef<double> row(&values[outer * view.middle], view.middle);
    double mean = 0, squares = 0;
    for (double value : row)
      mean += value / view.middle;
    if (!centred)
      mean = 0;
    for (double value : row)
      squares += (value - mean) * (value - mean) / view.middle;
    for (double &value : row)
      value = (value - mean) / std::sqrt(squares + epsilon);
  }
  output.setDoubles(values);
  return success();
}
LogicalResult LayerNormOp::evaluate(ArrayRef<Tensor> inputs, MutableArrayRef<Tensor> outputs) {
  return evaluateNorm(inputs[0], getAxis(), getEpsilon().convertToDouble(), /*centred=*/true,
                      outputs[0]);
}
LogicalResult RmsNormOp::evaluate(ArrayRef<Tensor> inputs, MutableArrayRef<Tensor> outputs) {
  return evaluateNorm(inputs[0], getAxis(), getEpsilon().convertToDouble(), /*centred=*/false,
                      outputs[0]);
}

LogicalResult BatchNormOp::evaluate(ArrayRef<Tensor> inputs, MutableArrayRef<Tensor> outputs) {
  int64_t axis = getLayout() == Layout::ChannelsFirst ? 1 : inputs[0].getRank() - 1;
  AxisView view(inputs[0].getShape(), axis);
  double epsilon = getEpsilon().convertToDouble();
  for (int64_t i = 0, size = inputs[0].size(); i < size; ++i) {
    int64_t channel = i / view.inner % view.middle;
    double scale = inputs[1].getDouble(channel), bias = inputs[2].getDouble(channel);
    double mean = inputs[3].getDouble(channel), variance = inputs[4].getDouble(channel);
    outputs[0].setDouble(
        i, (inputs[0].getDouble(i) - mean) / std::sqrt(variance + epsilon) * scale + bias);
  }
  return success();
}
