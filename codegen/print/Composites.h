// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the runtime has functions of, as the graph's scalar bodies write it.
#ifndef ONNXCC_CODEGEN_PRINT_COMPOSITES_H
#define ONNXCC_CODEGEN_PRINT_COMPOSITES_H

#include "mlir/IR/Operation.h"
#include <optional>
#include <string>

namespace onnxcc {

/// A function of the runtime over `operands`, which are those of one operation or of a small
/// pattern of them.
struct Composite {
  std::string function;
  llvm::SmallVector<mlir::Value, 4> operands;
};

/// The function that gives the operation's result; nothing if it is none of those patterns.
std::optional<Composite> matchComposite(mlir::Operation *op);

/// Whether that function quantizes to 8 or 16 bits.
bool isQuantization(mlir::Operation *op);

} // namespace onnxcc

#endif // ONNXCC_CODEGEN_PRINT_COMPOSITES_H
