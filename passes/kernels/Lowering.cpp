// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Builders of launches for lower-graph: see Lowering.h.
#include "passes/kernels/Lowering.h"

#include "dialects/support/ConstantData.h"
#include "kernels/Contraction.h"
#include "kernels/Routine.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinDialect.h"
#include "mlir/IR/DialectResourceBlobManager.h"

using namespace mlir;
using onnxcc::graph::Scalar;

namespace onnxcc::kernels {

Extents extentsOf(Value graphValue) {
  return getExtents(cast<RankedTensorType>(graphValue.getType()));
}

Type elementOf(Value graphValue) {
  return cast<RankedTensorType>(graphValue.getType()).getElementType();
}

bool isNarrowFloat(Type element) {
  return isa<FloatType>(element) && element.getIntOrFloatBitWidth() < 32;
}

Type getAccumulatorType(Type element) {
  if (isNarrowFloat(element))
    return Float32Type::get(element.getContext());
  return graph::getScalarType(element);
}

/// Kernels' integers are signless: the combination that takes them as `isUnsigned` says.
static kernel::Combine withSignedness(kernel::Combine combine, bool isUnsigned) {
  if (isUnsigned && combine == kernel::Combine::Max)
    return kernel::Combine::UnsignedMax;
  if (isUnsigned && combine == kernel::Combine::Min)
    return kernel::Combine::UnsignedMin;
  return combine;
}

std::string getCombiner(kernel::Combine combine, Type element) {
  // Sums of bools are whether any is true, products whether all are.
  if (element.isInteger(1) && combine == kernel::Combine::Sum)
    combine = kernel::Combine::Max;
  if (element.isInteger(1) && combine == kernel::Combine::Product)
    combine = kernel::Combine::Min;
  return getCombiner(withSignedness(combine, element.isUnsignedInteger())).type.str();
}

Scalar reduceRow(kernel::Combine combine, Scalar value) {
  if (value.isBool()) { // in bytes, so that a row of them is a vector of one type
    Type byte = IntegerType::get(value.builder->getContext(), 8);
    Scalar result = reduceRow(combine, graph::convert(value, byte));
    return result != result.integer(0);
  }
  combine = withSignedness(combine, value.isUnsigned);
  value.value =
      kernel::ReduceOp::create(*value.builder, value.location, value.type(), combine, value.value);
  return value;
}

Operation *getLaunch(Value tensor) {
  Operation *op = tensor.getDefiningOp();
  return kernel::isStep(op) ? op : nullptr;
}

Lowering::Lowering(func::FuncOp func)
    : builder(func.getContext()), concatenations(func), func(func) {
  entry = &func.front().front();
}

void Lowering::define(Value graphValue, Value tensor) {
  unsigned rank = cast<RankedTensorType>(tensor.getType()).getRank();
  accesses[graphValue] = {tensor, identity(rank)};
  shapes[tensor] = extentsOf(graphValue);
}

bool Lowering::isWhole(const Access &access, Value graphValue) const {
  if (!access.source || !access.map.isIdentity())
    return false;
  auto source = cast<RankedTensorType>(access.source.getType());
  // The map may still be a broadcast of leading axes, or read the first elements of a longer axis.
  if (source.getShape() != cast<RankedTensorType>(graphValue.getType()).getShape())
    return false;
  auto known = shapes.find(access.source);
  return known == shapes.end() || known->second == extentsOf(graphValue);
}

void Lowering::leaveLoops(Value graphValue) {
  if (builder.getInsertionPoint() == builder.getInsertionBlock()->end())
    return;
  Block *home = graphValue.getParentBlock();
  if (Operation *around = home->findAncestorOpInBlock(*builder.getInsertionPoint()))
    builder.setInsertionPoint(around);
}

Value Lowering::tensor(Value graphValue) {
  Access &access = accesses.find(graphValue)->second;
  if (isWhole(access, graphValue))
    return access.source;
  Location loc = graphValue.getLoc();
  OpBuilder::InsertionGuard guard(builder);
  leaveLoops(graphValue);
  Value copied = copy(loc, extentsOf(graphValue), input(graphValue));
  define(graphValue, copied);
  return copied;
}

/// A constant of narrow floats as f32, or null if it has no elements to read.
static ElementsAttr widenConstant(ElementsAttr value) {
  std::optional<graph::Tensor> narrow = graph::Tensor::get(value);
  if (!narrow)
    return {};
  auto type = cast<RankedTensorType>(value.getShapedType());
  graph::Tensor wide(type.clone(Float32Type::get(type.getContext())));
  for (int64_t k = 0, end = type.getNumElements(); k < end; ++k)
    wide.setDouble(k, narrow->getDouble(k));
  return wide.getAttribute();
}

Value Lowering::factorTensor(Value graphValue) {
  if (!isNarrowFloat(elementOf(graphValue)))
    return tensor(graphValue);
  Value &wide = widened[graphValue];
  if (wide)
    return wide;
  OpBuilder::InsertionGuard guard(builder);
  leaveLoops(graphValue);
  if (ElementsAttr narrow = constant(graphValue))
    if (ElementsAttr value = widenConstant(narrow))
      return wide = constantTensor(graphValue.getLoc(), value);
  Type f32 = builder.getF32Type();
  return wide = map(graphValue.getLoc(), extentsOf(graphValue), f32, input(graphValue),
                    [&](ArrayRef<Scalar> scalars) { return graph::convert(scalars[0], f32); });
}

Lowering::Input Lowering::factor(Value graphValue) {
  Type element = elementOf(graphValue);
  if (!isNarrowFloat(element))
    return input(graphValue);
  return {{factorTensor(graphValue), identity(extentsOf(graphValue).size())}, builder.getF32Type()};
}

ElementsAttr Lowering::constant(Value graphValue) {
  auto op = graphValue.getDefiningOp<graph::ConstantOp>();
  return op ? op.getValue() : ElementsAttr();
}

OpFoldResult Lowering::index(AffineExpr expression) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expression))
    return builder.getIndexAttr(constant.getValue());
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expression))
    if (Value value = computed.lookup(symbol.getPosition()))
      return value;
  if (Value value = indexValues.lookup(expression))
    return value;
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(entry);
  Location loc = func.getLoc();
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expression)) {
    Value value = kernel::DimOp::create(builder, loc, builder.getIndexType(), symbol.getPosition());
    return indexValues[expression] = value;
  }
  AffineMap map = getSymbolMap(expression, context());
  SmallVector<Value> dims;
  for (unsigned symbol = 0; symbol < map.getNumSymbols(); ++symbol)
    if (map.isFunctionOfSymbol(symbol)) {
      dims.push_back(cast<Value>(index(builder.getAffineSymbolExpr(symbol))));
      // Symbols are numbered in the order in which they get their values.
      if (Value value = computed.lookup(symbol))
        builder.setInsertionPointAfterValue(value);
    }
  Value applied = affine::AffineApplyOp::create(builder, loc, compressUnusedSymbols(map), dims);
  return indexValues[expression] = applied;
}

