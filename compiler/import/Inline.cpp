// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Step 5: replaces calls of the model's own functions by their bodies.
#include "compiler/import/Model.h"
#include "compiler/import/Schemas.h"

#include "onnx/inliner/inliner.h"

using namespace mlir;

namespace onnxcc::importer {

LogicalResult inlineFunctions(Model &model) {
  if (model.proto.functions_size() == 0)
    return success();
  // A domain that only functions use is imported by them alone.
  for (const ::onnx::FunctionProto &function : model.proto.functions())
    for (const auto &import : function.opset_import())
      if (model.opsets.try_emplace(import.domain(), import.version()).second)
        *model.proto.add_opset_import() = import;
  // Attributes that a body takes from its caller are known once it is inlined, which the upgrade
  // likes better. But the opsets must agree.
  auto isAnother = [&](const auto &import) {
    return import.domain().empty() && import.version() != model.opsets.at("");
  };
  if (llvm::any_of(model.proto.functions(), [&](const ::onnx::FunctionProto &function) {
        return llvm::any_of(function.opset_import(), isAnother);
      }))
    if (failed(upgrade(model)))
      return failure();
  try {
    ::onnx::inliner::InlineLocalFunctions(model.proto, /*convert_version=*/false);
  } catch (const std::exception &exception) {
    return model.error() << "the model's functions cannot be inlined: "
                         << cleanMessage(exception.what());
  }
  for (const ::onnx::FunctionProto &function : model.proto.functions())
    model.error() << "function '" << function.name() << "' of domain '" << function.domain()
                  << "' imports other opsets than the model";
  if (model.failed)
    return failure();
  nameNodes(model);
  return sort(model);
}

} // namespace onnxcc::importer
