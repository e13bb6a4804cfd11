// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Pieces behind reshapes are computed in their places: see Passes.td.
#include "passes/memory/Buffers.h"
#include "passes/memory/Passes.h"

#include "dialects/kernel/Kernel.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Dominance.h"

using namespace mlir;

namespace onnxcc::memory {
#define GEN_PASS_DEF_PLACEPIECES
#include "passes/memory/Passes.h.inc"

namespace {

struct PlacePieces : impl::PlacePiecesBase<PlacePieces> {
  void runOnOperation() override {
    DominanceInfo dominance(getOperation());
    getOperation().walk([&](tensor::InsertSliceOp insert) { place(insert, dominance); });
  }

  void place(tensor::InsertSliceOp insert, DominanceInfo &dominance) {
    SmallVector<Operation *> reshapes; // from the insertion to the launch
    Value source = insert.getSource();
    while (
        isa_and_nonnull<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(source.getDefiningOp()) &&
        source.hasOneUse()) {
      reshapes.push_back(source.getDefiningOp());
      source = reshapes.back()->getOperand(0);
    }
    auto launch = source.getDefiningOp<kernel::LaunchOpInterface>();
    OpOperand *init =
        launch ? cast<DestinationStyleOpInterface>(*launch).getTiedOpOperand(cast<OpResult>(source))
               : nullptr;
    if (reshapes.empty() || !launch || !source.hasOneUse() ||
        !init->get().getDefiningOp<tensor::EmptyOp>() ||
        insert.getSourceType().getRank() != insert.getDestType().getRank() ||
        !llvm::all_of(llvm::drop_begin(insert->getOperands()),
                      [&](Value operand) { return dominance.properlyDominates(operand, launch); }))
      return;
    OpBuilder builder(launch);
    Location loc = insert.getLoc();
    Value part = tensor::ExtractSliceOp::create(builder, loc, insert.getSourceType(),
                                                insert.getDest(), insert.getMixedOffsets(),
                                                insert.getMixedSizes(), insert.getMixedStrides());
    for (Operation *reshape : reshapes) {
      // What a slice's axes become by splitting one is whole again; two of them are one only where
      // the slice leaves no gaps between them.
      auto expand = dyn_cast<tensor::ExpandShapeOp>(reshape);
      if (expand && (reshape != reshapes.front() || hasGaps(insert, expand)))
        return;
      part = undo(reshape, part, builder);
      if (!part)
        return;
    }
    init->set(part);
    ++placed;
  }

  /// Whether of the axes that a reshape made of one, any but the first that has several elements is
  /// cut by the insertion.
  static bool hasGaps(tensor::InsertSliceOp insert, tensor::ExpandShapeOp expand) {
    FailureOr<Extents> extents = getShapedExtents(insert.getDest());
    if (failed(extents) || !insert.hasUnitStride())
      return true;
    auto getSize = [&](int64_t axis) {
      OpFoldResult size = insert.getMixedSizes()[axis];
      std::optional<int64_t> number = getConstantIntValue(size);
      return number ? getAffineConstantExpr(*number, insert.getContext())
                    : getExpression(cast<Value>(size));
    };
    for (const ReassociationIndices &group : expand.getReassociationIndices()) {
      bool isFirst = true;
      for (int64_t axis : group) {
        if (!isFirst && getSize(axis) != (*extents)[axis])
          return true;
        isFirst &= getSize(axis) == getAffineConstantExpr(1, insert.getContext());
      }
    }
    return false;
  }

  /// `part`, which has the extents of a reshape's result, with those of its operand; null if they
  /// are not known.
  static Value undo(Operation *reshape, Value part, OpBuilder &builder) {
    Location loc = reshape->getLoc();
    if (auto expand = dyn_cast<tensor::ExpandShapeOp>(reshape))
      return tensor::CollapseShapeOp::create(builder, loc, expand.getSrcType(), part,
                                             expand.getReassociationIndices());
    auto collapse = cast<tensor::CollapseShapeOp>(reshape);
    FailureOr<Extents> extents = getShapedExtents(collapse.getSrc());
    if (failed(extents))
      return {};
    SmallVector<OpFoldResult> sizes = buildSizes(builder, loc, *extents);
    return tensor::ExpandShapeOp::create(builder, loc, collapse.getSrcType(), part,
                                         collapse.getReassociationIndices(), sizes);
  }
};

} // namespace
} // namespace onnxcc::memory
