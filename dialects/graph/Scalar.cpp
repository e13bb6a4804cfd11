// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Builds arith and math ops by the operands' type and signedness: see Scalar.h.
#include "dialects/graph/Scalar.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace onnxcc::graph {

Type getScalarType(Type element) {
  if (element.isUnsignedInteger())
    return IntegerType::get(element.getContext(), element.getIntOrFloatBitWidth());
  return element;
}

Scalar Scalar::constant(double number) const {
  TypedAttr attribute;
  if (auto floating = dyn_cast<FloatType>(type())) {
    bool inexact;
    APFloat converted(number);
    converted.convert(floating.getFloatSemantics(), APFloat::rmNearestTiesToEven, &inexact);
    attribute = FloatAttr::get(floating, converted);
  } else {
    return integer(int64_t(number));
  }
  return {builder, location, arith::ConstantOp::create(*builder, location, attribute), isUnsigned};
}

Scalar Scalar::integer(int64_t number) const {
  if (isFloat())
    return constant(double(number));
  APInt bits(type().getIntOrFloatBitWidth(), uint64_t(number), /*isSigned=*/true,
             /*implicitTrunc=*/true);
  return {builder, location,
          arith::ConstantOp::create(*builder, location, IntegerAttr::get(type(), bits)),
          isUnsigned};
}

Scalar Scalar::widen() const {
  if (!isFloat() || type().getIntOrFloatBitWidth() >= 32)
    return *this;
  return {builder, location,
          arith::ExtFOp::create(*builder, location, builder->getF32Type(), value)};
}

Scalar Scalar::narrow(Type element) const {
  if (!isFloat() || !isa<FloatType>(element) || element.getIntOrFloatBitWidth() >= 32 ||
      type() == element)
    return *this;
  return {builder, location, arith::TruncFOp::create(*builder, location, element, value)};
}

/// An op with operands' types and its result's.
template <class Op> static Scalar build(Scalar x) {
  return {x.builder, x.location, Op::create(*x.builder, x.location, x.value), x.isUnsigned};
}
template <class Op> static Scalar build(Scalar x, Scalar y) {
  return {x.builder, x.location, Op::create(*x.builder, x.location, x.value, y.value),
          x.isUnsigned};
}
template <class Op> static Scalar buildTo(Scalar x, Type type, bool isUnsigned = false) {
  return {x.builder, x.location, Op::create(*x.builder, x.location, type, x.value), isUnsigned};
}
static Scalar compare(arith::CmpFPredicate predicate, Scalar x, Scalar y) {
  return {x.builder, x.location,
          arith::CmpFOp::create(*x.builder, x.location, predicate, x.value, y.value)};
}
static Scalar compare(arith::CmpIPredicate predicate, Scalar x, Scalar y) {
  return {x.builder, x.location,
          arith::CmpIOp::create(*x.builder, x.location, predicate, x.value, y.value)};
}
/// i1 counts as unsigned: its true is 1, not -1.
static bool isUnsignedLike(Scalar x) { return x.isUnsigned || x.isBool(); }

Scalar operator+(Scalar x, Scalar y) {
  return x.isFloat() ? build<arith::AddFOp>(x, y) : build<arith::AddIOp>(x, y);
}
Scalar operator-(Scalar x, Scalar y) {
  return x.isFloat() ? build<arith::SubFOp>(x, y) : build<arith::SubIOp>(x, y);
}
Scalar operator*(Scalar x, Scalar y) {
  return x.isFloat() ? build<arith::MulFOp>(x, y) : build<arith::MulIOp>(x, y);
}
Scalar operator/(Scalar x, Scalar y) {
  if (x.isFloat())
    return build<arith::DivFOp>(x, y);
  return isUnsignedLike(x) ? build<arith::DivUIOp>(x, y) : build<arith::DivSIOp>(x, y);
}
Scalar operator&(Scalar x, Scalar y) { return build<arith::AndIOp>(x, y); }
Scalar operator|(Scalar x, Scalar y) { return build<arith::OrIOp>(x, y); }
Scalar operator^(Scalar x, Scalar y) { return build<arith::XOrIOp>(x, y); }
Scalar operator-(Scalar x) { return x.isFloat() ? build<arith::NegFOp>(x) : x.integer(0) - x; }
Scalar operator!(Scalar x) { return x ^ x.integer(-1); }

