// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Products of widened bytes read the bytes: see Passes.td.
#include "dialects/support/ConstantData.h"
#include "kernels/Contraction.h"
#include "passes/kernels/Fusion.h"
#include "passes/kernels/Passes.h"
#include "passes/support/DeadOps.h"
#include "passes/support/Remarks.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace onnxcc::kernels {
#define GEN_PASS_DEF_NARROWFACTORS
#include "passes/kernels/Passes.h.inc"

namespace {

/// A tensor as a launch reads it.
struct Read {
  Value tensor;
  AffineMap map;
};

/// What a factor of i32 is made of.
struct Bytes {
  Read bytes;
  bool isUnsigned = false;
  std::optional<Read> zero; // of the same type
};

Type getElement(Value tensor) { return cast<ShapedType>(tensor.getType()).getElementType(); }

/// The integers of a constant of i32, a splat's once.
std::optional<SmallVector<int64_t>> getIntegers(Value tensor) {
  auto constant = tensor.getDefiningOp<arith::ConstantOp>();
  std::optional<ConstantView> view =
      constant ? ConstantView::get(constant.getValue()) : std::nullopt;
  if (!view || !view->type().getElementType().isInteger(32))
    return std::nullopt;
  ArrayRef<char> bytes = view->bytes();
  if (view->isSplat())
    bytes = bytes.take_front(sizeof(int32_t));
  SmallVector<int64_t> integers(bytes.size() / sizeof(int32_t));
  for (auto [k, integer] : llvm::enumerate(integers)) {
    int32_t value;
    memcpy(&value, bytes.data() + k * sizeof(value), sizeof(value));
    integer = value;
  }
  return integers;
}

class FactorNarrower {
public:
  explicit FactorNarrower(kernel::ContractOp op) : op(op), builder(op) {}

  /// Why the factors stay as they are; empty if they have been replaced.
  std::string run();

private:
  std::optional<Bytes> match(Read factor);
  std::optional<Bytes> matchDifference(kernel::MapOp map, AffineMap at);
  std::optional<Bytes> matchConstant(Read factor);
  std::optional<Bytes> matchWidened(kernel::MapOp map, Value scalar, AffineMap at);
  std::optional<Read> matchZero(kernel::MapOp map, Value scalar, AffineMap at, bool isUnsigned,
                                bool isNegative);
  Value makeBytes(Location loc, ArrayRef<int64_t> shape, ArrayRef<int64_t> integers);
  bool isZeroPoint(const Read &zero) const {
    return llvm::none_of(reduced, [&](unsigned dim) { return zero.map.isFunctionOfDim(dim); });
  }
  AffineMap nowhere() { return AffineMap::get(op.getDomain().getNumResults(), 0, op.getContext()); }

