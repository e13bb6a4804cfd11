// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Movements become views where they can, else maps that copy.
#include "passes/kernels/Lowering.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace onnxcc::kernels {

LogicalResult lowerTranspose(Lowering &lowering, graph::TransposeOp op) {
  Extents from = extentsOf(op.getX()), to = extentsOf(op.getResult());
  ArrayRef<int64_t> permutation = op.getPermutation();
  // Moving only axes of extent 1 moves no element.
  SmallVector<int64_t> kept;
  for (int64_t axis : permutation)
    if (from[axis] != 1)
      kept.push_back(axis);
  if (llvm::is_sorted(kept)) {
    lowering.define(op.getResult(),
                    lowering.reshape(op.getLoc(), lowering.tensor(op.getX()), from, to));
    return success();
  }
  SmallVector<AffineExpr> point(from.size());
  for (auto [k, axis] : llvm::enumerate(permutation))
    point[axis] = lowering.dim(k);
  Lowering::Input input = lowering.readAt(lowering.input(op.getX()), from.size(), point);
  // What reads it alone may as well read the operand in that order.
  if (op->hasOneUse())
    lowering.define(op.getResult(), input.access);
  else
    lowering.define(op.getResult(), lowering.copy(op.getLoc(), to, input));
  return success();
}

/// A value known from its place, reshaped by axes of extent 1 alone: only the dims' numbers change.
static bool reshapePlace(Lowering &lowering, graph::ReshapeOp op) {
  if (lowering.access(op.getX()).source)
    return false;
  Extents from = extentsOf(op.getX()), to = extentsOf(op.getResult());
  SmallVector<AffineExpr> point;
  unsigned axis = 0;
  for (AffineExpr extent : from) {
    if (extent == 1) {
      point.push_back(lowering.number(0));
      continue;
    }
    while (axis < to.size() && to[axis] == 1)
      ++axis;
    if (axis == to.size() || to[axis] != extent)
      return false;
    point.push_back(lowering.dim(axis++));
  }
  lowering.define(op.getResult(),
                  lowering.readAt(lowering.input(op.getX()), to.size(), point).access);
  return true;
}

LogicalResult lowerReshape(Lowering &lowering, graph::ReshapeOp op) {
  if (reshapePlace(lowering, op))
    return success();
  lowering.define(op.getResult(),
                  lowering.reshape(op.getLoc(), lowering.tensor(op.getX()), extentsOf(op.getX()),
                                   extentsOf(op.getResult())));
  return success();
}

LogicalResult lowerPlaces(Lowering &lowering, graph::PlacesOpInterface op) {
  AffineMap places = op.getPlaces();
  Value x = op->getOperand(0), result = op->getResult(0);
  Lowering::Input input =
      lowering.readAt(lowering.input(x), places.getNumDims(), places.getResults());
  // Templates read dims alone; what reads sums of them is a map, which others may take in.
  if (places.isProjectedPermutation(/*allowZeroInResults=*/true))
    lowering.define(result, input.access);
  else
    lowering.define(result, lowering.copy(op->getLoc(), extentsOf(result), input));
  return success();
}

LogicalResult lowerSlice(Lowering &lowering, graph::SliceOp op) {
  ArrayRef<AffineExpr> starts = op.getStarts().getResults(), sizes = op.getSizes().getResults();
  if (llvm::all_of(op.getSteps(), [](int64_t step) { return step > 0; })) {
    lowering.define(op.getResult(), lowering.slice(op.getLoc(), lowering.tensor(op.getX()), starts,
                                                   sizes, op.getSteps()));
    return success();
  }
  SmallVector<AffineExpr> point;
  for (auto [k, step] : llvm::enumerate(op.getSteps())) {
    if (!isa<AffineConstantExpr>(starts[k]))
      return op.emitOpError() << "has no kernel: a negative step from a dynamic start";
    point.push_back(lowering.dim(k) * step + starts[k]);
  }
  lowering.define(op.getResult(),
                  lowering.readAt(lowering.input(op.getX()), point.size(), point).access);
  return success();
}

