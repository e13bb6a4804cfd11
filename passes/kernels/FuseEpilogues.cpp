// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Maps become epilogues of what they read: see Passes.td.
#include "kernels/Family.h"
#include "passes/kernels/Fusion.h"
#include "passes/kernels/Passes.h"
#include "passes/support/Remarks.h"

using namespace mlir;

namespace onnxcc::kernels {
#define GEN_PASS_DEF_FUSEEPILOGUES
#include "passes/kernels/Passes.h.inc"

namespace {

/// How a launch would write what a map reads of its result in another order of axes; null if it
/// cannot.
AffineMap getReordered(kernel::LaunchOpInterface producer, AffineMap read) {
  if (!read.isPermutation() || read.isIdentity())
    return {};
  AffineMap output = inversePermutation(read).compose(producer.getOutputMap());
  return getFamily(producer).mayWrite(producer, output) ? output : AffineMap();
}

/// What computes, for `map` alone, what it copies in another order of axes, where the region is no
/// epilogue that could take the map in: it may as well write in that order.
kernel::LaunchOpInterface getReordered(kernel::MapOp map) {
  if (!isCopy(map))
    return {};
  auto producer = map.getInputs()[0].getDefiningOp<kernel::LaunchOpInterface>();
  if (!producer || producer.isEpilogue() || !producer->hasOneUse() ||
      producer->getBlock() != map->getBlock() || !getReordered(producer, map.getIndexingMaps()[0]))
    return {};
  return producer;
}

/// Lets `producer` write what `map` copies of it.
void reorder(kernel::LaunchOpInterface producer, kernel::MapOp map) {
  OpBuilder builder(map);
  SmallVector<AffineMap> maps = producer.getIndexingMaps();
  maps.back() = getReordered(producer, map.getIndexingMaps()[0]);
  producer->moveBefore(map);
  producer->setLoc(fuseLocations(producer.getLoc(), map.getLoc()));
  cast<DestinationStyleOpInterface>(*producer).getDpsInitsMutable()[0].set(map.getInits()[0]);
  producer->setAttr("maps", builder.getAffineMapArrayAttr(maps));
  producer->getResult(0).setType(map->getResult(0).getType());
  map->replaceAllUsesWith(producer);
  map.erase();
  matchFamily(producer);
}

/// Which of the launch's results `value` is.
unsigned getResultNumber(Value value) { return cast<OpResult>(value).getResultNumber(); }

/// From the dims of a producer to those of a map that reads its result as input number `input`.
AffineMap getPlaces(kernel::LaunchOpInterface producer, kernel::MapOp map, unsigned input) {
  unsigned result = getResultNumber(map.getInputs()[input]);
  AffineMap written = producer.getIndexingMaps()[producer.getInputs().size() + result];
  return inversePermutation(map.getIndexingMaps()[input]).compose(written);
}

/// Puts `map` behind what computes its input number `input`. What others read of that is a further
/// result.
Operation *fuse(kernel::LaunchOpInterface producer, kernel::MapOp map, unsigned input) {
  OpBuilder builder(map);
  unsigned factors = producer.countFactors();
  SmallVector<AffineMap> producerMaps = producer.getIndexingMaps(), mapMaps = map.getIndexingMaps();
  // The map may read the result in another order of axes, in which it then lies.
  AffineMap output = getPlaces(producer, map, input);
  Inputs inputs;
  SmallVector<unsigned> producerPosition, mapPosition;
  for (auto [k, value] : llvm::enumerate(producer.getInputs())) {
    producerPosition.push_back(inputs.values.size());
    if (k < factors)
      inputs.addFactor(value, producerMaps[k]);
    else
      producerPosition.back() = inputs.add(value, producerMaps[k]);
  }
  for (auto [k, value] : llvm::enumerate(map.getInputs())) {
    mapPosition.push_back(0);
    if (value.getDefiningOp() != producer)
      mapPosition.back() = inputs.add(value, simplifyAffineMap(mapMaps[k].compose(output)));
  }
  Outputs outputs;
  for (auto [k, init] : llvm::enumerate(map.getInits()))
    outputs.add(init, simplifyAffineMap(mapMaps[map.getInputs().size() + k].compose(output)));
  SmallVector<unsigned> kept;
  for (auto [k, init] : llvm::enumerate(producer.getInits()))
    if (llvm::any_of(producer->getResult(k).getUsers(),
                     [&](Operation *user) { return user != map; })) {
      kept.push_back(k);
      outputs.add(init, producerMaps[producer.getInputs().size() + k]);
    }
  kernel::LaunchOpInterface fused = createLike(
      builder, producer, fuseLocations(producer.getLoc(), map.getLoc()), inputs, outputs);

  Block &code = *fused.getCode();
  IRMapping producerMapping, mapMapping;
  mapAccumulators(producer, fused, producerMapping);
  for (unsigned k = factors; k < producer.getInputs().size(); ++k)
    producerMapping.map(getCodeArgument(producer, k), getCodeArgument(fused, producerPosition[k]));
  SmallVector<Value> computed = cloneCode(*producer.getCode(), code, producerMapping);
  for (auto [k, value] : llvm::enumerate(map.getInputs()))
    mapMapping.map(map.getBody().getArgument(k), value.getDefiningOp() == producer
                                                     ? computed[getResultNumber(value)]
                                                     : getCodeArgument(fused, mapPosition[k]));
  outputs.yielded = cloneCode(map.getBody().front(), code, mapMapping);
  for (unsigned k : kept)
    outputs.yielded.push_back(computed[k]);
  OpBuilder inside = OpBuilder::atBlockEnd(&code);
  kernel::YieldOp::create(inside, map.getLoc(), outputs.yielded);
  unsigned results = map->getNumResults();
  map->replaceAllUsesWith(fused->getResults().take_front(results));
  map.erase();
  for (auto [k, result] : llvm::enumerate(kept))
    producer->getResult(result).replaceAllUsesWith(fused->getResult(results + k));
  producer.erase();
  matchFamily(fused); // the result may lie in another order
  return fused;
}

/// The index of an axis group's element as an index of the one axis that it is collapsed into.
AffineExpr linearize(ArrayRef<int64_t> axes, ArrayRef<int64_t> shape, MLIRContext *context) {
  AffineExpr index = getAffineConstantExpr(0, context);
  for (int64_t axis : axes)
    index = index * std::max<int64_t>(shape[axis], 1) + getAffineDimExpr(axis, context);
  return index;
}

/// A reshape of a producer's result, between it and the map that reads it.
struct Reshape {
  Operation *op;
  Value source;
  SmallVector<ReassociationIndices> groups;
  bool collapses;
};

std::optional<Reshape> getReshape(Value value) {
  if (!value.hasOneUse())
    return std::nullopt;
  Operation *op = value.getDefiningOp();
  if (auto collapse = dyn_cast_or_null<tensor::CollapseShapeOp>(op))
    return Reshape{op, collapse.getSrc(), collapse.getReassociationIndices(), true};
  if (auto expand = dyn_cast_or_null<tensor::ExpandShapeOp>(op))
    return Reshape{op, expand.getSrc(), expand.getReassociationIndices(), false};
  return std::nullopt;
}

/// map(reshape(x)) becomes reshape(map(x)), so that the map can join what computes x.
class ReshapeSinker {
public:
  ReshapeSinker(kernel::MapOp map, unsigned input, const Reshape &reshape)
      : map(map), input(input), reshape(reshape), builder(map),
        inner(cast<RankedTensorType>(reshape.source.getType())) {}