void Lowering::defineDim(Location loc, unsigned symbol, Value scalar) {
  Value count = tensor::ExtractOp::create(builder, loc, scalar, ValueRange());
  computed[symbol] = kernel::DefineOp::create(builder, loc, builder.getIndexType(), symbol, count);
}

SmallVector<OpFoldResult> Lowering::indices(ArrayRef<AffineExpr> expressions) {
  SmallVector<OpFoldResult> values;
  for (AffineExpr expression : expressions)
    values.push_back(index(expression));
  return values;
}

RankedTensorType Lowering::type(ArrayRef<AffineExpr> extents, Type element) {
  return RankedTensorType::get(onnxcc::getTensorType(extents, element).getShape(),
                               graph::getScalarType(element));
}

Value Lowering::empty(Location loc, ArrayRef<AffineExpr> extents, Type element) {
  SmallVector<OpFoldResult> sizes = indices(extents);
  // Whoever wants the tensor to be there early has it as soon as its sizes are known.
  for (OpFoldResult size : sizes)
    if (auto value = dyn_cast<Value>(size))
      if (Operation *op = value.getDefiningOp();
          op->getBlock() == builder.getInsertionBlock() &&
          builder.getInsertionPoint() != op->getBlock()->end() &&
          !op->isBeforeInBlock(&*builder.getInsertionPoint()))
        builder.setInsertionPointAfter(op);
  return tensor::EmptyOp::create(builder, loc, sizes, graph::getScalarType(element));
}

Access Lowering::place(unsigned rank, AffineExpr expression) {
  unsigned symbols = getSymbolMap(expression, context()).getNumSymbols();
  return {Value(), AffineMap::get(rank, symbols, expression)};
}

Lowering::Input Lowering::readAt(Input input, unsigned dims, ArrayRef<AffineExpr> point,
                                 unsigned indexed) {
  AffineMap map = AffineMap::get(dims, indexed, point, context());
  input.access.map = simplifyAffineMap(input.access.map.compose(map));
  return input;
}

