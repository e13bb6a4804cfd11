// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tensors as verification meets them: read from test data, filled at random, handed to a compiled
// model.
#ifndef ONNXCC_COMPILER_VERIFY_HOSTTENSOR_H
#define ONNXCC_COMPILER_VERIFY_HOSTTENSOR_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/LogicalResult.h"
#include <cstdint>
#include <string>
#include <vector>

namespace onnxcc {

struct HostTensor {
  std::string name;
  int32_t element = 0; // ONNX's number of the element type (TensorProto.DataType)
  std::vector<int64_t> shape;
  std::vector<char> bytes; // row-major; types under a byte take a byte an element
  /// What integers stand for, (code - zeroPoint) * scale; scale is 0 where they are the numbers.
  float scale = 0;
  int32_t zeroPoint = 0;

  int64_t size() const;
  /// An element as a double; integers beyond 2^53 lose their low bits.
  double getDouble(int64_t index) const;
};

/// `real` as integers of the element type, scale and zero point of `like`, as QuantizeLinear has
/// it; `real` itself if it holds no floats or `like` is not quantized.
HostTensor quantizeLike(const HostTensor &like, const HostTensor &real);
/// The floats that quantized integers stand for.
HostTensor dequantize(const HostTensor &codes);

/// Bytes an element takes; 0 for what verification does not handle (strings, complex numbers).
int64_t getElementBytes(int32_t element);

/// "float", "int8": ONNX's name of an element type.
llvm::StringRef getElementName(int32_t element);

/// "float[1,3,8,8]".
std::string describe(int32_t element, llvm::ArrayRef<int64_t> shape);

/// Reads a TensorProto (.pb) or a NumPy array (.npy).
llvm::FailureOr<HostTensor> readTensor(llvm::StringRef path);

/// Writes a TensorProto.
llvm::LogicalResult writePb(llvm::StringRef path, const HostTensor &tensor);

/// Writes a NumPy array; bfloat16 as two bytes without a meaning. \pre the type is no other that
/// NumPy lacks (those under a byte).
llvm::LogicalResult writeNpy(llvm::StringRef path, const HostTensor &tensor);

/// The files PREFIX_0.pb, PREFIX_1.pb, … (or .npy) of a folder, up to the first that is missing.
llvm::FailureOr<std::vector<HostTensor>> readTensors(llvm::StringRef folder,
                                                     llvm::StringRef prefix);

/// Reproducible values: floats uniform in [-1, 1), integers small, bools even-handed.
HostTensor makeRandomTensor(int32_t element, llvm::ArrayRef<int64_t> shape, uint64_t seed);
/// Such values for an input that `like` describes; for a quantized one the floats that random codes
/// stand for, which references take too.
HostTensor makeRandomInput(const HostTensor &like, uint64_t seed);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_VERIFY_HOSTTENSOR_H
