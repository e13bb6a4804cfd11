// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What rounding weights and activations moves a product's output by on average, taken from its
// bias.
#ifndef ONNXCC_COMPILER_QUANTIZE_BIASCORRECTION_H
#define ONNXCC_COMPILER_QUANTIZE_BIASCORRECTION_H

#include "compiler/quantize/Calibration.h"

namespace onnxcc {

/// Measures the mean error of each product with constant weights, by output channel: on the
/// samples, its quantised form against itself, both of the values that the model in floats has, so
/// that no error is counted in the layers behind it again. Takes it from the biases in `model`;
/// products that have none get one.
/// \pre as for insertQuantization. \returns the number of products, or failure, having said why.
llvm::FailureOr<int64_t> correctBiases(const Options &options, ::onnx::ModelProto &model,
                                       const Ranges &ranges, const std::set<std::string> &floats,
                                       const Samples &samples, llvm::StringRef folder);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_QUANTIZE_BIASCORRECTION_H
