// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Maps go into the launches that read their results: see Passes.td.
#include "dialects/support/ConstantData.h"
#include "kernels/Family.h"
#include "passes/kernels/Fusion.h"
#include "passes/kernels/Passes.h"
#include "passes/support/Remarks.h"

using namespace mlir;

namespace onnxcc::kernels {
#define GEN_PASS_DEF_FUSEMAPS
#include "passes/kernels/Passes.h.inc"

namespace {

/// Whether computing the map's element again costs about as much as reading it.
bool isCheap(kernel::MapOp map) {
  unsigned ops = 0;
  for (Operation &op : map.getBody().front().without_terminator()) {
    if (isa<math::MathDialect>(op.getDialect()) ||
        isa<arith::DivFOp, arith::RemFOp, kernel::LookupOp>(op))
      return false;
    ops += !isa<arith::ConstantOp>(op);
  }
  return ops <= 4;
}

/// Whether each element is read at most once through `map` by a launch over `domain`.
bool readsOnce(AffineMap map, AffineMap domain) {
  llvm::SmallBitVector used(map.getNumDims());
  for (AffineExpr index : map.getResults()) {
    auto dim = dyn_cast<AffineDimExpr>(index);
    if (!dim && !isa<AffineConstantExpr>(index)) {
      // A reversed or strided axis still depends on one dim.
      int64_t dims = 0;
      index.walk([&](AffineExpr part) { dims += isa<AffineDimExpr>(part); });
      if (dims != 1)
        return false;
    }
    index.walk([&](AffineExpr part) {
      if (auto inner = dyn_cast<AffineDimExpr>(part))
        used.set(inner.getPosition());
    });
  }
  for (unsigned k = 0; k < map.getNumDims(); ++k)
    if (!used[k] && domain.getResult(k) != 1)
      return false;
  return true;
}

/// Whether the map reads what a contraction or row computation has just computed, and so can be its
/// epilogue.
bool canBeEpilogue(kernel::MapOp map) {
  return isPlain(map) &&
         llvm::any_of(llvm::zip(map.getInputs(), map.getIndexingMaps()), [&](auto input) {
           auto [value, read] = input;
           if (!read.isIdentity() || !value.hasOneUse())
             return false;
           Operation *op = value.getDefiningOp();
           if (isa_and_nonnull<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(op))
             op = op->getOperand(0).getDefiningOp();
           return isProducer(op) && op->hasOneUse() && op->getBlock() == map->getBlock();
         });
}

/// Whether the map can be an epilogue once those maps have joined it that it reads.
bool willBeEpilogue(kernel::MapOp map) {
  return canBeEpilogue(map) ||
         (isPlain(map) &&
          llvm::any_of(llvm::zip(map.getInputs(), map.getIndexingMaps()), [&](auto input) {
            auto [value, read] = input;
            auto before = value.template getDefiningOp<kernel::MapOp>();
            return before && read.isIdentity() && before->hasOneUse() &&
                   before->getBlock() == map->getBlock() && willBeEpilogue(before);
          }));
}

/// Whether a map's elements take fewer bytes than what it reads of its first operand.
bool narrows(kernel::MapOp map) {
  auto bits = [](Value value) {
    return getStorageBits(cast<ShapedType>(value.getType()).getElementType());
  };
  return !map.getInputs().empty() && bits(map.getInits()[0]) < bits(map.getInputs()[0]);
}

/// Whether a launch reads a map's result along another dim than it is computed along: loops over
/// both go element by element, where the map alone may go by vectors.
bool isTransposed(AffineMap read, AffineMap domain) {
  for (unsigned k = read.getNumDims(); k-- > 0;)
    if (domain.getResult(k) != 1) {
      bool isLast = read.getNumResults() &&
                    read.getResults().back() == getAffineDimExpr(k, read.getContext());
      return read.isFunctionOfDim(k) && !isLast;
    }
  return false;
}

/// Why a map of several readers cannot join the one that uses it, which would give its result to
/// the others; empty if it can.
StringRef getObstacleToKeep(kernel::MapOp map, OpOperand &use) {
  auto reader = cast<kernel::LaunchOpInterface>(use.getOwner());
  AffineMap read = reader.getIndexingMaps()[use.getOperandNumber()];
  if (!isa<kernel::MapOp>(*reader) || !isPlain(map) || !isPlain(cast<kernel::MapOp>(*reader)) ||
      !read.isIdentity() || map.getDomain() != reader.getDomain())
    return "it has several readers";
  if (llvm::count(reader->getOperands(), use.get()) != 1 || !areReadAfter(map, reader))
    return "it has several readers, some of them before this one";
  if (map.getInits().size() + reader.getInits().size() > kMostResults)
    return "it has several readers, and its reader many results";
  return {};
}

/// Why a map cannot join what uses it; empty if it can.
StringRef getObstacle(kernel::MapOp map, OpOperand &use) {
  Operation *user = use.getOwner();
  auto reader = dyn_cast<kernel::LaunchOpInterface>(user);
  if (isa<kernel::CallOp>(user))
    return "a routine reads it from memory";
  if (isa<func::ReturnOp>(user))
    return "it is a result";
  if (!reader)
    return "it is read through a view";
  if (reader->getBlock() != map->getBlock())
    return "it is computed before the loop or branch that reads it";
  if (cast<DestinationStyleOpInterface>(user).isDpsInit(&use))
    return "it is the destination of its reader";
  unsigned input = use.getOperandNumber();
  if (input < reader.countFactors())
    return "its reader is a contraction, which reads factors from memory";
  if (auto readerMap = dyn_cast<kernel::MapOp>(user)) {
    if (llvm::is_contained(readerMap.getIndices(), int64_t(input)) ||
        readerMap.getIndexingMaps()[input].getNumSymbols())
      return "its reader looks it up, or looks up by it, in memory";
  } else if (!isPlain(map)) {
    return "it reads at indices, or computes with its place";
  }
  if (map.getInputs().empty())
    return isCheap(map) ? "" : "it has several readers and is not cheap to compute again";
  if (!map->hasOneUse())
    return getObstacleToKeep(map, use);
  AffineMap read = reader.getIndexingMaps()[input];
  // What it narrows would else be stored wide, unless its reader joins the same launch.
  bool isElementwise = isa<kernel::MapOp>(user) && read.isIdentity();
  if (isElementwise ? narrows(map) && willBeEpilogue(map) : canBeEpilogue(map))
    return "it can be an epilogue";
  if (isa<kernel::MapOp>(user) && !isCheap(map) && isTransposed(read, reader.getDomain()))
    return "its reader, which transposes it, would compute it element by element";
  constexpr StringRef again = "its reader would compute it several times";
  if (getFamily(reader).passesAgain()) // each pass computes it
    return isCheap(map) && readsOnce(read, reader.getDomain()) ? "" : again;
  for (AffineMap inner : map.getIndexingMaps())
    if (StringRef obstacle = getFamily(reader).getObstacle(reader, inner.compose(read));
        !obstacle.empty())
      return obstacle;
  // Only the dims count at whose points the region runs.
  SmallVector<unsigned> runs = reader.getCodeDims();
  if (!reader.isEpilogue() && !isCheap(map))
    return "it is not cheap, and its reader's region is no epilogue, which runs once for each "
           "result";
  AffineMap domain = reader.getDomain();
  SmallVector<AffineExpr> extents(domain.getResults());
  for (unsigned dim = 0; dim < extents.size(); ++dim)
    if (!llvm::is_contained(runs, dim))
      extents[dim] = getAffineConstantExpr(1, domain.getContext());
  AffineMap points = AffineMap::get(0, domain.getNumSymbols(), extents, domain.getContext());
  return readsOnce(read, points) ? "" : again;
}

/// `map` with its symbols counted from `first` of `count`.
AffineMap renumberIndices(AffineMap map, unsigned first, unsigned count) {
  if (map.getNumSymbols() == 0)
    return map;
  SmallVector<AffineExpr> symbols;
  for (unsigned k = 0; k < map.getNumSymbols(); ++k)
    symbols.push_back(getAffineSymbolExpr(first + k, map.getContext()));
  return map.replaceDimsAndSymbols({}, symbols, map.getNumDims(), count);
}

/// Puts `map` into the launch that reads it as input number `input`.
void fuseInto(kernel::MapOp map, kernel::LaunchOpInterface reader, unsigned input) {
  OpBuilder builder(reader);
  unsigned factors = reader.countFactors();
  SmallVector<AffineMap> readerMaps = reader.getIndexingMaps(), mapMaps = map.getIndexingMaps();
  // The reader's indices come first, then the map's.
  auto readerMap = dyn_cast<kernel::MapOp>(*reader);
  unsigned readerIndices = readerMap ? readerMap.getIndices().size() : 0,
           indices = readerIndices + map.getIndices().size();
  Inputs inputs;
  SmallVector<unsigned> readerPosition, mapPosition;
  for (auto [k, value] : llvm::enumerate(reader.getInputs())) {
    readerPosition.push_back(inputs.values.size());
    AffineMap read = renumberIndices(readerMaps[k], 0, indices);
    if (k < factors)
      inputs.addFactor(value, read);
    else if (k != input)
      readerPosition.back() = inputs.add(value, read);
  }
  unsigned mapResult = cast<OpResult>(reader.getInputs()[input]).getResultNumber();
  for (auto [k, value] : llvm::enumerate(map.getInputs())) {
    AffineMap read = renumberIndices(mapMaps[k], readerIndices, indices);
    mapPosition.push_back(inputs.add(value, simplifyAffineMap(read.compose(readerMaps[input]))));
  }
  Outputs outputs;
  for (auto [k, init] : llvm::enumerate(reader.getInits()))
    outputs.add(init, readerMaps[reader.getInputs().size() + k]);
  // What others read of the map is given to them, unless it costs no more to compute again.
  SmallVector<unsigned> kept;
  for (auto [k, init] : llvm::enumerate(map.getInits()))
    if (!map.getInputs().empty() &&
        !llvm::all_of(map->getResult(k).getUsers(),
                      [&](Operation *user) { return user == reader; })) {
      kept.push_back(k);
      outputs.add(init, mapMaps[map.getInputs().size() + k].compose(readerMaps[input]));
    }
  kernel::LaunchOpInterface fused =
      createLike(builder, reader, fuseLocations(map.getLoc(), reader.getLoc()), inputs, outputs);

  Block &code = *fused.getCode();
  IRMapping mapMapping, readerMapping;
  mapAccumulators(reader, fused, readerMapping);
  for (auto [k, position] : llvm::enumerate(mapPosition))
    mapMapping.map(map.getBody().getArgument(k), getCodeArgument(fused, position));
  SmallVector<Value> computed = cloneCode(map.getBody().front(), code, mapMapping);
  for (auto place : code.getOps<kernel::IndexOp>()) // so far only the map's
    place.setPlace(place.getPlace().compose(readerMaps[input]));
  for (unsigned k = factors; k < reader.getInputs().size(); ++k)
    readerMapping.map(getCodeArgument(reader, k),
                      k == input ? computed[mapResult] : getCodeArgument(fused, readerPosition[k]));
  outputs.yielded = cloneCode(*reader.getCode(), code, readerMapping);
  for (unsigned k : kept)
    outputs.yielded.push_back(computed[k]);
  OpBuilder inside = OpBuilder::atBlockEnd(&code);
  kernel::YieldOp::create(inside, reader.getLoc(), outputs.yielded);
  if (readerMap) {
    SmallVector<int64_t> positions;
    for (int64_t index : readerMap.getIndices())
      positions.push_back(readerPosition[index]);
    for (int64_t index : map.getIndices())
      positions.push_back(mapPosition[index]);
    cast<kernel::MapOp>(*fused).setIndices(positions);
  }
  unsigned results = reader->getNumResults();
  reader->replaceAllUsesWith(fused->getResults().take_front(results));
  reader->erase();
  for (auto [k, result] : llvm::enumerate(kept))
    map->getResult(result).replaceAllUsesWith(fused->getResult(results + k));
}

struct FuseMaps : impl::FuseMapsBase<FuseMaps> {
  void runOnOperation() override {
    // What two maps read becomes single when one of them joins the other: x * sigmoid(x).
    while (fuseOnce())
      ;
    // What joins what it reads instead, or has nothing that it could join, is no loss to tell of.
    for (auto map : getOperation().getOps<kernel::MapOp>())
      for (OpOperand &use : map->getUses())
        if (!canBeEpilogue(map) && !isa<func::ReturnOp>(use.getOwner()))
          noteRefused(map.getLoc(), getArgument(), "into its reader", getObstacle(map, use),
                      use.getOwner()->getLoc());
  }

  bool fuseOnce() {
    bool changed = false;
    SmallVector<kernel::MapOp> maps;
    getOperation().walk([&](kernel::MapOp map) { maps.push_back(map); });
    // From the last to the first: readers are rewritten, what they read is still to come.
    for (kernel::MapOp map : llvm::reverse(maps)) {
      for (OpOperand &use : llvm::make_early_inc_range(map->getUses()))
        if (getObstacle(map, use).empty()) {
          noteMade(map.getLoc(), getArgument(), "into its reader", use.getOwner()->getLoc());
          fuseInto(map, cast<kernel::LaunchOpInterface>(use.getOwner()), use.getOperandNumber());
          changed = true;
          break;
        }
      if (map->use_empty())
        map.erase();
    }
    return changed;
  }
};

} // namespace
} // namespace onnxcc::kernels
