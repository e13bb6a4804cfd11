// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Pooling and reductions become contractions of one factor, or rows where the reduced axes come
// last.
#include "passes/kernels/Lowering.h"

#include "dialects/support/ConstantData.h"

using namespace mlir;
using onnxcc::graph::ReduceKind;
using onnxcc::graph::Scalar;

namespace onnxcc::kernels {

static kernel::Combine getCombine(ReduceKind kind) {
  switch (graph::Reduction::get(kind).combine) {
  case ReduceKind::Max:
    return kernel::Combine::Max;
  case ReduceKind::Min:
    return kernel::Combine::Min;
  case ReduceKind::Product:
    return kernel::Combine::Product;
  case ReduceKind::Sum:
    return kernel::Combine::Sum;
  default:
    llvm_unreachable("combines nothing");
  }
}

/// Elements of the image under the window at each output place of one axis.
static SmallVector<int64_t> countElements(int64_t extent, int64_t places, int64_t window,
                                          int64_t stride, int64_t dilation, int64_t before) {
  SmallVector<int64_t> counts(places, 0);
  for (int64_t place = 0; place < places; ++place)
    for (int64_t k = 0; k < window; ++k) {
      int64_t at = place * stride + k * dilation - before;
      counts[place] += at >= 0 && at < extent;
    }
  return counts;
}

namespace {
/// The parameters of a pooling, one an axis of the image.
struct Pooling {
  ArrayRef<int64_t> window, strides, dilations, before, after;
};
} // namespace

namespace {
/// What a mean divides by: a table over the spatial axes, of extent 1 along those where it does not
/// vary.
struct Divisors {
  SmallVector<float> values{1};
  SmallVector<int64_t> shape;
};
} // namespace

static FailureOr<Divisors> getDivisors(graph::PoolOp op, const Image &image,
                                       const Pooling &pooling) {
  Divisors divisors;
  for (unsigned k = 0; k < image.spatial; ++k) {
    auto extent = dyn_cast<AffineConstantExpr>(image.extents[image.firstSpatial + k]);
    auto places = dyn_cast<AffineConstantExpr>(image.resultExtents[image.firstSpatial + k]);
    int64_t before = pooling.before[k], after = pooling.after[k];
    SmallVector<int64_t> counts{pooling.window[k]};
    if (extent && places) {
      bool padded = op.getCountPads();
      counts = countElements(extent.getValue() + (padded ? before + after : 0), places.getValue(),
                             pooling.window[k], pooling.strides[k], pooling.dilations[k],
                             padded ? 0 : before);
    } else if ((before || after) && !op.getCountPads()) {
      return op.emitOpError() << "has no kernel: a mean that leaves out the padding of an image "
                                 "of dynamic extents";
    }
    if (llvm::all_equal(counts))
      counts.resize(1);
    divisors.shape.push_back(counts.size());
    SmallVector<float> values;
    for (float outer : divisors.values)
      for (int64_t count : counts)
        values.push_back(outer * count);
    divisors.values = values;
  }
  return divisors;
}

LogicalResult lowerPool(Lowering &lowering, graph::PoolOp op) {
  Image image(lowering, op.getX(), op.getResult(), op.getLayout());
  unsigned spatial = image.spatial;
  Pooling pooling{op.getWindow(), op.getStrides(), op.getDilations(),
                  op.getPads().take_front(spatial), op.getPads().drop_front(spatial)};
  Type element = elementOf(op.getResult());

  // (n, spatial…, c, window…)
  Lowering::Contraction contraction;
  contraction.combine = getCombine(op.getKind());
  Extents &domain = contraction.domain;
  auto add = [&](AffineExpr extent) {
    domain.push_back(extent);
    return lowering.dim(domain.size() - 1);
  };
  AffineExpr n = add(image.extents[0]);
  SmallVector<AffineExpr> place, read;
  for (unsigned k = 0; k < spatial; ++k)
    place.push_back(add(image.resultExtents[image.firstSpatial + k]));
  AffineExpr channel = add(image.extents[image.channel]);
  for (unsigned k = 0; k < spatial; ++k) {
    AffineExpr inside = add(lowering.number(pooling.window[k]));
    read.push_back(place[k] * pooling.strides[k] + inside * pooling.dilations[k] -
                   pooling.before[k]);
  }
  unsigned dims = domain.size();
  Lowering::Input x{{image.tensor, lowering.identity(spatial + 2)}, image.element};
  contraction.factors = {lowering.readAt(x, dims, image.point(n, read, channel))};
  contraction.output = AffineMap::get(dims, 0, image.point(n, place, channel), lowering.context());
  contraction.extents = image.resultExtents;
  contraction.element = element;

  if (op.getKind() != ReduceKind::Mean) {
    lowering.define(op.getResult(), lowering.contract(op.getLoc(), contraction));
    return success();
  }
  FailureOr<Divisors> divisors = getDivisors(op, image, pooling);
  if (failed(divisors))
    return failure();
  if (divisors->values.size() == 1) {
    lowering.define(op.getResult(),
                    lowering.contract(op.getLoc(), contraction, [&](ArrayRef<Scalar> scalars) {
                      return scalars[0] / double(divisors->values.front());
                    }));
    return success();
  }
  SmallVector<AffineExpr> tablePoint;
  for (unsigned k = 0; k < spatial; ++k)
    tablePoint.push_back(divisors->shape[k] == 1 ? lowering.number(0) : place[k]);
  Type f32 = lowering.builder.getF32Type();
  auto tableType = RankedTensorType::get(divisors->shape, f32);
  ArrayRef<char> bytes(reinterpret_cast<const char *>(divisors->values.data()),
                       divisors->values.size() * sizeof(float));
  Value table = lowering.constantTensor(op.getLoc(), makeConstant(tableType, bytes));
  contraction.operands = {
      lowering.readAt({{table, lowering.identity(spatial)}, f32}, dims, tablePoint)};
  lowering.define(op.getResult(),
                  lowering.contract(op.getLoc(), contraction, [&](ArrayRef<Scalar> scalars) {
                    return scalars[0] / graph::convert(scalars[1], scalars[0].type());
                  }));
  return success();
}

/// The row's number of elements as a value of x's type, also where it is not constant.
static Scalar getRowLength(AffineExpr extent, Scalar x) {
  if (auto constant = dyn_cast<AffineConstantExpr>(extent))
    return x.integer(constant.getValue());
  return reduceRow(kernel::Combine::Sum, x.integer(1));
}

LogicalResult lowerReduce(Lowering &lowering, graph::ReduceOp op) {
  Location loc = op.getLoc();
  Extents extents = extentsOf(op.getX());
  unsigned rank = extents.size(), reduced = op.getAxes().size();
  Type element = elementOf(op.getResult());
  auto reduction = graph::Reduction::get(op.getKind());
  bool mean = reduction.divides;
  kernel::Combine combine = getCombine(op.getKind());
  auto getTerm = [&](Scalar x) { return reduction.squares ? x * x : x; };
  if (reduced == 0) {
    if (reduction.squares)
      lowering.define(op.getResult(),
                      lowering.map(loc, extents, element, lowering.input(op.getX()),
                                   [&](ArrayRef<Scalar> scalars) { return getTerm(scalars[0]); }));
    else
      lowering.define(op.getResult(), lowering.access(op.getX()));
    return success();
  }
  bool trailing = op.getAxes().front() == int64_t(rank - reduced);

  if (trailing) {
    Extents domain(extents.begin(), extents.end() - reduced);
    domain.push_back(getProduct(ArrayRef(extents).take_back(reduced), lowering.context()));
    Value flat = lowering.reshape(loc, lowering.tensor(op.getX()), extents, domain);
    AffineExpr row = domain.back();
    Lowering::Input input{{flat, lowering.identity(domain.size())}, element};
    lowering.define(op.getResult(), lowering.rows(loc, domain, /*reduces=*/true, element, input,
                                                  [&](ArrayRef<Scalar> scalars) {
                                                    Scalar x = scalars[0].widen();
                                                    Scalar total = reduceRow(combine, getTerm(x));
                                                    return mean ? total / getRowLength(row, x)
                                                                : total;
                                                  }));
    return success();
  }

  AffineExpr count = lowering.number(1);
  for (int64_t axis : op.getAxes())
    count = count * extents[axis];
  auto constantCount = dyn_cast<AffineConstantExpr>(count);
  if (mean && !constantCount)
    return op.emitOpError() << "has no kernel: a mean over dynamic axes that are not the last ones";
  auto epilogue = [&](ArrayRef<Scalar> scalars) {
    return mean ? scalars[0] / scalars[0].integer(constantCount.getValue()) : scalars[0];
  };
  Lowering::Contraction contraction;
  contraction.combine = combine;
  contraction.element = element;
  Extents results = extentsOf(op.getResult());
  // A whole plane, channels last, is the pooling (n, 1, 1, c, h, w) -> (n, 1, 1, c), which has one
  // factor.
  if (rank == 4 && op.getAxes() == ArrayRef<int64_t>{1, 2} && !reduction.squares) {
    AffineExpr one = lowering.number(1);
    contraction.domain = {extents[0], one, one, extents[3], extents[1], extents[2]};
    contraction.extents = {extents[0], one, one, extents[3]};
    contraction.output = lowering.identity(6).getMajorSubMap(4);
    SmallVector<AffineExpr> point{lowering.dim(0), lowering.dim(1) + lowering.dim(4),
                                  lowering.dim(2) + lowering.dim(5), lowering.dim(3)};
    contraction.factors = {lowering.readAt(lowering.factor(op.getX()), 6, point)};
    Value pooled = lowering.contract(loc, contraction, epilogue);
    lowering.define(op.getResult(), lowering.reshape(loc, pooled, contraction.extents, results));
    return success();
  }
  SmallVector<AffineExpr> point(rank);
  for (unsigned axis = 0; axis < rank; ++axis)
    if (!llvm::is_contained(op.getAxes(), int64_t(axis))) {
      point[axis] = lowering.dim(contraction.domain.size());
      contraction.domain.push_back(extents[axis]);
    }
  for (int64_t axis : op.getAxes()) {
    point[axis] = lowering.dim(contraction.domain.size());
    contraction.domain.push_back(extents[axis]);
  }
  // Squares are products of x and itself.
  contraction.factors.assign(reduction.squares ? 2 : 1,
                             lowering.readAt(lowering.factor(op.getX()), rank, point));
  contraction.output = lowering.identity(rank).getMajorSubMap(rank - reduced);
  contraction.extents = results;
  lowering.define(op.getResult(), lowering.contract(loc, contraction, epilogue));
  return success();
}

/// The dims (others…, axis) as the point of a tensor whose axis `axis` is the row.
static SmallVector<AffineExpr> getRowPoint(Lowering &lowering, unsigned rank, unsigned axis) {
  SmallVector<AffineExpr> point;
  for (unsigned k = 0; k < rank; ++k)
    point.push_back(lowering.dim(k < axis ? k : k == axis ? rank - 1 : k - 1));
  return point;
}

static Extents moveLast(Extents extents, unsigned axis) {
  AffineExpr row = extents[axis];
  extents.erase(extents.begin() + axis);
  extents.push_back(row);
  return extents;
}

/// The numbers of an axis' elements as i64: a constant, or computed where the extent is open.
static Value makePositions(Lowering &lowering, Location loc, AffineExpr extent) {
  Type i64 = lowering.builder.getI64Type();
  auto length = dyn_cast<AffineConstantExpr>(extent);
  if (!length)
    return lowering.map(loc, extent, i64, Lowering::Input{lowering.place(1, lowering.dim(0)), i64},
                        [](ArrayRef<Scalar> scalars) { return scalars[0]; });
  auto positions = llvm::to_vector(llvm::seq<int64_t>(0, length.getValue()));
  return lowering.constantTensor(
      loc, makeConstant(RankedTensorType::get({length.getValue()}, i64),
                        ArrayRef(reinterpret_cast<const char *>(positions.data()),
                                 positions.size() * sizeof(int64_t))));
}

LogicalResult lowerArgReduce(Lowering &lowering, graph::ArgReduceOp op) {
  Extents extents = extentsOf(op.getX());
  unsigned rank = extents.size(), axis = op.getAxis();
  Type i64 = lowering.builder.getI64Type();
  Value table = makePositions(lowering, op.getLoc(), extents[axis]);
  Lowering::Input x =
      lowering.readAt(lowering.input(op.getX()), rank, getRowPoint(lowering, rank, axis));
  Lowering::Input position =
      lowering.readAt({{table, lowering.identity(1)}, i64}, rank, lowering.dim(rank - 1));
  bool last = op.getLast();
  kernel::Combine combine = getCombine(op.getKind());
  // The first (or last) position whose element is the greatest; a NaN counts as that.
  Value result =
      lowering.rows(op.getLoc(), moveLast(extents, axis), /*reduces=*/true, i64, {x, position},
                    [&](ArrayRef<Scalar> scalars) {
                      Scalar value = scalars[0].widen(), at = scalars[1];
                      Scalar best = reduceRow(combine, value);
                      Scalar isBest =
                          value.isFloat() ? (value == best) | graph::isNan(value) : value == best;
                      Scalar none = at.integer(last ? -1 : INT64_MAX); // before or after any
                      return reduceRow(last ? kernel::Combine::Max : kernel::Combine::Min,
                                       graph::select(isBest, at, none));
                    });
  lowering.define(op.getResult(), result);
  return success();
}

/// Runs `code` on the rows of x along `axis`; the result lies in x's order of axes.
static void lowerAlongAxis(Lowering &lowering, Operation *op, unsigned axis, Code code) {
  Value x = op->getOperand(0), result = op->getResult(0);
  Extents extents = extentsOf(x);
  unsigned rank = extents.size();
  Lowering::Input input =
      lowering.readAt(lowering.input(x), rank, getRowPoint(lowering, rank, axis));
  Value rows = lowering.rows(op->getLoc(), moveLast(extents, axis), /*reduces=*/false,
                             elementOf(result), input, code);
  if (axis + 1 == rank)
    return lowering.define(result, rows);
  SmallVector<AffineExpr> back;
  for (unsigned k = 0; k < rank; ++k)
    if (k != axis)
      back.push_back(lowering.dim(k));
  back.push_back(lowering.dim(axis));
  lowering.define(result, Access{rows, AffineMap::get(rank, 0, back, lowering.context())});
}

LogicalResult lowerSoftmax(Lowering &lowering, Operation *op) {
  bool logarithm = isa<graph::LogSoftmaxOp>(op);
  unsigned axis =
      logarithm ? cast<graph::LogSoftmaxOp>(op).getAxis() : cast<graph::SoftmaxOp>(op).getAxis();
  lowerAlongAxis(lowering, op, axis, [&](ArrayRef<Scalar> scalars) {
    Scalar x = scalars[0].widen();
    Scalar shifted = x - reduceRow(kernel::Combine::Max, x);
    Scalar power = graph::exp(shifted);
    Scalar sum = reduceRow(kernel::Combine::Sum, power);
    return logarithm ? shifted - graph::log(sum) : power / sum;
  });
  return success();
}

LogicalResult lowerNorm(Lowering &lowering, Operation *op) {
  bool centred = isa<graph::LayerNormOp>(op);
  unsigned axis =
      centred ? cast<graph::LayerNormOp>(op).getAxis() : cast<graph::RmsNormOp>(op).getAxis();
  double epsilon = (centred ? cast<graph::LayerNormOp>(op).getEpsilon()
                            : cast<graph::RmsNormOp>(op).getEpsilon())
                       .convertToDouble();
  Location loc = op->getLoc();
  Value x = op->getOperand(0);
  Extents extents = extentsOf(x);
  Extents domain(extents.begin(), extents.begin() + axis);
  domain.push_back(getProduct(ArrayRef(extents).drop_front(axis), lowering.context()));
  AffineExpr row = domain.back();
  Value flat = lowering.reshape(loc, lowering.tensor(x), extents, domain);
  Type element = elementOf(op->getResult(0));
  Lowering::Input input{{flat, lowering.identity(domain.size())}, element};
  Value result =
      lowering.rows(loc, domain, /*reduces=*/false, element, input, [&](ArrayRef<Scalar> scalars) {
        Scalar value = scalars[0].widen();
        Scalar length = getRowLength(row, value);
        if (centred)
          value = value - reduceRow(kernel::Combine::Sum, value) / length;
        Scalar variance = reduceRow(kernel::Combine::Sum, value * value) / length;
        return value / graph::sqrt(variance + epsilon);
      });
  lowering.define(op->getResult(0), lowering.reshape(loc, result, domain, extents));
  return success();
}

} // namespace onnxcc::kernels
