// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How far two tensors are apart, and whether that is near enough.
#ifndef ONNXCC_COMPILER_VERIFY_COMPARE_H
#define ONNXCC_COMPILER_VERIFY_COMPARE_H

#include "compiler/Options.h"
#include "compiler/verify/HostTensor.h"

#include <optional>

namespace onnxcc {

struct Tolerance {
  double relative, absolute;
};

/// The defaults by element type: float 1e-3 and 1e-4, since a library may sum in another order than
/// the reference; half and bfloat16 1e-2 and 1e-3; double 1e-6 and 1e-9; 8-bit integers one step,
/// since a tie may round the other way after sums in another order; other integers and bools
/// exactly.
Tolerance getDefaultTolerance(int32_t element);

/// The defaults, and over them what --rtol and --atol say.
Tolerance getTolerance(const VerifyOptions &options, int32_t element);

struct Difference {
  double absolute = 0, relative = 0;
  double ulps = 0;           // of the element type; 0 for integers
  int64_t failures = 0;      // elements beyond the tolerance
  int64_t worst = -1;        // the index of the one furthest beyond it
  std::string got, expected; // that element
};

/// An element is good when |got - expected| <= absolute + relative * |expected|, when both are NaN,
/// or when both are the same infinity. Integers are subtracted as such, 64-bit ones too.
/// \pre equal element types and shapes.
Difference compare(const HostTensor &got, const HostTensor &expected, Tolerance tolerance);

/// "max error abs 1.2e-7, …: ok", or DIFFERENT with a second line about the worst element.
std::string describe(const Difference &difference, Tolerance tolerance, int64_t elements);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_VERIFY_COMPARE_H
