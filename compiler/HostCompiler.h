// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The compiler of the emitted code: what it is, as it says itself, and how its kind spells things.
#ifndef ONNXCC_COMPILER_HOSTCOMPILER_H
#define ONNXCC_COMPILER_HOSTCOMPILER_H

#include "compiler/CompileOptions.h"
#include "targets/Target.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/LogicalResult.h"
#include <string>

namespace onnxcc {

/// What compilers of one kind do alike, one record each.
struct CompilerKind {
  llvm::StringRef name;         // in the module's kernel.compiler and in the schedule table
  llvm::StringRef versionMacro; // predefined by this kind; an earlier kind's tells it from a later
  unsigned leastVersion;        // that takes the emitted code
  /// Has the frames of functions written as a call graph, beside what all kinds write of them;
  /// empty: it cannot.
  llvm::StringRef callGraphFlags;
  /// Lets the address sanitizer check by calls, which takes half the time to compile.
  llvm::StringRef sanitizerCallFlags;
  /// The address sanitizer's runtime as a shared library; {0}: the processor, "x86_64".
  llvm::StringRef sanitizerRuntime;
};

struct HostCompiler {
  std::string program;
  const CompilerKind *kind = nullptr; // null: not asked yet
  unsigned version = 0;               // major; 0: it is not there
};

/// Asks what compiles for `target`, with --cxxflags, for the macros that it predefines: --cxx='s
/// program, else g++ for this machine and a cross compiler for another. Fails where it is no
/// compiler of a known kind, too old, or one for other processors than the target's. One that is
/// not there is no failure, as sources need none: it is taken for g++, and fails when it is run.
llvm::FailureOr<HostCompiler> askCompiler(const ToolchainOptions &options, const Target &target,
                                          Diagnostics &diagnostics);

/// Runs a command to its end, without input. `observer` is told of the folder that this takes; it
/// may be null.
/// \returns what it printed to stdout; a failure has the command, and what it printed to stderr.
llvm::FailureOr<std::string> getOutput(llvm::ArrayRef<std::string> command,
                                       TemporaryPaths *observer, Diagnostics &diagnostics);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_HOSTCOMPILER_H
