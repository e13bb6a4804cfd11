// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Dims that the run computes, and the ops with regions: branches and recurrences. See
// GraphBuilder.h.
#include "passes/graph/GraphBuilder.h"

#include "dialects/graph/Loop.h"
#include "llvm/ADT/StringExtras.h"
#include <limits>

using namespace mlir;

namespace onnxcc {

//===- Computed dims -----------------------------------------------------------===//

std::optional<unsigned> GraphBuilder::defineDim(StringRef name, AffineExpr greatest) {
  std::string unique = name.str();
  for (unsigned k = 2; llvm::is_contained(bounds.names(), unique); ++k)
    unique = (name + "_" + Twine(k)).str();
  int64_t least = 0;
  AffineExpr bound = greatest ? graph::getBound(greatest, bounds.symbols()) : AffineExpr();
  auto given = module->getAttrOfType<DictionaryAttr>(kDimsAttr);
  if (auto range = given ? given.getAs<DenseI64ArrayAttr>(unique) : DenseI64ArrayAttr()) {
    least = range[0];
    std::optional<Interval> most = bound ? bounds.getInterval(bound) : std::nullopt;
    if (!most || range[1] < most->max)
      bound = number(range[1]);
    NamedAttrList others(given);
    others.erase(unique);
    module->setAttr(kDimsAttr, others.getDictionary(context()));
  }
  if (!bound) {
    error() << "nothing bounds the dimension '" << unique << "', which the run computes: add --dim "
            << unique << "=0..N with the greatest value that it may have";
    return std::nullopt;
  }
  return bounds.define(module, unique, least, bounds.simplify(bound));
}

/// The places of x's elements if `block` has them, perhaps of x as truth values.
static graph::PlacesOp findPlaces(Value x, Block *block) {
  for (Operation *user : x.getUsers()) {
    if (user->getBlock() != block)
      continue;
    if (auto places = dyn_cast<graph::PlacesOp>(user))
      return places;
    if (auto cast = dyn_cast<graph::CastOp>(user))
      if (GraphBuilder::elementOf(cast).isInteger(1))
        if (graph::PlacesOp places = findPlaces(cast, block))
          return places;
  }
  return {};
}

Value GraphBuilder::places(Value x, StringRef name) {
  if (!x)
    return {};
  if (llvm::is_contained(typeOf(x).getShape(), 0))
    return integers({});
  if (std::optional<graph::Tensor> known = evaluateConstant(x)) {
    SmallVector<int64_t> list;
    for (int64_t k = 0; k < known->size(); ++k)
      if (known->getDouble(k) != 0)
        list.push_back(k);
    return integers(list);
  }
  // Those of one tensor are the same, and so is their number, which another dim would hide.
  if (graph::PlacesOp known = findPlaces(x, builder.getInsertionBlock()))
    return known;
  std::optional<unsigned> symbol = defineDim(name, getProduct(extentsOf(x), context()));
  return symbol ? create<graph::PlacesOp>(cast(x, builder.getI1Type()), *symbol) : Value();
}

//===- Branches ----------------------------------------------------------------===//

/// The larger of what two extents are at most; null if neither is certain to be.
static AffineExpr getLarger(const SymbolBounds &bounds, AffineExpr a, AffineExpr b) {
  a = graph::getBound(a, bounds.symbols());
  b = graph::getBound(b, bounds.symbols());
  if (!a || !b || a == b)
    return a && b ? a : AffineExpr();
  if (std::optional<bool> isLess = bounds.isLess(a, b))
    return *isLess ? b : a;
  std::optional<bool> isLess = bounds.isLess(b, a);
  return !isLess ? AffineExpr() : *isLess ? a : b;
}

SmallVector<Value> GraphBuilder::failing(Value condition, bool value, ValueRange like) {
  // Place 1 of a table of one place, which only the data can tell.
  Type i64 = builder.getI64Type();
  condition = reshape(condition, {});
  Value index = cast(condition, i64);
  if (!value)
    index = create<graph::SubOp>(scalar(i64, 1), index);
  SmallVector<Value> values;
  for (Value one : like) {
    Value table = reshape(cast(condition, elementOf(one)), {number(1)});
    values.push_back(broadcast(create<graph::GatherOp>(table, index, 0), extentsOf(one)));
  }
  return values;
}

SmallVector<Value> GraphBuilder::branch(Value condition, Branch then, Branch otherwise,
                                        DimName dimName, StandIn standIn) {
  condition = reshape(condition, {});
  Region bodies[2];
  SmallVector<Value> values[2];
  Branch builds[] = {then, otherwise};
  for (unsigned k : {0, 1}) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(&bodies[k].emplaceBlock());
    values[k] = builds[k]();
    if (llvm::is_contained(values[k], Value()))
      values[k].clear();
  }
  for (unsigned k : {0, 1}) {
    if (!values[k].empty())
      continue;
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(&bodies[k].front());
    values[k] = standIn(k == 0, values[1 - k]);
    if (values[k].empty())
      return {};
  }
  SmallVector<Type> types;
  SmallVector<int64_t> symbols;
  for (auto [k, a, b] : llvm::enumerate(values[0], values[1])) {
    if (elementOf(a) != elementOf(b) || rankOf(a) != rankOf(b))
      return error() << "the branches of 'If' give output " << k << " different types, "
                     << format(typeOf(a)) << " and " << format(typeOf(b))
                     << "; its condition would have to be known at compile time (a constant, or "
                        "computed from dimensions)",
             SmallVector<Value>();
    Extents extents = extentsOf(a), others = extentsOf(b);
    for (auto [axis, extent] : llvm::enumerate(extents)) {
      if (bounds.isEqual(extent, others[axis]) == true)
        continue;
      std::optional<unsigned> symbol =
          defineDim(dimName(k, axis), getLarger(bounds, extent, others[axis]));
      if (!symbol)
        return {};
      symbols.push_back(*symbol);
      extent = getAffineSymbolExpr(*symbol, context());
    }
    types.push_back(getTensorType(extents, elementOf(a)));
  }
  for (unsigned k : {0, 1}) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(&bodies[k].front());
    graph::YieldOp::create(builder, loc, values[k]);
  }
  auto op = graph::IfOp::create(builder, loc, types, condition, symbols);
  op.getBody().takeBody(bodies[0]);
  op.getOtherwise().takeBody(bodies[1]);
  ++numOps;
  SmallVector<Value> results;
  for (auto [result, a, b] : llvm::zip(op.getResults(), values[0], values[1])) {
    results.push_back(a == b ? a : Value(result));
    // What follows from the dims alone in both branches is known, and shapes may depend on it.
    std::optional<Extents> x = asIntegers(a), y = asIntegers(b);
    if (x && x == y && rankOf(result) <= 1 && elementOf(result).isSignlessInteger(64))
      results.back() = extents(*x, /*scalar=*/rankOf(result) == 0);
  }
  return results;
}

