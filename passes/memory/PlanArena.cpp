// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One arena for all buffers: see Passes.td.
#include "dialects/kernel/Targets.h"
#include "dialects/support/ConstantData.h"
#include "dialects/support/Intervals.h"
#include "passes/memory/Buffers.h"
#include "passes/memory/Passes.h"

using namespace mlir;

namespace onnxcc::memory {
#define GEN_PASS_DEF_PLANARENA
#include "passes/memory/Passes.h.inc"

namespace {

/// In how many points two expressions are compared at most.
constexpr uint64_t kMostPoints = 4096;

/// The greatest of some expressions of the symbols.
using Greatest = SmallVector<AffineExpr>;

/// Whether an expression is linear in each symbol alone, so that its extremes lie at the corners of
/// the symbols' ranges.
bool isMultilinear(AffineExpr expression) {
  auto binary = dyn_cast<AffineBinaryOpExpr>(expression);
  if (!binary)
    return true;
  if (!isMultilinear(binary.getLHS()) || !isMultilinear(binary.getRHS()))
    return false;
  if (expression.getKind() == AffineExprKind::Add)
    return true;
  if (expression.getKind() != AffineExprKind::Mul)
    return false;
  bool shared = false;
  binary.getLHS().walk([&](AffineExpr part) {
    if (auto symbol = dyn_cast<AffineSymbolExpr>(part))
      shared |= binary.getRHS().isFunctionOfSymbol(symbol.getPosition());
  });
  return !shared;
}

struct Buffer {
  memref::AllocOp op;
  Lifetime life;
  AffineExpr bytes; // a multiple of the alignment
  int64_t maxBytes = 0, maxOffset = 0;
  Greatest offset = {};
};

class Plan {
public:
  Plan(func::FuncOp func, int64_t alignment)
      : func(func), alignment(alignment), bounds(getSymbolBounds(func)) {}

  LogicalResult collect() {
    DenseMap<Operation *, int64_t> position = numberOperations(func.front());
    WalkResult result = func.walk([&](memref::AllocOp op) -> WalkResult {
      FailureOr<Extents> extents = getShapedExtents(op);
      if (failed(extents))
        return op.emitError() << "the extents of this buffer are not known from the dims";
      int64_t width = getStorageBits(op.getType().getElementType()) / 8;
      AffineExpr bytes = bounds.getPlanned(getProduct(*extents, func.getContext()) * width);
      if (!bytes)
        return op.emitError() << "nothing bounds the size of this buffer, which the run computes";
      Buffer buffer{op, getLifetime(op, position), alignUp(bytes)};
      auto atMost = [&](AffineExpr leaf) -> std::optional<Interval> {
        unsigned symbol = cast<AffineSymbolExpr>(leaf).getPosition();
        return symbol < bounds.max.size()
                   ? std::optional(Interval{bounds.max[symbol], bounds.max[symbol]})
                   : std::nullopt;
      };
      std::optional<Interval> greatest = getInterval(buffer.bytes, atMost);
      constexpr int64_t most = INT64_MAX >> 16; // sums of them do not overflow
      if (!greatest || greatest->max > most)
        return op.emitError() << "this buffer would take more memory than any machine has: give "
                                 "open dims smaller bounds";
      buffer.maxBytes = greatest->max;
      buffers.push_back(buffer);
      return WalkResult::advance();
    });
    return failure(result.wasInterrupted());
  }

  /// Finds an order at the greatest dims, then offsets for all.
  void place(int64_t rounds) {
    Order order = search(rounds);
    pack(order);
    llvm::stable_sort(order, [](Buffer *a, Buffer *b) { return a->maxOffset < b->maxOffset; });
    for (auto [k, buffer] : llvm::enumerate(order)) {
      buffer->offset = {getAffineConstantExpr(0, func.getContext())};
      for (Buffer *below : ArrayRef(order).take_front(k))
        if (below->life.meets(buffer->life))
          raise(buffer->offset, *below);
      raise(size, *buffer);
    }
  }

