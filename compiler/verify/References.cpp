// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which reference runs: see References.h.
#include "compiler/verify/References.h"

#include "compiler/driver/Process.h"

using namespace llvm;

namespace onnxcc {

bool usesOnnxRuntime(const Options &options) {
  switch (options.verify.reference.value_or(Reference::Auto)) {
  case Reference::OnnxRuntime:
    return true;
  case Reference::Evaluation:
    return false;
  default:
    return options.compile.import.images.empty() && hasOnnxRuntime(options.verify.python);
  }
}

FailureOr<ReferenceRun> runReference(const Options &given, ArrayRef<HostTensor> inputs,
                                     StringRef folder, ArrayRef<std::string> values) {
  Options options = given;
  if (!options.verify.referenceModel.empty())
    options.input = options.verify.referenceModel;
  bool isRuntime = usesOnnxRuntime(options);
  if (isRuntime && !options.compile.import.images.empty())
    return failCommand("ONNX Runtime takes the model's own inputs, not the pixels of --input: say "
                       "--reference=eval, or store outputs");
  FailureOr<std::vector<HostTensor>> outputs =
      isRuntime ? runOnnxRuntime(options.verify.python, options.input, inputs, folder, values)
                : evaluateModel(options, inputs, values);
  if (failed(outputs))
    return failure();
  return ReferenceRun{std::move(*outputs), isRuntime ? "ONNX Runtime" : "the reference evaluation"};
}

} // namespace onnxcc
