// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A model made ready to be quantised.
#ifndef ONNXCC_COMPILER_QUANTIZE_PREPARE_H
#define ONNXCC_COMPILER_QUANTIZE_PREPARE_H

#include "compiler/Options.h"

#include "llvm/Support/LogicalResult.h"
#include <onnx/onnx_pb.h>

namespace onnxcc {

/// DequantizeLinear has an axis from this opset on; from 21 on blocks, and codes of 4 bits.
inline constexpr int64_t axisOpset = 13, blockOpset = 21;

/// Reads the model of `options` as quantisation wants it: of `leastOpset` at least, constants are
/// initialisers, batch norms are folded into the products before them, and factors of Gemm into its
/// weights. The values that stay keep their names; all nodes have one.
/// Fails, having said why, at what cannot be read and where the model is quantised already.
llvm::FailureOr<::onnx::ModelProto> prepareModel(const Options &options,
                                                 int64_t leastOpset = axisOpset);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_QUANTIZE_PREPARE_H
