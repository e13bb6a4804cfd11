// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Codes that products read become unsigned: see Passes.td.
#include "dialects/graph/Graph.h"
#include "dialects/graph/Tensor.h"
#include "dialects/kernel/Targets.h"
#include "passes/quantize/Parameters.h"
#include "passes/quantize/Passes.h"
#include "passes/support/Remarks.h"

#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace onnxcc {
#define GEN_PASS_DEF_PREFERUNSIGNED
#include "passes/quantize/Passes.h.inc"

namespace {

/// An unsigned code is the signed one plus this.
constexpr int64_t kOffset = 128;

bool isSignedByte(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.getElementType().isSignlessInteger(8);
}

bool isProduct(Operation *op) {
  return isa<graph::ConvOp, graph::ConvTransposeOp, graph::MatMulOp>(op);
}

/// The number that all elements are, if it is known.
std::optional<int64_t> getNumber(Value value) {
  std::optional<Parameter> parameter = Parameter::get(value);
  std::optional<std::vector<double>> numbers =
      parameter && !parameter->axis ? parameter->getNumbers() : std::nullopt;
  return numbers ? std::optional(int64_t(numbers->front())) : std::nullopt;
}

/// Codes whose sign nobody sees: each is quantized here, an entry of a table, or moved or clipped
/// from such, and is read as an integer of 32 bits, dequantized, looked up by, moved or clipped.
class Codes {
public:
  explicit Codes(func::FuncOp function);

  /// Makes those unsigned that a product reads, in the form in which they are or moved; returns how
  /// many that are.
  unsigned change();

private:
  bool isWritable(Value code) const;
  bool isReadable(OpOperand &use) const;
  /// The results that are operands moved or clipped, and the reverse.
  SmallVector<Value> getKin(Value code) const;
  void keepWhatProductsRead();
  void changeDefinition(OpBuilder &builder, Operation *op);
  void changeUse(OpBuilder &builder, Operation *op);

