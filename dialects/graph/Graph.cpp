// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The `graph` dialect's registration, attributes and interfaces.
#include "dialects/graph/Loop.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace onnxcc::graph;

#include "dialects/graph/GraphDialect.cpp.inc"
#include "dialects/graph/GraphEnums.cpp.inc"
#include "dialects/graph/GraphInterfaces.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/graph/GraphAttributes.cpp.inc"

void GraphDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/graph/GraphAttributes.cpp.inc"
      >();
  addArithmetic();
  addTrigonometry();
  addActivation();
  addLogic();
  addContraction();
  addReduction();
  addNormalization();
  addMovement();
  addIndexing();
  addConstant();
  addOperations<ScanOp, IfOp, YieldOp>();
}

Operation *GraphDialect::materializeConstant(OpBuilder &builder, Attribute value, Type type,
                                             Location location) {
  auto elements = dyn_cast<ElementsAttr>(value);
  if (!elements || elements.getType() != type)
    return nullptr;
  return ConstantOp::create(builder, location, elements);
}

LogicalResult GraphDialect::verifyOperationAttribute(Operation *op, NamedAttribute attribute) {
  if (attribute.getName() != kSymbolsAttr)
    return op->emitError() << "unknown attribute " << attribute.getName();
  auto list = dyn_cast<ArrayAttr>(attribute.getValue());
  if (!isa<ModuleOp>(op) || !list || !llvm::all_of(list, llvm::IsaPred<SymbolAttr>)) // graph_c3
    return op->emitError() << kSymbolsAttr << " is not a module's list of #graph.symbol";
  SmallVector<SymbolAttr> symbols = llvm::to_vector(list.getAsRange<SymbolAttr>());
  for (SymbolAttr symbol : symbols) {
    if (symbol.getMin() < 0 || symbol.getMax() < symbol.getMin())
      return op->emitError() << "the range of dimension " << symbol.getName() << " is empty: ["
                             << symbol.getMin() << ", " << symbol.getMax() << "]";
    AffineMap bound = symbol.isComputed() ? symbol.getBound().getValue() : AffineMap();
    bool isOfCaller = !bound || (bound.getNumDims() == 0 && bound.getNumResults() == 1);
    for (unsigned k = 0; bound && isOfCaller && k < bound.getNumSymbols(); ++k)
      isOfCaller = !bound.isFunctionOfSymbol(k) || (k < symbols.size() && !symbols[k].isComputed());
    if (!isOfCaller) // graph_c4
      return op->emitError() << "the bound of dimension " << symbol.getName()
                             << " is no expression of dimensions that the caller sets: "
                             << symbol.getBound();
  }
  return success();
}

SmallVector<SymbolAttr> onnxcc::graph::getSymbols(Operation *op) {
  auto module = dyn_cast<ModuleOp>(op);
  if (!module)
    module = op->getParentOfType<ModuleOp>();
  auto list = module ? module->getAttrOfType<ArrayAttr>(kSymbolsAttr) : nullptr;
  return list ? llvm::to_vector(list.getAsRange<SymbolAttr>()) : SmallVector<SymbolAttr>();
}