/// Inputs for launches that cannot compute a value from its place.
SmallVector<Lowering::Input> Lowering::withSources(Location loc, ArrayRef<AffineExpr> domain,
                                                   ArrayRef<Input> inputs) {
  SmallVector<Input> result(inputs);
  for (Input &input : result)
    if (!input.access.source)
      input.access = {copy(loc, domain, input), identity(domain.size())};
  return result;
}

/// The scalar that every element of a constant has, or null.
static TypedAttr getSplatScalar(Value source) {
  auto op = source ? source.getDefiningOp<arith::ConstantOp>() : nullptr;
  auto dense = op ? dyn_cast<DenseElementsAttr>(op.getValue()) : DenseElementsAttr();
  if (!dense || !dense.isSplat())
    return {};
  return dyn_cast<TypedAttr>(dense.getSplatValue<Attribute>());
}

/// Inputs without splat constants and values known from their place, which become code, and without
/// repetitions. The `keep` first stay as they are.
struct Lowering::Operands {
  SmallVector<Value> values;
  SmallVector<Attribute> maps;
  SmallVector<TypedAttr> constants; // one an input; null where it is an operand
  SmallVector<unsigned> positions;  // of the operand
};

Lowering::Operands Lowering::gather(ArrayRef<Input> inputs, unsigned keep) {
  Operands operands;
  for (auto [k, input] : llvm::enumerate(inputs)) {
    TypedAttr splat = k < keep ? TypedAttr() : getSplatScalar(input.access.source);
    operands.constants.push_back(splat);
    unsigned at = operands.values.size();
    Attribute map = AffineMapAttr::get(input.access.map);
    for (unsigned other = keep; other < operands.values.size(); ++other)
      if (k >= keep && operands.values[other] == input.access.source && operands.maps[other] == map)
        at = other;
    operands.positions.push_back(at);
    if (splat || !input.access.source || at < operands.values.size())
      continue;
    operands.values.push_back(input.access.source);
    operands.maps.push_back(map);
  }
  return operands;
}

/// Fills a launch's region. The first `skipped` of `inputs` are no arguments of it.
template <class Op>
static void buildRegion(OpBuilder &outer, Op launch, Type accumulator, unsigned skipped,
                        ArrayRef<Lowering::Input> inputs, ArrayRef<TypedAttr> constants,
                        ArrayRef<unsigned> positions, Type element, Code code) {
  Location loc = launch.getLoc();
  Block &block = launch.getBody().emplaceBlock();
  OpBuilder builder = OpBuilder::atBlockEnd(&block, outer.getListener());
  SmallVector<Scalar> scalars;
  if (accumulator) {
    Value sum = block.addArgument(accumulator, loc);
    // Of signless integers the result's element type knows the signedness.
    scalars.push_back(
        Scalar::get(builder, loc, sum, isa<IntegerType>(accumulator) ? element : accumulator));
  }
  unsigned first = block.getNumArguments();
  for (Value operand : launch.getInputs().drop_front(skipped))
    block.addArgument(cast<RankedTensorType>(operand.getType()).getElementType(), loc);
  for (unsigned k = skipped; k < inputs.size(); ++k) {
    if (!inputs[k].access.source) {
      Value place = kernel::IndexOp::create(builder, loc, builder.getI64Type(),
                                            AffineMapAttr::get(inputs[k].access.map));
      scalars.push_back(graph::convert(Scalar::get(builder, loc, place, builder.getI64Type()),
                                       inputs[k].element));
      continue;
    }
    Value value = constants[k] ? Value(arith::ConstantOp::create(builder, loc, constants[k]))
                               : Value(block.getArgument(first + positions[k] - skipped));
    scalars.push_back(Scalar::get(builder, loc, value, inputs[k].element));
  }
  Scalar result = code ? code(scalars) : scalars[0];
  kernel::YieldOp::create(builder, loc, result.narrow(element).value);
}

Value Lowering::map(Location loc, ArrayRef<AffineExpr> extents, Type element,
                    ArrayRef<Input> inputs, Code code, Value init, unsigned indexed) {
  Operands operands = gather(inputs, indexed ? inputs.size() : 0);
  operands.maps.push_back(AffineMapAttr::get(identity(extents.size())));
  if (!init)
    init = empty(loc, extents, element);
  auto launch = kernel::MapOp::create(
      builder, loc, init.getType(), operands.values, init, /*scratch=*/Value(),
      AffineMapAttr::get(getSymbolMap(extents, context())), builder.getArrayAttr(operands.maps),
      kernel::ScheduleAttr(),
      builder.getDenseI64ArrayAttr(llvm::to_vector(llvm::seq<int64_t>(0, indexed))));
  buildRegion(builder, launch, {}, 0, inputs, operands.constants, operands.positions, element,
              code);
  return launch->getResult(0);
}

