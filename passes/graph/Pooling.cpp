// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Pools: windows of the maximum, the mean, or a p-norm.
#include "passes/graph/Lowerings.h"
#include "passes/graph/Windows.h"

using namespace mlir;

namespace onnxcc {

static Value createPool(LoweringContext &c, Value x, graph::ReduceKind kind, const Windows &windows,
                        bool countPads) {
  return c.create<graph::PoolOp>(x, kind, windows.window, windows.strides, windows.dilations,
                                 windows.pads, countPads);
}

Value buildPool(LoweringContext &c, Value x, graph::ReduceKind kind) {
  if (!x)
    return {};
  std::optional<Windows> windows = getWindows(c, x, {});
  if (!windows)
    return {};
  bool countPads = kind == graph::ReduceKind::Mean && c.integer("count_include_pad") != 0;
  Windows declared = *windows;
  bool grew = false;
  if (c.integer("ceil_mode")) {
    std::optional<bool> ceil = applyCeilMode(c, x, *windows);
    if (!ceil)
      return {};
    grew = *ceil;
  }
  if (grew && countPads) {
    // ONNX counts the declared pads and not what ceil_mode adds: pad for real, then count real
    // elements only.
    int64_t rank = windows->rank();
    SmallVector<int64_t> low(2, 0), high(2, 0);
    low.append(declared.pads.begin(), declared.pads.begin() + rank);
    high.append(declared.pads.begin() + rank, declared.pads.end());
    x = c.create<graph::PadOp>(x, c.scalar(c.elementOf(x), 0), graph::PadMode::Constant, low, high);
    for (int64_t i = 0; i < 2 * rank; ++i)
      windows->pads[i] -= declared.pads[i];
    countPads = false;
  }
  return createPool(c, x, kind, *windows, countPads);
}

static void lowerMaxPool(LoweringContext &c) {
  c.result(buildPool(c, c.input(0), graph::ReduceKind::Max));
}
static void lowerAveragePool(LoweringContext &c) {
  c.result(buildPool(c, c.input(0), graph::ReduceKind::Mean));
}

/// |x|^p
static Term absolutePower(Term x, double p) {
  return p == 1 ? abs(x) : p == 2 ? square(x) : abs(x).apply<graph::PowOp>(p);
}
/// x^(1/p)
static Term root(Term x, double p) {
  return p == 1 ? x : p == 2 ? sqrt(x) : x.apply<graph::PowOp>(1 / p);
}

/// The p-norm of each window: a mean that counts pads, times the window's size, is the sum.
static void lowerLpPool(LoweringContext &c) {
  double p = static_cast<double>(c.integer("p", 2));
  Value powers = absolutePower(c.term(0), p);
  std::optional<Windows> windows = getWindows(c, c.input(0), {});
  if (!windows || (c.integer("ceil_mode") && !applyCeilMode(c, c.input(0), *windows)))
    return;
  double size = 1;
  for (int64_t extent : windows->window)
    size *= static_cast<double>(extent);
  c.result(root(
      c.term(createPool(c, powers, graph::ReduceKind::Mean, *windows, /*countPads=*/true)) * size,
      p));
}

static SmallVector<int64_t> getSpatialAxes(LoweringContext &c, Value x) {
  return llvm::to_vector(llvm::seq<int64_t>(2, std::max<int64_t>(2, c.rankOf(x))));
}

static void lowerGlobalPool(LoweringContext &c, graph::ReduceKind kind) {
  c.result(c.reduce(c.input(0), kind, getSpatialAxes(c, c.input(0)), /*keepDims=*/true));
}

static void lowerGlobalLpPool(LoweringContext &c) {
  double p = static_cast<double>(c.integer("p", 2));
  Term x = c.term(0);
  SmallVector<int64_t> axes = getSpatialAxes(c, x);
  c.result(root(p == 2 ? x.reduce(graph::ReduceKind::SumSquare, axes)
                       : absolutePower(x, p).reduce(graph::ReduceKind::Sum, axes),
                p));
}

void addPooling(LoweringTable &table) {
  table.add("AveragePool", lowerAveragePool);
  table.add("GlobalAveragePool",
            [](LoweringContext &c) { lowerGlobalPool(c, graph::ReduceKind::Mean); });
  table.add("GlobalLpPool", lowerGlobalLpPool);
  table.add("GlobalMaxPool",
            [](LoweringContext &c) { lowerGlobalPool(c, graph::ReduceKind::Max); });
  table.add("LpPool", lowerLpPool);
  table.add("MaxPool", lowerMaxPool);
}

} // namespace onnxcc
