// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the library knows of an operator.
#ifndef ONNXCC_COMPILER_IMPORT_SCHEMAS_H
#define ONNXCC_COMPILER_IMPORT_SCHEMAS_H

#include "compiler/import/Model.h"
#include "onnx/defs/schema.h"

namespace onnxcc::importer {

/// The node's operator as of `opset` of its domain; null if there was none.
inline const ::onnx::OpSchema *findSchema(const ::onnx::NodeProto &node, int64_t opset) {
  return ::onnx::OpSchemaRegistry::Schema(node.op_type(), int(opset), node.domain());
}

/// Whether the node calls one of the model's own functions.
inline bool isLocalFunction(const Model &model, const ::onnx::NodeProto &node) {
  for (const ::onnx::FunctionProto &function : model.proto.functions())
    if (function.name() == node.op_type() && normalDomain(function.domain()) == node.domain() &&
        function.overload() == node.overload())
      return true;
  return false;
}

} // namespace onnxcc::importer

#endif // ONNXCC_COMPILER_IMPORT_SCHEMAS_H
