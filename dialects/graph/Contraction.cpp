// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contractions and windows: inference and verification.
#include "dialects/graph/Graph.h"

#define GET_OP_CLASSES
#include "dialects/graph/Contraction.cpp.inc"

using namespace mlir;
using namespace onnxcc;
using namespace onnxcc::graph;

void GraphDialect::addContraction() {
  addOperations<
#define GET_OP_LIST
#include "dialects/graph/Contraction.cpp.inc"
      >();
}

LogicalResult onnxcc::graph::inferMatMul(OptionalLocation location, RankedTensorType lhs,
                                         RankedTensorType rhs, RankedTensorType &result) {
  int64_t rank = lhs.getRank();
  auto fail = [&](StringRef what) {
    return emitOptionalError(location, what, ": ", describe(lhs), " x ", describe(rhs));
  };
  if (rank != rhs.getRank() || rank < 2) // matmul_c1
    return fail("ranks differ or are below 2");
  Extents a = getExtents(lhs), b = getExtents(rhs);
  for (int64_t axis = 0; axis < rank - 2; ++axis)
    if (!areEqual(a[axis], b[axis])) // matmul_c2
      return fail("batch dimensions differ");
  if (!areEqual(a[rank - 1], b[rank - 2])) // matmul_c3
    return fail("inner dimensions differ");
  if (lhs.getElementType() != rhs.getElementType()) // matmul_c4
    return emitOptionalError(location, "element types differ: ", lhs.getElementType(), " and ",
                             rhs.getElementType());
  a[rank - 1] = b[rank - 1];
  result = onnxcc::getTensorType(a, lhs.getElementType());
  return success();
}

LogicalResult onnxcc::graph::inferAttention(OptionalLocation location,
                                            ArrayRef<RankedTensorType> operands, size_t fills,
                                            RankedTensorType &result) {
  RankedTensorType query = operands[0], key = operands[1], value = operands[2];
  ArrayRef<RankedTensorType> masks = operands.drop_front(3);
  auto isChoice = [](RankedTensorType mask) { return mask.getElementType().isInteger(1); };
  for (RankedTensorType type : operands) {
    if (type.getRank() != 4) // attention_c1
      return emitOptionalError(location, "wants [batch, heads, rows, columns], has ",
                               describe(type));
  }
  for (auto [k, type] : llvm::enumerate(operands)) {
    if (k >= 3 && isChoice(type))
      continue;
    if (!isa<FloatType>(type.getElementType()) ||
        type.getElementType() != query.getElementType()) // attention_c5
      return emitOptionalError(location, "wants floats of one type, has ", query.getElementType(),
                               " and ", type.getElementType());
  }
  Extents q = getExtents(query), k = getExtents(key), v = getExtents(value);
  if (!areEqual(q[0], k[0]) || !areEqual(k[0], v[0]) || !areEqual(k[1], v[1]) ||
      !areEqual(k[2], v[2]) || !areEqual(q[3], k[3])) // attention_c2
    return emitOptionalError(location, "queries ", describe(query), ", keys ", describe(key),
                             " and values ", describe(value), " do not match");
  auto heads = dyn_cast<AffineConstantExpr>(q[1]), shared = dyn_cast<AffineConstantExpr>(k[1]);
  bool isMultiple =
      heads && shared && shared.getValue() > 0 && heads.getValue() % shared.getValue() == 0;
  if (!isMultiple && !areEqual(q[1], k[1])) // attention_c3
    return emitOptionalError(location, "the heads of the queries ", describe(query),
                             " are no multiple of the keys' ", describe(key));
  for (RankedTensorType mask : masks) { // attention_c4
    Extents scores = {q[0], q[1], q[2], k[2]};
    for (auto [a, b] : llvm::zip(scores, getExtents(mask)))
      if (!areEqual(a, b))
        return emitOptionalError(location, "the mask ", describe(mask),
                                 " has not the extents of the scores of queries ", describe(query),
                                 " by keys ", describe(key));
  }
  size_t choices = llvm::count_if(masks, isChoice);
  if (choices != fills) // attention_c6
    return emitOptionalError(location, "has ", fills, " fills for ", choices, " masks of i1");
  q[3] = v[3];
  result = onnxcc::getTensorType(q, query.getElementType());
  return success();
}

AffineExpr onnxcc::graph::getWindowCount(AffineExpr extent, int64_t window, int64_t stride,
                                         int64_t dilation, int64_t padding) {
  int64_t reach = (window - 1) * dilation + 1;
  AffineExpr count = (extent + (padding - reach)).floorDiv(stride) + 1;
  unsigned symbols = getSymbolMap(count, extent.getContext()).getNumSymbols();
  return simplifyAffineExpr(count, /*numDims=*/0, symbols);
}

