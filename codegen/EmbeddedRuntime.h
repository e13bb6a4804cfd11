// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The runtime's headers as text: a folder of emitted source is complete, and the compiler is one
// file.
#ifndef ONNXCC_CODEGEN_EMBEDDEDRUNTIME_H
#define ONNXCC_CODEGEN_EMBEDDEDRUNTIME_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace onnxcc {

struct RuntimeHeader {
  llvm::StringRef name; // "simd.h"
  llvm::StringRef text;
};

/// In the order of their names.
llvm::ArrayRef<RuntimeHeader> getRuntimeHeaders();

/// The declarations of model.h without comments and without its include guard: what each model's
/// header repeats.
std::string getModelDeclarations();

} // namespace onnxcc

#endif // ONNXCC_CODEGEN_EMBEDDEDRUNTIME_H