  llvm::SetVector<Value> codes;
};

/// The operands whose elements the result has, if they are moved or clipped by a known number.
SmallVector<Value> getSources(Operation *op) {
  if (isa<graph::MaxOp, graph::MinOp>(op))
    return getNumber(op->getOperand(1)) ? SmallVector<Value>{op->getOperand(0)}
                                        : SmallVector<Value>();
  return llvm::map_to_vector(getMoved(op), [](OpOperand &moved) { return moved.get(); });
}

bool Codes::isWritable(Value code) const {
  Operation *op = code.getDefiningOp();
  if (isa<graph::QuantizeOp, graph::RequantizeOp>(op))
    return getNumber(op->getOperand(2)).has_value();
  if (isa<graph::LookupOp>(op))
    return true;
  SmallVector<Value> sources = getSources(op);
  return !sources.empty() &&
         llvm::all_of(sources, [&](Value source) { return codes.contains(source); });
}

bool Codes::isReadable(OpOperand &use) const {
  Operation *op = use.getOwner();
  if (auto cast = dyn_cast<graph::CastOp>(op))
    return cast.getType().getElementType().isSignlessInteger(32);
  if (isa<graph::DequantizeOp>(op))
    return use.getOperandNumber() == 0 && getNumber(op->getOperand(2));
  if (isa<graph::LookupOp>(op))
    return true;
  return llvm::is_contained(getSources(op), use.get()) && codes.contains(op->getResult(0));
}

SmallVector<Value> Codes::getKin(Value code) const {
  SmallVector<Value> kin;
  if (!isa<graph::QuantizeOp, graph::RequantizeOp>(code.getDefiningOp()))
    kin = getSources(code.getDefiningOp());
  for (Operation *user : code.getUsers())
    if (user->getNumResults() == 1 && codes.contains(user->getResult(0)))
      kin.push_back(user->getResult(0));
  return kin;
}

Codes::Codes(func::FuncOp function) {
  // Of the function's own block: what crosses the border of a region keeps its type.
  for (Operation &op : function.getBody().front())
    if (op.getNumResults() == 1 && isSignedByte(op.getResult(0)))
      codes.insert(op.getResult(0));
  auto isOdd = [&](Value code) {
    return !isWritable(code) || llvm::any_of(code.getUses(), [&](OpOperand &use) {
      return use.getOwner()->getBlock() != code.getParentBlock() || !isReadable(use);
    });
  };
  while (codes.remove_if(isOdd)) {
  }
  keepWhatProductsRead();
}

void Codes::keepWhatProductsRead() {
  auto isProductsInput = [](Value code) {
    return llvm::any_of(code.getUsers(), [](Operation *cast) {
      return isa<graph::CastOp>(cast) && llvm::any_of(cast->getUsers(), [](Operation *user) {
               return isProduct(user) ||
                      (isa<graph::SubOp>(user) && llvm::any_of(user->getUsers(), isProduct));
             });
    });
  };
  llvm::SetVector<Value> read;
  SmallVector<Value> work(llvm::make_filter_range(codes, isProductsInput));
  while (!work.empty()) {
    Value code = work.pop_back_val();
    if (read.insert(code))
      llvm::append_range(work, getKin(code));
  }
  codes = std::move(read);
}

Value createNumber(OpBuilder &builder, Operation *op, Value like, Type element, int64_t number) {
  auto type = cast<RankedTensorType>(like.getType());
  return createSplat(builder, op->getLoc(), onnxcc::getTensorType(getExtents(type), element),
                     number);
}

/// A parameter of the codes, as one of the unsigned codes.
Value shiftParameter(OpBuilder &builder, Operation *op, Value parameter) {
  Type byte = builder.getIntegerType(8, /*isSigned=*/false);
  return createNumber(builder, op, parameter, byte, *getNumber(parameter) + kOffset);
}

/// Changes a lookup's table: entry k of the new one, which is of `element`, is made of the old
/// one's.
void changeTable(graph::LookupOp op, Type element,
                 llvm::function_ref<int64_t(const graph::Tensor &, int64_t)> getEntry) {
  graph::Tensor old = *graph::Tensor::get(op.getTable());
  graph::Tensor table(RankedTensorType::get(old.getShape(), element));
  for (int64_t k = 0; k < table.size(); ++k)
    table.setInt(k, getEntry(old, k));
  op.setTableAttr(table.getAttribute());
}

void Codes::changeDefinition(OpBuilder &builder, Operation *op) {
  builder.setInsertionPoint(op);
  if (auto lookup = dyn_cast<graph::LookupOp>(op))
    changeTable(lookup, builder.getIntegerType(8, /*isSigned=*/false),
                [](const graph::Tensor &old, int64_t k) { return old.getInt(k) + kOffset; });
  if (isa<graph::QuantizeOp, graph::RequantizeOp>(op))
    op->setOperand(2, shiftParameter(builder, op, op->getOperand(2)));
  else if (isa<graph::MaxOp, graph::MinOp>(op))
    op->setOperand(1, shiftParameter(builder, op, op->getOperand(1)));
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  op->getResult(0).setType(
      onnxcc::getTensorType(getExtents(type), builder.getIntegerType(8, /*isSigned=*/false)));
}

void Codes::changeUse(OpBuilder &builder, Operation *op) {
  if (isa<graph::DequantizeOp>(op)) {
    builder.setInsertionPoint(op);
    op->setOperand(2, shiftParameter(builder, op, op->getOperand(2)));
    return;
  }
  if (auto lookup = dyn_cast<graph::LookupOp>(op))
    return changeTable(
        lookup, cast<RankedTensorType>(lookup.getTable().getType()).getElementType(),
        [](const graph::Tensor &old, int64_t k) { return old.getInt((k + kOffset) % old.size()); });
  auto widened = dyn_cast<graph::CastOp>(op);
  if (!widened)
    return; // a movement or clip: its result has changed, too
  // x - zero becomes x - (zero + 128), anything else x - 128.
  Value wide = widened.getResult();
  for (OpOperand &use : llvm::make_early_inc_range(wide.getUses())) {
    Operation *user = use.getOwner();
    builder.setInsertionPoint(user);
    std::optional<int64_t> zero;
    if (isa<graph::SubOp>(user) && use.getOperandNumber() == 0)
      zero = getNumber(user->getOperand(1));
    int64_t number = zero.value_or(0) + kOffset;
    if (number == 0) {
      user->getResult(0).replaceAllUsesWith(wide);
      continue;
    }
    Value offset = createNumber(builder, user, wide, builder.getI32Type(), number);
    if (zero)
      user->setOperand(1, offset);
    else
      use.set(graph::SubOp::create(builder, user->getLoc(), wide, offset));
  }
}

unsigned Codes::change() {
  for (Value code : codes) {
    Operation *op = code.getDefiningOp();
    OpBuilder builder(op);
    changeDefinition(builder, op);
    for (Operation *user : llvm::to_vector(code.getUsers()))
      changeUse(builder, user);
  }
  return codes.size();
}

struct PreferUnsigned : impl::PreferUnsignedBase<PreferUnsigned> {
  void runOnOperation() override {
    auto targets = kernel::getTargets(getOperation()->getParentOfType<ModuleOp>());
    if (failed(targets))
      return signalPassFailure();
    if (!targets->front()->architecture->multipliesUnsigned)
      return;
    changed += Codes(getOperation()).change();
  }
};

} // namespace
} // namespace onnxcc
