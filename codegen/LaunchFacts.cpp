// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Gathering what launches compute and move: see LaunchFacts.h.
#include "codegen/LaunchFacts.h"

#include "codegen/Model.h"
#include "kernels/Routine.h"

using namespace mlir;

namespace onnxcc {

LaunchFacts getFacts(Operation *step, const Model &model, StringRef name, StringRef description) {
  LaunchFacts facts;
  facts.name = name.str();
  facts.kernel = kernels::getKernelName(step).str();
  facts.description = description.str();
  kernel::Cost cost = kernels::getStepCost(step, model.facts.getEstimates());
  facts.flops = cost.usualFlops();
  facts.bytes = cost.bytes();
  facts.weightBytes = cost.weightBytes;
  return facts;
}

FailureOr<std::vector<LaunchFacts>> getLaunchFacts(ModuleOp module, const EmitOptions &options,
                                                   const std::map<std::string, int64_t> &dims) {
  FailureOr<Model> model = Model::analyze(module, options);
  if (failed(model))
    return failure();
  for (auto [dim, value] : llvm::zip(model->dims, model->facts.greatest))
    if (auto found = dims.find(dim.onnxName); found != dims.end())
      value = found->second;
  // Printing gathers them on the way, so that they are in the order of the calls.
  std::vector<EmittedFile> files;
  if (failed(printKernels(*model, files)))
    return failure();
  return std::move(model->launches);
}

} // namespace onnxcc