Value Lowering::rows(Location loc, ArrayRef<AffineExpr> domain, bool reduces, Type element,
                     ArrayRef<Input> given, Code code) {
  SmallVector<Input> inputs = withSources(loc, domain, given);
  Operands operands = gather(inputs, 1);
  AffineMap output = identity(domain.size());
  if (reduces)
    output = output.dropResult(domain.size() - 1);
  operands.maps.push_back(AffineMapAttr::get(output));
  Value init = empty(loc, domain.take_front(output.getNumResults()), element);
  auto launch = kernel::RowsOp::create(builder, loc, init.getType(), operands.values, init,
                                       /*scratch=*/Value(),
                                       AffineMapAttr::get(getSymbolMap(domain, context())),
                                       builder.getArrayAttr(operands.maps), kernel::ScheduleAttr());
  buildRegion(builder, launch, {}, 0, inputs, operands.constants, operands.positions, element,
              code);
  return launch->getResult(0);
}

Value Lowering::contract(Location loc, const Contraction &contraction, Code code) {
  unsigned products = contraction.factors.size();
  SmallVector<Input> inputs(contraction.factors);
  llvm::append_range(inputs, contraction.operands);
  inputs = withSources(loc, contraction.domain, inputs);
  Operands operands = gather(inputs, products);
  operands.maps.push_back(AffineMapAttr::get(contraction.output));
  Value init = empty(loc, contraction.extents, contraction.element);
  Type element = contraction.factors[0].element;
  kernel::Combine combine = withSignedness(contraction.combine, element.isUnsignedInteger() ||
                                                                    element.isSignlessInteger(1));
  auto launch = kernel::ContractOp::create(
      builder, loc, init.getType(), kernel::CombineAttr::get(context(), combine),
      builder.getI64IntegerAttr(products), operands.values, init, /*scratch=*/Value(),
      AffineMapAttr::get(getSymbolMap(contraction.domain, context())),
      builder.getArrayAttr(operands.maps), kernel::ScheduleAttr());
  buildRegion(builder, launch, getAccumulatorType(contraction.element), products, inputs,
              operands.constants, operands.positions, contraction.element, code);
  return launch->getResult(0);
}

Value Lowering::attention(Location loc, const Attention &attention, Code code) {
  Type f32 = builder.getF32Type();
  Operands operands = gather(attention.inputs, 3);
  ArrayRef<AffineExpr> domain = attention.domain;
  operands.maps.push_back(AffineMapAttr::get(identity(domain.size()).getMajorSubMap(4)));
  Value init = empty(loc, domain.take_front(4), f32);
  auto launch = kernel::AttentionOp::create(
      builder, loc, init.getType(), operands.values, init, /*scratch=*/Value(),
      AffineMapAttr::get(getSymbolMap(domain, context())), builder.getArrayAttr(operands.maps),
      kernel::ScheduleAttr(), attention.guarded ? builder.getUnitAttr() : UnitAttr(),
      attention.guardsHidden ? builder.getUnitAttr() : UnitAttr());
  buildRegion(builder, launch, f32, 3, attention.inputs, operands.constants, operands.positions,
              f32, code);
  return launch->getResult(0);
}

ValueRange Lowering::call(Location loc, StringRef routine, const Extents &domain,
                          ArrayRef<NamedAttribute> parameters, ArrayRef<Value> inputs,
                          ArrayRef<Value> inits) {
  const Routine &called = *findRoutine(routine);
  auto call = kernel::CallOp::create(builder, loc, TypeRange(ValueRange(inits)), routine,
                                     getSymbolMap(domain, context()),
                                     builder.getDictionaryAttr(parameters), inputs, inits,
                                     /*scratch=*/Value(), called.getUpdates(), called.getInPlace());
  return call.getResults();
}

Value Lowering::copy(Location loc, ArrayRef<AffineExpr> extents, Input input, Value init) {
  return map(loc, extents, input.element, input, [](ArrayRef<Scalar> x) { return x[0]; }, init);
}

Value Lowering::slice(Location loc, Value tensor, ArrayRef<AffineExpr> starts,
                      ArrayRef<AffineExpr> sizes, ArrayRef<int64_t> steps) {
  SmallVector<OpFoldResult> strides;
  for (int64_t step : steps)
    strides.push_back(builder.getIndexAttr(step));
  return tensor::ExtractSliceOp::create(builder, loc, tensor, indices(starts), indices(sizes),
                                        strides);
}

