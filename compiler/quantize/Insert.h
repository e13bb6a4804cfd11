// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The quantised model, from the model in floats and the ranges of its values.
#ifndef ONNXCC_COMPILER_QUANTIZE_INSERT_H
#define ONNXCC_COMPILER_QUANTIZE_INSERT_H

#include "compiler/quantize/Observer.h"
#include "compiler/quantize/Placement.h"

namespace onnxcc {

/// Of values by their names.
using Ranges = llvm::StringMap<ValueRange>;

/// A node that could be quantised, in the model's order.
struct QuantizedLayer {
  std::string name, op, output;
  bool isQuantized = false;
  std::string reason; // why it is in float
};

struct QuantizedModel {
  ::onnx::ModelProto proto;
  std::vector<QuantizedLayer> layers;
};

/// The values whose ranges `insertQuantization` may want, whatever stays in float.
std::vector<std::string> getObservedValues(const ::onnx::ModelProto &prepared,
                                           const QuantizeOptions &options,
                                           const std::set<std::string> &floats);

/// Writes QuantizeLinear and DequantizeLinear behind values, weights as int8 (symmetric, by output
/// channel) and biases as int32 into a copy of the model. Nodes named in `floats` stay in float.
/// Values keep their names before they are quantised; but an output's name is that of the
/// dequantised value.
/// \pre `prepared` is prepareModel's, and `ranges` has what getObservedValues names.
QuantizedModel insertQuantization(const ::onnx::ModelProto &prepared, const Ranges &ranges,
                                  const QuantizeOptions &options,
                                  const std::set<std::string> &floats);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_QUANTIZE_INSERT_H