//===- Recurrences -------------------------------------------------------------===//

SmallVector<Value> GraphBuilder::buildStep(Region &body, ValueRange states, ValueRange sequences,
                                           Step step) {
  Block &block = body.emplaceBlock();
  Value number = block.addArgument(RankedTensorType::get({}, builder.getI64Type()), loc);
  for (Value state : states)
    block.addArgument(state.getType(), loc);
  for (Value sequence : sequences)
    block.addArgument(graph::getStepType(typeOf(sequence)), loc);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToEnd(&block);
  unsigned known = bounds.symbols().size();
  SmallVector<Value> results = step(number, block.getArguments().slice(1, states.size()),
                                    block.getArguments().drop_front(1 + states.size()));
  if (llvm::is_contained(results, Value()))
    return {};
  for (Value result : results)
    for (AffineExpr extent : extentsOf(result))
      for (unsigned symbol = known; symbol < bounds.symbols().size(); ++symbol)
        if (extent.isFunctionOfSymbol(symbol))
          return error() << "a step gives a value of shape " << format(result)
                         << ", which may be another in each step; only values of one shape can be "
                            "carried on or stacked",
                 SmallVector<Value>();
  return results;
}

bool GraphBuilder::areKept(ValueRange states, ArrayRef<Value> after) {
  for (auto [k, before] : llvm::enumerate(states))
    if (after[k].getType() != before.getType())
      return error() << "state " << k << " goes from " << format(typeOf(before)) << " to "
                     << format(typeOf(after[k])) << " in a step",
             false;
  return true;
}

