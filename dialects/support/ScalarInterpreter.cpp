// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Translates arith and math ops into loops over columns: see ScalarInterpreter.h.
#include "dialects/support/ScalarInterpreter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>

using namespace mlir;

namespace onnxcc {

void Column::resize(int64_t count) {
  if (type.isF64())
    doubles.resize(count);
  else if (isa<FloatType>(type))
    floats.resize(count);
  else
    integers.resize(count);
}

float roundToFloat(double value, FloatType type) {
  if (type.isF32())
    return float(value);
  APFloat narrow(value);
  bool inexact;
  narrow.convert(type.getFloatSemantics(), APFloat::rmNearestTiesToEven, &inexact);
  return narrow.convertToFloat();
}

void ScalarProgram::run(int64_t count) {
  for (Column &column : columns)
    column.resize(count);
  for (const Step &step : steps)
    step(count);
}

static unsigned getWidth(Type type) { return type.isIndex() ? 64 : type.getIntOrFloatBitWidth(); }

/// The low `width` bits, as a column keeps them.
static int64_t wrap(uint64_t bits, unsigned width) {
  if (width == 1)
    return bits & 1;
  return int64_t(bits << (64 - width)) >> (64 - width);
}

/// The low `width` bits as an unsigned number.
static uint64_t toUnsigned(int64_t value, unsigned width) {
  return uint64_t(value) << (64 - width) >> (64 - width);
}

/// The value as a signed number: an i1's true is -1 for arith.
static int64_t toSigned(int64_t value, unsigned width) { return width == 1 ? -value : value; }

/// NaN if either is; -0 is less than 0.
template <class T> static T minimum(T a, T b) {
  if (a != a || b != b)
    return a + b;
  return a < b || (a == b && std::signbit(a)) ? a : b;
}
template <class T> static T maximum(T a, T b) { return -minimum(-a, -b); }

/// arith.fptosi and fptoui: truncation that saturates.
static int64_t truncate(double value, unsigned width, bool isSigned) {
  if (value != value)
    return 0;
  double above = std::ldexp(1.0, isSigned ? width - 1 : width);
  if (value >= above)
    return isSigned ? int64_t(~uint64_t(0) >> (65 - width)) : wrap(~uint64_t(0), width);
  if (isSigned)
    return value < -above ? wrap(uint64_t(1) << (width - 1), width) : int64_t(value);
  return value <= 0 ? 0 : wrap(uint64_t(value), width);
}

template <class T> static bool compareFloats(arith::CmpFPredicate predicate, T a, T b) {
  using P = arith::CmpFPredicate;
  bool unordered = a != a || b != b;
  switch (predicate) {
  case P::AlwaysFalse:
    return false;
  case P::OEQ:
    return a == b;
  case P::OGT:
    return a > b;
  case P::OGE:
    return a >= b;
  case P::OLT:
    return a < b;
  case P::OLE:
    return a <= b;
  case P::ONE:
    return !unordered && a != b;
  case P::ORD:
    return !unordered;
  case P::UEQ:
    return unordered || a == b;
  case P::UGT:
    return unordered || a > b;
  case P::UGE:
    return unordered || a >= b;
  case P::ULT:
    return unordered || a < b;
  case P::ULE:
    return unordered || a <= b;
  case P::UNE:
    return unordered || a != b;
  case P::UNO:
    return unordered;
  case P::AlwaysTrue:
    return true;
  }
  llvm_unreachable("all predicates are listed");
}

/// Translates one block; the columns lie in the order of the arguments, then of the ops.
class ScalarTranslator {
public:
  explicit ScalarTranslator(Block &block) : block(block) {}
  FailureOr<ScalarProgram> translate(ValueRange results);

private:
  LogicalResult translate(Operation *op);
  bool translateFloatOp(Operation *op);
  bool translateIntegerOp(Operation *op);
  bool translateConversion(Operation *op);
  void translateConstant(arith::ConstantOp op);
  void translateSelect(arith::SelectOp op);

  Column &column(Value value) { return (*columns)[slots.lookup(value)]; }

