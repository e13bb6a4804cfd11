// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Shape arithmetic on expressions of symbols: see SymbolicIntegers.h.
#include "passes/graph/SymbolicIntegers.h"

#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"
#include <numeric>

using namespace mlir;

namespace onnxcc {

//===----------------------------------------------------------------------===//
// Bounds
//===----------------------------------------------------------------------===//

/// Stands for "no bound".
static constexpr int64_t kUnbounded = int64_t(1) << 40;

SymbolBounds::SymbolBounds(ModuleOp module) : context(module.getContext()) {
  for (graph::SymbolAttr symbol : graph::getSymbols(module))
    add(symbol);
}

void SymbolBounds::add(graph::SymbolAttr symbol) {
  attributes.push_back(symbol);
  // Nothing that fits into memory is larger; products of a few such bounds do not overflow at
  // once.
  intervals.push_back({symbol.getMin(), std::min(symbol.getMax(), kUnbounded)});
  symbolNames.push_back(symbol.getName());
}

unsigned SymbolBounds::define(ModuleOp module, StringRef name, int64_t min, AffineExpr bound) {
  std::optional<Interval> most = getInterval(bound);
  int64_t max = most ? most->max : kUnbounded;
  add(graph::SymbolAttr::get(context, name, min, std::max(min, max),
                             AffineMapAttr::get(getSymbolMap(bound, context))));
  module->setAttr(
      graph::kSymbolsAttr,
      ArrayAttr::get(context, SmallVector<Attribute>(attributes.begin(), attributes.end())));
  return attributes.size() - 1;
}

std::optional<Interval> SymbolBounds::getInterval(AffineExpr expression) const {
  return onnxcc::getInterval(expression, [&](AffineExpr leaf) -> std::optional<Interval> {
    auto symbol = dyn_cast<AffineSymbolExpr>(leaf);
    if (!symbol)
      return std::nullopt;
    // An unbounded symbol is still an extent.
    if (symbol.getPosition() >= intervals.size())
      return Interval{0, kUnbounded};
    return intervals[symbol.getPosition()];
  });
}

AffineExpr SymbolBounds::simplify(AffineExpr expression) const {
  return simplifyAffineExpr(expression, /*numDims=*/0, /*numSymbols=*/intervals.size());
}

bool SymbolBounds::isAddressable(RankedTensorType type) const {
  constexpr int64_t addressSpace = kAddressSpace * 8; // in bits
  Type element = type.getElementType();
  int64_t bits = element.isIntOrFloat() ? element.getIntOrFloatBitWidth() : 8;
  bool isTooLarge = false;
  for (AffineExpr extent : getExtents(type)) {
    std::optional<Interval> interval = getInterval(extent);
    int64_t least = interval ? interval->min : 0;
    if (least <= 0)
      return true;
    isTooLarge |= bits > addressSpace / least;
    if (!isTooLarge)
      bits *= least;
  }
  return !isTooLarge;
}

std::optional<bool> SymbolBounds::isEqual(AffineExpr a, AffineExpr b) const {
  if (a == b)
    return true;
  std::optional<Interval> difference = getInterval(simplify(a - b));
  if (!difference)
    return std::nullopt;
  if (difference->min == 0 && difference->max == 0)
    return true;
  if (difference->min > 0 || difference->max < 0)
    return false;
  return std::nullopt;
}

std::optional<bool> SymbolBounds::isLess(AffineExpr a, AffineExpr b) const {
  std::optional<Interval> difference = getInterval(simplify(b - a));
  if (!difference)
    return std::nullopt;
  if (difference->min > 0)
    return true;
  if (difference->max <= 0)
    return false;
  return std::nullopt;
}

/// The factors of a product; constants are multiplied into `constant`.
static void getFactors(AffineExpr expression, SmallVectorImpl<AffineExpr> &factors,
                       int64_t &constant) {
  if (auto value = dyn_cast<AffineConstantExpr>(expression)) {
    constant *= value.getValue();
    return;
  }
  if (auto binary = dyn_cast<AffineBinaryOpExpr>(expression);
      binary && binary.getKind() == AffineExprKind::Mul) {
    getFactors(binary.getLHS(), factors, constant);
    getFactors(binary.getRHS(), factors, constant);
    return;
  }
  factors.push_back(expression);
}

AffineExpr SymbolBounds::divideExactly(AffineExpr a, AffineExpr b) const {
  SmallVector<AffineExpr> above, below;
  int64_t aboveConstant = 1, belowConstant = 1;
  getFactors(a, above, aboveConstant);
  getFactors(b, below, belowConstant);
  llvm::erase_if(below, [&](AffineExpr factor) {
    auto *same = llvm::find(above, factor);
    if (same == above.end())
      return false;
    above.erase(same);
    return true;
  });
  if (int64_t common = std::gcd(aboveConstant, belowConstant); common > 1)
    aboveConstant /= common, belowConstant /= common;
  AffineExpr result = getAffineConstantExpr(aboveConstant, context);
  for (AffineExpr factor : above)
    result = result * factor;
  AffineExpr divisor = getAffineConstantExpr(belowConstant, context);
  for (AffineExpr factor : below)
    divisor = divisor * factor;
  return simplify(result.floorDiv(divisor));
}

//===----------------------------------------------------------------------===//
// Known elements
//===----------------------------------------------------------------------===//

static bool isTrackable(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.hasStaticShape() &&
         tensor.getNumElements() <= SymbolicIntegers::maxElements &&
         isa<IntegerType, Float32Type, Float64Type>(tensor.getElementType());
}

std::optional<Extents> SymbolicIntegers::get(Value value) {
  if (auto found = known.find(value); found != known.end())
    return found->second;
  Operation *op = value.getDefiningOp();
  if (!op || !isTrackable(value.getType()))
    return std::nullopt;
  if (auto extents = dyn_cast<graph::ExtentsOp>(op))
    return Extents(extents.getValues().getResults());
  auto constant = dyn_cast<graph::ConstantOp>(op);
  std::optional<graph::Tensor> tensor =
      constant ? graph::Tensor::get(constant.getValue()) : std::nullopt;
  if (!tensor)
    return std::nullopt;
  Extents elements;
  for (int64_t i = 0; i < tensor->size(); ++i) {
    if (tensor->isFloat() && tensor->getDouble(i) != static_cast<double>(tensor->getInt(i)))
      return std::nullopt;
    elements.push_back(getAffineConstantExpr(tensor->getInt(i), value.getContext()));
  }
  known[value] = elements;
  return elements;
}

std::optional<Extents> SymbolicIntegers::infer(Operation *op) {
  if (op->getNumResults() != 1 || !isTrackable(op->getResult(0).getType()))
    return std::nullopt;
  if (auto extents = dyn_cast<graph::ExtentsOp>(op))
    return Extents(extents.getValues().getResults());
  if (op->getNumOperands() == 0)
    return std::nullopt;
  if (isa<graph::GatherOp, graph::SliceOp, graph::ConcatOp, graph::ReshapeOp, graph::BroadcastOp,
          graph::TransposeOp, graph::GatherElementsOp>(op))
    return move(op);
  if (isa<graph::ReduceOp>(op))
    return reduce(op);
  SmallVector<Extents> operands;
  for (Value operand : op->getOperands()) {
    std::optional<Extents> elements = get(operand);
    if (!elements)
      return std::nullopt;
    operands.push_back(std::move(*elements));
  }
  Extents result;
  for (size_t i = 0; i < operands[0].size(); ++i) {
    SmallVector<AffineExpr> places;
    for (const Extents &operand : operands) {
      if (operand.size() != operands[0].size())
        return std::nullopt;
      places.push_back(operand[i]);
    }
    std::optional<AffineExpr> element = combine(op, places);
    if (!element)
      return std::nullopt;
    result.push_back(bounds.simplify(*element));
  }
  return result;
}

std::optional<AffineExpr> SymbolicIntegers::combine(Operation *op, ArrayRef<AffineExpr> e) {
  using Result = std::optional<AffineExpr>;
  auto truth = [&](std::optional<bool> value) -> Result {
    return value ? Result(getAffineConstantExpr(*value, op->getContext())) : std::nullopt;
  };
  auto negate = [](std::optional<bool> value) { return value ? std::optional(!*value) : value; };
  AffineExpr zero = getAffineConstantExpr(0, op->getContext());
  auto isNonNegative = [&](AffineExpr value) { return bounds.isLess(value, zero) == false; };
  auto isPositive = [&](AffineExpr value) { return bounds.isLess(zero, value) == true; };
  bool real = isa<FloatType>(getElementTypeOrSelf(op->getResult(0).getType()));
  auto constantOf = [](AffineExpr value) {
    auto constant = dyn_cast<AffineConstantExpr>(value);
    return constant ? std::optional(constant.getValue()) : std::nullopt;
  };
  return TypeSwitch<Operation *, Result>(op)
      .Case([&](graph::CastOp) -> Result {
        if (getElementTypeOrSelf(op->getResult(0).getType()).isInteger(1))
          return truth(negate(bounds.isEqual(e[0], zero)));
        return e[0];
      })
      .Case<graph::FloorOp, graph::CeilOp, graph::RoundOp>([&](auto) { return e[0]; })
      .Case(
          [&](graph::AbsOp) -> Result { return isNonNegative(e[0]) ? Result(e[0]) : std::nullopt; })
      .Case([&](graph::NegOp) { return -e[0]; })
      .Case([&](graph::AddOp) { return e[0] + e[1]; })
      .Case([&](graph::SubOp) { return e[0] - e[1]; })
      .Case([&](graph::MulOp) { return e[0] * e[1]; })
      .Case([&](graph::DivOp) -> Result {
        if (!isPositive(e[1]))
          return std::nullopt;
        // Of floats, only a quotient without remainder is a known integer.
        if (real)
          return constantOf(bounds.simplify(e[0] % e[1])) == 0
                     ? Result(bounds.divideExactly(e[0], e[1]))
                     : std::nullopt;
        return isNonNegative(e[0]) ? Result(e[0].floorDiv(e[1])) : std::nullopt;
      })
      .Case<graph::ModOp, graph::FmodOp>([&](auto) -> Result {
        return isNonNegative(e[0]) && isPositive(e[1]) ? Result(e[0] % e[1]) : std::nullopt;
      })
      .Case([&](graph::MinOp) -> Result {
        if (std::optional<bool> less = bounds.isLess(e[1], e[0]))
          return *less ? e[1] : e[0];
        return bounds.isLess(e[0], e[1]) ? Result(bounds.isLess(e[0], e[1]) == true ? e[0] : e[1])
                                         : std::nullopt;
      })
      .Case([&](graph::MaxOp) -> Result {
        if (std::optional<bool> less = bounds.isLess(e[0], e[1]))
          return *less ? e[1] : e[0];
        return bounds.isLess(e[1], e[0]) ? Result(bounds.isLess(e[1], e[0]) == true ? e[0] : e[1])
                                         : std::nullopt;
      })
      .Case([&](graph::EqualOp) { return truth(bounds.isEqual(e[0], e[1])); })
      .Case([&](graph::LessOp) { return truth(bounds.isLess(e[0], e[1])); })
      .Case([&](graph::LessOrEqualOp) { return truth(negate(bounds.isLess(e[1], e[0]))); })
      .Case([&](graph::NotOp) -> Result {
        if (!getElementTypeOrSelf(op->getResult(0).getType()).isInteger(1) || !constantOf(e[0]))
          return std::nullopt;
        return truth(constantOf(e[0]) == 0);
      })
      .Case([&](graph::SelectOp) -> Result {
        if (e[1] == e[2])
          return e[1];
        std::optional<int64_t> condition = constantOf(e[0]);
        return condition ? Result(*condition ? e[1] : e[2]) : std::nullopt;
      })
      .Default(Result());
}

/// Movement does not look at the elements it moves: the op itself, given places for elements, tells
/// where each result element comes from.
std::optional<Extents> SymbolicIntegers::move(Operation *op) {
  // In bits, so that each type here can hold places exactly.
  Type element = getElementTypeOrSelf(op->getResult(0).getType());
  if (element.isInteger(1) || element.getIntOrFloatBitWidth() < 16)
    return std::nullopt;
  Extents pool;
  SmallVector<graph::Tensor> operands;
  for (OpOperand &operand : op->getOpOperands()) {
    std::optional<Extents> elements = get(operand.get());
    if (!elements)
      return std::nullopt;
    graph::Tensor tensor(cast<RankedTensorType>(operand.get().getType()));
    bool isIndex =
        isa<graph::GatherOp, graph::GatherElementsOp>(op) && operand.getOperandNumber() == 1;
    for (auto [i, value] : llvm::enumerate(*elements)) {
      if (!isIndex) {
        tensor.setInt(i, pool.size());
        pool.push_back(value);
        continue;
      }
      auto index = dyn_cast<AffineConstantExpr>(value);
      if (!index)
        return std::nullopt;
      tensor.setInt(i, index.getValue());
    }
    operands.push_back(std::move(tensor));
  }
  graph::Tensor result(cast<RankedTensorType>(op->getResult(0).getType()));
  if (failed(cast<graph::EvaluableOpInterface>(op).evaluate(operands, result)))
    return std::nullopt;
  Extents elements;
  for (int64_t place : result.ints()) {
    if (place < 0 || place >= static_cast<int64_t>(pool.size()))
      return std::nullopt;
    elements.push_back(pool[place]);
  }
  return elements;
}

/// The sum or product of all elements, or of their squares.
std::optional<Extents> SymbolicIntegers::reduce(Operation *op) {
  auto reduce = cast<graph::ReduceOp>(op);
  std::optional<Extents> elements = get(reduce.getX());
  auto reduction = graph::Reduction::get(reduce.getKind());
  bool product = reduction.combine == graph::ReduceKind::Product;
  auto type = cast<RankedTensorType>(reduce.getType());
  if (!elements || !type.hasStaticShape() || type.getNumElements() != 1 ||
      (!product && reduction.combine != graph::ReduceKind::Sum) || reduction.divides)
    return std::nullopt;
  AffineExpr result = getAffineConstantExpr(product ? 1 : 0, op->getContext());
  for (AffineExpr element : *elements) {
    if (reduction.squares)
      element = element * element;
    result = product ? result * element : result + element;
  }
  return Extents{bounds.simplify(result)};
}

} // namespace onnxcc