SmallVector<Value> GraphBuilder::recur(Region &body, ArrayRef<Value> given, AffineExpr steps,
                                       ValueRange states, ValueRange sequences,
                                       ArrayRef<bool> reversed, bool isConditional,
                                       std::optional<unsigned> symbol) {
  AffineExpr taken = symbol ? getAffineSymbolExpr(*symbol, context()) : steps;
  SmallVector<Type> types(states.getTypes());
  for (Value output : given.drop_front(states.size()))
    types.push_back(graph::getSequenceType(taken, typeOf(output)));
  if (!llvm::all_of(types, [&](Type type) { return isPossible(type); }))
    return {};
  if (steps == number(0) && !symbol) {
    SmallVector<Value> nothing(states);
    for (Type type : ArrayRef(types).drop_front(states.size()))
      nothing.push_back(empty(llvm::cast<RankedTensorType>(type)));
    return nothing;
  }
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(&body.front());
    graph::YieldOp::create(builder, loc, given);
  }
  auto op = graph::ScanOp::create(builder, loc, types, map(steps), states, sequences, reversed,
                                  isConditional,
                                  symbol ? builder.getI64IntegerAttr(*symbol) : IntegerAttr());
  op.getBody().takeBody(body);
  ++numOps;
  return SmallVector<Value>(op->result_begin(), op->result_end());
}

SmallVector<Value> GraphBuilder::scan(AffineExpr steps, ValueRange states, ValueRange sequences,
                                      ArrayRef<bool> reversed, Step step) {
  // The body is built on its own: what steps share goes before the loop meanwhile.
  Region body;
  SmallVector<Value> given = buildStep(body, states, sequences, step);
  if (given.empty() || !areKept(states, given))
    return {};
  return recur(body, given, steps, states, sequences, reversed, /*isConditional=*/false, {});
}

SmallVector<Value> GraphBuilder::loop(Value limit, Value condition, ValueRange states,
                                      StringRef name, Step step) {
  auto asFlag = [&](Value value) -> std::optional<bool> {
    std::optional<SmallVector<int64_t>> known = asConstants(value);
    return known && known->size() == 1 ? std::optional(known->front() != 0) : std::nullopt;
  };
  std::optional<Extents> known = limit ? asIntegers(limit) : std::nullopt;
  AffineExpr steps = known && known->size() == 1 ? known->front() : AffineExpr();
  if (auto constant = dyn_cast_or_null<AffineConstantExpr>(steps)) {
    // The greatest number says no more than no limit.
    if (constant.getValue() == std::numeric_limits<int64_t>::max())
      limit = {}, steps = {};
    else if (constant.getValue() < 0)
      steps = number(0);
  }
  if (condition && asFlag(condition) == false)
    steps = number(0);
  Region body;
  SmallVector<Value> given = buildStep(body, states, {}, step);
  if (given.empty() || !areKept(states, ArrayRef(given).drop_front()))
    return {};
  ArrayRef<Value> rest = ArrayRef(given).drop_front(); // without whether to go on
  SmallVector<bool> forward(rest.size() - states.size(), false);
  bool isCounted = steps && (steps == number(0) || ((!condition || asFlag(condition) == true) &&
                                                    asFlag(given[0]) == true));
  if (isCounted)
    return recur(body, rest, steps, states, {}, forward, /*isConditional=*/false, {});

  // Whether to go on is a state, the first. The limit is a part of it, unless the number of steps
  // says the same; that of a single step would make no loop.
  if (steps && forward.empty() && steps != number(1))
    limit = {};
  else if (forward.empty())
    steps = {};
  Type i1 = builder.getI1Type(), i64 = builder.getI64Type();
  auto goesOn = [&](Value wanted, Term number) {
    Term flag(*this, reshape(cast(wanted, i1), {}));
    return limit ? flag.apply<graph::AndOp>(
                       number.apply<graph::LessOp>(reshape(cast(limit, i64), {})))
                 : flag;
  };
  SmallVector<Value> before(states);
  before.insert(before.begin(),
                goesOn(condition ? condition : scalar(i1, 1), Term(*this, scalar(i64, 0))));
  body.front().insertArgument(1u, RankedTensorType::get({}, i1), loc);
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(&body.front());
    given[0] = goesOn(given[0], Term(*this, body.front().getArgument(0)) + 1.0);
  }
  std::optional<unsigned> symbol;
  if (!forward.empty()) {
    symbol = defineDim(name, steps);
    if (!symbol)
      return {};
    // No more steps than there is room for.
    steps = bounds.symbols()[*symbol].getBound().getValue().getResult(0);
  }
  if (!steps)
    steps = number(std::numeric_limits<int64_t>::max());
  SmallVector<Value> results =
      recur(body, given, steps, before, {}, forward, /*isConditional=*/true, symbol);
  if (!results.empty())
    results.erase(results.begin());
  return results;
}

} // namespace onnxcc
