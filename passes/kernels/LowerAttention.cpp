// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Attention becomes one launch, whose region makes scores of products.
#include "passes/kernels/Lowering.h"

using namespace mlir;
using onnxcc::graph::Scalar;

namespace onnxcc::kernels {

/// The value where it lies if its places are no more than its indices, in any order; else a copy.
static Lowering::Input getFactor(Lowering &lowering, Value graphValue) {
  Lowering::Input input = lowering.factor(graphValue);
  if (input.access.source && input.access.map.isProjectedPermutation(/*allowZeroInResults=*/true) &&
      cast<RankedTensorType>(input.access.source.getType()).getRank() == 4)
    return input;
  return {{lowering.factorTensor(graphValue), lowering.identity(4)}, input.element};
}

/// The mask, read where it lies unless that is by other steps than the keys' or in no order.
static Lowering::Input getMask(Lowering &lowering, Value graphValue) {
  Lowering::Input input = lowering.input(graphValue);
  AffineMap map = input.access.map;
  bool isPlain = input.access.source && map.isProjectedPermutation(/*allowZeroInResults=*/true);
  // Keys are the last axis, which vectors run along, or have none.
  if (isPlain && map.isFunctionOfDim(3))
    isPlain = map.getResults().back() == lowering.dim(3);
  if (isPlain)
    return input;
  return {{lowering.tensor(graphValue), lowering.identity(4)}, input.element};
}

LogicalResult lowerAttention(Lowering &lowering, graph::AttentionOp op) {
  Location loc = op.getLoc();
  OpBuilder &builder = lowering.builder;
  Type f32 = builder.getF32Type(), element = elementOf(op.getResult());
  if (element.isF64())
    return op.emitOpError() << "has no kernel: it computes in f64";
  Extents q = extentsOf(op.getQ()), k = extentsOf(op.getK()), v = extentsOf(op.getV());
  // (n, h, m, e, t, d)
  Lowering::Attention attention;
  attention.domain = {q[0], q[1], q[2], v[3], k[2], q[3]};
  attention.guarded = op.getGuarded();
  attention.guardsHidden = op.getGuardsHidden();
  auto dim = [&](unsigned k) { return lowering.dim(k); };
  AffineExpr shared = dim(1);
  if (q[1] != k[1])
    if (auto heads = dyn_cast<AffineConstantExpr>(q[1]), of = dyn_cast<AffineConstantExpr>(k[1]);
        heads && of)
      shared = of.getValue() == 1 ? lowering.number(0)
                                  : dim(1).floorDiv(heads.getValue() / of.getValue());
  attention.inputs = {
      lowering.readAt(getFactor(lowering, op.getQ()), 6, {dim(0), dim(1), dim(2), dim(5)}),
      lowering.readAt(getFactor(lowering, op.getK()), 6, {dim(0), shared, dim(4), dim(5)}),
      lowering.readAt(getFactor(lowering, op.getV()), 6, {dim(0), shared, dim(4), dim(3)})};
  for (Value mask : op.getMasks())
    attention.inputs.push_back(
        lowering.readAt(getMask(lowering, mask), 6, {dim(0), dim(1), dim(2), dim(4)}));
  double scale = op.getScale().convertToDouble();
  Value result = lowering.attention(loc, attention, [&](ArrayRef<Scalar> scalars) {
    Scalar score = scale == 1 ? scalars[0] : scalars[0] * scale;
    ArrayRef<double> fills = op.getFills();
    for (Scalar mask : scalars.drop_front()) {
      if (!mask.isBool()) {
        score = score + graph::convert(mask, f32);
        continue;
      }
      score = select(mask, score, score.constant(fills.front()));
      fills = fills.drop_front();
    }
    return score;
  });
  Extents extents = extentsOf(op.getResult());
  if (element != f32)
    result =
        lowering.map(loc, extents, element, Lowering::Input{{result, lowering.identity(4)}, f32},
                     [&](ArrayRef<Scalar> x) { return graph::convert(x[0], element); });
  lowering.define(op.getResult(), result);
  return success();
}

} // namespace onnxcc::kernels