Value Lowering::insert(Location loc, Value piece, Value into, ArrayRef<AffineExpr> starts,
                       ArrayRef<AffineExpr> sizes, ArrayRef<int64_t> steps) {
  SmallVector<OpFoldResult> strides;
  for (int64_t step : steps)
    strides.push_back(builder.getIndexAttr(step));
  return tensor::InsertSliceOp::create(builder, loc, piece, into, indices(starts), indices(sizes),
                                       strides);
}

Value Lowering::fill(Location loc, ArrayRef<AffineExpr> extents, Type element, Attribute value) {
  // The constant becomes code, the tensor is dropped.
  auto scalar = RankedTensorType::get({}, graph::getScalarType(element));
  Value source = arith::ConstantOp::create(builder, loc, DenseElementsAttr::get(scalar, value));
  AffineMap nowhere = AffineMap::get(extents.size(), 0, context());
  return copy(loc, extents, {{source, nowhere}, element});
}

Value Lowering::constantTensor(Location loc, ElementsAttr value) {
  auto type = cast<RankedTensorType>(value.getShapedType());
  Type element = graph::getScalarType(type.getElementType());
  auto stored = RankedTensorType::get(type.getShape(), element);
  if (stored != type) {
    if (auto dense = dyn_cast<DenseIntOrFPElementsAttr>(value))
      value = DenseElementsAttr::getFromRawBuffer(stored, dense.getRawData());
    else if (auto resource = dyn_cast<DenseResourceElementsAttr>(value))
      value = DenseResourceElementsAttr::get(stored, resource.getRawHandle());
  }
  return arith::ConstantOp::create(builder, loc, cast<TypedAttr>(value));
}

/// Splits two shapes of equally many elements into the finest runs of axes with equal products.
static void groupAxes(ArrayRef<AffineExpr> from, ArrayRef<AffineExpr> to,
                      SmallVectorImpl<ReassociationIndices> &fromGroups,
                      SmallVectorImpl<ReassociationIndices> &toGroups) {
  MLIRContext *context = from[0].getContext();
  AffineExpr one = getAffineConstantExpr(1, context);
  unsigned i = 0, j = 0;
  while (i < from.size() && j < to.size()) {
    ReassociationIndices &a = fromGroups.emplace_back(), &b = toGroups.emplace_back();
    AffineExpr left = from[i], right = to[j];
    a.push_back(i++);
    b.push_back(j++);
    while (left != right) {
      auto l = dyn_cast<AffineConstantExpr>(left), r = dyn_cast<AffineConstantExpr>(right);
      // The side with fewer factors grows; a constant is less than what has a symbol.
      bool growLeft = l && r ? l.getValue() < r.getValue() : l || (!r && i <= j);
      if (growLeft && i < from.size()) {
        left = left * from[i];
        a.push_back(i++);
      } else if (j < to.size()) {
        right = right * to[j];
        b.push_back(j++);
      } else if (i < from.size()) {
        left = left * from[i];
        a.push_back(i++);
      } else {
        break; // equal for all dims though not in form (reshape_c1)
      }
    }
    // Ones that the other side lacks join this group.
    while (i < from.size() && from[i] == one && (j == to.size() || to[j] != one))
      a.push_back(i++);
    while (j < to.size() && to[j] == one && (i == from.size() || from[i] != one))
      b.push_back(j++);
  }
  // What is left multiplies to 1 for all dims.
  while (i < from.size())
    fromGroups.back().push_back(i++);
  while (j < to.size())
    toGroups.back().push_back(j++);
}

Value Lowering::reshape(Location loc, Value tensor, Extents from, Extents to) {
  if (from == to)
    return tensor;
  Type element = cast<RankedTensorType>(tensor.getType()).getElementType();
  SmallVector<ReassociationIndices> fromGroups, toGroups;
  if (!from.empty() && !to.empty())
    groupAxes(from, to, fromGroups, toGroups);
  Extents middle;
  for (auto [a, b] : llvm::zip(fromGroups, toGroups)) {
    // Of two forms of one product, the simpler: a single axis.
    Extents axes;
    for (int64_t axis : b.size() == 1 ? b : a)
      axes.push_back(b.size() == 1 ? to[axis] : from[axis]);
    middle.push_back(getProduct(axes, context()));
  }
  if (middle.size() != from.size())
    tensor =
        tensor::CollapseShapeOp::create(builder, loc, type(middle, element), tensor, fromGroups);
  if (middle.size() != to.size())
    tensor = tensor::ExpandShapeOp::create(builder, loc, type(to, element), tensor, toGroups,
                                           indices(to));
  return tensor;
}

} // namespace onnxcc::kernels
