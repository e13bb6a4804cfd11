// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Indexing by data: inference.
#include "dialects/graph/Graph.h"

#define GET_OP_CLASSES
#include "dialects/graph/Indexing.cpp.inc"

using namespace mlir;
using namespace onnxcc;
using namespace onnxcc::graph;

void GraphDialect::addIndexing() {
  addOperations<
#define GET_OP_LIST
#include "dialects/graph/Indexing.cpp.inc"
      >();
}

/// c1 and c2 of both.
static LogicalResult checkGather(OptionalLocation location, RankedTensorType x,
                                 RankedTensorType indices, int64_t axis) {
  if (axis < 0 || axis >= x.getRank())
    return emitOptionalError(location, "axis ", axis, " is out of range for ", describe(x));
  if (!indices.getElementType().isSignlessInteger(32) &&
      !indices.getElementType().isSignlessInteger(64))
    return emitOptionalError(location, "wants indices of i32 or i64, has ",
                             indices.getElementType());
  return success();
}

LogicalResult onnxcc::graph::inferGather(OptionalLocation location, RankedTensorType x,
                                         RankedTensorType indices, int64_t axis,
                                         RankedTensorType &result) {
  if (failed(checkGather(location, x, indices, axis))) // gather_c1, gather_c2
    return failure();
  Extents extents = getExtents(x), where = getExtents(indices);
  extents.erase(extents.begin() + axis);
  extents.insert(extents.begin() + axis, where.begin(), where.end());
  result = onnxcc::getTensorType(extents, x.getElementType());
  return success();
}

LogicalResult onnxcc::graph::inferGatherElements(OptionalLocation location, RankedTensorType x,
                                                 RankedTensorType indices, int64_t axis,
                                                 RankedTensorType &result) {
  if (failed(checkGather(location, x, indices, axis))) // gather_elements_c1, c2
    return failure();
  bool fits = x.getRank() == indices.getRank();
  for (int64_t k = 0; fits && k < x.getRank(); ++k)
    fits = k == axis || x.isDynamicDim(k) || indices.isDynamicDim(k) ||
           indices.getDimSize(k) <= x.getDimSize(k);
  if (!fits) // gather_elements_c3
    return emitOptionalError(location, "indices ", describe(indices), " do not fit ", describe(x),
                             " along axis ", axis);
  result = withElementType(indices, x.getElementType());
  return success();
}
