// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the printers of templates' calls share: the region as a lambda over an accumulator and two
// indices, and the register tile.
#ifndef ONNXCC_KERNELS_EPILOGUE_H
#define ONNXCC_KERNELS_EPILOGUE_H

#include "kernels/LoopNest.h"
#include "kernels/Schedules.h"

namespace onnxcc {

/// The region of a launch that multiplies, called for vectors along the second index.
struct Epilogue {
  const Launch &launch;
  /// The iteration dims that each index counts, outermost first, and its name in the lambda.
  llvm::ArrayRef<unsigned> rowDims, columnDims;
  llvm::StringRef rowName, columnName;
  /// Dims of loops around the call, with their variables.
  llvm::ArrayRef<std::pair<unsigned, std::string>> outer = {};

  /// "HEAD[=](auto acc, Index row, Index column) { return …; });"
  mlir::LogicalResult print(CodeBlock &code, llvm::StringRef head) const;

private:
  /// Where an operand's element lies, over d0, the row, d1, the column, and the outer loops' dims.
  mlir::AffineExpr getPlace(const Operand &operand) const;
  /// The distance between the elements of neighbouring columns, if there is one.
  std::optional<mlir::AffineExpr> getColumnStep(const Operand &operand) const;
};

/// A choice of the schedule for each target: "Tile{6, 2}" or "forIsa<…>(…)". `print` writes one
/// target's.
std::string printChoice(const Launch &launch,
                        llvm::function_ref<std::string(const kernels::Choices &)> print);
/// The register tile.
std::string printTile(const Launch &launch);

} // namespace onnxcc

#endif // ONNXCC_KERNELS_EPILOGUE_H
