// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constants become weights in the order that kernels read them: see Passes.td.
#include "dialects/support/ConstantData.h"
#include "dialects/support/Extents.h"
#include "dialects/support/Locations.h"
#include "passes/kernels/Passes.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace onnxcc::kernels {
#define GEN_PASS_DEF_PACKWEIGHTS
#include "passes/kernels/Passes.h.inc"

/// Columns of a panel, as in runtime/tile.h.
static constexpr int64_t kPanel = 16;

namespace {

/// A filter's new axes: each runs over one iteration dim, or over the panels or the lanes of one.
struct PackedAxis {
  enum Kind { Whole, Panel, Lane } kind;
  unsigned dim;
};

/// The order in which a template reads its filter, as iteration dims; empty if it takes it as it
/// is.
SmallVector<PackedAxis> getPackedAxes(kernel::ContractOp op) {
  StringRef name = op.getSchedule() ? op.getSchedule()->getKernelTemplate() : "";
  unsigned dims = op.getDomain().getNumResults();
  auto whole = [](unsigned dim) { return PackedAxis{PackedAxis::Whole, dim}; };
  if (name == "conv2d") {
    unsigned co = dims - 4;
    SmallVector<PackedAxis> axes;
    if (dims == 8)
      axes.push_back(whole(3));
    axes.append({{PackedAxis::Panel, co},
                 whole(co + 1),
                 whole(co + 2),
                 whole(co + 3),
                 {PackedAxis::Lane, co}});
    return axes;
  }
  if (name == "depthwise")
    return {whole(4), whole(5), whole(3)};
  if (name == "gemm") {
    SmallVector<PackedAxis> axes;
    for (unsigned batch = 0; batch + 3 < dims; ++batch)
      if (op.getIndexingMaps()[1].isFunctionOfDim(batch))
        axes.push_back(whole(batch));
    axes.append({{PackedAxis::Panel, dims - 2}, whole(dims - 1), {PackedAxis::Lane, dims - 2}});
    return axes;
  }
  return {};
}

/// Rearranges a constant's bytes.
class Packer {
public:
  Packer(kernel::ContractOp op, ArrayRef<PackedAxis> axes)
      : op(op), axes(axes), read(op.getIndexingMaps()[1]), domain(op.getDomain()) {}

  /// The packed constant, or null if an extent is not constant.
  ElementsAttr pack(ElementsAttr value) {
    std::optional<ConstantView> view = ConstantView::get(value);
    if (!view)
      return {};
    shape.clear();
    for (PackedAxis axis : axes) {
      auto constant = dyn_cast<AffineConstantExpr>(domain.getResult(axis.dim));
      if (!constant)
        return {};
      extents[axis.dim] = constant.getValue();
      shape.push_back(axis.kind == PackedAxis::Whole ? constant.getValue()
                      : axis.kind == PackedAxis::Panel
                          ? llvm::divideCeil(constant.getValue(), kPanel)
                          : kPanel);
    }
    auto type = RankedTensorType::get(shape, view->type().getElementType());
    // Nothing reads the columns that fill up the last panel: they may hold the one value, too.
    if (view->isSplat())
      return cast<DenseElementsAttr>(value).resizeSplat(type);
    int64_t width = getStorageBits(type.getElementType()) / 8;
    std::vector<char> packed(getStorageBytes(type), 0);
    ArrayRef<char> source = view->bytes();
    SmallVector<int64_t> index(shape.size(), 0);
    SmallVector<int64_t> point(domain.getNumResults(), 0);
    Linear offset = getOffset(view->type().getShape());
    // The last axis, whose elements lie at equal distances, by itself.
    int64_t inner = shape.back(), step = offset.coefficients[axes.back().dim] * width;
    shape.back() = 1;
    for (int64_t at = 0, end = type.getNumElements(); at < end; at += inner) {
      setPoint(index, point);
      const char *from = source.data() + offset.evaluate(point) * width;
      int64_t count = std::min(inner, extents[axes.back().dim] - point[axes.back().dim]);
      for (int64_t k = 0; k < count; ++k)
        std::memcpy(packed.data() + (at + k) * width, from + k * step, width);
      for (unsigned axis = shape.size(); axis-- > 0 && ++index[axis] == shape[axis];)
        index[axis] = 0;
    }
    return makeConstant(type, std::move(packed));
  }

  /// The packed filter's map.
  AffineMap getMap() const {
    SmallVector<AffineExpr> results;
    for (PackedAxis axis : axes) {
      AffineExpr dim = getAffineDimExpr(axis.dim, domain.getContext());
      results.push_back(axis.kind == PackedAxis::Whole   ? dim
                        : axis.kind == PackedAxis::Panel ? dim.floorDiv(kPanel)
                                                         : dim % kPanel);
    }
    return AffineMap::get(domain.getNumResults(), 0, results, domain.getContext());
  }

  /// Whether every index of the filter is linear in the dims.
  bool isLinear() const {
    return llvm::all_of(read.getResults(), [](AffineExpr index) {
      bool linear = true;
      index.walk([&](AffineExpr part) {
        linear &= part.getKind() == AffineExprKind::Add || part.getKind() == AffineExprKind::Mul ||
                  isa<AffineDimExpr, AffineConstantExpr>(part);
      });
      return linear;
    });
  }

private:
  /// constant + sum of coefficients * dims.
  struct Linear {
    int64_t constant = 0;
    SmallVector<int64_t> coefficients;
    int64_t evaluate(ArrayRef<int64_t> point) const {
      int64_t value = constant;
      for (auto [coefficient, index] : llvm::zip(coefficients, point))
        value += coefficient * index;
      return value;
    }
  };

