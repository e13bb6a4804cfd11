// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// ONNX's element types: one table of all that the compiler knows of them.
#ifndef ONNXCC_DIALECTS_ONNX_ELEMENTTYPES_H
#define ONNXCC_DIALECTS_ONNX_ELEMENTTYPES_H

#include "mlir/IR/Types.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace onnxcc::onnx {

struct ElementType {
  enum class Kind { Float, Signed, Unsigned, Bool, Complex, String };

  int32_t number;       // TensorProto.DataType
  llvm::StringRef name; // in ONNX's text form: "float", "int8"
  Kind kind;
  unsigned bits; // of an element in raw_data; 0 for strings
  mlir::Type (*get)(mlir::MLIRContext *context);
  /// Of a Float: its format; null for others.
  const llvm::fltSemantics &(*semantics)() = nullptr;
  /// In the header of a .npy file; empty if NumPy has none. For bfloat16 it is what ml_dtypes'
  /// becomes in a file.
  llvm::StringRef numpy = {};

  bool isFloat() const { return kind == Kind::Float; }
  bool isInteger() const { return kind == Kind::Signed || kind == Kind::Unsigned; }
};

/// By their numbers.
llvm::ArrayRef<ElementType> getElementTypes();

/// The type of this number or of this MLIR type; null if ONNX has none.
const ElementType *findElementType(int64_t number);
const ElementType *findElementType(mlir::Type type);

} // namespace onnxcc::onnx

#endif // ONNXCC_DIALECTS_ONNX_ELEMENTTYPES_H
