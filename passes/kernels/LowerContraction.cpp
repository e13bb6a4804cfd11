// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Convolutions and matrix products become contractions.
#include "dialects/support/ConstantData.h"
#include "passes/kernels/Lowering.h"

using namespace mlir;

namespace onnxcc::kernels {

/// An image's axes in its layout.
Image::Image(Lowering &lowering, Value x, Value result, graph::Layout layout)
    : lowering(lowering), extents(extentsOf(x)), resultExtents(extentsOf(result)) {
  unsigned rank = extents.size();
  bool last = layout == graph::Layout::ChannelsLast;
  channel = last ? rank - 1 : 1;
  firstSpatial = last ? 1 : 2;
  spatial = rank - 2;
  tensor = lowering.factorTensor(x);
  element = lowering.factor(x).element;
}

SmallVector<AffineExpr> Image::point(AffineExpr batch, ArrayRef<AffineExpr> place,
                                     AffineExpr channelIndex) const {
  SmallVector<AffineExpr> indices(spatial + 2);
  indices[0] = batch;
  indices[channel] = channelIndex;
  for (unsigned k = 0; k < spatial; ++k)
    indices[firstSpatial + k] = place[k];
  return indices;
}

namespace {

/// A convolution of `image` by `filter`, read at (output channel, channel in group, window).
struct ConvShape {
  SmallVector<int64_t> strides, dilations, offsets; // offsets: -padding before
  SmallVector<int64_t> spread = {}; // places from a pixel to the next, between which is nothing
  int64_t groups;
  Extents window;
  AffineExpr groupIn, groupOut; // channels of a group
};
using FilterPoint = llvm::function_ref<SmallVector<AffineExpr>(
    AffineExpr group, AffineExpr out, AffineExpr in, ArrayRef<AffineExpr> window)>;

Value buildConv(Lowering &lowering, Operation *op, const Image &image, Lowering::Input filter,
                const ConvShape &shape, FilterPoint filterPoint) {
  unsigned spatial = image.spatial;
  bool depthwise = shape.groups > 1 && shape.groupIn == 1 && shape.groupOut == 1;
  bool grouped = shape.groups > 1 && !depthwise;

  // (n, spatial…, [g], co, window…, [ci])
  Lowering::Contraction contraction;
  Extents &domain = contraction.domain;
  auto add = [&](AffineExpr extent) {
    domain.push_back(extent);
    return lowering.dim(domain.size() - 1);
  };
  AffineExpr zero = lowering.number(0);
  AffineExpr n = add(image.extents[0]), group = zero, in = zero;
  SmallVector<AffineExpr> place, window, read;
  for (unsigned k = 0; k < spatial; ++k)
    place.push_back(add(image.resultExtents[image.firstSpatial + k]));
  if (grouped || depthwise)
    group = add(lowering.number(shape.groups));
  AffineExpr out = depthwise ? zero : add(shape.groupOut);
  for (unsigned k = 0; k < spatial; ++k)
    window.push_back(add(shape.window[k]));
  if (!depthwise)
    in = add(shape.groupIn);

  for (unsigned k = 0; k < spatial; ++k) {
    AffineExpr at = place[k] * shape.strides[k] + window[k] * shape.dilations[k] + shape.offsets[k];
    if (!shape.spread.empty() && shape.spread[k] != 1) {
      // Places between pixels are outside of the image, whatever the window adds.
      AffineExpr outside =
          image.extents[image.firstSpatial + k] + shape.window[k] * shape.dilations[k];
      at = at.floorDiv(shape.spread[k]) + at % shape.spread[k] * outside;
    }
    read.push_back(at);
  }
  unsigned dims = domain.size();
  Lowering::Input x{{image.tensor, lowering.identity(spatial + 2)}, image.element};
  contraction.factors = {lowering.readAt(x, dims, image.point(n, read, group * shape.groupIn + in)),
                         lowering.readAt(filter, dims, filterPoint(group, out, in, window))};
  contraction.output = AffineMap::get(dims, 0, image.point(n, place, group * shape.groupOut + out),
                                      lowering.context());
  contraction.extents = image.resultExtents;
  contraction.element = elementOf(op->getResult(0));
  return lowering.contract(op->getLoc(), contraction);
}

} // namespace

LogicalResult lowerConv(Lowering &lowering, graph::ConvOp op) {
  Image image(lowering, op.getX(), op.getResult(), op.getLayout());
  Extents filterExtents = extentsOf(op.getFilter());
  Lowering::Input filter = lowering.factor(op.getFilter());
  ConvShape shape;
  llvm::append_range(shape.strides, op.getStrides());
  llvm::append_range(shape.dilations, op.getDilations());
  for (int64_t pad : op.getPads().take_front(image.spatial))
    shape.offsets.push_back(-pad);
  shape.groups = op.getGroups();
  shape.window.assign(filterExtents.begin() + 2, filterExtents.end());
  shape.groupIn = filterExtents[1];
  shape.groupOut = filterExtents[0].floorDiv(shape.groups);
  Value result =
      buildConv(lowering, op, image, filter, shape,
                [&](AffineExpr group, AffineExpr out, AffineExpr in, ArrayRef<AffineExpr> window) {
                  SmallVector<AffineExpr> point{group * shape.groupOut + out, in};
                  llvm::append_range(point, window);
                  return point;
                });
  lowering.define(op.getResult(), result);
  return success();
}

LogicalResult lowerConvTranspose(Lowering &lowering, graph::ConvTransposeOp op) {
  // A convolution of the image with zeros put between its pixels, by the mirrored filter.
  Location loc = op.getLoc();
  Image image(lowering, op.getX(), op.getResult(), op.getLayout());
  Extents filterExtents = extentsOf(op.getFilter());
  Lowering::Input filter = lowering.factor(op.getFilter());
  ArrayRef<int64_t> strides = op.getStrides();
  ConvShape shape;
  shape.strides.assign(image.spatial, 1);
  llvm::append_range(shape.dilations, op.getDilations());
  shape.window.assign(filterExtents.begin() + 2, filterExtents.end());
  for (unsigned k = 0; k < image.spatial; ++k) {
    auto window = cast<AffineConstantExpr>(shape.window[k]); // the op's verifier has looked
    shape.offsets.push_back(op.getPads()[k] - (window.getValue() - 1) * shape.dilations[k]);
  }
  shape.groups = op.getGroups();
  shape.groupIn = filterExtents[0].floorDiv(shape.groups);
  shape.groupOut = filterExtents[1];

  bool isSpread = llvm::any_of(strides, [](int64_t stride) { return stride != 1; });
  ElementsAttr constant = lowering.constant(op.getFilter());
  // Zeros between pixels let templates compute it; times an infinite weight they would be NaN.
  if (isSpread && !(constant && isFinite(constant))) {
    llvm::append_range(shape.spread, strides);
  } else if (isSpread) {
    Extents stuffed = image.extents, starts(image.extents.size(), lowering.number(0));
    SmallVector<int64_t> steps(image.extents.size(), 1);
    for (unsigned k = 0; k < image.spatial; ++k) {
      AffineExpr &extent = stuffed[image.firstSpatial + k];
      extent = (extent - 1) * strides[k] + 1;
      steps[image.firstSpatial + k] = strides[k];
    }
    Value zeros = lowering.fill(loc, stuffed, image.element,
                                lowering.builder.getZeroAttr(graph::getScalarType(image.element)));
    image.tensor = lowering.insert(loc, image.tensor, zeros, starts, image.extents, steps);
    image.extents = stuffed;
  }
  Value result =
      buildConv(lowering, op, image, filter, shape,
                [&](AffineExpr group, AffineExpr out, AffineExpr in, ArrayRef<AffineExpr> window) {
                  SmallVector<AffineExpr> point{group * shape.groupIn + in, out};
                  for (auto [k, index] : llvm::enumerate(window))
                    point.push_back(shape.window[k] - 1 - index);
                  return point;
                });
  lowering.define(op.getResult(), result);
  return success();
}

LogicalResult lowerMatMul(Lowering &lowering, graph::MatMulOp op) {
  Extents lhs = extentsOf(op.getLhs()), extents = extentsOf(op.getResult());
  Lowering::Input left = lowering.factor(op.getLhs()), right = lowering.factor(op.getRhs());
  unsigned rank = extents.size();
  Lowering::Contraction contraction;
  contraction.domain = extents;
  contraction.domain.push_back(lhs[rank - 1]);
  SmallVector<AffineExpr> batch;
  for (unsigned k = 0; k + 2 < rank; ++k)
    batch.push_back(lowering.dim(k));
  AffineExpr row = lowering.dim(rank - 2), column = lowering.dim(rank - 1),
             depth = lowering.dim(rank);
  auto at = [&](AffineExpr i, AffineExpr j) {
    SmallVector<AffineExpr> point(batch);
    point.push_back(i);
    point.push_back(j);
    return point;
  };
  contraction.factors = {lowering.readAt(left, rank + 1, at(row, depth)),
                         lowering.readAt(right, rank + 1, at(depth, column))};
  contraction.output = AffineMap::get(rank + 1, 0, at(row, column), lowering.context());
  contraction.extents = extents;
  contraction.element = elementOf(op.getResult());
  lowering.define(op.getResult(), lowering.contract(op.getLoc(), contraction));
  return success();
}

} // namespace onnxcc::kernels
