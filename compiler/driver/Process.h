// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What belongs to the process that the command `onnxcc` is, and to no library: its stderr, its
// signals, its memory.
#ifndef ONNXCC_COMPILER_DRIVER_PROCESS_H
#define ONNXCC_COMPILER_DRIVER_PROCESS_H

#include "compiler/Diagnostics.h"
#include "compiler/Files.h"

namespace onnxcc {

/// Prints a diagnostic to stderr: the commands' handler.
void printDiagnostic(const Diagnostic &diagnostic);

/// Prints "onnxcc: error: MESSAGE" and fails: for what concerns the command, not the model.
llvm::LogicalResult failCommand(const llvm::Twine &message);

/// The same, if there is an error.
llvm::LogicalResult checkCommand(llvm::Error error);
template <class Value> llvm::FailureOr<Value> checkCommand(llvm::Expected<Value> value) {
  if (!value)
    return checkCommand(value.takeError());
  return std::move(*value);
}

/// Removes what is there when the process is interrupted or runs out of memory.
TemporaryPaths *getTemporaryPaths();

/// From here on a lack of memory ends the program as an error of the command does: with a message,
/// exit status 1 and nothing left behind.
void reportOutOfMemory();

} // namespace onnxcc

#endif // ONNXCC_COMPILER_DRIVER_PROCESS_H
