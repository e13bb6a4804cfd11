// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The little language that exporters write into a dimension's name: `past + seq`, `2*batch`, `(s0 -
// 1)//2 + 1`.
#ifndef ONNXCC_COMPILER_IMPORT_DIMENSIONS_H
#define ONNXCC_COMPILER_IMPORT_DIMENSIONS_H

#include "compiler/import/Model.h"

namespace onnxcc::importer {

/// Whether the text has an operator; anything else is a name, whatever its characters.
bool isDimensionExpression(llvm::StringRef text);

/// What an expression, a number or a name means, names being looked up in `symbol`.
/// \returns null if the text is none, or `symbol` gives null for a name in it.
mlir::AffineExpr parseDimension(llvm::StringRef text, mlir::MLIRContext *context,
                                llvm::function_ref<mlir::AffineExpr(llvm::StringRef)> symbol);

} // namespace onnxcc::importer

#endif // ONNXCC_COMPILER_IMPORT_DIMENSIONS_H
