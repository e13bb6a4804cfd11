// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rearranging filters: see Packing.h.
#include "kernels/Packing.h"

#include "dialects/support/ConstantData.h"
#include "dialects/support/Extents.h"

#include <cstring>

using namespace mlir;

namespace onnxcc::kernels {

/// The extent of an axis' dim, of several joined dims all together.
static AffineExpr getExtent(const PackedAxis &axis, AffineMap domain) {
  AffineExpr extent = domain.getResult(axis.dim);
  for (unsigned k = 1; k < axis.joined; ++k)
    extent = extent * domain.getResult(axis.dim + k);
  return extent;
}

void Packing::addPanels(unsigned column, ArrayRef<unsigned> runs, int64_t group, unsigned joined) {
  addBlock(column, kPanel);
  for (unsigned dim : runs.drop_back(joined))
    addWhole(dim);
  unsigned depth = runs[runs.size() - joined];
  if (group == 1)
    addWhole(depth);
  else
    addBlock(depth, group, joined);
  addLane(column, kPanel);
  if (group != 1)
    addLane(depth, group, joined);
}

ElementsAttr sumPanels(ElementsAttr packed, bool isUnsigned) {
  std::optional<ConstantView> view = ConstantView::get(packed);
  if (!view)
    return {};
  // […][steps][columns][group] to […][columns].
  ArrayRef<int64_t> shape = view->type().getShape();
  int64_t group = shape.back(), columns = shape[shape.size() - 2], steps = shape[shape.size() - 3];
  SmallVector<int64_t> sumShape(shape.drop_back(3));
  sumShape.push_back(columns);
  auto type = RankedTensorType::get(sumShape, IntegerType::get(packed.getContext(), 32));
  std::vector<char> bytes(getStorageBytes(type), 0);
  auto *sums = reinterpret_cast<int32_t *>(bytes.data());
  auto element = [&](int64_t at) -> int32_t {
    char byte = view->isSplat() ? view->bytes()[0] : view->bytes()[at];
    return isUnsigned ? int32_t(uint8_t(byte)) : int32_t(int8_t(byte));
  };
  for (int64_t run = 0, at = 0; run < type.getNumElements() / columns; ++run)
    for (int64_t step = 0; step < steps; ++step)
      for (int64_t column = 0; column < columns; ++column)
        for (int64_t k = 0; k < group; ++k)
          sums[run * columns + column] += element(at++);
  return makeConstant(type, std::move(bytes));
}

AffineMap Packing::getMap(AffineMap domain) const {
  SmallVector<AffineExpr> results;
  for (PackedAxis axis : axes) {
    AffineExpr dim = getAffineDimExpr(axis.dim, domain.getContext());
    for (unsigned k = 1; k < axis.joined; ++k)
      dim = dim * domain.getResult(axis.dim + k) +
            getAffineDimExpr(axis.dim + k, domain.getContext());
    results.push_back(axis.kind == PackedAxis::Whole   ? dim
                      : axis.kind == PackedAxis::Block ? dim.floorDiv(axis.size)
                                                       : dim % axis.size);
  }
  if (joinsNibbles)
    results.pop_back();
  return AffineMap::get(domain.getNumResults(), 0, results, domain.getContext());
}

SmallVector<AffineExpr> Packing::getExtents(AffineMap domain) const {
  SmallVector<AffineExpr> extents;
  for (PackedAxis axis : axes) {
    AffineExpr extent = getExtent(axis, domain);
    extents.push_back(axis.kind == PackedAxis::Whole ? extent
                      : axis.kind == PackedAxis::Block
                          ? extent.ceilDiv(axis.size)
                          : getAffineConstantExpr(axis.size, domain.getContext()));
  }
  if (joinsNibbles)
    extents.pop_back();
  return extents;
}

bool Packing::isStatic(AffineMap domain) const {
  return llvm::all_of(
      axes, [&](PackedAxis axis) { return isa<AffineConstantExpr>(getExtent(axis, domain)); });
}

AffineMap Packing::getSource(AffineMap read, AffineMap domain) const {
  MLIRContext *context = read.getContext();
  SmallVector<AffineExpr> dims(read.getNumDims(), getAffineConstantExpr(0, context));
  SmallVector<bool> isFilledUp(read.getNumDims(), false);
  for (auto [k, axis] : llvm::enumerate(axes)) {
    AffineExpr index = getAffineDimExpr(k, context);
    auto extent = dyn_cast<AffineConstantExpr>(getExtent(axis, domain));
    isFilledUp[axis.dim] |=
        axis.kind == PackedAxis::Block && (!extent || extent.getValue() % axis.size != 0);
    dims[axis.dim] = dims[axis.dim] + (axis.kind == PackedAxis::Block ? index * axis.size : index);
  }
  for (const PackedAxis &axis : axes)
    if (axis.kind != PackedAxis::Lane) {
      if (isFilledUp[axis.dim])
        dims[axis.dim] = dims[axis.dim] % getExtent(axis, domain);
      for (unsigned k = axis.joined; k-- > 1;) {
        AffineExpr extent = domain.getResult(axis.dim + k);
        dims[axis.dim + k] = dims[axis.dim] % extent;
        dims[axis.dim] = dims[axis.dim].floorDiv(extent);
      }
    }
  return read.replaceDimsAndSymbols(dims, {}, axes.size(), domain.getNumSymbols());
}

bool isLinear(AffineMap map) {
  return llvm::all_of(map.getResults(), [](AffineExpr index) {
    bool linear = true;
    index.walk([&](AffineExpr part) {
      linear &= part.getKind() == AffineExprKind::Add || part.getKind() == AffineExprKind::Mul ||
                isa<AffineDimExpr, AffineConstantExpr>(part);
    });
    return linear;
  });
}

static int64_t evaluateAt(AffineExpr expression, ArrayRef<int64_t> dims) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expression))
    return constant.getValue();
  if (auto dim = dyn_cast<AffineDimExpr>(expression))
    return dims[dim.getPosition()];
  auto binary = cast<AffineBinaryOpExpr>(expression);
  int64_t left = evaluateAt(binary.getLHS(), dims), right = evaluateAt(binary.getRHS(), dims);
  switch (expression.getKind()) {
  case AffineExprKind::Add:
    return left + right;
  case AffineExprKind::Mul:
    return left * right;
  case AffineExprKind::Mod:
    return left % right;
  case AffineExprKind::FloorDiv:
    return left / right;
  default:
    llvm_unreachable("maps of launches have no other operations");
  }
}

