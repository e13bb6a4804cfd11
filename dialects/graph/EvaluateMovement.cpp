// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Evaluates ops that move elements or know them from the dims. Elements are bytes here, of whatever
// type.
#include "dialects/graph/Evaluation.h"
#include "dialects/graph/Graph.h"

using namespace mlir;
using namespace onnxcc::graph;

/// Copies elements of `bytes` bytes between strided places; strides are in bytes.
static void copyStrided(const char *from, ArrayRef<int64_t> fromStrides, char *to,
                        ArrayRef<int64_t> toStrides, ArrayRef<int64_t> shape, int64_t bytes) {
  if (shape.empty()) {
    std::memcpy(to, from, bytes);
    return;
  }
  for (int64_t i = 0; i < shape[0]; ++i)
    copyStrided(from + i * fromStrides[0], fromStrides.drop_front(), to + i * toStrides[0],
                toStrides.drop_front(), shape.drop_front(), bytes);
}

/// Row-major strides of a tensor in bytes.
static SmallVector<int64_t> getByteStrides(const Tensor &tensor) {
  SmallVector<int64_t> strides = getStrides(tensor.getShape());
  for (int64_t &stride : strides)
    stride *= tensor.elementBytes();
  return strides;
}

/// Fills `output` with the elements at `offset` bytes and with `strides` of `input`.
static void copyTo(const Tensor &input, int64_t offset, ArrayRef<int64_t> strides, Tensor &output) {
  if (output.size())
    copyStrided(input.bytes().data() + offset, strides, output.bytes().data(),
                getByteStrides(output), output.getShape(), output.elementBytes());
}

LogicalResult TransposeOp::evaluate(ArrayRef<Tensor> inputs, MutableArrayRef<Tensor> outputs) {
  SmallVector<int64_t> strides = getByteStrides(inputs[0]), permuted;
  for (int64_t axis : getPermutation())
    permuted.push_back(strides[axis]);
  copyTo(inputs[0], 0, permuted, outputs[0]);
  return success();
}

LogicalResult ReshapeOp::evaluate(ArrayRef<Tensor> inputs, MutableArrayRef<Tensor> outputs) {
  llvm::copy(inputs[0].bytes(), outputs[0].bytes().begin());
  return success();
}

LogicalResult onnxcc::graph::evaluatePlaces(AffineMap places, const Tensor &x, Tensor &result) {
  SmallVector<int64_t> from = getByteStrides(x), index(places.getNumDims(), 0), strides;
  auto getOffset = [&] {
    int64_t offset = 0;
    for (auto [place, stride] : llvm::zip(places.compose(index), from))
      offset += place * stride;
    return offset;
  };
  int64_t first = getOffset();
  for (int64_t &along : index) {
    along = 1;
    strides.push_back(getOffset() - first);
    along = 0;
  }
  copyTo(x, first, strides, result);
  return success();
}

LogicalResult RepeatOp::evaluate(ArrayRef<Tensor> inputs, MutableArrayRef<Tensor> outputs) {
  AxisView from(inputs[0].getShape(), getAxis()), to(outputs[0].getShape(), getAxis());
  int64_t bytes = from.inner * inputs[0].elementBytes();
  char *at = outputs[0].bytes().data();
  for (int64_t outer = 0; outer < to.outer; ++outer)
    for (int64_t k = 0; k < to.middle; ++k, at += bytes)
      std::memcpy(at, inputs[0].bytes().data() + (outer * from.middle + k / getSize()) * bytes,
                  bytes);
  return success();
}

LogicalResult ConcatOp::evaluate(ArrayRef<Tensor> inputs, MutableArrayRef<Tensor> outputs) {
  SmallVector<int64_t> strides = getByteStrides(outputs[0]);
  char *to = outputs[0].bytes().data();
  for (const Tensor &input : inputs) {
    if (input.size())
      copyStrided(input.bytes().data(), getByteStrides(input), to, strides, input.getShape(),
                  input.elementBytes());
    to += input.getShape()[getAxis()] * strides[getAxis()];
  }
  return success();
}

LogicalResult SliceOp::evaluate(ArrayRef<Tensor> inputs, MutableArrayRef<Tensor> outputs) {
  SmallVector<int64_t> strides = getByteStrides(inputs[0]);
  int64_t offset = 0;
  for (auto [axis, start] : llvm::enumerate(getStarts().getResults())) {
    auto constant = dyn_cast<AffineConstantExpr>(start);
    if (!constant)
      return failure();
    offset += constant.getValue() * strides[axis];
    strides[axis] *= getSteps()[axis];
  }
  copyTo(inputs[0], offset, strides, outputs[0]);
  return success();
}

/// Where index `at` of a padded axis lies in the axis of `extent`; -1 if it takes the padding
/// value.
static int64_t getPaddedSource(PadMode mode, int64_t at, int64_t extent) {
  if (at >= 0 && at < extent)
    return at;
  switch (mode) {
  case PadMode::Constant:
    return -1;
  case PadMode::Edge:
    return at < 0 ? 0 : extent - 1;
  case PadMode::Reflect:
    return at < 0 ? -at : 2 * (extent - 1) - at;
  case PadMode::Wrap:
    return (at % extent + extent) % extent;
  }
  llvm_unreachable("all modes are listed");
}

LogicalResult PadOp::evaluate(ArrayRef<Tensor> inputs, MutableArrayRef<Tensor> outputs) {
  const Tensor &x = inputs[0];
  SmallVector<int64_t> strides = getByteStrides(x);
  int64_t bytes = x.elementBytes();
  char *to = outputs[0].bytes().data();
  forEachIndex(outputs[0].getShape(), [&](ArrayRef<int64_t> index) {
    const char *from = x.bytes().data();
    for (auto [axis, at] : llvm::enumerate(index)) {
      int64_t source = getPaddedSource(getMode(), at - getLow()[axis], x.getShape()[axis]);
      if (source < 0) {
        from = inputs[1].bytes().data();
        break;
      }
      from += source * strides[axis];
    }
    std::memcpy(to, from, bytes);
    to += bytes;
  });
  return success();
}

LogicalResult ExtentsOp::evaluate(ArrayRef<Tensor>, MutableArrayRef<Tensor> outputs) {
  for (auto [i, value] : llvm::enumerate(getValues().getResults())) {
    auto constant = dyn_cast<AffineConstantExpr>(value);
    if (!constant)
      return failure();
    outputs[0].setInt(i, constant.getValue());
  }
  return success();
}

LogicalResult IotaOp::evaluate(ArrayRef<Tensor>, MutableArrayRef<Tensor> outputs) {
  for (int64_t i = 0, size = outputs[0].size(); i < size; ++i)
    outputs[0].setInt(i, i);
  return success();
}
