// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Host tensors: reading and writing elements of every numeric type. See Tensor.h.
#include "dialects/graph/Tensor.h"

#include "dialects/support/ConstantData.h"

using namespace mlir;

namespace onnxcc::graph {

Tensor::Tensor(RankedTensorType type)
    : type(type), width(getStorageBits(type.getElementType()) / 8),
      storage(std::make_shared<std::vector<char>>(getStorageBytes(type))) {}

std::optional<Tensor> Tensor::get(Attribute value) {
  std::optional<ConstantView> view = ConstantView::get(value);
  if (!view)
    return std::nullopt;
  Tensor tensor(view->type());
  ArrayRef<char> bytes = view->bytes();
  if (bytes.size() < tensor.storage->size())
    return std::nullopt;
  std::copy_n(bytes.begin(), tensor.storage->size(), tensor.storage->begin());
  return tensor;
}

Tensor Tensor::get(RankedTensorType type, ArrayRef<double> values) {
  Tensor tensor(type);
  tensor.setDoubles(values);
  return tensor;
}

Tensor Tensor::get(RankedTensorType type, ArrayRef<int64_t> values) {
  Tensor tensor(type);
  tensor.setInts(values);
  return tensor;
}

ElementsAttr Tensor::getAttribute() const { return makeConstant(type, *storage); }

/// The element's bits, zero-extended.
static uint64_t loadBits(const char *from, int64_t width) {
  uint64_t bits = 0;
  std::memcpy(&bits, from,
              width); // little-endian, as all hosts that LLVM's dense attributes are written for
  return bits;
}

static bool isIntegerType(Type element) { return isa<IntegerType, IndexType>(element); }

APFloat Tensor::getAPFloat(int64_t index) const {
  auto element = cast<FloatType>(getElementType());
  APInt bits(element.getWidth(), loadBits(storage->data() + index * width, width),
             /*isSigned=*/false, /*implicitTrunc=*/true);
  return APFloat(element.getFloatSemantics(), bits);
}

double Tensor::getDouble(int64_t index) const {
  const char *from = storage->data() + index * width;
  Type element = getElementType();
  if (element.isF32()) {
    float value;
    std::memcpy(&value, from, sizeof value);
    return value;
  }
  if (element.isF64()) {
    double value;
    std::memcpy(&value, from, sizeof value);
    return value;
  }
  if (isa<FloatType>(element))
    return getAPFloat(index).convertToDouble();
  int64_t value = getInt(index);
  return element.isUnsignedInteger(64) ? double(uint64_t(value)) : double(value);
}

int64_t Tensor::getInt(int64_t index) const {
  Type element = getElementType();
  if (!isIntegerType(element))
    return int64_t(getDouble(index));
  uint64_t bits = loadBits(storage->data() + index * width, width);
  if (element.isIndex())
    return bits;
  unsigned count = element.getIntOrFloatBitWidth();
  if (count == 1)
    return bits & 1;
  int unused = 64 - count;
  return element.isUnsignedInteger() ? int64_t(bits << unused >> unused)
                                     : int64_t(bits << unused) >> unused;
}

void Tensor::setDouble(int64_t index, double value) {
  char *to = storage->data() + index * width;
  Type element = getElementType();
  if (element.isF32()) {
    float narrow = float(value);
    std::memcpy(to, &narrow, sizeof narrow);
  } else if (element.isF64()) {
    std::memcpy(to, &value, sizeof value);
  } else if (auto floating = dyn_cast<FloatType>(element)) {
    APFloat narrow(value);
    bool inexact;
    narrow.convert(floating.getFloatSemantics(), APFloat::rmNearestTiesToEven, &inexact);
    uint64_t bits = narrow.bitcastToAPInt().getZExtValue();
    std::memcpy(to, &bits, width);
  } else if (element.isInteger(1)) {
    *to = value != 0;
  } else {
    setInt(index, value >= 0x1p63 ? int64_t(uint64_t(value)) : int64_t(value));
  }
}

void Tensor::setInt(int64_t index, int64_t value) {
  Type element = getElementType();
  if (!isIntegerType(element))
    return setDouble(index, double(value));
  uint64_t bits = value;
  if (!element.isIndex()) {
    int unused = 64 - element.getIntOrFloatBitWidth();
    bits = bits << unused >> unused;
  }
  std::memcpy(storage->data() + index * width, &bits, width);
}

std::vector<double> Tensor::doubles() const {
  std::vector<double> values(size());
  for (int64_t i = 0, n = size(); i < n; ++i)
    values[i] = getDouble(i);
  return values;
}

std::vector<int64_t> Tensor::ints() const {
  std::vector<int64_t> values(size());
  for (int64_t i = 0, n = size(); i < n; ++i)
    values[i] = getInt(i);
  return values;
}

void Tensor::setDoubles(ArrayRef<double> values) {
  for (auto [i, value] : llvm::enumerate(values))
    setDouble(i, value);
}

void Tensor::setInts(ArrayRef<int64_t> values) {
  for (auto [i, value] : llvm::enumerate(values))
    setInt(i, value);
}

SmallVector<int64_t> getStrides(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> strides(shape.size(), 1);
  for (int64_t axis = int64_t(shape.size()) - 2; axis >= 0; --axis)
    strides[axis] = strides[axis + 1] * shape[axis + 1];
  return strides;
}

} // namespace onnxcc::graph
