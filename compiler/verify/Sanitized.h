// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Running instrumented models: the sanitizers' runtime must be in a process from its start.
#ifndef ONNXCC_COMPILER_VERIFY_SANITIZED_H
#define ONNXCC_COMPILER_VERIFY_SANITIZED_H

#include "compiler/Options.h"

#include "llvm/Support/LogicalResult.h"

namespace onnxcc {

/// Whether this process has the address sanitizer's runtime.
bool hasSanitizer();

/// Runs this very command again on a library compiled with --sanitize, in a process that preloads
/// the runtime.
llvm::LogicalResult verifySanitized(const Options &options, llvm::StringRef library);

/// In that process: those that it starts itself shall not preload it.
void dropPreload();

/// Forbids or allows the sanitizer's code to touch memory; nothing without a sanitizer.
void setAccessible(const void *memory, size_t bytes, bool accessible);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_VERIFY_SANITIZED_H
