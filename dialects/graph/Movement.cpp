// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Movement: inference and verification.
#include "dialects/graph/Graph.h"

#define GET_OP_CLASSES
#include "dialects/graph/Movement.cpp.inc"

using namespace mlir;
using namespace onnxcc;
using namespace onnxcc::graph;

void GraphDialect::addMovement() {
  addOperations<
#define GET_OP_LIST
#include "dialects/graph/Movement.cpp.inc"
      >();
}

LogicalResult onnxcc::graph::inferTranspose(OptionalLocation location, RankedTensorType x,
                                            ArrayRef<int64_t> permutation,
                                            RankedTensorType &result) {
  SmallVector<int64_t> sorted(permutation);
  llvm::sort(sorted);
  if (!llvm::equal(sorted, llvm::seq<int64_t>(0, x.getRank()))) // transpose_c1
    return emitOptionalError(location, "not a permutation of the axes of ", describe(x));
  Extents extents = getExtents(x), permuted;
  for (int64_t axis : permutation)
    permuted.push_back(extents[axis]);
  result = onnxcc::getTensorType(permuted, x.getElementType());
  return success();
}

LogicalResult onnxcc::graph::inferReshape(OptionalLocation location, RankedTensorType x,
                                          AffineMap shape, RankedTensorType &result) {
  result = onnxcc::getTensorType(shape.getResults(), x.getElementType());
  MLIRContext *context = x.getContext();
  if (!areEqual(getProduct(getExtents(x), context), getProduct(shape.getResults(), context)))
    return emitOptionalError(location, "cannot reshape ", describe(x), " to ", describe(result),
                             ": the numbers of elements differ"); // reshape_c1
  return success();
}

LogicalResult onnxcc::graph::inferBroadcast(OptionalLocation location, RankedTensorType x,
                                            AffineMap shape, RankedTensorType &result) {
  result = onnxcc::getTensorType(shape.getResults(), x.getElementType());
  auto fail = [&] {
    return emitOptionalError(location, "cannot broadcast ", describe(x), " to ", describe(result));
  };
  if (x.getRank() > int64_t(shape.getNumResults())) // broadcast_c1
    return fail();
  Extents extents = getExtents(x);
  for (auto [from, to] : llvm::zip(llvm::reverse(extents), llvm::reverse(shape.getResults())))
    if (from != 1 && !areEqual(from, to)) // broadcast_c2
      return fail();
  return success();
}

AffineMap onnxcc::graph::getBroadcastPlaces(RankedTensorType x, AffineMap shape) {
  Extents extents = getExtents(x), point;
  unsigned rank = shape.getNumResults(), added = rank - extents.size();
  for (auto [axis, extent] : llvm::enumerate(extents)) {
    bool isRepeated = extent != shape.getResult(added + axis);
    point.push_back(isRepeated ? getAffineConstantExpr(0, x.getContext())
                               : getAffineDimExpr(added + axis, x.getContext()));
  }
  return AffineMap::get(rank, 0, point, x.getContext());
}

LogicalResult onnxcc::graph::inferUnfold(OptionalLocation location, RankedTensorType x,
                                         int64_t axis, int64_t size, int64_t step,
                                         RankedTensorType &result) {
  if (axis < 0 || axis >= x.getRank()) // unfold_c1
    return emitOptionalError(location, "axis ", axis, " is out of range for ", describe(x));
  Extents extents = getExtents(x);
  auto constant = dyn_cast<AffineConstantExpr>(extents[axis]);
  if (size < 1 || step < 1 || (constant && constant.getValue() < size)) // unfold_c2
    return emitOptionalError(location, "cannot take slices of ", size, " elements, ", step,
                             " apart, along axis ", axis, " of ", describe(x));
  extents[axis] = (extents[axis] - size).floorDiv(step) + 1;
  extents.push_back(getAffineConstantExpr(size, x.getContext()));
  result = onnxcc::getTensorType(extents, x.getElementType());
  return success();
}

AffineMap onnxcc::graph::getUnfoldPlaces(RankedTensorType x, int64_t axis, int64_t step) {
  unsigned rank = x.getRank();
  AffineMap map = AffineMap::getMultiDimIdentityMap(rank + 1, x.getContext());
  Extents point(map.getResults().drop_back());
  point[axis] = point[axis] * step + map.getResult(rank);
  return AffineMap::get(rank + 1, 0, point, x.getContext());
}

LogicalResult onnxcc::graph::inferRepeat(OptionalLocation location, RankedTensorType x,
                                         int64_t axis, int64_t size, AffineMap extent,
                                         RankedTensorType &result) {
  if (axis < 0 || axis >= x.getRank() || size < 1 || extent.getNumResults() != 1) // repeat_c1
    return emitOptionalError(location, "cannot repeat elements of ", describe(x), " ", size,
                             " times along axis ", axis);
  Extents extents = getExtents(x), repeated = extents;
  repeated[axis] = extent.getResult(0);
  result = onnxcc::getTensorType(repeated, x.getElementType());
  if (!areEqual(extents[axis], repeated[axis].ceilDiv(size))) // repeat_c2
    return emitOptionalError(location, describe(x), " has no element for each block of ", size,
                             " along axis ", axis, " of ", describe(result));
  return success();
}

