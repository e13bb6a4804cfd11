// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Counting a launch's arithmetic and traffic: see LaunchFacts.h.
#include "codegen/LaunchFacts.h"

#include "codegen/Model.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Interfaces/CastInterfaces.h"
#include "llvm/ADT/DenseSet.h"

using namespace mlir;

namespace onnxcc {

/// Operations of the region a point; a polynomial of libm or of the runtime takes about 16.
static double countOperations(Block &code) {
  double count = 0;
  for (Operation &op : code) {
    StringRef dialect = op.getName().getDialectNamespace();
    if (dialect == "math")
      count += 16;
    else if (isa<kernel::ReduceOp>(op) ||
             (dialect == "arith" && !isa<arith::ConstantOp, CastOpInterface>(op)))
      count += 1;
  }
  return count;
}

double Launch::points() const {
  double points = 1;
  for (AffineExpr extent : domain)
    points *= estimate(extent);
  return points;
}

double Launch::flops() const {
  if (auto contract = dyn_cast<kernel::ContractOp>(op.getOperation()))
    return points() * contract.getProducts();
  if (isa<kernel::AttentionOp>(op.getOperation()))
    return 2 * estimate(domain[0]) * estimate(domain[1]) * estimate(domain[2]) *
           estimate(domain[4]) * (estimate(domain[3]) + estimate(domain[5]));
  return points() * countOperations(*op.getCode());
}

Launch::Traffic Launch::traffic() const {
  Traffic traffic;
  llvm::DenseSet<Value> seen;
  auto add = [&](const Operand &operand) {
    if (!seen.insert(operand.value).second)
      return;
    double elements = 1;
    for (AffineExpr extent : operand.view.extents)
      elements *= estimate(extent);
    // Of a larger tensor no more than an element a point can be read.
    double bytes =
        std::min(elements, points()) * ((operand.view.element.getIntOrFloatBitWidth() + 7) / 8);
    traffic.bytes += bytes;
    traffic.weightBytes += operand.isWeight ? bytes : 0;
  };
  llvm::for_each(inputs, add);
  add(output);
  return traffic;
}

LaunchFacts getFacts(const Launch &launch, StringRef name) {
  LaunchFacts facts;
  facts.name = name.str();
  if (kernel::ScheduleAttr schedule = launch.op.getScheduleAttr())
    facts.kernel = schedule.getKernelTemplate().str();
  facts.description = describeLaunch(launch);
  facts.flops = launch.flops();
  Launch::Traffic traffic = launch.traffic();
  facts.bytes = traffic.bytes;
  facts.weightBytes = traffic.weightBytes;
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
