// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Macros that an application's other headers may define.
#ifndef ONNXCC_CODEGEN_PRINT_MACROS_H
#define ONNXCC_CODEGEN_PRINT_MACROS_H

#include "llvm/ADT/StringRef.h"

namespace onnxcc {

/// Whether common headers (C's, POSIX's, Windows') or compilers define the name as a macro without
/// arguments: a member of such a name would not compile, or be another one, wherever an
/// application includes them.
bool isCommonMacro(llvm::StringRef name);

} // namespace onnxcc

#endif // ONNXCC_CODEGEN_PRINT_MACROS_H