/// Words of eight codes of 4 bits, the first in the low ones.
static ElementsAttr joinNibbles(ElementsAttr codes) {
  ConstantView view = *ConstantView::get(codes);
  RankedTensorType type = RankedTensorType::get(view.type().getShape().drop_back(),
                                                IntegerType::get(codes.getContext(), 32));
  ArrayRef<char> bytes = view.bytes();
  std::vector<char> joined(bytes.size() / 2);
  for (size_t k = 0; k < joined.size(); ++k)
    joined[k] = char((bytes[2 * k] & 15) | (bytes[2 * k + 1] & 15) << 4);
  return makeConstant(type, std::move(joined));
}

namespace {
/// constant + sum of coefficients * dims.
struct Linear {
  int64_t constant = 0;
  SmallVector<int64_t> coefficients;

  /// The row-major offset in a tensor of `shape` of what `read`, which is linear, gives.
  static Linear get(AffineMap read, ArrayRef<int64_t> shape) {
    MLIRContext *context = read.getContext();
    AffineExpr offset = getAffineConstantExpr(0, context);
    for (auto [index, extent] : llvm::zip(read.getResults(), shape))
      offset = offset * extent + index;
    auto at = [&](unsigned one) {
      SmallVector<AffineExpr> dims;
      for (unsigned dim = 0; dim < read.getNumDims(); ++dim)
        dims.push_back(getAffineConstantExpr(dim == one, context));
      return evaluate(offset.replaceDims(dims), {}).value_or(0);
    };
    Linear linear;
    linear.constant = at(read.getNumDims());
    for (unsigned dim = 0; dim < read.getNumDims(); ++dim)
      linear.coefficients.push_back(at(dim) - linear.constant);
    return linear;
  }
};

/// Where in a row-major tensor the element lies that `read` gives at a point of the domain.
class Reader {
public:
  Reader(AffineMap read, ArrayRef<int64_t> shape) : read(read), shape(shape) {
    if (isLinear(read))
      linear = Linear::get(read, shape);
  }
  int64_t operator()(ArrayRef<int64_t> point) const {
    int64_t offset = linear ? linear->constant : 0;
    if (linear) {
      for (auto [coefficient, place] : llvm::zip(linear->coefficients, point))
        offset += coefficient * place;
      return offset;
    }
    for (auto [index, extent] : llvm::zip(read.getResults(), shape))
      offset = offset * extent + evaluateAt(index, point);
    return offset;
  }
  /// How far the elements of neighbours along `dim` are from each other; 0 where that varies.
  int64_t getStep(unsigned dim) const { return linear ? linear->coefficients[dim] : 0; }

private:
  AffineMap read;
  ArrayRef<int64_t> shape;
  std::optional<Linear> linear;
};
} // namespace

