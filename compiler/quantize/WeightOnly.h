// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Weights in 4 and 8 bits, everything else in floats.
#ifndef ONNXCC_COMPILER_QUANTIZE_WEIGHTONLY_H
#define ONNXCC_COMPILER_QUANTIZE_WEIGHTONLY_H

#include "compiler/Options.h"

#include "llvm/Support/LogicalResult.h"
#include <onnx/onnx_pb.h>

#include <string>
#include <vector>

namespace onnxcc {

/// A constant matrix that products multiply with or that rows are taken of.
struct QuantizedWeight {
  std::string name;
  int64_t depth, columns; // as the right side of a product
  unsigned bits;          // that it got; 0: it stays in float
  double error;           // of 4 bits: noise over signal; the greater ones get 8
  std::string reason;     // why it stays in float
};

struct WeightOnlyModel {
  ::onnx::ModelProto proto;
  std::vector<QuantizedWeight> weights; // in the model's order
};

/// Replaces the matrices that MatMul, Gemm and Gather read by codes, in groups along the depth (of
/// a table along its rows): with DequantizeLinear before what reads them, or, as MatMulNBits and
/// GatherBlockQuantized, in its place. Values keep their names.
/// \pre `model` is of opset 21 at least, its initialisers have raw data.
WeightOnlyModel quantizeWeights(const ::onnx::ModelProto &model, const WeightOnlyOptions &options);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_QUANTIZE_WEIGHTONLY_H
