// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Indexing by data becomes maps that read at indices; what is known from its place becomes code.
#include "passes/kernels/Lowering.h"

using namespace mlir;
using onnxcc::graph::Scalar;

namespace onnxcc::kernels {

/// Constant indices into an axis of `extent` elements, counted from its start; nullopt if they are
/// not known, failure with a diagnostic if one is out of range.
static FailureOr<std::optional<SmallVector<int64_t>>>
getConstantIndices(Lowering &lowering, Operation *op, AffineExpr extent) {
  ElementsAttr constant = lowering.constant(op->getOperand(1));
  std::optional<graph::Tensor> tensor = constant ? graph::Tensor::get(constant) : std::nullopt;
  auto size = dyn_cast<AffineConstantExpr>(extent);
  if (!tensor || !size)
    return std::optional<SmallVector<int64_t>>();
  SmallVector<int64_t> indices;
  for (int64_t index : tensor->ints()) {
    indices.push_back(index + (index < 0 ? size.getValue() : 0));
    if (indices.back() < 0 || indices.back() >= size.getValue())
      return op->emitOpError() << "has index " << index << " out of range of an axis of extent "
                               << size.getValue();
  }
  return std::optional(indices);
}

/// The result is x at `point`, whose symbol 0 is the index that is read at `place`.
static LogicalResult lowerIndexed(Lowering &lowering, Operation *op, unsigned axis,
                                  ArrayRef<AffineExpr> point, ArrayRef<AffineExpr> place) {
  Value x = op->getOperand(0), result = op->getResult(0);
  Extents extents = extentsOf(result);
  // An index that is out of range reads element 0, so there has to be one.
  if (extentsOf(x)[axis] == 0)
    return op->emitOpError() << "has no kernel: its operand is empty along axis " << axis;
  Lowering::Input table = lowering.input(x), indices = lowering.input(op->getOperand(1));
  if (!table.access.source || !table.access.map.isPermutation())
    table.access = {lowering.tensor(x), lowering.identity(extentsOf(x).size())};
  if (!indices.access.source)
    indices.access = {lowering.tensor(op->getOperand(1)),
                      lowering.identity(extentsOf(op->getOperand(1)).size())};
  Lowering::Input inputs[] = {lowering.readAt(indices, extents.size(), place),
                              lowering.readAt(table, extents.size(), point, /*indexed=*/1)};
  lowering.define(result, lowering.map(
                              op->getLoc(), extents, elementOf(result), inputs,
                              [](ArrayRef<Scalar> scalars) { return scalars[1]; },
                              /*init=*/Value(), /*indexed=*/1));
  return success();
}

LogicalResult lowerGather(Lowering &lowering, graph::GatherOp op) {
  Extents extents = extentsOf(op.getX());
  unsigned axis = op.getAxis(), rank = extents.size();
  unsigned indexRank = extentsOf(op.getIndices()).size();
  auto indices = getConstantIndices(lowering, op, extents[axis]);
  if (failed(indices))
    return failure();
  auto getPoint = [&](AffineExpr index) {
    SmallVector<AffineExpr> point;
    for (unsigned k = 0; k < rank; ++k)
      point.push_back(k < axis   ? lowering.dim(k)
                      : k > axis ? lowering.dim(k - 1 + indexRank)
                                 : index);
    return point;
  };
  // Constant indices at equal distances are a slice.
  if (*indices && !(*indices)->empty() && indexRank <= 1) {
    ArrayRef<int64_t> list = **indices;
    int64_t step = list.size() > 1 ? list[1] - list[0] : 1;
    bool even = true;
    for (unsigned k = 1; k < list.size(); ++k)
      even &= list[k] - list[k - 1] == step;
    AffineExpr index = lowering.number(list[0]);
    if (indexRank == 1)
      index = index + lowering.dim(axis) * step;
    if (even && lowering.access(op.getX()).source) {
      lowering.define(
          op.getResult(),
          lowering.readAt(lowering.input(op.getX()), rank - 1 + indexRank, getPoint(index)).access);
      return success();
    }
  }
  SmallVector<AffineExpr> place;
  for (unsigned k = 0; k < indexRank; ++k)
    place.push_back(lowering.dim(axis + k));
  return lowerIndexed(lowering, op, axis, getPoint(lowering.builder.getAffineSymbolExpr(0)), place);
}

LogicalResult lowerGatherElements(Lowering &lowering, graph::GatherElementsOp op) {
  unsigned axis = op.getAxis();
  if (failed(getConstantIndices(lowering, op, extentsOf(op.getX())[axis])))
    return failure();
  SmallVector<AffineExpr> point, place;
  for (unsigned k = 0; k < extentsOf(op.getX()).size(); ++k) {
    place.push_back(lowering.dim(k));
    point.push_back(k == axis ? lowering.builder.getAffineSymbolExpr(0) : lowering.dim(k));
  }
  return lowerIndexed(lowering, op, axis, point, place);
}

/// A routine finds them and counts, with room for as many as there may be.
LogicalResult lowerPlaces(Lowering &lowering, graph::PlacesOp op) {
  Location loc = op.getLoc();
  Type i64 = lowering.builder.getI64Type();
  AffineExpr size = getProduct(extentsOf(op.getX()), lowering.context());
  Value inits[] = {lowering.empty(loc, size, i64), lowering.empty(loc, {}, i64)};
  ValueRange found = lowering.call(loc, "places", {size}, {}, lowering.tensor(op.getX()), inits);
  lowering.defineDim(loc, op.getSymbol(), found[1]);
  lowering.define(op.getResult(), lowering.slice(loc, found[0], lowering.number(0),
                                                 extentsOf(op.getResult()), {1}));
  return success();
}

LogicalResult lowerIota(Lowering &lowering, graph::IotaOp op) {
  lowering.define(op.getResult(), lowering.place(1, lowering.dim(0)));
  return success();
}

LogicalResult lowerExtents(Lowering &lowering, graph::ExtentsOp op) {
  ArrayRef<AffineExpr> values = op.getValues().getResults();
  unsigned rank = extentsOf(op.getResult()).size();
  if (values.size() == 1) {
    lowering.define(op.getResult(), lowering.place(rank, values[0]));
    return success();
  }
  Type i64 = elementOf(op.getResult());
  SmallVector<Lowering::Input> inputs{{lowering.place(1, lowering.dim(0)), i64}};
  for (AffineExpr value : values)
    inputs.push_back({lowering.place(1, value), i64});
  Value result =
      lowering.map(op.getLoc(), extentsOf(op.getResult()), i64, inputs, [](ArrayRef<Scalar> all) {
        Scalar chosen = all.back();
        for (size_t k = all.size() - 1; k-- > 1;)
          chosen = graph::select(all[0] == all[0].integer(k - 1), all[k], chosen);
        return chosen;
      });
  lowering.define(op.getResult(), result);
  return success();
}

} // namespace onnxcc::kernels
