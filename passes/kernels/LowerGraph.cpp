// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// graph becomes kernel on tensors: see Passes.td. The themes are in Lower*.cpp.
#include "passes/kernels/LowerRegions.h"
#include "passes/kernels/Passes.h"

#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace onnxcc::kernels {
#define GEN_PASS_DEF_LOWERGRAPH
#include "passes/kernels/Passes.h.inc"

/// The element type that the caller sees where tensors' types here do not say it any more.
static constexpr llvm::StringLiteral kElementAttr = "onnx.element";

static LogicalResult lowerOp(Lowering &lowering, Operation *op) {
  return TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](graph::ConstantOp constant) {
        lowering.define(constant.getResult(),
                        lowering.constantTensor(op->getLoc(), constant.getValue()));
        return success();
      })
      .Case([&](graph::BatchNormOp o) { return lowerBatchNorm(lowering, o); })
      .Case([&](graph::ConvOp o) { return lowerConv(lowering, o); })
      .Case([&](graph::ConvTransposeOp o) { return lowerConvTranspose(lowering, o); })
      .Case([&](graph::MatMulOp o) { return lowerMatMul(lowering, o); })
      .Case([&](graph::AttentionOp o) { return lowerAttention(lowering, o); })
      .Case([&](graph::PoolOp o) { return lowerPool(lowering, o); })
      .Case([&](graph::ReduceOp o) { return lowerReduce(lowering, o); })
      .Case([&](graph::ArgReduceOp o) { return lowerArgReduce(lowering, o); })
      .Case([&](graph::CumulateOp o) { return lowerCumulate(lowering, o); })
      .Case<graph::SoftmaxOp, graph::LogSoftmaxOp>(
          [&](auto o) { return lowerSoftmax(lowering, o); })
      .Case<graph::LayerNormOp, graph::RmsNormOp>([&](auto o) { return lowerNorm(lowering, o); })
      .Case([&](graph::TransposeOp o) { return lowerTranspose(lowering, o); })
      .Case([&](graph::ReshapeOp o) { return lowerReshape(lowering, o); })
      .Case([&](graph::ConcatOp o) { return lowerConcat(lowering, o); })
      .Case([&](graph::SliceOp o) { return lowerSlice(lowering, o); })
      .Case([&](graph::PadOp o) { return lowerPad(lowering, o); })
      .Case([&](graph::PlacesOp o) { return lowerPlaces(lowering, o); })
      .Case([&](graph::TopKOp o) { return lowerTopK(lowering, o); })
      .Case([&](graph::ScatterElementsOp o) { return lowerScatterElements(lowering, o); })
      .Case([&](graph::ScatterNdOp o) { return lowerScatterNd(lowering, o); })
      .Case([&](graph::GatherOp o) { return lowerGather(lowering, o); })
      .Case([&](graph::GatherElementsOp o) { return lowerGatherElements(lowering, o); })
      .Case([&](graph::IotaOp o) { return lowerIota(lowering, o); })
      .Case([&](graph::ExtentsOp o) { return lowerExtents(lowering, o); })
      .Case([&](graph::PlacesOpInterface o) { return lowerPlaces(lowering, o); })
      .Case([&](graph::LookupOp o) { return lowerLookup(lowering, o); })
      .Case([&](graph::ElementwiseOpInterface o) { return lowerElementwise(lowering, o); })
      .DefaultUnreachable("all other ops of the dialect are a region's");
}

namespace {

class LowerGraph : public impl::LowerGraphBase<LowerGraph> {
  void runOnOperation() override {
    func::FuncOp func = getOperation();
    if (func.isExternal())
      return;
    Lowering lowering(func);
    SmallVector<Operation *> lowered;
    for (Operation &op : func.front())
      if (isa<graph::GraphDialect>(op.getDialect()))
        lowered.push_back(&op);
    unsigned arguments = func.getNumArguments();
    addArguments(lowering, arguments);

    if (failed(lowerAll(lowering, lowered)))
      return signalPassFailure();

    auto returned = cast<func::ReturnOp>(func.front().getTerminator());
    lowering.at(returned);
    SmallVector<Value> results;
    SmallVector<Type> graphTypes(returned.getOperandTypes());
    for (Value value : returned.getOperands())
      results.push_back(lowering.tensor(value));
    returned->setOperands(results);
    for (Operation *op : llvm::reverse(lowered))
      op->erase();
    llvm::BitVector old(func.getNumArguments());
    old.set(0, arguments);
    if (failed(func.eraseArguments(old)))
      return signalPassFailure();
    func.setType(
        FunctionType::get(&getContext(), func.getArgumentTypes(), returned.getOperandTypes()));
    for (auto [k, type] : llvm::enumerate(graphTypes))
      describe(cast<RankedTensorType>(type),
               [&](StringRef name, Attribute value) { func.setResultAttr(k, name, value); });
    dropUnused(func);
  }

  /// All ops without a kernel are reported, so what follows one of them is left out.
  static LogicalResult lowerAll(Lowering &lowering, ArrayRef<Operation *> ops) {
    bool failedAny = false;
    llvm::DenseSet<Value> unknown;
    for (Operation *op : ops) {
      lowering.at(op);
      bool known = true;
      op->walk([&](Operation *inner) { // itself, and what its region uses
        known &= llvm::none_of(inner->getOperands(), [&](Value v) { return unknown.contains(v); });
      });
      auto lower = [&] {
        if (auto scan = dyn_cast<graph::ScanOp>(op))
          return lowerScan(lowering, scan, lowerAll);
        if (auto choice = dyn_cast<graph::IfOp>(op))
          return lowerIf(lowering, choice, lowerAll);
        return lowerOp(lowering, op);
      };
      if (known && succeeded(lower()))
        continue;
      failedAny |= known;
      unknown.insert(op->result_begin(), op->result_end());
    }
    return failure(failedAny);
  }

  /// New arguments of types without encodings, which the old ones stand for.
  void addArguments(Lowering &lowering, unsigned count) {
    func::FuncOp func = getOperation();
    for (unsigned k = 0; k < count; ++k) {
      BlockArgument old = func.getArgument(k);
      auto type = dyn_cast<RankedTensorType>(old.getType());
      Type added = type ? lowering.type(getExtents(type), type.getElementType()) : old.getType();
      (void)func.insertArgument(count + k, added, func.getArgAttrDict(k), old.getLoc());
      if (!type)
        continue;
      lowering.define(func.getArgument(k), func.getArgument(count + k));
      describe(type,
               [&](StringRef name, Attribute value) { func.setArgAttr(count + k, name, value); });
    }
  }

  /// What the types do not say any more.
  void describe(RankedTensorType type, llvm::function_ref<void(StringRef, Attribute)> set) {
    set(kernel::kExtentsAttr, AffineMapAttr::get(getSymbolMap(getExtents(type), &getContext())));
    if (type.getElementType().isUnsignedInteger())
      set(kElementAttr, TypeAttr::get(type.getElementType()));
  }

  static void dropUnused(func::FuncOp func) {
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(func.front())))
      if (isOpTriviallyDead(&op))
        op.erase();
  }
};

} // namespace
} // namespace onnxcc::kernels