  kernel::ContractOp op;
  OpBuilder builder;
  SmallVector<unsigned> reduced;
};

/// A constant of bytes; one integer fills it.
Value FactorNarrower::makeBytes(Location loc, ArrayRef<int64_t> shape, ArrayRef<int64_t> integers) {
  std::vector<char> bytes(integers.begin(), integers.end());
  auto type = RankedTensorType::get(shape, builder.getI8Type());
  ElementsAttr value;
  if (bytes.size() == 1)
    value = DenseElementsAttr::get(type, APInt(8, uint8_t(bytes[0])));
  else
    value = makeConstant(type, std::move(bytes));
  return arith::ConstantOp::create(builder, loc, cast<TypedAttr>(value));
}

/// `scalar`, of a map's region, as a byte that is widened there or before.
std::optional<Bytes> FactorNarrower::matchWidened(kernel::MapOp map, Value scalar, AffineMap at) {
  auto read = [&](Value argument) -> std::optional<Read> {
    auto element = dyn_cast<BlockArgument>(argument);
    if (!element)
      return std::nullopt;
    unsigned k = element.getArgNumber();
    return Read{map.getInputs()[k], map.getIndexingMaps()[k].compose(at)};
  };
  Operation *extension = scalar.getDefiningOp();
  if (isa_and_nonnull<arith::ExtSIOp, arith::ExtUIOp>(extension)) {
    std::optional<Read> bytes = read(extension->getOperand(0));
    if (!bytes || !getElement(bytes->tensor).isInteger(8))
      return std::nullopt;
    return Bytes{*bytes, isa<arith::ExtUIOp>(extension), {}};
  }
  std::optional<Read> wide = read(scalar);
  auto inner = wide ? wide->tensor.getDefiningOp<kernel::MapOp>() : kernel::MapOp();
  if (!inner || inner.getInits().size() != 1 || !inner.getIndices().empty())
    return std::nullopt;
  Value yielded = inner.getBody().front().back().getOperand(0);
  if (isa<BlockArgument>(yielded))
    return std::nullopt;
  return matchWidened(inner, yielded, wide->map);
}

/// A zero point: a byte that is widened as the factor is, or integers of its type's range.
std::optional<Read> FactorNarrower::matchZero(kernel::MapOp map, Value scalar, AffineMap at,
                                              bool isUnsigned, bool isNegative) {
  if (!isNegative)
    if (std::optional<Bytes> zero = matchWidened(map, scalar, at))
      return zero->isUnsigned == isUnsigned && isZeroPoint(zero->bytes) ? std::optional(zero->bytes)
                                                                        : std::nullopt;
  SmallVector<int64_t> integers;
  SmallVector<int64_t> shape;
  AffineMap where = nowhere();
  APInt number;
  if (matchPattern(scalar, m_ConstantInt(&number))) {
    integers.push_back(number.getSExtValue());
  } else if (auto argument = dyn_cast<BlockArgument>(scalar)) {
    Value tensor = map.getInputs()[argument.getArgNumber()];
    std::optional<SmallVector<int64_t>> constant = getIntegers(tensor);
    where = map.getIndexingMaps()[argument.getArgNumber()].compose(at);
    if (!constant)
      return std::nullopt;
    integers = *constant;
    llvm::append_range(shape, cast<ShapedType>(tensor.getType()).getShape());
  } else {
    return std::nullopt;
  }
  for (int64_t &integer : integers) {
    integer = isNegative ? -integer : integer;
    if (isUnsigned ? !llvm::isUInt<8>(integer) : !llvm::isInt<8>(integer))
      return std::nullopt;
  }
  Read zero{makeBytes(op.getLoc(), shape, integers), where};
  return isZeroPoint(zero) ? std::optional(zero) : std::nullopt;
}

/// Bytes, widened, and perhaps less their zero point.
std::optional<Bytes> FactorNarrower::matchDifference(kernel::MapOp map, AffineMap at) {
  if (map.getInits().size() != 1 || !map.getIndices().empty())
    return std::nullopt;
  Value yielded = map.getBody().front().back().getOperand(0);
  Operation *sum = yielded.getDefiningOp();
  if (!isa_and_nonnull<arith::SubIOp, arith::AddIOp>(sum))
    return sum ? matchWidened(map, yielded, at) : std::nullopt;
  std::optional<Bytes> bytes = matchWidened(map, sum->getOperand(0), at);
  if (bytes)
    bytes->zero =
        matchZero(map, sum->getOperand(1), at, bytes->isUnsigned, isa<arith::AddIOp>(sum));
  return bytes && bytes->zero ? bytes : std::nullopt;
}

/// Integers of which the greatest and the least are at most 255 apart are signed bytes, less a zero
/// point where these do not hold them.
std::optional<Bytes> FactorNarrower::matchConstant(Read factor) {
  std::optional<SmallVector<int64_t>> integers = getIntegers(factor.tensor);
  if (!integers || integers->empty())
    return std::nullopt;
  auto [least, greatest] = std::minmax_element(integers->begin(), integers->end());
  int64_t zero = 0;
  if (*least < INT8_MIN)
    zero = INT8_MIN - *least;
  else if (*greatest > INT8_MAX)
    zero = INT8_MAX - *greatest;
  if (!llvm::isInt<8>(zero) || *least + zero < INT8_MIN || *greatest + zero > INT8_MAX)
    return std::nullopt;
  for (int64_t &integer : *integers)
    integer += zero;
  Bytes bytes;
  bytes.bytes = {makeBytes(factor.tensor.getLoc(),
                           cast<ShapedType>(factor.tensor.getType()).getShape(), *integers),
                 factor.map};
  if (zero)
    bytes.zero = Read{makeBytes(op.getLoc(), {}, zero), nowhere()};
  return bytes;
}

/// Whether an op only moves the elements of its first operand: a reshape, a copy in another order.
static bool isMovement(Operation *op) {
  auto map = dyn_cast_or_null<kernel::MapOp>(op);
  return isa_and_nonnull<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(op) ||
         (map && isCopy(map));
}

/// The same movement of `bytes`.
static Value moveBytes(Operation *op, Value bytes) {
  OpBuilder builder(op);
  builder.setInsertionPointAfter(op);
  Operation *moved = builder.clone(*op);
  auto type = cast<RankedTensorType>(op->getResult(0).getType()).clone(builder.getI8Type());
  moved->setOperand(0, bytes);
  moved->getResult(0).setType(type);
  if (auto map = dyn_cast<kernel::MapOp>(moved)) {
    auto empty = map.getInits()[0].getDefiningOp<tensor::EmptyOp>();
    builder.setInsertionPoint(moved);
    map.getInitsMutable()[0].set(
        tensor::EmptyOp::create(builder, op->getLoc(), empty.getMixedSizes(), builder.getI8Type()));
    map.getBody().getArgument(0).setType(builder.getI8Type());
  }
  return moved->getResult(0);
}

std::optional<Bytes> FactorNarrower::match(Read factor) {
  Operation *movement = factor.tensor.getDefiningOp();
  if (auto map = factor.tensor.getDefiningOp<kernel::MapOp>(); map && !isMovement(map))
    return matchDifference(map, factor.map);
  if (!isMovement(movement))
    return matchConstant(factor);
  // The bytes are moved instead; a zero point must be one for all.
  Value source = movement->getOperand(0);
  int64_t rank = cast<ShapedType>(source.getType()).getRank();
  AffineMap whole = builder.getMultiDimIdentityMap(rank);
  FactorNarrower inner(op);
  std::optional<Bytes> bytes = inner.match({source, whole});
  if (!bytes || bytes->bytes.map != whole ||
      (bytes->zero && cast<ShapedType>(bytes->zero->tensor.getType()).getRank() != 0))
    return std::nullopt;
  bytes->bytes = {moveBytes(movement, bytes->bytes.tensor), factor.map};
  if (bytes->zero)
    bytes->zero->map = nowhere();
  return bytes;
}

std::string FactorNarrower::run() {
  reduced = kernel::LaunchOpInterface(op).getReductionDims();
  SmallVector<AffineMap> maps = op.getIndexingMaps();
  SmallVector<Value> inputs;
  SmallVector<AffineMap> newMaps;
  SmallVector<Read> zeros;
  SmallVector<int64_t> beside, unsignedFactors;
  unsigned factors = op.getProducts(); // 1: sums of bytes
  for (unsigned factor = 0; factor < factors; ++factor) {
    std::optional<Bytes> bytes = match({op.getInputs()[factor], maps[factor]});
    if (!bytes)
      return factor == 0 ? "its input is not known to be of bytes"
                         : "its weights are not known to be of bytes";
    inputs.push_back(bytes->bytes.tensor);
    newMaps.push_back(bytes->bytes.map);
    if (bytes->isUnsigned)
      unsignedFactors.push_back(factor);
    if (bytes->zero) {
      zeros.push_back(*bytes->zero);
      beside.push_back(int64_t(factor == 0 ? Beside::InputZero : Beside::WeightZero));
    }
  }
  for (const Read &zero : zeros) {
    inputs.push_back(zero.tensor);
    newMaps.push_back(zero.map);
  }
  llvm::append_range(inputs, op.getInputs().drop_front(factors));
  llvm::append_range(newMaps, ArrayRef(maps).drop_front(factors));
  op.getInputsMutable().assign(inputs);
  op.setMapsAttr(builder.getAffineMapArrayAttr(newMaps));
  op.setBeside(beside);
  op.setUnsignedFactors(unsignedFactors);
  return "";
}

struct NarrowFactors : impl::NarrowFactorsBase<NarrowFactors> {
  void runOnOperation() override {
    SmallVector<kernel::ContractOp> products;
    getOperation().walk([&](kernel::ContractOp op) {
      if (op.getBeside().empty() && op.getCombine() == kernel::Combine::Sum &&
          llvm::all_of(op.getInputs().take_front(op.getProducts()),
                       [](Value factor) { return getElement(factor).isInteger(32); }))
        products.push_back(op);
    });
    for (kernel::ContractOp op : products) {
      std::string obstacle = FactorNarrower(op).run();
      if (obstacle.empty())
        noteMade(op.getLoc(), getArgument(), "bytes");
      else
        noteRefused(op.getLoc(), getArgument(), "bytes", obstacle);
    }
    eraseDeadOps(getOperation().getBody());
  }
};

} // namespace
} // namespace onnxcc::kernels
