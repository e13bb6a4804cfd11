// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Values inside a model, made outputs to be looked at.
#ifndef ONNXCC_COMPILER_VERIFY_EXPOSE_H
#define ONNXCC_COMPILER_VERIFY_EXPOSE_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringSet.h"

namespace onnxcc {

/// The names of the values that the nodes of an imported module's function give.
llvm::StringSet<> getValueNames(mlir::ModuleOp module);

/// Returns those of `names` that the module's nodes give beside its outputs, as further ones.
/// \pre the import phase's form.
void exposeValues(mlir::ModuleOp module, llvm::ArrayRef<std::string> names);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_VERIFY_EXPOSE_H
