// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Extents, offsets and lifetimes of buffers: see Buffers.h.
#include "passes/memory/Buffers.h"

#include "dialects/graph/Graph.h"
#include "passes/memory/Passes.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;

namespace onnxcc::memory {

SymbolBounds getSymbolBounds(Operation *op) {
  SymbolBounds bounds;
  bounds.symbols = graph::getSymbols(op);
  for (graph::SymbolAttr symbol : bounds.symbols) {
    bounds.min.push_back(symbol.getMin());
    bounds.max.push_back(symbol.getMax());
  }
  return bounds;
}

SmallVector<SmallVector<int64_t>> getCorners(const SymbolBounds &bounds) {
  unsigned symbols = bounds.min.size();
  unsigned ofCaller =
      llvm::count_if(bounds.symbols, [](graph::SymbolAttr symbol) { return !symbol.isComputed(); });
  // Beyond ten symbols the others move together.
  unsigned free = std::min(ofCaller, 10u);
  SmallVector<SmallVector<int64_t>> corners;
  for (unsigned mask = 0; mask < (1u << free); ++mask) {
    SmallVector<int64_t> &corner = corners.emplace_back(bounds.max);
    unsigned number = 0;
    for (unsigned k = 0; k < symbols; ++k)
      if (!bounds.isComputed(k) && !(mask >> std::min(number++, free - 1) & 1))
        corner[k] = bounds.min[k];
    for (unsigned k = 0; k < symbols; ++k)
      if (bounds.isComputed(k))
        corner[k] = evaluate(bounds.symbols[k].getBound().getValue().getResult(0), corner)
                        .value_or(bounds.max[k]);
  }
  return corners;
}

DenseMap<Operation *, int64_t> numberOperations(Block &block) {
  DenseMap<Operation *, int64_t> position;
  block.walk<WalkOrder::PreOrder>([&](Operation *op) { position[op] = position.size(); });
  return position;
}

/// The outermost loop around `user` that is not around `buffer` as well, or null.
static Operation *getLoopBetween(Operation *user, Value buffer) {
  Operation *outermost = nullptr;
  for (Operation *around = user->getParentOp(); around != buffer.getParentBlock()->getParentOp();
       around = around->getParentOp())
    if (isa<scf::ForOp>(around))
      outermost = around;
  return outermost;
}

Lifetime getLifetime(Value buffer, const DenseMap<Operation *, int64_t> &position) {
  Lifetime life;
  SmallVector<Value> work{buffer};
  while (!work.empty())
    for (Operation *user : work.pop_back_val().getUsers()) {
      if (isa<ViewLikeOpInterface>(user)) {
        llvm::append_range(work, user->getResults());
        continue;
      }
      // What a step reads, the next one reads again: a buffer from outside lives all steps long.
      Operation *loop = getLoopBetween(user, buffer);
      life.first = std::min(life.first, position.lookup(loop ? loop : user));
      life.last = std::max(
          life.last, position.lookup(loop ? loop->getRegion(0).front().getTerminator() : user));
    }
  return life;
}

Value getUpdated(Value value) {
  if (auto insert = value.getDefiningOp<tensor::InsertSliceOp>())
    return insert.getDest();
  auto call = value.getDefiningOp<kernel::CallOp>();
  OpOperand *init = call ? call.getTiedOpOperand(cast<OpResult>(value)) : nullptr;
  return init && kernel::isUpdated(*init) ? init->get() : Value();
}

Value buildCopy(OpBuilder &builder, Location loc, Value from, Value to,
                ArrayRef<AffineExpr> extents, AffineMap read) {
  AffineMap identity = builder.getMultiDimIdentityMap(extents.size());
  auto type = cast<ShapedType>(to.getType());
  auto map = kernel::MapOp::create(
      builder, loc, isa<TensorType>(type) ? TypeRange(type) : TypeRange(), from, to,
      /*scratch=*/Value(), AffineMapAttr::get(getSymbolMap(extents, builder.getContext())),
      builder.getAffineMapArrayAttr({read ? read : identity, identity}), kernel::ScheduleAttr());
  Block &code = map.getBody().emplaceBlock();
  OpBuilder inside = OpBuilder::atBlockEnd(&code);
  kernel::YieldOp::create(inside, loc, code.addArgument(type.getElementType(), loc));
  return map->getNumResults() ? map->getResult(0) : Value();
}

} // namespace onnxcc::memory
