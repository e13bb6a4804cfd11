// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a model's arguments say of themselves when they are other than the model's file has them.
#ifndef ONNXCC_DIALECTS_SUPPORT_INTERFACE_H
#define ONNXCC_DIALECTS_SUPPORT_INTERFACE_H

#include "llvm/ADT/StringRef.h"

namespace onnxcc {

/// Attributes of a function's argument or result of integers that stand for floats,
/// (code - zero point) * scale: an f32 and an i64.
inline constexpr llvm::StringLiteral kScaleAttr = "onnx.scale";
inline constexpr llvm::StringLiteral kZeroPointAttr = "onnx.zero_point";

/// What an argument's bytes are that `--input=` made pixels, as a text for people.
inline constexpr llvm::StringLiteral kPixelsAttr = "onnx.pixels";

} // namespace onnxcc

#endif // ONNXCC_DIALECTS_SUPPORT_INTERFACE_H
