// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The host compiler: how emitted sources become objects, and objects a library.
#ifndef ONNXCC_COMPILER_TOOLCHAIN_H
#define ONNXCC_COMPILER_TOOLCHAIN_H

#include "compiler/HostCompiler.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/LogicalResult.h"
#include <string>
#include <vector>

namespace onnxcc {

/// A source file of the emission, and the target whose instructions it may use.
struct HostSource {
  std::string path;
  std::string target;
};

class Toolchain {
public:
  /// `folder` holds the sources, is their include path, and takes the objects.
  /// \pre the compiler has been asked; it, the options and diagnostics outlive this.
  Toolchain(const CompileOptions &options, const HostCompiler &compiler, llvm::StringRef folder,
            Diagnostics &diagnostics)
      : options(options), compiler(compiler), folder(folder.str()), diagnostics(diagnostics) {}

  /// Compiles the sources, as many at a time as ToolchainOptions::jobs says.
  /// \returns the objects in the sources' order.
  llvm::FailureOr<std::vector<std::string>> compile(llvm::ArrayRef<HostSource> sources);

  llvm::LogicalResult archive(llvm::ArrayRef<std::string> objects, llvm::StringRef output);
  llvm::LogicalResult linkRelocatable(llvm::ArrayRef<std::string> objects, llvm::StringRef output);
  llvm::LogicalResult linkShared(llvm::ArrayRef<std::string> objects, llvm::StringRef output);
  llvm::LogicalResult linkProgram(llvm::ArrayRef<std::string> objects, llvm::StringRef output);

private:
  struct Job {
    std::vector<std::string> command;
    std::string subject; // what the message of a failure is about
  };
  struct Running;
  llvm::LogicalResult run(llvm::ArrayRef<Job> jobs);
  llvm::FailureOr<Running> start(const Job &job, size_t index);
  llvm::LogicalResult finish(Running &job, bool isWanted);
  std::vector<std::string> getCompileCommand(const HostSource &source,
                                             llvm::StringRef object) const;

  const CompileOptions &options;
  const HostCompiler &compiler;
  std::string folder;
  Diagnostics &diagnostics;
};

/// The stack that a call takes at most, from the call graphs that the compiler wrote beside the
/// objects.
/// \returns 0 when there are none.
int64_t computeStackBytes(llvm::ArrayRef<std::string> objects);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_TOOLCHAIN_H
