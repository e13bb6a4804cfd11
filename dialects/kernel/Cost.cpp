// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Arithmetic and traffic of launches: see Cost.h.
#include "dialects/kernel/Cost.h"

#include "dialects/support/ConstantData.h"
#include "dialects/support/Extents.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;

namespace onnxcc::kernel {

Cost &Cost::operator+=(const Cost &other) {
  flops += other.flops;
  bytesRead += other.bytesRead;
  bytesWritten += other.bytesWritten;
  weightBytes += other.weightBytes;
  return *this;
}

namespace {

/// Of a score: its maximum, the distance from it, the exponential, the sum.
constexpr int64_t kSoftmaxOperations = 4;

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
    return {0, 0}; // a symbol: indices have none
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

/// How many elements of a tensor of `type` are touched: at most those between the least and the
/// greatest index of each axis, at most one a point of the dims that matter.
int64_t countTouched(AffineMap map, ShapedType type, ArrayRef<int64_t> extents) {
  int64_t box = 1, points = 1;
  for (auto [axis, index] : llvm::enumerate(map.getResults())) {
    Interval range = getInterval(index, extents);
    int64_t size = range.greatest - range.least + 1; // padding lies outside of the tensor
    box *= type.isDynamicDim(axis) ? size : std::min(size, type.getDimSize(axis));
  }
  for (unsigned dim = 0; dim < map.getNumDims(); ++dim)
    if (map.isFunctionOfDim(dim))
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
  int64_t points = 1, outputs = 1;
  for (AffineExpr extent : launch.getDomain().getResults())
    points *= extents.emplace_back(evaluate(extent, symbols).value_or(1));
  SmallVector<AffineMap> maps = launch.getIndexingMaps();
  for (unsigned dim = 0; dim < extents.size(); ++dim)
    if (maps.back().isFunctionOfDim(dim))
      outputs *= extents[dim];

  Cost cost;
  int64_t operations = 0;
  for (Operation &op : launch.getCode()->without_terminator())
    operations += !op.hasTrait<OpTrait::ConstantLike>();
  // A contraction's region runs once an output, attention's once a score, others' once a point.
  if (auto contract = dyn_cast<ContractOp>(*launch))
    cost.flops = points * contract.getProducts() + outputs * operations;
  else if (isa<AttentionOp>(*launch))
    cost.flops = extents[0] * extents[1] * extents[2] * extents[4] *
                 (2 * (extents[3] + extents[5]) + operations + kSoftmaxOperations);
  else
    cost.flops = points * operations;
  auto count = [&](Value value, AffineMap map) {
    auto type = cast<ShapedType>(value.getType());
    return countTouched(map, type, extents) * (getStorageBits(type.getElementType()) / 8);
  };
  for (auto [input, map] : llvm::zip(launch.getInputs(), maps)) {
    int64_t bytes = count(input, map);
    cost.bytesRead += bytes;
    if (isWeight(input))
      cost.weightBytes += bytes;
  }
  cost.bytesWritten = count(launch.getInit(), maps.back());
  return cost;
}

} // namespace onnxcc::kernel
