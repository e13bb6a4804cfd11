// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Evaluates contractions and pooling: plain loops, accumulating in double or in wrapping 64-bit
// integers.
#include "dialects/graph/Evaluation.h"
#include "dialects/graph/Graph.h"

#include <cmath>

using namespace mlir;
using namespace onnxcc::graph;

LogicalResult MatMulOp::evaluate(ArrayRef<Tensor> inputs, MutableArrayRef<Tensor> outputs) {
  ArrayRef<int64_t> lhs = inputs[0].getShape(), rhs = inputs[1].getShape();
  int64_t m = lhs[lhs.size() - 2], k = lhs.back(), n = rhs.back();
  int64_t batch = AxisView(lhs, 0, lhs.size() - 2).middle;
  return dispatch(inputs[0].getElementType(), [&](auto zero) {
    using T = decltype(zero);
    std::vector<T> a = getValues<T>(inputs[0]), b = getValues<T>(inputs[1]);
    std::vector<T> sums(batch * m * n, zero);
    for (int64_t row = 0; row < batch * m; ++row)
      for (int64_t depth = 0; depth < k; ++depth)
        for (int64_t column = 0; column < n; ++column) {
          T &sum = sums[row * n + column];
          sum = add(sum, multiply(a[row * k + depth], b[(row / m * k + depth) * n + column]));
        }
    setValues(outputs[0], sums);
    return success();
  });
}

LogicalResult AttentionOp::evaluate(ArrayRef<Tensor> inputs, MutableArrayRef<Tensor> outputs) {
  ArrayRef<int64_t> queries = inputs[0].getShape(), shape = inputs[2].getShape();
  int64_t rows = queries[2], depth = queries[3], keys = shape[2], columns = shape[3];
  int64_t sharing = shape[1] ? queries[1] / shape[1] : 1;
  std::vector<double> q = inputs[0].doubles(), k = inputs[1].doubles(), v = inputs[2].doubles();
  ArrayRef<double> fills = getFills();
  std::vector<std::pair<std::vector<double>, const double *>> masks; // the fill of an i1
  for (const Tensor &mask : inputs.drop_front(3)) {
    bool isChoice = mask.getElementType().isInteger(1);
    masks.push_back({mask.doubles(), isChoice ? fills.data() : nullptr});
    fills = fills.drop_front(isChoice);
  }
  auto putMasks = [&](double score, int64_t at) {
    for (const auto &[mask, fill] : masks)
      score = fill ? (mask[at] ? score : *fill) : score + mask[at];
    return score;
  };
  std::vector<double> sums(outputs[0].size()), weights(keys);
  double scale = getScale().convertToDouble(), infinity = std::numeric_limits<double>::infinity();
  for (int64_t row = 0, end = queries[0] * queries[1] * rows; row < end; ++row) {
    // Heads count over the batch, of which each has a whole number of shared ones.
    int64_t head = row / rows / sharing;
    double top = -infinity, total = 0;
    bool isHidden = getGuardsHidden();
    for (int64_t key = 0; key < keys; ++key) {
      double score = 0;
      for (int64_t d = 0; d < depth; ++d)
        score += q[row * depth + d] * k[(head * keys + key) * depth + d];
      weights[key] = putMasks(score * scale, row * keys + key);
      isHidden &= putMasks(0, row * keys + key) == -infinity;
      top = weights[key] > top || std::isnan(weights[key]) ? weights[key] : top;
    }
    for (double &weight : weights)
      total += weight = std::exp(weight - top);
    bool isZero = isHidden || (getGuarded() && std::isnan(total));
    for (int64_t key = 0; key < keys; ++key)
      for (int64_t column = 0; column < columns; ++column)
        sums[row * columns + column] +=
            (isZero ? 0 : weights[key] / total) * v[(head * keys + key) * columns + column];
  }
  setValues(outputs[0], sums);
  return success();
}

/// An image in either layout as [batch, channel, place]: the strides, and the spatial extents.
struct Image {
  int64_t batch, channels, places;
  int64_t batchStride, channelStride, placeStride;
  SmallVector<int64_t> extents, strides;

  Image(ArrayRef<int64_t> shape, Layout layout) {
    bool first = layout == Layout::ChannelsFirst;
    batch = shape.front();
    channels = first ? shape[1] : shape.back();
    extents = llvm::to_vector(shape.slice(first ? 2 : 1, shape.size() - 2));
    strides = getStrides(extents);
    places = 1;
    for (int64_t extent : extents)
      places *= extent;
    batchStride = channels * places;
    channelStride = first ? places : 1;
    placeStride = first ? 1 : channels;
  }
  int64_t at(int64_t n, int64_t c, int64_t place) const {
    return n * batchStride + c * channelStride + place * placeStride;
  }
};

