// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Softmax and normalisations.
#include "passes/graph/Lowerings.h"

using namespace mlir;

namespace onnxcc {

Term widen(Term x) {
  if (!x)
    return x;
  auto type = dyn_cast<FloatType>(GraphBuilder::elementOf(x));
  return type && type.getWidth() < 32 ? x.cast(Float32Type::get(type.getContext())) : x;
}

template <class Op> static void lowerAxisOp(LoweringContext &c) {
  if (std::optional<int64_t> axis = c.axis(c.integer("axis", -1), c.rankOf(c.input(0))))
    c.result(c.create<Op>(c.input(0), *axis));
}

/// 1 at the first greatest element along the axis, 0 elsewhere.
static void lowerHardmax(LoweringContext &c) {
  Value x = c.input(0);
  std::optional<int64_t> axis = c.axis(c.integer("axis", -1), c.rankOf(x));
  if (!axis)
    return;
  Extents kept = c.extentsOf(x);
  AffineExpr extent = kept[*axis];
  kept[*axis] = c.number(1);
  Value greatest = c.create<graph::ArgReduceOp>(x, graph::ReduceKind::Max, *axis);
  Value places = c.alongAxis(c.iota(extent, IntegerType::get(c.context(), 64)), *axis, c.rankOf(x));
  c.result(c.term(places).apply<graph::EqualOp>(c.reshape(greatest, kept)).cast(c.elementOf(x)));
}

static void lowerBatchNorm(LoweringContext &c) {
  if (c.integer("training_mode"))
    return void(c.error() << "training_mode 1 is not supported: export the model for inference");
  Value x = c.input(0);
  if (c.rankOf(x) < 2)
    return void(c.error() << "expects an input of rank 2 or more, got " << c.format(x));
  Value parameters[4];
  for (unsigned i = 0; i < 4; ++i) {
    parameters[i] = c.cast(c.input(i + 1), c.elementOf(x));
    if (!parameters[i])
      return void(c.error() << "input " << i + 1 << " is missing");
  }
  c.result(c.create<graph::BatchNormOp>(x, parameters[0], parameters[1], parameters[2],
                                        parameters[3], APFloat(c.real("epsilon", 1e-5))));
}

/// Normalised over the spatial axes of each channel, then scale and bias of the channel.
static void lowerInstanceNorm(LoweringContext &c) {
  Term x = c.term(0);
  int64_t rank = c.rankOf(x);
  if (rank < 3)
    return void(c.error() << "expects an input of rank 3 or more, got " << c.format(x));
  Term normal = c.term(c.create<graph::LayerNormOp>(widen(x), 2, APFloat(c.real("epsilon", 1e-5))))
                    .cast(c.elementOf(x));
  c.result(normal * c.term(c.alongAxis(c.input(1), 1, rank)) +
           c.term(c.alongAxis(c.input(2), 1, rank)));
}

/// As instance norm, of groups of channels.
static void lowerGroupNorm(LoweringContext &c) {
  Term x = c.term(0);
  Extents extents = c.extentsOf(x);
  int64_t groups = c.integer("num_groups");
  auto channels =
      extents.size() < 2 ? AffineConstantExpr() : dyn_cast<AffineConstantExpr>(extents[1]);
  if (!channels || groups < 1 || channels.getValue() % groups != 0)
    return void(c.error() << "the channels of " << c.format(extents) << " do not divide into "
                          << groups << " groups");
  Extents grouped(extents);
  grouped[1] = c.number(groups);
  grouped.insert(grouped.begin() + 2, c.number(channels.getValue() / groups));
  Value normal = c.create<graph::LayerNormOp>(c.reshape(widen(x), grouped), 2,
                                              APFloat(c.real("epsilon", 1e-5)));
  Term result = c.term(c.reshape(normal, extents)).cast(c.elementOf(x));
  int64_t rank = extents.size();
  c.result(result * c.term(c.alongAxis(c.input(1), 1, rank)) +
           c.term(c.alongAxis(c.input(2), 1, rank)));
}

/// x normalised over the axes from `axis` on, in f32 at least, in its own type again.
template <class Op> static Term normalize(LoweringContext &c, Term x, int64_t axis) {
  return c.term(c.create<Op>(widen(x), axis, APFloat(c.real("epsilon", 1e-5))))
      .cast(c.elementOf(x));
}

/// The optional outputs Mean and InvStdDev.
static void addStatistics(LoweringContext &c, Term x, int64_t axis, unsigned meanOutput) {
  if (!c.wants(meanOutput) && !c.wants(meanOutput + 1))
    return;
  SmallVector<int64_t> axes = llvm::to_vector(llvm::seq(axis, c.rankOf(x)));
  Term wide = widen(x), mean = wide.reduce(graph::ReduceKind::Mean, axes);
  Term variance = square(wide - mean).reduce(graph::ReduceKind::Mean, axes);
  c.result(meanOutput, mean);
  c.result(meanOutput + 1, sqrt(variance + c.real("epsilon", 1e-5)).apply<graph::ReciprocalOp>());
}

static void lowerLayerNorm(LoweringContext &c) {
  Term x = c.term(0);
  std::optional<int64_t> axis = c.axis(c.integer("axis", -1), c.rankOf(x));
  if (!axis)
    return;
  Term result = normalize<graph::LayerNormOp>(c, x, *axis) * c.term(1);
  c.result(c.input(2) ? result + c.term(2) : result);
  addStatistics(c, x, *axis, 1);
}

static void lowerRmsNorm(LoweringContext &c) {
  Term x = c.term(0);
  if (std::optional<int64_t> axis = c.axis(c.integer("axis", -1), c.rankOf(x)))
    c.result(normalize<graph::RmsNormOp>(c, x, *axis) * c.term(1));
}

/// com.microsoft.SkipLayerNormalization: layer norm of input + skip (+ bias); the sum is output 3.
static void lowerSkipLayerNorm(LoweringContext &c) {
  Term sum = c.term(0) + c.term(1);
  if (c.input(4))
    sum = sum + c.term(4);
  if (!sum)
    return;
  Term result = normalize<graph::LayerNormOp>(c, sum, c.rankOf(sum) - 1) * c.term(2);
  c.result(c.input(3) ? result + c.term(3) : result);
  addStatistics(c, sum, c.rankOf(sum) - 1, 1);
  c.result(3, sum);
}

/// x / (bias + alpha / size * sum of squares over `size` neighbouring channels)^beta
static void lowerLrn(LoweringContext &c) {
  Term x = c.term(0);
  int64_t size = c.integer("size"), rank = c.rankOf(x);
  if (rank < 2 || size < 1)
    return void(c.error() << "expects an input of rank 2 or more and a positive size, got "
                          << c.format(x) << " and " << size);
  // A mean of windows over the channels that counts pads: bring the channels to a spatial place for
  // it.
  Extents extents = c.extentsOf(x);
  Extents image = {extents[0], c.number(1), extents[1],
                   getProduct(ArrayRef(extents).drop_front(2), c.context())};
  int64_t before = (size - 1) / 2, after = size - 1 - before;
  Value mean = c.create<graph::PoolOp>(c.reshape(square(x), image), graph::ReduceKind::Mean,
                                       ArrayRef<int64_t>{size, 1}, ArrayRef<int64_t>{1, 1},
                                       ArrayRef<int64_t>{1, 1},
                                       ArrayRef<int64_t>{before, 0, after, 0}, /*countPads=*/true);
  // alpha / size * sum is alpha * mean, as the window's size is always counted.
  Term base = c.term(c.reshape(mean, extents)) * c.real("alpha", 1e-4) + c.real("bias", 1);
  double beta = c.real("beta", 0.75);
  c.result(beta == 0.5 ? x / sqrt(base) : x * base.apply<graph::PowOp>(-beta));
}

/// x / norm, and 0 / 0 = 0.
static void lowerLpNormalization(LoweringContext &c) {
  Term x = c.term(0);
  std::optional<int64_t> axis = c.axis(c.integer("axis", -1), c.rankOf(x));
  if (!axis)
    return;
  Term norm = c.integer("p", 2) == 1 ? abs(x).reduce(graph::ReduceKind::Sum, {*axis})
                                     : sqrt(x.reduce(graph::ReduceKind::SumSquare, {*axis}));
  Term isZero = norm.apply<graph::EqualOp>(0.0);
  c.result(x / isZero.select(norm.like(1), norm));
}

/// (x - mean) / (sqrt(mean of x^2 - mean^2) + 1e-9)
static void lowerMeanVarianceNormalization(LoweringContext &c) {
  Term x = c.term(0);
  SmallVector<int64_t> axes;
  for (int64_t given : c.integerList("axes").value_or(SmallVector<int64_t>{0, 2, 3})) {
    std::optional<int64_t> axis = c.axis(given, c.rankOf(x));
    if (!axis)
      return;
    axes.push_back(*axis);
  }
  llvm::sort(axes);
  Term mean = x.reduce(graph::ReduceKind::Mean, axes);
  Term difference = x - mean;
  c.result(difference / (sqrt(square(difference).reduce(graph::ReduceKind::Mean, axes)) + 1e-9));
}

void addNormalizations(LoweringTable &table) {
  table.add("BatchNormalization", lowerBatchNorm);
  table.add("GroupNormalization", lowerGroupNorm);
  table.add("Hardmax", lowerHardmax);
  table.add("InstanceNormalization", lowerInstanceNorm);
  table.add("LayerNormalization", lowerLayerNorm);
  table.add("LogSoftmax", lowerAxisOp<graph::LogSoftmaxOp>);
  table.add("LpNormalization", lowerLpNormalization);
  table.add("LRN", lowerLrn);
  table.add("MeanVarianceNormalization", lowerMeanVarianceNormalization);
  table.add("RMSNormalization", lowerRmsNorm);
  table.add("SimplifiedLayerNormalization", lowerRmsNorm);
  table.add("Softmax", lowerAxisOp<graph::SoftmaxOp>);
  table.add("com.microsoft", "SkipLayerNormalization", lowerSkipLayerNorm);
}

} // namespace onnxcc
