// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operands get places that launches and calls can use, and both their scratch memory: see
// Passes.td.
#include "dialects/support/ConstantData.h"
#include "kernels/Family.h"
#include "kernels/Routine.h"
#include "passes/memory/Buffers.h"
#include "passes/memory/Passes.h"
#include "passes/support/Remarks.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace onnxcc::memory {
#define GEN_PASS_DEF_SETTLEOPERANDS
#include "passes/memory/Passes.h.inc"

namespace {

class SettleOperands : public impl::SettleOperandsBase<SettleOperands> {
  void runOnOperation() override {
    func::FuncOp func = getOperation();
    greatest = getSymbolBounds(func).max;
    SmallVector<kernel::LaunchOpInterface> launches;
    SmallVector<kernel::CallOp> calls;
    func.walk([&](kernel::LaunchOpInterface op) {
      if (!op.getScheduleAttr() || op.getScheduleAttr().getVariants().empty())
        schedule(op);
      launches.push_back(op);
    });
    func.walk([&](kernel::CallOp op) { calls.push_back(op); });
    ModuleFacts facts(greatest);
    FailureOr<Views> views = Views::analyze(func, greatest.size());
    if (failed(views))
      return signalPassFailure();
    for (kernel::LaunchOpInterface op : launches)
      if (failed(settle(op, Launch(op, *views, facts))))
        return signalPassFailure();
    for (kernel::CallOp op : calls)
      if (failed(settle(op, *views)))
        return signalPassFailure();
    // Copies have come meanwhile, whose loops go somehow too.
    views = Views::analyze(func, greatest.size());
    if (failed(views))
      return signalPassFailure();
    func.walk([&](kernel::LaunchOpInterface op) {
      StringRef walk = kernels::getFamily(op).getWalk(Launch(op, *views, facts));
      if (!walk.empty())
        settleWalk(op, walk);
    });
  }

  /// Routines want their operands without gaps.
  LogicalResult settle(kernel::CallOp op, const Views &views) {
    for (OpOperand &operand : op->getOpOperands())
      if (!kernels::isContiguous(views[operand.get()]) && failed(copy(op, operand)))
        return failure();
    addScratch(op);
    return success();
  }

  /// Gives a step the scratch memory that it asks for.
  template <class Step> void addScratch(Step op) {
    AffineExpr bytes = kernels::getScratchBytes(op);
    if (!bytes || op.getScratch())
      return;
    OpBuilder builder(op);
    op.getScratchMutable().assign(allocate(builder, op->getLoc(), {bytes}, builder.getI8Type()));
  }

  void schedule(kernel::LaunchOpInterface op) {
    kernels::matchFamily(op);
    kernels::chooseSchedule(op, greatest);
  }

  LogicalResult settle(kernel::LaunchOpInterface op, const Launch &launch) {
    using kernels::Family;
    const Family &family = kernels::getFamily(op);
    SmallVector<DictionaryAttr> demands(op.getScheduleAttr().getOperands());
    for (auto [k, attribute] : llvm::enumerate(demands)) {
      if (kernels::isMet(launch, k, kernels::Demand::get(attribute)))
        continue;
      switch (family.getRemedy(op, k)) {
      case Family::Remedy::Gather: {
        kernels::Demand gathered;
        gathered.gathered = true;
        attribute = gathered.toAttribute(&getContext());
        break;
      }
      case Family::Remedy::Copy:
        if (failed(copy(op, op->getOpOperand(k))))
          return failure();
        break;
      case Family::Remedy::Reorder:
        reorder(op, k);
        break;
      }
    }
    op.setScheduleAttr(op.getScheduleAttr().withOperands(demands));
    addScratch(op);
    return success();
  }

