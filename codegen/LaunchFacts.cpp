// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Gathering what launches compute and move: see LaunchFacts.h.
#include "codegen/LaunchFacts.h"

#include "codegen/Model.h"
#include "dialects/support/Locations.h"
#include "kernels/Routine.h"

using namespace mlir;

namespace onnxcc {

/// Whether a launch computes its first input's elements as they are.
static bool isCopy(kernel::MapOp map) {
  Block &code = map.getBody().front();
  return map.getInits().size() == 1 && code.back().getOperand(0) == code.getArgument(0);
}

/// The name of the order into which a map of one input brings it, "nhwc"; empty if it stays as it
/// is, or a node of the model asks for it.
static std::string getLayout(kernel::MapOp map) {
  if (map.getInputs().size() != 1 || !map.getIndices().empty())
    return "";
  auto maps = llvm::to_vector(map.getMaps().getAsValueRange<AffineMapAttr>());
  SmallVector<NodeOrigin> origins = getOrigins(map.getLoc());
  if (!maps[0].isPermutation() || maps[0].isIdentity() || !maps[1].isIdentity() ||
      llvm::any_of(origins, [](const NodeOrigin &origin) {
        return StringRef(origin.op).starts_with("Transpose,");
      }))
    return "";
  if (!isCopy(map) &&
      llvm::none_of(origins, [](const NodeOrigin &origin) { return origin.isLayout; }))
    return "";
  auto is = [&](ArrayRef<unsigned> order) {
    return maps[0] == AffineMap::getPermutationMap(order, map.getContext());
  };
  return is({0, 3, 1, 2}) ? "nhwc" : is({0, 2, 3, 1}) ? "nchw" : "transposed";
}

LaunchNames getNames(Operation *step) {
  LaunchNames names{getLaunchName(step->getLoc()), describeNodes(step->getLoc()), "", false};
  auto map = dyn_cast<kernel::MapOp>(step);
  if (!map)
    return names;
  names.layout = getLayout(map);
  names.isLayoutCopy = !names.layout.empty() && isCopy(map);
  if (names.isLayoutCopy) {
    names.function = names.layout == "transposed" ? "transpose" : "to_" + names.layout;
    names.nodes = names.layout + " for " + names.nodes;
  }
  return names;
}

std::string describe(const Launch &launch) {
  LaunchNames names = getNames(launch.op);
  return (names.isLayoutCopy ? names.layout + " for " : "") + describeLaunch(launch);
}

LaunchFacts getFacts(Operation *step, const Model &model, StringRef description) {
  LaunchNames names = getNames(step);
  LaunchFacts facts;
  facts.name = names.nodes.empty() ? names.function : names.nodes;
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
  std::vector<LaunchFacts> facts;
  model->function.walk([&](Operation *step) {
    if (auto launch = dyn_cast<kernel::LaunchOpInterface>(step))
      facts.push_back(getFacts(step, *model, describe(Launch(launch, model->views, model->facts))));
    else if (auto call = dyn_cast<kernel::CallOp>(step))
      facts.push_back(
          getFacts(step, *model, describeCall(kernels::Call(call, model->views, model->facts))));
  });
  return facts;
}

} // namespace onnxcc
