// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Products of floats read the codes of weights that are dequantized: see Passes.td.
#include "dialects/graph/Tensor.h"
#include "dialects/support/ConstantData.h"
#include "kernels/Registry.h"
#include "passes/kernels/Fusion.h"
#include "passes/kernels/Passes.h"
#include "passes/support/DeadOps.h"
#include "passes/support/Remarks.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace onnxcc::kernels {
#define GEN_PASS_DEF_NARROWWEIGHTS
#include "passes/kernels/Passes.h.inc"

namespace {

/// A constant as a launch reads it.
struct ConstantRead {
  ElementsAttr constant;
  AffineMap map;

  /// Its integers, a splat's too for each element; those of bits without a sign, if so.
  std::vector<int64_t> getIntegers(bool isUnsigned) const {
    std::vector<int64_t> integers = graph::Tensor::get(constant)->ints();
    if (isUnsigned)
      for (int64_t &integer : integers)
        integer &= (int64_t(1) << constant.getElementType().getIntOrFloatBitWidth()) - 1;
    return integers;
  }
};

/// (code - zero) * scale.
struct Dequantized {
  ConstantRead codes, scale;
  std::optional<ConstantRead> zero;
  bool isUnsigned = false;
};

class WeightNarrower {
public:
  explicit WeightNarrower(kernel::ContractOp op) : op(op), builder(op) {}

  /// Why the weights stay as they are; empty if their codes are read.
  std::string run();

private:
  std::optional<ConstantRead> read(Value tensor, AffineMap at);
  std::optional<ConstantRead> readScalar(kernel::MapOp map, Value scalar, AffineMap at);
  std::optional<Dequantized> match(kernel::MapOp map, AffineMap at);
  bool matchIntegers(kernel::MapOp map, Value scalar, AffineMap at, Dequantized &weights);
  std::string getObstacle(const Dequantized &weights);
  std::optional<int64_t> getBlockDepth(const ConstantRead &read);
  Value makeIntegers(Type type, ArrayRef<int64_t> shape, ArrayRef<int64_t> integers);

