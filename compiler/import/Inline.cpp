// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Step 5: replaces calls of the model's own functions by their bodies, at the model's opset.
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
  try {
    ::onnx::inliner::InlineLocalFunctions(model.proto, /*convert_version=*/true);
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
