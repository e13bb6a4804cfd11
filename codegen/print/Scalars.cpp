// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Regions of scalar arith and math operations as C++ expressions: see Scalars.h.
#include "codegen/print/Scalars.h"

#include "codegen/print/Composites.h"
#include "codegen/print/ScalarOps.h"
#include "dialects/kernel/Kernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using llvm::formatv;

namespace onnxcc {

/// An expression longer than this is cut by a variable.
static constexpr size_t kLongestExpression = 76;

//===- What an operation is in C++ ------------------------------------------===//

static SmallVector<Value, 4> getEffectiveOperands(Operation *op) {
  if (std::optional<Composite> composite = matchComposite(op))
    return composite->operands;
  if (auto lookup = dyn_cast<kernel::LookupOp>(op)) // the table is read where it lies
    return {lookup.getCode()};
  return SmallVector<Value, 4>(op->getOperands());
}

static unsigned getWidth(Type type) { return type.getIntOrFloatBitWidth(); }

/// Whether integers of this type take a byte of which only some bits count.
static bool isSubByte(Type type) {
  return type && type.isInteger() && !type.isInteger(1) && getWidth(type) < 8;
}

/// Whether C++'s own division of integers is defined whatever the dividend: the divisor is a
/// constant, and neither 0 nor -1.
static bool dividesSafely(Operation *op) {
  APInt divisor;
  return matchPattern(op->getOperand(1), m_ConstantInt(&divisor)) && !divisor.isZero() &&
         !divisor.isAllOnes();
}

/// Whether the row's operator serves this operation, where it has a function too.
static bool isOperatorEnough(Operation *op) {
  if (isa<arith::AddIOp, arith::SubIOp, arith::MulIOp>(op)) // as int, which they cannot overflow
    return getWidth(op->getResult(0).getType()) < 32;
  return dividesSafely(op);
}

//===- One operation --------------------------------------------------------===//

static Expression makeCast(const llvm::Twine &type, const Expression &operand) {
  return makeCall(("cast<" + type + ">").str(), {operand});
}

/// A comparison of truth values, false before true; of signed ones true, which is -1, is first.
/// Masks of vectors have no order, but logic.
static Expression compareBools(arith::CmpIPredicate predicate, Expression a, Expression b) {
  using P = arith::CmpIPredicate;
  // In parentheses of its own, for which compilers ask before & and |.
  auto isNot = [](const Expression &x) {
    return Expression{"(" + makeUnary("!", x).text + ")", Precedence::Primary};
  };
  auto both = [](const Expression &x, const Expression &y) {
    return makeBinary(x, "&", y, Precedence::BitAnd);
  };
  auto either = [](const Expression &x, const Expression &y) {
    return makeBinary(x, "|", y, Precedence::BitOr);
  };
  switch (predicate) {
  case P::ne:
    return makeBinary(a, "^", b, Precedence::BitXor);
  case P::eq:
    return makeUnary("!", makeBinary(a, "^", b, Precedence::BitXor));
  case P::ult:
  case P::sgt:
    return both(isNot(a), b);
  case P::ugt:
  case P::slt:
    return both(a, isNot(b));
  case P::ule:
  case P::sge:
    return either(isNot(a), b);
  case P::uge:
  case P::sle:
    return either(a, isNot(b));
  }
  llvm_unreachable("all predicates");
}

/// Whether a bool is chosen or compared by a function, which takes its arguments' types: C++'s
/// operators of bools give an int.
static bool needsBool(Operation *op) {
  return llvm::any_of(op->getResult(0).getUses(), [](OpOperand &use) {
    Operation *user = use.getOwner();
    return isa<arith::MaxUIOp, arith::MinUIOp, arith::MaxSIOp, arith::MinSIOp>(user) ||
           (isa<arith::SelectOp>(user) && use.getOperandNumber() > 0);
  });
}

/// A sum or difference of floats: of a negative number the other of the two, which is the same.
static Expression printSum(Operation *op, const Expression &a, const Expression &b) {
  bool isSum = isa<arith::AddFOp>(op);
  Expression term = b;
  if (FloatAttr number; matchPattern(op->getOperand(1), m_Constant(&number)) &&
                        !number.getValue().isNaN() && StringRef(b.text).starts_with("-")) {
    term = {b.text.substr(1), Precedence::Primary};
    isSum = !isSum;
  }
  return makeBinary(a, isSum ? "+" : "-", term, Precedence::Additive);
}

/// Whether both floats are numbers, or one is none.
static Expression printOrder(bool isOrdered, const Expression &a, const Expression &b) {
  // A NaN is unequal to itself.
  StringRef text = isOrdered ? "==" : "!=";
  Expression first = makeBinary(a, text, a, Precedence::Equality);
  if (a.text == b.text)
    return first;
  return makeBinary(first, isOrdered ? "&" : "|", makeBinary(b, text, b, Precedence::Equality),
                    isOrdered ? Precedence::BitAnd : Precedence::BitOr);
}

/// What the table cannot say; nothing for another operation. `varies`: lanes differ.
static std::optional<Expression> printSpecial(Operation *op, const std::string &element,
                                              ArrayRef<Expression> inputs, bool varies) {
  bool isBool = op->getResult(0).getType().isInteger(1);
  if (isa<arith::NegFOp>(op))
    return makeUnary("-", inputs[0]);
  if (isa<arith::AddFOp, arith::SubFOp>(op))
    return printSum(op, inputs[0], inputs[1]);
  if (isa<arith::XOrIOp>(op) && isBool && matchPattern(op->getOperand(1), m_One()))
    return makeUnary("!", inputs[0]);
  if (isa<arith::XOrIOp>(op) && isBool && !varies)
    return makeBinary(inputs[0], "!=", inputs[1], Precedence::Equality);
  if (auto order = dyn_cast<arith::CmpIOp>(op);
      order && order.getLhs().getType().isInteger(1) && varies) {
    Expression value = compareBools(order.getPredicate(), inputs[0], inputs[1]);
    return needsBool(op) ? makeCast("bool", value) : value;
  }
  if (auto compare = dyn_cast<arith::CmpFOp>(op)) {
    bool isOrdered = compare.getPredicate() == arith::CmpFPredicate::ORD;
    if (isOrdered || compare.getPredicate() == arith::CmpFPredicate::UNO)
      return printOrder(isOrdered, inputs[0], inputs[1]);
  }
  if (isa<arith::ExtSIOp>(op) && op->getOperand(0).getType().isInteger(1)) { // true is -1
    Expression value = makeUnary("-", makeCast(element, inputs[0]));
    return getWidth(op->getResult(0).getType()) < 32 ? makeCast(element, value) : value;
  }
  return std::nullopt;
}

/// One operation whose operands are of the types that it reads, as its row says.
static Expression printPlain(Operation *op, const ScalarOp &row, const std::string &element,
                             ArrayRef<Expression> inputs) {
  Type type = op->getResult(0).getType();
  bool isFunction = !row.function.empty() && (row.infix.empty() || !isOperatorEnough(op));
  Expression value;
  if (isFunction) {
    value = makeCall(formatv(/*Validate=*/false, row.function.data(), element).str(), inputs);
  } else {
    value = makeBinary(inputs[0], row.infix, inputs[1], row.level);
    if (row.has(ScalarOp::Negated))
      value = makeUnary("!", value);
    if (row.has(ScalarOp::Back))
      value = makeCast("u" + element, value);
    bool isNarrow = row.has(ScalarOp::Wraps) && getWidth(type) < 32 && !type.isInteger(1);
    bool isLogic = isa<arith::AndIOp, arith::OrIOp, arith::XOrIOp>(op) && type.isInteger(1);
    if (isNarrow || (isLogic && needsBool(op)))
      value = makeCast(element, value);
  }
  return row.has(ScalarOp::Back) ? makeCall("bitsAs<" + element + ">", {value}) : value;
}

FailureOr<ScalarValue> ScalarPrinter::printOperation(Operation *op,
                                                     ArrayRef<ScalarValue> operands) {
  ScalarValue result;
  SmallVector<Expression> inputs;
  result.varies = false;
  for (const ScalarValue &operand : operands) {
    inputs.push_back(operand.expression);
    result.varies |= operand.varies;
  }
  if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    result.expression = printConstant(constant.getValue(), constant.getType());
    result.isName = true; // a literal is repeated, not named
    return result;
  }
  if (std::optional<Composite> composite = matchComposite(op)) {
    result.expression = makeCall(composite->function, inputs);
    return result;
  }
  if (auto lookup = dyn_cast<kernel::LookupOp>(op)) {
    result.expression =
        makeCall("lookup", {inputs[0], bound.find(lookup.getTable())->second.address});
    return result;
  }
  std::string element = op->getNumResults() == 1 ? getElementType(op->getResult(0).getType()) : "";
  if (element.empty())
    return op->emitError("has a type that the emitted code cannot compute with"), failure();
  Type from = op->getNumOperands() ? op->getOperand(0).getType() : Type();
  const ScalarOp *row = findScalarOp(op);
  bool readsUnsigned = row && row->has(ScalarOp::Unsigned);
  if (readsUnsigned && !from.isInteger(1))
    for (Expression &input : inputs)
      input = makeCall("bitsAs<u" + getElementType(from) + ">", {input});
  if (isSubByte(from))
    for (Expression &input : inputs)
      input = makeCall((readsUnsigned ? "unsignedBits<" : "signedBits<") +
                           std::to_string(getWidth(from)) + ">",
                       {input});
  std::optional<Expression> printed =
      inputs.empty() ? std::nullopt : printSpecial(op, element, inputs, result.varies);
  if (!printed && row)
    printed = printPlain(op, *row, element, inputs);
  if (!printed)
    return op->emitError() << "'" << op->getName() << "' has no form in the emitted code",
           failure();
  result.expression = *printed;
  return result;
}

