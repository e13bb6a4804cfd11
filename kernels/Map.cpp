// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// kernel.map as loops: vectors along contiguous runs, plain loops (in blocks, where an input runs
// along another dim than the output) elsewhere.
#include "kernels/LoopNest.h"
#include "kernels/Registry.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using llvm::formatv;

namespace onnxcc::kernels {

namespace {
class MapPrinter {
public:
  explicit MapPrinter(const Launch &launch)
      : launch(launch), nest(launch, llvm::to_vector(llvm::seq(0u, launch.dimCount())),
                             {"i", "j", "k", "l", "m", "n"}),
        indexNames(launch.dimCount()) {
    Choices choices = Choices::get(launch.op.getScheduleAttr().getVariant(0));
    chunk = choices.number("chunk");
    block = choices.number("block");
    inLanes = choices.is("walk", "lanes");
    inBlocks = choices.is("walk", "blocks");
    NameScope names;
    for (const Operand &input : launch.inputs)
      names.add(input.name);
    for (size_t k = 0; k < launch.dataIndices.size(); ++k)
      indexNames.push_back(names.add("at"));
  }

  FailureOr<LaunchFunction> print();
  StringRef getWalk() const;

private:
  bool isVector() const;
  size_t getLevel(const Launch::DataIndex &index) const;
  void printIndices(size_t opened);
  ScalarValue getPlace(const LinearForm &form, bool vector) const;
  std::optional<unsigned> getTransposedLoop() const;
  LogicalResult printPoint(bool vector);
  LogicalResult printInner(size_t firstLoop);
  std::string forLoop(const Loop &loop) const {
    return formatv("for (Index {0} = 0; {0} < {1}; ++{0}) {{", loop.variable,
                   launch.print(loop.extent));
  }

