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

LogicalResult onnxcc::graph::inferScatterElements(OptionalLocation location, RankedTensorType x,
                                                  RankedTensorType indices,
                                                  RankedTensorType updates, int64_t axis,
                                                  RankedTensorType &result) {
  // scatter_elements_c1, c2, c3
  if (failed(inferGatherElements(location, x, indices, axis, result)))
    return failure();
  if (!llvm::equal(getExtents(updates), getExtents(indices), areEqual) ||
      updates.getElementType() != x.getElementType()) // scatter_elements_c4
    return emitOptionalError(location, "updates ", describe(updates), " of ",
                             updates.getElementType(), " do not match indices ", describe(indices),
                             " into ", x.getElementType());
  result = x;
  return success();
}

LogicalResult onnxcc::graph::inferScatterNd(OptionalLocation location, RankedTensorType x,
                                            RankedTensorType indices, RankedTensorType updates,
                                            RankedTensorType &result) {
  Type element = indices.getElementType();
  int64_t depth = indices.getRank() ? indices.getShape().back() : 0;
  if (depth < 1 || depth > x.getRank() ||
      !(element.isSignlessInteger(32) || element.isSignlessInteger(64))) // scatter_nd_c1
    return emitOptionalError(location, "indices ", describe(indices), " of ", element,
                             " do not fit ", describe(x));
  Extents extents = getExtents(indices);
  extents.pop_back();
  llvm::append_range(extents, ArrayRef(getExtents(x)).drop_front(depth));
  if (!llvm::equal(getExtents(updates), extents, areEqual) ||
      updates.getElementType() != x.getElementType()) // scatter_nd_c2
    return emitOptionalError(location, "updates ", describe(updates), " of ",
                             updates.getElementType(), " do not match indices ", describe(indices),
                             " into ", describe(x), " of ", x.getElementType());
  result = x;
  return success();
}

LogicalResult onnxcc::graph::inferPlaces(OptionalLocation location, RankedTensorType x,
                                         int64_t symbol, RankedTensorType &result) {
  if (!x.getElementType().isInteger(1)) // places_c1
    return emitOptionalError(location, "finds the places of Booleans, not of ", x.getElementType());
  MLIRContext *context = x.getContext();
  result =
      onnxcc::getTensorType(getAffineSymbolExpr(symbol, context), IntegerType::get(context, 64));
  return success();
}

LogicalResult PlacesOp::inferReturnTypes(MLIRContext *, OptionalLocation location,
                                         ValueRange operands, DictionaryAttr attributes,
                                         OpaqueProperties properties, RegionRange regions,
                                         SmallVectorImpl<Type> &types) {
  Adaptor op(operands, attributes, properties, regions);
  SmallVector<RankedTensorType> x;
  RankedTensorType result;
  if (failed(getTensorTypes(location, operands.getTypes(), x)) ||
      failed(inferPlaces(location, x[0], op.getSymbol(), result)))
    return failure();
  types.push_back(result);
  return success();
}

LogicalResult PlacesOp::verify() {
  SmallVector<SymbolAttr> symbols = getSymbols(*this);
  if (getSymbol() >= symbols.size() || !symbols[getSymbol()].isComputed()) // places_c2
    return emitOpError() << "defines s" << getSymbol()
                         << ", which is no symbol of the module that a run computes";
  return success();
}

LogicalResult onnxcc::graph::inferTopK(OptionalLocation location, RankedTensorType x, int64_t k,
                                       int64_t axis, RankedTensorType &values,
                                       RankedTensorType &indices) {
  if (axis < 0 || axis >= x.getRank()) // top_k_c1
    return emitOptionalError(location, "axis ", axis, " is out of range for ", describe(x));
  if (k < 0 || (!x.isDynamicDim(axis) && k > x.getDimSize(axis))) // top_k_c2
    return emitOptionalError(location, "cannot take ", k, " elements along axis ", axis, " of ",
                             describe(x));
  Extents extents = getExtents(x);
  extents[axis] = getAffineConstantExpr(k, x.getContext());
  values = onnxcc::getTensorType(extents, x.getElementType());
  indices = withElementType(values, IntegerType::get(x.getContext(), 64));
  return success();
}

LogicalResult TopKOp::inferReturnTypes(MLIRContext *, OptionalLocation location,
                                       ValueRange operands, DictionaryAttr attributes,
                                       OpaqueProperties properties, RegionRange regions,
                                       SmallVectorImpl<Type> &types) {
  Adaptor op(operands, attributes, properties, regions);
  SmallVector<RankedTensorType> x;
  RankedTensorType values, indices;
  if (failed(getTensorTypes(location, operands.getTypes(), x)) ||
      failed(inferTopK(location, x[0], op.getK(), op.getAxis(), values, indices)))
    return failure();
  types.append({Type(values), Type(indices)});
  return success();
}