/// What a variable for the operation's result is called. Names.cpp keeps these from dims.
static StringRef getVariableName(Operation *op) {
  if (isQuantization(op))
    return "quantized";
  if (matchComposite(op))
    return "activated";
  return llvm::TypeSwitch<Operation *, StringRef>(op)
      .Case<arith::AddFOp, arith::AddIOp>([](auto) { return "total"; })
      .Case<arith::SubFOp, arith::SubIOp>([](auto) { return "difference"; })
      .Case<arith::MulFOp, arith::MulIOp>([](auto) { return "product"; })
      .Case<arith::DivFOp>([](auto) { return "ratio"; })
      .Case<math::RoundEvenOp, math::RoundOp, math::FloorOp, math::CeilOp, math::TruncOp>(
          [](auto) { return "rounded"; })
      .Case<arith::FPToSIOp, arith::FPToUIOp>(
          [](auto cast) { return getWidth(cast.getType()) <= 16 ? "quantized" : "integer"; })
      .Case<kernel::LookupOp>([](auto) { return "entry"; })
      .Case<arith::SIToFPOp, arith::UIToFPOp, arith::ExtFOp>([](auto) { return "real"; })
      .Default([](Operation *) { return "t"; });
}

//===- The region -----------------------------------------------------------===//

bool ScalarPrinter::varies(Value value) const {
  if (auto known = bound.find(value); known != bound.end())
    return known->second.varies;
  Operation *op = value.getDefiningOp();
  return op && llvm::any_of(op->getOperands(), [&](Value operand) { return varies(operand); });
}

