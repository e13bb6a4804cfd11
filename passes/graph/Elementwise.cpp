// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Elementwise operators: arithmetic, trigonometry, comparison, logic, conversion. An operator that
// is one graph op is one line in addElementwise; broadcasting is done for it.
#include "passes/graph/LoweringContext.h"

using namespace mlir;

namespace onnxcc {

/// Max, Min, Sum, Mean of any number of inputs.
template <class Op> static Value foldInputs(LoweringContext &c) {
  Term result = c.term(0);
  for (unsigned i = 1; i < c.numInputs(); ++i)
    result = result.apply<Op>(c.input(i));
  return result;
}

static void lowerMean(LoweringContext &c) {
  Term sum = c.term(foldInputs<graph::AddOp>(c));
  c.result(c.numInputs() == 1 ? sum : sum / static_cast<double>(c.numInputs()));
}

/// The exponent may have another type; the result has the base's.
static void lowerPow(LoweringContext &c) {
  Term base = c.term(0);
  Value exponent = c.input(1);
  std::optional<double> constant = c.asReal(exponent);
  if (constant && c.typeOf(exponent).getNumElements() == 1 &&
      c.rankOf(exponent) <= c.rankOf(base)) {
    if (*constant == 2)
      return c.result(square(base));
    if (*constant == 0.5 && isa<FloatType>(c.elementOf(base)))
      return c.result(sqrt(base));
    if (*constant == 1)
      return c.result(base);
  }
  if (isa<FloatType>(c.elementOf(base)))
    return c.result(base.apply<graph::PowOp>(c.cast(exponent, c.elementOf(base))));
  // An integer base: a float exponent makes the power a float.
  Type common = isa<FloatType>(c.elementOf(exponent)) ? c.elementOf(exponent) : c.elementOf(base);
  c.result(base.cast(common).apply<graph::PowOp>(c.cast(exponent, common)).cast(c.elementOf(base)));
}

static void lowerMod(LoweringContext &c) {
  c.result(c.integer("fmod") ? c.term(0).apply<graph::FmodOp>(c.input(1))
                             : c.term(0).apply<graph::ModOp>(c.input(1)));
}

static void lowerBitShift(LoweringContext &c) {
  StringRef direction = c.string("direction");
  if (direction == "LEFT")
    return c.result(c.term(0).apply<graph::ShiftLeftOp>(c.input(1)));
  if (direction == "RIGHT")
    return c.result(c.term(0).apply<graph::ShiftRightOp>(c.input(1)));
  c.error() << "direction '" << direction << "' is neither LEFT nor RIGHT";
}

static void lowerIsInf(LoweringContext &c) {
  c.result(c.create<graph::IsInfOp>(c.input(0), c.integer("detect_negative", 1) != 0,
                                    c.integer("detect_positive", 1) != 0));
}

/// graph has less and less_or_equal; greater is less with the operands exchanged.
template <class Op> static void lowerExchanged(LoweringContext &c) {
  c.result(c.term(1).apply<Op>(c.input(0)));
}

static void lowerWhere(LoweringContext &c) { c.result(c.term(0).select(c.input(1), c.input(2))); }

/// Either bound may be absent.
static void lowerClip(LoweringContext &c) {
  Value x = c.input(0), low = c.input(1), high = c.input(2);
  // A bound beyond the type's range, as exporters write for "none", is harmless: min and max handle
  // it.
  if (low && high) {
    Value all[] = {x, low, high};
    return c.result(c.broadcastTogether(all) ? c.create<graph::ClampOp>(all[0], all[1], all[2])
                                             : Value());
  }
  Term result = c.term(0);
  std::optional<double> bound = c.asReal(low);
  if (low && bound == 0.0 && c.elementOf(x).isF32())
    return c.result(result.apply<graph::ReluOp>());
  if (low)
    result = result.apply<graph::MaxOp>(low);
  if (high)
    result = result.apply<graph::MinOp>(high);
  c.result(result);
}

static void lowerCast(LoweringContext &c) {
  if (Type type = c.elementType("to"))
    c.result(c.cast(c.input(0), type, c.integer("saturate", 1) != 0));
}

static void lowerCastLike(LoweringContext &c) {
  c.result(c.cast(c.input(0), c.elementOf(c.input(1)), c.integer("saturate", 1) != 0));
}

void addElementwise(LoweringTable &table) {
  // Arithmetic.
  table.elementwise<graph::AbsOp>("Abs");
  table.elementwise<graph::AddOp>("Add");
  table.elementwise<graph::DivOp>("Div");
  table.elementwise<graph::ExpOp>("Exp");
  table.elementwise<graph::LogOp>("Log");
  table.elementwise<graph::MulOp>("Mul");
  table.elementwise<graph::NegOp>("Neg");
  table.elementwise<graph::ReciprocalOp>("Reciprocal");
  table.elementwise<graph::SignOp>("Sign");
  table.elementwise<graph::SqrtOp>("Sqrt");
  table.elementwise<graph::SubOp>("Sub");
  table.add("Max", [](LoweringContext &c) { c.result(foldInputs<graph::MaxOp>(c)); });
  table.add("Min", [](LoweringContext &c) { c.result(foldInputs<graph::MinOp>(c)); });
  table.add("Sum", [](LoweringContext &c) { c.result(foldInputs<graph::AddOp>(c)); });
  table.add("Mean", lowerMean);
  table.add("Mod", lowerMod);
  table.add("Pow", lowerPow);
  table.add("Clip", lowerClip);

  // Rounding, trigonometry, special functions.
  table.elementwise<graph::AcosOp>("Acos");
  table.elementwise<graph::AcoshOp>("Acosh");
  table.elementwise<graph::AsinOp>("Asin");
  table.elementwise<graph::AsinhOp>("Asinh");
  table.elementwise<graph::AtanOp>("Atan");
  table.elementwise<graph::AtanhOp>("Atanh");
  table.elementwise<graph::CeilOp>("Ceil");
  table.elementwise<graph::CosOp>("Cos");
  table.elementwise<graph::CoshOp>("Cosh");
  table.elementwise<graph::ErfOp>("Erf");
  table.elementwise<graph::FloorOp>("Floor");
  table.elementwise<graph::RoundOp>("Round");
  table.elementwise<graph::SinOp>("Sin");
  table.elementwise<graph::SinhOp>("Sinh");
  table.elementwise<graph::TanOp>("Tan");
  table.elementwise<graph::TanhOp>("Tanh");

  // Comparison, logic, conversion.
  table.elementwise<graph::AndOp>("And");
  table.elementwise<graph::AndOp>("BitwiseAnd");
  table.elementwise<graph::EqualOp>("Equal");
  table.elementwise<graph::IsNanOp>("IsNaN");
  table.elementwise<graph::LessOp>("Less");
  table.elementwise<graph::LessOrEqualOp>("LessOrEqual");
  table.elementwise<graph::NotOp>("BitwiseNot");
  table.elementwise<graph::NotOp>("Not");
  table.elementwise<graph::OrOp>("BitwiseOr");
  table.elementwise<graph::OrOp>("Or");
  table.elementwise<graph::XorOp>("BitwiseXor");
  table.elementwise<graph::XorOp>("Xor");
  table.add("BitShift", lowerBitShift);
  table.add("Cast", lowerCast);
  table.add("CastLike", lowerCastLike);
  table.add("Greater", lowerExchanged<graph::LessOp>);
  table.add("GreaterOrEqual", lowerExchanged<graph::LessOrEqualOp>);
  table.add("IsInf", lowerIsInf);
  table.add("Where", lowerWhere);
}

} // namespace onnxcc