  /// \returns the new map, or null if that is not possible.
  kernel::MapOp run() {
    auto producer = cast<DestinationStyleOpInterface>(reshape.source.getDefiningOp());
    auto init = producer.getDpsInitOperand(0)->get().getDefiningOp<tensor::EmptyOp>();
    auto launch = cast<kernel::LaunchOpInterface>(reshape.source.getDefiningOp());
    if (launch.getInits().size() != 1 || map.getInits().size() != 1)
      return {};
    FailureOr<AffineMap> domain = getOutputExtents(launch);
    if (!init || failed(domain) || !getIndexMap())
      return {};
    sizes = init.getMixedSizes();
    Inputs inputs;
    SmallVector<AffineMap> maps;
    SmallVector<Value> values;
    for (auto [k, value] : llvm::enumerate(map.getInputs())) {
      AffineMap read = map.getIndexingMaps()[k];
      if (k == input) {
        values.push_back(reshape.source);
        maps.push_back(identity());
      } else if (read.isIdentity()) {
        values.push_back(undo(value));
        maps.push_back(identity());
      } else {
        values.push_back(value);
        maps.push_back(simplifyAffineMap(read.compose(*getIndexMap())));
      }
    }
    maps.push_back(identity());
    auto type = RankedTensorType::get(
        inner.getShape(), cast<RankedTensorType>(map->getResult(0).getType()).getElementType());
    Value empty = tensor::EmptyOp::create(builder, map.getLoc(), sizes, type.getElementType());
    auto sunk = kernel::MapOp::create(builder, map.getLoc(), type, values, empty,
                                      /*scratch=*/Value(), AffineMapAttr::get(*domain),
                                      builder.getAffineMapArrayAttr(maps), kernel::ScheduleAttr());
    sunk.getBody().takeBody(map.getBody());
    Value back = redo(sunk->getResult(0));
    map->getResult(0).replaceAllUsesWith(back);
    map.erase();
    reshape.op->erase(); // nothing but the map read it
    return sunk;
  }

private:
  AffineMap identity() { return builder.getMultiDimIdentityMap(inner.getRank()); }

