// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Arithmetic and traffic of launches: see Cost.h.
#include "dialects/kernel/Cost.h"

#include "dialects/support/ConstantData.h"
#include "dialects/support/Extents.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/DenseSet.h"

using namespace mlir;

namespace onnxcc::kernel {

Cost &Cost::operator+=(const Cost &other) {
  flops += other.flops;
  products += other.products;
  bytesRead += other.bytesRead;
  bytesWritten += other.bytesWritten;
  weightBytes += other.weightBytes;
  return *this;
}

namespace {

int64_t countOperations(Block &code) {
  int64_t count = 0;
  for (Operation &op : code.without_terminator())
    if (isa<math::MathDialect>(op.getDialect()))
      count += kTranscendentalOperations;
    else
      count += !op.hasTrait<OpTrait::ConstantLike>();
  return count;
}

struct Interval {
  int64_t least, greatest;
};

/// The values that an index takes while dim k runs over [0, extents[k]).
Interval getInterval(AffineExpr index, ArrayRef<int64_t> extents) {
  if (auto constant = dyn_cast<AffineConstantExpr>(index))
    return {constant.getValue(), constant.getValue()};
  if (auto dim = dyn_cast<AffineDimExpr>(index))
    return {0, std::max<int64_t>(extents[dim.getPosition()] - 1, 0)};
  auto binary = dyn_cast<AffineBinaryOpExpr>(index);
  if (!binary)
    return {0, 0}; // a symbol, which countTouched takes by itself
  Interval a = getInterval(binary.getLHS(), extents), b = getInterval(binary.getRHS(), extents);
  auto div = [](int64_t x, int64_t y) { return y > 0 ? llvm::divideFloorSigned(x, y) : x; };
  switch (index.getKind()) {
  case AffineExprKind::Add:
    return {a.least + b.least, a.greatest + b.greatest};
  case AffineExprKind::Mul: {
    auto [least, greatest] = std::minmax(
        {a.least * b.least, a.least * b.greatest, a.greatest * b.least, a.greatest * b.greatest});
    return {least, greatest};
  }
  case AffineExprKind::FloorDiv:
    return {div(a.least, b.least), div(a.greatest, b.least)};
  case AffineExprKind::CeilDiv:
    return {-div(-a.least, b.least), -div(-a.greatest, b.least)};
  case AffineExprKind::Mod: {
    bool isWhole = a.least >= 0 && a.greatest < b.least;
    return isWhole ? a : Interval{0, std::max<int64_t>(b.least - 1, 0)};
  }
  default:
    return {0, 0};
  }
}

int64_t getProduct(ArrayRef<int64_t> extents) {
  int64_t product = 1;
  for (int64_t extent : extents)
    product *= extent;
  return product;
}

/// How many elements of a tensor of `type` are touched: at most those between the least and the
/// greatest index of each axis, at most one a point of the dims that matter.
int64_t countTouched(AffineMap map, ShapedType type, ArrayRef<int64_t> extents) {
  int64_t box = 1, points = 1;
  // Indices that are data may differ from point to point.
  bool isIndexed = map.getNumSymbols() != 0;
  for (auto [axis, index] : llvm::enumerate(map.getResults())) {
    if (isa<AffineSymbolExpr>(index)) {
      box *= type.isDynamicDim(axis) ? getProduct(extents) : type.getDimSize(axis);
      continue;
    }
    Interval range = getInterval(index, extents);
    int64_t size = range.greatest - range.least + 1; // padding lies outside of the tensor
    box *= type.isDynamicDim(axis) ? size : std::min(size, type.getDimSize(axis));
  }
  for (unsigned dim = 0; dim < map.getNumDims(); ++dim)
    if (isIndexed || map.isFunctionOfDim(dim))
      points *= extents[dim];
  return std::min(box, points);
}

bool isWeight(Value value) {
  while (auto view = value.getDefiningOp<ViewLikeOpInterface>())
    value = view.getViewSource();
  return value.getDefiningOp<WeightOp>() != nullptr;
}

} // namespace

Cost getCost(LaunchOpInterface launch, ArrayRef<int64_t> symbols) {
  SmallVector<int64_t> extents;
  for (AffineExpr extent : launch.getDomain().getResults())
    extents.push_back(evaluate(extent, symbols).value_or(1));
  SmallVector<AffineMap> maps = launch.getIndexingMaps();
  int64_t points = 1; // at which the region runs
  for (unsigned dim : launch.getCodeDims())
    points *= extents[dim];

  Cost cost;
  Work work = launch.countWork(extents);
  cost.products = work.products;
  cost.flops = work.products + work.others + points * countOperations(*launch.getCode());
  auto count = [&](Value value, AffineMap map) {
    auto type = cast<ShapedType>(value.getType());
    return countTouched(map, type, extents) * (getStorageBits(type.getElementType()) / 8);
  };
  llvm::SmallDenseSet<Value> seen;
  for (auto [input, map] : llvm::zip(launch.getInputs(), maps)) {
    if (!seen.insert(input).second)
      continue;
    int64_t bytes = count(input, map);
    cost.bytesRead += bytes;
    if (isWeight(input))
      cost.weightBytes += bytes;
  }
  cost.bytesWritten = count(launch.getInit(), maps.back());
  return cost;
}

double estimateSeconds(const Cost &cost, const Target &target) {
  return std::max(cost.flops / target.f32.flops, cost.bytes() / target.bytesPerSecond);
}

} // namespace onnxcc::kernel