/// conv_c5 and pool_c2: one entry a spatial axis, positive, and two non-negative pads.
static LogicalResult checkWindow(OptionalLocation location, size_t spatial,
                                 ArrayRef<int64_t> strides, ArrayRef<int64_t> dilations,
                                 ArrayRef<int64_t> pads) {
  if (strides.size() != spatial || dilations.size() != spatial || pads.size() != 2 * spatial)
    return emitOptionalError(location, "wants ", spatial, " strides, ", spatial, " dilations and ",
                             2 * spatial, " pads, has ", strides.size(), ", ", dilations.size(),
                             " and ", pads.size());
  auto isPositive = [](int64_t value) { return value > 0; };
  if (!llvm::all_of(strides, isPositive) || !llvm::all_of(dilations, isPositive))
    return emitOptionalError(location, "a stride or dilation is not positive");
  if (llvm::any_of(pads, [](int64_t pad) { return pad < 0; }))
    return emitOptionalError(location, "a pad is negative");
  return success();
}

/// An axis of a window's output that is never positive, as far as constants tell.
static LogicalResult checkNotEmpty(OptionalLocation location, ArrayRef<AffineExpr> counts,
                                   RankedTensorType x) {
  for (AffineExpr count : counts)
    if (auto constant = dyn_cast<AffineConstantExpr>(count))
      if (constant.getValue() <= 0)
        return emitOptionalError(location, "the window does not fit the padded input ",
                                 describe(x));
  return success();
}

/// Puts [n, channels, spatial…] into the layout's order.
static RankedTensorType getImageType(AffineExpr batch, AffineExpr channels,
                                     ArrayRef<AffineExpr> spatial, Layout layout, Type element) {
  Extents extents = {batch};
  if (layout == Layout::ChannelsFirst)
    extents.push_back(channels);
  llvm::append_range(extents, spatial);
  if (layout == Layout::ChannelsLast)
    extents.push_back(channels);
  return onnxcc::getTensorType(extents, element);
}

static int64_t getSpatialStart(Layout layout) { return layout == Layout::ChannelsFirst ? 2 : 1; }
static int64_t getChannelAxis(Layout layout, int64_t rank) {
  return layout == Layout::ChannelsFirst ? 1 : rank - 1;
}

/// c1, c2, c5 and c7 of conv and conv_transpose.
static LogicalResult checkConv(OptionalLocation location, RankedTensorType x,
                               RankedTensorType filter, ArrayRef<int64_t> strides,
                               ArrayRef<int64_t> dilations, ArrayRef<int64_t> pads,
                               int64_t groups) {
  if (x.getRank() < 3) // conv_c1
    return emitOptionalError(location, "wants an input with a spatial axis, has ", describe(x));
  if (filter.getRank() != x.getRank()) // conv_c2
    return emitOptionalError(location, "the filter's rank is not the input's: ", describe(filter),
                             " for ", describe(x));
  for (int64_t extent : filter.getShape().drop_front(2))
    if (extent <= 0)
      return emitOptionalError(location,
                               "the filter's window is empty or not static: ", describe(filter));
  if (failed(checkWindow(location, x.getRank() - 2, strides, dilations, pads))) // conv_c5
    return failure();
  if (groups < 1) // conv_c4
    return emitOptionalError(location, "the number of groups is not positive: ", groups);
  if (x.getElementType() != filter.getElementType()) // conv_c7
    return emitOptionalError(location, "element types differ: ", x.getElementType(), " and ",
                             filter.getElementType());
  return success();
}

LogicalResult onnxcc::graph::inferConv(OptionalLocation location, RankedTensorType x,
                                       RankedTensorType filter, ArrayRef<int64_t> strides,
                                       ArrayRef<int64_t> dilations, ArrayRef<int64_t> pads,
                                       int64_t groups, Layout layout, RankedTensorType &result) {
  if (failed(checkConv(location, x, filter, strides, dilations, pads, groups)))
    return failure();
  Extents extents = getExtents(x), window = getExtents(filter);
  AffineExpr channels = extents[getChannelAxis(layout, x.getRank())];
  if (!areEqual(channels, window[1] * groups)) // conv_c3
    return emitOptionalError(location, "the filter ", describe(filter), " with ", groups,
                             groups == 1 ? " group" : " groups", " does not match the channels of ",
                             describe(x));
  if (!areEqual(window[0] % groups, getAffineConstantExpr(0, x.getContext()))) // conv_c4
    return emitOptionalError(location, "the filter's ", formatExtents(window[0]),
                             " output channels do not divide into ", groups, " groups");
  Extents counts;
  size_t spatial = strides.size();
  for (size_t k = 0; k < spatial; ++k)
    counts.push_back(getWindowCount(extents[getSpatialStart(layout) + k], filter.getDimSize(2 + k),
                                    strides[k], dilations[k], pads[k] + pads[spatial + k]));
  if (failed(checkNotEmpty(location, counts, x))) // conv_c6
    return failure();
  result = getImageType(extents[0], window[0], counts, layout, x.getElementType());
  return success();
}

