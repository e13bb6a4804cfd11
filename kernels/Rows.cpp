// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// kernel.rows: a loop over rows; in it a pass over the row for each kernel.reduce and one that
// writes.
#include "kernels/Contraction.h"
#include "kernels/LoopNest.h"
#include "kernels/Registry.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using llvm::formatv;

namespace onnxcc::kernels {

namespace {
class RowsPrinter {
public:
  explicit RowsPrinter(const Launch &launch)
      : launch(launch), row(launch.dimCount() - 1),
        nest(launch, llvm::to_vector(llvm::seq(0u, row)), {"r", "i", "j", "k", "l"}),
        length(launch.print(launch.domain[row])), printer(scope) {}

  FailureOr<LaunchFunction> print();

private:
  LogicalResult prepare();
  void bindElements();
  LogicalResult printReduce(kernel::ReduceOp reduce);
  LogicalResult printWrite(Value value);
  LogicalResult printInvariant(Operation *op);
  Operation *getKept(kernel::ReduceOp reduce) const;

  const Launch &launch;
  unsigned row;
  LoopNest nest;
  std::string length;
  bool vector = true; // every operand is contiguous or constant along the row
  NameScope scope;
  ScalarPrinter printer;
  CodeBlock code;
};
} // namespace

/// Binds the region's arguments: vectors `load(tag, x + r * 10 + c)`, or scalars.
LogicalResult RowsPrinter::prepare() {
  for (StringRef name : {"c", "out", "tag", "tasks", "call"})
    scope.add(name);
  for (const Operand &input : launch.inputs)
    scope.add(input.name);
  for (const Loop &loop : nest.loops)
    scope.add(loop.variable);
  vector = llvm::none_of(launch.op.getScheduleAttr().getOperands(),
                         [](DictionaryAttr demand) { return Demand::get(demand).gathered; });
  SmallVector<std::string> rowName(launch.dimCount());
  rowName[row] = "c";
  for (auto [k, input] : llvm::enumerate(launch.inputs)) {
    bool varies = !launch.isUnit(row) && (input.offset.isBroken(row) ||
                                          input.offset.coefficients[row] != launch.constant(0));
    if (launch.isUnit(row))
      varies = input.map.getNumResults() > 0; // keeps the passes, whatever the row's length
    Expression offset =
        nest.offset(input, varies ? ArrayRef<std::string>(rowName) : ArrayRef<std::string>());
    ScalarValue value = makeLoad(input, makeOffset(input.name, offset), vector && varies, "tag");
    value.varies = varies;
    if (!vector || !varies)
      value.expression = makeElement(input.name, offset);
    printer.bind(launch.op.getCode()->getArgument(k), value);
  }
  return success();
}

/// A row of one element passes for a row until what is the same along it is written, outside of any
/// pass over it.
void RowsPrinter::bindElements() {
  for (auto [k, input] : llvm::enumerate(launch.inputs)) {
    Expression offset = nest.offset(input, {});
    ScalarValue value = makeLoad(input, makeOffset(input.name, offset), /*isVector=*/false, "tag");
    value.expression = makeElement(input.name, offset);
    printer.bind(launch.op.getCode()->getArgument(k), value);
  }
}

/// An expensive value of the reduction that the write needs again, if it may wait in the output
/// meanwhile: the output's type, and nothing read later lies where it is written.
Operation *RowsPrinter::getKept(kernel::ReduceOp reduce) const {
  Operation *candidate = reduce.getValue().getDefiningOp();
  if (!vector || !candidate || !kernel::isTranscendental(candidate) ||
      candidate->getResult(0).getType() != launch.output.view.element ||
      !launch.output.map.isFunctionOfDim(row))
    return nullptr;
  // Later passes: whatever follows in the region may read arguments only through the kept value.
  SmallVector<Value> work;
  for (Operation *later = reduce->getNextNode(); later; later = later->getNextNode())
    llvm::append_range(work, later->getOperands());
  bool usesAgain = false;
  for (Value value : work) {
    usesAgain |= value == candidate->getResult(0);
    if (value != candidate->getResult(0) && value != reduce.getResult() && printer.varies(value) &&
        (isa<BlockArgument>(value) || value.getDefiningOp()->isBeforeInBlock(reduce)))
      return nullptr;
  }
  return usesAgain ? candidate : nullptr;
}

LogicalResult RowsPrinter::printReduce(kernel::ReduceOp reduce) {
  const Combiner &combiner = getCombiner(reduce.getCombine());
  std::string name = scope.add(combiner.resultName);
  std::string type = getElementType(reduce.getType());
  SmallVector<std::string> statements;
  FailureOr<ScalarValue> value = printer.print(reduce.getValue(), statements);
  if (failed(value))
    return failure();
  SmallVector<std::string> rowName(launch.dimCount());
  rowName[row] = "c";
  if (!vector) {
    code.line(formatv("{0} {1} = {2}::identity<{0}>();", type, name, combiner.type));
    code.open(formatv("for (Index c = 0; c < {0}; ++c) {{", length));
    for (const std::string &statement : statements)
      code.line(statement);
    code.line(formatv("{0} = {1}::combine({0}, {2}({3}));", name, combiner.type, type,
                      value->expression.text));
    code.close();
  } else {
    std::string head = formatv("const {0} {1} = {2}({3}, [=](auto tag, Index c) {{", type, name,
                               combiner.rowFunction, length);
    code.open(head);
    for (const std::string &statement : statements)
      code.line(statement);
    std::string text =
        value->varies ? value->expression.text : "splat(tag, " + value->expression.text + ")";
    if (Operation *kept = getKept(reduce)) {
      std::string address = nest.address(launch.output, rowName).text;
      std::string variable = NameScope(&scope).add("kept");
      code.line("const auto " + variable + " = " + text + ";");
      code.line(formatv("store({0}, {1}); // used again below", address, variable));
      text = variable;
      ScalarValue again{makeCall("load", {Expression{"tag"}, Expression{address}}), true, "kept"};
      printer.bind(kept->getResult(0), again);
    }
    code.line("return " + text + ";");
    code.close("});");
  }
  printer.bind(reduce.getResult(), {{name, Precedence::Primary}, false, name, true});
  return success();
}

/// What a value that is the same along the row is called: no name that values of elements have.
static StringRef nameInvariant(Operation *op) {
  auto isSum = [](Value value) {
    auto reduce = value.getDefiningOp<kernel::ReduceOp>();
    return reduce && reduce.getCombine() == kernel::Combine::Sum;
  };
  if (isa<arith::DivFOp, arith::MulFOp>(op) && llvm::any_of(op->getOperands(), isSum))
    return "mean";
  if (isa<math::SqrtOp>(op))
    return "deviation";
  auto quotient = dyn_cast<arith::DivFOp>(op);
  return isa<math::RsqrtOp>(op) || (quotient && quotient.getRhs().getDefiningOp<math::SqrtOp>())
             ? "scale"
             : "common";
}

/// What is the same along the row, and used where it is not, is computed once a row: a mean, a
/// deviation.
LogicalResult RowsPrinter::printInvariant(Operation *op) {
  if (isa<kernel::ReduceOp, kernel::YieldOp>(op) || op->getNumOperands() == 0 ||
      printer.varies(op->getResult(0)))
    return success();
  Value value = op->getResult(0);
  if (llvm::none_of(op->getUsers(), [&](Operation *user) {
        return user->getNumResults() && printer.varies(user->getResult(0));
      }))
    return success();
  SmallVector<std::string> statements;
  FailureOr<ScalarValue> result = printer.print(value, statements, &scope);
  if (failed(result))
    return failure();
  for (const std::string &statement : statements)
    code.line(statement);
  std::string name = scope.add(nameInvariant(op));
  code.line(formatv("const {0} {1} = {2};", getElementType(value.getType()), name,
                    result->expression.text));
  printer.bind(value, {{name, Precedence::Primary}, false, name, true});
  return success();
}

LogicalResult RowsPrinter::printWrite(Value value) {
  SmallVector<std::string> statements, rowName(launch.dimCount());
  bool perElement =
      launch.output.map.getNumResults() && launch.op.getIndexingMaps().back().isFunctionOfDim(row);
  if (!perElement && launch.isUnit(row))
    bindElements();
  FailureOr<ScalarValue> result = printer.print(value, statements, perElement ? nullptr : &scope);
  if (failed(result))
    return failure();
  if (perElement)
    rowName[row] = "c";
  if (perElement && vector)
    code.open(formatv("mapRow<{0}>({1}, [=](auto tag, Index c) {{", getWidestType(launch), length));
  else if (perElement)
    code.open(formatv("for (Index c = 0; c < {0}; ++c) {{", length));
  for (const std::string &statement : statements)
    code.line(statement);
  if (perElement && vector) {
    std::string text =
        result->varies ? result->expression.text : "splat(tag, " + result->expression.text + ")";
    code.line(formatv("store({0}, {1});", nest.address(launch.output, rowName).text, text));
    code.close("});");
    return success();
  }
  code.line(makeElement("out", nest.offset(launch.output, rowName)).text + " = " +
            result->expression.text + ";");
  if (perElement)
    code.close();
  return success();
}

FailureOr<LaunchFunction> RowsPrinter::print() {
  LaunchFunction function;
  launch.addParameters(function);
  launch.noteAllSymbols(function);
  function.compileSeconds = 0.2;
  if (failed(prepare()))
    return failure();
  bool cut = launch.tasks() > 1;
  SmallVector<std::pair<std::string, std::string>> loops;
  for (auto [k, loop] : llvm::enumerate(nest.loops))
    if ((k == 0 && cut) || !loop.dims.empty())
      loops.push_back({loop.variable, launch.print(loop.extent)});
  openLoops(code, loops, cut);
  for (Operation &op : *launch.op.getCode()) {
    if (failed(printInvariant(&op)))
      return failure();
    if (auto reduce = dyn_cast<kernel::ReduceOp>(op))
      if (failed(printReduce(reduce)))
        return failure();
    if (auto yield = dyn_cast<kernel::YieldOp>(op))
      if (failed(printWrite(yield.getValue())))
        return failure();
  }
  closeLoops(code, loops.size(), cut);
  function.body = code.take();
  return function;
}

namespace {
class Rows : public Family {
public:
  Rows() : Family("rows") {}