  /// From the indices of the producer's result to those of the reshaped tensor.
  std::optional<AffineMap> getIndexMap() {
    MLIRContext *context = map.getContext();
    SmallVector<AffineExpr> indices;
    if (reshape.collapses) {
      for (ArrayRef<int64_t> group : reshape.groups) {
        for (int64_t axis : group.drop_front())
          if (inner.isDynamicDim(axis))
            return std::nullopt;
        // Axes of extent 1 have index 0.
        SmallVector<int64_t> axes;
        llvm::copy_if(group, std::back_inserter(axes),
                      [&](int64_t axis) { return inner.getDimSize(axis) != 1; });
        SmallVector<int64_t> shape(inner.getShape());
        indices.push_back(linearize(axes, shape, context));
      }
      return AffineMap::get(inner.getRank(), 0, indices, context);
    }
    auto outer = cast<RankedTensorType>(reshape.op->getResult(0).getType());
    indices.resize(outer.getRank());
    for (auto [k, group] : llvm::enumerate(reshape.groups)) {
      AffineExpr rest = getAffineDimExpr(k, context);
      SmallVector<int64_t> axes;
      for (int64_t axis : group) {
        indices[axis] = getAffineConstantExpr(0, context);
        if (outer.getDimSize(axis) != 1)
          axes.push_back(axis);
      }
      for (auto [at, axis] : llvm::enumerate(llvm::reverse(axes))) {
        bool first = at + 1 == axes.size();
        if (!first && outer.isDynamicDim(axis))
          return std::nullopt;
        indices[axis] = first ? rest : rest % outer.getDimSize(axis);
        if (!first)
          rest = rest.floorDiv(outer.getDimSize(axis));
      }
    }
    return AffineMap::get(inner.getRank(), 0, indices, context);
  }

  static FailureOr<AffineMap> getOutputExtents(kernel::LaunchOpInterface launch) {
    AffineMap domain = launch.getDomain(), output = launch.getOutputMap();
    auto type = cast<RankedTensorType>(launch->getResult(0).getType());
    SmallVector<AffineExpr> extents;
    for (auto [axis, index] : llvm::enumerate(output.getResults())) {
      if (!type.isDynamicDim(axis))
        extents.push_back(getAffineConstantExpr(type.getDimSize(axis), type.getContext()));
      else if (auto dim = dyn_cast<AffineDimExpr>(index))
        extents.push_back(domain.getResult(dim.getPosition()));
      else
        return failure();
    }
    return AffineMap::get(0, domain.getNumSymbols(), extents, type.getContext());
  }

  /// An operand of the reshaped form in the producer's.
  Value undo(Value value) {
    auto type = RankedTensorType::get(inner.getShape(),
                                      cast<RankedTensorType>(value.getType()).getElementType());
    if (reshape.collapses)
      return tensor::ExpandShapeOp::create(builder, map.getLoc(), type, value, reshape.groups,
                                           sizes);
    return tensor::CollapseShapeOp::create(builder, map.getLoc(), type, value, reshape.groups);
  }

