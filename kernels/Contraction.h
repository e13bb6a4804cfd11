// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the families of contractions share: questions about maps, sliding windows, types of
// products, and printing a call of a template.
#ifndef ONNXCC_KERNELS_CONTRACTION_H
#define ONNXCC_KERNELS_CONTRACTION_H

#include "kernels/Epilogue.h"
#include "kernels/Family.h"

namespace onnxcc::kernels {

/// Whether an index is just iteration dim `dim`.
bool isDim(mlir::AffineExpr index, unsigned dim);

/// An index `spatial * stride + tap * dilation - pad` of an image.
struct WindowIndex {
  mlir::AffineExpr stride, dilation, pad;
  /// nullopt if the index depends on anything else, or not linearly.
  static std::optional<WindowIndex> get(mlir::AffineExpr index, unsigned spatial, unsigned tap,
                                        unsigned dims);
};

/// Why the images of a contraction, input 0 at (n, h and kh, w and kw, …) and the output at (n, h,
/// w, …), are none, kh being dim `window`; empty if they are.
std::string getImageObstacle(kernel::ContractOp op, unsigned window);

/// Whether a factor's index is `group * of + inner`; of `inner` alone if `group` is not there.
bool isChannel(mlir::AffineExpr index, std::optional<unsigned> group, unsigned inner,
               mlir::AffineExpr of, unsigned dims);

using kernel::Beside;
/// The number of the input that stands so beside the factors, if it is there.
std::optional<unsigned> findBeside(kernel::ContractOp op, Beside role);
/// Whether the elements of a factor are unsigned.
bool isUnsigned(kernel::ContractOp op, unsigned factor);

/// Whether a contraction's weights are codes of 4 bits, packed or not.
bool isOfNibbles(kernel::ContractOp op);

/// How many products along the depth a template's step forms at once for the factors' types: 1, 2
/// 4 or 8 (runtime/README.md, "Types of products"). nullopt, with the reason, if templates have no
/// product of these types. Packs: whether factor 1 is packed.
std::optional<int64_t> getProductGroup(kernel::ContractOp op, bool packs, std::string &why);

/// The sums that products of bytes want of their packed filter; null for other types.
mlir::ElementsAttr getProductSums(kernel::ContractOp op, mlir::ElementsAttr packed);

/// Whether a factor is known to the compiler, which then packs it.
bool isConstant(mlir::Value factor);

/// Whether input 1 lies in the order of `packing`.
bool isPacked(kernel::LaunchOpInterface launch, const Packing &packing);

/// A contraction's function, as a call of a runtime template.
class TemplateCall {
public:
  /// `base` is the runtime's struct that the shape inherits from.
  TemplateCall(const Launch &launch, llvm::StringRef name, llvm::StringRef base)
      : launch(launch), name(name) {
    function.base = base;
  }

  using Members = std::initializer_list<LaunchFunction::Member>;
  /// A line of the shape's members.
  void add(Members line) { function.members.push_back(line); }
  void addFlag(const std::string &flag) { function.flags.push_back(flag); }
  /// The members of a sliding window from dim `window` on, and the strides of the images.
  void addWindow(unsigned window);
  void addImageStrides();
  /// The call stands in a loop over each of these dims.
  void loopOver(llvm::ArrayRef<unsigned> dims);
  /// "x", "x + i * 64": an input at the loops' indices; "asUnsigned(x)".
  std::string pointer(unsigned input) const;
  std::string outputPointer() const;
  /// "Blocks{128, scale, weightZero}, " of weights that are codes.
  std::string blocks(int64_t depth) const;
  /// "ZeroPoint{x_zero[0], sums}, " where bytes are multiplied, else nothing.
  std::string zeroPoint() const;
  /// "Packing packing{16, 4}" unless it is what shapes have anyway.
  void addPacking(int64_t group, bool joinsRows = false);

  /// `templateArguments` are those of NAME, "<Max>" or empty; `arguments` what it gets between the
  /// shape and the epilogue, "x, weight, out".
  mlir::FailureOr<LaunchFunction> print(llvm::StringRef templateArguments,
                                        llvm::StringRef arguments, Epilogue epilogue,
                                        double compileSeconds);
  /// A call of NAME that has no epilogue: all that it gets after the call.
  LaunchFunction print(const std::string &arguments);

  LaunchFunction function;
  /// The dims that are looped over, with the loops' variables.
  llvm::SmallVector<std::pair<unsigned, std::string>> outer;

private:
  void noteSymbols();
  std::string place(const Operand &operand) const;

  const Launch &launch;
  llvm::StringRef name;
};

/// Takes a row or two off the tile where `run` rows or pixels, which follow each other, are then
/// cut into whole tiles: the weights would be read once more for what is left. 0: borders cut them.
void fitTile(Choices &choices, int64_t run);

/// How emitted code spells a way to combine values; a record each.
struct Combiner {
  llvm::StringRef type;     // the runtime's
  llvm::StringRef identity; // as a number; empty: the type knows it
  const char *accumulate;   // a statement on acc and the value {0}
  llvm::StringRef rowFunction;
  llvm::StringRef resultName; // of a row
};
const Combiner &getCombiner(kernel::Combine combine);

/// The names of a contraction's operands in its function.
std::string getContractionName(const Launch &launch, unsigned input);

} // namespace onnxcc::kernels

#endif // ONNXCC_KERNELS_CONTRACTION_H
