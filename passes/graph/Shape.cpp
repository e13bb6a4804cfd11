// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operators about shapes: those that change a tensor's extents and not its elements, those that
// make extents data, and those that make tensors of given extents.
#include "dialects/support/ConstantData.h"
#include "passes/graph/Lowerings.h"
#include <cmath>

using namespace mlir;

namespace onnxcc {

static bool isNumber(AffineExpr extent, int64_t number) {
  auto constant = dyn_cast<AffineConstantExpr>(extent);
  return constant && constant.getValue() == number;
}

/// An entry 0 copies x's extent (unless allowzero), -1 is what remains.
static void lowerReshape(LoweringContext &c) {
  Value x = c.input(0);
  std::optional<Extents> shape = c.knownSizes(1, "shape");
  if (!shape)
    return;
  Extents extents = c.extentsOf(x);
  std::optional<size_t> inferred;
  for (auto [i, extent] : llvm::enumerate(*shape)) {
    if (isNumber(extent, 0) && !c.integer("allowzero")) {
      if (i >= extents.size())
        return void(c.error() << "entry " << i << " of shape " << c.format(*shape)
                              << " copies an axis that " << c.format(extents) << " lacks");
      extent = extents[i];
    } else if (isNumber(extent, -1)) {
      if (inferred)
        return void(c.error() << "shape " << c.format(*shape) << " has more than one -1");
      inferred = i;
    }
  }
  if (inferred) {
    // Extents that stay where they are cancel, so that a zero among them does no harm.
    AffineExpr rest = c.number(1), all = getProduct(extents, c.context());
    for (auto [i, extent] : llvm::enumerate(*shape))
      if (i != *inferred)
        rest = rest * extent;
    if (isNumber(rest, 0))
      return void(c.error() << "the -1 in shape " << c.format(*shape)
                            << " could be anything, as another entry is 0");
    (*shape)[*inferred] = c.symbols().divideExactly(all, rest);
  }
  if (auto from = dyn_cast<AffineConstantExpr>(getProduct(extents, c.context())))
    if (auto to = dyn_cast<AffineConstantExpr>(getProduct(*shape, c.context()));
        to && to.getValue() != from.getValue())
      return void(c.error() << "cannot reshape " << c.format(extents) << " to "
                            << c.format(*shape));
  c.result(c.reshape(x, *shape));
}

static void lowerFlatten(LoweringContext &c) {
  Extents extents = c.extentsOf(c.input(0));
  int64_t rank = extents.size(), axis = c.integer("axis", 1);
  if (axis < -rank || axis > rank)
    return void(c.error() << "axis " << axis << " is out of range for rank " << rank);
  axis += axis < 0 ? rank : 0;
  c.result(c.reshape(c.input(0), {getProduct(ArrayRef(extents).take_front(axis), c.context()),
                                  getProduct(ArrayRef(extents).drop_front(axis), c.context())}));
}

static void lowerSqueeze(LoweringContext &c) {
  Extents extents = c.extentsOf(c.input(0)), kept;
  int64_t rank = extents.size();
  SmallVector<bool> drop(rank, false);
  if (c.input(1)) {
    std::optional<SmallVector<int64_t>> axes = c.knownConstants(1, "axes");
    for (int64_t given : axes.value_or(SmallVector<int64_t>())) {
      std::optional<int64_t> axis = c.axis(given, rank);
      if (!axis)
        return;
      if (isa<AffineConstantExpr>(extents[*axis]) && !isNumber(extents[*axis], 1))
        return void(c.error() << "axis " << given << " of " << c.format(extents) << " is not 1");
      drop[*axis] = true;
    }
    if (!axes)
      return;
  } else {
    for (auto [extent, dropped] : llvm::zip(extents, drop))
      dropped = isNumber(extent, 1);
  }
  for (auto [extent, dropped] : llvm::zip(extents, drop))
    if (!dropped)
      kept.push_back(extent);
  c.result(c.reshape(c.input(0), kept));
}

static void lowerUnsqueeze(LoweringContext &c) {
  Extents extents = c.extentsOf(c.input(0));
  std::optional<SmallVector<int64_t>> axes = c.knownConstants(1, "axes");
  if (!axes)
    return;
  int64_t rank = extents.size() + axes->size();
  for (int64_t &given : *axes) {
    std::optional<int64_t> axis = c.axis(given, rank);
    if (!axis)
      return;
    given = *axis;
  }
  llvm::sort(*axes);
  if (llvm::unique(*axes) != axes->end())
    return void(c.error() << "an axis is given twice");
  for (int64_t axis : *axes)
    extents.insert(extents.begin() + axis, c.number(1));
  c.result(c.reshape(c.input(0), extents));
}

/// Broadcasts in both directions: an entry 1 keeps x's extent.
static void lowerExpand(LoweringContext &c) {
  std::optional<Extents> shape = c.knownSizes(1, "shape");
  std::optional<Extents> extents =
      shape ? c.broadcastExtents({c.extentsOf(c.input(0)), *shape}) : std::nullopt;
  if (extents)
    c.result(c.broadcast(c.input(0), *extents));
}

/// [a, b] repeated (m, n) times is [1, a, 1, b] broadcast to [m, a, n, b].
static void lowerTile(LoweringContext &c) {
  Extents extents = c.extentsOf(c.input(0));
  std::optional<Extents> repeats = c.knownSizes(1, "repeats");
  if (!repeats)
    return;
  if (repeats->size() != extents.size())
    return void(c.error() << repeats->size() << " repeats for an input of rank " << extents.size());
  Extents split, spread, result;
  for (auto [extent, repeat] : llvm::zip(extents, *repeats)) {
    result.push_back(extent * repeat);
    if (!isNumber(repeat, 1)) {
      split.push_back(c.number(1));
      spread.push_back(repeat);
    }
    split.push_back(extent);
    spread.push_back(extent);
  }
  c.result(c.reshape(c.broadcast(c.reshape(c.input(0), split), spread), result));
}

static void lowerShape(LoweringContext &c) {
  Extents extents = c.extentsOf(c.input(0));
  int64_t rank = extents.size();
  auto clamp = [&](int64_t axis) {
    return std::clamp<int64_t>(axis < 0 ? axis + rank : axis, 0, rank);
  };
  int64_t start = clamp(c.integer("start", 0)), end = clamp(c.integer("end", rank));
  c.result(c.extents(ArrayRef(extents).slice(start, std::max<int64_t>(end - start, 0))));
}

static void lowerSize(LoweringContext &c) {
  c.result(c.extents(getProduct(c.extentsOf(c.input(0)), c.context()), /*scalar=*/true));
}

static void lowerConstantOfShape(LoweringContext &c) {
  std::optional<Extents> shape = c.knownSizes(0, "shape");
  if (!shape)
    return;
  auto value = dyn_cast_or_null<ElementsAttr>(c.attribute("value"));
  if (value && !c.isNumber(value.getElementType()))
    return void(c.error() << "attribute 'value': element type "
                          << c.formatElement(value.getElementType()) << " is not supported");
  Type type = value ? value.getElementType() : Float32Type::get(c.context());
  RankedTensorType result = getTensorType(*shape, type);
  if (!c.isPossible(result))
    return;
  Value scalar = value ? c.constant(makeConstant(RankedTensorType::get({}, type),
                                                 graph::Tensor::get(value)->bytes()))
                       : c.scalar(type, 0);
  if (!result.hasStaticShape())
    return c.result(c.broadcast(scalar, *shape));
  // A splat takes no memory, whatever its extents.
  c.result(c.constant(DenseElementsAttr::get(
      result, cast<DenseElementsAttr>(c.asAttribute(scalar)).getSplatValue<Attribute>())));
}

/// The elements of a range; what no machine can store is all the same.
static int64_t countElements(int64_t start, int64_t limit, int64_t step) {
  if (step > 0 ? limit <= start : limit >= start)
    return 0;
  uint64_t distance =
      step > 0 ? uint64_t(limit) - uint64_t(start) : uint64_t(start) - uint64_t(limit);
  uint64_t size = step > 0 ? uint64_t(step) : -uint64_t(step);
  return int64_t(std::min<uint64_t>(llvm::divideCeil(distance, size), INT64_MAX));
}
static int64_t countElements(double start, double limit, double step) {
  double number = std::ceil((limit - start) / step);
  return number > 0 ? int64_t(std::min(number, 0x1p62)) : 0;
}

/// start, start + delta, … below limit.
static void lowerRange(LoweringContext &c) {
  Type element = c.elementOf(c.input(0));
  std::optional<Extents> start = c.asIntegers(c.input(0)), limit = c.asIntegers(c.input(1)),
                         delta = c.asIntegers(c.input(2));
  auto constantOf = [](const std::optional<Extents> &values) {
    return values ? dyn_cast<AffineConstantExpr>(values->front()) : AffineConstantExpr();
  };
  AffineConstantExpr first = constantOf(start), last = constantOf(limit), step = constantOf(delta);
  AffineExpr size;
  if (step && step.getValue() == 0)
    return void(c.error() << "delta is 0");
  if (first && last && step) {
    size = c.number(countElements(first.getValue(), last.getValue(), step.getValue()));
  } else if (start && limit && step) {
    AffineExpr distance = limit->front() - start->front();
    size = c.symbols().simplify(step.getValue() > 0 ? distance.ceilDiv(step.getValue())
                                                    : (-distance).ceilDiv(-step.getValue()));
    if (c.symbols().isLess(size, c.number(0)) != false)
      size = c.symbols().isLess(c.number(0), size) == false ? c.number(0) : AffineExpr();
  } else if (std::optional<double> from = c.asReal(c.input(0)), to = c.asReal(c.input(1)),
             by = c.asReal(c.input(2));
             from && to && by && *by != 0) {
    size = c.number(countElements(*from, *to, *by));
  }
  if (!size)
    return void(c.error() << "the number of elements must be known at compile time");
  Term steps = c.term(c.iota(size, element));
  c.result(c.term(0) + steps * c.term(2));
}

static void lowerConstant(LoweringContext &c) {
  Type f32 = Float32Type::get(c.context()), i64 = IntegerType::get(c.context(), 64);
  if (auto value = dyn_cast_or_null<ElementsAttr>(c.attribute("value")))
    return c.result(c.initializer(value));
  if (c.has("value_float"))
    return c.result(c.scalar(f32, c.real("value_float")));
  if (c.has("value_int"))
    return c.result(c.integers(c.integer("value_int"), i64, ArrayRef<int64_t>()));
  if (std::optional<SmallVector<double>> values = c.realList("value_floats"))
    return c.result(c.reals(*values, f32));
  if (std::optional<SmallVector<int64_t>> values = c.integerList("value_ints"))
    return c.result(c.integers(*values));
  c.error() << "constants of strings and sparse constants are not supported";
}

/// 1 on the k-th diagonal.
static void lowerEyeLike(LoweringContext &c) {
  Extents extents = c.extentsOf(c.input(0));
  if (extents.size() != 2)
    return void(c.error() << "expects a matrix, got " << c.format(extents));
  Type element = c.has("dtype") ? c.elementType("dtype") : c.elementOf(c.input(0)),
       i64 = IntegerType::get(c.context(), 64);
  if (!element)
    return;
  Term rows = c.term(c.alongAxis(c.iota(extents[0], i64), 0, 2)),
       columns = c.term(c.iota(extents[1], i64));
  c.result(
      (rows + static_cast<double>(c.integer("k"))).apply<graph::EqualOp>(columns).cast(element));
}

/// a0 - a1 cos(2 pi i / n) + a2 cos(4 pi i / n) for i < size; n is size, or size - 1 for a
/// symmetric window.
static void lowerWindow(LoweringContext &c, double a0, double a1, double a2) {
  constexpr double pi = 3.14159265358979323846;
  std::optional<SmallVector<int64_t>> given = c.knownConstants(0, "size");
  Type element =
      c.has("output_datatype") ? c.elementType("output_datatype") : Float32Type::get(c.context());
  if (!given || given->empty() || !element)
    return;
  int64_t size = given->front(), n = c.integer("periodic", 1) ? size : size - 1;
  constexpr int64_t limit = int64_t(1) << 24;
  if (size < 0 || size > limit)
    return void(c.error() << "size is " << size << ", not from 0 to " << limit);
  SmallVector<double> values;
  for (int64_t i = 0; i < size; ++i) {
    double turn = 2 * pi * static_cast<double>(i) / static_cast<double>(n);
    values.push_back(a0 - a1 * std::cos(turn) + a2 * std::cos(2 * turn));
  }
  c.result(c.reals(values, element));
}

void addShapes(LoweringTable &table) {
  table.add("BlackmanWindow", [](LoweringContext &c) { lowerWindow(c, 0.42, 0.5, 0.08); });
  table.add("Constant", lowerConstant);
  table.add("ConstantOfShape", lowerConstantOfShape);
  table.add("Expand", lowerExpand);
  table.add("EyeLike", lowerEyeLike);
  table.add("Flatten", lowerFlatten);
  table.add("HammingWindow", [](LoweringContext &c) { lowerWindow(c, 25.0 / 46, 21.0 / 46, 0); });
  table.add("HannWindow", [](LoweringContext &c) { lowerWindow(c, 0.5, 0.5, 0); });
  table.add("Range", lowerRange);
  table.add("Reshape", lowerReshape);
  table.add("Shape", lowerShape);
  table.add("Size", lowerSize);
  table.add("Squeeze", lowerSqueeze);
  table.add("Tile", lowerTile);
  table.add("Unsqueeze", lowerUnsqueeze);
}

} // namespace onnxcc
