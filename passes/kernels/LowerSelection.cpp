// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sorting and scattering as row computations: an output element asks every candidate whether it is
// the one. Right for any axis and kind, in time that grows with both extents; not fast.
#include "passes/kernels/Lowering.h"

#include "dialects/support/ConstantData.h"

using namespace mlir;
using onnxcc::graph::Scalar;
using onnxcc::graph::ScatterKind;

namespace onnxcc::kernels {

namespace {

/// The inputs of a row computation over `dims` dims, the last of which is the row.
class RowInputs {
public:
  RowInputs(Lowering &lowering, Location loc, unsigned dims)
      : lowering(lowering), loc(loc), dims(dims) {}

  /// \returns the position of the scalar in the code's list.
  unsigned add(Value graphValue, ArrayRef<AffineExpr> point) {
    inputs.push_back(lowering.readAt(lowering.input(graphValue), dims, point));
    return inputs.size() - 1;
  }
  unsigned add(Value tensor, Type element, ArrayRef<AffineExpr> point) {
    unsigned rank = cast<RankedTensorType>(tensor.getType()).getRank();
    inputs.push_back(lowering.readAt({{tensor, lowering.identity(rank)}, element}, dims, point));
    return inputs.size() - 1;
  }
  /// The value of dim `k` as an i64.
  unsigned addPosition(unsigned k, int64_t extent) {
    auto positions = llvm::to_vector(llvm::seq<int64_t>(0, extent));
    Type i64 = lowering.builder.getI64Type();
    auto type = RankedTensorType::get({extent}, i64);
    ArrayRef<char> bytes(reinterpret_cast<const char *>(positions.data()),
                         positions.size() * sizeof(int64_t));
    Value table = lowering.constantTensor(loc, makeConstant(type, bytes));
    return add(table, i64, lowering.dim(k));
  }
  operator ArrayRef<Lowering::Input>() const { return inputs; }

private:
  Lowering &lowering;
  Location loc;
  unsigned dims;
  SmallVector<Lowering::Input> inputs;
};

} // namespace

static SmallVector<AffineExpr> getDims(Lowering &lowering, unsigned count) {
  SmallVector<AffineExpr> dims;
  for (unsigned k = 0; k < count; ++k)
    dims.push_back(lowering.dim(k));
  return dims;
}

/// The value of `x` where `isIt`, which holds once in the row at most; -0, or 0 of integers,
/// where it never does. Adding -0 changes nothing, not even the sign of 0.
static Scalar pick(Scalar isIt, Scalar x) {
  return reduceRow(kernel::Combine::Sum, graph::select(isIt, x, x.constant(-0.0)));
}

static LogicalResult refuseDynamic(Operation *op) {
  return op->emitOpError() << "has no kernel: an extent that it searches is dynamic; fix it with "
                              "--dim";
}

LogicalResult lowerTopK(Lowering &lowering, graph::TopKOp op) {
  Location loc = op.getLoc();
  Extents extents = extentsOf(op.getX()), results = extentsOf(op.getValues());
  unsigned rank = extents.size(), axis = op.getAxis();
  Type element = elementOf(op.getX()), i64 = lowering.builder.getI64Type();
  auto length = dyn_cast<AffineConstantExpr>(extents[axis]);
  if (!length)
    return refuseDynamic(op);
  if (op.getK() == 0) {
    lowering.define(op.getValues(), lowering.empty(loc, results, element));
    lowering.define(op.getIndices(), lowering.empty(loc, results, i64));
    return success();
  }
  SmallVector<AffineExpr> here = getDims(lowering, rank), there = here;
  there[axis] = lowering.dim(rank);

  // How many elements come before each: greater ones (or lesser), and equal ones at lower places.
  Extents domain = extents;
  domain.push_back(extents[axis]);
  RowInputs pairs(lowering, loc, rank + 1);
  unsigned other = pairs.add(op.getX(), there), self = pairs.add(op.getX(), here);
  unsigned otherPlace = pairs.addPosition(rank, length.getValue());
  unsigned selfPlace = pairs.addPosition(axis, length.getValue());
  bool largest = op.getLargest();
  Value order =
      lowering.rows(loc, domain, /*reduces=*/true, i64, pairs, [&](ArrayRef<Scalar> scalars) {
        Scalar a = scalars[self].widen(), b = scalars[other].widen();
        // NaN is the greatest, so that this is an order.
        auto isLess = [](Scalar x, Scalar y) {
          return x.isFloat() ? (x < y) | ((x == x) & graph::isNan(y)) : x < y;
        };
        Scalar less = isLess(a, b), greater = isLess(b, a);
        Scalar isEqual = !(less | greater);
        Scalar tie = isEqual & (scalars[otherPlace] < scalars[selfPlace]);
        Scalar place = scalars[selfPlace];
        return reduceRow(kernel::Combine::Sum, graph::select((largest ? less : greater) | tie,
                                                             place.integer(1), place.integer(0)));
      });

  // Of the axis' elements the one with as many before it as the result's place says.
  domain = results;
  domain.push_back(extents[axis]);
  RowInputs candidates(lowering, loc, rank + 1);
  unsigned value = candidates.add(op.getX(), there);
  unsigned before = candidates.add(order, i64, there);
  unsigned place = candidates.addPosition(rank, length.getValue());
  unsigned wanted = candidates.addPosition(axis, op.getK());
  auto choose = [&](unsigned chosen) {
    return [=](ArrayRef<Scalar> scalars) {
      return pick(scalars[before] == scalars[wanted], scalars[chosen].widen());
    };
  };
  lowering.define(op.getValues(),
                  lowering.rows(loc, domain, /*reduces=*/true, element, candidates, choose(value)));
  lowering.define(op.getIndices(),
                  lowering.rows(loc, domain, /*reduces=*/true, i64, candidates, choose(place)));
  return success();
}

/// What an element becomes by the updates of a row for which `hit` holds. `place` is the update's
/// place in the row.
static Scalar applyUpdates(ScatterKind kind, Scalar old, Scalar update, Scalar hit, Scalar place) {
  auto reduce = [&](kernel::Combine combine, Scalar otherwise) {
    return reduceRow(combine, graph::select(hit, update, otherwise));
  };
  switch (kind) {
  case ScatterKind::Sum:
    return old + reduce(kernel::Combine::Sum, update.constant(-0.0));
  case ScatterKind::Product:
    return old * reduce(kernel::Combine::Product, update.integer(1));
  case ScatterKind::Max:
    return graph::max(old, reduce(kernel::Combine::Max, old));
  case ScatterKind::Min:
    return graph::min(old, reduce(kernel::Combine::Min, old));
  case ScatterKind::Replace: {
    Scalar last = reduceRow(kernel::Combine::Max, graph::select(hit, place, place.integer(-1)));
    // The greatest of no updates is even less than -1.
    return graph::select(last < 0.0, old, pick(place == last, update));
  }
  }
  llvm_unreachable("all kinds are listed");
}

/// Indices into an axis of `extent` elements as i64, counted from its start; `index` is read at the
/// points of `extents`. They are read through a table of all places, so that one that is out of
/// range makes the call fail as it does for Gather: comparing with it would just find no place.
static Value checkIndices(Lowering &lowering, Location loc, ArrayRef<AffineExpr> extents,
                          const Lowering::Input &index, int64_t extent) {
  auto places = llvm::to_vector(llvm::seq<int64_t>(0, extent));
  Type i64 = lowering.builder.getI64Type();
  Value table = lowering.constantTensor(
      loc, makeConstant(RankedTensorType::get({extent}, i64),
                        ArrayRef(reinterpret_cast<const char *>(places.data()),
                                 places.size() * sizeof(int64_t))));
  Lowering::Input inputs[] = {
      index, lowering.readAt({{table, lowering.identity(1)}, i64}, extents.size(),
                             lowering.builder.getAffineSymbolExpr(0), /*indexed=*/1)};
  return lowering.map(
      loc, extents, i64, inputs, [](ArrayRef<Scalar> scalars) { return scalars[1]; },
      /*init=*/Value(), /*indexed=*/1);
}

/// Fails with a diagnostic if there are indices and nothing that they could be of.
static LogicalResult verifyIndexed(Operation *op, ArrayRef<AffineExpr> indices, AffineExpr extent) {
  bool none = llvm::any_of(indices, [](AffineExpr e) { return e == 0; });
  if (extent == 0 && !none)
    return op->emitOpError() << "has indices of an axis without elements";
  return success();
}

/// Runs the computation in a type that has sums: a byte for bools.
static Scalar computeScatter(ScatterKind kind, Scalar old, Scalar update, Scalar hit,
                             Scalar place) {
  if (!old.isBool())
    return applyUpdates(kind, old.widen(), update.widen(), hit, place);
  Type byte = IntegerType::get(old.builder->getContext(), 8);
  Scalar result =
      applyUpdates(kind, graph::convert(old, byte), graph::convert(update, byte), hit, place);
  return result != result.integer(0);
}

LogicalResult lowerScatterElements(Lowering &lowering, graph::ScatterElementsOp op) {
  Location loc = op.getLoc();
  Extents extents = extentsOf(op.getX()), given = extentsOf(op.getIndices());
  unsigned rank = extents.size(), axis = op.getAxis();
  Type element = elementOf(op.getX()), i64 = lowering.builder.getI64Type();
  auto length = dyn_cast<AffineConstantExpr>(extents[axis]);
  auto updates = dyn_cast<AffineConstantExpr>(given[axis]);
  if (!length || !updates)
    return refuseDynamic(op);
  if (failed(verifyIndexed(op, given, extents[axis])))
    return failure();
  Lowering::Input places{{lowering.tensor(op.getIndices()), lowering.identity(rank)},
                         elementOf(op.getIndices())};
  Value checked = checkIndices(lowering, loc, given, places, length.getValue());
  // On the other axes only the indices' extents are reached.
  Extents box = given;
  box[axis] = extents[axis];
  Extents domain = box;
  domain.push_back(given[axis]);
  SmallVector<AffineExpr> here = getDims(lowering, rank), there = here;
  there[axis] = lowering.dim(rank);
  RowInputs inputs(lowering, loc, rank + 1);
  unsigned update = inputs.add(op.getUpdates(), there);
  unsigned index = inputs.add(checked, i64, there);
  unsigned old = inputs.add(op.getX(), here);
  unsigned place = inputs.addPosition(rank, updates.getValue());
  unsigned target = inputs.addPosition(axis, length.getValue());
  Value reached =
      lowering.rows(loc, domain, /*reduces=*/true, element, inputs, [&](ArrayRef<Scalar> scalars) {
        Scalar hit = scalars[index] == scalars[target];
        return computeScatter(op.getKind(), scalars[old], scalars[update], hit, scalars[place]);
      });
  if (box != extents) {
    Value whole = lowering.copy(loc, extents, lowering.input(op.getX()));
    Extents starts(rank, lowering.number(0));
    reached = lowering.insert(loc, reached, whole, starts, box, SmallVector<int64_t>(rank, 1));
  }
  lowering.define(op.getResult(), reached);
  return success();
}

LogicalResult lowerScatterNd(Lowering &lowering, graph::ScatterNdOp op) {
  Location loc = op.getLoc();
  Extents extents = extentsOf(op.getX()), given = extentsOf(op.getIndices());
  unsigned rank = extents.size();
  Type element = elementOf(op.getX()), i64 = lowering.builder.getI64Type();
  unsigned depth = cast<AffineConstantExpr>(given.back()).getValue();
  AffineExpr count = getProduct(ArrayRef(given).drop_back(), lowering.context());
  auto updates = dyn_cast<AffineConstantExpr>(count);
  if (!updates || !llvm::all_of(ArrayRef(extents).take_front(depth),
                                [](AffineExpr extent) { return isa<AffineConstantExpr>(extent); }))
    return refuseDynamic(op);
  if (depth == 0)
    return op.emitOpError() << "has no kernel: its indices are tuples of no index";
  // One list of updates: [count, depth] and [count, slice…].
  Extents flatUpdates{count};
  flatUpdates.append(extents.begin() + depth, extents.end());
  Value indexList = lowering.reshape(loc, lowering.tensor(op.getIndices()), given,
                                     {count, lowering.number(depth)});
  Value updateList = lowering.reshape(loc, lowering.tensor(op.getUpdates()),
                                      extentsOf(op.getUpdates()), flatUpdates);
  Extents domain = extents;
  domain.push_back(count);
  SmallVector<AffineExpr> here = getDims(lowering, rank), there{lowering.dim(rank)};
  there.append(here.begin() + depth, here.end());
  RowInputs inputs(lowering, loc, rank + 1);
  unsigned update = inputs.add(updateList, element, there);
  unsigned old = inputs.add(op.getX(), here);
  unsigned place = inputs.addPosition(rank, updates.getValue());
  SmallVector<unsigned> indices, targets;
  for (unsigned k = 0; k < depth; ++k) {
    if (failed(verifyIndexed(op, given, extents[k])))
      return failure();
    int64_t extent = cast<AffineConstantExpr>(extents[k]).getValue();
    Lowering::Input index =
        lowering.readAt({{indexList, lowering.identity(2)}, elementOf(op.getIndices())}, 1,
                        {lowering.dim(0), lowering.number(k)});
    indices.push_back(
        inputs.add(checkIndices(lowering, loc, count, index, extent), i64, lowering.dim(rank)));
    targets.push_back(inputs.addPosition(k, extent));
  }
  lowering.define(
      op.getResult(),
      lowering.rows(loc, domain, /*reduces=*/true, element, inputs, [&](ArrayRef<Scalar> scalars) {
        auto isHit = [&](unsigned k) { return scalars[indices[k]] == scalars[targets[k]]; };
        Scalar hit = isHit(0);
        for (unsigned k = 1; k < depth; ++k)
          hit = hit & isHit(k);
        return computeScatter(op.getKind(), scalars[old], scalars[update], hit, scalars[place]);
      }));
  return success();
}

} // namespace onnxcc::kernels
