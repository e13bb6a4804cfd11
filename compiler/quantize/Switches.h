// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A quantised model that can run each of its nodes in float: what is asked of many combinations is
// asked of one compiled model.
#ifndef ONNXCC_COMPILER_QUANTIZE_SWITCHES_H
#define ONNXCC_COMPILER_QUANTIZE_SWITCHES_H

#include "compiler/quantize/Observer.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/Support/LogicalResult.h"
#include <onnx/onnx_pb.h>

#include <optional>
#include <string>
#include <vector>

namespace onnxcc {

/// A node whose inputs are dequantised.
struct SwitchedNode {
  std::string name, op;
  std::string output;                             // its value, before it is quantised
  std::optional<ValueRange> range = std::nullopt; // that it is quantised to
  int64_t floatBytes = 0, bytes = 0;              // of its weights
};

struct SwitchedModel {
  /// The input that says by a bool a node whether it is quantised.
  static constexpr char switches[] = "onnxcc.quantized";

  ::onnx::ModelProto model;
  std::vector<SwitchedNode> nodes; // in the model's order
};

/// Lets each dequantised input of a node of `quantized` be what it is in `floats`, the model that
/// was quantised: a choice (Where) by the node's switch between the dequantised value and the one
/// before its QuantizeLinear, or the weights in float. An output that is dequantised follows the
/// node that gives it. Nodes of both models are the same by their first outputs, or by their names.
/// Fails, having said why, where there are weights whose floats are not found.
llvm::FailureOr<SwitchedModel> addSwitches(const ::onnx::ModelProto &floats,
                                           const ::onnx::ModelProto &quantized);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_QUANTIZE_SWITCHES_H