/// For one tap of a window, the pairs (place of the small image, place of the large image) that it
/// connects, where large = small * stride - pad + tap * dilation. A convolution reads the large and
/// writes the small image, its transpose does the reverse.
static std::vector<std::pair<int64_t, int64_t>>
getPairs(ArrayRef<int64_t> tap, const Image &small, const Image &large, ArrayRef<int64_t> strides,
         ArrayRef<int64_t> dilations, ArrayRef<int64_t> pads) {
  std::vector<std::pair<int64_t, int64_t>> pairs;
  int64_t from = 0;
  forEachIndex(small.extents, [&](ArrayRef<int64_t> index) {
    int64_t place = from++, to = 0;
    for (size_t k = 0; k < index.size(); ++k) {
      int64_t at = index[k] * strides[k] - pads[k] + tap[k] * dilations[k];
      if (at < 0 || at >= large.extents[k])
        return;
      to += at * large.strides[k];
    }
    pairs.emplace_back(place, to);
  });
  return pairs;
}

/// A convolution, which reads the large image and writes the small one, or its transpose, which
/// does the reverse. The filter is [channel of the small image, channel of the large one in its
/// group, window…] for both.
template <class Op>
static LogicalResult convolve(Op op, ArrayRef<Tensor> inputs, MutableArrayRef<Tensor> outputs,
                              bool isTransposed) {
  Image x(inputs[0].getShape(), op.getLayout()), y(outputs[0].getShape(), op.getLayout());
  const Image &small = isTransposed ? x : y, &large = isTransposed ? y : x;
  ArrayRef<int64_t> filter = inputs[1].getShape();
  int64_t inGroup = filter[1], taps = AxisView(filter, 2, filter.size()).middle;
  int64_t perGroup = small.channels / op.getGroups();
  return dispatch(inputs[0].getElementType(), [&](auto zero) {
    using T = decltype(zero);
    std::vector<T> values = getValues<T>(inputs[0]), weights = getValues<T>(inputs[1]);
    std::vector<T> sums(outputs[0].size(), zero);
    int64_t tap = 0;
    forEachIndex(filter.drop_front(2), [&](ArrayRef<int64_t> index) {
      auto pairs = getPairs(index, small, large, op.getStrides(), op.getDilations(), op.getPads());
      for (int64_t n = 0; n < x.batch; ++n)
        for (int64_t c = 0; c < small.channels; ++c)
          for (int64_t k = 0; k < inGroup; ++k) {
            T weight = weights[(c * inGroup + k) * taps + tap];
            int64_t inLarge = c / perGroup * inGroup + k;
            const T *from = &values[x.at(n, isTransposed ? c : inLarge, 0)];
            T *to = &sums[y.at(n, isTransposed ? inLarge : c, 0)];
            for (auto [smallPlace, largePlace] : pairs) {
              T &sum = to[(isTransposed ? largePlace : smallPlace) * y.placeStride];
              sum = add(
                  sum,
                  multiply(weight, from[(isTransposed ? smallPlace : largePlace) * x.placeStride]));
            }
          }
      ++tap;
    });
    setValues(outputs[0], sums);
    return success();
  });
}

LogicalResult ConvOp::evaluate(ArrayRef<Tensor> inputs, MutableArrayRef<Tensor> outputs) {
  return convolve(*this, inputs, outputs, /*isTransposed=*/false);
}

LogicalResult ConvTransposeOp::evaluate(ArrayRef<Tensor> inputs, MutableArrayRef<Tensor> outputs) {
  return convolve(*this, inputs, outputs, /*isTransposed=*/true);
}

LogicalResult PoolOp::evaluate(ArrayRef<Tensor> inputs, MutableArrayRef<Tensor> outputs) {
  Image x(inputs[0].getShape(), getLayout()), y(outputs[0].getShape(), getLayout());
  bool isMean = getKind() == ReduceKind::Mean, adds = isMean || getKind() == ReduceKind::Sum;
  return dispatch(inputs[0].getElementType(), [&](auto zero) {
    using T = decltype(zero);
    using Limits = std::numeric_limits<T>;
    T start = adds ? zero : Limits::has_infinity ? -Limits::infinity() : Limits::lowest();
    std::vector<T> values = getValues<T>(inputs[0]), pooled(outputs[0].size(), start);
    std::vector<int64_t> counts(y.places);
    forEachIndex(getWindow(), [&](ArrayRef<int64_t> tap) {
      auto pairs = getPairs(tap, y, x, this->getStrides(), getDilations(), getPads());
      for (auto [out, in] : pairs)
        ++counts[out];
      for (int64_t n = 0; n < x.batch; ++n)
        for (int64_t c = 0; c < x.channels; ++c)
          for (auto [out, in] : pairs) {
            T value = values[x.at(n, c, in)], &to = pooled[y.at(n, c, out)];
            to = adds ? add(to, value) : value > to || value != value ? value : to;
          }
    });
    if (isMean) {
      int64_t window = AxisView(getWindow(), 0, getWindow().size()).middle;
      for (int64_t n = 0; n < y.batch; ++n)
        for (int64_t c = 0; c < y.channels; ++c)
          for (int64_t place = 0; place < y.places; ++place) {
            T count = T(getCountPads() ? window : counts[place]);
            T &to = pooled[y.at(n, c, place)];
            to = count == zero && !Limits::has_infinity ? zero : to / count;
          }
    }
    setValues(outputs[0], pooled);
    return success();
  });
}
