// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What verification knows of element types, and its random inputs: see HostTensor.h.
#include "compiler/verify/HostTensor.h"

#include "dialects/onnx/ElementTypes.h"
#include "runtime/model.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>
#include <cstring>
#include <random>

using namespace llvm;

namespace onnxcc {

using onnx::ElementType;

/// Null for what verification does not handle: elements of under a byte, strings, complex numbers.
static const ElementType *findHandled(int32_t element) {
  const ElementType *type = onnx::findElementType(element);
  bool isHandled = type && type->bits >= 8 && type->kind != ElementType::Kind::Complex;
  return isHandled ? type : nullptr;
}

int64_t getElementBytes(int32_t element) {
  const ElementType *type = findHandled(element);
  return type ? type->bits / 8 : 0;
}

StringRef getElementName(int32_t element) {
  const ElementType *type = onnx::findElementType(element);
  return type ? type->name : "undefined";
}

std::string describe(int32_t element, ArrayRef<int64_t> shape) {
  return getElementName(element).str() + "[" +
         join(map_range(shape, [](int64_t extent) { return std::to_string(extent); }), ",") + "]";
}

int64_t HostTensor::size() const {
  int64_t product = 1;
  for (int64_t extent : shape)
    product *= extent;
  return product;
}

double HostTensor::getDouble(int64_t index) const {
  const ElementType *found = findHandled(element);
  if (!found)
    return 0;
  const ElementType &type = *found;
  uint64_t bits = 0;
  // Little-endian, as every host we run on.
  std::memcpy(&bits, bytes.data() + index * type.bits / 8, type.bits / 8);
  if (type.bits == 32 && type.isFloat())
    return llvm::bit_cast<float>(uint32_t(bits));
  if (type.bits == 64 && type.isFloat())
    return llvm::bit_cast<double>(bits);
  if (type.isFloat())
    return APFloat(type.semantics(), APInt(type.bits, bits)).convertToDouble();
  return type.kind == ElementType::Kind::Signed ? double(llvm::SignExtend64(bits, type.bits))
                                                : double(bits);
}

HostTensor quantizeLike(const HostTensor &like, const HostTensor &real) {
  if (like.scale == 0 || real.element != ONNXCC_FLOAT)
    return real;
  const ElementType &type = *findHandled(like.element);
  bool isSigned = type.kind == ElementType::Kind::Signed;
  float least = isSigned ? float(minIntN(type.bits)) : 0.0f,
        greatest = float(isSigned ? maxIntN(type.bits) : maxUIntN(type.bits));
  HostTensor codes{real.name, like.element, real.shape, {}, like.scale, like.zeroPoint};
  int64_t width = type.bits / 8;
  codes.bytes.resize(real.size() * width);
  for (int64_t index = 0, size = real.size(); index < size; ++index) {
    float code = std::nearbyint(float(real.getDouble(index)) / like.scale) + float(like.zeroPoint);
    // What is no number becomes the least one.
    int64_t value = int64_t(std::fmin(std::fmax(code, least), greatest));
    std::memcpy(codes.bytes.data() + index * width, &value, width);
  }
  return codes;
}

HostTensor dequantize(const HostTensor &codes) {
  HostTensor real{codes.name, ONNXCC_FLOAT, codes.shape, {}};
  real.bytes.resize(codes.size() * sizeof(float));
  for (int64_t index = 0, size = codes.size(); index < size; ++index) {
    float value = float(codes.getDouble(index) - codes.zeroPoint) * codes.scale;
    std::memcpy(real.bytes.data() + index * sizeof(float), &value, sizeof(float));
  }
  return real;
}

HostTensor makeRandomTensor(int32_t element, ArrayRef<int64_t> shape, uint64_t seed) {
  HostTensor tensor{"", element, shape.vec(), {}};
  const ElementType *found = findHandled(element);
  if (!found)
    return tensor; // which no call takes
  const ElementType &type = *found;
  int64_t width = type.bits / 8;
  tensor.bytes.resize(tensor.size() * width);
  // The engine's sequence is fixed by the standard, the library's distributions are not.
  std::mt19937_64 engine(seed);
  for (int64_t index = 0, size = tensor.size(); index < size; ++index) {
    double unit = double(engine() >> 11) * 0x1p-53;
    char *place = tensor.bytes.data() + index * width;
    if (type.isFloat()) {
      APFloat value(type.bits == 64 ? 2 * unit - 1 : double(float(2 * unit - 1)));
      bool losesInfo;
      value.convert(type.semantics(), APFloat::rmNearestTiesToEven, &losesInfo);
      uint64_t bits = value.bitcastToAPInt().getZExtValue();
      std::memcpy(place, &bits, width);
      continue;
    }
    // Wide integers are mostly indices and sizes: small ones are valid more often. Bytes are mostly
    // data.
    bool isByte = width == 1 && type.isInteger();
    int64_t low = isByte && type.kind == ElementType::Kind::Signed ? -128 : 0;
    int64_t high = type.kind == ElementType::Kind::Bool ? 2 : isByte ? low + 256 : 8;
    int64_t value = low + int64_t(unit * double(high - low));
    std::memcpy(place, &value, width);
  }
  return tensor;
}

HostTensor makeRandomInput(const HostTensor &like, uint64_t seed) {
  HostTensor tensor = makeRandomTensor(like.element, like.shape, seed);
  tensor.name = like.name;
  tensor.scale = like.scale;
  tensor.zeroPoint = like.zeroPoint;
  return like.scale != 0 ? dequantize(tensor) : tensor;
}

} // namespace onnxcc
