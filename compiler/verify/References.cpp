// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which reference runs: see References.h.
#include "compiler/verify/References.h"

using namespace llvm;

namespace onnxcc {

FailureOr<ReferenceRun> runReference(const Options &given, ArrayRef<HostTensor> inputs,
                                     StringRef folder, ArrayRef<std::string> values) {
  Options options = given;
  if (!options.verify.referenceModel.empty())
    options.input = options.verify.referenceModel;
  Reference reference = options.verify.reference.value_or(Reference::Auto);
  bool isRuntime = reference == Reference::OnnxRuntime ||
                   (reference != Reference::Evaluation && hasOnnxRuntime(options.verify.python));
  FailureOr<std::vector<HostTensor>> outputs =
      isRuntime ? runOnnxRuntime(options.verify.python, options.input, inputs, folder, values)
                : evaluateModel(options, inputs, values);
  if (failed(outputs))
    return failure();
  return ReferenceRun{std::move(*outputs), isRuntime ? "ONNX Runtime" : "the reference evaluation"};
}

} // namespace onnxcc
