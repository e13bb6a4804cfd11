// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operators that move elements: transpose, concat, split, slice, pad, and the interleavings of
// channels and space.
#include "passes/graph/Lowerings.h"

using namespace mlir;

namespace onnxcc {

static void lowerIdentity(LoweringContext &c) { c.result(c.input(0)); }

/// Inference: the input itself; nothing is masked.
static void lowerDropout(LoweringContext &c) {
  std::optional<SmallVector<int64_t>> training = c.asConstants(c.input(2));
  if (c.input(2) && (!training || training->front() != 0))
    return void(c.error() << "training_mode must be false: export the model for inference");
  c.result(c.input(0));
  if (c.wants(1))
    c.result(1,
             c.broadcast(c.scalar(IntegerType::get(c.context(), 1), 1), c.extentsOf(c.input(0))));
}

static void lowerTranspose(LoweringContext &c) {
  int64_t rank = c.rankOf(c.input(0));
  c.result(c.transpose(c.input(0), c.integerList("perm").value_or(SmallVector<int64_t>(
                                       llvm::reverse(llvm::seq<int64_t>(0, rank))))));
}

static void lowerConcat(LoweringContext &c) {
  if (std::optional<int64_t> axis = c.axis(c.integer("axis"), c.rankOf(c.input(0))))
    c.result(c.concat(c.inputs(), *axis));
}

/// The parts are given, or as equal as they can be with a smaller last one.
static void lowerSplit(LoweringContext &c) {
  Value x = c.input(0);
  std::optional<int64_t> axis = c.axis(c.integer("axis", 0), c.rankOf(x));
  if (!axis)
    return;
  AffineExpr extent = c.extentsOf(x)[*axis], start = c.number(0);
  int64_t count = c.node()->getNumResults();
  Extents sizes;
  if (c.input(1)) {
    std::optional<Extents> given = c.knownSizes(1, "split");
    if (!given)
      return;
    sizes = *given;
  } else {
    auto constant = dyn_cast<AffineConstantExpr>(extent);
    if (!constant)
      return void(c.error() << "splitting axis " << *axis << " of " << c.format(x)
                            << " evenly needs a fixed extent");
    int64_t chunk = llvm::divideCeil(constant.getValue(), count);
    for (int64_t i = 0; i < count; ++i)
      sizes.push_back(c.number(std::clamp<int64_t>(constant.getValue() - i * chunk, 0, chunk)));
  }
  AffineExpr sum = c.number(0);
  for (AffineExpr size : sizes)
    sum = sum + size;
  if (static_cast<int64_t>(sizes.size()) != count || c.symbols().isEqual(sum, extent) == false)
    return void(c.error() << "parts " << c.format(sizes) << " do not make up axis " << *axis
                          << " of " << c.format(x) << " in " << count << " outputs");
  for (auto [i, size] : llvm::enumerate(sizes)) {
    if (c.wants(i))
      c.result(i, c.slice(x, *axis, start, size));
    start = start + size;
  }
}

/// `index` counted from the end if negative, clamped to [low, high]; null, with a diagnostic, when
/// the dims decide.
static AffineExpr clampIndex(LoweringContext &c, AffineExpr index, AffineExpr extent,
                             AffineExpr low, AffineExpr high) {
  const SymbolBounds &symbols = c.symbols();
  // Exporters write the least and greatest i64 for "all": nearer numbers do, and cannot overflow.
  constexpr int64_t far = int64_t(1) << 40;
  if (auto constant = dyn_cast<AffineConstantExpr>(index))
    index = c.number(std::clamp(constant.getValue(), -far, far));
  std::optional<bool> negative = symbols.isLess(index, c.number(0));
  if (negative == true)
    index = symbols.simplify(index + extent);
  std::optional<bool> below = symbols.isLess(index, low), above = symbols.isLess(high, index);
  // At the bound itself both answers give the same index.
  if (below != false && symbols.isLess(low, index) == false)
    below = true;
  if (above != false && symbols.isLess(index, high) == false)
    above = true;
  if (negative && below == true)
    return low;
  if (negative && above == true)
    return high;
  if (negative && below == false && above == false)
    return index;
  c.error() << "whether index " << formatExtents(index, symbols.names())
            << " lies within an axis of extent " << formatExtents(extent, symbols.names())
            << " depends on the dimensions: fix one with --dim";
  return {};
}

static void lowerSlice(LoweringContext &c) {
  Value x = c.input(0);
  Extents sizes = c.extentsOf(x), origins(sizes.size(), c.number(0));
  SmallVector<int64_t> strides(sizes.size(), 1);
  std::optional<Extents> starts = c.knownIntegers(1, "starts"), ends = c.knownIntegers(2, "ends");
  std::optional<SmallVector<int64_t>> axes, steps;
  if (!starts || !ends || (c.input(3) && !(axes = c.knownConstants(3, "axes"))) ||
      (c.input(4) && !(steps = c.knownConstants(4, "steps"))))
    return;
  if (starts->size() != ends->size() || (axes && axes->size() != starts->size()) ||
      (steps && steps->size() != starts->size()) || starts->size() > sizes.size())
    return void(c.error() << "starts, ends, axes and steps differ in size");
  for (size_t i = 0; i < starts->size(); ++i) {
    std::optional<int64_t> axis = c.axis(axes ? (*axes)[i] : i, sizes.size());
    if (!axis)
      return;
    int64_t step = steps ? (*steps)[i] : 1;
    if (step == 0)
      return void(c.error() << "a step is 0");
    AffineExpr extent = sizes[*axis], zero = c.number(0);
    // Forwards, start and end lie in [0, extent]; backwards in [-1, extent - 1], where an end
    // counts from the end only down to -extent.
    AffineExpr low = step > 0 ? zero : c.number(-1), high = step > 0 ? extent : extent - 1;
    AffineExpr start = clampIndex(c, (*starts)[i], extent, step > 0 ? low : zero, high);
    AffineExpr end = start ? clampIndex(c, (*ends)[i], extent, low, high) : AffineExpr();
    if (!end)
      return;
    AffineExpr size =
        c.symbols().simplify(step > 0 ? (end - start).ceilDiv(step) : (start - end).ceilDiv(-step));
    if (std::optional<bool> isNegative = c.symbols().isLess(size, zero); isNegative != false) {
      if (c.symbols().isLess(zero, size) != false)
        return void(c.error() << "the slice of axis " << *axis << " of " << c.format(x)
                              << " is empty for some dimensions only: fix one with --dim");
      size = zero;
    }
    // An empty slice lies anywhere; at 0 it lies in x.
    bool isEmpty = size == zero;
    origins[*axis] = isEmpty ? zero : start, sizes[*axis] = size;
    strides[*axis] = isEmpty ? 1 : step;
  }
  if (sizes == c.extentsOf(x) && llvm::all_of(strides, [](int64_t stride) { return stride == 1; }))
    return c.result(x);
  c.result(c.create<graph::SliceOp>(x, c.map(origins), c.map(sizes), strides));
}

static void lowerPad(LoweringContext &c) {
  Value x = c.input(0);
  int64_t rank = c.rankOf(x);
  std::optional<SmallVector<int64_t>> pads = c.constantSizes(1, "pads"), axes;
  if (!pads || (c.input(3) && !(axes = c.knownConstants(3, "axes"))))
    return;
  if (!axes)
    axes = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  if (pads->size() != 2 * axes->size())
    return void(c.error() << pads->size() << " pads for " << axes->size() << " axes");
  SmallVector<int64_t> low(rank, 0), high(rank, 0), ones(rank, 1);
  Extents origins(rank, c.number(0)), sizes = c.extentsOf(x);
  bool cuts = false, grows = false;
  for (auto [i, given] : llvm::enumerate(*axes)) {
    std::optional<int64_t> axis = c.axis(given, rank);
    if (!axis)
      return;
    int64_t before = (*pads)[i], after = (*pads)[i + axes->size()];
    low[*axis] = std::max<int64_t>(before, 0), high[*axis] = std::max<int64_t>(after, 0);
    origins[*axis] = c.number(std::max<int64_t>(-before, 0));
    sizes[*axis] = sizes[*axis] + std::min<int64_t>(before, 0) + std::min<int64_t>(after, 0);
    cuts |= before < 0 || after < 0;
    grows |= before > 0 || after > 0;
  }
  StringRef name = c.string("mode", "constant");
  std::optional<graph::PadMode> mode = graph::symbolizePadMode(name);
  if (!mode)
    return void(c.error() << "mode '" << name << "' is none of constant, edge, reflect, wrap");
  if (cuts && *mode != graph::PadMode::Constant && grows)
    return void(c.error() << "mode '" << name << "' with negative pads is not supported");
  if (cuts)
    x = c.create<graph::SliceOp>(x, c.map(origins), c.map(sizes), ones);
  if (!grows || !x)
    return c.result(x);
  Value value =
      c.input(2) ? c.cast(c.reshape(c.input(2), {}), c.elementOf(x)) : c.scalar(c.elementOf(x), 0);
  c.result(c.create<graph::PadOp>(x, value, *mode, low, high));
}

/// [n, c, h, w] with blocks of b x b of its spatial axes' elements taken from channels.
static void lowerDepthToSpace(LoweringContext &c) {
  Extents e = c.extentsOf(c.input(0));
  int64_t block = c.integer("blocksize");
  if (e.size() != 4 || block < 1)
    return void(c.error() << "expects an input of rank 4 and a positive blocksize, got "
                          << c.format(e) << " and " << block);
  AffineExpr b = c.number(block), depth = c.symbols().divideExactly(e[1], b * b);
  bool columnFirst = c.string("mode", "DCR") == "CRD";
  Value split = columnFirst ? c.reshape(c.input(0), {e[0], depth, b, b, e[2], e[3]})
                            : c.reshape(c.input(0), {e[0], b, b, depth, e[2], e[3]});
  Value moved =
      columnFirst ? c.transpose(split, {0, 1, 4, 2, 5, 3}) : c.transpose(split, {0, 3, 4, 1, 5, 2});
  c.result(c.reshape(moved, {e[0], depth, e[2] * b, e[3] * b}));
}

static void lowerSpaceToDepth(LoweringContext &c) {
  Extents e = c.extentsOf(c.input(0));
  int64_t block = c.integer("blocksize");
  if (e.size() != 4 || block < 1)
    return void(c.error() << "expects an input of rank 4 and a positive blocksize, got "
                          << c.format(e) << " and " << block);
  AffineExpr b = c.number(block);
  AffineExpr height = c.symbols().divideExactly(e[2], b),
             width = c.symbols().divideExactly(e[3], b);
  Value split = c.reshape(c.input(0), {e[0], e[1], height, b, width, b});
  Value moved = c.string("mode", "DCR") == "CRD" ? c.transpose(split, {0, 1, 3, 5, 2, 4})
                                                 : c.transpose(split, {0, 3, 5, 1, 2, 4});
  c.result(c.reshape(moved, {e[0], e[1] * b * b, height, width}));
}

/// Each axis cut or padded with zeros, evenly at both ends, to the given extent.
static void lowerCenterCropPad(LoweringContext &c) {
  Value x = c.input(0);
  int64_t rank = c.rankOf(x);
  std::optional<SmallVector<int64_t>> shape = c.constantSizes(1, "shape");
  SmallVector<int64_t> axes =
      c.integerList("axes").value_or(llvm::to_vector(llvm::seq<int64_t>(0, rank)));
  if (!shape)
    return;
  if (shape->size() != axes.size() || !c.typeOf(x).hasStaticShape())
    return void(c.error() << "expects fixed extents and one entry of shape an axis");
  SmallVector<int64_t> low(rank, 0), high(rank, 0);
  for (auto [wanted, given] : llvm::zip(*shape, axes)) {
    std::optional<int64_t> axis = c.axis(given, rank);
    if (!axis)
      return;
    int64_t extent = c.typeOf(x).getDimSize(*axis), missing = wanted - extent;
    if (missing < 0)
      x = c.slice(x, *axis, c.number(-missing / 2), c.number(wanted));
    else
      low[*axis] = missing / 2, high[*axis] = missing - missing / 2;
  }
  if (x && (llvm::any_of(low, [](int64_t n) { return n > 0; }) ||
            llvm::any_of(high, [](int64_t n) { return n > 0; })))
    x = c.create<graph::PadOp>(x, c.scalar(c.elementOf(x), 0), graph::PadMode::Constant, low, high);
  c.result(x);
}

/// com.microsoft.UnfoldTensor: all slices of an axis, PyTorch's unfold.
static void lowerUnfoldTensor(LoweringContext &c) {
  Value x = c.input(0);
  std::optional<int64_t> axis = c.axis(c.integer("dim", -1), c.rankOf(x));
  int64_t size = c.integer("size"), step = c.integer("step", 1);
  if (!axis)
    return;
  if (c.symbols().isLess(c.extentsOf(x)[*axis], c.number(size)) != false)
    return void(c.error() << "axis " << *axis << " of " << c.format(x)
                          << " is shorter than a slice of " << size << ", or may be");
  c.result(c.create<graph::UnfoldOp>(x, *axis, size, step));
}

void addMovement(LoweringTable &table) {
  table.add("CenterCropPad", lowerCenterCropPad);
  table.add("Concat", lowerConcat);
  table.add("DepthToSpace", lowerDepthToSpace);
  table.add("Dropout", lowerDropout);
  table.add("Identity", lowerIdentity);
  table.add("Pad", lowerPad);
  table.add("Slice", lowerSlice);
  table.add("SpaceToDepth", lowerSpaceToDepth);
  table.add("Split", lowerSplit);
  table.add("Transpose", lowerTranspose);
  table.add("com.microsoft", "UnfoldTensor", lowerUnfoldTensor);
}

} // namespace onnxcc
