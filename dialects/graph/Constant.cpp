// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constants and values known from the dims: inference and folding.
#include "dialects/graph/Graph.h"

#define GET_OP_CLASSES
#include "dialects/graph/Constant.cpp.inc"

using namespace mlir;
using namespace onnxcc;
using namespace onnxcc::graph;

void GraphDialect::addConstant() {
  addOperations<
#define GET_OP_LIST
#include "dialects/graph/Constant.cpp.inc"
      >();
}

LogicalResult ConstantOp::inferReturnTypes(MLIRContext *, OptionalLocation location,
                                           ValueRange operands, DictionaryAttr attributes,
                                           OpaqueProperties properties, RegionRange regions,
                                           SmallVectorImpl<Type> &types) {
  Adaptor op(operands, attributes, properties, regions);
  auto type = dyn_cast<RankedTensorType>(op.getValue().getType());
  if (!type || !type.hasStaticShape())
    return emitOptionalError(location, "a constant is a static tensor, not ",
                             op.getValue().getType());
  types.push_back(type);
  return success();
}

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValueAttr(); }

LogicalResult onnxcc::graph::inferExtents(OptionalLocation location, AffineMap values,
                                          Type tensorType, RankedTensorType &result) {
  result = dyn_cast<RankedTensorType>(tensorType);
  if (!result || !result.hasStaticShape() || result.getRank() > 1 ||
      !result.getElementType().isSignlessInteger(64) || values.getNumDims() != 0 ||
      values.getNumResults() != size_t(result.getNumElements())) // extents_c1
    return emitOptionalError(location, values.getNumResults(), " extents do not make a ",
                             tensorType);
  return success();
}

LogicalResult onnxcc::graph::inferIota(OptionalLocation location, AffineMap extent, Type element,
                                       RankedTensorType &result) {
  if (extent.getNumResults() != 1 || !isa<IntegerType, FloatType>(element)) // iota_c1
    return emitOptionalError(location, "wants one extent, and integers or floats");
  result = onnxcc::getTensorType(extent.getResults(), element);
  return success();
}
