// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A node's attributes as MLIR attributes.
#ifndef ONNXCC_COMPILER_IMPORT_ATTRIBUTES_H
#define ONNXCC_COMPILER_IMPORT_ATTRIBUTES_H

#include "compiler/import/Model.h"

namespace onnxcc::importer {

/// The attribute in the form that onnx.node documents; null for graphs, which become regions.
mlir::Attribute getAttribute(const Model &model, const ::onnx::AttributeProto &attribute);

/// The tensor that a Constant node's attribute stands for, in any of its forms; null if it is none.
mlir::Attribute getConstantValue(const Model &model, const ::onnx::AttributeProto &attribute);

} // namespace onnxcc::importer

#endif // ONNXCC_COMPILER_IMPORT_ATTRIBUTES_H
