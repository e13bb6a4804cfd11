// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Recurrent networks as scans. All steps' inputs are multiplied by their weights in one product
// first, so that a step is one small product and some elementwise ops.
#include "passes/graph/Lowerings.h"

using namespace mlir;

namespace onnxcc {
namespace {

/// One direction of the network: what a cell needs for a step.
struct Cell {
  LoweringContext &c;
  int64_t hidden;
  /// [4 h, h] for LSTM, and so on; [gates * h] each, null if absent; [3 h].
  Value recurrence, recurrenceBias, peepholes;
  SmallVector<std::function<Term(Term)>> activations;
  double clip = 0;

  /// The i-th part of the last axis, of `hidden` elements each.
  Term gate(Value x, int64_t i) {
    return c.term(c.slice(x, c.rankOf(x) - 1, c.number(i * hidden), c.number(hidden)));
  }
  Term activate(unsigned i, Term x) {
    if (clip > 0)
      x = minimum(maximum(x, -clip), clip);
    return activations[i](x);
  }
  /// state x transpose(weights)
  Term product(Value state, Value weights) {
    return c.term(buildMatMul(c, state, c.transpose(weights, {1, 0})));
  }
};

struct State {
  Value hidden, cell;
};

/// inputs: W x + Wb (+ Rb), [batch, gates * h].
using Step = std::function<State(Cell &, Value inputs, State)>;

} // namespace

static State stepRnn(Cell &cell, Value inputs, State state) {
  LoweringContext &c = cell.c;
  return {cell.activate(0, c.term(inputs) + cell.product(state.hidden, cell.recurrence)), nullptr};
}

/// Gates in ONNX's order: input, output, forget, cell. Peepholes: input, output, forget.
static State stepLstm(Cell &cell, Value inputs, State state) {
  LoweringContext &c = cell.c;
  Term sums = c.term(inputs) + cell.product(state.hidden, cell.recurrence),
       old = c.term(state.cell);
  if (!sums)
    return {};
  Term in = cell.gate(sums, 0), out = cell.gate(sums, 1), forget = cell.gate(sums, 2);
  if (cell.peepholes) {
    in = in + cell.gate(cell.peepholes, 0) * old;
    forget = forget + cell.gate(cell.peepholes, 2) * old;
  }
  in = cell.activate(0, in);
  forget = c.integer("input_forget") ? 1.0 - in : cell.activate(0, forget);
  Term now = forget * old + in * cell.activate(1, cell.gate(sums, 3));
  if (cell.peepholes)
    out = out + cell.gate(cell.peepholes, 1) * now;
  out = cell.activate(0, out);
  // The clip is for the gates' sums only.
  return {out * cell.activations[2](now), now};
}

/// Gates: update, reset, hidden.
static State stepGru(Cell &cell, Value inputs, State state) {
  LoweringContext &c = cell.c;
  bool linear = c.integer("linear_before_reset") != 0;
  Term old = c.term(state.hidden);
  int64_t h = cell.hidden;
  Value weights =
      linear ? cell.recurrence : c.slice(cell.recurrence, 0, c.number(0), c.number(2 * h));
  Term recurrent = cell.product(old, weights);
  if (!recurrent)
    return {};
  Term update = cell.activate(0, cell.gate(inputs, 0) + cell.gate(recurrent, 0));
  Term reset = cell.activate(0, cell.gate(inputs, 1) + cell.gate(recurrent, 1));
  Term hidden(c, nullptr);
  if (linear) {
    Term part = cell.gate(recurrent, 2);
    if (cell.recurrenceBias)
      part = part + cell.gate(cell.recurrenceBias, 2);
    hidden = cell.gate(inputs, 2) + reset * part;
  } else {
    hidden = cell.gate(inputs, 2) +
             cell.product(reset * old, c.slice(cell.recurrence, 0, c.number(2 * h), c.number(h)));
  }
  hidden = cell.activate(1, hidden);
  return {(1.0 - update) * hidden + update * old, nullptr};
}

/// An activation by its name; null, with a diagnostic, if there is none.
static std::function<Term(Term)> getActivation(LoweringContext &c, StringRef name, double alpha,
                                               double beta) {
  std::string lower = name.lower();
  auto withReals = [&c](StringRef op, ArrayRef<std::pair<StringRef, double>> reals) {
    return [&c, op, list = SmallVector<std::pair<StringRef, double>>(reals)](Term x) {
      Builder builder(c.context());
      SmallVector<NamedAttribute> attributes;
      for (auto [name, value] : list)
        attributes.push_back(builder.getNamedAttr(name, builder.getF64FloatAttr(value)));
      return c.term(x ? c.create(op, Value(x), attributes) : Value());
    };
  };
  if (lower == "sigmoid")
    return [](Term x) { return sigmoid(x); };
  if (lower == "tanh")
    return [](Term x) { return tanh(x); };
  if (lower == "relu")
    return [](Term x) { return x.apply<graph::ReluOp>(); };
  if (lower == "softsign")
    return [](Term x) { return x.apply<graph::SoftsignOp>(); };
  if (lower == "softplus")
    return [](Term x) { return x.apply<graph::SoftplusOp>(); };
  if (lower == "affine")
    return [=](Term x) { return alpha * x + beta; };
  if (lower == "scaledtanh")
    return [=](Term x) { return alpha * tanh(beta * x); };
  if (lower == "leakyrelu")
    return withReals(graph::LeakyReluOp::getOperationName(), {{"alpha", alpha}});
  if (lower == "elu")
    return withReals(graph::EluOp::getOperationName(), {{"alpha", alpha}});
  if (lower == "hardsigmoid")
    return withReals(graph::HardSigmoidOp::getOperationName(), {{"alpha", alpha}, {"beta", beta}});
  c.error() << "activation '" << name << "' is not supported";
  return {};
}

/// The defaults of activation_alpha and activation_beta.
static std::pair<double, double> getDefaults(StringRef name) {
  std::string lower = name.lower();
  if (lower == "hardsigmoid")
    return {0.2, 0.5};
  if (lower == "leakyrelu")
    return {0.01, 0};
  return {1, lower == "scaledtanh" ? 1 : 0};
}

/// The slice `direction` of a tensor [directions, …], without that axis; null stays null.
static Value getDirection(LoweringContext &c, Value x, int64_t direction) {
  if (!x)
    return {};
  Extents extents = c.extentsOf(x);
  extents.erase(extents.begin());
  return c.reshape(c.slice(x, 0, c.number(direction), c.number(1)), extents);
}

static bool addActivationsOf(LoweringContext &c, Cell &cell, int64_t direction,
                             ArrayRef<StringRef> defaults) {
  auto names = dyn_cast_or_null<ArrayAttr>(c.attribute("activations"));
  SmallVector<double> alphas = c.realList("activation_alpha").value_or(SmallVector<double>());
  SmallVector<double> betas = c.realList("activation_beta").value_or(SmallVector<double>());
  for (size_t i = 0; i < defaults.size(); ++i) {
    size_t index = direction * defaults.size() + i;
    StringRef name =
        names && index < names.size() ? cast<StringAttr>(names[index]).getValue() : defaults[i];
    auto [alpha, beta] = getDefaults(name);
    cell.activations.push_back(getActivation(c, name, index < alphas.size() ? alphas[index] : alpha,
                                             index < betas.size() ? betas[index] : beta));
    if (!cell.activations.back())
      return false;
  }
  return true;
}

/// All steps of one direction from `first`, which has what the cell needs: the last states, then
/// the hidden states of all steps if they are wanted. Nothing if that fails.
static SmallVector<Value> runSteps(Cell &cell, Value inputs, State first, Value lengths,
                                   bool backwards, const Step &step) {
  LoweringContext &c = cell.c;
  bool wantsAll = c.wants(0);
  SmallVector<Value> states{first.hidden};
  if (first.cell)
    states.push_back(first.cell);
  auto runStep = [&](Value number, ValueRange before, ValueRange elements) {
    State old{before[0], before.size() > 1 ? before[1] : Value()};
    State now = step(cell, elements[0], old);
    Value output = now.hidden;
    if (lengths && now.hidden) {
      // Beyond its length, a sequence keeps its states and gives zeros.
      if (backwards) {
        Term count =
            c.term(c.cast(c.extents(c.extentsOf(inputs)[0], /*scalar=*/true), c.elementOf(number)));
        number = count - 1.0 - c.term(number);
      }
      Extents column{c.extentsOf(now.hidden)[0], c.number(1)};
      Term runs = c.term(c.reshape(
          c.term(c.cast(number, c.elementOf(lengths))).apply<graph::LessOp>(lengths), column));
      output = runs.select(now.hidden, c.term(now.hidden).like(0));
      now.hidden = runs.select(now.hidden, old.hidden);
      if (now.cell)
        now.cell = runs.select(now.cell, old.cell);
    }
    SmallVector<Value> results{now.hidden};
    if (old.cell)
      results.push_back(now.cell);
    if (wantsAll)
      results.push_back(output);
    return results;
  };
  AffineExpr steps = c.extentsOf(inputs)[0];
  if (steps != 1)
    return c.scan(steps, states, inputs, SmallVector<bool>(wantsAll ? 2 : 1, backwards), runStep);
  // A single step, as streaming models have it, is no loop.
  Extents element = c.extentsOf(inputs);
  element.erase(element.begin());
  Value number = c.integers(0, {}, ArrayRef<int64_t>()), only = c.reshape(inputs, element);
  SmallVector<Value> results = runStep(number, states, only);
  if (llvm::is_contained(results, Value()))
    return {};
  if (!wantsAll)
    return results;
  element.back() = c.number(cell.hidden);
  element.insert(element.begin(), c.number(1));
  results.back() = c.reshape(results.back(), element);
  if (!results.back())
    return {};
  return results;
}

static void lowerRecurrent(LoweringContext &c, int64_t gates, ArrayRef<StringRef> activations,
                           const Step &step) {
  Value x = c.input(0);
  // layout 1 is batch first: [batch, seq, …], and states [batch, directions, h].
  bool batchFirst = c.integer("layout") != 0, hasCell = gates == 4;
  if (batchFirst)
    x = c.transpose(x, {1, 0, 2});
  if (!x || c.rankOf(x) != 3)
    return void(c.error() << "expects an input of rank 3, got " << c.format(c.input(0)));
  Extents extents = c.extentsOf(x);
  Value lengths = c.input(4);
  // Lengths that are all the number of steps say nothing.
  if (std::optional<SmallVector<int64_t>> known = lengths ? c.asConstants(lengths) : std::nullopt)
    if (llvm::all_of(*known, [&](int64_t length) { return extents[0] == length; }))
      lengths = nullptr;
  int64_t hidden = c.typeOf(c.input(2)).getDimSize(2),
          directions = c.typeOf(c.input(1)).getDimSize(0);
  StringRef direction = c.string("direction", "forward");
  Extents stateExtents{extents[1], c.number(hidden)};
  auto getInitial = [&](unsigned input, int64_t d) {
    Value initial = c.input(input);
    if (!initial)
      return c.broadcast(c.scalar(c.elementOf(x), 0), stateExtents);
    return getDirection(c, batchFirst ? c.transpose(initial, {1, 0, 2}) : initial, d);
  };

  SmallVector<Value> sequences, lastHidden, lastCell;
  for (int64_t d = 0; d < directions; ++d) {
    Value weights = getDirection(c, c.input(1), d), bias = getDirection(c, c.input(3), d);
    Cell cell{c,
              hidden,
              getDirection(c, c.input(2), d),
              nullptr,
              hasCell ? getDirection(c, c.input(7), d) : Value(),
              {},
              c.real("clip", 0)};
    if (!addActivationsOf(c, cell, d, activations))
      return;
    Term inputs = cell.product(x, weights);
    if (bias) {
      int64_t size = gates * hidden;
      Term own = c.term(c.slice(bias, 0, c.number(0), c.number(size)));
      cell.recurrenceBias = c.slice(bias, 0, c.number(size), c.number(size));
      Term recurrent = c.term(cell.recurrenceBias);
      // With linear_before_reset, the hidden gate's part comes inside the reset.
      if (gates == 3 && c.integer("linear_before_reset"))
        recurrent =
            c.term(c.concat({c.slice(cell.recurrenceBias, 0, c.number(0), c.number(2 * hidden)),
                             c.broadcast(c.scalar(c.elementOf(x), 0), {c.number(hidden)})},
                            0));
      inputs = inputs + (own + recurrent);
    }
    if (!inputs)
      return;
    bool backwards = direction == "reverse" || d == 1;
    State first{getInitial(5, d), hasCell ? getInitial(6, d) : Value()};
    if (!first.hidden || (hasCell && !first.cell))
      return;
    SmallVector<Value> finals = runSteps(cell, inputs, first, lengths, backwards, step);
    if (finals.empty())
      return;
    Extents last{c.number(1), extents[1], c.number(hidden)};
    if (c.wants(0)) {
      Extents each = c.extentsOf(finals.back());
      each.insert(each.begin() + 1, c.number(1));
      sequences.push_back(c.reshape(finals.back(), each));
    }
    lastHidden.push_back(c.reshape(finals[0], last));
    if (hasCell)
      lastCell.push_back(c.reshape(finals[1], last));
  }
  // States of another batch than the input's have been reported.
  for (ArrayRef<Value> parts : {ArrayRef(sequences), ArrayRef(lastHidden), ArrayRef(lastCell)})
    if (llvm::is_contained(parts, Value()))
      return;
  auto turn = [&](Value value, ArrayRef<int64_t> permutation) {
    return batchFirst ? c.transpose(value, permutation) : value;
  };
  // Y is [seq, directions, batch, h], or [batch, seq, directions, h].
  if (c.wants(0))
    c.result(0, turn(c.concat(sequences, 1), {2, 0, 1, 3}));
  if (c.wants(1))
    c.result(1, turn(c.concat(lastHidden, 0), {1, 0, 2}));
  if (hasCell && c.wants(2))
    c.result(2, turn(c.concat(lastCell, 0), {1, 0, 2}));
}

void addRecurrent(LoweringTable &table) {
  table.add("GRU", [](LoweringContext &c) { lowerRecurrent(c, 3, {"Sigmoid", "Tanh"}, stepGru); });
  table.add("LSTM", [](LoweringContext &c) {
    lowerRecurrent(c, 4, {"Sigmoid", "Tanh", "Tanh"}, stepLstm);
  });
  table.add("RNN", [](LoweringContext &c) { lowerRecurrent(c, 1, {"Tanh"}, stepRnn); });
}

} // namespace onnxcc
