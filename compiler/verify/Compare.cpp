// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How far two tensors are apart: see Compare.h.
#include "compiler/verify/Compare.h"

#include "dialects/onnx/ElementTypes.h"

#include "llvm/Support/FormatVariadic.h"
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace onnxcc {

Tolerance getDefaultTolerance(int32_t element) {
  const onnx::ElementType *type = onnx::findElementType(element);
  if (!type)
    return {0, 0};
  if (type->isFloat())
    return type->bits == 64   ? Tolerance{1e-6, 1e-9}
           : type->bits == 32 ? Tolerance{1e-3, 1e-4}
                              : Tolerance{1e-2, 1e-3};
  // A step of quantised data.
  return type->isInteger() && type->bits == 8 ? Tolerance{0, 1} : Tolerance{0, 0};
}

/// The distance of neighbouring values around `value`; 0 for integers.
static double getSpacing(int32_t element, double value) {
  const onnx::ElementType *type = onnx::findElementType(element);
  if (!type || !type->isFloat())
    return 0;
  int digits = llvm::APFloat::semanticsPrecision(type->semantics());
  int leastExponent = llvm::APFloat::semanticsMinExponent(type->semantics()) + 1; // as frexp has it
  int exponent;
  std::frexp(value, &exponent);
  return std::ldexp(1.0, std::max(exponent, leastExponent) - digits);
}

/// An element of 64 bits that a double may not hold: int64 (7), uint64 (13).
static std::optional<uint64_t> getWideInteger(const HostTensor &tensor, int64_t index) {
  if (tensor.element != 7 && tensor.element != 13)
    return std::nullopt;
  uint64_t bits;
  std::memcpy(&bits, tensor.bytes.data() + index * sizeof(bits), sizeof(bits));
  return bits;
}

/// |a - b| at one index, NaN where one is.
static double getDistance(const HostTensor &a, const HostTensor &b, int64_t index) {
  std::optional<uint64_t> x = getWideInteger(a, index), y = getWideInteger(b, index);
  if (!x || !y)
    return std::abs(a.getDouble(index) - b.getDouble(index));
  // Modulo 2^64 the difference of any two is right.
  bool isLess = a.element == 7 ? static_cast<int64_t>(*x) < static_cast<int64_t>(*y) : *x < *y;
  return static_cast<double>(isLess ? *y - *x : *x - *y);
}

static std::string getText(const HostTensor &tensor, int64_t index) {
  std::optional<uint64_t> integer = getWideInteger(tensor, index);
  if (!integer)
    return llvm::formatv("{0}", tensor.getDouble(index));
  return tensor.element == 7 ? std::to_string(static_cast<int64_t>(*integer))
                             : std::to_string(*integer);
}

Difference compare(const HostTensor &got, const HostTensor &expected, Tolerance tolerance) {
  Difference result;
  double worstExcess = 0;
  for (int64_t index = 0, size = got.size(); index < size; ++index) {
    double x = got.getDouble(index), y = expected.getDouble(index);
    double absolute = getDistance(got, expected, index);
    if ((std::isnan(x) && std::isnan(y)) || absolute == 0 || (std::isinf(x) && x == y))
      continue;
    if (std::isnan(absolute))
      absolute = std::numeric_limits<double>::infinity();
    double relative = y != 0 ? absolute / std::abs(y) : std::numeric_limits<double>::infinity();
    result.absolute = std::max(result.absolute, absolute);
    result.relative = std::max(result.relative, relative);
    if (double spacing = getSpacing(got.element, y); spacing > 0)
      result.ulps = std::max(result.ulps, absolute / spacing);
    // An infinite expectation would make the tolerance infinite: only equality is good then.
    double allowed = std::isinf(y) ? 0 : tolerance.absolute + tolerance.relative * std::abs(y);
    if (absolute <= allowed)
      continue;
    ++result.failures;
    double excess = absolute - allowed;
    if (result.worst < 0 || excess > worstExcess) {
      worstExcess = excess;
      result.worst = index;
      result.got = getText(got, index);
      result.expected = getText(expected, index);
    }
  }
  return result;
}

Tolerance getTolerance(const VerifyOptions &options, int32_t element) {
  Tolerance tolerance = getDefaultTolerance(element);
  return {options.relative.value_or(tolerance.relative),
          options.absolute.value_or(tolerance.absolute)};
}

std::string describe(const Difference &difference, Tolerance tolerance, int64_t elements) {
  std::string text =
      llvm::formatv("max error abs {0:e2}, rel {1:e2}, ulp {2:f1} (rtol {3:e0}, atol {4:e0}): ",
                    difference.absolute, difference.relative, difference.ulps, tolerance.relative,
                    tolerance.absolute);
  if (!difference.failures)
    return text + "ok";
  text += llvm::formatv(
      "DIFFERENT\n    {0} of {1} elements beyond the tolerance; the worst, [{2}]: "
      "{3} instead of {4}",
      difference.failures, elements, difference.worst, difference.got, difference.expected);
  return text;
}

} // namespace onnxcc
