// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Softmax and normalisations: inference.
#include "dialects/graph/Graph.h"

#define GET_OP_CLASSES
#include "dialects/graph/Normalization.cpp.inc"

using namespace mlir;
using namespace onnxcc;
using namespace onnxcc::graph;

void GraphDialect::addNormalization() {
  addOperations<
#define GET_OP_LIST
#include "dialects/graph/Normalization.cpp.inc"
      >();
}

LogicalResult onnxcc::graph::inferAxis(OptionalLocation location, RankedTensorType x, int64_t axis,
                                       RankedTensorType &result) {
  if (axis < 0 || axis >= x.getRank()) // axis_c1
    return emitOptionalError(location, "axis ", axis, " is out of range for ", describe(x));
  if (!isa<FloatType>(x.getElementType())) // axis_c2
    return emitOptionalError(location, "wants floats, has ", x.getElementType());
  result = x;
  return success();
}

LogicalResult onnxcc::graph::inferBatchNorm(OptionalLocation location,
                                            ArrayRef<RankedTensorType> operands, Layout layout,
                                            RankedTensorType &result) {
  RankedTensorType x = operands[0];
  if (x.getRank() < 2 || !isa<FloatType>(x.getElementType())) // batch_norm_c1
    return emitOptionalError(location, "wants floats with a channel axis, has ", describe(x),
                             " of ", x.getElementType());
  AffineExpr channels = getExtents(x)[layout == Layout::ChannelsFirst ? 1 : x.getRank() - 1];
  for (RankedTensorType parameter : operands.drop_front())
    if (parameter.getRank() != 1 || !areEqual(getExtents(parameter)[0], channels) ||
        parameter.getElementType() != x.getElementType()) // batch_norm_c2
      return emitOptionalError(location, "a parameter of type ", parameter,
                               " does not match the channels of ", describe(x), " of ",
                               x.getElementType());
  result = x;
  return success();
}
