// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The list of files: see Emit.h.
#include "codegen/Emit.h"

#include "codegen/EmbeddedRuntime.h"
#include "codegen/Model.h"

using namespace mlir;

namespace onnxcc {

FailureOr<std::vector<EmittedFile>> emit(ModuleOp module, const EmitOptions &options) {
  FailureOr<Model> model = Model::analyze(module, options);
  if (failed(model))
    return failure();
  if (model->hasWeightFile())
    model->weightHash = hashWeightFile(*model);
  std::vector<EmittedFile> kernels, weights;
  if (failed(printKernels(*model, kernels)))
    return failure();
  printWeights(*model, weights);

  std::vector<EmittedFile> files;
  files.push_back({model->name + ".h", EmittedFile::Kind::Header, printHeader(*model), {}});
  files.push_back({model->name + ".cpp", EmittedFile::Kind::ApiSource, printApi(*model), {}});
  std::move(kernels.begin(), kernels.end(), std::back_inserter(files));
  std::move(weights.begin(), weights.end(), std::back_inserter(files));
  for (const RuntimeHeader &header : getRuntimeHeaders())
    files.push_back(
        {"runtime/" + header.name.str(), EmittedFile::Kind::RuntimeHeader, header.text.str(), {}});
  return files;
}

} // namespace onnxcc