  /// Adds to the schedule how loops go.
  void settleWalk(kernel::LaunchOpInterface op, StringRef walk) {
    kernel::ScheduleAttr schedule = op.getScheduleAttr();
    SmallVector<DictionaryAttr> variants;
    for (DictionaryAttr variant : schedule.getVariants()) {
      kernels::Choices choices = kernels::Choices::get(variant);
      choices.set("walk", walk);
      variants.push_back(choices.toAttribute(&getContext()));
    }
    op.setScheduleAttr(schedule.withChoices(schedule.getTasks(), variants));
    int64_t points = 1;
    for (AffineExpr extent : op.getDomain().getResults())
      points *= evaluate(extent, greatest).value_or(1);
    constexpr int64_t few = 256; // points that are quick whatever their order
    if (walk == "elements" && points > few)
      noteRefused(op.getLoc(), getArgument(), "vectors",
                  "its operands follow each other along no one dim; it runs element by element");
  }

  /// A buffer of these extents, before `op`.
  Value allocate(OpBuilder &builder, Location loc, ArrayRef<AffineExpr> extents, Type element) {
    return memref::AllocOp::create(builder, loc, buildSizes(builder, loc, extents), element);
  }

  void note(Operation *op, StringRef what, ArrayRef<AffineExpr> extents, Type element) {
    int64_t bytes = getStorageBits(element) / 8;
    for (AffineExpr extent : extents)
      bytes *= evaluate(extent, greatest).value_or(1);
    ++copied;
    noteMade(op->getLoc(), getArgument(), llvm::formatv("{0}, {1} bytes", what, bytes).str());
  }

  /// Puts a contiguous copy in an operand's place.
  LogicalResult copy(Operation *op, OpOperand &operand) {
    bool isOutput = cast<DestinationStyleOpInterface>(op).isDpsInit(&operand);
    Value view = operand.get();
    FailureOr<Extents> extents = getShapedExtents(view);
    if (failed(extents))
      return op->emitError() << "reads a buffer whose extents are not known from the dims";
    Type element = cast<MemRefType>(view.getType()).getElementType();
    OpBuilder builder(op);
    Value own = allocate(builder, op->getLoc(), *extents, element);
    operand.set(own);
    auto copyTo = [&](Value from, Value to) {
      buildCopy(builder, op->getLoc(), from, to, *extents);
      scheduleCopy(builder);
    };
    if (!isOutput || kernel::isUpdated(operand))
      copyTo(view, own);
    builder.setInsertionPointAfter(op);
    if (isOutput)
      copyTo(own, view);
    note(op, isOutput ? "result copied" : "operand copied", *extents, element);
    return success();
  }

  /// Puts a copy of an input in its place that lies in the order in which the launch reads it.
  void reorder(kernel::LaunchOpInterface op, unsigned input) {
    SmallVector<AffineMap> maps = op.getIndexingMaps();
    AffineMap read = maps[input], domain = op.getDomain();
    OpBuilder builder(op);
    SmallVector<AffineExpr> extents, used,
        places(read.getNumDims(), builder.getAffineConstantExpr(0));
    for (unsigned dim = 0; dim < read.getNumDims(); ++dim)
      if (read.isFunctionOfDim(dim)) {
        places[dim] = builder.getAffineDimExpr(used.size());
        used.push_back(builder.getAffineDimExpr(dim));
        extents.push_back(domain.getResult(dim));
      }
    Value view = op.getInputs()[input];
    Type element = cast<MemRefType>(view.getType()).getElementType();
    Value own = allocate(builder, op.getLoc(), extents, element);
    buildCopy(builder, op.getLoc(), view, own, extents,
              read.replaceDimsAndSymbols(places, {}, extents.size(), 0));
    scheduleCopy(builder);
    maps[input] = AffineMap::get(read.getNumDims(), 0, used, &getContext());
    op->setOperand(input, own);
    op->setAttr("maps", builder.getAffineMapArrayAttr(maps));
    note(op, "operand copied in the order of its rows", extents, element);
  }

  /// The copy has been built right before the insertion point.
  void scheduleCopy(OpBuilder &builder) {
    schedule(cast<kernel::LaunchOpInterface>(*std::prev(builder.getInsertionPoint())));
  }

  SmallVector<int64_t> greatest;
};

} // namespace
} // namespace onnxcc::memory
