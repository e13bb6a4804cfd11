// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A quantised model that can run each of its layers in float: what is asked of many combinations is
// asked of one compiled model.
#ifndef ONNXCC_COMPILER_QUANTIZE_SWITCHES_H
#define ONNXCC_COMPILER_QUANTIZE_SWITCHES_H

#include "compiler/quantize/Insert.h"

#include "llvm/Support/LogicalResult.h"

#include <optional>
#include <string>
#include <vector>

namespace onnxcc {

/// A node that is quantised or not, with those that are part of it: an activation, a bias.
struct SwitchedLayer {
  std::vector<std::string> nodes;                 // by name; the first is what counts
  std::string op;                                 // of the first
  std::string output;                             // the last one's value, before it is quantised
  std::optional<ValueRange> range = std::nullopt; // that it is quantised to
  int64_t floatBytes = 0, bytes = 0;              // of the weights
};

struct SwitchedModel {
  /// The input that says by a bool a layer whether it is quantised.
  static constexpr char switches[] = "onnxcc.quantized";

  ::onnx::ModelProto model;
  std::vector<SwitchedLayer> layers; // in the model's order
};

/// Lets each dequantised input of a node be what it is in `floats`, the model that was quantised: a
/// choice (Where) between the dequantised value and the one before its QuantizeLinear, or the
/// weights in float. A value is taken quantised where the node that takes it is quantised or the
/// one that gives it, as insertQuantization has it for any set of nodes in float; what only moves
/// values goes with what gives them.
/// Fails, having said why, where there are weights whose floats are not found.
llvm::FailureOr<SwitchedModel> addSwitches(const ::onnx::ModelProto &floats,
                                           const QuantizedModel &quantized);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_QUANTIZE_SWITCHES_H
