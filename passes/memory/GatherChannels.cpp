// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Image kernels get images whose channels are neighbours: see Passes.td.
#include "passes/memory/Buffers.h"
#include "passes/memory/Passes.h"

using namespace mlir;

namespace onnxcc::memory {
#define GEN_PASS_DEF_GATHERCHANNELS
#include "passes/memory/Passes.h.inc"

namespace {

bool readsImages(kernel::ContractOp op) {
  std::optional<kernel::ScheduleAttr> schedule = op.getSchedule();
  return schedule && llvm::is_contained({"conv2d", "depthwise", "pool"},
                                        StringRef(schedule->getKernelTemplate()));
}

/// Whether the last axis of a view is one of neighbours.
bool hasNeighbours(Value view) {
  auto type = cast<MemRefType>(view.getType());
  auto [strides, offset] = type.getStridesAndOffset();
  return type.getShape().back() == 1 || strides.back() == 1;
}

struct GatherChannels : impl::GatherChannelsBase<GatherChannels> {
  void runOnOperation() override {
    SmallVector<kernel::ContractOp> launches;
    getOperation().walk([&](kernel::ContractOp op) {
      if (readsImages(op))
        launches.push_back(op);
    });
    for (kernel::ContractOp op : launches)
      for (OpOperand *image : {&op.getInputsMutable()[0], &op.getInitMutable()})
        if (!hasNeighbours(image->get()) && failed(gather(op, *image)))
          return signalPassFailure();
  }

  /// Puts a contiguous copy in the operand's place, made before the launch or read after it.
  LogicalResult gather(kernel::ContractOp op, OpOperand &image) {
    Value view = image.get();
    auto type = cast<MemRefType>(view.getType());
    FailureOr<Extents> extents = getShapedExtents(view);
    if (failed(extents))
      return op.emitError() << "reads an image whose extents are not known from the dims";
    OpBuilder builder(op);
    SmallVector<Value> sizes;
    for (auto [axis, extent] : llvm::enumerate(*extents))
      if (type.isDynamicDim(axis))
        sizes.push_back(buildIndex(builder, op.getLoc(), extent));
    Value copy = memref::AllocOp::create(
        builder, op.getLoc(), MemRefType::get(type.getShape(), type.getElementType()), sizes);
    image.set(copy);
    bool isOutput = &image == &op.getInitMutable();
    if (isOutput)
      builder.setInsertionPointAfter(op);
    memref::CopyOp::create(builder, op.getLoc(), isOutput ? copy : view, isOutput ? view : copy);
    ++gathered;
    return success();
  }
};

} // namespace
} // namespace onnxcc::memory
