// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Arithmetic and traffic of launches: see Cost.h.
#include "dialects/kernel/Cost.h"

#include "dialects/support/ConstantData.h"
#include "dialects/support/Extents.h"
#include "dialects/support/Intervals.h"

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

bool isTranscendental(Operation *op) {
  return isa<math::MathDialect>(op->getDialect()) &&
         !isa<math::AbsFOp, math::AbsIOp, math::CeilOp, math::ClampFOp, math::CopySignOp,
              math::FloorOp, math::FmaOp, math::RoundEvenOp, math::RoundOp, math::TruncOp>(op);
}

namespace {

int64_t countOperations(Block &code) {
  int64_t count = 0;
  for (Operation &op : code.without_terminator())
    if (isTranscendental(&op))
      count += kTranscendentalOperations;
    else
      count += !op.hasTrait<OpTrait::ConstantLike>();
  return count;
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
    std::optional<Interval> range = getInterval(index, [&](AffineExpr leaf) {
      auto dim = dyn_cast<AffineDimExpr>(leaf); // symbols within an index are offsets
      return dim ? getIndexInterval(extents[dim.getPosition()]) : Interval{0, 0};
    });
    int64_t size = range ? range->max - range->min + 1 : 1; // padding lies outside of the tensor
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
  for (auto [init, map] :
       llvm::zip(launch.getInits(), ArrayRef(maps).drop_front(launch.getInputs().size())))
    cost.bytesWritten += count(init, map);
  return cost;
}

/// The rate of the type that a launch multiplies, or computes, in.
static const Products &getRate(LaunchOpInterface launch, const Target &target) {
  // The first input's; where there is none, the first output's.
  Type element = cast<ShapedType>(launch->getOperand(0).getType()).getElementType();
  if (element.isF64())
    return target.f64;
  if (launch.countFactors() == 0)
    return target.f32;
  return element.isBF16() ? target.bf16 : element.isInteger(8) ? target.u8s8 : target.f32;
}

double estimateSeconds(const Cost &cost, const Target &target) {
  return std::max(cost.flops / target.f32.flops, cost.bytes() / target.bytesPerSecond);
}

double estimateSeconds(LaunchOpInterface launch, ArrayRef<int64_t> symbols, const Target &target) {
  Cost cost = getCost(launch, symbols);
  return std::max(cost.flops / getRate(launch, target).flops, cost.bytes() / target.bytesPerSecond);
}

} // namespace onnxcc::kernel
