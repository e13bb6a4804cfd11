// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// kernel.contract as plain loops: every shape works, none is fast.
#include "kernels/Contraction.h"
#include "kernels/LoopNest.h"
#include "kernels/Registry.h"

#include "dialects/support/Extents.h"
#include "dialects/support/Intervals.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using llvm::formatv;

namespace onnxcc::kernels {

namespace {
class LoopsPrinter {
public:
  explicit LoopsPrinter(const Launch &launch)
      : launch(launch), op(cast<kernel::ContractOp>(launch.op.getOperation())),
        names(launch.dimCount()) {}

  FailureOr<LaunchFunction> print();
  StringRef getWalk() const { return getVectorDim(getParallel()) ? "lanes" : "elements"; }

private:
  SmallVector<unsigned> getParallel() const;
  SmallVector<std::string> getChecks(unsigned depth, ArrayRef<unsigned> order) const;
  std::optional<unsigned> getVectorDim(ArrayRef<unsigned> parallel) const;
  bool varies(const Operand &operand) const {
    return vectorDim && operand.offset.number(*vectorDim) == 1;
  }
  Expression getOffset(const Operand &operand) const;
  std::string getElement(const Operand &operand) const;
  std::string getFactor(unsigned number, const std::string &type) const;
  LogicalResult printSums(ArrayRef<unsigned> reduced);
  LogicalResult printPoint(ArrayRef<unsigned> reduced);