  Value redo(Value value) {
    auto type =
        RankedTensorType::get(cast<RankedTensorType>(reshape.op->getResult(0).getType()).getShape(),
                              cast<RankedTensorType>(value.getType()).getElementType());
    if (reshape.collapses)
      return tensor::CollapseShapeOp::create(builder, map.getLoc(), type, value, reshape.groups);
    auto expand = cast<tensor::ExpandShapeOp>(reshape.op);
    return tensor::ExpandShapeOp::create(builder, map.getLoc(), type, value, reshape.groups,
                                         expand.getMixedOutputShape());
  }

  kernel::MapOp map;
  unsigned input;
  const Reshape &reshape;
  OpBuilder builder;
  RankedTensorType inner;
  SmallVector<OpFoldResult> sizes;
};

struct FuseEpilogues : impl::FuseEpiloguesBase<FuseEpilogues> {
  void runOnOperation() override {
    SmallVector<kernel::MapOp> maps;
    getOperation().walk([&](kernel::MapOp map) { maps.push_back(map); });
    for (kernel::MapOp map : maps)
      visit(map);
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(getOperation().front())))
      if (isOpTriviallyDead(&op))
        op.erase();
  }

  /// Why a map cannot be the epilogue of what computes its input number `input`.
  static StringRef getObstacle(kernel::MapOp map, unsigned input, Operation *producer) {
    Value value = map.getInputs()[input];
    bool isReshaped = value.getDefiningOp() != producer;
    if (isReshaped ? !value.hasOneUse() || !producer->hasOneUse() : !areReadAfter(producer, map))
      return "what it reads has other readers before it";
    if (producer->getBlock() != map->getBlock())
      return "it is a step of a loop, what it reads is not";
    if (!isPlain(map))
      return "it reads at indices, or computes with its place";
    AffineMap read = map.getIndexingMaps()[input];
    auto launch = value.getDefiningOp<kernel::LaunchOpInterface>();
    bool isSame =
        read.isIdentity() && cast<RankedTensorType>(value.getType()).getShape() ==
                                 cast<RankedTensorType>(map->getResult(0).getType()).getShape();
    if (!isSame && !(launch && launch.getInits().size() == 1 && getReordered(launch, read)))
      return "it reads the elements in another order, or some of them";
    // Of other results, or of one again, it must read the same element.
    for (auto [k, other] : llvm::enumerate(map.getInputs()))
      if (launch && other.getDefiningOp() == producer &&
          getPlaces(launch, map, input) !=
              (map.getIndexingMaps()[k].isPermutation() ? getPlaces(launch, map, k) : AffineMap()))
        return "it reads the elements in several orders";
    if (launch && launch.getInits().size() + map.getInits().size() > kMostResults)
      return "it has many results";
    return {};
  }

  /// Fuses into the latest of the producers, which the other operands come before.
  void visit(kernel::MapOp map) {
    if (kernel::LaunchOpInterface producer = getReordered(map)) {
      noteMade(map.getLoc(), getArgument(), "order of axes", producer.getLoc());
      return reorder(producer, map);
    }
    Operation *latest = nullptr;
    std::optional<Reshape> between;
    unsigned input = 0;
    SmallVector<std::pair<Operation *, StringRef>> refused;
    for (auto [k, value] : llvm::enumerate(map.getInputs())) {
      std::optional<Reshape> reshape = getReshape(value);
      Operation *producer = reshape ? reshape->source.getDefiningOp() : value.getDefiningOp();
      if (!isProducer(producer))
        continue;
      if (StringRef obstacle = getObstacle(map, k, producer); !obstacle.empty()) {
        refused.push_back({producer, obstacle});
        continue;
      }
      if (latest && producer->isBeforeInBlock(latest))
        continue;
      latest = producer;
      between = reshape;
      input = k;
    }
    if (!latest) {
      for (auto [producer, obstacle] : refused)
        noteRefused(map.getLoc(), getArgument(), "epilogue", obstacle, producer->getLoc());
      return;
    }
    Location loc = map.getLoc();
    if (between) {
      map = ReshapeSinker(map, input, *between).run();
      if (!map)
        return noteRefused(loc, getArgument(), "epilogue",
                           "a reshape of dynamic extents is between", latest->getLoc());
    }
    noteMade(loc, getArgument(), "epilogue", latest->getLoc());
    fuse(cast<kernel::LaunchOpInterface>(latest), map, input);
  }
};

} // namespace
} // namespace onnxcc::kernels
