// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What is computed element by element between bytes and bytes becomes a table: its entries are the
// ops' own evaluation.
#include "dialects/graph/Tensor.h"
#include "passes/quantize/Integers.h"
#include "passes/support/Movement.h"
#include "passes/support/Remarks.h"

#include "llvm/ADT/SetVector.h"
#include <cmath>

using namespace mlir;
using onnxcc::graph::Tensor;

namespace onnxcc {

namespace {

constexpr int64_t kCodes = 256;

/// The one element of a constant behind broadcasts and reshapes.
std::optional<Tensor> getUniform(Value value) {
  auto constant = getMoved(value).getDefiningOp<graph::ConstantOp>();
  if (!constant)
    return std::nullopt;
  RankedTensorType one = RankedTensorType::get({1}, constant.getType().getElementType());
  auto dense = dyn_cast<DenseElementsAttr>(constant.getValue());
  if (dense && dense.isSplat())
    return Tensor::get(dense.resizeSplat(one));
  std::optional<Tensor> tensor =
      constant.getType().getNumElements() == 1 ? Tensor::get(constant.getValue()) : std::nullopt;
  if (!tensor)
    return std::nullopt;
  Tensor element(one);
  llvm::copy(tensor->bytes(), element.bytes().begin());
  return element;
}

/// The ops between `root` and the bytes that it is computed from.
class Cone {
public:
  /// How many ops are looked at: evaluating them takes time.
  static constexpr size_t kMostOps = 64;

  explicit Cone(Operation *root) {
    visit(root);
    // x * sigmoid(x), of which the latter is a table already, is one function of x.
    for (size_t k = 0; isKnown && k < leaves.size();) {
      auto lookup = leaves[k].getDefiningOp<graph::LookupOp>();
      if (lookup && (leaves.size() > 1 || lookup->hasOneUse())) {
        leaves.erase(leaves.begin() + k);
        visit(lookup);
        k = 0;
      } else {
        ++k;
      }
    }
  }

  /// The only tensor that it depends on; null if there are several, or others than bytes.
  Value getBytes() const { return isKnown && leaves.size() == 1 ? leaves.front() : Value(); }
  ArrayRef<Operation *> getOps() const { return ops.getArrayRef(); }

  /// The results for all codes, read as unsigned.
  std::optional<Tensor> evaluate();

private:
  void visit(Operation *op);
  std::optional<Tensor> evaluate(Value value);

  bool isKnown = true;
  llvm::SetVector<Operation *> ops; // a reader before what it reads
  llvm::SetVector<Value> leaves;
  DenseMap<Value, Tensor> values;
};

void Cone::visit(Operation *op) {
  ops.insert(op);
  for (Value operand : op->getOperands()) {
    if (getUniform(operand))
      continue;
    Operation *definition = operand.getDefiningOp();
    if (isByte(cast<RankedTensorType>(operand.getType()).getElementType()))
      leaves.insert(operand);
    else if (!isa_and_nonnull<graph::ElementwiseOpInterface>(definition) || ops.size() == kMostOps)
      isKnown = false;
    else if (!ops.contains(definition))
      visit(definition);
    if (!isKnown)
      return;
  }
}

std::optional<Tensor> Cone::evaluate(Value value) {
  if (auto known = values.find(value); known != values.end())
    return known->second;
  auto getType = [&](Value of) {
    return RankedTensorType::get({kCodes}, cast<RankedTensorType>(of.getType()).getElementType());
  };
  if (std::optional<Tensor> uniform = getUniform(value)) {
    Tensor tensor(getType(value));
    for (int64_t k = 0; k < kCodes; ++k)
      llvm::copy(uniform->bytes(), tensor.bytes().begin() + k * uniform->elementBytes());
    return tensor;
  }
  Operation *op = value.getDefiningOp();
  SmallVector<Tensor> inputs, outputs{Tensor(getType(value))};
  for (Value operand : op->getOperands()) {
    std::optional<Tensor> input = evaluate(operand);
    if (!input)
      return std::nullopt;
    inputs.push_back(*input);
  }
  if (failed(cast<graph::EvaluableOpInterface>(op).evaluate(inputs, outputs)))
    return std::nullopt;
  values.try_emplace(value, outputs[0]);
  return outputs[0];
}

std::optional<Tensor> Cone::evaluate() {
  Value bytes = getBytes();
  Tensor codes(
      RankedTensorType::get({kCodes}, cast<RankedTensorType>(bytes.getType()).getElementType()));
  for (int64_t k = 0; k < kCodes; ++k)
    codes.bytes()[k] = char(k);
  values.try_emplace(bytes, codes);
  return evaluate(ops[0]->getResult(0));
}

/// The factor by which bytes that are dequantized, clipped to low..high and quantized may be
/// requantized instead: nothing if there is none that gives the same for all 256.
std::optional<float> findRescale(UniformParameters from, IntegerType type, UniformParameters to,
                                 IntegerType toType, float low, float high) {
  float fromScale = from.scale, fromZero = from.zeroPoint, toScale = to.scale,
        toZero = to.zeroPoint;
  auto quantized = [&](float real) {
    return std::clamp(std::nearbyint(real) + toZero, float(getLeast(toType)),
                      float(getGreatest(toType)));
  };
  int64_t least = quantizeNumber(low, to, toType), greatest = quantizeNumber(high, to, toType);
  auto givesTheSame = [&](float factor) {
    for (int64_t code = getLeast(type); code <= getGreatest(type); ++code) {
      float units = float(code) - fromZero;
      float real = std::clamp(units * fromScale, low, high);
      if (quantized(real / toScale) !=
          std::clamp(quantized(units * factor), float(least), float(greatest)))
        return false;
    }
    return true;
  };
  float quotient = fromScale / toScale;
  for (float factor :
       {quotient, std::nextafter(quotient, 0.0f), std::nextafter(quotient, INFINITY)})
    if (givesTheSame(factor))
      return factor;
  return std::nullopt;
}

/// quantize(clip(dequantize(x))) -> clip(requantize(x)), where one factor gives all codes what they
/// had, or clip(x) where it is 1: cheaper than a table where there are vectors.
struct RaiseRescale : OpRewritePattern<graph::QuantizeOp> {
  RaiseRescale(MLIRContext *context, bool hasVectors)
      : OpRewritePattern(context, /*benefit=*/3), hasVectors(hasVectors) {}
  LogicalResult matchAndRewrite(graph::QuantizeOp op, PatternRewriter &rewriter) const override {
    Value value = op.getX();
    double low = -INFINITY, high = INFINITY;
    while (Operation *clip = value.getDefiningOp()) {
      std::optional<std::pair<double, double>> range = getClip(clip);
      if (!range)
        break;
      low = std::clamp(low, range->first, range->second);
      high = std::clamp(high, range->first, range->second);
      value = clip->getOperand(0);
    }
    auto bytes = value.getDefiningOp<graph::DequantizeOp>();
    if (!bytes || !isByte(bytes.getX().getType().getElementType()) ||
        !isByte(op.getType().getElementType()))
      return rewriter.notifyMatchFailure(op, "it quantizes no bytes again");
    auto from = UniformParameters::get(bytes.getScale(), bytes.getZeroPoint()),
         to = UniformParameters::get(op.getScale(), op.getZeroPoint());
    auto type = cast<IntegerType>(bytes.getX().getType().getElementType()),
         toType = cast<IntegerType>(op.getType().getElementType());
    std::optional<float> factor =
        from && to ? findRescale(*from, type, *to, toType, low, high) : std::nullopt;
    if (!factor)
      return rewriter.notifyMatchFailure(op, "no one factor gives the same codes");
    Location loc = op.getLoc();
    Value codes = bytes.getX();
    if (*factor != 1 || from->zeroPoint != to->zeroPoint || codes.getType() != op.getType()) {
      if (!hasVectors)
        return rewriter.notifyMatchFailure(op, "a table takes less time");
      Value integers = getIntegers(rewriter, bytes, codes);
      Value scale = createSplat(rewriter, loc, op.getScale().getType(), *factor);
      codes = graph::RequantizeOp::create(rewriter, loc, integers, scale, op.getZeroPoint());
    }
    rewriter.replaceOp(op, clipCodes(rewriter, loc, codes, quantizeNumber(low, *to, toType),
                                     quantizeNumber(high, *to, toType)));
    return success();
  }

