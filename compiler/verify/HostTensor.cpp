// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What verification knows of element types, and its random inputs: see HostTensor.h.
#include "compiler/verify/HostTensor.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/StringExtras.h"
#include <cstring>
#include <random>

using namespace llvm;

namespace onnxcc {

namespace {
/// How an element's bits are read.
enum class Kind { Float, Signed, Unsigned, Other };
struct ElementType {
  StringRef name;
  int64_t bytes;
  Kind kind;
};
} // namespace

// By TensorProto.DataType.
static constexpr ElementType elementTypes[] = {
    {"undefined", 0, Kind::Other},  {"float", 4, Kind::Float},     {"uint8", 1, Kind::Unsigned},
    {"int8", 1, Kind::Signed},      {"uint16", 2, Kind::Unsigned}, {"int16", 2, Kind::Signed},
    {"int32", 4, Kind::Signed},     {"int64", 8, Kind::Signed},    {"string", 0, Kind::Other},
    {"bool", 1, Kind::Unsigned},    {"float16", 2, Kind::Float},   {"double", 8, Kind::Float},
    {"uint32", 4, Kind::Unsigned},  {"uint64", 8, Kind::Unsigned}, {"complex64", 0, Kind::Other},
    {"complex128", 0, Kind::Other}, {"bfloat16", 2, Kind::Float}};

static const ElementType &getElementType(int32_t element) {
  bool isKnown = element >= 0 && size_t(element) < std::size(elementTypes);
  return elementTypes[isKnown ? element : 0];
}

int64_t getElementBytes(int32_t element) { return getElementType(element).bytes; }

StringRef getElementName(int32_t element) { return getElementType(element).name; }

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

static double decodeNarrow(uint16_t bits, const fltSemantics &semantics) {
  return APFloat(semantics, APInt(16, bits)).convertToDouble();
}

double HostTensor::getDouble(int64_t index) const {
  ElementType type = getElementType(element);
  const char *place = bytes.data() + index * type.bytes;
  if (type.kind == Kind::Float) {
    float single;
    double value;
    uint16_t bits;
    switch (type.bytes) {
    case 8:
      std::memcpy(&value, place, 8);
      return value;
    case 4:
      std::memcpy(&single, place, 4);
      return single;
    default:
      std::memcpy(&bits, place, 2);
      return decodeNarrow(bits, type.name == "float16" ? APFloat::IEEEhalf() : APFloat::BFloat());
    }
  }
  uint64_t bits = 0;
  std::memcpy(&bits, place, type.bytes); // little-endian, as every host we run on
  if (type.kind == Kind::Unsigned)
    return double(bits);
  unsigned unused = 64 - 8 * type.bytes;
  return double(int64_t(bits << unused) >> unused);
}

HostTensor makeRandomTensor(int32_t element, ArrayRef<int64_t> shape, uint64_t seed) {
  HostTensor tensor{"", element, shape.vec(), {}};
  ElementType type = getElementType(element);
  tensor.bytes.resize(tensor.size() * type.bytes);
  // The engine's sequence is fixed by the standard, the library's distributions are not.
  std::mt19937_64 engine(seed);
  for (int64_t index = 0, size = tensor.size(); index < size; ++index) {
    double unit = double(engine() >> 11) * 0x1p-53;
    char *place = tensor.bytes.data() + index * type.bytes;
    if (type.kind == Kind::Float) {
      double value = 2 * unit - 1;
      float single = value;
      if (type.bytes == 8) {
        std::memcpy(place, &value, 8);
      } else if (type.bytes == 4) {
        std::memcpy(place, &single, 4);
      } else {
        APFloat narrow(single);
        bool losesInfo;
        narrow.convert(type.name == "float16" ? APFloat::IEEEhalf() : APFloat::BFloat(),
                       APFloat::rmNearestTiesToEven, &losesInfo);
        uint16_t bits = narrow.bitcastToAPInt().getZExtValue();
        std::memcpy(place, &bits, 2);
      }
      continue;
    }
    // Wide integers are mostly indices and sizes: small ones are valid more often. Bytes are mostly
    // data.
    int64_t low = type.name == "int8" ? -128 : 0;
    int64_t high = type.name == "bool" ? 2 : type.bytes == 1 ? low + 256 : 8;
    int64_t value = low + int64_t(unit * double(high - low));
    std::memcpy(place, &value, type.bytes);
  }
  return tensor;
}

} // namespace onnxcc
