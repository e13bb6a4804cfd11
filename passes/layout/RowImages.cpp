// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Gives image ops two spatial axes, the width a real one: see Passes.td.
#include "dialects/graph/Graph.h"
#include "passes/layout/Passes.h"
#include "passes/support/Movement.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace onnxcc {
#define GEN_PASS_DEF_ROWIMAGES
#include "passes/layout/Passes.h.inc"

namespace {

/// The spatial axes that an image op does something along, behind as many of extent 1 as make two.
struct Plane {
  SmallVector<int64_t> axes;

  /// Of a list with an entry a spatial axis; `neutral` is the entry of an axis of extent 1.
  template <class T> SmallVector<T> pick(ArrayRef<T> list, std::common_type_t<T> neutral) const {
    SmallVector<T> picked(2 - axes.size(), neutral);
    for (int64_t axis : axes)
      picked.push_back(list[axis]);
    return picked;
  }
  SmallVector<int64_t> pickPads(ArrayRef<int64_t> pads) const {
    SmallVector<int64_t> picked = pick(pads.take_front(pads.size() / 2), 0);
    llvm::append_range(picked, pick(pads.drop_front(pads.size() / 2), 0));
    return picked;
  }
  /// Of extents whose first two are no spatial ones.
  Extents pickExtents(RankedTensorType type) const {
    Extents all = getExtents(type), picked(all.begin(), all.begin() + 2);
    llvm::append_range(
        picked, pick(ArrayRef(all).drop_front(2), getAffineConstantExpr(1, type.getContext())));
    return picked;
  }
};

struct RowImages : impl::RowImagesBase<RowImages> {
  template <class Op> void change(Op op) {
    RankedTensorType from = op.getX().getType(), to = op.getType();
    if (op.getLayout() == graph::Layout::ChannelsLast)
      return;
    ArrayRef<int64_t> window = op.getWindowExtents();
    Plane plane;
    for (auto [axis, extent] : llvm::enumerate(window))
      if (extent != 1 || from.getDimSize(axis + 2) != 1 || to.getDimSize(axis + 2) != 1)
        plane.axes.push_back(axis);
    bool isPlane = window.size() == 2 && (plane.axes.empty() || plane.axes.back() == 1);
    if (isPlane || plane.axes.size() > 2)
      return;

    OpBuilder builder(op);
    Location loc = op.getLoc();
    auto changed = cast<Op>(builder.clone(*op));
    builder.setInsertionPoint(changed);
    changed.getXMutable().assign(createReshape(builder, loc, op.getX(), plane.pickExtents(from)));
    changed.setStrides(plane.pick(op.getStrides(), 1));
    changed.setDilations(plane.pick(op.getDilations(), 1));
    changed.setPads(plane.pickPads(op.getPads()));
    if constexpr (std::is_same_v<Op, graph::PoolOp>)
      changed.setWindow(plane.pick(op.getWindow(), 1));
    else
      changed.getFilterMutable().assign(
          createReshape(builder, loc, op.getFilter(), plane.pickExtents(op.getFilter().getType())));
    if constexpr (std::is_same_v<Op, graph::ConvTransposeOp>)
      changed.setOutputPads(plane.pick(op.getOutputPads(), 0));
    Value result = changed.getResult();
    result.setType(getTensorType(plane.pickExtents(to), to.getElementType()));
    builder.setInsertionPointAfter(changed);
    op.replaceAllUsesWith(createReshape(builder, loc, result, getExtents(to)));
    op.erase();
    ++this->changed;
  }

  void runOnOperation() override {
    getOperation().walk([&](Operation *op) {
      llvm::TypeSwitch<Operation *>(op).Case<graph::ConvOp, graph::ConvTransposeOp, graph::PoolOp>(
          [&](auto op) { change(op); });
    });
  }
};
} // namespace
} // namespace onnxcc