LogicalResult onnxcc::graph::inferConvTranspose(OptionalLocation location, RankedTensorType x,
                                                RankedTensorType filter, ArrayRef<int64_t> strides,
                                                ArrayRef<int64_t> dilations, ArrayRef<int64_t> pads,
                                                ArrayRef<int64_t> outputPads, int64_t groups,
                                                Layout layout, RankedTensorType &result) {
  if (failed(checkConv(location, x, filter, strides, dilations, pads, groups)))
    return failure();
  size_t spatial = strides.size();
  if (outputPads.size() != spatial ||
      llvm::any_of(outputPads, [](int64_t pad) { return pad < 0; })) // conv_transpose_c8
    return emitOptionalError(location, "wants ", spatial, " output pads that are not negative");
  Extents extents = getExtents(x), window = getExtents(filter);
  AffineExpr channels = extents[getChannelAxis(layout, x.getRank())];
  if (!areEqual(channels, window[0])) // conv_transpose_c3
    return emitOptionalError(location, "the filter ", describe(filter),
                             " does not match the channels of ", describe(x));
  if (!areEqual(channels % groups, getAffineConstantExpr(0, x.getContext()))) // conv_transpose_c4
    return emitOptionalError(location, "the input's ", formatExtents(channels),
                             " channels do not divide into ", groups, " groups");
  Extents counts;
  for (size_t k = 0; k < spatial; ++k)
    counts.push_back((extents[getSpatialStart(layout) + k] - 1) * strides[k] +
                     (outputPads[k] + dilations[k] * (filter.getDimSize(2 + k) - 1) + 1 - pads[k] -
                      pads[spatial + k]));
  if (failed(checkNotEmpty(location, counts, x))) // conv_transpose_c6
    return failure();
  result = getImageType(extents[0], window[1] * groups, counts, layout, x.getElementType());
  return success();
}

LogicalResult onnxcc::graph::inferPool(OptionalLocation location, RankedTensorType x,
                                       ReduceKind kind, ArrayRef<int64_t> window,
                                       ArrayRef<int64_t> strides, ArrayRef<int64_t> dilations,
                                       ArrayRef<int64_t> pads, Layout layout,
                                       RankedTensorType &result) {
  if (x.getRank() < 3) // pool_c1
    return emitOptionalError(location, "wants an input with a spatial axis, has ", describe(x));
  size_t spatial = x.getRank() - 2;
  if (window.size() != spatial ||
      llvm::any_of(window, [](int64_t extent) { return extent < 1; })) // pool_c2
    return emitOptionalError(location, "wants a window of ", spatial, " positive extents");
  if (failed(checkWindow(location, spatial, strides, dilations, pads))) // pool_c2
    return failure();
  if (kind != ReduceKind::Max && kind != ReduceKind::Mean && kind != ReduceKind::Sum) // pool_c3
    return emitOptionalError(location, "pools by max, mean or sum, not by ",
                             stringifyReduceKind(kind));
  Extents extents = getExtents(x), counts;
  for (size_t k = 0; k < spatial; ++k)
    counts.push_back(getWindowCount(extents[getSpatialStart(layout) + k], window[k], strides[k],
                                    dilations[k], pads[k] + pads[spatial + k]));
  if (failed(checkNotEmpty(location, counts, x))) // pool_c4
    return failure();
  result = getImageType(extents[0], extents[getChannelAxis(layout, x.getRank())], counts, layout,
                        x.getElementType());
  return success();
}

/// conv_c6, conv_transpose_c6 and pool_c4 for dynamic dims: extents grow with the symbols, so the
/// least values decide.
static LogicalResult verifyNotEmpty(Operation *op, Layout layout) {
  SmallVector<int64_t> least;
  for (SymbolAttr symbol : getSymbols(op))
    least.push_back(symbol.getMin());
  auto result = cast<RankedTensorType>(op->getResult(0).getType());
  auto x = cast<RankedTensorType>(op->getOperand(0).getType());
  Extents extents = getExtents(result);
  for (int64_t axis = getSpatialStart(layout), end = axis + result.getRank() - 2; axis < end;
       ++axis)
    if (std::optional<int64_t> extent = onnxcc::evaluate(extents[axis], least);
        extent && *extent <= 0)
      return op->emitOpError() << "the window does not fit the padded input " << describe(x)
                               << " at the least dims";
  return success();
}
LogicalResult ConvOp::verify() { return verifyNotEmpty(*this, getLayout()); }
LogicalResult ConvTransposeOp::verify() { return verifyNotEmpty(*this, getLayout()); }
LogicalResult PoolOp::verify() { return verifyNotEmpty(*this, getLayout()); }