FailureOr<ScalarValue> ScalarPrinter::print(Value root, SmallVectorImpl<std::string> &statements,
                                            NameScope *block) {
  FailureOr<SmallVector<ScalarValue>> values = print(ValueRange(root), statements, block);
  if (failed(values))
    return failure();
  return values->front();
}

FailureOr<SmallVector<ScalarValue>>
ScalarPrinter::print(ValueRange roots, SmallVectorImpl<std::string> &statements, NameScope *block) {
  // The operations that the roots need, and how often each value is used.
  llvm::SetVector<Operation *> needed;
  llvm::MapVector<Value, unsigned> uses;
  SmallVector<Value> work(roots);
  while (!work.empty()) {
    Value value = work.pop_back_val();
    if (uses[value]++ || isBound(value))
      continue;
    Operation *op = value.getDefiningOp();
    assert(op && "a region's arguments are bound");
    needed.insert(op);
    llvm::append_range(work, getEffectiveOperands(op));
  }
  SmallVector<Operation *> order = needed.takeVector();
  llvm::sort(order, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });

  NameScope own(scope);
  NameScope &locals = block ? *block : own;
  llvm::DenseMap<Value, ScalarValue> known;
  auto define = [&](ScalarValue value, StringRef fallback) {
    std::string name = locals.add(value.name.empty() ? fallback : StringRef(value.name));
    statements.push_back(formatv("const auto {0} = {1};", name, value.expression.text));
    value.expression = {name, Precedence::Primary};
    value.isName = true;
    return value;
  };
  for (auto &[value, count] : uses)
    if (auto it = bound.find(value); it != bound.end() && count > 1 && !it->second.isName)
      known[value] = define(it->second, "v");
  auto valueOf = [&](Value value) {
    auto it = known.find(value);
    return it != known.end() ? it->second : bound.find(value)->second;
  };
  for (Operation *op : order) {
    SmallVector<ScalarValue> operands;
    for (Value operand : getEffectiveOperands(op))
      operands.push_back(valueOf(operand));
    FailureOr<ScalarValue> printed = printOperation(op, operands);
    if (failed(printed))
      return failure();
    Value result = op->getResult(0);
    bool isLong =
        printed->expression.text.size() > kLongestExpression && !llvm::is_contained(roots, result);
    if (!printed->isName && (uses[result] > 1 || isLong))
      *printed = define(*printed, getVariableName(op));
    known[result] = *printed;
  }
  SmallVector<ScalarValue> values;
  for (Value root : roots) {
    ScalarValue value = valueOf(root);
    if (roots.size() > 1 && !value.isName)
      known[root] = value = define(value, "t");
    values.push_back(value);
  }
  return values;
}

} // namespace onnxcc