  bool hasVectors;
};

/// Whether it is bytes less their zero point, times a factor: what RaiseRescale makes.
bool isRescale(graph::RequantizeOp op) {
  Value integers = op.getX();
  if (auto difference = integers.getDefiningOp<graph::SubOp>())
    integers = difference.getX();
  auto wide = integers.getDefiningOp<graph::CastOp>();
  return wide && isByte(wide.getX().getType().getElementType());
}

/// quantize(f(dequantize(x))) -> table[x], and the same from any bytes to any bytes.
template <class Op> struct RaiseTable : OpRewritePattern<Op> {
  // Before the integer forms of single ops: its results are those of the floats.
  RaiseTable(MLIRContext *context, bool hasVectors)
      : OpRewritePattern<Op>(context, /*benefit=*/2), hasVectors(hasVectors) {}

  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    if (!isByte(op.getType().getElementType()))
      return rewriter.notifyMatchFailure(op, "it gives no bytes");
    if constexpr (std::is_same_v<Op, graph::RequantizeOp>)
      if (hasVectors && isRescale(op))
        return rewriter.notifyMatchFailure(op, "vectors multiply it in less time");
    Cone cone(op);
    Value bytes = cone.getBytes();
    std::optional<Tensor> table = bytes ? cone.evaluate() : std::nullopt;
    if (!table)
      return rewriter.notifyMatchFailure(op, "it is no function of one byte");
    // Constants and copies are simpler than their tables.
    int64_t first = table->getInt(0);
    std::vector<int64_t> entries = table->ints();
    if (llvm::all_equal(entries)) {
      rewriter.replaceOp(op, createSplat(rewriter, op.getLoc(), op.getType(), first));
      return success();
    }
    bool isCopy = bytes.getType() == op.getType();
    for (int64_t k = 0; isCopy && k < kCodes; ++k)
      isCopy = uint8_t(table->bytes()[k]) == k;
    if (isCopy) {
      rewriter.replaceOp(op, bytes);
      return success();
    }
    SmallVector<Location> locations;
    for (Operation *part : llvm::reverse(cone.getOps()))
      locations.push_back(part->getLoc());
    rewriter.replaceOpWithNewOp<graph::LookupOp>(op, bytes, table->getAttribute())
        ->setLoc(rewriter.getFusedLoc(locations));
    return success();
  }

  bool hasVectors;
};

} // namespace

bool canBeTable(Operation *root) { return Cone(root).getBytes() != nullptr; }

void addTables(RewritePatternSet &patterns, bool hasVectors) {
  patterns.add<RaiseTable<graph::QuantizeOp>, RaiseTable<graph::RequantizeOp>>(
      patterns.getContext(), hasVectors);
  patterns.add<RaiseRescale>(patterns.getContext(), hasVectors);
}

} // namespace onnxcc