  kernel::ContractOp op;
  OpBuilder builder;
};

/// The constant behind a tensor, looking through movements.
std::optional<ConstantRead> WeightNarrower::read(Value tensor, AffineMap at) {
  if (auto constant = tensor.getDefiningOp<arith::ConstantOp>())
    return ConstantRead{cast<ElementsAttr>(constant.getValue()), at};
  auto map = tensor.getDefiningOp<kernel::MapOp>();
  if (!map || !isPlain(map) || map.getInits().size() != 1)
    return std::nullopt;
  return readScalar(map, map.getBody().front().back().getOperand(0), at);
}

/// What a map's region has as one of its operands, or as a number.
std::optional<ConstantRead> WeightNarrower::readScalar(kernel::MapOp map, Value scalar,
                                                       AffineMap at) {
  if (auto argument = dyn_cast<BlockArgument>(scalar)) {
    unsigned k = argument.getArgNumber();
    return read(map.getInputs()[k], map.getIndexingMaps()[k].compose(at));
  }
  Attribute number;
  if (!matchPattern(scalar, m_Constant(&number)))
    return std::nullopt;
  return ConstantRead{DenseElementsAttr::get(RankedTensorType::get({}, scalar.getType()), number),
                      AffineMap::get(at.getNumDims(), 0, op.getContext())};
}

bool WeightNarrower::matchIntegers(kernel::MapOp map, Value scalar, AffineMap at,
                                   Dequantized &weights) {
  auto readWidened = [&](Value value) -> std::optional<ConstantRead> {
    Operation *extension = value.getDefiningOp();
    if (!isa_and_nonnull<arith::ExtSIOp, arith::ExtUIOp>(extension) ||
        isa<arith::ExtUIOp>(extension) != weights.isUnsigned)
      return std::nullopt;
    return readScalar(map, extension->getOperand(0), at);
  };
  Operation *difference = scalar.getDefiningOp();
  bool hasZero = isa_and_nonnull<arith::SubIOp>(difference);
  Operation *extension = hasZero ? difference->getOperand(0).getDefiningOp() : difference;
  if (!isa_and_nonnull<arith::ExtSIOp, arith::ExtUIOp>(extension))
    return false;
  weights.isUnsigned = isa<arith::ExtUIOp>(extension);
  std::optional<ConstantRead> codes = readWidened(extension->getResult(0));
  if (!codes || codes->constant.getElementType().getIntOrFloatBitWidth() > 8)
    return false;
  weights.codes = *codes;
  if (!hasZero)
    return true;
  weights.zero = readWidened(difference->getOperand(1));
  if (!weights.zero) // a number, widened already
    weights.zero = readScalar(map, difference->getOperand(1), at);
  return weights.zero.has_value();
}

std::optional<Dequantized> WeightNarrower::match(kernel::MapOp map, AffineMap at) {
  if (!isPlain(map) || map.getInits().size() != 1)
    return std::nullopt;
  auto product = map.getBody().front().back().getOperand(0).getDefiningOp<arith::MulFOp>();
  auto real = product ? product.getLhs().getDefiningOp<arith::SIToFPOp>() : arith::SIToFPOp();
  Dequantized weights;
  if (!real || !matchIntegers(map, real.getIn(), at, weights))
    return std::nullopt;
  std::optional<ConstantRead> scale = readScalar(map, product.getRhs(), at);
  if (!scale || !scale->constant.getElementType().isF32())
    return std::nullopt;
  weights.scale = *scale;
  return weights;
}

/// How many products along the depth an element is for; all of them: nothing.
std::optional<int64_t> WeightNarrower::getBlockDepth(const ConstantRead &read) {
  unsigned depth = op.getDomain().getNumResults() - 1;
  for (AffineExpr index : read.map.getResults())
    if (index.isFunctionOfDim(depth)) {
      auto block = dyn_cast<AffineBinaryOpExpr>(index);
      auto size = block && block.getKind() == AffineExprKind::FloorDiv
                      ? dyn_cast<AffineConstantExpr>(block.getRHS())
                      : AffineConstantExpr();
      return size ? size.getValue() : 1;
    }
  return std::nullopt;
}

std::string WeightNarrower::getObstacle(const Dequantized &weights) {
  std::string why;
  if (!findFamily("gemm")->match(op, why))
    return why;
  std::optional<int64_t> scales = getBlockDepth(weights.scale),
                         zeros = weights.zero ? getBlockDepth(*weights.zero) : std::nullopt;
  if (scales && zeros && scales != zeros)
    return "its zero points are for other blocks than its scales";
  return "";
}

Value WeightNarrower::makeIntegers(Type type, ArrayRef<int64_t> shape, ArrayRef<int64_t> integers) {
  std::vector<char> bytes(integers.begin(), integers.end());
  return arith::ConstantOp::create(
      builder, op.getInputs()[1].getLoc(),
      cast<TypedAttr>(makeConstant(RankedTensorType::get(shape, type), std::move(bytes))));
}

std::string WeightNarrower::run() {
  auto map = op.getInputs()[1].getDefiningOp<kernel::MapOp>();
  SmallVector<AffineMap> maps = op.getIndexingMaps();
  std::optional<Dequantized> weights = map ? match(map, maps[1]) : std::nullopt;
  if (!weights)
    return "its weights are not known to be dequantized codes";
  if (std::string obstacle = getObstacle(*weights); !obstacle.empty())
    return obstacle;
  std::vector<int64_t> codes = weights->codes.getIntegers(weights->isUnsigned), zeros;
  if (codes.empty())
    return "it has no weights";
  zeros.push_back(0);
  if (weights->zero)
    zeros = weights->zero->getIntegers(weights->isUnsigned);

  // Codes and zero points move together: to 4 bits with a sign if they all fit.
  auto [least, greatest] = std::minmax_element(codes.begin(), codes.end());
  auto [leastZero, greatestZero] = std::minmax_element(zeros.begin(), zeros.end());
  std::optional<int64_t> block = getBlockDepth(weights->scale);
  if (!block && weights->zero)
    block = getBlockDepth(*weights->zero);
  auto getShift = [&](int64_t low, int64_t high) -> std::optional<int64_t> {
    int64_t shift = *least < low || *greatest > high ? *least - low : 0;
    bool fits = *greatest - shift <= high && *leastZero - shift >= INT8_MIN &&
                *greatestZero - shift <= INT8_MAX;
    return fits ? std::optional(shift) : std::nullopt;
  };
  unsigned bits = 4;
  std::optional<int64_t> shift = block.value_or(8) % 8 == 0 ? getShift(-8, 7) : std::nullopt;
  if (!shift) {
    bits = 8;
    shift = getShift(INT8_MIN, INT8_MAX);
  }
  if (!shift)
    return "its zero points are far from its codes";
  for (int64_t &code : codes)
    code -= *shift;
  for (int64_t &zero : zeros)
    zero -= *shift;

  SmallVector<Value> inputs(op.getInputs());
  SmallVector<int64_t> beside;
  inputs[1] = makeIntegers(builder.getIntegerType(bits),
                           weights->codes.constant.getShapedType().getShape(), codes);
  maps[1] = weights->codes.map;
  auto add = [&](Value value, AffineMap at, kernel::Beside role) {
    unsigned k = op.getProducts() + beside.size();
    inputs.insert(inputs.begin() + k, value);
    maps.insert(maps.begin() + k, at);
    beside.push_back(int64_t(role));
  };
  if (llvm::any_of(zeros, [](int64_t zero) { return zero != 0; })) {
    AffineMap nowhere = AffineMap::get(maps[0].getNumDims(), 0, op.getContext());
    SmallVector<int64_t> shape;
    if (weights->zero)
      llvm::append_range(shape, weights->zero->constant.getShapedType().getShape());
    add(makeIntegers(builder.getI8Type(), shape, zeros),
        weights->zero ? weights->zero->map : nowhere, kernel::Beside::WeightZero);
  }
  Value scale = arith::ConstantOp::create(builder, op.getInputs()[1].getLoc(),
                                          cast<TypedAttr>(weights->scale.constant));
  add(scale, weights->scale.map, kernel::Beside::WeightScale);
  op.getInputsMutable().assign(inputs);
  op.setMapsAttr(builder.getAffineMapArrayAttr(maps));
  op.setBeside(beside);
  return "";
}

struct NarrowWeights : impl::NarrowWeightsBase<NarrowWeights> {
  void runOnOperation() override {
    SmallVector<kernel::ContractOp> products;
    getOperation().walk([&](kernel::ContractOp op) {
      auto isFloat = [](Value factor) {
        return cast<ShapedType>(factor.getType()).getElementType().isF32();
      };
      if (op.getProducts() == 2 && op.getBeside().empty() &&
          op.getCombine() == kernel::Combine::Sum &&
          op.getBody().getArgument(0).getType().isF32() &&
          llvm::all_of(op.getInputs().take_front(2), isFloat) &&
          op.getInputs()[1].getDefiningOp<kernel::MapOp>())
        products.push_back(op);
    });
    for (kernel::ContractOp op : products) {
      std::string obstacle = WeightNarrower(op).run();
      if (obstacle.empty())
        noteMade(op.getLoc(), getArgument(), "codes");
      else
        noteRefused(op.getLoc(), getArgument(), "codes", obstacle);
    }
    eraseDeadOps(getOperation().getBody());
  }
};

} // namespace
} // namespace onnxcc::kernels
