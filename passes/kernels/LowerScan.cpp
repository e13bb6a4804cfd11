// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A recurrence becomes an scf.for around a step's launches: see LowerRegions.h.
#include "passes/kernels/LowerRegions.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using onnxcc::graph::Scalar;

namespace onnxcc::kernels {

namespace {

class ScanLowering {
public:
  ScanLowering(Lowering &lowering, graph::ScanOp op)
      : lowering(lowering), builder(lowering.builder), op(op), loc(op.getLoc()),
        steps(op.getSteps().getResult(0)) {
    // Upstream puts the body of a single step in the place of the loop, which could not end then.
    // A step too many is one of which the dim tells.
    auto known = dyn_cast<AffineConstantExpr>(steps);
    if (op.getConditional() && known && known.getValue() < 2)
      steps = lowering.number(2);
  }

  /// \returns the loop's body.
  Block &begin();
  void end(graph::YieldOp yield);

private:
  Value toValue(OpFoldResult index) { return getValueOrCreateConstantIndexOp(builder, loc, index); }
  Value getPlace(bool reversed);
  SmallVector<OpFoldResult> getOffsets(bool reversed, unsigned rank);
  void defineTaken();
  SmallVector<OpFoldResult> getSizes(Value sequence);

  Lowering &lowering;
  OpBuilder &builder;
  graph::ScanOp op;
  Location loc;
  AffineExpr steps;
  scf::ForOp loop;
  bool counts = false; // the step's number is a state of its own, the last
};

} // namespace

/// The loop with what it carries: the states, the outputs, the step's number if it is needed.
Block &ScanLowering::begin() {
  counts = !op.getNumber().use_empty() || op.getSymbol();
  SmallVector<Value> carried;
  for (Value state : op.getStates())
    carried.push_back(lowering.tensor(state));
  for (Value output : op.getResults().drop_front(op.getStates().size())) {
    // Room for as many steps as there may be.
    Extents extents = extentsOf(output);
    extents[0] = steps;
    carried.push_back(lowering.empty(loc, extents, elementOf(output)));
  }
  Type i64 = builder.getI64Type();
  if (counts)
    carried.push_back(lowering.fill(loc, {}, i64, builder.getI64IntegerAttr(0)));
  for (Value sequence : op.getSequences())
    (void)lowering.tensor(sequence); // copied before the loop if at all
  Value first = toValue(builder.getIndexAttr(0)), last = toValue(lowering.index(steps)),
        one = toValue(builder.getIndexAttr(1));
  loop = scf::ForOp::create(builder, loc, first, last, one, carried);
  builder.setInsertionPointToStart(loop.getBody());
  if (op.getConditional()) {
    Value condition =
        tensor::ExtractOp::create(builder, loc, loop.getRegionIterArg(0), ValueRange());
    kernel::WhileOp::create(builder, loc, condition);
  }
  for (auto [k, state] : llvm::enumerate(op.getStateArguments()))
    lowering.define(state, loop.getRegionIterArg(k));
  if (counts)
    lowering.define(op.getNumber(), loop.getRegionIterArgs().back());
  for (auto [k, element] : llvm::enumerate(op.getElements())) {
    Value sequence = lowering.tensor(op.getSequences()[k]);
    unsigned rank = cast<RankedTensorType>(sequence.getType()).getRank();
    SmallVector<OpFoldResult> offsets = getOffsets(op.isSequenceReversed(k), rank);
    lowering.define(element,
                    tensor::ExtractSliceOp::create(
                        builder, loc, lowering.type(extentsOf(element), elementOf(element)),
                        sequence, offsets, getSizes(op.getSequences()[k]),
                        SmallVector<OpFoldResult>(rank, builder.getIndexAttr(1))));
  }
  return *loop.getBody();
}

/// What the steps carry on.
void ScanLowering::end(graph::YieldOp yield) {
  lowering.at(yield);
  SmallVector<Value> carried;
  unsigned states = op.getStates().size();
  for (Value state : yield.getValues().take_front(states))
    carried.push_back(lowering.tensor(state));
  for (auto [k, output] : llvm::enumerate(yield.getValues().drop_front(states))) {
    Value piece = lowering.tensor(output);
    lowering.at(yield);
    Value result = op.getResults()[states + k];
    unsigned rank = extentsOf(result).size();
    SmallVector<OpFoldResult> offsets = getOffsets(op.isOutputReversed(k), rank);
    carried.push_back(tensor::InsertSliceOp::create(
        builder, loc, piece, loop.getRegionIterArg(states + k), offsets, getSizes(result),
        SmallVector<OpFoldResult>(rank, builder.getIndexAttr(1))));
  }
  if (counts) {
    Type i64 = builder.getI64Type();
    Lowering::Input number{{loop.getRegionIterArgs().back(), lowering.identity(0)}, i64};
    carried.push_back(lowering.map(loc, {}, i64, number, [](ArrayRef<Scalar> scalars) {
      return scalars[0] + scalars[0].integer(1);
    }));
  }
  scf::YieldOp::create(builder, loc, carried);
  builder.setInsertionPointAfter(loop);
  if (op.getSymbol())
    defineTaken();
  for (auto [k, result] : llvm::enumerate(op.getResults())) {
    Value value = loop.getResult(k);
    if (k >= states && op.getSymbol()) {
      Extents extents = extentsOf(result), starts(extents.size(), lowering.number(0));
      value = lowering.slice(loc, value, starts, extents, SmallVector<int64_t>(extents.size(), 1));
    }
    lowering.define(result, value);
  }
}

/// The dim that is the number of steps taken: one more than there is room for if the condition
/// still holds.
void ScanLowering::defineTaken() {
  Type i64 = builder.getI64Type(), i1 = builder.getI1Type();
  Lowering::Input inputs[] = {{{loop.getResults().back(), lowering.identity(0)}, i64},
                              {{loop.getResult(0), lowering.identity(0)}, i1}};
  Value taken = lowering.map(loc, {}, i64, inputs, [&](ArrayRef<Scalar> scalars) {
    return scalars[0] + graph::convert(scalars[1], i64);
  });
  lowering.defineDim(loc, *op.getSymbol(), taken);
}

/// The step's place in a sequence.
Value ScanLowering::getPlace(bool reversed) {
  if (!reversed)
    return loop.getInductionVar();
  AffineMap map = getSymbolMap(steps, builder.getContext());
  SmallVector<Value> operands{loop.getInductionVar()};
  for (unsigned symbol = 0; symbol < map.getNumSymbols(); ++symbol)
    if (map.isFunctionOfSymbol(symbol))
      operands.push_back(cast<Value>(lowering.index(builder.getAffineSymbolExpr(symbol))));
  AffineMap place = AffineMap::get(1, map.getNumSymbols(), steps - 1 - lowering.dim(0));
  return affine::AffineApplyOp::create(builder, loc, compressUnusedSymbols(place), operands);
}

SmallVector<OpFoldResult> ScanLowering::getOffsets(bool reversed, unsigned rank) {
  SmallVector<OpFoldResult> offsets(rank, builder.getIndexAttr(0));
  offsets[0] = getPlace(reversed);
  return offsets;
}

SmallVector<OpFoldResult> ScanLowering::getSizes(Value sequence) {
  Extents extents = extentsOf(sequence);
  extents[0] = lowering.number(1);
  return lowering.indices(extents);
}

LogicalResult lowerInto(Lowering &lowering, Region &region, Block &into, LowerAll lowerAll,
                        llvm::function_ref<void(graph::YieldOp)> finish) {
  SmallVector<Operation *> moved;
  for (Operation &inner : region.front())
    moved.push_back(&inner);
  into.getOperations().splice(into.end(), region.front().getOperations());
  auto yield = cast<graph::YieldOp>(moved.pop_back_val());
  LogicalResult result = lowerAll(lowering, moved);
  if (succeeded(result))
    finish(yield);
  yield.erase();
  for (Operation *inner : llvm::reverse(moved))
    inner->erase();
  return result;
}

LogicalResult lowerScan(Lowering &lowering, graph::ScanOp op, LowerAll lowerAll) {
  ScanLowering scan(lowering, op);
  Block &body = scan.begin();
  return lowerInto(lowering, op.getBody(), body, lowerAll,
                   [&](graph::YieldOp yield) { scan.end(yield); });
}

} // namespace onnxcc::kernels
