// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Concatenations become insertions into a buffer, which several of them may share.
#include "passes/kernels/Concatenations.h"
#include "passes/kernels/Lowering.h"

using namespace mlir;

namespace onnxcc::kernels {

/// Beyond this many pieces an operand that is a concatenation counts as one.
static constexpr size_t kMostPieces = 1024;
/// Bufferisation takes time in the fourth power of the insertions into one buffer. Of more than
/// kMostInsertions pieces, neighbours are put together first, kGroup at a time.
static constexpr size_t kMostInsertions = 32, kGroup = 16;

/// Where `part` begins in `whole`, if it is a contiguous part of it.
static std::optional<unsigned> findPart(ArrayRef<Value> whole, ArrayRef<Value> part) {
  const Value *found = std::search(whole.begin(), whole.end(), part.begin(), part.end());
  if (found == whole.end())
    return std::nullopt;
  return found - whole.begin();
}

Concatenations::Concatenations(func::FuncOp func) {
  func.walk([&](graph::ConcatOp op) {
    Node node;
    node.op = op;
    for (Value operand : op.getInputs()) {
      const Node *inner = getNode(operand, op.getAxis());
      if (inner && node.op->getBlock() == inner->op->getBlock() &&
          node.pieces.size() + inner->pieces.size() <= kMostPieces)
        llvm::append_range(node.pieces, inner->pieces);
      else
        node.pieces.push_back(operand);
    }
    index[op] = nodes.size();
    nodes.push_back(std::move(node));
  });
  for (unsigned k = 0; k < nodes.size(); ++k) {
    Node &node = nodes[k];
    for (unsigned later = k + 1; later < nodes.size() && !node.host; ++later) {
      Node &other = nodes[later];
      if (other.op->getBlock() != node.op->getBlock() || other.op.getAxis() != node.op.getAxis() ||
          other.pieces.size() < node.pieces.size())
        continue;
      if (std::optional<unsigned> first = findPart(other.pieces, node.pieces)) {
        node.host = later;
        node.first = *first;
      }
    }
    if (node.host)
      continue;
    Buffer &buffer = node.buffer.emplace();
    buffer.last = node.op;
    buffer.pieces = node.pieces;
    buffer.starts = {getAffineConstantExpr(0, func.getContext())};
    for (Value piece : node.pieces)
      buffer.starts.push_back(buffer.starts.back() + extentsOf(piece)[node.op.getAxis()]);
    buffer.filled.resize(node.pieces.size());
  }
}

const Concatenations::Node *Concatenations::getNode(Value operand, int64_t axis) const {
  auto op = operand.getDefiningOp<graph::ConcatOp>();
  return op && op.getAxis() == uint64_t(axis) ? &nodes[index.lookup(op)] : nullptr;
}

Concatenations::Place Concatenations::operator[](graph::ConcatOp op) {
  unsigned at = index.lookup(op), first = 0;
  for (; nodes[at].host; at = *nodes[at].host)
    first += nodes[at].first;
  return {*nodes[at].buffer, first, unsigned(nodes[index.lookup(op)].pieces.size())};
}

unsigned Concatenations::countPieces(graph::ConcatOp op, Value operand) const {
  // The list has one entry for an operand that was not taken apart.
  const Node *inner = getNode(operand, op.getAxis());
  const Node &node = nodes[index.lookup(op)];
  return inner && !llvm::is_contained(node.pieces, operand) ? inner->pieces.size() : 1;
}

namespace {
/// What is inserted at `start` of the axis: the buffer's pieces from `first` to `end`.
struct Piece {
  Value tensor;
  AffineExpr start;
  Extents sizes;
  Operation *launch; // that computes it beside the concatenation, or null
  unsigned first, end;
};
} // namespace

static bool isReshape(Operation *op) {
  return isa_and_nonnull<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(op);
}

/// The launch that computes a tensor or, with other axes, what it is made of.
static Operation *getLaunchBeside(Value tensor, graph::ConcatOp op) {
  Value source = tensor;
  while (isReshape(source.getDefiningOp()))
    source = source.getDefiningOp()->getOperand(0);
  // What comes from before a loop is copied in each of its steps.
  Operation *launch = getLaunch(source);
  return launch && launch->getBlock() == op->getBlock() ? launch : nullptr;
}

/// Brings reshapes of what a launch computes, if they need no more than that, right behind it.
/// \returns the last of them, or the launch.
static Operation *followLaunch(Operation *launch, Value tensor) {
  Operation *op = tensor.getDefiningOp();
  if (op == launch)
    return launch;
  Operation *before = followLaunch(launch, op->getOperand(0));
  if (op->getNumOperands() == 1)
    op->moveAfter(before);
  return op;
}

/// Inserts pieces into `whole`, a new tensor if it is null. Each piece is inserted right after it
/// has been computed, into a destination that is there before: bufferisation then finds that pieces
/// can be computed in their places.
static Value insertPieces(Lowering &lowering, graph::ConcatOp op, Value whole,
                          ArrayRef<AffineExpr> extents, SmallVector<Piece> pieces) {
  llvm::stable_sort(pieces, [](const Piece &a, const Piece &b) {
    if (a.launch && b.launch)
      return a.launch != b.launch && a.launch->isBeforeInBlock(b.launch);
    return a.launch && !b.launch;
  });
  OpBuilder &builder = lowering.builder;
  builder.setInsertionPoint(op);
  if (!whole) {
    if (!pieces.empty() && pieces.front().launch)
      builder.setInsertionPoint(pieces.front().launch);
    whole = lowering.empty(op.getLoc(), extents, elementOf(op.getResult()));
  }
  SmallVector<int64_t> steps(extents.size(), 1);
  for (Piece &piece : pieces) {
    Operation *before = whole.getDefiningOp();
    Operation *ready = piece.launch ? followLaunch(piece.launch, piece.tensor) : nullptr;
    if (ready)
      builder.setInsertionPointAfter(before->isBeforeInBlock(ready) ? ready : before);
    else
      builder.setInsertionPoint(op);
    Extents starts(extents.size(), lowering.number(0));
    starts[op.getAxis()] = piece.start;
    whole = lowering.insert(op.getLoc(), piece.tensor, whole, starts, piece.sizes, steps);
  }
  return whole;
}

/// Neighbours, up to kGroup of them, as one piece: a copy of a buffer of their own.
static SmallVector<Piece> joinNeighbours(Lowering &lowering, graph::ConcatOp op,
                                         ArrayRef<Piece> pieces) {
  unsigned axis = op.getAxis();
  SmallVector<Piece> groups;
  while (!pieces.empty()) {
    Extents sizes = pieces.front().sizes;
    SmallVector<Piece> group;
    AffineExpr size = lowering.number(0);
    for (const Piece &piece : pieces.take_front(kGroup)) {
      if (!group.empty() && group.back().end != piece.first)
        break;
      group.push_back(piece);
      group.back().start = size;
      size = size + piece.sizes[axis];
    }
    Piece joined = pieces.front();
    if (group.size() > 1) {
      sizes[axis] = size;
      Value buffer = insertPieces(lowering, op, Value(), sizes, group);
      lowering.builder.setInsertionPointAfter(buffer.getDefiningOp());
      Value copy =
          lowering.copy(op.getLoc(), sizes,
                        {{buffer, lowering.identity(sizes.size())}, elementOf(op.getResult())});
      joined = {copy,         joined.start,    sizes, getLaunchBeside(copy, op),
                joined.first, group.back().end};
    }
    groups.push_back(joined);
    pieces = pieces.drop_front(group.size());
  }
  return groups;
}

LogicalResult lowerConcat(Lowering &lowering, graph::ConcatOp op) {
  Concatenations::Place place = lowering.concatenations[op];
  Concatenations::Buffer &buffer = place.buffer;
  unsigned axis = op.getAxis(), at = place.first;
  SmallVector<Piece> pieces;
  for (Value operand : op.getInputs()) {
    unsigned count = lowering.concatenations.countPieces(op, operand), first = at;
    at += count;
    Extents sizes = extentsOf(operand);
    if (sizes[axis] == 0 || buffer.filled.find_first_unset_in(first, at) == -1)
      continue;
    buffer.filled.set(first, at);
    Value tensor = lowering.tensor(operand);
    pieces.push_back({tensor, buffer.starts[first], sizes, getLaunchBeside(tensor, op), first, at});
  }
  OpBuilder &builder = lowering.builder;
  OpBuilder::InsertionGuard guard(builder);
  for (size_t before = SIZE_MAX; pieces.size() > kMostInsertions && pieces.size() < before;) {
    before = pieces.size();
    pieces = joinNeighbours(lowering, op, pieces);
  }
  Extents extents = extentsOf(buffer.last.getResult());
  buffer.tensor = insertPieces(lowering, op, buffer.tensor, extents, pieces);
  if (place.count == buffer.pieces.size()) {
    lowering.define(op.getResult(), buffer.tensor);
    return success();
  }
  // Before what a later concatenation inserts: the part is what the buffer holds now.
  builder.setInsertionPointAfter(buffer.tensor.getDefiningOp());
  SmallVector<int64_t> steps(extents.size(), 1);
  Extents starts(extents.size(), lowering.number(0));
  starts[axis] = buffer.starts[place.first];
  lowering.define(op.getResult(), lowering.slice(op.getLoc(), buffer.tensor, starts,
                                                 extentsOf(op.getResult()), steps));
  return success();
}

} // namespace onnxcc::kernels