Scalar operator<(Scalar x, Scalar y) {
  if (x.isFloat())
    return compare(arith::CmpFPredicate::OLT, x, y);
  return compare(isUnsignedLike(x) ? arith::CmpIPredicate::ult : arith::CmpIPredicate::slt, x, y);
}
Scalar operator<=(Scalar x, Scalar y) {
  if (x.isFloat())
    return compare(arith::CmpFPredicate::OLE, x, y);
  return compare(isUnsignedLike(x) ? arith::CmpIPredicate::ule : arith::CmpIPredicate::sle, x, y);
}
Scalar operator==(Scalar x, Scalar y) {
  return x.isFloat() ? compare(arith::CmpFPredicate::OEQ, x, y)
                     : compare(arith::CmpIPredicate::eq, x, y);
}
Scalar operator!=(Scalar x, Scalar y) {
  return x.isFloat() ? compare(arith::CmpFPredicate::UNE, x, y)
                     : compare(arith::CmpIPredicate::ne, x, y);
}

Scalar select(Scalar condition, Scalar x, Scalar y) {
  return {x.builder, x.location,
          arith::SelectOp::create(*x.builder, x.location, condition.value, x.value, y.value)
              .getResult(),
          x.isUnsigned};
}
Scalar min(Scalar x, Scalar y) {
  if (x.isFloat())
    return build<arith::MinimumFOp>(x, y);
  return isUnsignedLike(x) ? build<arith::MinUIOp>(x, y) : build<arith::MinSIOp>(x, y);
}
Scalar max(Scalar x, Scalar y) {
  if (x.isFloat())
    return build<arith::MaximumFOp>(x, y);
  return isUnsignedLike(x) ? build<arith::MaxUIOp>(x, y) : build<arith::MaxSIOp>(x, y);
}
Scalar clamp(Scalar x, Scalar low, Scalar high) { return min(max(x, low), high); }

Scalar abs(Scalar x) {
  if (x.isFloat())
    return build<math::AbsFOp>(x);
  return isUnsignedLike(x) ? x : build<math::AbsIOp>(x);
}
Scalar sign(Scalar x) {
  if (isUnsignedLike(x))
    return min(x, x.integer(1));
  return select(x > 0.0, x.integer(1), select(x < 0.0, x.integer(-1), x));
}
Scalar floor(Scalar x) { return x.isFloat() ? build<math::FloorOp>(x) : x; }
Scalar ceil(Scalar x) { return x.isFloat() ? build<math::CeilOp>(x) : x; }
Scalar roundEven(Scalar x) { return x.isFloat() ? build<math::RoundEvenOp>(x) : x; }

Scalar fmod(Scalar x, Scalar y) {
  if (x.isFloat())
    return build<arith::RemFOp>(x, y);
  return isUnsignedLike(x) ? build<arith::RemUIOp>(x, y) : build<arith::RemSIOp>(x, y);
}
Scalar mod(Scalar x, Scalar y) {
  Scalar remainder = fmod(x, y);
  if (isUnsignedLike(x))
    return remainder;
  Scalar differ = (remainder < 0.0) ^ (y < 0.0);
  return select((remainder != 0.0) & differ, remainder + y, remainder);
}

Scalar isNan(Scalar x) {
  return x.isFloat() ? compare(arith::CmpFPredicate::UNO, x, x)
                     : compare(arith::CmpIPredicate::ne, x, x);
}
Scalar isInf(Scalar x, bool negative, bool positive) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (negative && positive)
    return abs(x) == infinity;
  if (negative || positive)
    return x == (positive ? infinity : -infinity);
  return isNan(x) & (x == x);
}

Scalar shiftLeft(Scalar x, Scalar y) {
  Scalar width = x.integer(x.type().getIntOrFloatBitWidth());
  y.isUnsigned = true;
  Scalar isInside = y < width, amount = select(isInside, y, y.integer(0));
  return select(isInside, build<arith::ShLIOp>(x, amount), x.integer(0));
}
Scalar shiftRight(Scalar x, Scalar y) {
  Scalar width = x.integer(x.type().getIntOrFloatBitWidth());
  y.isUnsigned = true;
  if (isUnsignedLike(x)) {
    Scalar isInside = y < width, amount = select(isInside, y, y.integer(0));
    return select(isInside, build<arith::ShRUIOp>(x, amount), x.integer(0));
  }
  width.isUnsigned = true;
  return build<arith::ShRSIOp>(x, min(y, width - 1.0));
}

