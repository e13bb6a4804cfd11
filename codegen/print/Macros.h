// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Macros that an application's other headers may define.
#ifndef ONNXCC_CODEGEN_PRINT_MACROS_H
#define ONNXCC_CODEGEN_PRINT_MACROS_H

#include "llvm/ADT/StringRef.h"

namespace onnxcc {

/// Whether headers of C or POSIX, or compilers, define the name as a macro without arguments: what
/// has such a name would not compile, or be another one, wherever these are included.
bool isCommonMacro(llvm::StringRef name);

/// The same of <windows.h>, which only applications include.
bool isWindowsMacro(llvm::StringRef name);

} // namespace onnxcc

#endif // ONNXCC_CODEGEN_PRINT_MACROS_H
