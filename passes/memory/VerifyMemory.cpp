// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What holds after the memory phase: see README.md.
#include "dialects/support/ConstantData.h"
#include "kernels/Family.h"
#include "kernels/Routine.h"
#include "passes/memory/Buffers.h"
#include "passes/memory/Passes.h"

using namespace mlir;

namespace onnxcc::memory {
#define GEN_PASS_DEF_VERIFYMEMORY
#include "passes/memory/Passes.h.inc"

namespace {

struct View {
  memref::ViewOp op;
  Lifetime life;
  // Its first byte, how many it has, and how many the arena.
  AffineExpr first = {}, bytes = {}, arena = {};
  int64_t begin = 0, end = 0;
};

class VerifyMemory : public impl::VerifyMemoryBase<VerifyMemory> {
  void runOnOperation() override {
    func::FuncOp func = getOperation();
    bool wrong = false;
    func.walk([&](Operation *op) { wrong |= failed(verifyOp(op)); });
    if (func.getNumResults()) {
      func.emitError() << "returns a value instead of writing to an argument";
      wrong = true;
    }
    if (wrong || failed(verifyPlan()) || failed(verifyDemands()))
      signalPassFailure();
  }

  /// Every operand lies as its launch asks.
  LogicalResult verifyDemands() {
    func::FuncOp func = getOperation();
    ModuleFacts facts(getSymbolBounds(func).max);
    FailureOr<Views> views = Views::analyze(func, facts.greatest.size());
    if (failed(views))
      return failure();
    WalkResult result = func.walk([&](kernel::LaunchOpInterface op) -> WalkResult {
      Launch launch(op, *views, facts);
      for (auto [k, demand] : llvm::enumerate(op.getScheduleAttr().getOperands()))
        if (!kernels::isMet(launch, k, kernels::Demand::get(demand)))
          return op->emitOpError()
                 << "has operand " << k << " elsewhere than " << demand << " asks";
      if (failed(verifyScratch(op, *views)))
        return WalkResult::interrupt();
      StringRef walk = kernels::getFamily(op).getWalk(launch);
      for (DictionaryAttr variant : op.getScheduleAttr().getVariants())
        if (!walk.empty() && !kernels::Choices::get(variant).is("walk", walk))
          return op->emitOpError() << "has operands along which it goes by " << walk
                                   << ", and a schedule that says otherwise";
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      return failure();
    result = func.walk([&](kernel::CallOp call) -> WalkResult {
      for (auto [k, operand] : llvm::enumerate(call->getOperands()))
        if (!kernels::isContiguous((*views)[operand]))
          return call.emitOpError() << "has operand " << k << " with gaps";
      return verifyScratch(call, *views);
    });
    return failure(result.wasInterrupted());
  }

  template <class Step> LogicalResult verifyScratch(Step step, const Views &views) {
    AffineExpr bytes = kernels::getScratchBytes(step);
    if (bool(bytes) != bool(step.getScratch()) ||
        (bytes && views[step.getScratch()].extents.front() != bytes))
      return step->emitOpError() << "has other scratch memory than its kernel asks for";
    return success();
  }

  LogicalResult verifyOp(Operation *op) {
    StringRef dialect = op->getName().getDialectNamespace();
    if (dialect == "tensor" || dialect == "graph" || dialect == "onnx" ||
        dialect == "bufferization" ||
        isa<memref::AllocOp, memref::AllocaOp, memref::CopyOp, memref::DeallocOp>(op))
      return op->emitOpError() << "is left after the memory phase";
    for (Type type : op->getResultTypes())
      if (isa<TensorType>(type))
        return op->emitOpError() << "gives a tensor after the memory phase";
    if (auto call = dyn_cast<kernel::CallOp>(op))
      return kernels::verifyCall(call);
    auto launch = dyn_cast<kernel::LaunchOpInterface>(op);
    return launch ? kernels::verifyMatch(launch) : success();
  }

  /// No two live views overlap, and all lie within the arena: at the ends of the symbols' ranges.
  LogicalResult verifyPlan() {
    func::FuncOp func = getOperation();
    DenseMap<Operation *, int64_t> position = numberOperations(func.front());
    kernel::IndexValues indices(graph::getSymbols(func).size());
    SmallVector<View> views;
    auto result = func.walk([&](memref::ViewOp op) -> WalkResult {
      return describe(op, indices, views.emplace_back(View{op, getLifetime(op, position)}));
    });
    if (result.wasInterrupted())
      return failure();
    for (ArrayRef<int64_t> dims : getCorners(getSymbolBounds(func)))
      for (auto [k, view] : llvm::enumerate(views)) {
        if (failed(locate(view, indices, dims)))
          return failure();
        for (View &other : MutableArrayRef(views).take_front(k))
          if (other.life.meets(view.life) && other.begin < view.end && view.begin < other.end) {
            InFlightDiagnostic error = view.op.emitError()
                                       << "this view of bytes " << view.begin << " to " << view.end
                                       << " overlaps another live one";
            error.attachNote(other.op.getLoc())
                << "it has bytes " << other.begin << " to " << other.end;
            return failure();
          }
      }
    return success();
  }

  static LogicalResult describe(memref::ViewOp op, kernel::IndexValues &indices, View &view) {
    auto arena = op.getSource().getDefiningOp<kernel::ArenaOp>();
    if (!arena)
      return op.emitOpError() << "is not a view of the arena";
    FailureOr<Extents> extents = indices.getExtents(op);
    view.first = indices.get(op.getByteShift());
    view.arena = indices.get(arena.getBytes());
    if (!view.first || !view.arena || failed(extents))
      return op.emitOpError() << "has a place or extents that are not known from the dims";
    int64_t width = getStorageBits(op.getType().getElementType()) / 8;
    view.bytes = getProduct(*extents, op.getContext()) * width;
    return success();
  }

  static LogicalResult locate(View &view, const kernel::IndexValues &indices,
                              ArrayRef<int64_t> dims) {
    std::optional<int64_t> begin = indices.evaluate(view.first, dims);
    std::optional<int64_t> size = indices.evaluate(view.bytes, dims);
    std::optional<int64_t> bytes = indices.evaluate(view.arena, dims);
    if (!begin || !size || !bytes)
      return view.op.emitOpError() << "has a place or extents that cannot be computed for all dims";
    view.begin = *begin;
    view.end = *begin + *size;
    if (view.begin < 0 || view.end > *bytes)
      return view.op.emitOpError()
             << "has bytes " << view.begin << " to " << view.end << " of an arena of " << *bytes;
    return success();
  }
};

} // namespace
} // namespace onnxcc::memory
