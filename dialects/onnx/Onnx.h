// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The `onnx` dialect: an imported model, node for node. See README.md.
#ifndef ONNXCC_DIALECTS_ONNX_ONNX_H
#define ONNXCC_DIALECTS_ONNX_ONNX_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialects/onnx/OnnxDialect.h.inc"

#define GET_TYPEDEF_CLASSES
#include "dialects/onnx/OnnxTypes.h.inc"
#define GET_OP_CLASSES
#include "dialects/onnx/OnnxOps.h.inc"

#endif // ONNXCC_DIALECTS_ONNX_ONNX_H
