// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a model takes, and whether data fit it.
#ifndef ONNXCC_COMPILER_QUANTIZE_MODELINPUT_H
#define ONNXCC_COMPILER_QUANTIZE_MODELINPUT_H

#include "compiler/Options.h"
#include "compiler/verify/HostTensor.h"

namespace onnxcc {

struct ModelInput {
  std::string name;
  int32_t element = 0;        // ONNX's number
  std::vector<int64_t> shape; // -1 where an extent is open
};

/// The inputs in the model's order, with the dims that `options` pin. What is wrong has been told.
llvm::FailureOr<std::vector<ModelInput>> readModelInputs(const Options &options);

/// "float[?,3,224,224]".
std::string describe(const ModelInput &input);

/// Takes `tensor`, the data of the sample `sample`, for `input`: its name, and a batch of 1 where
/// only that is missing. Fails where type or shape are not the input's, and at NaN or infinity.
llvm::LogicalResult fitTo(const ModelInput &input, HostTensor &tensor, llvm::StringRef sample);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_QUANTIZE_MODELINPUT_H
