// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// kernel.rows: a loop over rows; in it a pass over the row for each kernel.reduce and one that
// writes.
#include "dialects/support/ConstantData.h"
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

static unsigned getRow(kernel::LaunchOpInterface launch) {
  return launch.getDomain().getNumResults() - 1;
}

/// Whether a value of the region differs along the row.
static bool variesAlongRow(kernel::LaunchOpInterface launch, Value value) {
  if (auto argument = dyn_cast<BlockArgument>(value))
    return launch.getIndexingMaps()[argument.getArgNumber()].isFunctionOfDim(getRow(launch));
  Operation *op = value.getDefiningOp();
  return !isa<kernel::ReduceOp>(op) && llvm::any_of(op->getOperands(), [&](Value operand) {
    return variesAlongRow(launch, operand);
  });
}

/// Whether every operand is contiguous or constant along the row.
static bool isVector(kernel::LaunchOpInterface launch) {
  return llvm::none_of(launch.getScheduleAttr().getOperands(),
                       [](DictionaryAttr demand) { return Demand::get(demand).gathered; });
}

/// An expensive value that a pass computes and a later one needs again: it is kept meanwhile.
static Operation *getKept(kernel::LaunchOpInterface launch, kernel::ReduceOp reduce) {
  Operation *kept = reduce.getValue().getDefiningOp();
  if (!kept || !isVector(launch) || !kernel::isTranscendental(kept))
    return nullptr;
  bool usesAgain = llvm::any_of(kept->getUsers(), [&](Operation *user) {
    return user != reduce && reduce->isBeforeInBlock(user);
  });
  return usesAgain ? kept : nullptr;
}

/// Whether what is kept may wait in the output: it is of the output's type, and nothing read later
/// lies where it is written.
static bool waitsInOutput(kernel::LaunchOpInterface launch, kernel::ReduceOp reduce) {
  Value kept = reduce.getValue();
  if (kept.getType() != cast<ShapedType>(launch.getInits()[0].getType()).getElementType() ||
      !launch.getOutputMap().isFunctionOfDim(getRow(launch)))
    return false;
  // Whatever follows in the region may read arguments only through the kept value.
  for (Operation *later = reduce->getNextNode(); later; later = later->getNextNode())
    for (Value value : later->getOperands())
      if (value != kept && value != reduce.getResult() && variesAlongRow(launch, value) &&
          (isa<BlockArgument>(value) || value.getDefiningOp()->isBeforeInBlock(reduce)))
        return false;
  return true;
}

/// The reductions of which something is kept in scratch memory: a row each, all of one type.
static SmallVector<kernel::ReduceOp> getScratchRows(kernel::LaunchOpInterface launch) {
  SmallVector<kernel::ReduceOp> rows;
  for (auto reduce : launch.getCode()->getOps<kernel::ReduceOp>())
    if (getKept(launch, reduce) && !waitsInOutput(launch, reduce) &&
        (rows.empty() || rows.front().getType() == reduce.getType()))
      rows.push_back(reduce);
  return rows;
}

namespace {
class RowsPrinter {
public:
  explicit RowsPrinter(const Launch &launch)
      : launch(launch), row(launch.dimCount() - 1),
        nest(launch, llvm::to_vector(llvm::seq(0u, row)), {"r", "i", "j", "k", "l"}),
        length(launch.print(launch.domain[row])), vector(isVector(launch.op)), printer(scope) {}

  FailureOr<LaunchFunction> print();

private:
  LogicalResult prepare();
  void bindElements();
  size_t open();
  LogicalResult printReduce(kernel::ReduceOp reduce);
  LogicalResult printWrites(bool perElement);
  LogicalResult printInvariant(Operation *op);

  const Launch &launch;
  unsigned row;
  LoopNest nest;
  std::string length;
  bool vector;
  NameScope scope;
  ScalarPrinter printer;
  llvm::DenseMap<Operation *, std::string> scratchRows; // by the reduction
  CodeBlock code;
};
} // namespace

