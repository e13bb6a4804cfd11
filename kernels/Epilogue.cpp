// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Regions as lambdas, and tiles: see Epilogue.h.
#include "kernels/Epilogue.h"

#include "targets/Target.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using llvm::formatv;

namespace onnxcc {

std::string printTile(const Launch &launch) {
  ArrayRef<DenseI64ArrayAttr> tiles = launch.op.getScheduleAttr().getTiles();
  SmallVector<std::pair<const Target *, std::string>> choices;
  for (auto [k, tile] : llvm::enumerate(tiles))
    choices.push_back({launch.facts.targets[k], formatv("Tile{{{0}, {1}}", tile[0], tile[1])});
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

std::optional<Epilogue::Place> Epilogue::getPlace(const Operand &operand) const {
  const LinearForm &form = operand.offset;
  AffineExpr row = getAffineDimExpr(0, launch.context()),
             column = getAffineDimExpr(1, launch.context());
  std::optional<AffineExpr> step = launch.collapse(form, columnDims);
  if (!form.isLinear() || !step)
    return std::nullopt;
  AffineExpr offset = form.constant;
  if (std::optional<AffineExpr> rowStride = launch.collapse(form, rowDims)) {
    offset = offset + row * *rowStride;
  } else {
    // Another order than the output's, or a broadcast: the row is taken apart.
    AffineExpr inner = launch.constant(1);
    for (auto [k, dim] : llvm::enumerate(llvm::reverse(rowDims))) {
      AffineExpr index = row.floorDiv(inner);
      if (k + 1 < rowDims.size())
        index = index % launch.domain[dim];
      offset = offset + index * form.coefficients[dim];
      inner = inner * launch.domain[dim];
    }
  }
  return Place{offset + column * *step, *step};
}

bool Epilogue::hasWholeVectors(const Operand &operand) const {
  std::optional<Place> place = getPlace(operand);
  return place && (place->step == launch.constant(0) || place->step == launch.constant(1));
}

/// Whether `name` occurs as a word.
static bool mentions(ArrayRef<std::string> lines, StringRef name) {
  auto isWord = [](char c) { return llvm::isAlnum(c) || c == '_'; };
  for (StringRef line : lines)
    for (size_t at = line.find(name); at != StringRef::npos; at = line.find(name, at + 1))
      if ((at == 0 || !isWord(line[at - 1])) &&
          (at + name.size() == line.size() || !isWord(line[at + name.size()])))
        return true;
  return false;
}

LogicalResult Epilogue::print(CodeBlock &code, StringRef head) const {
  std::string names[] = {rowName.str(), columnName.str()};
  NameScope scope;
  for (StringRef name : {"acc", "s", "x", "out", "tasks"})
    scope.add(name);
  scope.add(names[0]);
  scope.add(names[1]);
  for (const Operand &input : launch.inputs)
    scope.add(input.name);
  ScalarPrinter printer(scope);
  Block *region = launch.op.getCode();
  printer.bind(region->getArgument(0), {{"acc", Precedence::Primary}, true, "acc", true});
  unsigned factors = kernel::countFactors(launch.op);
  for (unsigned k = factors; k < launch.inputs.size(); ++k) {
    const Operand &input = launch.inputs[k];
    std::optional<Place> place = getPlace(input);
    if (!place)
      return launch.op.emitOpError() << "reads input " << k << " at places that are not linear";
    Expression text = printAffine(place->offset, names, launch.facts.symbols);
    bool varies = place->step != launch.constant(0);
    ScalarValue value = makeLoad(input, makeOffset(input.name, text), varies, "acc");
    if (!varies)
      value.expression = makeElement(input.name, text);
    else if (place->step != launch.constant(1))
      value.expression =
          makeCall("gather", {Expression{"acc", Precedence::Primary}, makeOffset(input.name, text),
                              printAffine(place->step, {}, launch.facts.symbols)});
    printer.bind(region->getArgument(1 + k - factors), value);
  }
  SmallVector<std::string> lines;
  FailureOr<ScalarValue> result =
      printer.print(cast<kernel::YieldOp>(region->back()).getValue(), lines);
  if (failed(result))
    return failure();
  lines.push_back(
      "return " +
      (result->varies ? result->expression.text : "splat(acc, " + result->expression.text + ")") +
      ";");
  std::string parameters = mentions(lines, "acc") ? "auto acc" : "auto";
  for (const std::string &name : names)
    parameters += mentions(lines, name) ? ", Index " + name : ", Index";
  std::string lambda = formatv("{0}[=]({1}) {{", head, parameters);
  if (lines.size() == 1 && lambda.size() + lines[0].size() + 12 <= kLineWidth) {
    code.line(lambda + " " + lines[0] + " });");
    return success();
  }
  code.open(lambda);
  for (const std::string &line : lines)
    code.line(line);
  code.close("});");
  return success();
}

} // namespace onnxcc
