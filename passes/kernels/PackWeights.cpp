// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constants become weights in the order that kernels read them: see Passes.td.
#include "dialects/support/ConstantData.h"
#include "dialects/support/Extents.h"
#include "dialects/support/Locations.h"
#include "kernels/Contraction.h"
#include "passes/kernels/Passes.h"
#include "passes/support/Remarks.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace onnxcc::kernels {
#define GEN_PASS_DEF_PACKWEIGHTS
#include "passes/kernels/Passes.h.inc"

namespace {

class PackWeights : public impl::PackWeightsBase<PackWeights> {
  void runOnOperation() override {
    names.clear();
    stored.clear();
    last = nullptr;
    for (Operation &op : getOperation().getOps())
      if (auto symbol = dyn_cast<SymbolOpInterface>(op))
        names.insert(symbol.getName());
    SmallVector<kernel::LaunchOpInterface> launches;
    getOperation().walk([&](kernel::LaunchOpInterface op) { launches.push_back(op); });
    for (kernel::LaunchOpInterface op : launches)
      pack(op);
    SmallVector<arith::ConstantOp> constants;
    // In branches and steps too, and not those of scalar code.
    getOperation().walk([&](arith::ConstantOp constant) {
      if (isa<RankedTensorType>(constant.getType()))
        constants.push_back(constant);
    });
    for (arith::ConstantOp constant : constants) {
      OpBuilder builder(constant);
      if (!constant.use_empty())
        constant.replaceAllUsesWith(
            getWeight(builder, constant, cast<ElementsAttr>(constant.getValue())));
      constant.erase();
    }
    orderWeights();
  }

  /// Weights lie in the order in which they are first read: a call goes through them once.
  void orderWeights() {
    SymbolTable symbols(getOperation());
    llvm::SetVector<Operation *> order;
    getOperation().walk([&](Operation *op) {
      for (Value operand : op->getOperands())
        if (auto weight = operand.getDefiningOp<kernel::WeightOp>())
          order.insert(symbols.lookup(weight.getWeights()));
    });
    Block *module = getOperation().getBody();
    for (Operation *weights : llvm::reverse(order))
      weights->moveBefore(module, module->begin());
  }

  /// Gives a launch its inputs in the order of its family.
  void pack(kernel::LaunchOpInterface op) {
    const Family &family = getFamily(op);
    for (unsigned input = 0; input < op.getInputs().size(); ++input) {
      std::optional<Packing> packing = family.getPacking(op, input);
      AffineMap read = op.getIndexingMaps()[input];
      if (!packing || read == packing->getMap(op.getDomain()))
        continue;
      OpBuilder builder(op);
      Value packed;
      ElementsAttr constant;
      if (auto filter = findConstant(op.getInputs()[input], op)) {
        constant = packing->pack(cast<ElementsAttr>(filter.getValue()), read, op.getDomain());
        if (constant)
          packed = getWeight(builder, filter, constant);
      }
      if (!packed && family.packsAtRunTime()) {
        packed = packInCall(builder, op, input, *packing);
        noteMade(op.getLoc(), getArgument(), "filter packed in each call");
      }
      if (!packed)
        continue;
      SmallVector<AffineMap> maps = op.getIndexingMaps();
      maps[input] = packing->getMap(op.getDomain());
      op->setOperand(input, packed);
      op->setAttr("maps", builder.getAffineMapArrayAttr(maps));
      if (ElementsAttr sums = constant ? family.getSums(op, input, constant) : ElementsAttr())
        addSums(builder, cast<kernel::ContractOp>(*op), *packing, sums);
    }
  }

  /// Puts the sums of a contraction's packed filter beside its factors.
  void addSums(OpBuilder &builder, kernel::ContractOp op, const Packing &packing,
               ElementsAttr value) {
    unsigned at = op.countFactors();
    SmallVector<AffineMap> maps = op.getIndexingMaps();
    // […][steps][columns][group] without the steps and the group.
    auto launch = cast<kernel::LaunchOpInterface>(op.getOperation());
    SmallVector<AffineExpr> places(packing.getMap(launch.getDomain()).getResults());
    places.pop_back();
    places.erase(places.end() - 2);
    maps.insert(maps.begin() + at, AffineMap::get(maps[1].getNumDims(), 0, places, &getContext()));
    SmallVector<int64_t> beside(op.getBeside());
    beside.push_back(int64_t(Beside::WeightSums));
    auto filter = op.getInputs()[1].getDefiningOp<kernel::WeightOp>();
    auto sums = arith::ConstantOp::create(builder, filter.getLoc(), cast<TypedAttr>(value));
    SmallVector<Value> inputs(op.getInputs());
    inputs.insert(inputs.begin() + at, getWeight(builder, sums, value));
    op.getInputsMutable().assign(inputs);
    sums.erase();
    op.setMapsAttr(builder.getAffineMapArrayAttr(maps));
    op.setBeside(beside);
  }

