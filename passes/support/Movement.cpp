// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Transposes, reshapes and broadcasts in their simplest form: see Movement.h.
#include "passes/support/Movement.h"

#include "dialects/graph/Graph.h"
#include "dialects/support/Locations.h"

using namespace mlir;

namespace onnxcc {

bool movesElements(Operation *op) {
  return isa<graph::TransposeOp, graph::ReshapeOp, graph::SliceOp, graph::UnfoldOp, graph::GatherOp,
             graph::GatherElementsOp>(op);
}

bool isIdentity(ArrayRef<int64_t> permutation) {
  for (auto [i, axis] : llvm::enumerate(permutation))
    if (axis != int64_t(i))
      return false;
  return true;
}

Permutation invert(ArrayRef<int64_t> permutation) {
  Permutation inverse(permutation.size());
  for (auto [i, axis] : llvm::enumerate(permutation))
    inverse[axis] = i;
  return inverse;
}

Permutation compose(ArrayRef<int64_t> first, ArrayRef<int64_t> second) {
  Permutation both;
  for (int64_t axis : second)
    both.push_back(first[axis]);
  return both;
}

RankedTensorType getTransposedType(RankedTensorType type, ArrayRef<int64_t> permutation) {
  return getTensorType(permute(getExtents(type), permutation), type.getElementType());
}

bool movesOnlyOnes(RankedTensorType type, ArrayRef<int64_t> permutation) {
  int64_t last = -1;
  for (int64_t axis : permutation) {
    if (type.getDimSize(axis) == 1)
      continue;
    if (axis < last)
      return false;
    last = axis;
  }
  return true;
}

Extents alignExtents(ArrayRef<AffineExpr> extents, int64_t rank, MLIRContext *context) {
  Extents aligned(rank - extents.size(), getAffineConstantExpr(1, context));
  llvm::append_range(aligned, extents);
  return aligned;
}

bool isEqual(AffineExpr a, AffineExpr b) { return graph::areEqual(a, b); }

bool isEqual(ArrayRef<AffineExpr> a, ArrayRef<AffineExpr> b) {
  return a.size() == b.size() && llvm::all_of(llvm::zip_equal(a, b), [](auto pair) {
           return isEqual(std::get<0>(pair), std::get<1>(pair));
         });
}

static Extents getValueExtents(Value value) {
  return getExtents(cast<RankedTensorType>(value.getType()));
}

Value createTranspose(OpBuilder &builder, Location loc, Value x, ArrayRef<int64_t> permutation) {
  Permutation both(permutation);
  if (auto inner = x.getDefiningOp<graph::TransposeOp>()) {
    both = compose(inner.getPermutation(), permutation);
    x = inner.getX();
    loc = builder.getFusedLoc({inner.getLoc(), loc});
  }
  if (isIdentity(both))
    return x;
  if (movesOnlyOnes(cast<RankedTensorType>(x.getType()), both))
    return createReshape(builder, loc, x, permute(getValueExtents(x), both));
  return graph::TransposeOp::create(builder, loc, x, both);
}

Value changeLayout(OpBuilder &builder, Location loc, Value x, ArrayRef<int64_t> permutation) {
  return createTranspose(builder, getLayoutLocation(loc), x, permutation);
}

Value createReshape(OpBuilder &builder, Location loc, Value x, ArrayRef<AffineExpr> extents) {
  if (auto inner = x.getDefiningOp<graph::ReshapeOp>()) {
    x = inner.getX();
    loc = builder.getFusedLoc({inner.getLoc(), loc});
  }
  if (isEqual(getValueExtents(x), extents))
    return x;
  return graph::ReshapeOp::create(builder, loc, x, getSymbolMap(extents, builder.getContext()));
}

Value createBroadcast(OpBuilder &builder, Location loc, Value x, ArrayRef<AffineExpr> extents) {
  if (auto inner = x.getDefiningOp<graph::BroadcastOp>()) {
    x = inner.getX();
    loc = builder.getFusedLoc({inner.getLoc(), loc});
  }
  if (isEqual(getValueExtents(x), extents))
    return x;
  return graph::BroadcastOp::create(builder, loc, x, getSymbolMap(extents, builder.getContext()));
}

/// Which of two products is the greater, for some values of the symbols: enough to know which side
/// of a reshape wants one more axis, as equality is checked for all values.
static std::optional<int64_t> sample(AffineExpr expression) {
  static constexpr int64_t primes[] = {101, 103, 107, 109, 113, 127, 131, 137};
  return evaluate(expression, primes);
}

std::optional<SmallVector<AxisGroup>> matchReshape(ArrayRef<AffineExpr> from,
                                                   ArrayRef<AffineExpr> to) {
  SmallVector<AxisGroup> groups;
  int64_t i = 0, j = 0, fromRank = from.size(), toRank = to.size();
  while (i < fromRank && j < toRank) {
    AxisGroup group{i, i + 1, j, j + 1};
    AffineExpr left = from[i++], right = to[j++];
    while (!isEqual(left, right)) {
      std::optional<int64_t> a = sample(left), b = sample(right);
      if (!a || !b || *a == *b)
        return std::nullopt;
      if (*a < *b) {
        if (i == fromRank)
          return std::nullopt;
        left = left * from[i++];
      } else {
        if (j == toRank)
          return std::nullopt;
        right = right * to[j++];
      }
    }
    group.fromEnd = i;
    group.toEnd = j;
    groups.push_back(group);
  }
  // What is left are axes of extent 1.
  for (int64_t axis = i; axis < fromRank; ++axis)
    if (!isEqual(from[axis], getAffineConstantExpr(1, from[axis].getContext())))
      return std::nullopt;
  for (int64_t axis = j; axis < toRank; ++axis)
    if (!isEqual(to[axis], getAffineConstantExpr(1, to[axis].getContext())))
      return std::nullopt;
  if (i < fromRank || j < toRank) {
    if (groups.empty())
      groups.push_back({0, 0, 0, 0});
    groups.back().fromEnd = fromRank;
    groups.back().toEnd = toRank;
  }
  return groups;
}

} // namespace onnxcc
