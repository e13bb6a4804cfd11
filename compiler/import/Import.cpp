// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The importer's steps, and the border that no exception passes.
#include "compiler/import/Import.h"
#include "compiler/import/Model.h"

#include "llvm/Support/Path.h"

using namespace mlir;

namespace onnxcc {

ModelSource::ModelSource(std::string file)
    : path(std::move(file)), folder(llvm::sys::path::parent_path(path).str()) {}

ModelSource::ModelSource(StringRef bytes, std::string path, std::optional<std::string> folder)
    : path(std::move(path)), bytes(bytes), folder(std::move(folder)) {}

static OwningOpRef<ModuleOp> runSteps(importer::Model &model) {
  // 1. Map the file; large tensors stay there, the library sees markers in their place.
  if (failed(scan(model)))
    return {};
  // Up to the dimensions a step that fails does not keep the next from looking at the nodes: one
  // run names all problems.
  (void)liftTensors(model);
  // 2. Some exporters write nodes in any order; every later step wants definitions before uses.
  (void)sort(model);
  // 3. Node by node.
  (void)check(model);
  // 4. What is wrong in many files and has one sensible meaning.
  if (model.failed || failed(mend(model)) || failed(resolveDimensions(model))) {
    reportUnknownOperators(model);
    return {};
  }
  // 5. Before the upgrade, which wants to know all attributes.
  if (failed(inlineFunctions(model)))
    return {};
  // 6. From here on every operator has one version.
  if (failed(upgrade(model)))
    return {};
  // 7. Types as far as the library knows them; the graph phase infers its own.
  inferTypes(model);
  // 8. Not before the upgrade: the newest schemas tell inputs apart.
  if (failed(checkTypes(model)))
    return {};
  // 9. What has no lowering of its own may be a function of what has.
  if (failed(expandFunctions(model)))
    return {};
  // 10. Node for node.
  OwningOpRef<ModuleOp> module = build(model);
  // 11. What the options put in front of the model.
  if (!module || failed(preprocess(model, *module)))
    return {};
  return module;
}

OwningOpRef<ModuleOp> importModel(const ModelSource &source, const ImportOptions &options,
                                  MLIRContext &context) {
  importer::Model model(source, options, context);
  try {
    return runSteps(model);
  } catch (const std::exception &exception) {
    model.error() << "the importer failed: " << importer::cleanMessage(exception.what());
    return {};
  }
}

} // namespace onnxcc
