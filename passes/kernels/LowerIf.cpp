// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A choice becomes an scf.if around the launches of each branch: see LowerRegions.h.
#include "passes/kernels/LowerRegions.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace onnxcc::kernels {

namespace {

/// A result of which the op defines extents. Each branch lays its elements at the start of a flat
/// tensor with room for all that there may be, and gives its extents.
struct OpenResult {
  unsigned number;
  SmallVector<unsigned> axes; // whose extents are symbols that the op defines
  AffineExpr room;            // elements at most
};

class IfLowering {
public:
  IfLowering(Lowering &lowering, graph::IfOp op)
      : lowering(lowering), builder(lowering.builder), op(op), loc(op.getLoc()) {}

  LogicalResult run(LowerAll lowerAll);

private:
  LogicalResult findOpenResults();
  const OpenResult *getOpen(unsigned number) const {
    auto *found = llvm::find_if(open, [&](const OpenResult &r) { return r.number == number; });
    return found == open.end() ? nullptr : found;
  }
  void finish(graph::YieldOp yield);

  Lowering &lowering;
  OpBuilder &builder;
  graph::IfOp op;
  Location loc;
  SmallVector<OpenResult> open;
  SmallVector<Type> types; // of the scf.if: the results, then the extents of the open ones
};

} // namespace

LogicalResult IfLowering::findOpenResults() {
  SmallVector<graph::SymbolAttr> symbols = graph::getSymbols(op);
  for (auto [k, result] : llvm::enumerate(op.getResults())) {
    OpenResult here{unsigned(k), {}, {}};
    Extents extents = extentsOf(result);
    for (auto [axis, extent] : llvm::enumerate(extents))
      if (auto symbol = dyn_cast<AffineSymbolExpr>(extent);
          symbol && llvm::is_contained(op.getSymbols(), int64_t(symbol.getPosition())))
        here.axes.push_back(axis);
    if (here.axes.empty()) {
      types.push_back(lowering.type(extents, elementOf(result)));
      continue;
    }
    here.room = graph::getBound(getProduct(extents, lowering.context()), symbols);
    if (!here.room)
      return op.emitOpError() << "gives result " << k << " of a size that nothing bounds";
    types.push_back(lowering.type(here.room, elementOf(result)));
    open.push_back(here);
  }
  Type extent = RankedTensorType::get({}, builder.getI64Type());
  for (const OpenResult &result : open)
    types.append(result.axes.size(), extent);
  return success();
}

/// Whether `tensor` is computed in `block`, perhaps seen in another shape.
static bool isComputedIn(Block *block, Value tensor) {
  Operation *op = tensor.getDefiningOp();
  while (op && op->getBlock() == block && isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op))
    op = op->getOperand(0).getDefiningOp();
  return op && op->getBlock() == block && !isa<arith::ConstantOp>(op);
}

/// Gives what a branch yields in the types of the scf.if.
void IfLowering::finish(graph::YieldOp yield) {
  SmallVector<Value> values, extents;
  for (auto [k, value] : llvm::enumerate(yield.getValues())) {
    lowering.at(yield);
    Value tensor = lowering.tensor(value);
    lowering.at(yield);
    // Of two values from outside upstream would make a choice between buffers.
    if (!isComputedIn(yield->getBlock(), tensor))
      tensor = lowering.copy(loc, extentsOf(value), lowering.input(value));
    if (const OpenResult *result = getOpen(k)) {
      Extents from = extentsOf(value);
      AffineExpr size = getProduct(from, lowering.context());
      Value flat = lowering.reshape(loc, tensor, from, {size});
      Value whole = lowering.empty(loc, result->room, elementOf(value));
      tensor = lowering.insert(loc, flat, whole, lowering.number(0), size, {1});
      for (unsigned axis : result->axes)
        extents.push_back(
            lowering.copy(loc, {}, {lowering.place(0, from[axis]), builder.getI64Type()}));
    }
    values.push_back(tensor);
  }
  llvm::append_range(values, extents);
  scf::YieldOp::create(builder, loc, values);
}

LogicalResult IfLowering::run(LowerAll lowerAll) {
  if (failed(findOpenResults()))
    return failure();
  Value condition =
      tensor::ExtractOp::create(builder, loc, lowering.tensor(op.getCondition()), ValueRange());
  auto branches = scf::IfOp::create(builder, loc, types, condition, /*withElseRegion=*/true);
  for (auto [region, into] : llvm::zip_equal(op->getRegions(), branches->getRegions()))
    if (failed(lowerInto(lowering, region, into.front(), lowerAll,
                         [&](graph::YieldOp yield) { finish(yield); })))
      return failure();
  builder.setInsertionPointAfter(branches);
  auto extent = branches.getResults().drop_front(op.getNumResults()).begin();
  for (const OpenResult &result : open)
    for (unsigned axis : result.axes) {
      AffineExpr symbol = extentsOf(op.getResult(result.number))[axis];
      lowering.defineDim(loc, cast<AffineSymbolExpr>(symbol).getPosition(), *extent++);
    }
  for (auto [k, value] : llvm::enumerate(op.getResults())) {
    Value tensor = branches.getResult(k);
    if (getOpen(k)) {
      Extents to = extentsOf(value);
      AffineExpr size = getProduct(to, lowering.context());
      tensor = lowering.slice(loc, tensor, lowering.number(0), size, {1});
      tensor = lowering.reshape(loc, tensor, {size}, to);
    }
    lowering.define(value, tensor);
  }
  return success();
}

LogicalResult lowerIf(Lowering &lowering, graph::IfOp op, LowerAll lowerAll) {
  return IfLowering(lowering, op).run(lowerAll);
}

} // namespace onnxcc::kernels