  /// The filter's row-major offset at a point of the domain.
  Linear getOffset(ArrayRef<int64_t> filterShape) const {
    MLIRContext *context = domain.getContext();
    AffineExpr offset = getAffineConstantExpr(0, context);
    for (auto [index, extent] : llvm::zip(read.getResults(), filterShape))
      offset = offset * extent + index;
    auto at = [&](unsigned one) {
      SmallVector<AffineExpr> dims;
      for (unsigned dim = 0; dim < read.getNumDims(); ++dim)
        dims.push_back(getAffineConstantExpr(dim == one, context));
      return onnxcc::evaluate(offset.replaceDims(dims), {}).value_or(0);
    };
    Linear linear;
    linear.constant = at(read.getNumDims());
    for (unsigned dim = 0; dim < read.getNumDims(); ++dim)
      linear.coefficients.push_back(at(dim) - linear.constant);
    return linear;
  }

  /// The iteration point of a packed index whose last is 0, so that lanes add nothing.
  void setPoint(ArrayRef<int64_t> index, MutableArrayRef<int64_t> point) const {
    for (auto [axis, value] : llvm::zip(axes, index))
      if (axis.kind != PackedAxis::Lane)
        point[axis.dim] = axis.kind == PackedAxis::Panel ? value * kPanel : value;
  }

  kernel::ContractOp op;
  ArrayRef<PackedAxis> axes;
  AffineMap read, domain;
  SmallVector<int64_t> shape;
  DenseMap<unsigned, int64_t> extents;
};

class PackWeights : public impl::PackWeightsBase<PackWeights> {
  void runOnOperation() override {
    names.clear();
    stored.clear();
    last = nullptr;
    for (Operation &op : getOperation().getOps())
      if (auto symbol = dyn_cast<SymbolOpInterface>(op))
        names.insert(symbol.getName());
    getOperation().walk([&](kernel::ContractOp op) { pack(op); });
    SmallVector<arith::ConstantOp> constants;
    for (auto func : getOperation().getOps<func::FuncOp>())
      for (auto constant : func.getOps<arith::ConstantOp>())
        if (isa<RankedTensorType>(constant.getType()))
          constants.push_back(constant);
    for (arith::ConstantOp constant : constants) {
      OpBuilder builder(constant);
      if (!constant.use_empty())
        constant.replaceAllUsesWith(
            getWeight(builder, constant, cast<ElementsAttr>(constant.getValue())));
      constant.erase();
    }
  }

  /// Gives a contraction its filter in the order of its template.
  void pack(kernel::ContractOp op) {
    SmallVector<PackedAxis> axes = getPackedAxes(op);
    auto filter = axes.empty() ? arith::ConstantOp() : findConstant(op.getInputs()[1], op);
    if (!filter)
      return;
    Packer packer(op, axes);
    if (!packer.isLinear())
      return;
    ElementsAttr packed = packer.pack(cast<ElementsAttr>(filter.getValue()));
    if (!packed)
      return;
    OpBuilder builder(op);
    SmallVector<AffineMap> maps = op.getIndexingMaps();
    maps[1] = packer.getMap();
    op.getInputsMutable()[1].set(getWeight(builder, filter, packed));
    op.setMapsAttr(builder.getAffineMapArrayAttr(maps));
  }

  /// The constant behind a filter, looking through reshapes, which the constant then takes on.
  static arith::ConstantOp findConstant(Value filter, kernel::ContractOp op) {
    if (auto constant = filter.getDefiningOp<arith::ConstantOp>())
      return constant;
    Operation *reshape = filter.getDefiningOp();
    if (!isa_and_nonnull<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(reshape))
      return {};
    auto source = findConstant(reshape->getOperand(0), op);
    if (!source)
      return {};
    auto type = cast<RankedTensorType>(filter.getType());
    OpBuilder builder(reshape);
    ElementsAttr reshaped = reshapeConstant(cast<ElementsAttr>(source.getValue()), type);
    return arith::ConstantOp::create(builder, source.getLoc(), cast<TypedAttr>(reshaped));
  }

  Value getWeight(OpBuilder &builder, arith::ConstantOp constant, ElementsAttr value) {
    kernel::WeightsOp &weights = stored[value];
    if (!weights) {
      OpBuilder atStart = OpBuilder::atBlockBegin(getOperation().getBody());
      if (last)
        atStart.setInsertionPointAfter(last);
      weights = kernel::WeightsOp::create(atStart, constant.getLoc(), makeName(constant),
                                          /*sym_visibility=*/StringAttr(), value);
      last = weights;
    }
    return kernel::WeightOp::create(builder, constant.getLoc(), value.getShapedType(),
                                    FlatSymbolRefAttr::get(weights.getSymNameAttr()));
  }

  /// A legal C identifier, unique in the module.
  std::string makeName(arith::ConstantOp constant) {
    std::string name;
    for (char c : getValueName(constant.getResult()))
      name += llvm::isAlnum(c) ? c : '_';
    if (name.empty())
      name = "constant";
    if (llvm::isDigit(name[0]))
      name.insert(0, "w");
    std::string unique = name;
    for (unsigned k = 1; !names.insert(unique).second; ++k)
      unique = name + "_" + std::to_string(k);
    return unique;
  }

  llvm::StringSet<> names;
  llvm::MapVector<Attribute, kernel::WeightsOp> stored;
  Operation *last = nullptr;
};

} // namespace
} // namespace onnxcc::kernels
