// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operands of launches and their linear forms: see Launch.h.
#include "kernels/Launch.h"

#include "dialects/support/Extents.h"
#include "kernels/Family.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using llvm::formatv;

namespace onnxcc {

//===- Linear forms ----------------------------------------------------------===//

static bool hasDims(AffineExpr expression) {
  bool found = false;
  expression.walk([&](AffineExpr part) { found |= isa<AffineDimExpr>(part); });
  return found;
}

LinearForm LinearForm::get(AffineExpr expression, unsigned dims) {
  MLIRContext *context = expression.getContext();
  AffineExpr zero = getAffineConstantExpr(0, context);
  LinearForm form{SmallVector<AffineExpr>(dims, zero), zero, {}};
  if (!hasDims(expression)) {
    form.constant = expression;
    return form;
  }
  if (auto dim = dyn_cast<AffineDimExpr>(expression)) {
    form.coefficients[dim.getPosition()] = getAffineConstantExpr(1, context);
    return form;
  }
  auto binary = cast<AffineBinaryOpExpr>(expression);
  if (expression.getKind() == AffineExprKind::Add) {
    LinearForm left = get(binary.getLHS(), dims), right = get(binary.getRHS(), dims);
    for (unsigned k = 0; k < dims; ++k)
      form.coefficients[k] = left.coefficients[k] + right.coefficients[k];
    form.constant = left.constant + right.constant;
    form.rest = !left.rest ? right.rest : !right.rest ? left.rest : left.rest + right.rest;
    return form;
  }
  if (expression.getKind() == AffineExprKind::Mul && !hasDims(binary.getRHS())) {
    AffineExpr factor = binary.getRHS();
    LinearForm inner = get(binary.getLHS(), dims);
    for (unsigned k = 0; k < dims; ++k)
      form.coefficients[k] = inner.coefficients[k] * factor;
    form.constant = inner.constant * factor;
    form.rest = inner.rest ? inner.rest * factor : AffineExpr();
    return form;
  }
  form.rest = expression;
  return form;
}

std::optional<int64_t> LinearForm::number(unsigned dim) const {
  auto constant = dyn_cast<AffineConstantExpr>(coefficients[dim]);
  return constant && !isBroken(dim) ? std::optional(constant.getValue()) : std::nullopt;
}

//===- Launches --------------------------------------------------------------===//

static Operand makeOperand(Value value, AffineMap map, const Views &views) {
  Operand operand;
  operand.value = value;
  operand.view = views[value];
  operand.map = map;
  operand.type = getElementType(operand.view.element);
  operand.isWeight = operand.view.base.getDefiningOp<kernel::WeightOp>() != nullptr;
  AffineExpr offset = getAffineConstantExpr(0, map.getContext());
  for (auto [index, stride] : llvm::zip(map.getResults(), operand.view.strides))
    offset = offset + index * stride;
  operand.offset = LinearForm::get(offset, map.getNumDims());
  return operand;
}

Launch::Launch(kernel::LaunchOpInterface op, const Views &views, const ModuleFacts &facts)
    : op(op), facts(facts) {
  llvm::append_range(domain, op.getDomain().getResults());
  SmallVector<AffineMap> maps = op.getIndexingMaps();
  // A dim of extent 1 is 0 wherever it occurs.
  SmallVector<AffineExpr> dims;
  for (unsigned k = 0; k < domain.size(); ++k)
    dims.push_back(isUnit(k) ? constant(0) : getAffineDimExpr(k, context()));
  addDataIndices(maps, views);
  for (AffineMap &map : maps) {
    // Symbols have become dims already.
    SmallVector<AffineExpr> all(dims);
    for (unsigned k = 0; k < dataIndices.size(); ++k)
      all.push_back(getAffineDimExpr(domain.size() + k, context()));
    all.resize(map.getNumDims());
    map = map.replaceDimsAndSymbols(all, {}, domain.size() + dataIndices.size(), 0);
  }
  op->walk([&](kernel::IndexOp place) {
    AffineExpr expression = place.getPlace().getResult(0).replaceDims(dims);
    places.push_back({place, LinearForm::get(expression, domain.size())});
  });
  for (auto [k, input] : llvm::enumerate(op.getInputs()))
    inputs.push_back(makeOperand(input, maps[k], views));
  for (auto [k, init] : llvm::enumerate(op.getInits()))
    outputs.push_back(makeOperand(init, maps[inputs.size() + k], views));

  const kernels::Family &family = kernels::getFamily(op);
  NameScope names;
  for (auto [k, input] : llvm::enumerate(inputs))
    input.name = names.add(family.getOperandName(*this, k));
  names.add("out");
  outputs[0].name = "out";
  for (Operand &more : llvm::drop_begin(outputs))
    more.name = names.add("out");
}

/// Makes symbols of the maps dims, one for each index and each extent that it counts in.
void Launch::addDataIndices(SmallVectorImpl<AffineMap> &maps, const Views &views) {
  auto map = dyn_cast<kernel::MapOp>(op.getOperation());
  if (!map || map.getIndices().empty())
    return;
  for (auto [k, read] : llvm::enumerate(maps)) {
    SmallVector<AffineExpr> results;
    for (auto [axis, index] : llvm::enumerate(read.getResults())) {
      auto symbol = dyn_cast<AffineSymbolExpr>(index);
      if (!symbol) {
        results.push_back(index);
        continue;
      }
      unsigned input = map.getIndices()[symbol.getPosition()];
      AffineExpr extent = views[op.getInputs()[k]].extents[axis];
      auto known = llvm::find_if(dataIndices, [&](const DataIndex &index) {
        return index.input == input && index.extent == extent;
      });
      unsigned number = known - dataIndices.begin();
      if (known == dataIndices.end())
        dataIndices.push_back({input, extent});
      results.push_back(getAffineDimExpr(domain.size() + number, context()));
    }
    unsigned dims = domain.size() + dataIndices.size();
    read = AffineMap::get(dims, 0, results, context());
  }
}

AffineExpr Launch::constant(int64_t value) const { return getAffineConstantExpr(value, context()); }

bool Launch::isUnit(unsigned dim) const { return domain[dim] == constant(1); }

bool Launch::isDynamic() const {
  return llvm::any_of(domain, [](AffineExpr extent) { return !isa<AffineConstantExpr>(extent); });
}

std::optional<AffineExpr> Launch::collapse(const LinearForm &form, ArrayRef<unsigned> dims) const {
  AffineExpr stride, next;
  for (unsigned dim : llvm::reverse(dims)) {
    if (isUnit(dim))
      continue;
    if (form.isBroken(dim))
      return std::nullopt;
    if (!stride)
      stride = form.coefficients[dim];
    else if (form.coefficients[dim] != next)
      return std::nullopt;
    next = form.coefficients[dim] * domain[dim];
  }
  return stride ? stride : constant(0);
}

AffineExpr Launch::product(ArrayRef<unsigned> dims) const {
  AffineExpr result = constant(1);
  for (unsigned dim : dims)
    result = result * domain[dim];
  return result;
}

SmallVector<int64_t> ModuleFacts::getEstimates() const {
  SmallVector<int64_t> values(greatest);
  values.resize(std::max(values.size(), symbols.size()), 1);
  return values;
}

double Launch::estimate(AffineExpr expression) const {
  return double(evaluate(expression, facts.getEstimates()).value_or(1));
}

kernel::Cost Launch::cost() const { return kernel::getCost(op, facts.getEstimates()); }

int64_t Launch::tasks() const { return op.getScheduleAttr().getTasks(); }

std::string Launch::print(AffineExpr expression, ArrayRef<std::string> dims) const {
  return printAffine(expression, dims, facts.symbols).text;
}

void Launch::noteSymbols(AffineExpr expression, LaunchFunction &function) {
  expression.walk([&](AffineExpr part) {
    if (auto symbol = dyn_cast<AffineSymbolExpr>(part))
      if (!llvm::is_contained(function.dims, symbol.getPosition()))
        function.dims.push_back(symbol.getPosition());
  });
  llvm::sort(function.dims);
}

void Launch::noteAllSymbols(LaunchFunction &function) const {
  for (AffineExpr extent : domain)
    noteSymbols(extent, function);
  auto noteOperand = [&](const Operand &operand) {
    for (AffineExpr coefficient : operand.offset.coefficients)
      noteSymbols(coefficient, function);
    noteSymbols(operand.offset.constant, function);
    if (operand.offset.rest)
      noteSymbols(operand.offset.rest, function);
  };
  llvm::for_each(inputs, noteOperand);
  llvm::for_each(outputs, noteOperand);
  for (const DataIndex &index : dataIndices)
    noteSymbols(index.extent, function);
  for (auto [op, form] : places)
    noteSymbols(op.getPlace().getResult(0), function);
}

void Launch::addParameters(LaunchFunction &function) const {
  for (const Operand &input : inputs)
    function.parameters.push_back("const " + input.type + " *" + input.name);
  for (const Operand &output : outputs)
    function.parameters.push_back(output.type + " *" + output.name);
  if (op.getScratch())
    function.parameters.push_back("void *scratch");
}

std::string getWidestType(const Launch &launch) {
  std::string widest = launch.output().type;
  unsigned bits = 0;
  auto see = [&](Type type) {
    // Masks take the width of what was compared; halves are computed with as floats.
    if (!type.isIntOrFloat() || type.isInteger(1))
      return;
    unsigned width = type.isF16() || type.isBF16() ? 32 : type.getIntOrFloatBitWidth();
    if (width > bits) {
      bits = width;
      widest = type.isF16() || type.isBF16() ? "float" : getElementType(type);
    }
  };
  for (const Operand &output : launch.outputs)
    see(output.view.element);
  // What others are looked up by is read outside of the lanes.
  for (auto [k, input] : llvm::enumerate(launch.inputs))
    if (llvm::none_of(launch.dataIndices, [&](const auto &index) { return index.input == k; }))
      see(input.view.element);
  launch.op->walk([&](Operation *op) {
    for (Type type : op->getResultTypes())
      see(type);
  });
  return widest;
}

//===- Descriptions ----------------------------------------------------------===//

std::string formatShape(const View &view, const ModuleFacts &facts) {
  std::string text = "[";
  for (auto [k, extent] : llvm::enumerate(view.extents))
    text += (k ? "," : "") + printAffine(extent, {}, facts.dimNames).text;
  return text + "]";
}

static std::string formatCount(double count, StringRef unit) {
  static const char *prefixes[] = {"", "K", "M", "G", "T"};
  unsigned k = 0;
  for (; count >= 1000 && k < 4; ++k)
    count /= 1000;
  const char *format = count < 10 && k ? "%.1f" : "%.0f";
  char digits[32];
  snprintf(digits, sizeof(digits), format, count);
  return formatv("{0} {1}{2}", digits, prefixes[k], unit);
}

std::string getPlainName(const Launch &launch, unsigned input) {
  const Operand &operand = launch.inputs[input];
  if (llvm::any_of(launch.dataIndices,
                   [&](const Launch::DataIndex &index) { return index.input == input; }))
    return "indices";
  if (llvm::any_of(llvm::drop_begin(operand.offset.coefficients, launch.dimCount()),
                   [](AffineExpr coefficient) { return coefficient != 0; }))
    return "table";
  if (launch.inputs.size() == 1)
    return "x";
  return operand.isWeight ? "weight" : std::string(1, "abcdefgh"[std::min(input, 7u)]);
}

std::string describeLaunch(const Launch &launch) {
  std::string text = describeNodes(launch.op->getLoc());
  if (!text.empty())
    text += ": ";
  auto contract = dyn_cast<kernel::ContractOp>(launch.op.getOperation());
  unsigned factors = contract ? contract.getProducts() : launch.op.countFactors(),
           shown = factors ? factors : std::min<size_t>(launch.inputs.size(), 3);
  for (auto [k, input] : llvm::enumerate(ArrayRef(launch.inputs).take_front(shown)))
    text += (k ? (contract ? " * " : ", ") : "") + formatShape(input.view, launch.facts);
  text += std::string(launch.inputs.empty() ? "" : " ") + "-> ";
  for (auto [k, output] : llvm::enumerate(launch.outputs))
    text += (k ? ", " : "") + formatShape(output.view, launch.facts);
  if (factors)
    text += ", " + formatCount(launch.cost().usualFlops(), "FLOP") +
            (launch.isDynamic() ? " at most" : "");
  return text;
}

} // namespace onnxcc
