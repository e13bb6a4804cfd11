// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Resize. Every mode is separable: along each axis, element i of the result is a weighted sum of a
// few elements of the operand. Places and weights are constants, so that an axis is some gathers,
// times constants, added up.
#include "passes/graph/Lowerings.h"
#include <cmath>

using namespace mlir;

namespace onnxcc {
namespace {

/// How one axis is resized.
struct AxisResize {
  int64_t from, to;
  double scale;
  double roiBegin = 0, roiEnd = 1;
};

/// Element i of the result is the sum of weights[t][i] * x[places[t][i]] over t, plus offsets[i].
struct Taps {
  SmallVector<SmallVector<int64_t>> places;
  SmallVector<SmallVector<double>> weights;
  SmallVector<double> offsets;
};

} // namespace

/// Where the result's place i lies in x; nullopt for an unknown mode. The resized length counts
/// with its fraction, as ONNX's own tests have it; ONNX Runtime rounds it down for align_corners.
static std::optional<double> getOrigin(StringRef mode, const AxisResize &axis, int64_t i) {
  double from = static_cast<double>(axis.from), to = axis.scale * from, x = static_cast<double>(i);
  if (mode == "half_pixel")
    return (x + 0.5) / axis.scale - 0.5;
  if (mode == "pytorch_half_pixel")
    return axis.to == 1 ? 0 : (x + 0.5) / axis.scale - 0.5;
  if (mode == "half_pixel_symmetric")
    return from / 2 * (1 - static_cast<double>(axis.to) / to) + (x + 0.5) / axis.scale - 0.5;
  if (mode == "asymmetric")
    return x / axis.scale;
  if (mode == "align_corners")
    return to == 1 ? 0 : x * (from - 1) / (to - 1);
  if (mode == "tf_crop_and_resize") {
    double extent = (axis.roiEnd - axis.roiBegin) * (from - 1);
    return axis.roiBegin * (from - 1) + (to == 1 ? extent / 2 : x * extent / (to - 1));
  }
  return std::nullopt;
}

static std::optional<int64_t> roundNearest(StringRef mode, double x) {
  if (mode == "round_prefer_floor")
    return std::ceil(x - 0.5);
  if (mode == "round_prefer_ceil")
    return std::floor(x + 0.5);
  if (mode == "floor")
    return std::floor(x);
  if (mode == "ceil")
    return std::ceil(x);
  return std::nullopt;
}

/// The weight of an element at this distance.
static double getWeight(bool cubic, double a, double distance) {
  double x = std::abs(distance);
  if (!cubic)
    return std::max(0.0, 1 - x);
  if (x <= 1)
    return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}

static std::optional<Taps> getTaps(LoweringContext &c, const AxisResize &axis) {
  StringRef mode = c.string("mode", "nearest");
  StringRef coordinates = c.string("coordinate_transformation_mode", "half_pixel");
  bool nearest = mode == "nearest", cubic = mode == "cubic",
       exclude = c.integer("exclude_outside") != 0;
  if (!nearest && !cubic && mode != "linear") {
    c.error() << "mode '" << mode << "' is none of nearest, linear, cubic";
    return std::nullopt;
  }
  // Shrinking with antialias widens the window to all elements that one of the result covers.
  double spread = c.integer("antialias") && !nearest ? std::max(1.0, 1 / axis.scale) : 1.0;
  int64_t radius = std::ceil((cubic ? 2 : 1) * spread);
  size_t count = nearest ? 1 : 2 * radius;
  Taps taps;
  taps.places.assign(count, SmallVector<int64_t>(axis.to));
  taps.weights.assign(count, SmallVector<double>(axis.to, 1));
  taps.offsets.assign(axis.to, 0);
  for (int64_t i = 0; i < axis.to; ++i) {
    std::optional<double> origin = getOrigin(coordinates, axis, i);
    std::optional<int64_t> place =
        origin ? roundNearest(nearest ? c.string("nearest_mode", "round_prefer_floor") : "floor",
                              *origin)
               : std::nullopt;
    if (!place) {
      c.error() << "coordinate_transformation_mode '" << coordinates
                << "' or nearest_mode is unknown";
      return std::nullopt;
    }
    bool isOutside = coordinates == "tf_crop_and_resize" &&
                     (*origin < 0 || *origin > static_cast<double>(axis.from - 1));
    double sum = 0;
    for (size_t t = 0; t < count; ++t) {
      int64_t at = nearest ? *place : *place - radius + 1 + static_cast<int64_t>(t);
      taps.places[t][i] = std::clamp<int64_t>(at, 0, axis.from - 1);
      if (!nearest)
        taps.weights[t][i] = getWeight(cubic, c.real("cubic_coeff_a", -0.75),
                                       (static_cast<double>(at) - *origin) / spread);
      if (exclude && !nearest && at != taps.places[t][i])
        taps.weights[t][i] = 0;
      sum += taps.weights[t][i];
    }
    for (size_t t = 0; t < count; ++t)
      taps.weights[t][i] = isOutside ? 0 : taps.weights[t][i] / sum;
    if (isOutside)
      taps.offsets[i] = c.real("extrapolation_value", 0);
  }
  return taps;
}

static bool all(ArrayRef<double> values, double wanted) {
  return llvm::all_of(values, [&](double v) { return v == wanted; });
}

/// How often each element is repeated, where that is all; else 1.
static int64_t getRepetition(const AxisResize &resize, const Taps &taps) {
  if (taps.places.size() != 1 || !all(taps.weights[0], 1) || resize.from == 0 ||
      resize.to % resize.from != 0)
    return 1;
  int64_t factor = resize.to / resize.from;
  for (auto [i, place] : llvm::enumerate(taps.places[0]))
    if (place != static_cast<int64_t>(i) / factor)
      return 1;
  return factor;
}

/// Each element of axis k `factors[k]` times: a broadcast, which later becomes index arithmetic.
static Value repeat(LoweringContext &c, Value x, ArrayRef<int64_t> factors) {
  Extents split, spread, result;
  for (auto [extent, factor] : llvm::zip_equal(c.extentsOf(x), factors)) {
    split.push_back(extent);
    spread.push_back(extent);
    result.push_back(extent * factor);
    if (factor != 1) {
      split.push_back(c.number(1));
      spread.push_back(c.number(factor));
    }
  }
  return c.reshape(c.broadcast(c.reshape(x, split), spread), result);
}

static Value resizeAxis(LoweringContext &c, Value x, int64_t axis, const AxisResize &resize,
                        const Taps &taps) {
  Type element = c.elementOf(x);
  Term result(c, nullptr);
  for (auto [places, weights] : llvm::zip(taps.places, taps.weights)) {
    if (all(weights, 0))
      continue;
    Term part = c.term(c.create<graph::GatherOp>(x, c.integers(places), axis));
    if (!all(weights, 1))
      part = part * c.term(c.alongAxis(c.reals(weights, element), axis, c.rankOf(x)));
    result = result ? result + part : part;
  }
  if (!all(taps.offsets, 0)) {
    Term offset = c.term(c.alongAxis(c.reals(taps.offsets, element), axis, c.rankOf(x)));
    if (result)
      return result + offset;
    Extents extents = c.extentsOf(x);
    extents[axis] = c.number(resize.to);
    return c.broadcast(offset, extents);
  }
  return result;
}

/// The constant elements of an optional input of floats.
static std::optional<SmallVector<double>> getReals(LoweringContext &c, unsigned i) {
  ElementsAttr attribute = c.asAttribute(c.input(i));
  std::optional<graph::Tensor> tensor = attribute ? graph::Tensor::get(attribute) : std::nullopt;
  if (!tensor || tensor->size() == 0)
    return std::nullopt;
  std::vector<double> values = tensor->doubles();
  return SmallVector<double>(values.begin(), values.end());
}

static void lowerResize(LoweringContext &c) {
  Value x = c.input(0);
  int64_t rank = c.rankOf(x);
  SmallVector<int64_t> axes =
      c.integerList("axes").value_or(llvm::to_vector(llvm::seq<int64_t>(0, rank)));
  std::optional<SmallVector<double>> roi = getReals(c, 1), scales = getReals(c, 2);
  if (c.string("coordinate_transformation_mode") == "tf_crop_and_resize" && !roi)
    return void(c.error() << "roi must be constant");
  if (c.input(2) && !scales && !c.input(3))
    return void(c.error() << "scales must be constant");
  std::optional<Extents> sizes;
  if (!scales && !(sizes = c.knownSizes(3, "sizes")))
    return;
  if ((scales ? scales->size() : sizes->size()) != axes.size())
    return void(c.error() << "as many scales or sizes as axes are needed");

  // One scale for all where the aspect ratio is kept.
  StringRef policy = c.string("keep_aspect_ratio_policy", "stretch");
  std::optional<double> common;
  for (size_t i = 0; sizes && policy != "stretch" && i < axes.size(); ++i) {
    auto from = dyn_cast<AffineConstantExpr>(c.extentsOf(x)[axes[i] + (axes[i] < 0 ? rank : 0)]);
    auto to = dyn_cast<AffineConstantExpr>((*sizes)[i]);
    if (!from || !to)
      return void(c.error() << "needs fixed extents, got " << c.format(x));
    double scale = static_cast<double>(to.getValue()) / static_cast<double>(from.getValue());
    common = !common                  ? scale
             : policy == "not_larger" ? std::min(*common, scale)
                                      : std::max(*common, scale);
  }

  // The part of an axis that tf_crop_and_resize takes; all of it where nothing else is said.
  bool crops = c.string("coordinate_transformation_mode") == "tf_crop_and_resize" &&
               roi->size() == 2 * axes.size();
  auto begin = [&](size_t i) { return crops ? (*roi)[i] : 0; };
  auto end = [&](size_t i) { return crops ? (*roi)[i + axes.size()] : 1; };

  Type element = c.elementOf(x);
  bool exact = c.string("mode", "nearest") == "nearest" || isa<FloatType>(element);
  Value result = exact ? x : c.cast(x, Float32Type::get(c.context()));
  SmallVector<int64_t> factors(rank, 1); // of axes that are only repeated: all at once, at last
  for (auto [i, given] : llvm::enumerate(axes)) {
    std::optional<int64_t> axis = c.axis(given, rank);
    if (!axis || !result)
      return;
    AffineExpr extent = c.extentsOf(x)[*axis];
    bool isSame = scales ? (*scales)[i] == 1 : common ? *common == 1 : (*sizes)[i] == extent;
    if (isSame && begin(i) == 0 && end(i) == 1)
      continue;
    auto from = dyn_cast<AffineConstantExpr>(extent);
    auto wanted = sizes ? dyn_cast<AffineConstantExpr>((*sizes)[i]) : AffineConstantExpr();
    if (!from || (sizes && !wanted))
      return void(c.error() << "resizing axis " << *axis << " needs a fixed extent, got "
                            << c.format(x));
    AxisResize resize{from.getValue(), 0, 0, begin(i), end(i)};
    if (scales || common) {
      resize.scale = scales ? (*scales)[i] : *common;
      double length = static_cast<double>(resize.from) * resize.scale + (scales ? 0 : 0.5);
      resize.to = length >= 0 ? static_cast<int64_t>(std::min(std::floor(length), 0x1p62)) : -1;
    } else {
      resize.to = wanted.getValue();
      resize.scale = static_cast<double>(resize.to) / static_cast<double>(resize.from);
    }
    // Each element has its places and weights.
    constexpr int64_t limit = int64_t(1) << 24;
    if (resize.to < 0 || resize.to > limit || (resize.from == 0 && resize.to > 0))
      return void(c.error() << "cannot resize axis " << *axis << " from " << resize.from << " to "
                            << resize.to << " elements; up to " << limit << " are supported");
    std::optional<Taps> taps = getTaps(c, resize);
    if (!taps)
      return;
    if (int64_t factor = getRepetition(resize, *taps); factor != 1)
      factors[*axis] = factor;
    else
      result = resizeAxis(c, result, *axis, resize, *taps);
  }
  if (result && llvm::any_of(factors, [](int64_t factor) { return factor != 1; }))
    result = repeat(c, result, factors);
  c.result(exact ? result : c.cast(result, element));
}

void addResize(LoweringTable &table) { table.add("Resize", lowerResize); }

} // namespace onnxcc
