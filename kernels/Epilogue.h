// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the printers of templates' calls share: the region as a lambda over an accumulator and two
// indices, and the register tile.
#ifndef ONNXCC_KERNELS_EPILOGUE_H
#define ONNXCC_KERNELS_EPILOGUE_H

#include "kernels/LoopNest.h"

namespace onnxcc {

/// The region of a launch that multiplies, called for vectors along the second index.
struct Epilogue {
  const Launch &launch;
  /// The iteration dims that each index counts, outermost first, and its name in the lambda.
  llvm::ArrayRef<unsigned> rowDims, columnDims;
  llvm::StringRef rowName, columnName;

  /// Whether vectors of an operand's elements are neighbours, or all equal.
  bool hasWholeVectors(const Operand &operand) const;
  /// "HEAD[=](auto acc, Index row, Index column) { return …; });"
  mlir::LogicalResult print(CodeBlock &code, llvm::StringRef head) const;

private:
  struct Place {
    mlir::AffineExpr offset, step; // over d0, the row, and d1, the column; between columns
  };
  std::optional<Place> getPlace(const Operand &operand) const;
};

/// The schedule's tile for each feature set: "Tile{6, 2}" or "forIsa<…>(…)".
std::string printTile(const Launch &launch);

} // namespace onnxcc

#endif // ONNXCC_KERNELS_EPILOGUE_H
