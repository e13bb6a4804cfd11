// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What type an op's result has, as free functions: builders, verifiers and the lowering from ONNX
// share them. Each checks the op's numbered constraints; with a location it says in the model's
// terms what is wrong.
#ifndef ONNXCC_DIALECTS_GRAPH_INFERENCE_H
#define ONNXCC_DIALECTS_GRAPH_INFERENCE_H

#include "dialects/graph/GraphEnums.h.inc"
#include "dialects/support/Extents.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Location.h"
#include "mlir/IR/TypeRange.h"

namespace onnxcc::graph {

using OptionalLocation = std::optional<mlir::Location>;
using llvm::ArrayRef;
using mlir::AffineMap;
using mlir::LogicalResult;
using mlir::RankedTensorType;
using mlir::Type;

/// The types as ranked tensors that satisfy graph_c1.
LogicalResult getTensorTypes(OptionalLocation location, mlir::TypeRange types,
                             llvm::SmallVectorImpl<RankedTensorType> &tensors);

/// "[1,3,s0]": a type's extents in diagnostics.
std::string describe(RankedTensorType type);

/// Whether two extents are equal for all values of the symbols, as far as that can be proven.
bool areEqual(mlir::AffineExpr a, mlir::AffineExpr b);

/// The common shape of numpy's broadcasting. It fails where extents differ and neither is 1.
mlir::FailureOr<Extents> inferBroadcastShape(ArrayRef<RankedTensorType> operands);

/// The number of windows along an axis: (extent + padding - reach) / stride + 1, where the window
/// reaches over (window - 1) * dilation + 1 elements.
mlir::AffineExpr getWindowCount(mlir::AffineExpr extent, int64_t window, int64_t stride,
                                int64_t dilation, int64_t padding);

// Elementwise ops.
LogicalResult inferElementwise(OptionalLocation location, mlir::TypeRange operands,
                               llvm::SmallVectorImpl<Type> &types);
LogicalResult inferPredicate(OptionalLocation location, mlir::TypeRange operands,
                             llvm::SmallVectorImpl<Type> &types);
LogicalResult inferPow(OptionalLocation location, mlir::TypeRange operands,
                       llvm::SmallVectorImpl<Type> &types);
LogicalResult inferSelect(OptionalLocation location, RankedTensorType condition, RankedTensorType x,
                          RankedTensorType y, RankedTensorType &result);
LogicalResult inferCast(OptionalLocation location, RankedTensorType x, Type to,
                        RankedTensorType &result);
LogicalResult inferQuantize(OptionalLocation location, RankedTensorType x, RankedTensorType scale,
                            RankedTensorType zeroPoint, RankedTensorType &result);
LogicalResult inferRequantize(OptionalLocation location, RankedTensorType x, RankedTensorType scale,
                              RankedTensorType zeroPoint, RankedTensorType &result);
LogicalResult inferDequantize(OptionalLocation location, RankedTensorType x, RankedTensorType scale,
                              RankedTensorType zeroPoint, RankedTensorType &result);
LogicalResult inferLookup(OptionalLocation location, RankedTensorType x, mlir::ElementsAttr table,
                          RankedTensorType &result);

// Contractions.
LogicalResult inferMatMul(OptionalLocation location, RankedTensorType lhs, RankedTensorType rhs,
                          RankedTensorType &result);
/// `operands` are the queries, keys and values, perhaps a mask.
LogicalResult inferAttention(OptionalLocation location, ArrayRef<RankedTensorType> operands,
                             size_t fills, RankedTensorType &result);
LogicalResult inferConv(OptionalLocation location, RankedTensorType x, RankedTensorType filter,
                        ArrayRef<int64_t> strides, ArrayRef<int64_t> dilations,
                        ArrayRef<int64_t> pads, int64_t groups, Layout layout,
                        RankedTensorType &result);
LogicalResult inferConvTranspose(OptionalLocation location, RankedTensorType x,
                                 RankedTensorType filter, ArrayRef<int64_t> strides,
                                 ArrayRef<int64_t> dilations, ArrayRef<int64_t> pads,
                                 ArrayRef<int64_t> outputPads, int64_t groups, Layout layout,
                                 RankedTensorType &result);
LogicalResult inferPool(OptionalLocation location, RankedTensorType x, ReduceKind kind,
                        ArrayRef<int64_t> window, ArrayRef<int64_t> strides,
                        ArrayRef<int64_t> dilations, ArrayRef<int64_t> pads, Layout layout,
                        RankedTensorType &result);

// Reductions and normalisations.
LogicalResult inferReduce(OptionalLocation location, RankedTensorType x, ArrayRef<int64_t> axes,
                          RankedTensorType &result);
LogicalResult inferArgReduce(OptionalLocation location, RankedTensorType x, ReduceKind kind,
                             int64_t axis, RankedTensorType &result);
LogicalResult inferCumulate(OptionalLocation location, RankedTensorType x, ReduceKind kind,
                            int64_t axis, RankedTensorType &result);
LogicalResult inferAxis(OptionalLocation location, RankedTensorType x, int64_t axis,
                        RankedTensorType &result);
LogicalResult inferBatchNorm(OptionalLocation location, ArrayRef<RankedTensorType> operands,
                             Layout layout, RankedTensorType &result);

// Movement and indexing.
LogicalResult inferTranspose(OptionalLocation location, RankedTensorType x,
                             ArrayRef<int64_t> permutation, RankedTensorType &result);
LogicalResult inferReshape(OptionalLocation location, RankedTensorType x, AffineMap shape,
                           RankedTensorType &result);
LogicalResult inferBroadcast(OptionalLocation location, RankedTensorType x, AffineMap shape,
                             RankedTensorType &result);
/// Where the elements of x broadcast to `shape` are in x.
AffineMap getBroadcastPlaces(RankedTensorType x, AffineMap shape);
LogicalResult inferUnfold(OptionalLocation location, RankedTensorType x, int64_t axis, int64_t size,
                          int64_t step, RankedTensorType &result);
AffineMap getUnfoldPlaces(RankedTensorType x, int64_t axis, int64_t step);
LogicalResult inferRepeat(OptionalLocation location, RankedTensorType x, int64_t axis, int64_t size,
                          AffineMap extent, RankedTensorType &result);
LogicalResult inferConcat(OptionalLocation location, ArrayRef<RankedTensorType> inputs,
                          int64_t axis, RankedTensorType &result);
LogicalResult inferSlice(OptionalLocation location, RankedTensorType x, AffineMap starts,
                         AffineMap sizes, ArrayRef<int64_t> steps, RankedTensorType &result);
LogicalResult inferPad(OptionalLocation location, RankedTensorType x, RankedTensorType value,
                       PadMode mode, ArrayRef<int64_t> low, ArrayRef<int64_t> high,
                       RankedTensorType &result);
LogicalResult inferGather(OptionalLocation location, RankedTensorType x, RankedTensorType indices,
                          int64_t axis, RankedTensorType &result);
LogicalResult inferGatherElements(OptionalLocation location, RankedTensorType x,
                                  RankedTensorType indices, int64_t axis, RankedTensorType &result);

LogicalResult inferScatterElements(OptionalLocation location, RankedTensorType x,
                                   RankedTensorType indices, RankedTensorType updates, int64_t axis,
                                   RankedTensorType &result);
LogicalResult inferScatterNd(OptionalLocation location, RankedTensorType x,
                             RankedTensorType indices, RankedTensorType updates,
                             RankedTensorType &result);
LogicalResult inferPlaces(OptionalLocation location, RankedTensorType x, int64_t symbol,
                          RankedTensorType &result);
LogicalResult inferTopK(OptionalLocation location, RankedTensorType x, int64_t k, int64_t axis,
                        RankedTensorType &values, RankedTensorType &indices);

// Values known from the dims.
LogicalResult inferExtents(OptionalLocation location, AffineMap values, Type tensorType,
                           RankedTensorType &result);
LogicalResult inferIota(OptionalLocation location, AffineMap extent, Type element,
                        RankedTensorType &result);

} // namespace onnxcc::graph

#endif // ONNXCC_DIALECTS_GRAPH_INFERENCE_H