  const Launch &launch;
  mutable kernel::ContractOp op;  // a handle
  SmallVector<std::string> names; // of the dims' loop variables; "0" for unit dims
  std::optional<unsigned>
      vectorDim; // of the output, along which several elements are computed at once
  CodeBlock code;
};
} // namespace

/// The values of an index over a static domain.
static std::optional<Interval> getBounds(const Launch &launch, AffineExpr index) {
  return getInterval(index, [&](AffineExpr leaf) -> std::optional<Interval> {
    auto dim = dyn_cast<AffineDimExpr>(leaf);
    auto extent =
        dim ? dyn_cast<AffineConstantExpr>(launch.domain[dim.getPosition()]) : AffineConstantExpr();
    return extent ? std::optional(getIndexInterval(extent.getValue())) : std::nullopt;
  });
}

/// Conditions under which the point contributes nothing, of indices whose last dim in `order` is at
/// `depth`.
SmallVector<std::string> LoopsPrinter::getChecks(unsigned depth, ArrayRef<unsigned> order) const {
  SmallVector<std::string> checks;
  const Operand &x = launch.inputs[0];
  for (auto [index, extent] : llvm::zip(x.map.getResults(), x.view.extents)) {
    unsigned last = 0;
    bool plain = isa<AffineDimExpr>(index) || isa<AffineConstantExpr>(index);
    for (auto [k, dim] : llvm::enumerate(order))
      if (index.isFunctionOfDim(dim))
        last = k;
    if (last != depth)
      continue;
    std::optional<Interval> bounds = getBounds(launch, index);
    auto limit = dyn_cast<AffineConstantExpr>(extent);
    std::string text = printAffine(index, names, launch.facts.symbols).as(Precedence::Additive);
    // A plain dim over a dynamic extent is in range by the domain.
    if (!(bounds ? bounds->min >= 0 : plain))
      checks.push_back(text + " < 0");
    if (!(bounds && limit ? bounds->max < limit.getValue() : plain))
      checks.push_back(text + " >= " + launch.print(extent));
  }
  return checks;
}

/// The innermost dim of the output, if every operand is contiguous or constant along it and no
/// index that may be out of range depends on it.
std::optional<unsigned> LoopsPrinter::getVectorDim(ArrayRef<unsigned> parallel) const {
  if (parallel.empty())
    return std::nullopt;
  unsigned dim = parallel.back();
  auto fits = [&](const Operand &operand) {
    std::optional<int64_t> stride = operand.offset.number(dim);
    return stride && (*stride == 0 || *stride == 1);
  };
  auto follows = [&](const Operand &output) { return output.offset.number(dim) == 1; };
  if (!llvm::all_of(launch.outputs, follows) || !llvm::all_of(launch.inputs, fits) ||
      launch.estimate(launch.domain[dim]) < 4)
    return std::nullopt;
  const Operand &x = launch.inputs[0];
  for (auto [index, extent] : llvm::zip(x.map.getResults(), x.view.extents))
    if (index.isFunctionOfDim(dim) && !isa<AffineDimExpr>(index)) {
      std::optional<Interval> bounds = getBounds(launch, index);
      auto limit = dyn_cast<AffineConstantExpr>(extent);
      if (!bounds || !limit || bounds->min < 0 || bounds->max >= limit.getValue())
        return std::nullopt;
    }
  return dim;
}

Expression LoopsPrinter::getOffset(const Operand &operand) const {
  AffineExpr sum = operand.offset.constant;
  for (unsigned dim = 0; dim < launch.dimCount(); ++dim)
    sum = sum + getAffineDimExpr(dim, launch.context()) * operand.offset.coefficients[dim];
  if (operand.offset.rest)
    sum = sum + operand.offset.rest;
  return printAffine(sum, names, launch.facts.symbols);
}

std::string LoopsPrinter::getElement(const Operand &operand) const {
  return makeElement(operand.name, getOffset(operand)).text;
}

/// A factor at the loops' place, less its zero point.
std::string LoopsPrinter::getFactor(unsigned number, const std::string &type) const {
  auto read = [&](const Operand &input, bool isUnsigned) {
    std::string pointer = makeOffset(input.name, getOffset(input)).text;
    if (isUnsigned)
      pointer = "asUnsigned(" + pointer + ")";
    if (varies(input))
      return "load<decltype(acc)>(" + pointer + ")";
    std::string element = isUnsigned ? "*" + pointer : getElement(input);
    return input.type == type ? element : "cast<" + type + ">(" + element + ")";
  };
  std::string text = read(launch.inputs[number], isUnsigned(op, number));
  std::optional<unsigned> zero =
      findBeside(op, number == 0 ? Beside::InputZero : Beside::WeightZero);
  return zero ? "(" + text + " - " + read(launch.inputs[*zero], isUnsigned(op, number)) + ")"
              : text;
}

/// Declares `acc` and combines in it what the reduced dims run over.
LogicalResult LoopsPrinter::printSums(ArrayRef<unsigned> reduced) {
  std::string type = getElementType(launch.op.getCode()->getArgument(0).getType());
  if (type.empty())
    return op.emitError("sums in a type that the emitted code has not");
  const Combiner &combiner = getCombiner(op.getCombine());
  std::string identity = combiner.identity.empty()
                             ? (combiner.type + "::identity<" + type + ">()").str()
                             : combiner.identity.str();
  if (vectorDim)
    code.line(formatv("auto acc = splat(tag, {0}({1}));", type, identity));
  else
    code.line(formatv("{0} acc = {1};", type, identity));
  unsigned opened = 0;
  for (auto [k, dim] : llvm::enumerate(reduced)) {
    if (!launch.isUnit(dim)) {
      code.open(formatv("for (Index {0} = 0; {0} < {1}; ++{0}) {{", names[dim],
                        launch.print(launch.domain[dim])));
      ++opened;
    }
    SmallVector<std::string> checks = getChecks(k, reduced);
    if (checks.empty())
      continue;
    std::string condition;
    for (const std::string &check : checks)
      condition += (condition.empty() ? "" : " || ") + check;
    if (!launch.isUnit(dim)) {
      code.line("if (" + condition + ")");
      code.line("  continue;");
    } else {
      code.open("if (!(" + condition + ")) {");
      ++opened;
    }
  }
  std::string product = getFactor(0, type);
  if (op.getProducts() == 2)
    product += " * " + getFactor(1, type);
  code.line(formatv(combiner.accumulate, product));
  while (opened--)
    code.close();
  return success();
}

/// One element of the output, or as many as `tag` has lanes.
LogicalResult LoopsPrinter::printPoint(ArrayRef<unsigned> reduced) {
  if (failed(printSums(reduced)))
    return failure();
  Block *region = launch.op.getCode();
  NameScope scope;
  scope.add("acc");
  for (const Operand &output : launch.outputs)
    scope.add(output.name);
  for (const Operand &input : launch.inputs)
    scope.add(input.name);
  for (const std::string &name : names)
    scope.add(name);
  ScalarPrinter printer(scope);
  printer.bind(region->getArgument(0),
               {{"acc", Precedence::Primary}, vectorDim.has_value(), "acc", true});
  for (unsigned k = op.countFactors(); k < launch.inputs.size(); ++k) {
    const Operand &input = launch.inputs[k];
    ScalarValue value =
        makeLoad(input, makeOffset(input.name, getOffset(input)), varies(input), "acc");
    if (!varies(input))
      value.expression = {getElement(input), Precedence::Primary};
    printer.bind(region->getArgument(1 + k - op.countFactors()), value);
  }
  SmallVector<std::string> statements;
  FailureOr<SmallVector<ScalarValue>> results = printer.print(launch.op.getYielded(), statements);
  if (failed(results))
    return failure();
  for (const std::string &statement : statements)
    code.line(statement);
  for (auto [output, result] : llvm::zip(launch.outputs, *results)) {
    if (vectorDim)
      code.line(makeStore(makeOffset(output.name, getOffset(output)), result, "acc"));
    else
      code.line(getElement(output) + " = " + result.expression.text + ";");
  }
  return success();
}

/// The dims that the output has, without those of extent 1.
SmallVector<unsigned> LoopsPrinter::getParallel() const {
  SmallVector<unsigned> reduced = launch.op.getReductionDims(), parallel;
  for (unsigned dim = 0; dim < launch.dimCount(); ++dim)
    if (!llvm::is_contained(reduced, dim) && !launch.isUnit(dim))
      parallel.push_back(dim);
  return parallel;
}

FailureOr<LaunchFunction> LoopsPrinter::print() {
  LaunchFunction function;
  launch.addParameters(function);
  launch.noteAllSymbols(function);
  for (AffineExpr extent : launch.inputs[0].view.extents)
    Launch::noteSymbols(extent, function);
  function.compileSeconds = 0.1;
  SmallVector<unsigned> reduced = launch.op.getReductionDims(), parallel = getParallel();
  static const char *const letters[] = {"i", "j", "k", "l", "m", "n", "o", "p", "q", "r"};
  unsigned next = 0;
  for (unsigned dim = 0; dim < launch.dimCount(); ++dim) {
    names[dim] = launch.isUnit(dim) ? "0" : next < 10 ? letters[next] : "i" + std::to_string(next);
    next += !launch.isUnit(dim);
  }
  if (Choices::get(launch.op.getScheduleAttr().getVariant(0)).is("walk", "lanes"))
    vectorDim = parallel.back();
  if (vectorDim)
    parallel.pop_back();
  bool cut = launch.tasks() > 1 && !parallel.empty();
  SmallVector<std::pair<std::string, std::string>> loops;
  for (unsigned dim : parallel)
    loops.push_back({names[dim], launch.print(launch.domain[dim])});
  openLoops(code, loops, cut);
  if (vectorDim)
    code.open(formatv("forLanes<{0}>(0, {1}, [=](auto tag, Index {2}) {{", getWidestType(launch),
                      launch.print(launch.domain[*vectorDim]), names[*vectorDim]));
  if (failed(printPoint(reduced)))
    return failure();
  if (vectorDim)
    code.close("});");
  closeLoops(code, loops.size(), cut);
  function.body = code.take();
  return function;
}

namespace {
class Loops : public Family {
public:
  Loops() : Family("loops") {}

  bool isLastResort() const override { return true; }

  std::optional<Parts> match(kernel::LaunchOpInterface launch, std::string &why) const override {
    if (!isa<kernel::ContractOp>(*launch)) {
      why = "it is no contraction";
      return std::nullopt;
    }
    return Parts();
  }
  /// Nothing: its loops follow the operands' strides, whatever they are.
  SmallVector<Demand> getDemands(kernel::LaunchOpInterface) const override { return {}; }

  std::string getOperandName(const Launch &launch, unsigned input) const override {
    return getContractionName(launch, input);
  }

  StringRef getWalk(const Launch &launch) const override { return LoopsPrinter(launch).getWalk(); }

  FailureOr<LaunchFunction> print(const Launch &launch) const override {
    return LoopsPrinter(launch).print();
  }
};
} // namespace

const Family &getLoops() {
  static const Loops family;
  return family;
}

} // namespace onnxcc::kernels
