// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What all inference functions share, and those of elementwise ops: see Inference.h.
#include "dialects/graph/Inference.h"

#include "mlir/IR/BuiltinAttributes.h"

using namespace mlir;

namespace onnxcc::graph {

LogicalResult getTensorTypes(OptionalLocation location, TypeRange types,
                             SmallVectorImpl<RankedTensorType> &tensors) {
  for (Type type : types) {
    auto tensor = cast<RankedTensorType>(type); // as the operands' constraint says
    auto map = dyn_cast_or_null<AffineMapAttr>(tensor.getEncoding());
    bool described = map && map.getValue().getNumResults() == size_t(tensor.getRank()) &&
                     getTensorType(getExtents(tensor), tensor.getElementType()) == tensor;
    if (tensor.hasStaticShape() ? bool(tensor.getEncoding()) : !described) // graph_c1
      return emitOptionalError(location, "extents are missing or wrong in ", type);
    tensors.push_back(tensor);
  }
  return success();
}

std::string describe(RankedTensorType type) {
  std::string text = "[";
  for (auto [axis, extent] : llvm::enumerate(getExtents(type)))
    text += (axis ? "," : "") + formatExtents(extent);
  return text + "]";
}

/// Whether `difference` is 0 at points where the usual divisions are exact. A stand-in for a proof
/// where the expressions have divisions that do not simplify, as in (s0*s1*12) floordiv s1.
static bool vanishesAtSamples(AffineExpr difference, unsigned symbols) {
  static constexpr int64_t factors[] = {1, 11, 2, 13, 5, 17, 3, 7};
  for (int64_t shift = 0; shift < 4; ++shift) {
    SmallVector<int64_t> values;
    for (unsigned k = 0; k < symbols; ++k)
      values.push_back(5040 * factors[(k * 3 + shift) % std::size(factors)]);
    if (evaluate(difference, values) != 0)
      return false;
  }
  return true;
}

bool areEqual(AffineExpr a, AffineExpr b) {
  if (a == b)
    return true;
  if (isa<AffineConstantExpr>(a) && isa<AffineConstantExpr>(b))
    return false;
  AffineExpr difference = a - b;
  unsigned symbols = getSymbolMap(difference, a.getContext()).getNumSymbols();
  AffineExpr simple = simplifyAffineExpr(difference, /*numDims=*/0, symbols);
  if (auto constant = dyn_cast<AffineConstantExpr>(simple))
    return constant.getValue() == 0;
  return vanishesAtSamples(difference, symbols);
}

FailureOr<Extents> inferBroadcastShape(ArrayRef<RankedTensorType> operands) {
  Extents shape;
  for (RankedTensorType operand : operands) {
    Extents extents = getExtents(operand);
    if (extents.size() > shape.size())
      shape.insert(shape.begin(), extents.size() - shape.size(),
                   getAffineConstantExpr(1, operand.getContext()));
    for (auto [mine, common] : llvm::zip(llvm::reverse(extents), llvm::reverse(shape))) {
      if (mine == 1)
        continue;
      if (common != 1 && !areEqual(mine, common))
        return failure();
      common = mine;
    }
  }
  return shape;
}

/// graph_c2, first half.
static LogicalResult checkShapes(OptionalLocation location, ArrayRef<RankedTensorType> operands) {
  for (RankedTensorType operand : operands.drop_front())
    if (operand.getShape() != operands[0].getShape() ||
        !llvm::all_of_zip(getExtents(operand), getExtents(operands[0]), areEqual))
      return emitOptionalError(location, "shapes differ: ", describe(operands[0]), " and ",
                               describe(operand));
  return success();
}

/// graph_c2, second half.
static LogicalResult checkElements(OptionalLocation location, ArrayRef<RankedTensorType> operands) {
  for (RankedTensorType operand : operands.drop_front())
    if (operand.getElementType() != operands[0].getElementType())
      return emitOptionalError(location, "element types differ: ", operands[0].getElementType(),
                               " and ", operand.getElementType());
  return success();
}

LogicalResult inferElementwise(OptionalLocation location, TypeRange operands,
                               SmallVectorImpl<Type> &types) {
  SmallVector<RankedTensorType> x;
  if (failed(getTensorTypes(location, operands, x)) || failed(checkShapes(location, x)) ||
      failed(checkElements(location, x)))
    return failure();
  types.push_back(x[0]);
  return success();
}

LogicalResult inferPredicate(OptionalLocation location, TypeRange operands,
                             SmallVectorImpl<Type> &types) {
  if (failed(inferElementwise(location, operands, types)))
    return failure();
  auto type = cast<RankedTensorType>(types.back());
  types.back() = withElementType(type, IntegerType::get(type.getContext(), 1));
  return success();
}

LogicalResult inferPow(OptionalLocation location, TypeRange operands,
                       SmallVectorImpl<Type> &types) {
  SmallVector<RankedTensorType> x;
  if (failed(getTensorTypes(location, operands, x)) || failed(checkShapes(location, x)))
    return failure();
  types.push_back(x[0]);
  return success();
}

LogicalResult inferSelect(OptionalLocation location, RankedTensorType condition, RankedTensorType x,
                          RankedTensorType y, RankedTensorType &result) {
  if (!condition.getElementType().isInteger(1)) // select_c1
    return emitOptionalError(location, "the condition's elements are ", condition.getElementType(),
                             ", not Boolean");
  if (failed(checkShapes(location, {condition, x, y})) ||
      failed(checkElements(location, {x, y}))) // select_c2
    return failure();
  result = x;
  return success();
}

LogicalResult inferCast(OptionalLocation location, RankedTensorType x, Type to,
                        RankedTensorType &result) {
  if (!isa<IntegerType, FloatType>(to)) // cast_c1
    return emitOptionalError(location, "cannot convert elements to ", to);
  result = withElementType(x, to);
  return success();
}

LogicalResult inferQuantize(OptionalLocation location, RankedTensorType x, RankedTensorType scale,
                            RankedTensorType zeroPoint, RankedTensorType &result) {
  Type element = x.getElementType();
  if (!(isa<FloatType>(element) || element.isInteger(32)) ||
      !isa<FloatType>(scale.getElementType())) // quantize_c1
    return emitOptionalError(location, "cannot quantize ", element, " with a scale of ",
                             scale.getElementType());
  Type to = zeroPoint.getElementType();
  bool isSmall = isa<IntegerType>(to) ? to.getIntOrFloatBitWidth() < 32 && !to.isInteger(1)
                                      : isa<FloatType>(to) && to.getIntOrFloatBitWidth() <= 8;
  if (!isSmall) // quantize_c2
    return emitOptionalError(location, "cannot quantize to ", to);
  if (failed(checkShapes(location, {x, scale, zeroPoint})))
    return failure();
  result = withElementType(x, to);
  return success();
}

LogicalResult inferRequantize(OptionalLocation location, RankedTensorType x, RankedTensorType scale,
                              RankedTensorType zeroPoint, RankedTensorType &result) {
  if (!x.getElementType().isSignlessInteger(32) || !scale.getElementType().isF32()) // requantize_c1
    return emitOptionalError(location, "cannot requantize ", x.getElementType(),
                             " with a scale of ", scale.getElementType());
  if (!isa<IntegerType>(zeroPoint.getElementType())) // requantize_c2
    return emitOptionalError(location, "cannot requantize to ", zeroPoint.getElementType());
  return inferQuantize(location, x, scale, zeroPoint, result);
}

LogicalResult inferDequantize(OptionalLocation location, RankedTensorType x, RankedTensorType scale,
                              RankedTensorType zeroPoint, RankedTensorType &result) {
  if (!isa<FloatType>(scale.getElementType())) // dequantize_c1
    return emitOptionalError(location, "the scale's elements are ", scale.getElementType(),
                             ", not floats");
  if (failed(checkElements(location, {x, zeroPoint})) || // dequantize_c2
      failed(checkShapes(location, {x, scale, zeroPoint})))
    return failure();
  result = withElementType(x, scale.getElementType());
  return success();
}

LogicalResult inferLookup(OptionalLocation location, RankedTensorType x, ElementsAttr table,
                          RankedTensorType &result) {
  if (!x.getElementType().isInteger(8)) // lookup_c1
    return emitOptionalError(location, "cannot look up by ", x.getElementType(),
                             ", only by integers of 8 bits");
  auto type = dyn_cast<RankedTensorType>(table.getType());
  if (!type || type.getShape() != ArrayRef<int64_t>{256}) // lookup_c2
    return emitOptionalError(location, "a table of ", table.getType(),
                             " has no entry for each of 256 codes");
  result = withElementType(x, type.getElementType());
  return success();
}

} // namespace onnxcc::graph
