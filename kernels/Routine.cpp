// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What passes and printers do with calls: see Routine.h.
#include "kernels/Routine.h"

#include "dialects/kernel/Targets.h"
#include "dialects/support/Extents.h"
#include "kernels/Family.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace onnxcc::kernels {

const Routine &getRoutine(kernel::CallOp call) { return *findRoutine(call.getCallee()); }

//===- What passes ask ----------------------------------------------------------===//

/// The numbers of the parameters for which `has` holds.
static SmallVector<int64_t> list(ArrayRef<Routine::Parameter> parameters,
                                 bool Routine::Parameter::*has) {
  SmallVector<int64_t> numbers;
  for (auto [k, parameter] : llvm::enumerate(parameters))
    if (parameter.*has)
      numbers.push_back(k);
  return numbers;
}

SmallVector<int64_t> Routine::getUpdates() const { return list(inits, &Parameter::isUpdated); }
SmallVector<int64_t> Routine::getInPlace() const { return list(inputs, &Parameter::isInPlace); }

LogicalResult verifyCall(kernel::CallOp call) {
  const Routine *routine = findRoutine(call.getCallee());
  if (!routine)
    return call.emitOpError() << "names no routine of the runtime: '" << call.getCallee() << "'";
  if (call.getInputs().size() != routine->getInputs().size() ||
      call.getInits().size() != routine->getInits().size())
    return call.emitOpError() << "has " << call.getInputs().size() << " inputs and "
                              << call.getInits().size() << " destinations, " << call.getCallee()
                              << " has " << routine->getInputs().size() << " and "
                              << routine->getInits().size();
  if (call.getUpdates() != ArrayRef(routine->getUpdates()) ||
      call.getInPlace() != ArrayRef(routine->getInPlace()))
    return call.emitOpError() << "reads and writes otherwise than " << call.getCallee() << " does";
  if (std::string why = routine->getObstacle(call); !why.empty())
    return call.emitOpError() << "is no call of " << call.getCallee() << ": " << why;
  return success();
}

static SmallVector<int64_t> getExtentsAt(kernel::CallOp call, ArrayRef<int64_t> symbols) {
  return llvm::map_to_vector(call.getDomain().getResults(), [&](AffineExpr extent) {
    return evaluate(extent, symbols).value_or(1);
  });
}

void chooseTasks(kernel::CallOp call, ArrayRef<int64_t> symbols) {
  const Routine &routine = getRoutine(call);
  SmallVector<int64_t> extents = getExtentsAt(call, symbols);
  int64_t tasks = getTasks(call, routine.getName(), routine.getCost(call, extents));
  call.setTasks(std::min(tasks, std::max<int64_t>(routine.getMostTasks(call, extents), 1)));
}

AffineExpr getScratchBytes(Operation *step) {
  auto call = dyn_cast<kernel::CallOp>(step);
  auto launch = dyn_cast<kernel::LaunchOpInterface>(step);
  std::optional<Scratch> scratch =
      call ? getRoutine(call).getScratch(call) : getFamily(launch).getScratch(launch);
  if (!scratch)
    return {};
  int64_t tasks = call ? int64_t(call.getTasks()) : launch.getScheduleAttr().getTasks();
  return scratch->isPerTask ? scratch->bytes * tasks : scratch->bytes;
}

bool isContiguous(const View &view) {
  if (view.extents.empty())
    return true;
  SmallVector<AffineExpr> strides =
      getContiguousStrides(view.extents, view.extents.front().getContext());
  // The stride of an axis of one element is nobody's.
  return llvm::all_of(llvm::zip(view.extents, view.strides, strides), [](auto axis) {
    auto [extent, stride, wanted] = axis;
    return extent == 1 || stride == wanted;
  });
}

kernel::Cost getStepCost(Operation *step, ArrayRef<int64_t> symbols) {
  if (auto launch = dyn_cast<kernel::LaunchOpInterface>(step))
    return kernel::getCost(launch, symbols);
  auto call = cast<kernel::CallOp>(step);
  return getRoutine(call).getCost(call, getExtentsAt(call, symbols));
}

int64_t getStepStackBytes(Operation *step) {
  if (auto launch = dyn_cast<kernel::LaunchOpInterface>(step))
    return getFamily(launch).getStackBytes(launch);
  auto call = cast<kernel::CallOp>(step);
  return getRoutine(call).getStackBytes(call);
}

StringRef getKernelName(Operation *step) {
  if (auto call = dyn_cast<kernel::CallOp>(step))
    return call.getCallee();
  kernel::ScheduleAttr schedule = cast<kernel::LaunchOpInterface>(step).getScheduleAttr();
  return schedule ? schedule.getFamily() : StringRef();
}

//===- What printers ask --------------------------------------------------------===//

static Operand makeOperand(Value value, const Views &views) {
  Operand operand;
  operand.value = value;
  operand.view = views[value];
  operand.type = getElementType(operand.view.element);
  operand.isWeight = operand.view.base.getDefiningOp<kernel::WeightOp>() != nullptr;
  return operand;
}

Call::Call(kernel::CallOp op, const Views &views, const ModuleFacts &facts) : op(op), facts(facts) {
  llvm::append_range(domain, op.getDomain().getResults());
  const Routine &routine = getRoutine(op);
  auto add = [&](OperandRange values, ArrayRef<Routine::Parameter> parameters,
                 std::vector<Operand> &operands) {
    for (auto [value, parameter] : llvm::zip(values, parameters)) {
      operands.push_back(makeOperand(value, views));
      operands.back().name = parameter.name;
    }
  };
  add(op.getInputs(), routine.getInputs(), inputs);
  add(op.getInits(), routine.getInits(), outputs);
}

std::string Call::parameter(StringRef name) const {
  return op.getParameters().getAs<StringAttr>(name).getValue().str();
}

LaunchFunction Call::print(LaunchFunction function, StringRef routine) const {
  function.header = "runtime/" + getRoutine(op).getHeader().str();
  SmallVector<std::string> arguments{"call", function.shape(facts)};
  auto add = [&](const std::string &parameter, StringRef name) {
    function.parameters.push_back(parameter);
    arguments.push_back(name.str());
  };
  for (const Operand &input : inputs)
    add("const " + input.type + " *" + input.name, input.name);
  for (const Operand &output : outputs)
    add(output.type + " *" + output.name, output.name);
  if (op.getScratch())
    add("void *scratch", "scratch");
  for (const auto &line : function.members)
    for (const LaunchFunction::Member &member : line)
      Launch::noteSymbols(member.value, function);
  for (const LaunchFunction::List &list : function.lists)
    for (AffineExpr value : list.values)
      Launch::noteSymbols(value, function);
  function.body.push_back(routine.str() + "(" + llvm::join(arguments, ", ") + ");");
  function.compileSeconds = 0.2;
  return function;
}

} // namespace onnxcc::kernels

std::string onnxcc::describeCall(const kernels::Call &call) {
  std::string text = describeNodes(call.op->getLoc());
  if (!text.empty())
    text += ": ";
  auto join = [&](const std::vector<Operand> &operands) {
    return llvm::join(
        llvm::map_range(operands,
                        [&](const Operand &o) { return formatShape(o.view, call.facts); }),
        ", ");
  };
  return text + join(call.inputs) + (call.inputs.empty() ? "-> " : " -> ") + join(call.outputs);
}
