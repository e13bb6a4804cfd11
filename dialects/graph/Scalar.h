// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Scalar code as C++ expressions: `select(x < 0.0, x * 0.1, x)` builds the arith and math ops that
// compute it. What an elementwise op means is written once, with this, and serves kernels, constant
// folding and tests.
#ifndef ONNXCC_DIALECTS_GRAPH_SCALAR_H
#define ONNXCC_DIALECTS_GRAPH_SCALAR_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Value.h"

namespace onnxcc::graph {

/// The type that scalar code uses for an element: unsigned integers become signless ones of the
/// same width.
mlir::Type getScalarType(mlir::Type element);

/// A value in scalar code. arith's integers are signless, so the signedness is kept here.
///
/// The code's meaning beyond arith's own: integers wrap, dividing one by zero gives 0, fptosi and
/// fptoui saturate and turn NaN into 0. Floats narrower than 32 bits are only ever extended,
/// computed with as f32, and rounded at the end.
struct Scalar {
  mlir::OpBuilder *builder;
  mlir::Location location;
  mlir::Value value;
  bool isUnsigned = false;

  /// `value`, of type `getScalarType(element)`, as an element of a tensor of `element`.
  static Scalar get(mlir::OpBuilder &builder, mlir::Location location, mlir::Value value,
                    mlir::Type element) {
    return {&builder, location, value, element.isUnsignedInteger()};
  }

  mlir::Type type() const { return value.getType(); }
  bool isFloat() const { return mlir::isa<mlir::FloatType>(type()); }
  bool isBool() const { return type().isInteger(1); }

  /// A constant of this value's type.
  Scalar constant(double number) const;
  /// An integer constant of this value's type, exact also above 2^53.
  Scalar integer(int64_t number) const;
  /// This value; floats narrower than 32 bits as f32.
  Scalar widen() const;
  /// This value; rounded to `element` if that is a float narrower than 32 bits and this is wider.
  Scalar narrow(mlir::Type element) const;
};

/// `x` as an element of type `element`, as ONNX's Cast does it: to i1 by != 0, between integers by
/// wrapping, from floats to integers by truncation (saturating, NaN becomes 0), to those of fewer
/// than 8 bits by rounding and wrapping, to 8-bit floats saturating where `saturate`.
Scalar convert(Scalar x, mlir::Type element, bool saturate = true);

Scalar operator+(Scalar x, Scalar y);
Scalar operator-(Scalar x, Scalar y);
Scalar operator*(Scalar x, Scalar y);
Scalar operator/(Scalar x, Scalar y);
Scalar operator&(Scalar x, Scalar y);
Scalar operator|(Scalar x, Scalar y);
Scalar operator^(Scalar x, Scalar y);
Scalar operator-(Scalar x);
Scalar operator!(Scalar x); // bitwise, so "not" of an i1
// Comparisons give an i1; ordered, that is false for NaN, except != .
Scalar operator<(Scalar x, Scalar y);
Scalar operator<=(Scalar x, Scalar y);
Scalar operator==(Scalar x, Scalar y);
Scalar operator!=(Scalar x, Scalar y);
inline Scalar operator>(Scalar x, Scalar y) { return y < x; }
inline Scalar operator>=(Scalar x, Scalar y) { return y <= x; }

inline Scalar operator+(Scalar x, double y) { return x + x.constant(y); }
inline Scalar operator+(double x, Scalar y) { return y.constant(x) + y; }
inline Scalar operator-(Scalar x, double y) { return x - x.constant(y); }
inline Scalar operator-(double x, Scalar y) { return y.constant(x) - y; }
inline Scalar operator*(Scalar x, double y) { return x * x.constant(y); }
inline Scalar operator*(double x, Scalar y) { return y.constant(x) * y; }
inline Scalar operator/(Scalar x, double y) { return x / x.constant(y); }
inline Scalar operator/(double x, Scalar y) { return y.constant(x) / y; }
inline Scalar operator<(Scalar x, double y) { return x < x.constant(y); }
inline Scalar operator<=(Scalar x, double y) { return x <= x.constant(y); }
inline Scalar operator>(Scalar x, double y) { return x > x.constant(y); }
inline Scalar operator>=(Scalar x, double y) { return x >= x.constant(y); }
inline Scalar operator==(Scalar x, double y) { return x == x.constant(y); }
inline Scalar operator!=(Scalar x, double y) { return x != x.constant(y); }

Scalar select(Scalar condition, Scalar x, Scalar y);
Scalar min(Scalar x, Scalar y); // NaN if either is
Scalar max(Scalar x, Scalar y); // NaN if either is
Scalar clamp(Scalar x, Scalar low, Scalar high);
Scalar abs(Scalar x);
Scalar sign(Scalar x);
Scalar floor(Scalar x);
Scalar ceil(Scalar x);
Scalar roundEven(Scalar x);
Scalar mod(Scalar x, Scalar y);  // has y's sign, as Python's %
Scalar fmod(Scalar x, Scalar y); // has x's sign, as C's
Scalar isNan(Scalar x);
Scalar isInf(Scalar x, bool negative, bool positive);
// Shifting by the width or more gives 0 (-1 for a negative signed number to the right).
Scalar shiftLeft(Scalar x, Scalar y);
Scalar shiftRight(Scalar x, Scalar y);

// Of floats.
Scalar sqrt(Scalar x);
Scalar exp(Scalar x);
Scalar log(Scalar x);
Scalar log1p(Scalar x);
Scalar erf(Scalar x);
Scalar sin(Scalar x);
Scalar cos(Scalar x);
Scalar tan(Scalar x);
Scalar asin(Scalar x);
Scalar acos(Scalar x);
Scalar atan(Scalar x);
Scalar sinh(Scalar x);
Scalar cosh(Scalar x);
Scalar tanh(Scalar x);
Scalar asinh(Scalar x);
Scalar acosh(Scalar x);
Scalar atanh(Scalar x);
/// x to the power y, in x's type; y may be of any type. Of integers it is computed in f64.
Scalar pow(Scalar x, Scalar y);

} // namespace onnxcc::graph

#endif // ONNXCC_DIALECTS_GRAPH_SCALAR_H