AffineMap RepeatOp::getPlaces() {
  int64_t rank = getX().getType().getRank();
  AffineMap map = AffineMap::getMultiDimIdentityMap(rank, getContext());
  Extents point(map.getResults());
  point[getAxis()] = point[getAxis()].floorDiv(getSize());
  return AffineMap::get(rank, 0, point, getContext());
}

LogicalResult onnxcc::graph::inferConcat(OptionalLocation location,
                                         ArrayRef<RankedTensorType> inputs, int64_t axis,
                                         RankedTensorType &result) {
  if (inputs.empty())
    return emitOptionalError(location, "has nothing to concatenate"); // concat_c1
  if (axis < 0 || axis >= inputs[0].getRank())
    return emitOptionalError(location, "axis ", axis, " is out of range for ", describe(inputs[0]));
  Extents extents = getExtents(inputs[0]);
  for (RankedTensorType input : inputs.drop_front()) {
    auto fail = [&] {
      return emitOptionalError(location, "cannot concatenate ", describe(inputs[0]), " of ",
                               inputs[0].getElementType(), " and ", describe(input), " of ",
                               input.getElementType(), " along axis ", axis);
    };
    if (input.getRank() != inputs[0].getRank() ||
        input.getElementType() != inputs[0].getElementType()) // concat_c2
      return fail();
    for (auto [k, extent] : llvm::enumerate(getExtents(input)))
      if (int64_t(k) == axis)
        extents[k] = extents[k] + extent;
      else if (!areEqual(extents[k], extent)) // concat_c2
        return fail();
  }
  result = onnxcc::getTensorType(extents, inputs[0].getElementType());
  return success();
}

/// slice_c1 where symbol k has the value values[k].
static LogicalResult checkSlice(OptionalLocation location, RankedTensorType x, AffineMap starts,
                                AffineMap sizes, ArrayRef<int64_t> steps,
                                ArrayRef<int64_t> values) {
  for (auto [axis, extent] : llvm::enumerate(getExtents(x))) {
    std::optional<int64_t> limit = evaluate(extent, values);
    std::optional<int64_t> start = evaluate(starts.getResult(axis), values);
    std::optional<int64_t> size = evaluate(sizes.getResult(axis), values);
    if (size && *size < 0)
      return emitOptionalError(location, "the size on axis ", axis, " is negative: ", *size);
    if (!limit || !start || !size || *size == 0)
      continue;
    int64_t last = *start + (*size - 1) * steps[axis];
    if (*start < 0 || *start >= *limit || last < 0 || last >= *limit)
      return emitOptionalError(location, "takes elements ", *start, " to ", last, " of axis ", axis,
                               " of ", describe(x));
  }
  return success();
}

LogicalResult onnxcc::graph::inferSlice(OptionalLocation location, RankedTensorType x,
                                        AffineMap starts, AffineMap sizes, ArrayRef<int64_t> steps,
                                        RankedTensorType &result) {
  size_t rank = x.getRank();
  if (starts.getNumResults() != rank || sizes.getNumResults() != rank || steps.size() != rank)
    return emitOptionalError(location, "wants a start, size and step for each axis of ",
                             describe(x)); // slice_c2
  if (llvm::is_contained(steps, 0))        // slice_c3
    return emitOptionalError(location, "a step is 0");
  if (failed(checkSlice(location, x, starts, sizes, steps, {}))) // slice_c1
    return failure();
  result = onnxcc::getTensorType(sizes.getResults(), x.getElementType());
  return success();
}

LogicalResult SliceOp::verify() {
  SmallVector<int64_t> least, greatest;
  for (SymbolAttr symbol : getSymbols(*this)) {
    least.push_back(symbol.getMin());
    greatest.push_back(symbol.getMax());
  }
  for (ArrayRef<int64_t> values : {ArrayRef(least), ArrayRef(greatest)})
    if (failed(checkSlice(getLoc(), getX().getType(), getStarts(), getSizes(), getSteps(), values)))
      return failure();
  return success();
}

LogicalResult onnxcc::graph::inferPad(OptionalLocation location, RankedTensorType x,
                                      RankedTensorType value, PadMode mode, ArrayRef<int64_t> low,
                                      ArrayRef<int64_t> high, RankedTensorType &result) {
  size_t rank = x.getRank();
  auto isNegative = [](int64_t pad) { return pad < 0; };
  if (low.size() != rank || high.size() != rank || llvm::any_of(low, isNegative) ||
      llvm::any_of(high, isNegative)) // pad_c1
    return emitOptionalError(
        location, "wants a low and a high pad, not negative, for each axis of ", describe(x));
  if (value.getRank() != 0 || value.getElementType() != x.getElementType()) // pad_c2
    return emitOptionalError(location, "wants a padding value that is a scalar of ",
                             x.getElementType(), ", has ", value);
  Extents extents = getExtents(x);
  for (auto [axis, extent] : llvm::enumerate(extents)) {
    auto constant = dyn_cast<AffineConstantExpr>(extent);
    int64_t longest = std::max(low[axis], high[axis]);
    bool isShort =
        constant && longest > 0 &&
        (mode == PadMode::Reflect ? constant.getValue() <= longest : constant.getValue() == 0);
    if (mode != PadMode::Constant && isShort) // pad_c3
      return emitOptionalError(location, "axis ", axis, " of ", describe(x),
                               " is too short for a pad of ", longest, " in mode ",
                               stringifyPadMode(mode));
    extent = extent + (low[axis] + high[axis]);
  }
  result = onnxcc::getTensorType(extents, x.getElementType());
  return success();
}