  const Launch &launch;
  int64_t chunk;          // elements of a contiguous map that one task handles at least
  int64_t block;          // edge of a transposition's block
  bool inLanes, inBlocks; // the schedule's walk
  LoopNest nest;
  std::vector<std::string> indexNames; // by dim of the operands' maps; "" for iteration dims
  CodeBlock code;
};
} // namespace

/// How many loops have to be open before the index is known.
size_t MapPrinter::getLevel(const Launch::DataIndex &index) const {
  const LinearForm &form = launch.inputs[index.input].offset;
  for (size_t k = nest.loops.size(); k-- > 0;)
    if (nest.stride(form, nest.loops[k]) != launch.constant(0))
      return k + 1;
  return 0;
}

/// Reads the indices that are known once that many loops are open.
void MapPrinter::printIndices(size_t opened) {
  for (auto [k, index] : llvm::enumerate(launch.dataIndices)) {
    const Operand &input = launch.inputs[index.input];
    if (getLevel(index) == opened)
      code.line(
          formatv("const Index {0} = call.index({1}, {2});", indexNames[launch.dimCount() + k],
                  makeElement(input.name, nest.offset(input)).text, launch.print(index.extent)));
  }
}

/// A value that the region computes from its place.
ScalarValue MapPrinter::getPlace(const LinearForm &form, bool vector) const {
  ScalarValue value;
  Expression first = nest.print(form);
  AffineExpr stride = vector ? *nest.stride(form, nest.loops.back()) : launch.constant(0);
  value.varies = stride != launch.constant(0);
  value.name = "place";
  SmallVector<Expression> arguments{{"tag", Precedence::Primary}, first};
  if (stride != launch.constant(1))
    arguments.push_back({launch.print(stride), Precedence::Primary});
  value.expression = value.varies ? makeCall("iota", arguments) : makeCall("Index", {first});
  return value;
}

/// Whether every operand is contiguous or constant along the innermost loop, and the run is worth
/// it.
bool MapPrinter::isVector() const {
  const Loop &inner = nest.loops.back();
  auto isUnitStride = [&](const Operand &operand, bool orZero) {
    std::optional<AffineExpr> stride = nest.stride(operand, inner);
    return stride && (*stride == launch.constant(1) || (orZero && *stride == launch.constant(0)));
  };
  auto extent = dyn_cast<AffineConstantExpr>(inner.extent);
  if (llvm::any_of(launch.dataIndices,
                   [&](const auto &index) { return getLevel(index) == nest.loops.size(); }) ||
      llvm::any_of(launch.places, [&](const auto &place) {
        return !nest.stride(place.second, inner).has_value();
      }))
    return false;
  return (!extent || extent.getValue() >= 4) &&
         llvm::all_of(launch.outputs,
                      [&](const Operand &output) { return isUnitStride(output, false); }) &&
         llvm::all_of(launch.inputs,
                      [&](const Operand &input) { return isUnitStride(input, true); });
}

/// The loop, other than the innermost, along which an input is contiguous.
std::optional<unsigned> MapPrinter::getTransposedLoop() const {
  if (!launch.dataIndices.empty())
    return std::nullopt;
  for (const Operand &input : launch.inputs)
    for (unsigned k = 0; k + 1 < nest.loops.size(); ++k)
      if (nest.stride(input, nest.loops[k]) == launch.constant(1) &&
          launch.estimate(nest.loops[k].extent) >= block &&
          launch.estimate(nest.loops.back().extent) >= block)
        return k;
  return std::nullopt;
}

LogicalResult MapPrinter::printPoint(bool vector) {
  NameScope scope;
  for (const Operand &input : launch.inputs)
    scope.add(input.name);
  for (const Loop &loop : nest.loops)
    scope.add(loop.variable);
  for (const Operand &output : launch.outputs)
    scope.add(output.name);
  for (const std::string &name : indexNames)
    if (!name.empty())
      scope.add(name);
  ScalarPrinter printer(scope);
  for (auto [k, input] : llvm::enumerate(launch.inputs)) {
    bool varies = vector && *nest.stride(input, nest.loops.back()) == launch.constant(1);
    ScalarValue value = makeLoad(input, nest.address(input, indexNames), varies, "tag");
    if (!varies)
      value.expression = makeElement(input.name, nest.offset(input, indexNames));
    printer.bind(launch.op.getCode()->getArgument(k), value);
  }
  for (auto &[op, form] : launch.places)
    printer.bind(op->getResult(0), getPlace(form, vector));
  SmallVector<std::string> statements;
  FailureOr<SmallVector<ScalarValue>> results = printer.print(launch.op.getYielded(), statements);
  if (failed(results))
    return failure();
  for (const std::string &statement : statements)
    code.line(statement);
  for (auto [output, result] : llvm::zip(launch.outputs, *results)) {
    if (!vector)
      code.line(makeElement(output.name, nest.offset(output)).text + " = " +
                result.expression.text + ";");
    else
      code.line(makeStore(nest.address(output), result, "tag"));
  }
  return success();
}

StringRef MapPrinter::getWalk() const {
  if (isVector())
    return "lanes";
  // The outermost loop is the tasks' if there are several.
  std::optional<unsigned> transposed = getTransposedLoop();
  return transposed && (launch.tasks() == 1 || *transposed > 0) ? "blocks" : "elements";
}

/// Loops firstLoop.. and the innermost point.
LogicalResult MapPrinter::printInner(size_t firstLoop) {
  const Loop &inner = nest.loops.back();
  if (inLanes) {
    for (size_t k = firstLoop; k + 1 < nest.loops.size(); ++k) {
      code.open(forLoop(nest.loops[k]));
      printIndices(k + 1);
    }
    code.open(formatv("forLanes<{0}>(0, {1}, [=](auto tag, Index {2}) {{", getWidestType(launch),
                      launch.print(inner.extent), inner.variable));
    if (failed(printPoint(true)))
      return failure();
    code.close("});");
    for (size_t k = firstLoop; k + 1 < nest.loops.size(); ++k)
      code.close();
    return success();
  }
  unsigned opened = 0;
  auto open = [&](std::string text) {
    code.open(text);
    ++opened;
  };
  if (inBlocks) {
    unsigned transposed = *getTransposedLoop();
    // Blocks of both dims, so that the lines of both tensors are used while they are in the cache.
    for (size_t k = firstLoop; k + 1 < nest.loops.size(); ++k)
      if (k != transposed)
        open(forLoop(nest.loops[k]));
    const Loop *pair[] = {&nest.loops[transposed], &inner};
    for (const Loop *loop : pair)
      open(formatv("for (Index {0}0 = 0; {0}0 < {1}; {0}0 += {2}) {{", loop->variable,
                   launch.print(loop->extent), block));
    for (const Loop *loop : pair)
      open(formatv("for (Index {0} = {0}0; {0} < smaller({0}0 + {2}, Index({1})); ++{0}) {{",
                   loop->variable, launch.print(loop->extent), block));
  } else {
    for (size_t k = firstLoop; k < nest.loops.size(); ++k) {
      open(forLoop(nest.loops[k]));
      printIndices(k + 1);
    }
  }
  if (failed(printPoint(false)))
    return failure();
  while (opened--)
    code.close();
  return success();
}

FailureOr<LaunchFunction> MapPrinter::print() {
  LaunchFunction function;
  launch.addParameters(function);
  launch.noteAllSymbols(function);
  function.compileSeconds = 0.05;

  function.mayFail = !launch.dataIndices.empty();
  // An index that is out of range is noted in the call.
  StringRef captures = function.mayFail ? "=, &call" : "=";
  int64_t tasks = launch.tasks();
  const Loop &outer = nest.loops.front();
  bool single = nest.loops.size() == 1;
  if (tasks == 1) {
    printIndices(0);
    if (failed(printInner(0)))
      return failure();
  } else if (single && inLanes) {
    std::string extent = launch.print(outer.extent);
    code.open(formatv("parallelFor(call, ceilDiv({0}, {1}), [{2}](Range tasks) {{", extent, chunk,
                      captures));
    printIndices(0);
    code.open(formatv("forLanes<{0}>(tasks.begin * {1}, smaller(tasks.end * {1}, Index({2})), "
                      "[=](auto tag, Index {3}) {{",
                      getWidestType(launch), chunk, extent, outer.variable));
    if (failed(printPoint(true)))
      return failure();
    code.close("});");
    code.close("});");
  } else {
    code.open(formatv("parallelFor(call, {0}, [{1}](Range tasks) {{", launch.print(outer.extent),
                      captures));
    printIndices(0);
    code.open(formatv("for (Index {0} = tasks.begin; {0} < tasks.end; ++{0}) {{", outer.variable));
    printIndices(1);
    if (failed(single ? printPoint(false) : printInner(1)))
      return failure();
    code.close();
    code.close("});");
  }
  function.body = code.take();
  return function;
}

namespace {
class Map : public Family {
public:
  Map() : Family("map") {}

  // One text serves all targets.
  bool variesByTarget() const override { return false; }

  std::optional<Parts> match(kernel::LaunchOpInterface launch, std::string &why) const override {
    if (!isa<kernel::MapOp>(*launch)) {
      why = "it is no elementwise computation";
      return std::nullopt;
    }
    return Parts();
  }
  /// Nothing: its loops follow the operands' strides, whatever they are.
  SmallVector<Demand> getDemands(kernel::LaunchOpInterface) const override { return {}; }

  std::string getOperandName(const Launch &launch, unsigned input) const override {
    return getPlainName(launch, input);
  }

  StringRef getWalk(const Launch &launch) const override { return MapPrinter(launch).getWalk(); }

  FailureOr<LaunchFunction> print(const Launch &launch) const override {
    return MapPrinter(launch).print();
  }
};
} // namespace

const Family &getMap() {
  static const Map family;
  return family;
}

} // namespace onnxcc::kernels
