// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constant tensors. Up to 1 KiB they are DenseElementsAttr, so that upstream folds them; larger
// ones are resources, which may point into the mapped model file, so that no copy is made. This is
// the one place that knows both.
#ifndef ONNXCC_DIALECTS_SUPPORT_CONSTANTDATA_H
#define ONNXCC_DIALECTS_SUPPORT_CONSTANTDATA_H

#include "mlir/IR/AsmState.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include <memory>
#include <vector>

namespace onnxcc {

/// Read access to a constant's elements, wherever they lie. Elements are packed: bits of sub-byte
/// types lie as `getStorageBits` says, little-endian; i1 takes a byte. The bytes need not be
/// aligned.
class ConstantView {
public:
  /// \returns nothing for strings and other non-numeric constants.
  static std::optional<ConstantView> get(mlir::Attribute value);

  mlir::RankedTensorType type() const { return tensorType; }
  /// All elements' bytes; a splat is expanded on the first call.
  llvm::ArrayRef<char> bytes();
  bool isSplat() const { return splat; }

private:
  mlir::RankedTensorType tensorType;
  llvm::ArrayRef<char> raw;
  std::shared_ptr<std::vector<char>> owned;
  bool splat = false;
};

/// Bits that an element takes in memory: 8 for i1 and the types under a byte (one element a byte),
/// else its width.
unsigned getStorageBits(mlir::Type element);

/// Whether a constant's elements are all finite numbers; integers are.
bool isFinite(mlir::ElementsAttr value);

/// The bytes that a tensor of this static type takes.
int64_t getStorageBytes(mlir::RankedTensorType type);

/// A constant from packed bytes (copied). Large equal constants share one blob.
mlir::ElementsAttr makeConstant(mlir::RankedTensorType type, llvm::ArrayRef<char> bytes);

/// The same without a copy of large ones.
mlir::ElementsAttr makeConstant(mlir::RankedTensorType type, std::vector<char> &&bytes);

/// A constant over bytes that stay valid as long as `owner` lives (a mapped file); small ones are
/// copied.
mlir::ElementsAttr makeConstant(mlir::RankedTensorType type, llvm::ArrayRef<char> bytes,
                                std::shared_ptr<void> owner);

/// The constant's elements in their order under another type of as many of the same kind; no byte
/// is moved.
mlir::ElementsAttr reshapeConstant(mlir::ElementsAttr value, mlir::RankedTensorType type);

/// Frees the bytes of the large constants that no op below `root` has any more. What a context has
/// once seen it keeps otherwise: the weights as the model has them, folded, packed.
void releaseUnusedConstants(mlir::Operation *root);

} // namespace onnxcc

#endif // ONNXCC_DIALECTS_SUPPORT_CONSTANTDATA_H