  /// Replaces the allocations by views.
  void apply() {
    OpBuilder builder = OpBuilder::atBlockBegin(&func.front());
    hoistDims(builder);
    Location loc = func.getLoc();
    auto memory = MemRefType::get({ShapedType::kDynamic}, builder.getI8Type());
    auto arena = kernel::ArenaOp::create(builder, loc, memory, build(builder, loc, size));
    auto describe = [&](StringRef name, int64_t value) {
      arena->setAttr(name, builder.getI64IntegerAttr(value));
    };
    describe("buffers", buffers.size());
    describe("sum", sumBytes());
    describe("live", liveBytes());
    describe("size", sizeBytes());
    for (Buffer &buffer : buffers) {
      // Sizes may be computed anywhere before the allocation; the offset is known at the entry.
      Value offset = build(builder, buffer.op.getLoc(), buffer.offset);
      OpBuilder here(buffer.op);
      auto view = memref::ViewOp::create(here, buffer.op.getLoc(), buffer.op.getType(), arena,
                                         offset, buffer.op.getDynamicSizes());
      buffer.op.replaceAllUsesWith(view.getResult());
    }
    // Only now: the builder may stand before one of them.
    for (Buffer &buffer : buffers)
      buffer.op.erase();
  }

  int64_t count() const { return buffers.size(); }
  int64_t sumBytes() const {
    int64_t sum = 0;
    for (const Buffer &buffer : buffers)
      sum += buffer.maxBytes;
    return sum;
  }
  int64_t liveBytes() const {
    int64_t greatest = 0;
    for (const Buffer &at : buffers) {
      int64_t sum = 0;
      for (const Buffer &other : buffers)
        if (other.life.first <= at.life.first && at.life.first <= other.life.last)
          sum += other.maxBytes;
      greatest = std::max(greatest, sum);
    }
    return greatest;
  }
  int64_t sizeBytes() const {
    int64_t greatest = 0;
    for (AffineExpr part : size)
      greatest = std::max(greatest, evaluate(part, bounds.max).value_or(0));
    return greatest;
  }

private:
  AffineExpr alignUp(AffineExpr bytes) const {
    if (bytes.getLargestKnownDivisor() % alignment == 0)
      return bytes;
    return bytes.ceilDiv(alignment) * alignment;
  }

  using Order = SmallVector<Buffer *>;

  /// The order in which packing takes the least room: the best of a few, each improved in up to
  /// `rounds` steps. A step takes a buffer that ends highest to the front.
  Order search(int64_t rounds) {
    Order start, best;
    for (Buffer &buffer : buffers)
      start.push_back(&buffer);
    auto bytes = [](Buffer *buffer) { return buffer->maxBytes; };
    auto length = [](Buffer *buffer) { // 0 if nothing touches it
      return std::max<int64_t>(buffer->life.last - buffer->life.first + 1, 0);
    };
    auto area = [&](Buffer *buffer) { return bytes(buffer) * length(buffer); };
    llvm::stable_sort(start, [&](Buffer *a, Buffer *b) { return bytes(a) > bytes(b); });
    SmallVector<Order> starts{start};
    if (rounds > 0) {
      llvm::stable_sort(start, [&](Buffer *a, Buffer *b) { return area(a) > area(b); });
      starts.push_back(start);
      llvm::stable_sort(start, [&](Buffer *a, Buffer *b) { return length(a) > length(b); });
      starts.push_back(start);
      llvm::stable_sort(start, [](Buffer *a, Buffer *b) { return a->life.first < b->life.first; });
      starts.push_back(start);
    }
    int64_t least = INT64_MAX, bound = liveBytes();
    for (Order &order : starts)
      for (int64_t round = 0; round <= rounds && least > bound; ++round) {
        int64_t top = pack(order);
        if (top < least) {
          least = top;
          best = order;
        }
        auto highest = llvm::find_if(
            order, [&](Buffer *buffer) { return buffer->maxOffset + buffer->maxBytes == top; });
        if (highest != order.end())
          std::rotate(order.begin(), highest, highest + 1);
      }
    return best;
  }

  /// Gives each buffer in turn the lowest place where it meets no other in place and time.
  /// \returns the end of the highest.
  static int64_t pack(ArrayRef<Buffer *> order) {
    int64_t top = 0;
    Order placed; // by offset
    for (Buffer *buffer : order) {
      int64_t at = 0;
      for (Buffer *other : placed) {
        if (!other->life.meets(buffer->life))
          continue;
        if (at + buffer->maxBytes <= other->maxOffset)
          break;
        at = std::max(at, other->maxOffset + other->maxBytes);
      }
      buffer->maxOffset = at;
      placed.insert(
          llvm::upper_bound(placed, buffer,
                            [](Buffer *a, Buffer *b) { return a->maxOffset < b->maxOffset; }),
          buffer);
      top = std::max(top, at + buffer->maxBytes);
    }
    return top;
  }

  /// Makes `place` at least the end of `below`.
  void raise(Greatest &place, const Buffer &below) const {
    for (AffineExpr part : below.offset) {
      AffineExpr end = simplifyAffineExpr(part + below.bytes, 0, bounds.max.size());
      if (llvm::any_of(place, [&](AffineExpr other) { return isAtLeast(other, end); }))
        continue;
      llvm::erase_if(place, [&](AffineExpr other) { return isAtLeast(end, other); });
      place.push_back(end);
    }
  }