  /// A launch that packs what is known in a call only.
  static Value packInCall(OpBuilder &builder, kernel::LaunchOpInterface op, unsigned input,
                          const Packing &packing) {
    Value filter = op.getInputs()[input];
    Location loc = filter.getLoc();
    SmallVector<AffineExpr> extents = packing.getExtents(op.getDomain());
    Type element = cast<RankedTensorType>(filter.getType()).getElementType();
    SmallVector<int64_t> shape;
    for (AffineExpr extent : extents)
      shape.push_back(cast<AffineConstantExpr>(extent).getValue());
    Value empty = tensor::EmptyOp::create(builder, loc, shape, element);
    AffineMap source = packing.getSource(op.getIndexingMaps()[input], op.getDomain());
    AffineMap identity = builder.getMultiDimIdentityMap(extents.size());
    auto map = kernel::MapOp::create(
        builder, loc, empty.getType(), filter, empty, /*scratch=*/Value(),
        AffineMapAttr::get(getSymbolMap(extents, builder.getContext())),
        builder.getAffineMapArrayAttr(
            {AffineMap::get(extents.size(), 0, source.getResults(), builder.getContext()),
             identity}),
        kernel::ScheduleAttr());
    Block &code = map.getBody().emplaceBlock();
    OpBuilder inside = OpBuilder::atBlockEnd(&code);
    kernel::YieldOp::create(inside, loc, code.addArgument(element, loc));
    return map->getResult(0);
  }

  /// The constant behind a filter, looking through reshapes, which the constant then takes on.
  static arith::ConstantOp findConstant(Value filter, Operation *op) {
    if (auto constant = filter.getDefiningOp<arith::ConstantOp>())
      return constant;
    Operation *reshape = filter.getDefiningOp();
    if (!isa_and_nonnull<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(reshape))
      return {};
    auto source = findConstant(reshape->getOperand(0), op);
    if (!source)
      return {};
    auto type = cast<RankedTensorType>(filter.getType());
    OpBuilder builder(reshape);
    ElementsAttr reshaped = reshapeConstant(cast<ElementsAttr>(source.getValue()), type);
    return arith::ConstantOp::create(builder, source.getLoc(), cast<TypedAttr>(reshaped));
  }

  Value getWeight(OpBuilder &builder, arith::ConstantOp constant, ElementsAttr value) {
    kernel::WeightsOp &weights = stored[value];
    if (!weights) {
      OpBuilder atStart = OpBuilder::atBlockBegin(getOperation().getBody());
      if (last)
        atStart.setInsertionPointAfter(last);
      weights = kernel::WeightsOp::create(atStart, constant.getLoc(), makeName(constant),
                                          /*sym_visibility=*/StringAttr(), value);
      last = weights;
    }
    return kernel::WeightOp::create(builder, constant.getLoc(), value.getShapedType(),
                                    FlatSymbolRefAttr::get(weights.getSymNameAttr()));
  }

  /// A legal C identifier, unique in the module.
  std::string makeName(arith::ConstantOp constant) {
    std::string name;
    for (char c : getValueName(constant.getResult()))
      name += llvm::isAlnum(c) ? c : '_';
    if (name.empty())
      name = "constant";
    if (llvm::isDigit(name[0]))
      name.insert(0, "w");
    std::string unique = name;
    for (unsigned k = 1; !names.insert(unique).second; ++k)
      unique = name + "_" + std::to_string(k);
    return unique;
  }

  llvm::StringSet<> names;
  llvm::MapVector<Attribute, kernel::WeightsOp> stored;
  Operation *last = nullptr;
};

} // namespace
} // namespace onnxcc::kernels
