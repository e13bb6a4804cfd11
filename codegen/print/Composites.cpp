// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Patterns of scalar operations that the runtime has functions of: see Composites.h.
#include "codegen/print/Composites.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>

using namespace mlir;
using llvm::formatv;

namespace onnxcc {

static bool isNumber(Value value, double number) {
  FloatAttr constant;
  if (!matchPattern(value, m_Constant(&constant)))
    return false;
  APFloat wanted(number);
  bool lost;
  wanted.convert(constant.getValue().getSemantics(), APFloat::rmNearestTiesToEven, &lost);
  return constant.getValue().bitwiseIsEqual(wanted);
}

/// `other` where `value` is an operation of this kind that nothing else uses, and one of its
/// operands is `number`: canonicalisation puts constants on the right, but not always.
template <class Op> static Value getBeside(Value value, double number) {
  auto op = value.getDefiningOp<Op>();
  if (!op || !op->hasOneUse())
    return {};
  return isNumber(op.getRhs(), number)   ? op.getLhs()
         : isNumber(op.getLhs(), number) ? op.getRhs()
                                         : Value();
}

/// x of exp(-x) + 1.
static Value matchLogistic(Value value) {
  Value power = getBeside<arith::AddFOp>(value, 1);
  auto exp = power ? power.getDefiningOp<math::ExpOp>() : nullptr;
  auto negated =
      exp && exp->hasOneUse() ? exp.getOperand().getDefiningOp<arith::NegFOp>() : nullptr;
  return negated ? negated.getOperand() : Value();
}

/// x of x * 0.5 * (erf(x * sqrt(0.5)) + 1).
static Value matchGelu(arith::MulFOp op) {
  Value x = getBeside<arith::MulFOp>(op.getLhs(), 0.5);
  Value error = getBeside<arith::AddFOp>(op.getRhs(), 1);
  auto erf = error ? error.getDefiningOp<math::ErfOp>() : nullptr;
  if (!x || !erf || !erf->hasOneUse())
    return {};
  return getBeside<arith::MulFOp>(erf.getOperand(), 0.70710678118654752) == x ? x : Value();
}

/// A magnitude that a float computed from integers and constants does not exceed; infinity where
/// it is not known.
static double boundMagnitude(Value value) {
  if (FloatAttr constant; matchPattern(value, m_Constant(&constant)))
    return std::abs(constant.getValueAsDouble());
  Operation *op = value.getDefiningOp();
  auto operand = [&](unsigned k) { return boundMagnitude(op->getOperand(k)); };
  if (isa_and_nonnull<arith::SIToFPOp, arith::UIToFPOp>(op))
    return std::ldexp(1.0, op->getOperand(0).getType().getIntOrFloatBitWidth());
  if (isa_and_nonnull<arith::AddFOp, arith::SubFOp>(op))
    return operand(0) + operand(1);
  if (isa_and_nonnull<arith::MulFOp>(op))
    return operand(0) * operand(1);
  if (isa_and_nonnull<arith::MaximumFOp, arith::MinimumFOp>(op))
    return std::max(operand(0), operand(1));
  return INFINITY;
}

/// Whether the runtime divides by this constant by way of its reciprocal (runtime/quantize.h).
static bool isPlainScale(Value value) {
  FloatAttr scale;
  return matchPattern(value, m_Constant(&scale)) && scale.getType().isF32() &&
         scale.getValueAsDouble() >= 0x1p-60 && scale.getValueAsDouble() <= 0x1p60;
}

/// A quantization to 8 or 16 bits, saturate(roundeven(real) + zero point): `real` is float(sum) *
/// scale of a sum in 32 bits, or x / scale.
static std::optional<Composite> matchSaturation(Operation *op, bool isWide) {
  bool isUnsigned = isa<arith::FPToUIOp>(op);
  Type type = op->getResult(0).getType();
  if ((!isUnsigned && !isa<arith::FPToSIOp>(op)) || !(type.isInteger(8) || type.isInteger(16)))
    return std::nullopt;
  auto shifted = op->getOperand(0).getDefiningOp<arith::AddFOp>();
  auto rounded = shifted && shifted->hasOneUse()
                     ? shifted.getLhs().getDefiningOp<math::RoundEvenOp>()
                     : nullptr;
  if (!rounded || !rounded->hasOneUse() || !rounded.getType().isF32() ||
      !matchPattern(shifted.getRhs(), m_Constant()))
    return std::nullopt;
  std::string suffix = formatv("{0}<{1}int{2}_t>", isWide ? "Wide" : "", isUnsigned ? "u" : "",
                               type.getIntOrFloatBitWidth());
  Operation *scaled = rounded.getOperand().getDefiningOp();
  if (!scaled || !scaled->hasOneUse())
    return std::nullopt;
  if (isa<arith::MulFOp>(scaled)) {
    auto sum = scaled->getOperand(0).getDefiningOp<arith::SIToFPOp>();
    if (!sum || !sum->hasOneUse() || !sum.getIn().getType().isInteger(32))
      return std::nullopt;
    return Composite{"requantize" + suffix, {sum.getIn(), scaled->getOperand(1), shifted.getRhs()}};
  }
  if (!isa<arith::DivFOp>(scaled) || !isPlainScale(scaled->getOperand(1)))
    return std::nullopt;
  bool isNumber = boundMagnitude(scaled->getOperand(0)) < 0x1p60;
  return Composite{(isNumber ? "quantizeNumber" : "quantize") + suffix,
                   {scaled->getOperand(0), scaled->getOperand(1), shifted.getRhs()}};
}

/// The same, of which the greater of a code and a constant is taken, as relu leaves it.
static std::optional<Composite> matchQuantization(Operation *op, bool isWide) {
  if (!isa<arith::MaxSIOp, arith::MaxUIOp>(op))
    return matchSaturation(op, isWide);
  Operation *code = op->getOperand(0).getDefiningOp();
  bool isSame = isa<arith::MaxSIOp>(op) ? isa_and_nonnull<arith::FPToSIOp>(code)
                                        : isa_and_nonnull<arith::FPToUIOp>(code);
  std::optional<Composite> saturation =
      isSame && code->hasOneUse() && matchPattern(op->getOperand(1), m_Constant())
          ? matchSaturation(code, isWide)
          : std::nullopt;
  if (saturation)
    saturation->operands.push_back(op->getOperand(1));
  return saturation;
}

/// A quantization whose code goes on in 32 bits alone: it never becomes narrow.
static std::optional<Composite> matchWideQuantization(Operation *op) {
  if (!isa<arith::ExtSIOp, arith::ExtUIOp>(op) || !op->getResult(0).getType().isInteger(32))
    return std::nullopt;
  Operation *narrow = op->getOperand(0).getDefiningOp();
  bool isSame = isa<arith::ExtSIOp>(op) ? isa_and_nonnull<arith::FPToSIOp, arith::MaxSIOp>(narrow)
                                        : isa_and_nonnull<arith::FPToUIOp, arith::MaxUIOp>(narrow);
  return isSame && narrow->hasOneUse() ? matchQuantization(narrow, /*isWide=*/true) : std::nullopt;
}

bool isQuantization(Operation *op) {
  return matchQuantization(op, /*isWide=*/false) || matchWideQuantization(op);
}

std::optional<Composite> matchComposite(Operation *op) {
  if (std::optional<Composite> quantization = matchQuantization(op, /*isWide=*/false))
    return quantization;
  if (std::optional<Composite> quantization = matchWideQuantization(op))
    return quantization;
  if (auto maximum = dyn_cast<arith::MaximumFOp>(op))
    if (matchPattern(maximum.getRhs(), m_AnyZeroFloat()))
      return Composite{"relu", {maximum.getLhs()}};
  if (auto minimum = dyn_cast<arith::MinimumFOp>(op))
    if (auto maximum = minimum.getLhs().getDefiningOp<arith::MaximumFOp>();
        maximum && maximum->hasOneUse())
      if (matchPattern(minimum.getRhs(), m_Constant()) &&
          matchPattern(maximum.getRhs(), m_Constant()))
        return Composite{"clamp", {maximum.getLhs(), maximum.getRhs(), minimum.getRhs()}};
  if (auto quotient = dyn_cast<arith::DivFOp>(op))
    if (Value x = matchLogistic(quotient.getRhs())) {
      if (isNumber(quotient.getLhs(), 1))
        return Composite{"sigmoid", {x}};
      if (quotient.getLhs() == x)
        return Composite{"swish", {x}};
    }
  if (auto product = dyn_cast<arith::MulFOp>(op))
    if (Value x = matchGelu(product))
      return Composite{"gelu", {x}};
  return std::nullopt;
}

} // namespace onnxcc