/// Grows one axis of a tensor by repeating what lies at or beyond its edges.
static FailureOr<Value> padAxis(Lowering &lowering, graph::PadOp op, Value tensor, Extents &extents,
                                unsigned axis) {
  int64_t low = op.getLow()[axis], high = op.getHigh()[axis];
  auto constant = dyn_cast<AffineConstantExpr>(extents[axis]);
  if (!constant)
    return op.emitOpError() << "has no kernel: it repeats elements along a dynamic axis";
  int64_t extent = constant.getValue();
  Location loc = op.getLoc();
  Type element = elementOf(op.getX());
  Extents grown = extents;
  grown[axis] = lowering.number(extent + low + high);
  SmallVector<int64_t> steps(extents.size(), 1);
  Value whole = lowering.empty(loc, grown, element);
  // `size` elements from `at` on: x[from + step * k].
  auto part = [&](int64_t at, int64_t size, int64_t from, int64_t step) {
    if (size == 0)
      return;
    Extents sizes = extents, starts(extents.size(), lowering.number(0));
    sizes[axis] = lowering.number(size);
    starts[axis] = lowering.number(at);
    SmallVector<AffineExpr> point;
    for (unsigned k = 0; k < extents.size(); ++k)
      point.push_back(k == axis ? lowering.dim(k) * step + from : lowering.dim(k));
    Lowering::Input input{{tensor, lowering.identity(extents.size())}, element};
    Value piece = lowering.copy(loc, sizes, lowering.readAt(input, extents.size(), point));
    whole = lowering.insert(loc, piece, whole, starts, sizes, steps);
  };
  // Places from `at` to `end` hold the axis again and again.
  auto wrap = [&](int64_t at, int64_t end) {
    for (int64_t size; at < end; at += size) {
      int64_t from = llvm::mod(at - low, extent);
      size = std::min(end - at, extent - from);
      part(at, size, from, 1);
    }
  };
  part(low, extent, 0, 1);
  switch (op.getMode()) {
  case graph::PadMode::Constant:
    llvm_unreachable("constant padding repeats nothing");
  case graph::PadMode::Edge:
    part(0, low, 0, 0);
    part(low + extent, high, extent - 1, 0);
    break;
  case graph::PadMode::Reflect:
    part(0, low, low, -1);
    part(low + extent, high, extent - 2, -1);
    break;
  case graph::PadMode::Wrap:
    wrap(0, low);
    wrap(low + extent, low + extent + high);
    break;
  }
  extents = grown;
  return whole;
}

LogicalResult lowerPad(Lowering &lowering, graph::PadOp op) {
  Location loc = op.getLoc();
  Extents extents = extentsOf(op.getX()), results = extentsOf(op.getResult());
  unsigned rank = extents.size();
  if (op.getMode() == graph::PadMode::Constant) {
    Value inner = lowering.tensor(op.getX());
    Extents starts;
    for (int64_t low : op.getLow())
      starts.push_back(lowering.number(low));
    Lowering::Input value =
        lowering.readAt(lowering.input(op.getValue()), rank, ArrayRef<AffineExpr>());
    Value whole;
    {
      // A constant frame can be there before what it frames, which is then computed in its place.
      OpBuilder::InsertionGuard guard(lowering.builder);
      if (Operation *launch = getLaunch(inner);
          launch && launch->getBlock() == op->getBlock() && lowering.constant(op.getValue())) {
        value.access.source.getDefiningOp()->moveBefore(launch);
        lowering.builder.setInsertionPoint(launch);
      }
      whole = lowering.copy(loc, results, value);
    }
    lowering.define(op.getResult(), lowering.insert(loc, inner, whole, starts, extents,
                                                    SmallVector<int64_t>(rank, 1)));
    return success();
  }
  Value tensor = lowering.tensor(op.getX());
  for (unsigned axis = 0; axis < rank; ++axis)
    if (op.getLow()[axis] || op.getHigh()[axis]) {
      FailureOr<Value> padded = padAxis(lowering, op, tensor, extents, axis);
      if (failed(padded))
        return failure();
      tensor = *padded;
    }
  lowering.define(op.getResult(), tensor);
  return success();
}

} // namespace onnxcc::kernels
