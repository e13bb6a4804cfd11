// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The importer's steps for a model that stays a proto: see Proto.h.
#include "compiler/import/Proto.h"

#include "compiler/import/Tensors.h"

using namespace mlir;

namespace onnxcc {

/// The opset of raised models and the IR version that it came with.
static constexpr int raisedOpset = 21, raisedIrVersion = 10;

static LogicalResult runSteps(importer::Model &model, int64_t leastOpset) {
  if (failed(scan(model)))
    return failure();
  (void)liftTensors(model);
  (void)sort(model);
  (void)check(model);
  if (model.failed || failed(mend(model)) || failed(inlineFunctions(model)))
    return failure();
  auto opset = model.opsets.find("");
  if (opset != model.opsets.end() && opset->second < leastOpset && failed(upgrade(model)))
    return failure();
  inferTypes(model);
  restoreTensors(model);
  return model.result();
}

std::unique_ptr<::onnx::ModelProto> importProto(const ModelSource &source,
                                                const ImportOptions &options, int64_t leastOpset,
                                                MLIRContext &context) {
  importer::Model model(source, options, context);
  model.opset = raisedOpset;
  model.irVersion = raisedIrVersion;
  try {
    if (failed(runSteps(model, leastOpset)))
      return nullptr;
  } catch (const std::exception &exception) {
    model.error() << "the importer failed: " << importer::cleanMessage(exception.what());
    return nullptr;
  }
  return std::make_unique<::onnx::ModelProto>(std::move(model.proto));
}

} // namespace onnxcc
