// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operators that index by data.
#include "passes/graph/Lowerings.h"

#include "llvm/ADT/StringSwitch.h"

using namespace mlir;

namespace onnxcc {

static void lowerGather(LoweringContext &c) {
  Value x = c.input(0), indices = c.input(1);
  std::optional<int64_t> axis = c.axis(c.integer("axis", 0), c.rankOf(x));
  if (!axis)
    return;
  // One constant index is a slice, which later becomes a view.
  std::optional<SmallVector<int64_t>> constants = c.asConstants(indices);
  auto extent = dyn_cast<AffineConstantExpr>(c.extentsOf(x)[*axis]);
  if (constants && constants->size() == 1 && !c.asIntegers(x) &&
      (extent || constants->front() >= 0)) {
    int64_t index = constants->front() + (constants->front() < 0 ? extent.getValue() : 0);
    if (!extent || (index >= 0 && index < extent.getValue())) {
      Extents result = c.extentsOf(x), inner = c.extentsOf(indices);
      result.erase(result.begin() + *axis);
      result.insert(result.begin() + *axis, inner.begin(), inner.end());
      return c.result(c.reshape(c.slice(x, *axis, c.number(index), c.number(1)), result));
    }
    return void(c.error() << "index " << constants->front() << " is out of range for axis " << *axis
                          << " of " << c.format(x));
  }
  c.result(c.create<graph::GatherOp>(x, indices, *axis));
}

static void lowerGatherElements(LoweringContext &c) {
  if (std::optional<int64_t> axis = c.axis(c.integer("axis", 0), c.rankOf(c.input(0))))
    c.result(c.create<graph::GatherElementsOp>(c.input(0), c.input(1), *axis));
}

/// Indices into the leading axes become one index into those axes flattened.
static void lowerGatherNd(LoweringContext &c) {
  Value x = c.input(0), indices = c.input(1);
  Extents data = c.extentsOf(x), places = c.extentsOf(indices);
  int64_t batchDims = c.integer("batch_dims", 0);
  auto depth = places.empty() ? AffineConstantExpr() : dyn_cast<AffineConstantExpr>(places.back());
  if (!depth || batchDims + depth.getValue() > static_cast<int64_t>(data.size()))
    return void(c.error() << "indices of extents " << c.format(places) << " do not index "
                          << c.format(data));
  int64_t count = depth.getValue(), rank = places.size();
  Type element = c.elementOf(indices);
  // A known extent is a scalar to compute with, also when it is dynamic.
  auto scalar = [&](AffineExpr extent) {
    return c.term(c.cast(c.extents(extent, /*scalar=*/true), element));
  };
  Extents outer(places.begin(), places.end() - 1);
  Term flat = c.term(c.broadcast(c.scalar(element, 0), outer));
  // Batches come first in the flattened axes: their number is an index of its own.
  for (int64_t i = 0; i < batchDims; ++i)
    flat = flat * scalar(data[i]) + c.term(c.alongAxis(c.iota(data[i], element), i, outer.size()));
  for (int64_t i = 0; i < count; ++i) {
    Term index = c.term(c.reshape(c.slice(indices, rank - 1, c.number(i), c.number(1)), outer)),
         extent = scalar(data[batchDims + i]);
    if (!index)
      return;
    // Out of range of its own axis an index might be in range of the flattened ones: it is read
    // through the axis' places. Negative ones count from the end there, as in the last gather.
    if (count > 1 || batchDims > 0)
      index = c.term(c.create<graph::GatherOp>(c.iota(data[batchDims + i], element), index, 0));
    flat = flat * extent + index;
  }
  Extents flattened{getProduct(ArrayRef(data).take_front(batchDims + count), c.context())};
  flattened.append(data.begin() + batchDims + count, data.end());
  c.result(c.create<graph::GatherOp>(c.reshape(x, flattened), flat, 0));
}

/// The elements at which a condition holds.
static void lowerCompress(LoweringContext &c) {
  Value x = c.input(0);
  int64_t axis = 0;
  if (c.has("axis")) {
    std::optional<int64_t> given = c.axis(c.integer("axis"), c.rankOf(x));
    if (!given)
      return;
    axis = *given;
  } else {
    x = c.reshape(x, getProduct(c.extentsOf(x), c.context()));
  }
  Value condition = c.input(1);
  if (!x || !condition)
    return;
  // What is beyond the axis says nothing of it.
  AffineExpr extent = c.extentsOf(x)[axis], flags = c.extentsOf(condition)[0];
  if (c.symbols().isLess(extent, flags) == true)
    condition = c.slice(condition, 0, c.number(0), extent);
  c.result(c.create<graph::GatherOp>(x, c.places(condition, c.dimName(0, axis)), axis));
}

/// Places, taken apart into an index for each axis: row k of the result holds those of axis k.
static void lowerNonZero(LoweringContext &c) {
  Value x = c.input(0);
  Extents extents = c.extentsOf(x);
  Term places = c.term(c.places(x, c.dimName(0, 1)));
  if (!places)
    return;
  AffineExpr count = c.extentsOf(places)[0];
  Type i64 = IntegerType::get(c.context(), 64);
  if (extents.empty()) // ONNX: no row at all, where numpy has one
    return c.result(c.broadcast(c.scalar(i64, 0), {c.number(0), count}));
  SmallVector<Value> rows;
  Term outer(c, Value()); // the place in the axes so far
  for (unsigned axis = 0; axis < extents.size(); ++axis) {
    AffineExpr inner = getProduct(ArrayRef(extents).drop_front(axis + 1), c.context());
    auto scalar = [&](AffineExpr value) { return c.term(c.extents(value, /*scalar=*/true)); };
    Term here = inner == 1 ? places : places / scalar(inner);
    Term index = outer ? here - outer * scalar(extents[axis]) : here;
    rows.push_back(c.reshape(index, {c.number(1), count}));
    outer = here;
  }
  c.result(c.concat(rows, 0));
}

/// indices == (0, 1, … depth - 1) along a new axis ? on : off
static void lowerOneHot(LoweringContext &c) {
  Value indices = c.input(0), values = c.input(2);
  std::optional<Extents> depth = c.knownSizes(1, "depth");
  std::optional<int64_t> axis =
      depth ? c.axis(c.integer("axis", -1), c.rankOf(indices) + 1) : std::nullopt;
  if (!axis)
    return;
  Type i64 = IntegerType::get(c.context(), 64);
  Extents extents = c.extentsOf(indices);
  extents.insert(extents.begin() + *axis, c.number(1));
  Term places = c.term(c.alongAxis(c.iota(depth->front(), i64), *axis, extents.size()));
  Term extent = c.term(c.extents(depth->front(), /*scalar=*/true));
  Term index = c.term(c.reshape(c.cast(indices, i64), extents));
  // A negative index counts from the end; any other out of range sets nothing.
  index = index.apply<graph::LessOp>(0.0).select(index + extent, index);
  Value off = c.reshape(c.slice(values, 0, c.number(0), c.number(1)), {});
  Value on = c.reshape(c.slice(values, 0, c.number(1), c.number(1)), {});
  c.result(index.apply<graph::EqualOp>(places).select(on, off));
}

/// The upper or lower triangle; zeros elsewhere.
static void lowerTrilu(LoweringContext &c) {
  Term x = c.term(0);
  Extents extents = c.extentsOf(x);
  int64_t rank = extents.size(), k = 0;
  if (rank < 2)
    return void(c.error() << "expects rank 2 or more, got " << c.format(x));
  if (c.input(1)) {
    std::optional<SmallVector<int64_t>> given = c.knownConstants(1, "k");
    if (!given || given->empty())
      return;
    // Far enough out is far enough.
    k = std::clamp<int64_t>(given->front(), -(int64_t(1) << 40), int64_t(1) << 40);
  }
  Type i64 = IntegerType::get(c.context(), 64);
  Term rows = c.term(c.alongAxis(c.iota(extents[rank - 2], i64), 0, 2)) + static_cast<double>(k);
  Term columns = c.term(c.iota(extents[rank - 1], i64));
  Term keep = c.integer("upper", 1) ? rows.apply<graph::LessOrEqualOp>(columns)
                                    : columns.apply<graph::LessOrEqualOp>(rows);
  c.result(keep.select(x, x.like(0)));
}

/// Whether no index of a scatter is known to be out of range, else reports it: of each tuple of
/// `depth` the k-th is of the data's axis `first + k`.
static bool checkIndices(LoweringContext &c, int64_t first, int64_t depth) {
  std::optional<SmallVector<int64_t>> indices = c.asConstants(c.input(1));
  if (!indices)
    return true;
  Extents extents = c.extentsOf(c.input(0));
  for (auto [i, index] : llvm::enumerate(*indices)) {
    int64_t axis = first + int64_t(i) % depth;
    auto extent = dyn_cast<AffineConstantExpr>(extents[axis]);
    if (!extent || (index < extent.getValue() && index >= -extent.getValue()))
      continue;
    c.error() << "index " << index << " is out of range for axis " << axis << " of "
              << c.format(c.input(0));
    return false;
  }
  return true;
}

static std::optional<graph::ScatterKind> getScatterKind(LoweringContext &c) {
  StringRef name = c.string("reduction", "none");
  auto kind = llvm::StringSwitch<std::optional<graph::ScatterKind>>(name)
                  .Case("none", graph::ScatterKind::Replace)
                  .Case("add", graph::ScatterKind::Sum)
                  .Case("mul", graph::ScatterKind::Product)
                  .Case("max", graph::ScatterKind::Max)
                  .Case("min", graph::ScatterKind::Min)
                  .Default(std::nullopt);
  if (!kind)
    c.error() << "reduction '" << name << "' is none of none, add, mul, max, min";
  return kind;
}

static void lowerScatterNd(LoweringContext &c) {
  std::optional<graph::ScatterKind> kind = getScatterKind(c);
  if (!kind)
    return;
  Value result = c.create<graph::ScatterNdOp>(c.input(0), c.input(1), c.input(2), *kind);
  if (result && checkIndices(c, 0, c.typeOf(c.input(1)).getShape().back()))
    c.result(result);
}

static void lowerScatterElements(LoweringContext &c) {
  std::optional<int64_t> axis = c.axis(c.integer("axis", 0), c.rankOf(c.input(0)));
  std::optional<graph::ScatterKind> kind = axis ? getScatterKind(c) : std::nullopt;
  if (!kind)
    return;
  Value result =
      c.create<graph::ScatterElementsOp>(c.input(0), c.input(1), c.input(2), *kind, *axis);
  if (result && checkIndices(c, *axis, 1))
    c.result(result);
}

/// The number of elements is known; they are sorted in any case, which `sorted` leaves open.
static void lowerTopK(LoweringContext &c) {
  std::optional<int64_t> axis = c.axis(c.integer("axis", -1), c.rankOf(c.input(0)));
  std::optional<SmallVector<int64_t>> count = axis ? c.constantSizes(1, "k") : std::nullopt;
  if (!count)
    return;
  if (count->size() != 1)
    return void(c.error() << "k has " << count->size() << " elements instead of one");
  Value values = c.create<graph::TopKOp>(IntegerType::get(c.context(), 64), c.input(0),
                                         count->front(), *axis, c.integer("largest", 1) != 0);
  if (!values)
    return;
  auto op = values.getDefiningOp<graph::TopKOp>();
  bool isEmpty = llvm::is_contained(c.typeOf(values).getShape(), 0);
  c.result(0, isEmpty ? c.empty(op.getValues().getType()) : values);
  c.result(1, isEmpty ? c.empty(op.getIndices().getType()) : op.getIndices());
}

void addIndexing(LoweringTable &table) {
  table.add("Compress", lowerCompress);
  table.add("Gather", lowerGather);
  table.add("GatherElements", lowerGatherElements);
  table.add("GatherND", lowerGatherNd);
  table.add("NonZero", lowerNonZero);
  table.add("OneHot", lowerOneHot);
  table.add("ScatterElements", lowerScatterElements);
  table.add("ScatterND", lowerScatterNd);
  table.add("TopK", lowerTopK);
  table.add("Trilu", lowerTrilu);
}

} // namespace onnxcc