ElementsAttr Packing::pack(ElementsAttr value, AffineMap read, AffineMap domain) const {
  std::optional<ConstantView> view = ConstantView::get(value);
  if (!view || !isStatic(domain))
    return {};
  SmallVector<int64_t> shape, extents;
  SmallVector<int64_t> dims; // of the domain; those that the filter is not read by do not count
  for (AffineExpr extent : domain.getResults()) {
    auto constant = dyn_cast<AffineConstantExpr>(extent);
    dims.push_back(constant ? constant.getValue() : 1);
  }
  for (PackedAxis axis : axes) {
    int64_t extent = cast<AffineConstantExpr>(getExtent(axis, domain)).getValue();
    extents.push_back(extent);
    shape.push_back(axis.kind == PackedAxis::Whole   ? extent
                    : axis.kind == PackedAxis::Block ? llvm::divideCeil(extent, axis.size)
                                                     : axis.size);
  }
  auto type = RankedTensorType::get(shape, view->type().getElementType());
  // What fills up the last blocks is 0: a step of several products reads it, and so do the sums.
  int64_t filled = 1;
  for (auto [k, axis] : llvm::enumerate(axes))
    if (llvm::none_of(ArrayRef(axes).take_front(k),
                      [&](PackedAxis other) { return other.dim == axis.dim; }))
      filled *= extents[k];
  if (view->isSplat() && filled == type.getNumElements() && !joinsNibbles)
    return cast<DenseElementsAttr>(value).resizeSplat(type);
  Reader offset(read, view->type().getShape());
  int64_t width = getStorageBits(type.getElementType()) / 8;
  std::vector<char> packed(getStorageBytes(type), 0);
  ArrayRef<char> source = view->bytes();
  // The last axis by itself where its elements lie at equal distances.
  unsigned rank = shape.size();
  bool isApart = rank && axes.back().joined == 1 && isLinear(read);
  int64_t inner = isApart ? shape.back() : 1;
  int64_t step = isApart ? offset.getStep(axes.back().dim) * width : 0;
  SmallVector<int64_t> index(rank, 0), point(read.getNumDims(), 0);
  for (int64_t at = 0, end = type.getNumElements(); at < end; at += inner) {
    std::fill(point.begin(), point.end(), 0);
    for (auto [axis, place] : llvm::zip(axes, index))
      point[axis.dim] += axis.kind == PackedAxis::Block ? place * axis.size : place;
    for (const PackedAxis &axis : axes)
      for (unsigned k = axis.kind == PackedAxis::Lane ? 0 : axis.joined; k-- > 1;) {
        point[axis.dim + k] = point[axis.dim] % dims[axis.dim + k];
        point[axis.dim] /= dims[axis.dim + k];
      }
    bool isInside = llvm::all_of(
        axes, [&](const PackedAxis &axis) { return point[axis.dim] < dims[axis.dim]; });
    if (isInside) {
      int64_t from = offset(point), count = inner;
      if (isApart)
        count = std::min(inner, dims[axes.back().dim] - point[axes.back().dim]);
      for (int64_t k = 0; k < count; ++k)
        std::memcpy(packed.data() + (at + k) * width, source.data() + from * width + k * step,
                    width);
    }
    for (unsigned axis = isApart ? rank - 1 : rank; axis-- > 0 && ++index[axis] == shape[axis];)
      index[axis] = 0;
  }
  ElementsAttr result = makeConstant(type, std::move(packed));
  return joinsNibbles ? joinNibbles(result) : result;
}

} // namespace onnxcc::kernels
