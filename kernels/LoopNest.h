// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The iteration dims of a launch as few loops: unit dims vanish, dims that run on in every operand
// are joined.
#ifndef ONNXCC_KERNELS_LOOPNEST_H
#define ONNXCC_KERNELS_LOOPNEST_H

#include "codegen/print/Text.h"
#include "kernels/Launch.h"

namespace onnxcc {

/// One loop: consecutive dims of the domain as one index.
struct Loop {
  llvm::SmallVector<unsigned> dims;
  mlir::AffineExpr extent;
  std::string variable;
};

/// Loops over `dims` (ascending), outermost first; at least one, over a single point if need be.
class LoopNest {
public:
  LoopNest(const Launch &launch, llvm::ArrayRef<unsigned> dims,
           llvm::ArrayRef<llvm::StringRef> variables);

  std::vector<Loop> loops;

  /// How the operand's element moves with a loop's index; nullopt if not linearly.
  std::optional<mlir::AffineExpr> stride(const Operand &operand, const Loop &loop) const {
    return stride(operand.offset, loop);
  }
  std::optional<mlir::AffineExpr> stride(const LinearForm &form, const Loop &loop) const;
  /// "pointer + i * 64 + j": the operand's element at the loops' indices, and at `more`'s names of
  /// other dims.
  Expression address(const Operand &operand, llvm::ArrayRef<std::string> moreNames = {}) const;
  /// The offset alone.
  Expression offset(const Operand &operand, llvm::ArrayRef<std::string> moreNames = {}) const {
    return print(operand.offset, moreNames);
  }
  /// A function of the iteration dims at the loops' indices.
  Expression print(const LinearForm &form, llvm::ArrayRef<std::string> moreNames = {}) const;

private:
  bool joins(unsigned outer, unsigned inner) const;

  const Launch &launch;
};

/// Opens loops, of which each has a variable and an extent, outermost first; tasks take parts of
/// the first where `cut`. closeLoops ends them.
void openLoops(CodeBlock &code, llvm::ArrayRef<std::pair<std::string, std::string>> loops,
               bool cut);
void closeLoops(CodeBlock &code, size_t count, bool cut);

/// "tag ? vector : element" access of an operand at an address, for a ScalarPrinter.
ScalarValue makeLoad(const Operand &operand, const Expression &address, bool isVector,
                     llvm::StringRef like);

/// "store(address, value);", of a vector like `like`.
std::string makeStore(const Expression &address, const ScalarValue &value, llvm::StringRef like);

/// The expression "pointer[offset]".
Expression makeElement(llvm::StringRef pointer, const Expression &offset);

} // namespace onnxcc

#endif // ONNXCC_KERNELS_LOOPNEST_H
