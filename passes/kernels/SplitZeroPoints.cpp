// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Zero points that no template takes become sums of the other factor: see Passes.td.
#include "dialects/support/Extents.h"
#include "kernels/Contraction.h"
#include "passes/kernels/Passes.h"
#include "passes/support/Indices.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/SmallBitVector.h"

using namespace mlir;

namespace onnxcc::kernels {
#define GEN_PASS_DEF_SPLITZEROPOINTS
#include "passes/kernels/Passes.h.inc"

namespace {

ShapedType getType(Value value) { return cast<ShapedType>(value.getType()); }

bool isZero(Value value) {
  DenseElementsAttr elements;
  return matchPattern(value, m_Constant(&elements)) && elements.isSplat() &&
         elements.getSplatValue<APInt>().isZero();
}

/// Takes operand `input`, which is no factor, away from a contraction; its map is returned.
AffineMap dropBeside(kernel::ContractOp op, unsigned input) {
  SmallVector<AffineMap> maps = op.getIndexingMaps();
  AffineMap map = maps[input];
  maps.erase(maps.begin() + input);
  SmallVector<int64_t> beside(op.getBeside());
  beside.erase(beside.begin() + (input - op.getProducts()));
  op.getInputsMutable().erase(input);
  op.setMapsAttr(Builder(op).getAffineMapArrayAttr(maps));
  op.setBeside(beside);
  return map;
}

/// Gives the region the element of `value` at the output's point.
BlockArgument addOperand(kernel::ContractOp op, Value value, AffineMap map) {
  SmallVector<AffineMap> maps = op.getIndexingMaps();
  unsigned at = op.getInputs().size();
  maps.insert(maps.begin() + at, map);
  op.getInputsMutable().append(value);
  op.setMapsAttr(Builder(op).getAffineMapArrayAttr(maps));
  return op.getBody().addArgument(getType(value).getElementType(), value.getLoc());
}

/// The sums of one factor of a contraction, less its zero point, over what the output lacks. The
/// result has the dims `kept` of the domain.
Value sumFactor(OpBuilder &builder, kernel::ContractOp op, unsigned factor, ArrayRef<unsigned> kept,
                ArrayRef<unsigned> summed) {
  Location loc = op.getLoc();
  SmallVector<AffineMap> read = op.getIndexingMaps();
  SmallVector<AffineExpr> dims(read[factor].getNumDims(), builder.getAffineConstantExpr(0));
  SmallVector<AffineExpr> domain, extents;
  for (unsigned dim : llvm::concat<const unsigned>(kept, summed)) {
    dims[dim] = builder.getAffineDimExpr(domain.size());
    domain.push_back(op.getDomain().getResult(dim));
  }
  extents.assign(domain.begin(), domain.begin() + kept.size());
  auto renumber = [&](AffineMap map) {
    return map.replaceDimsAndSymbols(dims, {}, domain.size(), map.getNumSymbols());
  };
  SmallVector<Value> inputs{op.getInputs()[factor]};
  SmallVector<AffineMap> maps{renumber(read[factor])};
  SmallVector<int64_t> beside, unsignedFactors;
  if (std::optional<unsigned> zero =
          findBeside(op, factor == 0 ? Beside::InputZero : Beside::WeightZero)) {
    inputs.push_back(op.getInputs()[*zero]);
    maps.push_back(renumber(read[*zero]));
    beside.push_back(int64_t(Beside::InputZero));
  }
  if (isUnsigned(op, factor))
    unsignedFactors.push_back(0);
  maps.push_back(AffineMap::getMultiDimIdentityMap(domain.size(), builder.getContext())
                     .getMajorSubMap(kept.size()));

  Type total = op.getBody().getArgument(0).getType();
  Value empty = tensor::EmptyOp::create(builder, loc, buildSizes(builder, loc, extents), total);
  auto sums = kernel::ContractOp::create(
      builder, loc, TypeRange(empty.getType()), kernel::Combine::Sum, /*products=*/1, inputs, empty,
      /*scratch=*/Value(), getSymbolMap(domain, builder.getContext()),
      builder.getAffineMapArrayAttr(maps), kernel::ScheduleAttr(), unsignedFactors, beside);
  Block &code = sums.getBody().emplaceBlock();
  OpBuilder inside = OpBuilder::atBlockEnd(&code);
  kernel::YieldOp::create(inside, loc, code.addArgument(total, loc));
  return sums->getResult(0);
}

/// Σ (x - zx)(w - zw) = Σ (x - zx) w - zw Σ (x - zx), and so with the factors exchanged.
void split(kernel::ContractOp op, unsigned factor, unsigned zeroInput) {
  OpBuilder builder(op);
  AffineMap output = kernel::LaunchOpInterface(op).getOutputMap(),
            other = op.getIndexingMaps()[1 - factor];
  SmallVector<unsigned> kept, summed;
  for (unsigned dim = 0; dim < output.getNumDims(); ++dim) {
    if (!output.isFunctionOfDim(dim))
      summed.push_back(dim);
    else if (other.isFunctionOfDim(dim))
      kept.push_back(dim);
  }
  Value sums = sumFactor(builder, op, 1 - factor, kept, summed);
  bool isWide = isUnsigned(op, factor);
  Value zero = op.getInputs()[zeroInput];
  AffineMap zeroMap = dropBeside(op, zeroInput);
  SmallVector<AffineExpr> places;
  for (unsigned dim : kept)
    places.push_back(builder.getAffineDimExpr(dim));
  Value zeroElement = addOperand(op, zero, zeroMap),
        sum = addOperand(op, sums,
                         AffineMap::get(output.getNumDims(), 0, places, builder.getContext())),
        total = op.getBody().getArgument(0);

  OpBuilder inside = OpBuilder::atBlockBegin(&op.getBody().front());
  Location loc = op.getLoc();
  Value wide = isWide
                   ? arith::ExtUIOp::create(inside, loc, total.getType(), zeroElement).getResult()
                   : arith::ExtSIOp::create(inside, loc, total.getType(), zeroElement);
  Value excess = arith::MulIOp::create(inside, loc, wide, sum);
  auto less = arith::SubIOp::create(inside, loc, total, excess);
  total.replaceAllUsesExcept(less, less);
}

struct SplitZeroPoints : impl::SplitZeroPointsBase<SplitZeroPoints> {
  void runOnOperation() override {
    SmallVector<kernel::ContractOp> contractions;
    getOperation().walk([&](kernel::ContractOp op) {
      if (op.getProducts() == 2 && op.getCombine() == kernel::Combine::Sum)
        contractions.push_back(op);
    });
    for (kernel::ContractOp op : contractions) {
      for (Beside role : {Beside::InputZero, Beside::WeightZero})
        if (std::optional<unsigned> zero = findBeside(op, role);
            zero && isZero(op.getInputs()[*zero]))
          dropBeside(op, *zero);
      if (std::optional<unsigned> zero = findBeside(op, Beside::WeightZero))
        split(op, 1, *zero);
      // Sums of constant weights make up for one zero point of the input, at borders too.
      std::optional<unsigned> zero = findBeside(op, Beside::InputZero);
      if (zero &&
          (getType(op.getInputs()[*zero]).getRank() != 0 || !isConstant(op.getInputs()[1])) &&
          op.getIndexingMaps()[0].isProjectedPermutation())
        split(op, 0, *zero);
    }
  }
};

} // namespace
} // namespace onnxcc::kernels
