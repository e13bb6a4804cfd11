// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Regions as lambdas, and tiles: see Epilogue.h.
#include "kernels/Epilogue.h"

#include "codegen/print/Text.h"
#include "kernels/Family.h"
#include "targets/Target.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using llvm::formatv;

namespace onnxcc {

std::string printChoice(const Launch &launch,
                        llvm::function_ref<std::string(const kernels::Choices &)> print) {
  SmallVector<std::pair<const Target *, std::string>> choices;
  kernel::ScheduleAttr schedule = launch.op.getScheduleAttr();
  for (auto [k, target] : llvm::enumerate(launch.facts.targets))
    choices.push_back({target, print(kernels::Choices::get(schedule.getVariant(k)))});
  llvm::sort(choices,
             [](const auto &a, const auto &b) { return a.first < b.first; }); // the table ascends
  if (llvm::all_of(choices, [&](const auto &choice) { return choice.second == choices[0].second; }))
    return choices[0].second;
  std::string isas, values;
  for (const auto &[set, value] : choices) {
    isas += (isas.empty() ? "Isa::" : ", Isa::") + set->isa.str();
    values += (values.empty() ? "" : ", ") + value;
  }
  return "forIsa<" + isas + ">(" + values + ")";
}

std::string printTile(const Launch &launch) {
  return printChoice(launch, [](const kernels::Choices &choices) {
    if (!choices.has("tile"))
      return std::string();
    ArrayRef<int64_t> tile = choices.numbers("tile");
    return formatv("Tile{{{0}, {1}}", tile[0], tile[1]).str();
  });
}

AffineExpr Epilogue::getPlace(const Operand &operand) const {
  const LinearForm &form = operand.offset;
  MLIRContext *context = launch.context();
  AffineExpr row = getAffineDimExpr(0, context), column = getAffineDimExpr(1, context);
  AffineExpr offset = form.constant;
  auto isBroken = [&](ArrayRef<unsigned> dims) {
    return llvm::any_of(dims, [&](unsigned dim) { return form.isBroken(dim); });
  };
  // The dims' own indices, where they are needed: an index that counts several is taken apart.
  SmallVector<AffineExpr> indices(launch.dimCount(), launch.constant(0));
  auto add = [&](AffineExpr index, ArrayRef<unsigned> dims) {
    std::optional<AffineExpr> stride = launch.collapse(form, dims);
    AffineExpr inner = launch.constant(1);
    for (auto [k, dim] : llvm::enumerate(llvm::reverse(dims))) {
      indices[dim] = index.floorDiv(inner);
      if (k + 1 < dims.size())
        indices[dim] = indices[dim] % launch.domain[dim];
      inner = inner * launch.domain[dim];
      if (!stride || isBroken(dims))
        offset = offset + indices[dim] * form.coefficients[dim];
    }
    if (stride && !isBroken(dims))
      offset = offset + index * *stride;
  };
  add(row, rowDims);
  add(column, columnDims);
  for (auto [k, loop] : llvm::enumerate(outer)) {
    indices[loop.first] = getAffineDimExpr(2 + k, context);
    offset = offset + indices[loop.first] * form.coefficients[loop.first];
  }
  return form.rest ? offset + form.rest.replaceDims(indices) : offset;
}

std::optional<AffineExpr> Epilogue::getColumnStep(const Operand &operand) const {
  if (llvm::any_of(columnDims, [&](unsigned dim) { return operand.offset.isBroken(dim); }))
    return std::nullopt;
  return launch.collapse(operand.offset, columnDims);
}

LogicalResult Epilogue::print(CodeBlock &code, StringRef head) const {
  SmallVector<std::string> names{rowName.str(), columnName.str()};
  for (const auto &loop : outer)
    names.push_back(loop.second);
  NameScope scope;
  for (StringRef name : {"acc", "s", "x", "tasks"})
    scope.add(name);
  for (const Operand &output : launch.outputs)
    scope.add(output.name);
  for (const std::string &name : names)
    scope.add(name);
  for (const Operand &input : launch.inputs)
    scope.add(input.name);
  ScalarPrinter printer(scope);
  Block *region = launch.op.getCode();
  printer.bind(region->getArgument(0), {{"acc", Precedence::Primary}, true, "acc", true});
  unsigned factors = launch.op.countFactors();
  ArrayRef<DictionaryAttr> demands = launch.op.getScheduleAttr().getOperands();
  for (unsigned k = factors; k < launch.inputs.size(); ++k) {
    const Operand &input = launch.inputs[k];
    kernels::Demand demand = kernels::Demand::get(demands[k]);
    AffineExpr place = getPlace(input);
    Expression text = printAffine(place, names, launch.facts.symbols);
    Expression acc{"acc", Precedence::Primary};
    bool varies = place.isFunctionOfDim(1);
    ScalarValue value = makeLoad(input, makeOffset(input.name, text), varies, "acc");
    if (!varies) {
      value.expression = makeElement(input.name, text);
    } else if (demand.gathered) {
      // One stride between lanes, or a place for each.
      std::optional<AffineExpr> step = getColumnStep(input);
      if (step) {
        value.expression = makeCall("gather", {acc, makeOffset(input.name, text),
                                               printAffine(*step, {}, launch.facts.symbols)});
      } else {
        SmallVector<std::string> laneNames(names);
        laneNames[1] = "(" + names[1] + " + lane)";
        Expression at = printAffine(place, laneNames, launch.facts.symbols);
        value.expression = makeCall(
            "gatherAt",
            {acc, Expression{input.name, Precedence::Primary},
             Expression{"[=](Index lane) { return " + at.text + "; }", Precedence::Primary}});
      }
    }
    printer.bind(region->getArgument(1 + k - factors), value);
  }
  SmallVector<std::string> lines;
  FailureOr<SmallVector<ScalarValue>> results = printer.print(launch.op.getYielded(), lines);
  if (failed(results))
    return failure();
  // The template stores the first; further ones go to where they belong by themselves.
  for (auto [output, value] : llvm::drop_begin(llvm::zip(launch.outputs, *results))) {
    Expression place = printAffine(getPlace(output), names, launch.facts.symbols);
    lines.push_back(makeStore(makeOffset(output.name, place), value, "acc"));
  }
  const ScalarValue &result = results->front();
  lines.push_back(
      "return " +
      (result.varies ? result.expression.text : "splat(acc, " + result.expression.text + ")") +
      ";");
  if (lines.size() == 1 && lines[0] == "return acc;") {
    code.line(head.str() + "AsIs());");
    return success();
  }
  std::string body = llvm::join(lines, "\n");
  std::string parameters = mentions(body, "acc") ? "auto acc" : "auto";
  for (StringRef name : {rowName, columnName})
    parameters += mentions(body, name) ? ", Index " + name.str() : ", Index";
  std::string lambda = formatv("{0}[=]({1}) {{", head, parameters);
  code.open(lambda);
  for (const std::string &line : lines)
    code.line(line);
  code.close("});");
  return success();
}

} // namespace onnxcc
