// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reductions. graph.reduce lacks the reduced axes; keepdims puts them back with a reshape.
#include "passes/graph/Lowerings.h"

using namespace mlir;

namespace onnxcc {

using Formula = Term (*)(Term);
static Term same(Term x) { return x; }

/// Of integers, in f64; what follows the point is cut off afterwards.
static Term toReal(Term x) {
  return x && !isa<FloatType>(GraphBuilder::elementOf(x))
             ? x.cast(Float64Type::get(Value(x).getContext()))
             : x;
}
template <Formula formula> static Term inReals(Term x) {
  return x ? formula(toReal(x)).cast(GraphBuilder::elementOf(x)) : x;
}

/// after(reduce(before(x))). Where noop_with_empty_axes makes the reduction a no-op, before and
/// after still happen.
static void lowerReduce(LoweringContext &c, graph::ReduceKind kind, Formula before = same,
                        Formula after = same) {
  Term x = c.term(0);
  SmallVector<int64_t> axes;
  std::optional<SmallVector<int64_t>> given;
  if (c.input(1) && !(given = c.knownConstants(1, "axes")))
    return;
  bool isNoop = c.integer("noop_with_empty_axes") && (!given || given->empty());
  if (!isNoop) {
    std::optional<SmallVector<int64_t>> all = c.axesInput(1, c.rankOf(x));
    if (!all)
      return;
    axes = *all;
  }
  c.result(after(before(x).reduce(kind, axes, c.integer("keepdims", 1) != 0)));
}

/// log(sum(exp(x))) without overflow: the greatest element is taken out first.
static void lowerLogSumExp(LoweringContext &c) {
  Term x = toReal(c.term(0));
  std::optional<SmallVector<int64_t>> axes = c.axesInput(1, c.rankOf(x));
  if (!axes)
    return;
  if (c.integer("noop_with_empty_axes") &&
      (!c.input(1) || c.typeOf(c.input(1)).getNumElements() == 0))
    axes->clear();
  bool keepDims = c.integer("keepdims", 1) != 0;
  Term greatest = x.reduce(graph::ReduceKind::Max, *axes);
  // Infinite maxima would give inf - inf.
  Term finite = abs(greatest)
                    .apply<graph::EqualOp>(std::numeric_limits<double>::infinity())
                    .select(greatest.like(0), greatest);
  Term sum = (log(exp(x - finite).reduce(graph::ReduceKind::Sum, *axes)) + finite)
                 .cast(c.elementOf(c.input(0)));
  if (!sum || keepDims || axes->empty())
    return c.result(sum);
  Extents extents;
  for (auto [i, extent] : llvm::enumerate(c.extentsOf(sum)))
    if (!llvm::is_contained(*axes, static_cast<int64_t>(i)))
      extents.push_back(extent);
  c.result(c.reshape(sum, extents));
}

static void lowerArg(LoweringContext &c, graph::ReduceKind kind) {
  Value x = c.input(0);
  std::optional<int64_t> axis = c.axis(c.integer("axis", 0), c.rankOf(x));
  if (!axis)
    return;
  Value result = c.create<graph::ArgReduceOp>(x, kind, *axis, c.integer("select_last_index") != 0);
  if (c.integer("keepdims", 1)) {
    Extents kept = c.extentsOf(x);
    kept[*axis] = c.number(1);
    result = c.reshape(result, kept);
  }
  c.result(result);
}

static void lowerCumulate(LoweringContext &c, graph::ReduceKind kind) {
  std::optional<SmallVector<int64_t>> given = c.knownConstants(1, "axis");
  if (!given || given->size() != 1)
    return;
  if (std::optional<int64_t> axis = c.axis(given->front(), c.rankOf(c.input(0))))
    c.result(c.create<graph::CumulateOp>(c.input(0), kind, *axis, c.integer("exclusive") != 0,
                                         c.integer("reverse") != 0));
}

void addReductions(LoweringTable &table) {
  using graph::ReduceKind;
  auto add = [&](StringRef op, ReduceKind kind, Formula before = same, Formula after = same) {
    table.add(op, [=](LoweringContext &c) { lowerReduce(c, kind, before, after); });
  };
  add("ReduceL1", ReduceKind::Sum, abs);
  add("ReduceL2", ReduceKind::SumSquare, same, inReals<sqrt>);
  add("ReduceLogSum", ReduceKind::Sum, same, inReals<log>);
  add("ReduceMax", ReduceKind::Max);
  add("ReduceMean", ReduceKind::Mean);
  add("ReduceMin", ReduceKind::Min);
  add("ReduceProd", ReduceKind::Product);
  add("ReduceSum", ReduceKind::Sum);
  add("ReduceSumSquare", ReduceKind::SumSquare);
  table.add("ArgMax", [](LoweringContext &c) { lowerArg(c, ReduceKind::Max); });
  table.add("ArgMin", [](LoweringContext &c) { lowerArg(c, ReduceKind::Min); });
  table.add("CumProd", [](LoweringContext &c) { lowerCumulate(c, ReduceKind::Product); });
  table.add("CumSum", [](LoweringContext &c) { lowerCumulate(c, ReduceKind::Sum); });
  table.add("ReduceLogSumExp", lowerLogSumExp);
}

} // namespace onnxcc
