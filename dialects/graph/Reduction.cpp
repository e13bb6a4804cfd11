// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reductions: inference.
#include "dialects/graph/Graph.h"

#define GET_OP_CLASSES
#include "dialects/graph/Reduction.cpp.inc"

using namespace mlir;
using namespace onnxcc;
using namespace onnxcc::graph;

void GraphDialect::addReduction() {
  addOperations<
#define GET_OP_LIST
#include "dialects/graph/Reduction.cpp.inc"
      >();
}

Reduction Reduction::get(ReduceKind kind) {
  switch (kind) {
  case ReduceKind::Mean:
    return {ReduceKind::Sum, /*squares=*/false, /*divides=*/true};
  case ReduceKind::SumSquare:
    return {ReduceKind::Sum, /*squares=*/true};
  case ReduceKind::Sum:
  case ReduceKind::Product:
  case ReduceKind::Max:
  case ReduceKind::Min:
    return {kind};
  }
  llvm_unreachable("a kind of reduction that is none");
}

static LogicalResult checkAxis(OptionalLocation location, RankedTensorType x, int64_t axis) {
  if (axis < 0 || axis >= x.getRank())
    return emitOptionalError(location, "axis ", axis, " is out of range for ", describe(x));
  return success();
}

LogicalResult onnxcc::graph::inferReduce(OptionalLocation location, RankedTensorType x,
                                         ArrayRef<int64_t> axes, RankedTensorType &result) {
  Extents extents = getExtents(x), kept;
  for (size_t k = 0; k < axes.size(); ++k) { // reduce_c1
    if (failed(checkAxis(location, x, axes[k])))
      return failure();
    if (k && axes[k] <= axes[k - 1])
      return emitOptionalError(location, "axes are not sorted and distinct");
  }
  for (auto [axis, extent] : llvm::enumerate(extents))
    if (!llvm::is_contained(axes, int64_t(axis)))
      kept.push_back(extent);
  result = onnxcc::getTensorType(kept, x.getElementType());
  return success();
}

LogicalResult onnxcc::graph::inferArgReduce(OptionalLocation location, RankedTensorType x,
                                            ReduceKind kind, int64_t axis,
                                            RankedTensorType &result) {
  if (failed(inferReduce(location, x, axis, result))) // arg_reduce_c1
    return failure();
  if (kind != ReduceKind::Max && kind != ReduceKind::Min) // arg_reduce_c2
    return emitOptionalError(location, "finds the max or min, not the ", stringifyReduceKind(kind));
  result = withElementType(result, IntegerType::get(x.getContext(), 64));
  return success();
}

LogicalResult onnxcc::graph::inferCumulate(OptionalLocation location, RankedTensorType x,
                                           ReduceKind kind, int64_t axis,
                                           RankedTensorType &result) {
  if (failed(checkAxis(location, x, axis))) // cumulate_c1
    return failure();
  if (kind != ReduceKind::Sum && kind != ReduceKind::Product) // cumulate_c2
    return emitOptionalError(location, "cumulates by sum or prod, not by ",
                             stringifyReduceKind(kind));
  result = x;
  return success();
}
