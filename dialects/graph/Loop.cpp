// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ops with regions: types and verification.
#include "dialects/graph/Loop.h"

#define GET_OP_CLASSES
#include "dialects/graph/Loop.cpp.inc"

using namespace mlir;
using namespace onnxcc;
using namespace onnxcc::graph;

RankedTensorType onnxcc::graph::getStepType(RankedTensorType sequence) {
  Extents extents = getExtents(sequence);
  return onnxcc::getTensorType(ArrayRef(extents).drop_front(), sequence.getElementType());
}

RankedTensorType onnxcc::graph::getSequenceType(AffineExpr steps, RankedTensorType element) {
  Extents extents = getExtents(element);
  extents.insert(extents.begin(), steps);
  return onnxcc::getTensorType(extents, element.getElementType());
}

using Effects = SmallVectorImpl<MemoryEffects::EffectInstance>;

/// What defines a symbol stays, as others use that by its number; the rest is pure, and so is a
/// definition inside to those outside.
void ScanOp::getEffects(Effects &effects) {
  if (getSymbol())
    effects.emplace_back(MemoryEffects::Write::get());
}
void IfOp::getEffects(Effects &effects) {
  if (!getSymbols().empty())
    effects.emplace_back(MemoryEffects::Write::get());
}

static bool isBounded(Operation *op, int64_t symbol) {
  SmallVector<SymbolAttr> symbols = onnxcc::graph::getSymbols(op);
  return symbol >= 0 && symbol < int64_t(symbols.size()) && symbols[symbol].isComputed();
}

static bool isCondition(Type type) {
  auto tensor = cast<RankedTensorType>(type);
  return tensor.getRank() == 0 && tensor.getElementType().isInteger(1);
}

LogicalResult IfOp::verify() {
  if (!isCondition(getCondition().getType())) // if_c1
    return emitOpError() << "has a condition of type " << getCondition().getType();
  for (int64_t symbol : getSymbols())
    if (!isBounded(*this, symbol)) // if_c3
      return emitOpError() << "defines s" << symbol
                           << ", which is no symbol of the module that a run computes";
  auto isOwn = [&](AffineExpr extent) {
    auto symbol = dyn_cast<AffineSymbolExpr>(extent);
    return symbol && llvm::is_contained(getSymbols(), int64_t(symbol.getPosition()));
  };
  for (Region *region : {&getBody(), &getOtherwise()}) {
    auto yield = dyn_cast<YieldOp>(region->front().back());
    if (!yield || yield.getValues().size() != getNumResults()) // if_c2
      return emitOpError() << "has a branch that does not yield " << getNumResults() << " values";
    for (auto [value, result] : llvm::zip(yield.getValues(), getResults())) {
      auto given = cast<RankedTensorType>(value.getType());
      auto wanted = cast<RankedTensorType>(result.getType());
      bool fits =
          given.getElementType() == wanted.getElementType() && given.getRank() == wanted.getRank();
      for (int64_t axis = 0; fits && axis < wanted.getRank(); ++axis)
        fits = isOwn(getExtents(wanted)[axis]) ||
               areEqual(getExtents(given)[axis], getExtents(wanted)[axis]);
      if (!fits) // if_c2
        return emitOpError() << "yields " << given << " for a result of " << wanted;
    }
  }
  return success();
}

LogicalResult ScanOp::verify() {
  if (getSteps().getNumResults() != 1) // scan_c1
    return emitOpError() << "wants one number of steps, has " << getSteps().getNumResults();
  AffineExpr steps = getSteps().getResult(0);
  // The first type that is not as wanted, or null.
  auto check = [&](TypeRange given, ArrayRef<Type> wanted, StringRef what) -> LogicalResult {
    if (given.size() != wanted.size())
      return emitOpError() << "has " << given.size() << " " << what << ", wants " << wanted.size();
    for (auto [k, types] : llvm::enumerate(llvm::zip(given, wanted)))
      if (std::get<0>(types) != std::get<1>(types))
        return emitOpError() << "has " << std::get<0>(types) << " as number " << k << " of its "
                             << what << ", wants " << std::get<1>(types);
    return success();
  };
  SmallVector<Type> arguments{RankedTensorType::get({}, IntegerType::get(getContext(), 64))};
  llvm::append_range(arguments, getStates().getTypes());
  for (Value sequence : getSequences()) {
    auto type = cast<RankedTensorType>(sequence.getType());
    if (type.getRank() == 0 || !areEqual(getExtents(type)[0], steps)) // scan_c2
      return emitOpError() << "has a sequence of type " << type << " for another number of steps";
    arguments.push_back(getStepType(type));
  }
  if (failed(check(getBody().getArgumentTypes(), arguments, "region arguments"))) // scan_c2
    return failure();
  auto yield = dyn_cast<YieldOp>(getBody().front().back());
  if (!yield || yield.getValues().size() < getStates().size()) // scan_c3
    return emitOpError() << "does not yield its states";
  if (getConditional() && (getStates().empty() || !isCondition(getStates()[0].getType()) ||
                           !getSequences().empty() || llvm::is_contained(getReversed(), true) ||
                           (getNumResults() > getStates().size() && !getSymbol()))) // scan_c5
    return emitOpError() << "wants a condition as its first state, no sequences, and a symbol to "
                            "define if it has outputs";
  auto most = dyn_cast<AffineConstantExpr>(steps);
  if (getConditional() && !getSymbol() && most && most.getValue() < 2) // scan_c5
    return emitOpError() << "is no loop: it takes " << most.getValue() << " steps at most";
  if (getSymbol() && !isBounded(*this, *getSymbol())) // scan_c5
    return emitOpError() << "defines s" << *getSymbol()
                         << ", which is no symbol of the module that a run computes";
  AffineExpr taken = getSymbol() ? getAffineSymbolExpr(*getSymbol(), getContext()) : steps;
  SmallVector<Type> states(getStates().getTypes()), results(states);
  TypeRange yielded = yield.getValues().getTypes();
  for (Type type : yielded.drop_front(states.size()))
    results.push_back(getSequenceType(taken, cast<RankedTensorType>(type)));
  if (failed(check(yielded.take_front(states.size()), states, "yielded states")) ||
      failed(check(getResultTypes(), results, "results"))) // scan_c3
    return failure();
  if (getReversed().size() + states.size() != getSequences().size() + results.size()) // scan_c4
    return emitOpError() << "says of " << getReversed().size()
                         << " sequences and outputs whether they are reversed";
  return success();
}