  /// `function` must take floats as well as doubles. It is applied to each element; the result is
  /// rounded to the type. All operands have the result's type.
  template <class F> bool floatUnary(Operation *op, F function);
  template <class F> bool floatBinary(Operation *op, F function);
  /// `function` takes the operands as columns keep them, and the width; its result is wrapped.
  template <class F> bool integerBinary(Operation *op, F function);

  Block &block;
  std::unique_ptr<std::vector<Column>> columns = std::make_unique<std::vector<Column>>();
  llvm::DenseMap<Value, unsigned> slots;
  std::vector<ScalarProgram::Step> steps;
};

template <class F> bool ScalarTranslator::floatUnary(Operation *op, F function) {
  Column &x = column(op->getOperand(0)), &to = column(op->getResult(0));
  bool isNarrow = getWidth(to.type) < 32;
  steps.push_back([&x, &to, isNarrow, function](int64_t count) {
    for (int64_t i = 0; i < int64_t(x.doubles.size()) && i < count; ++i)
      to.doubles[i] = function(x.doubles[i]);
    for (int64_t i = 0; i < int64_t(x.floats.size()) && i < count; ++i)
      to.floats[i] = function(x.floats[i]);
    if (isNarrow)
      for (float &value : to.floats)
        value = roundToFloat(value, cast<FloatType>(to.type));
  });
  return true;
}

template <class F> bool ScalarTranslator::floatBinary(Operation *op, F function) {
  Column &x = column(op->getOperand(0)), &y = column(op->getOperand(1));
  Column &to = column(op->getResult(0));
  bool isNarrow = getWidth(to.type) < 32;
  steps.push_back([&x, &y, &to, isNarrow, function](int64_t count) {
    for (int64_t i = 0; i < int64_t(x.doubles.size()) && i < count; ++i)
      to.doubles[i] = function(x.doubles[i], y.doubles[i]);
    for (int64_t i = 0; i < int64_t(x.floats.size()) && i < count; ++i)
      to.floats[i] = function(x.floats[i], y.floats[i]);
    if (isNarrow)
      for (float &value : to.floats)
        value = roundToFloat(value, cast<FloatType>(to.type));
  });
  return true;
}

template <class F> bool ScalarTranslator::integerBinary(Operation *op, F function) {
  Column &x = column(op->getOperand(0)), &y = column(op->getOperand(1));
  Column &to = column(op->getResult(0));
  unsigned from = getWidth(x.type), width = getWidth(to.type);
  steps.push_back([&x, &y, &to, from, width, function](int64_t count) {
    for (int64_t i = 0; i < count; ++i)
      to.integers[i] = wrap(function(x.integers[i], y.integers[i], from), width);
  });
  return true;
}

#define ONNXCC_FLOAT_UNARY(OP, EXPRESSION)                                                         \
  if (isa<OP>(op))                                                                                 \
    return floatUnary(op, [](auto x) { return decltype(x)(EXPRESSION); });
#define ONNXCC_FLOAT_BINARY(OP, EXPRESSION)                                                        \
  if (isa<OP>(op))                                                                                 \
    return floatBinary(op, [](auto x, auto y) { return decltype(x)(EXPRESSION); });

bool ScalarTranslator::translateFloatOp(Operation *op) {
  ONNXCC_FLOAT_BINARY(arith::AddFOp, x + y)
  ONNXCC_FLOAT_BINARY(arith::SubFOp, x - y)
  ONNXCC_FLOAT_BINARY(arith::MulFOp, x * y)
  ONNXCC_FLOAT_BINARY(arith::DivFOp, x / y)
  ONNXCC_FLOAT_BINARY(arith::RemFOp, std::fmod(x, y))
  ONNXCC_FLOAT_BINARY(arith::MinimumFOp, minimum(x, y))
  ONNXCC_FLOAT_BINARY(arith::MaximumFOp, maximum(x, y))
  ONNXCC_FLOAT_BINARY(arith::MinNumFOp, std::fmin(x, y))
  ONNXCC_FLOAT_BINARY(arith::MaxNumFOp, std::fmax(x, y))
  ONNXCC_FLOAT_BINARY(math::PowFOp, std::pow(x, y))
  ONNXCC_FLOAT_BINARY(math::Atan2Op, std::atan2(x, y))
  ONNXCC_FLOAT_BINARY(math::CopySignOp, std::copysign(x, y))
  ONNXCC_FLOAT_UNARY(arith::NegFOp, -x)
  ONNXCC_FLOAT_UNARY(math::AbsFOp, std::fabs(x))
  ONNXCC_FLOAT_UNARY(math::SqrtOp, std::sqrt(x))
  ONNXCC_FLOAT_UNARY(math::RsqrtOp, 1 / std::sqrt(x))
  ONNXCC_FLOAT_UNARY(math::ExpOp, std::exp(x))
  ONNXCC_FLOAT_UNARY(math::Exp2Op, std::exp2(x))
  ONNXCC_FLOAT_UNARY(math::ExpM1Op, std::expm1(x))
  ONNXCC_FLOAT_UNARY(math::LogOp, std::log(x))
  ONNXCC_FLOAT_UNARY(math::Log2Op, std::log2(x))
  ONNXCC_FLOAT_UNARY(math::Log10Op, std::log10(x))
  ONNXCC_FLOAT_UNARY(math::Log1pOp, std::log1p(x))
  ONNXCC_FLOAT_UNARY(math::ErfOp, std::erf(x))
  ONNXCC_FLOAT_UNARY(math::SinOp, std::sin(x))
  ONNXCC_FLOAT_UNARY(math::CosOp, std::cos(x))
  ONNXCC_FLOAT_UNARY(math::TanOp, std::tan(x))
  ONNXCC_FLOAT_UNARY(math::AsinOp, std::asin(x))
  ONNXCC_FLOAT_UNARY(math::AcosOp, std::acos(x))
  ONNXCC_FLOAT_UNARY(math::AtanOp, std::atan(x))
  ONNXCC_FLOAT_UNARY(math::SinhOp, std::sinh(x))
  ONNXCC_FLOAT_UNARY(math::CoshOp, std::cosh(x))
  ONNXCC_FLOAT_UNARY(math::TanhOp, std::tanh(x))
  ONNXCC_FLOAT_UNARY(math::AsinhOp, std::asinh(x))
  ONNXCC_FLOAT_UNARY(math::AcoshOp, std::acosh(x))
  ONNXCC_FLOAT_UNARY(math::AtanhOp, std::atanh(x))
  ONNXCC_FLOAT_UNARY(math::FloorOp, std::floor(x))
  ONNXCC_FLOAT_UNARY(math::CeilOp, std::ceil(x))
  ONNXCC_FLOAT_UNARY(math::RoundOp, std::round(x))
  ONNXCC_FLOAT_UNARY(math::RoundEvenOp, std::nearbyint(x))
  ONNXCC_FLOAT_UNARY(math::TruncOp, std::trunc(x))
  auto compare = dyn_cast<arith::CmpFOp>(op);
  if (!compare)
    return false;
  Column &x = column(compare.getLhs()), &y = column(compare.getRhs()), &to = column(compare);
  steps.push_back([&x, &y, &to, predicate = compare.getPredicate()](int64_t count) {
    for (int64_t i = 0; i < count; ++i)
      to.integers[i] = x.doubles.empty() ? compareFloats(predicate, x.floats[i], y.floats[i])
                                         : compareFloats(predicate, x.doubles[i], y.doubles[i]);
  });
  return true;
}

#define ONNXCC_INTEGER(OP, EXPRESSION)                                                             \
  if (isa<OP>(op))                                                                                 \
    return integerBinary(op, [](uint64_t x, uint64_t y, [[maybe_unused]] unsigned width) {         \
      return uint64_t(EXPRESSION);                                                                 \
    });
#define ONNXCC_SIGNED(OP, EXPRESSION)                                                              \
  if (isa<OP>(op))                                                                                 \
    return integerBinary(op, [](int64_t xBits, int64_t yBits, unsigned width) {                    \
      [[maybe_unused]] int64_t x = toSigned(xBits, width), y = toSigned(yBits, width);             \
      return uint64_t(EXPRESSION);                                                                 \
    });
#define ONNXCC_UNSIGNED(OP, EXPRESSION)                                                            \
  if (isa<OP>(op))                                                                                 \
    return integerBinary(op, [](int64_t xBits, int64_t yBits, unsigned width) {                    \
      [[maybe_unused]] uint64_t x = toUnsigned(xBits, width), y = toUnsigned(yBits, width);        \
      return uint64_t(EXPRESSION);                                                                 \
    });

bool ScalarTranslator::translateIntegerOp(Operation *op) {
  ONNXCC_INTEGER(arith::AddIOp, x + y)
  ONNXCC_INTEGER(arith::SubIOp, x - y)
  ONNXCC_INTEGER(arith::MulIOp, x * y)
  ONNXCC_INTEGER(arith::AndIOp, x & y)
  ONNXCC_INTEGER(arith::OrIOp, x | y)
  ONNXCC_INTEGER(arith::XOrIOp, x ^ y)
  // Dividing by -1 is negation, which wraps.
  ONNXCC_SIGNED(arith::DivSIOp, y == 0 ? 0 : y == -1 ? -uint64_t(x) : uint64_t(x / y))
  ONNXCC_SIGNED(arith::RemSIOp, y == 0 || y == -1 ? 0 : x % y)
  ONNXCC_SIGNED(arith::MinSIOp, std::min(x, y))
  ONNXCC_SIGNED(arith::MaxSIOp, std::max(x, y))
  ONNXCC_UNSIGNED(arith::DivUIOp, y == 0 ? 0 : x / y)
  ONNXCC_UNSIGNED(arith::RemUIOp, y == 0 ? 0 : x % y)
  ONNXCC_UNSIGNED(arith::MinUIOp, std::min(x, y))
  ONNXCC_UNSIGNED(arith::MaxUIOp, std::max(x, y))
  ONNXCC_UNSIGNED(arith::ShLIOp, y < width ? x << y : 0)
  ONNXCC_UNSIGNED(arith::ShRUIOp, y < width ? x >> y : 0)
  ONNXCC_SIGNED(arith::ShRSIOp, x >> std::min(toUnsigned(yBits, width), uint64_t(63)))
  if (auto abs = dyn_cast<math::AbsIOp>(op)) {
    Column &x = column(abs.getOperand()), &to = column(abs);
    steps.push_back([&x, &to, width = getWidth(x.type)](int64_t count) {
      for (int64_t i = 0; i < count; ++i)
        to.integers[i] =
            wrap(x.integers[i] < 0 ? -uint64_t(x.integers[i]) : uint64_t(x.integers[i]), width);
    });
    return true;
  }
  auto compare = dyn_cast<arith::CmpIOp>(op);
  if (!compare)
    return false;
  Column &x = column(compare.getLhs()), &y = column(compare.getRhs()), &to = column(compare);
  steps.push_back([&x, &y, &to, predicate = compare.getPredicate()](int64_t count) {
    unsigned width = getWidth(x.type);
    for (int64_t i = 0; i < count; ++i)
      to.integers[i] = arith::applyCmpPredicate(predicate, APInt(width, x.integers[i], true, true),
                                                APInt(width, y.integers[i], true, true));
  });
  return true;
}

bool ScalarTranslator::translateConversion(Operation *op) {
  if (!isa<arith::ExtFOp, arith::TruncFOp, arith::ExtSIOp, arith::ExtUIOp, arith::TruncIOp,
           arith::SIToFPOp, arith::UIToFPOp, arith::FPToSIOp, arith::FPToUIOp, arith::IndexCastOp,
           arith::IndexCastUIOp>(op))
    return false;
  Column &x = column(op->getOperand(0)), &to = column(op->getResult(0));
  unsigned from = getWidth(x.type), width = getWidth(to.type);
  bool isUnsigned = isa<arith::ExtUIOp, arith::UIToFPOp, arith::FPToUIOp, arith::IndexCastUIOp>(op);
  bool fromFloat = isa<FloatType>(x.type), toFloat = isa<FloatType>(to.type);
  // Values are taken as double, or as a signed or unsigned integer, and put into the result's type.
  auto readFloat = [&x](int64_t i) {
    return x.doubles.empty() ? double(x.floats[i]) : x.doubles[i];
  };
  auto readInteger = [&x, from, isUnsigned](int64_t i) {
    return isUnsigned ? int64_t(toUnsigned(x.integers[i], from)) : toSigned(x.integers[i], from);
  };
  auto put = [&to](int64_t i, auto value) {
    if (to.type.isF64())
      to.doubles[i] = double(value);
    else if (to.type.isF32())
      to.floats[i] = float(value);
    else
      to.floats[i] = roundToFloat(double(value), cast<FloatType>(to.type));
  };
  if (fromFloat && toFloat)
    steps.push_back([=](int64_t count) {
      for (int64_t i = 0; i < count; ++i)
        put(i, readFloat(i));
    });
  else if (fromFloat)
    steps.push_back([=, &to](int64_t count) {
      for (int64_t i = 0; i < count; ++i)
        to.integers[i] = wrap(truncate(readFloat(i), width, !isUnsigned), width);
    });
  else if (toFloat)
    steps.push_back([=](int64_t count) {
      for (int64_t i = 0; i < count; ++i)
        isUnsigned ? put(i, uint64_t(readInteger(i))) : put(i, readInteger(i));
    });
  else
    steps.push_back([=, &to](int64_t count) {
      for (int64_t i = 0; i < count; ++i)
        to.integers[i] = wrap(readInteger(i), width);
    });
  return true;
}

void ScalarTranslator::translateConstant(arith::ConstantOp op) {
  Column &to = column(op);
  if (auto number = dyn_cast<FloatAttr>(op.getValue())) {
    double value = number.getValueAsDouble();
    steps.push_back([&to, value](int64_t) {
      llvm::fill(to.doubles, value);
      llvm::fill(to.floats, float(value));
    });
  } else {
    int64_t value =
        wrap(cast<IntegerAttr>(op.getValue()).getValue().getSExtValue(), getWidth(to.type));
    steps.push_back([&to, value](int64_t) { llvm::fill(to.integers, value); });
  }
}

void ScalarTranslator::translateSelect(arith::SelectOp op) {
  Column &condition = column(op.getCondition()), &to = column(op);
  Column &x = column(op.getTrueValue()), &y = column(op.getFalseValue());
  steps.push_back([&condition, &x, &y, &to](int64_t) {
    auto choose = [&](auto member) {
      for (size_t i = 0, n = (to.*member).size(); i < n; ++i)
        (to.*member)[i] = condition.integers[i] ? (x.*member)[i] : (y.*member)[i];
    };
    choose(&Column::doubles);
    choose(&Column::floats);
    choose(&Column::integers);
  });
}

LogicalResult ScalarTranslator::translate(Operation *op) {
  if (op->hasTrait<OpTrait::IsTerminator>())
    return success();
  for (Value operand : op->getOperands())
    if (!slots.contains(operand))
      return failure();
  if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    if (isa<FloatAttr, IntegerAttr>(constant.getValue()))
      return translateConstant(constant), success();
  } else if (auto select = dyn_cast<arith::SelectOp>(op)) {
    return translateSelect(select), success();
  } else if (translateFloatOp(op) || translateIntegerOp(op) || translateConversion(op)) {
    return success();
  }
  return failure();
}

FailureOr<ScalarProgram> ScalarTranslator::translate(ValueRange results) {
  auto add = [&](Value value) {
    slots[value] = columns->size();
    columns->push_back({value.getType(), {}, {}, {}});
  };
  llvm::for_each(block.getArguments(), add);
  for (Operation &op : block)
    llvm::for_each(op.getResults(), add);
  for (const Column &column : *columns)
    if (!isa<FloatType, IntegerType, IndexType>(column.type) || getWidth(column.type) > 64)
      return failure();
  for (Operation &op : block)
    if (failed(translate(&op)))
      return failure();
  ScalarProgram program;
  for (Value result : results)
    program.resultColumns.push_back(slots.lookup(result));
  program.columns = *columns;
  program.owned = std::move(columns);
  program.steps = std::move(steps);
  return program;
}

FailureOr<ScalarProgram> ScalarProgram::compile(Block &block, ValueRange results) {
  return ScalarTranslator(block).translate(results);
}

} // namespace onnxcc