/// Binds the region's arguments: vectors `load(tag, x + r * 10 + c)`, or scalars.
LogicalResult RowsPrinter::prepare() {
  for (StringRef name : {"c", "tag", "tasks", "call", "scratch"})
    scope.add(name);
  for (const Operand &output : launch.outputs)
    scope.add(output.name);
  for (const Operand &input : launch.inputs)
    scope.add(input.name);
  for (const Loop &loop : nest.loops)
    scope.add(loop.variable);
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

LogicalResult RowsPrinter::printReduce(kernel::ReduceOp reduce) {
  const Combiner &combiner = getCombiner(reduce.getCombine());
  auto product = reduce.getValue().getDefiningOp<arith::MulFOp>();
  bool isOfSquares = product && product.getLhs() == product.getRhs() &&
                     reduce.getCombine() == kernel::Combine::Sum;
  std::string name = scope.add(isOfSquares ? "squares" : combiner.resultName);
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
    Operation *kept = getKept(launch.op, reduce);
    bool inOutput = kept && waitsInOutput(launch.op, reduce);
    if (kept && (inOutput || scratchRows.contains(reduce))) {
      std::string address =
          inOutput ? nest.address(launch.output(), rowName).text : scratchRows[reduce] + " + c";
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

/// Writes the outputs that have an element for each of the row, or those that have one a row.
LogicalResult RowsPrinter::printWrites(bool perElement) {
  SmallVector<std::string> statements, rowName(launch.dimCount());
  SmallVector<Value> values;
  SmallVector<const Operand *> outputs;
  SmallVector<AffineMap> maps = launch.op.getIndexingMaps();
  for (auto [k, value] : llvm::enumerate(launch.op.getYielded()))
    if (maps[launch.inputs.size() + k].isFunctionOfDim(row) == perElement) {
      values.push_back(value);
      outputs.push_back(&launch.outputs[k]);
    }
  if (values.empty())
    return success();
  if (!perElement && launch.isUnit(row))
    bindElements();
  FailureOr<SmallVector<ScalarValue>> results =
      printer.print(values, statements, perElement ? nullptr : &scope);
  if (failed(results))
    return failure();
  if (perElement)
    rowName[row] = "c";
  if (perElement && vector)
    code.open(formatv("mapRow<{0}>({1}, [=](auto tag, Index c) {{", getWidestType(launch), length));
  else if (perElement)
    code.open(formatv("for (Index c = 0; c < {0}; ++c) {{", length));
  for (const std::string &statement : statements)
    code.line(statement);
  for (auto [output, result] : llvm::zip(outputs, *results)) {
    if (perElement && vector)
      code.line(makeStore(nest.address(*output, rowName), result, "tag"));
    else
      code.line(makeElement(output->name, nest.offset(*output, rowName)).text + " = " +
                result.expression.text + ";");
  }
  if (perElement)
    code.close(vector ? "});" : "}");
  return success();
}

/// Opens the loops over rows, tasks taking parts of the first, and takes rows of the scratch
/// memory, a task's own. \returns how many loops there are.
size_t RowsPrinter::open() {
  bool cut = launch.tasks() > 1;
  SmallVector<std::pair<std::string, std::string>> loops;
  for (auto [k, loop] : llvm::enumerate(nest.loops))
    if ((k == 0 && cut) || !loop.dims.empty())
      loops.push_back({loop.variable, launch.print(loop.extent)});
  SmallVector<kernel::ReduceOp> kept = getScratchRows(launch.op);
  if (!launch.op.getScratch() || kept.empty()) {
    openLoops(code, loops, cut);
    return loops.size();
  }
  if (cut)
    code.open(formatv("parallelFor(call, {0}, [=](Range tasks) {{", launch.tasks()));
  for (auto [k, reduce] : llvm::enumerate(kept)) {
    std::string type = getElementType(reduce.getType()), name = scope.add("keptRow");
    AffineExpr length = launch.domain[row], first = length * int64_t(k);
    if (cut)
      first = first + getAffineDimExpr(0, launch.context()) * length * int64_t(kept.size());
    Expression start{formatv("static_cast<{0} *>(scratch)", type), Precedence::Primary};
    if (first != 0)
      start.text += " + " + launch.print(first, {"tasks.begin"});
    code.line(formatv("{0} *const {1} = {2};", type, name, start.text));
    scratchRows[reduce] = name;
  }
  if (!cut) {
    openLoops(code, loops, cut);
    return loops.size();
  }
  code.open(
      formatv("for (Index {0} = {1} * tasks.begin / {2}; {0} < {1} * tasks.end / {2}; ++{0}) {{",
              loops[0].first, loops[0].second, launch.tasks()));
  openLoops(code, ArrayRef(loops).drop_front(), /*cut=*/false);
  return loops.size();
}

FailureOr<LaunchFunction> RowsPrinter::print() {
  LaunchFunction function;
  launch.addParameters(function);
  launch.noteAllSymbols(function);
  function.compileSeconds = 0.2;
  if (failed(prepare()))
    return failure();
  size_t loops = open();
  for (Operation &op : launch.op.getCode()->without_terminator()) {
    if (failed(printInvariant(&op)))
      return failure();
    if (auto reduce = dyn_cast<kernel::ReduceOp>(op))
      if (failed(printReduce(reduce)))
        return failure();
  }
  // Those of a row first: what they are computed from may lie where elements are written.
  if (failed(printWrites(/*perElement=*/false)) || failed(printWrites(/*perElement=*/true)))
    return failure();
  closeLoops(code, loops, launch.tasks() > 1);
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
    bool writesRow = launch.getOutputMap().isFunctionOfDim(getRow(launch));
    if (operand >= launch.getInputs().size())
      return Remedy::Copy;
    return llvm::range_size(reduces) + writesRow > 1 ? Remedy::Reorder : Remedy::Gather;
  }

  std::string getOperandName(const Launch &launch, unsigned input) const override {
    std::string name = input == 0 ? "x" : getPlainName(launch, input);
    return name == "c" ? "z" : name; // c is the index along the row
  }

  /// Rows of what is kept where the output cannot hold it.
  std::optional<Scratch> getScratch(kernel::LaunchOpInterface launch) const override {
    SmallVector<kernel::ReduceOp> rows = getScratchRows(launch);
    if (rows.empty())
      return std::nullopt;
    int64_t bytes = rows.size() * (getStorageBits(rows.front().getType()) / 8);
    return Scratch{launch.getDomain().getResult(getRow(launch)) * bytes, /*isPerTask=*/true};
  }

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
