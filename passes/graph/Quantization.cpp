// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Quantisation. Quantised operators become dequantise, op, quantise, in whatever form they were
// exported; what the phase `quantize` makes of such sandwiches is told in its README.
#include "dialects/graph/Tensor.h"
#include "passes/graph/Lowerings.h"
#include "passes/quantize/Parameters.h"

#include <cmath>

using namespace mlir;

namespace onnxcc {

Value spreadParameter(LoweringContext &c, Value parameter, Value x, int64_t axis,
                      int64_t blockSize) {
  if (!parameter || !x)
    return {};
  Extents extents = c.extentsOf(x);
  int64_t rank = extents.size(), parameterRank = c.rankOf(parameter);
  if (parameterRank == 0 || (parameterRank == 1 && c.extentsOf(parameter)[0] == c.number(1)))
    return c.broadcast(c.reshape(parameter, {}), extents);
  std::optional<int64_t> at = c.axis(axis, rank);
  if (!at)
    return {};
  if (blockSize > 0 && parameterRank == rank) {
    Extents blocks = c.extentsOf(parameter), expected = extents;
    expected[*at] = extents[*at].ceilDiv(blockSize);
    for (auto [axis, extent] : llvm::enumerate(blocks))
      if (c.symbols().isEqual(extent, expected[axis]) == false) {
        c.error() << "a scale or zero point of " << c.format(parameter) << " does not fit "
                  << c.format(x) << " in blocks of " << blockSize << " along axis " << *at
                  << ", which takes " << c.format(expected);
        return {};
      }
    return c.create<graph::RepeatOp>(parameter, *at, blockSize, c.map(extents[*at]));
  }
  if (parameterRank == rank)
    return c.broadcast(parameter, extents);
  if (parameterRank != 1) {
    c.error() << "a scale or zero point of " << c.format(parameter) << " fits no axis of "
              << c.format(x);
    return {};
  }
  if (c.symbols().isEqual(c.extentsOf(parameter)[0], extents[*at]) != true) {
    c.error() << "a scale or zero point of " << c.format(parameter) << " does not fit axis " << *at
              << " of " << c.format(x);
    return {};
  }
  return c.broadcast(c.alongAxis(parameter, *at, rank), extents);
}

/// Whether the elements of a scale that is known are what a scale can be.
static bool isScale(LoweringContext &c, Value scale) {
  auto constant = scale.getDefiningOp<graph::ConstantOp>();
  std::optional<graph::Tensor> tensor =
      constant ? graph::Tensor::get(constant.getValue()) : std::nullopt;
  if (!tensor)
    return true;
  for (auto [k, number] : llvm::enumerate(tensor->doubles()))
    if (!(number > 0) || std::isinf(number)) {
      c.error() << "has a scale of " << std::to_string(number) << " (element " << k
                << "): scales are positive, finite numbers";
      return false;
    }
  return true;
}

/// Whether a scale, and a zero point beside it, can be those of one value.
static bool areParameters(LoweringContext &c, Value scale, Value zeroPoint) {
  if (!isScale(c, scale))
    return false;
  if (!zeroPoint)
    return true;
  RankedTensorType scales = c.typeOf(scale), zeros = c.typeOf(zeroPoint);
  if (scales.hasStaticShape() && zeros.hasStaticShape() && zeros.getNumElements() != 1 &&
      scales.getNumElements() != zeros.getNumElements()) {
    c.error() << "has a scale of " << c.format(scale) << " and a zero point of "
              << c.format(zeroPoint) << ", which must be alike";
    return false;
  }
  return true;
}

Value buildDequantize(LoweringContext &c, Value x, Value scale, Value zeroPoint, int64_t axis,
                      int64_t blockSize) {
  if (!x || !scale || !areParameters(c, scale, zeroPoint))
    return {};
  if (blockSize < 0) {
    c.error() << "has blocks of " << blockSize << " elements";
    return {};
  }
  if (!zeroPoint)
    zeroPoint = c.scalar(c.elementOf(x), 0);
  return c.create<graph::DequantizeOp>(x, spreadParameter(c, scale, x, axis, blockSize),
                                       spreadParameter(c, zeroPoint, x, axis, blockSize));
}

Value buildQuantize(LoweringContext &c, Value x, Value scale, Value zeroPoint, Type type,
                    int64_t axis, int64_t blockSize) {
  if (!x || !scale || !areParameters(c, scale, zeroPoint))
    return {};
  if (!zeroPoint)
    zeroPoint = c.scalar(type ? type : IntegerType::get(c.context(), 8, IntegerType::Unsigned), 0);
  x = c.cast(x, c.elementOf(scale));
  return c.create<graph::QuantizeOp>(x, spreadParameter(c, scale, x, axis, blockSize),
                                     spreadParameter(c, zeroPoint, x, axis, blockSize));
}

static void lowerQuantizeLinear(LoweringContext &c) {
  Type type = c.elementType("output_dtype");
  if (!c.hasErrors())
    c.result(buildQuantize(c, c.input(0), c.input(1), c.input(2), type, c.integer("axis", 1),
                           c.integer("block_size")));
}

static void lowerDequantizeLinear(LoweringContext &c) {
  Type type = c.elementType("output_dtype");
  Value result = buildDequantize(c, c.input(0), c.input(1), c.input(2), c.integer("axis", 1),
                                 c.integer("block_size"));
  c.result(type && result ? c.cast(result, type) : result);
}

/// Quantized to a u8 range that covers x and 0, with its scale and zero point.
struct DynamicallyQuantized {
  Value codes;
  Term scale, zeroPoint;
};
static DynamicallyQuantized quantizeDynamically(LoweringContext &c, Term x) {
  SmallVector<int64_t> axes = llvm::to_vector(llvm::seq<int64_t>(0, c.rankOf(x)));
  Type u8 = IntegerType::get(c.context(), 8, IntegerType::Unsigned);
  Term low = minimum(x.reduce(graph::ReduceKind::Min, axes, false), 0);
  Term high = maximum(x.reduce(graph::ReduceKind::Max, axes, false), 0);
  Term scale = (high - low) / 255.0;
  Term zeroPoint = minimum(maximum(-low / scale, 0), 255).apply<graph::RoundOp>().cast(u8);
  return {buildQuantize(c, x, scale, zeroPoint), scale, zeroPoint};
}

static void lowerDynamicQuantizeLinear(LoweringContext &c) {
  DynamicallyQuantized x = quantizeDynamically(c, c.term(0));
  c.result(0, x.codes);
  c.result(1, x.scale);
  c.result(2, x.zeroPoint);
}

Value widenBytes(LoweringContext &c, Value x, Value zeroPoint, int64_t axis) {
  Type i32 = IntegerType::get(c.context(), 32);
  Term wide = c.term(c.cast(x, i32));
  if (!zeroPoint)
    return wide;
  if (c.rankOf(zeroPoint) == 1 && axis >= 0 && c.rankOf(x) > 1)
    zeroPoint = c.alongAxis(zeroPoint, axis, c.rankOf(x));
  return wide - c.term(c.cast(zeroPoint, i32));
}

/// Sums of products become bytes: `scale` is their unit in units of the result.
static void requantizeResult(LoweringContext &c, Value sums, Term scale, Value zeroPoint,
                             int64_t axis) {
  scale = scale.cast(Float32Type::get(c.context()));
  if (sums && scale)
    c.result(c.create<graph::RequantizeOp>(sums, spreadParameter(c, scale, sums, axis, 0),
                                           spreadParameter(c, zeroPoint, sums, axis, 0)));
}

/// x, its scale and its zero point are three inputs from `i` on.
static Value dequantizeInput(LoweringContext &c, unsigned i, int64_t axis = 1) {
  return buildDequantize(c, c.input(i), c.input(i + 1), c.input(i + 2), axis);
}

static void quantizeResult(LoweringContext &c, Value result, unsigned scale) {
  c.result(buildQuantize(c, result, c.input(scale), c.input(scale + 1),
                         result ? c.elementOf(c.input(0)) : Type()));
}

/// Whether sums of so many products of bytes fit 32 bits; the dims may leave their number open.
static bool fitsSums(AffineExpr products) {
  auto known = dyn_cast<AffineConstantExpr>(products);
  return known && fitsSums(known.getValue());
}

/// The bias is i32 in units of the scales' product.
static void lowerQLinearConv(LoweringContext &c) {
  for (unsigned scale : {1, 4, 6})
    if (!areParameters(c, c.input(scale), c.input(scale + 1)))
      return;
  Extents filter = c.extentsOf(c.input(3));
  if (filter.size() > 1 && !fitsSums(getProduct(ArrayRef(filter).drop_front(), c.context()))) {
    Value bias = c.input(8);
    if (bias)
      bias = buildDequantize(c, bias, c.term(1) * c.term(4), nullptr, 0);
    return quantizeResult(c, buildConv(c, dequantizeInput(c, 0), dequantizeInput(c, 3, 0), bias),
                          6);
  }
  Value sums = buildConv(c, widenBytes(c, c.input(0), c.input(2), 1),
                         widenBytes(c, c.input(3), c.input(5), 0), c.input(8));
  requantizeResult(c, sums, c.term(1) * c.term(4) / c.term(6), c.input(7), 1);
}

/// Scales of the left are one or one a row, of the right one or one a column.
static void lowerQLinearMatMul(LoweringContext &c) {
  for (unsigned scale : {1, 4, 6})
    if (!areParameters(c, c.input(scale), c.input(scale + 1)))
      return;
  int64_t row = c.rankOf(c.input(0)) - 2, column = c.rankOf(c.input(3)) - 1;
  if (row >= -1 && !fitsSums(c.extentsOf(c.input(0)).back())) {
    Value lhs = dequantizeInput(c, 0, std::max<int64_t>(row, 0));
    return quantizeResult(c, buildMatMul(c, lhs, dequantizeInput(c, 3, column)), 6);
  }
  Value sums = buildMatMul(c, widenBytes(c, c.input(0), c.input(2), row),
                           widenBytes(c, c.input(3), c.input(5), column));
  if (!sums)
    return;
  int64_t rank = c.rankOf(sums);
  Term left = c.term(1), right = c.term(4);
  bool isRows = left && c.typeOf(left).getNumElements() != 1;
  if (isRows) // one a row times one a column
    left = c.term(c.alongAxis(left, std::max<int64_t>(rank - 2, 0), rank));
  if (isRows && c.rankOf(right) == 1)
    right = c.term(c.alongAxis(right, rank - 1, rank));
  requantizeResult(c, sums, left * right / c.term(6), c.input(7), rank - 1);
}

// com.microsoft's quantised operators, which ONNX Runtime writes.

template <class Op> static void lowerQLinearBinary(LoweringContext &c) {
  quantizeResult(c, c.term(dequantizeInput(c, 0)).apply<Op>(dequantizeInput(c, 3)), 6);
}

static void lowerQLinearUnary(LoweringContext &c, StringRef op,
                              ArrayRef<std::pair<StringRef, double>> reals = {}) {
  Builder builder(c.context());
  SmallVector<NamedAttribute> attributes;
  for (auto [name, fallback] : reals)
    attributes.push_back(
        builder.getNamedAttr(name, builder.getF64FloatAttr(c.real(name, fallback))));
  quantizeResult(c, c.create(op, dequantizeInput(c, 0), attributes), 3);
}

static void lowerQLinearSoftmax(LoweringContext &c) {
  Extents extents = c.extentsOf(c.input(0));
  std::optional<int64_t> axis = c.axis(c.integer("axis", -1), extents.size());
  if (!axis)
    return;
  Value x = dequantizeInput(c, 0);
  if (!x || c.integer("opset", 13) >= 13 || *axis + 1 == static_cast<int64_t>(extents.size()))
    return quantizeResult(c, x ? c.create<graph::SoftmaxOp>(x, *axis) : x, 3);
  // Before opset 13, all axes from `axis` on were one.
  Extents flat(extents.begin(), extents.begin() + *axis);
  flat.push_back(getProduct(ArrayRef(extents).drop_front(*axis), c.context()));
  quantizeResult(c, c.reshape(c.create<graph::SoftmaxOp>(c.reshape(x, flat), *axis), extents), 3);
}

static Value lastChannelsToFirst(LoweringContext &c, Value x, bool isLast) {
  if (!x || !isLast)
    return x;
  SmallVector<int64_t> permutation{0, c.rankOf(x) - 1};
  for (int64_t i = 1; i + 1 < c.rankOf(x); ++i)
    permutation.push_back(i);
  return c.transpose(x, permutation);
}

static Value firstChannelsToLast(LoweringContext &c, Value x, bool isLast) {
  if (!x || !isLast)
    return x;
  SmallVector<int64_t> permutation{0};
  for (int64_t i = 2; i < c.rankOf(x); ++i)
    permutation.push_back(i);
  permutation.push_back(1);
  return c.transpose(x, permutation);
}

static void lowerQLinearAveragePool(LoweringContext &c) {
  bool isLast = c.integer("channels_last") != 0;
  Value x = lastChannelsToFirst(c, dequantizeInput(c, 0), isLast);
  quantizeResult(c, firstChannelsToLast(c, buildPool(c, x, graph::ReduceKind::Mean), isLast), 3);
}

static void lowerQLinearGlobalAveragePool(LoweringContext &c) {
  bool isLast = c.integer("channels_last") != 0;
  int64_t rank = c.rankOf(c.input(0));
  SmallVector<int64_t> axes =
      llvm::to_vector(isLast ? llvm::seq<int64_t>(1, rank - 1) : llvm::seq<int64_t>(2, rank));
  quantizeResult(
      c, c.reduce(dequantizeInput(c, 0), graph::ReduceKind::Mean, axes, /*keepDims=*/true), 3);
}

static void lowerQLinearReduceMean(LoweringContext &c) {
  int64_t rank = c.rankOf(c.input(0));
  SmallVector<int64_t> axes;
  for (int64_t axis : c.integerList("axes").value_or(llvm::to_vector(llvm::seq<int64_t>(0, rank))))
    if (std::optional<int64_t> known = c.axis(axis, rank))
      axes.push_back(*known);
    else
      return;
  quantizeResult(
      c,
      c.reduce(dequantizeInput(c, 0), graph::ReduceKind::Mean, axes, c.integer("keepdims", 1) != 0),
      3);
}

/// A condition, then x and y with their scales and zero points, then the result's.
static void lowerQLinearWhere(LoweringContext &c) {
  Value x = dequantizeInput(c, 1), y = dequantizeInput(c, 4);
  if (x && y)
    c.result(
        buildQuantize(c, c.term(0).select(x, y), c.input(7), c.input(8), c.elementOf(c.input(1))));
}

/// The result's scale and zero point come first, then each input with its own.
static void lowerQLinearConcat(LoweringContext &c) {
  SmallVector<Value> parts;
  for (unsigned i = 2; i + 2 < c.numInputs(); i += 3)
    parts.push_back(dequantizeInput(c, i));
  if (parts.empty() || llvm::is_contained(parts, Value()))
    return;
  if (std::optional<int64_t> axis = c.axis(c.integer("axis"), c.rankOf(parts[0])))
    c.result(
        buildQuantize(c, c.concat(parts, *axis), c.input(0), c.input(1), c.elementOf(c.input(2))));
}

/// a, quantized as it comes, times b in integers, times the scales, plus a bias.
static void lowerDynamicQuantizeMatMul(LoweringContext &c) {
  if (!c.input(0) || !areParameters(c, c.input(2), c.input(3)))
    return;
  DynamicallyQuantized a = quantizeDynamically(c, c.term(0));
  int64_t column = c.rankOf(c.input(1)) - 1;
  Value sums = buildMatMul(c, widenBytes(c, a.codes, a.zeroPoint, -1),
                           widenBytes(c, c.input(1), c.input(3), column));
  if (!sums)
    return;
  Value scale = spreadParameter(c, a.scale * c.term(2), sums, c.rankOf(sums) - 1, 0);
  Term result = c.term(sums).cast(c.elementOf(c.input(0))) * c.term(scale);
  c.result(c.input(4) ? result + c.term(4) : result);
}

/// alpha * a x b in integers, plus c in units of the products; requantized if there is a scale for
/// that, else times the scales.
static void lowerQGemm(LoweringContext &c) {
  for (unsigned scale : {1, 4})
    if (!areParameters(c, c.input(scale), c.input(scale + 1)))
      return;
  bool isB = c.integer("transB") != 0;
  auto bring = [&](unsigned i, bool isTransposed, int64_t axis) {
    Value wide = widenBytes(c, c.input(i), c.input(i + 2), axis);
    return wide && isTransposed ? c.transpose(wide, {1, 0}) : wide;
  };
  if (c.rankOf(c.input(0)) != 2 || c.rankOf(c.input(3)) != 2)
    return void(c.error() << "expects matrices, got " << c.format(c.input(0)) << " x "
                          << c.format(c.input(3)));
  Term sums =
      c.term(buildMatMul(c, bring(0, c.integer("transA") != 0, -1), bring(3, isB, isB ? 0 : 1)));
  if (!sums)
    return;
  if (c.input(6))
    sums = sums + c.term(6);
  Term scale = c.term(1) * c.term(4);
  if (double alpha = c.real("alpha", 1); alpha != 1)
    scale = scale * alpha;
  if (c.input(7))
    return areParameters(c, c.input(7), c.input(8))
               ? requantizeResult(c, sums, scale / c.term(7), c.input(8), 1)
               : void();
  c.result(sums.cast(c.elementOf(c.input(1))) * c.term(spreadParameter(c, scale, sums, 1, 0)));
}

/// a x b in i32, times the scales, plus a bias.
static void lowerMatMulIntegerToFloat(LoweringContext &c) {
  Value a = buildDequantize(c, c.input(0), c.input(2), c.input(4),
                            std::max<int64_t>(c.rankOf(c.input(0)) - 2, 0));
  Value b = buildDequantize(c, c.input(1), c.input(3), c.input(5), c.rankOf(c.input(1)) - 1);
  Term result = c.term(buildMatMul(c, a, b));
  c.result(c.input(6) ? result + c.term(6) : result);
}

void addQuantization(LoweringTable &table) {
  table.add("DequantizeLinear", lowerDequantizeLinear);
  table.add("DynamicQuantizeLinear", lowerDynamicQuantizeLinear);
  table.add("QLinearConv", lowerQLinearConv);
  table.add("QLinearMatMul", lowerQLinearMatMul);
  table.add("QuantizeLinear", lowerQuantizeLinear);
  table.add("com.microsoft", "DequantizeLinear", lowerDequantizeLinear);
  table.add("com.microsoft", "DynamicQuantizeMatMul", lowerDynamicQuantizeMatMul);
  table.add("com.microsoft", "MatMulIntegerToFloat", lowerMatMulIntegerToFloat);
  table.add("com.microsoft", "QGemm", lowerQGemm);
  table.add("com.microsoft", "QLinearAdd", lowerQLinearBinary<graph::AddOp>);
  table.add("com.microsoft", "QLinearAveragePool", lowerQLinearAveragePool);
  table.add("com.microsoft", "QLinearConcat", lowerQLinearConcat);
  table.add("com.microsoft", "QLinearGlobalAveragePool", lowerQLinearGlobalAveragePool);
  table.add("com.microsoft", "QLinearLeakyRelu", [](LoweringContext &c) {
    lowerQLinearUnary(c, graph::LeakyReluOp::getOperationName(), {{"alpha", 0.01}});
  });
  table.add("com.microsoft", "QLinearMul", lowerQLinearBinary<graph::MulOp>);
  table.add("com.microsoft", "QLinearReduceMean", lowerQLinearReduceMean);
  table.add("com.microsoft", "QLinearSigmoid",
            [](LoweringContext &c) { lowerQLinearUnary(c, graph::SigmoidOp::getOperationName()); });
  table.add("com.microsoft", "QLinearSoftmax", lowerQLinearSoftmax);
  table.add("com.microsoft", "QLinearWhere", lowerQLinearWhere);
  table.add("com.microsoft", "QuantizeLinear", lowerQuantizeLinear);
}

} // namespace onnxcc
