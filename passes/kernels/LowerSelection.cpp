// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sorting, scattering and running sums become calls of the runtime's routines.
#include "passes/kernels/Lowering.h"

using namespace mlir;
using onnxcc::graph::ScatterKind;

namespace onnxcc::kernels {

/// The extents before an axis, its own, and those after it, as three.
static Extents splitAt(ArrayRef<AffineExpr> extents, unsigned axis, MLIRContext *context) {
  return {getProduct(extents.take_front(axis), context), extents[axis],
          getProduct(extents.drop_front(axis + 1), context)};
}

LogicalResult lowerTopK(Lowering &lowering, graph::TopKOp op) {
  Location loc = op.getLoc();
  Builder &builder = lowering.builder;
  Extents extents = extentsOf(op.getX()), results = extentsOf(op.getValues());
  unsigned axis = op.getAxis();
  Type element = elementOf(op.getX());
  SmallVector<NamedAttribute> parameters;
  if (!op.getLargest())
    parameters.push_back(builder.getNamedAttr("least", builder.getUnitAttr()));
  if (element.isUnsignedInteger())
    parameters.push_back(builder.getNamedAttr("unsigned", builder.getUnitAttr()));
  Extents domain = splitAt(extents, axis, lowering.context());
  domain.push_back(results[axis]);
  Value x = lowering.tensor(op.getX());
  ValueRange called = lowering.call(
      loc, "top_k", domain, parameters, x,
      {lowering.empty(loc, results, element), lowering.empty(loc, results, builder.getI64Type())});
  lowering.define(op.getValues(), called[0]);
  lowering.define(op.getIndices(), called[1]);
  return success();
}

LogicalResult lowerCumulate(Lowering &lowering, graph::CumulateOp op) {
  Builder &builder = lowering.builder;
  Extents extents = extentsOf(op.getX());
  Type element = elementOf(op.getX());
  kernel::Combine combine =
      op.getKind() == graph::ReduceKind::Sum ? kernel::Combine::Sum : kernel::Combine::Product;
  SmallVector<NamedAttribute> parameters{
      builder.getNamedAttr("combine", builder.getStringAttr(getCombiner(combine, element)))};
  if (op.getExclusive())
    parameters.push_back(builder.getNamedAttr("exclusive", builder.getUnitAttr()));
  if (op.getReverse())
    parameters.push_back(builder.getNamedAttr("reverse", builder.getUnitAttr()));
  Value x = lowering.tensor(op.getX());
  ValueRange called =
      lowering.call(op.getLoc(), "cumulate", splitAt(extents, op.getAxis(), lowering.context()),
                    parameters, x, lowering.empty(op.getLoc(), extents, element));
  lowering.define(op.getResult(), called[0]);
  return success();
}

static std::string getCombiner(ScatterKind kind, Type element) {
  switch (kind) {
  case ScatterKind::Replace:
    return "Replace";
  case ScatterKind::Sum:
    return getCombiner(kernel::Combine::Sum, element);
  case ScatterKind::Product:
    return getCombiner(kernel::Combine::Product, element);
  case ScatterKind::Max:
    return getCombiner(kernel::Combine::Max, element);
  case ScatterKind::Min:
    return getCombiner(kernel::Combine::Min, element);
  }
  llvm_unreachable("all kinds are listed");
}

/// Updates the tensor of `x` itself, which bufferisation copies where it is needed later.
static LogicalResult lowerScatter(Lowering &lowering, Operation *op, StringRef routine,
                                  ScatterKind kind, const Extents &domain,
                                  SmallVector<NamedAttribute> parameters) {
  Value x = op->getOperand(0);
  Type element = elementOf(x);
  if (isa<FloatType>(element) && element.getIntOrFloatBitWidth() <= 8 &&
      kind != ScatterKind::Replace)
    return op->emitOpError() << "has no kernel: it computes with floats of 8 bits or less";
  parameters.push_back(lowering.builder.getNamedAttr(
      "combine", lowering.builder.getStringAttr(getCombiner(kind, element))));
  Value indices = lowering.tensor(op->getOperand(1)), updates = lowering.tensor(op->getOperand(2)),
        data = lowering.tensor(x);
  lowering.define(op->getResult(0), lowering.call(op->getLoc(), routine, domain, parameters,
                                                  {indices, updates}, data)[0]);
  return success();
}

LogicalResult lowerScatterElements(Lowering &lowering, graph::ScatterElementsOp op) {
  Extents domain = extentsOf(op.getX());
  llvm::append_range(domain, extentsOf(op.getIndices()));
  return lowerScatter(lowering, op, "scatter_elements", op.getKind(), domain,
                      {lowering.builder.getNamedAttr("axis", op.getAxisAttr())});
}

LogicalResult lowerScatterNd(Lowering &lowering, graph::ScatterNdOp op) {
  Extents extents = extentsOf(op.getX()), given = extentsOf(op.getIndices());
  unsigned depth = cast<AffineConstantExpr>(given.back()).getValue();
  Extents domain{getProduct(ArrayRef(given).drop_back(), lowering.context()),
                 getProduct(ArrayRef(extents).drop_front(depth), lowering.context())};
  domain.append(extents.begin(), extents.begin() + depth);
  return lowerScatter(lowering, op, "scatter_nd", op.getKind(), domain, {});
}

} // namespace onnxcc::kernels