  bool passesAgain() const override { return true; }

  std::optional<Parts> match(kernel::LaunchOpInterface launch, std::string &why) const override {
    if (!isa<kernel::RowsOp>(*launch)) {
      why = "it is no computation on rows";
      return std::nullopt;
    }
    return Parts{{"row", {getRow(launch)}}};
  }

  /// What is the same along a row is no vector.
  SmallVector<Demand> getDemands(kernel::LaunchOpInterface launch) const override {
    SmallVector<Demand> demands;
    for (AffineMap map : launch.getIndexingMaps())
      demands.push_back(map.isFunctionOfDim(getRow(launch)) ? alongDims({getRow(launch)})
                                                            : Demand());
    return demands;
  }
  /// A copy pays where the row is passed over again; else it is read once either way.
  Remedy getRemedy(kernel::LaunchOpInterface launch, unsigned operand) const override {
    auto reduces = launch.getCode()->getOps<kernel::ReduceOp>();
    bool writesRow = launch.getIndexingMaps().back().isFunctionOfDim(getRow(launch));
    if (operand == launch.getInputs().size())
      return Remedy::Copy;
    return llvm::range_size(reduces) + writesRow > 1 ? Remedy::Reorder : Remedy::Gather;
  }

  std::string getOperandName(const Launch &launch, unsigned input) const override {
    std::string name = input == 0 ? "x" : getPlainName(launch, input);
    return name == "c" ? "z" : name; // c is the index along the row
  }

private:
  static unsigned getRow(kernel::LaunchOpInterface launch) {
    return launch.getDomain().getNumResults() - 1;
  }

public:
  FailureOr<LaunchFunction> print(const Launch &launch) const override {
    return RowsPrinter(launch).print();
  }
};
} // namespace

const Family &getRows() {
  static const Rows family;
  return family;
}

} // namespace onnxcc::kernels
