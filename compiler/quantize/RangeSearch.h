// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ranges that are the best by a measure of what quantisation loses.
#ifndef ONNXCC_COMPILER_QUANTIZE_RANGESEARCH_H
#define ONNXCC_COMPILER_QUANTIZE_RANGESEARCH_H

#include "compiler/quantize/Histogram.h"
#include "compiler/quantize/Observer.h"

namespace onnxcc {

/// The range whose quantised values have the least mean squared error: by rounding within it and by
/// clipping beyond. \pre not all values are zero.
ValueRange findRangeOfLeastError(const Histogram &histogram, const ObserverOptions &options);

/// The range whose quantised values are distributed most like the values themselves: the method of
/// S. Migacz, "8-bit inference with TensorRT" (2017). \pre not all values are zero.
ValueRange findRangeOfLeastDivergence(const Histogram &histogram, ValueRange seen,
                                      const ObserverOptions &options);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_QUANTIZE_RANGESEARCH_H
