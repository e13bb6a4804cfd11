// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The `onnx` dialect's registration and the form of its ops. What a node means is not verified:
// ONNX's checker has.
#include "dialects/onnx/Onnx.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace onnxcc::onnx;

#include "dialects/onnx/OnnxDialect.cpp.inc"
#define GET_TYPEDEF_CLASSES
#include "dialects/onnx/OnnxTypes.cpp.inc"
#define GET_OP_CLASSES
#include "dialects/onnx/OnnxOps.cpp.inc"

void OnnxDialect::initialize() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "dialects/onnx/OnnxTypes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/onnx/OnnxOps.cpp.inc"
      >();
}

LogicalResult NodeOp::verify() {
  if (getBodies().size() != (getGraphs() ? getGraphs()->size() : 0)) // onnx_c1
    return emitOpError("has ") << getBodies().size() << " subgraphs and "
                               << (getGraphs() ? getGraphs()->size() : 0) << " names for them";
  for (Region &body : getBodies())
    if (!body.hasOneBlock() || body.front().empty() ||
        !isa<YieldOp>(body.front().back())) // onnx_c2
      return emitOpError("has a subgraph that does not end in onnx.yield");
  return success();
}

LogicalResult ConstantOp::verify() {
  auto value = dyn_cast<TypedAttr>(getValue());
  if (!value || value.getType() != getType()) // onnx_c3
    return emitOpError("has a value of another type than its result");
  return success();
}