Scalar sqrt(Scalar x) { return build<math::SqrtOp>(x); }
Scalar exp(Scalar x) { return build<math::ExpOp>(x); }
Scalar log(Scalar x) { return build<math::LogOp>(x); }
Scalar log1p(Scalar x) { return build<math::Log1pOp>(x); }
Scalar erf(Scalar x) { return build<math::ErfOp>(x); }
Scalar sin(Scalar x) { return build<math::SinOp>(x); }
Scalar cos(Scalar x) { return build<math::CosOp>(x); }
Scalar tan(Scalar x) { return build<math::TanOp>(x); }
Scalar asin(Scalar x) { return build<math::AsinOp>(x); }
Scalar acos(Scalar x) { return build<math::AcosOp>(x); }
Scalar atan(Scalar x) { return build<math::AtanOp>(x); }
Scalar sinh(Scalar x) { return build<math::SinhOp>(x); }
Scalar cosh(Scalar x) { return build<math::CoshOp>(x); }
Scalar tanh(Scalar x) { return build<math::TanhOp>(x); }
Scalar asinh(Scalar x) { return build<math::AsinhOp>(x); }
Scalar acosh(Scalar x) { return build<math::AcoshOp>(x); }
Scalar atanh(Scalar x) { return build<math::AtanhOp>(x); }

Scalar pow(Scalar x, Scalar y) {
  if (x.isFloat())
    return build<math::PowFOp>(x, convert(y, x.type()));
  Type f64 = x.builder->getF64Type();
  Scalar power = build<math::PowFOp>(convert(x, f64), convert(y, f64));
  return x.isUnsigned ? buildTo<arith::FPToUIOp>(power, x.type(), true)
                      : buildTo<arith::FPToSIOp>(power, x.type());
}

static Scalar convertFloat(Scalar x, FloatType to, bool saturate) {
  FloatType from = cast<FloatType>(x.type());
  unsigned width = to.getWidth();
  if (width > from.getWidth())
    return buildTo<arith::ExtFOp>(x, to);
  if (width <= 8) {
    if (from.getWidth() < 32)
      return convertFloat(x.widen(), to, saturate);
    if (saturate) {
      double greatest = APFloat::getLargest(to.getFloatSemantics()).convertToDouble();
      x = clamp(x, x.constant(-greatest), x.constant(greatest));
    }
  } else if (width == from.getWidth()) {
    x = x.widen(); // f16 to bf16 or back
  }
  return buildTo<arith::TruncFOp>(x, to);
}

Scalar convert(Scalar x, Type element, bool saturate) {
  Type to = getScalarType(element);
  bool isUnsigned = element.isUnsignedInteger();
  if (to == x.type()) {
    x.isUnsigned = isUnsigned;
    return x;
  }
  if (to.isInteger(1))
    return x.widen() != x.widen().integer(0);
  if (auto floating = dyn_cast<FloatType>(to)) {
    if (x.isFloat())
      return convertFloat(x, floating, saturate);
    if (floating.getWidth() <= 8) {
      Type f32 = x.builder->getF32Type();
      return convertFloat(convert(x, f32), floating, saturate);
    }
    return isUnsignedLike(x) ? buildTo<arith::UIToFPOp>(x, to) : buildTo<arith::SIToFPOp>(x, to);
  }
  if (x.isFloat() && to.getIntOrFloatBitWidth() < 8) {
    // Where ONNX leaves open what becomes of fractions and of what is out of range, ONNX Runtime
    // rounds to fewer bits than a byte, halves away from 0, and discards the higher ones.
    Scalar whole = build<math::RoundOp>(x.widen());
    return convert(convert(whole, IntegerType::get(x.builder->getContext(), 32)), element);
  }
  if (x.isFloat())
    return isUnsigned ? buildTo<arith::FPToUIOp>(x.widen(), to, true)
                      : buildTo<arith::FPToSIOp>(x.widen(), to);
  if (to.getIntOrFloatBitWidth() < x.type().getIntOrFloatBitWidth())
    return buildTo<arith::TruncIOp>(x, to, isUnsigned);
  return isUnsignedLike(x) ? buildTo<arith::ExtUIOp>(x, to, isUnsigned)
                           : buildTo<arith::ExtSIOp>(x, to, isUnsigned);
}

} // namespace onnxcc::graph