  /// Whether `a >= b` for all dims in range, as far as that can be told by trying few enough.
  bool isAtLeast(AffineExpr a, AffineExpr b) const {
    AffineExpr difference = simplifyAffineExpr(a - b, 0, bounds.max.size());
    bool atEnds = isMultilinear(difference);
    SmallVector<int64_t> values(bounds.min), steps;
    SmallVector<unsigned> tried;
    uint64_t points = 1;
    for (unsigned k = 0; k < values.size(); ++k) {
      int64_t range = bounds.max[k] - bounds.min[k];
      if (range == 0 || !difference.isFunctionOfSymbol(k))
        continue;
      tried.push_back(k);
      steps.push_back(atEnds ? range : 1);
      uint64_t count = atEnds ? 2 : uint64_t(range) + 1;
      if (count > kMostPoints || (points *= count) > kMostPoints)
        return false;
    }
    for (uint64_t point = 0; point < points; ++point) {
      if (evaluate(difference, values).value_or(-1) < 0)
        return false;
      for (auto [k, step] : llvm::zip(tried, steps)) {
        if (bounds.max[k] - values[k] >= step) {
          values[k] += step;
          break;
        }
        values[k] = bounds.min[k];
      }
    }
    return true;
  }

  /// Brings all `kernel.dim`s to the function's start, one each.
  void hoistDims(OpBuilder &builder) {
    Operation *last = nullptr;
    for (auto dim : llvm::make_early_inc_range(func.getOps<kernel::DimOp>())) {
      auto [at, isNew] = dims.try_emplace(dim.getSymbol(), dim);
      if (!isNew) {
        dim.replaceAllUsesWith(at->second.getResult());
        dim.erase();
        continue;
      }
      if (last)
        dim->moveAfter(last);
      else if (dim.getOperation() != &func.front().front()) // moving before itself breaks the list
        dim->moveBefore(&func.front().front());
      last = dim;
    }
    if (last)
      builder.setInsertionPointAfter(last);
  }

  Value getDim(OpBuilder &builder, unsigned symbol) {
    auto [at, isNew] = dims.try_emplace(symbol);
    if (isNew) {
      OpBuilder start = OpBuilder::atBlockBegin(&func.front());
      at->second = kernel::DimOp::create(start, func.getLoc(), builder.getIndexType(), symbol);
    }
    return at->second;
  }

  Value build(OpBuilder &builder, Location loc, const Greatest &place) {
    AffineMap map = getSymbolMap(place, func.getContext());
    Value &value = values[map];
    if (!value)
      value = buildNew(builder, loc, map);
    return value;
  }

  Value buildNew(OpBuilder &builder, Location loc, AffineMap map) {
    if (map.isSingleConstant())
      return arith::ConstantIndexOp::create(builder, loc, map.getSingleConstantResult());
    SmallVector<Value> operands;
    for (unsigned symbol = 0; symbol < map.getNumSymbols(); ++symbol)
      if (map.isFunctionOfSymbol(symbol))
        operands.push_back(getDim(builder, symbol));
    map = compressUnusedSymbols(map);
    if (map.getNumResults() == 1)
      return affine::AffineApplyOp::create(builder, loc, map, operands);
    return affine::AffineMaxOp::create(builder, loc, map, operands);
  }

  func::FuncOp func;
  int64_t alignment;
  SymbolBounds bounds;
  SmallVector<Buffer> buffers;
  Greatest size{getAffineConstantExpr(0, func.getContext())};
  llvm::MapVector<unsigned, kernel::DimOp> dims;
  DenseMap<AffineMap, Value> values; // places that are there already
};

struct PlanArena : impl::PlanArenaBase<PlanArena> {
  using PlanArenaBase::PlanArenaBase;

  void runOnOperation() override {
    if (getOperation().isExternal())
      return;
    FailureOr<SmallVector<const Target *>> targets =
        kernel::getTargets(getOperation()->getParentOfType<ModuleOp>());
    if (failed(targets))
      return signalPassFailure();
    Plan plan(getOperation(), kernel::getAlignment(*targets));
    if (failed(plan.collect()))
      return signalPassFailure();
    plan.place(rounds);
    plan.apply();
    buffers += plan.count();
    sumBytes += plan.sumBytes();
    liveBytes += plan.liveBytes();
    arenaBytes += plan.sizeBytes();
  }
};

} // namespace
} // namespace onnxcc::memory
