// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What passes do with families: see Family.h.
#include "kernels/Family.h"

#include "dialects/kernel/Targets.h"
#include "dialects/support/ConstantData.h"
#include "dialects/support/Extents.h"
#include "kernels/Contraction.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;

namespace onnxcc::kernels {

const Family &getFamily(kernel::LaunchOpInterface launch) {
  return *findFamily(launch.getScheduleAttr().getFamily());
}

//===- Demands ----------------------------------------------------------------===//

Demand alongDims(ArrayRef<unsigned> dims) {
  Demand demand;
  demand.neighbours.assign(dims.begin(), dims.end());
  return demand;
}

static ArrayAttr toList(Builder &builder, ArrayRef<unsigned> dims) {
  return builder.getI64ArrayAttr(llvm::to_vector_of<int64_t>(dims));
}
static SmallVector<unsigned> fromList(ArrayAttr list) {
  return llvm::map_to_vector(list.getAsRange<IntegerAttr>(),
                             [](IntegerAttr dim) { return unsigned(dim.getInt()); });
}

DictionaryAttr Demand::toAttribute(MLIRContext *context) const {
  Builder builder(context);
  SmallVector<NamedAttribute> entries;
  if (!neighbours.empty())
    entries.push_back(builder.getNamedAttr("neighbours", toList(builder, neighbours)));
  if (!joined.empty())
    entries.push_back(builder.getNamedAttr(
        "joined", builder.getArrayAttr(llvm::map_to_vector(joined, [&](const auto &group) {
          return Attribute(toList(builder, group));
        }))));
  if (packed)
    entries.push_back(builder.getNamedAttr("packed", builder.getUnitAttr()));
  if (gathered)
    entries.push_back(builder.getNamedAttr("gathered", builder.getUnitAttr()));
  return builder.getDictionaryAttr(entries);
}

Demand Demand::get(DictionaryAttr attribute) {
  Demand demand;
  if (auto list = attribute.getAs<ArrayAttr>("neighbours"))
    demand.neighbours = fromList(list);
  if (auto groups = attribute.getAs<ArrayAttr>("joined"))
    for (ArrayAttr group : groups.getAsRange<ArrayAttr>())
      demand.joined.push_back(fromList(group));
  demand.packed = attribute.contains("packed");
  demand.gathered = attribute.contains("gathered");
  return demand;
}

bool isMet(const Launch &launch, unsigned operand, const Demand &demand) {
  const Operand &given = operand < launch.inputs.size()
                             ? launch.inputs[operand]
                             : launch.outputs[operand - launch.inputs.size()];
  const LinearForm &form = given.offset;
  if (demand.packed)
    return ArrayRef(given.view.strides) ==
           ArrayRef(getContiguousStrides(given.view.extents, launch.context()));
  auto stride = [&](ArrayRef<unsigned> dims) -> std::optional<AffineExpr> {
    if (llvm::any_of(dims, [&](unsigned dim) { return form.isBroken(dim); }))
      return std::nullopt;
    return launch.collapse(form, dims);
  };
  if (!demand.neighbours.empty()) {
    std::optional<AffineExpr> step = stride(demand.neighbours);
    bool moves = llvm::any_of(demand.neighbours, [&](unsigned dim) { return !launch.isUnit(dim); });
    // What is the same for all of them is no vector, and no harm; but the result must be one.
    bool mayStay = operand < launch.inputs.size() && operand >= launch.op.countFactors();
    if (!step || (moves && *step != 1 && !(mayStay && *step == 0)))
      return false;
  }
  return llvm::all_of(demand.joined, [&](const auto &group) { return stride(group).has_value(); });
}

//===- Decisions --------------------------------------------------------------===//

static DictionaryAttr toAttribute(const Parts &parts, MLIRContext *context) {
  Builder builder(context);
  SmallVector<NamedAttribute> entries;
  for (const auto &[part, dims] : parts)
    entries.push_back(builder.getNamedAttr(part, toList(builder, dims)));
  return entries.empty() ? DictionaryAttr() : builder.getDictionaryAttr(entries);
}

std::string matchFamily(kernel::LaunchOpInterface launch) {
  std::string reasons;
  MLIRContext *context = launch->getContext();
  for (const Family *family : getFamilies()) {
    std::string why;
    std::optional<Parts> parts = family->match(launch, why);
    if (parts) {
      launch.setScheduleAttr(kernel::ScheduleAttr::get(context, family->getName(),
                                                       toAttribute(*parts, context), {}, 1, {}));
      break;
    }
    if (!why.empty())
      reasons += (reasons.empty() ? "" : "; ") + family->getName().str() + ": " + why;
  }
  return reasons;
}

LogicalResult verifyMatch(kernel::LaunchOpInterface launch) {
  kernel::ScheduleAttr schedule = launch.getScheduleAttr();
  const Family *family = schedule ? findFamily(schedule.getFamily()) : nullptr;
  if (!family)
    return launch->emitOpError() << "has no family of kernels";
  std::string why;
  std::optional<Parts> parts = family->match(launch, why);
  if (!parts)
    return launch->emitOpError() << "is no " << family->getName() << ": " << why;
  if (toAttribute(*parts, launch->getContext()) != schedule.getDims())
    return launch->emitOpError() << "has dims that play other parts than its schedule says";
  if (schedule.getVariants().empty())
    return launch->emitOpError() << "has a schedule without variants";
  return success();
}

static int64_t getTasks(double seconds, const Choices &choices) {
  double nanoseconds = 1e9 * seconds;
  return std::clamp<int64_t>(int64_t(nanoseconds / choices.number("task_ns")), 1,
                             choices.number("most_tasks"));
}

static SmallVector<const Target *> getTargets(ModuleOp module) {
  if (FailureOr<SmallVector<const Target *>> listed = kernel::getTargets(module); succeeded(listed))
    return *listed;
  return {&getPortableTarget()};
}

static StringRef getCompiler(ModuleOp module) {
  auto name = module->getAttrOfType<StringAttr>(kernel::kCompilerAttr);
  return name ? name.getValue() : StringRef();
}

int64_t getTasks(Operation *step, StringRef name, const kernel::Cost &cost) {
  auto module = step->getParentOfType<ModuleOp>();
  SmallVector<const Target *> targets = getTargets(module);
  const Target &target = *targets[targets.size() / 2]; // as for launches
  return getTasks(kernel::estimateSeconds(cost, target),
                  lookUpSchedule(name, target.name, getCompiler(module), {}));
}

void chooseSchedule(kernel::LaunchOpInterface launch, ArrayRef<int64_t> symbols) {
  const Family &family = getFamily(launch);
  MLIRContext *context = launch->getContext();
  auto module = launch->getParentOfType<ModuleOp>();
  SmallVector<const Target *> targets = getTargets(module);
  StringRef compiler = getCompiler(module);

  SmallVector<int64_t> extents;
  for (AffineExpr extent : launch.getDomain().getResults())
    extents.push_back(evaluate(extent, symbols).value_or(1));
  ShapeFacts facts = family.getShapeFacts(launch, extents);
  SmallVector<DictionaryAttr> variants, operands;
  facts["bits"] =
      getStorageBits(cast<ShapedType>(launch->getOperand(0).getType()).getElementType());
  int64_t tasks = 1;
  // What targets of a library share is decided for the middle one.
  size_t middle = targets.size() / 2;
  if (!family.variesByTarget())
    targets.assign(1, targets[middle]), middle = 0;
  for (auto [k, target] : llvm::enumerate(targets)) {
    Choices choices = lookUpSchedule(family.getName(), target->name, compiler, facts);
    if (k == middle) // the cut into tasks is shared too
      tasks = getTasks(kernel::estimateSeconds(launch, symbols, *target), choices);
    choices.erase("task_ns");
    choices.erase("most_tasks");
    family.refine(choices, facts);
    variants.push_back(choices.toAttribute(context));
  }
  if (llvm::all_equal(variants))
    variants.resize(1);
  for (const Demand &demand : family.getDemands(launch))
    operands.push_back(demand.toAttribute(context));
  launch.setScheduleAttr(
      launch.getScheduleAttr().withOperands(operands).withChoices(tasks, variants));
}

} // namespace onnxcc::kernels
