// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a compilation leaves on disk: a library with its header, or a folder of sources.
#ifndef ONNXCC_COMPILER_PRODUCTS_H
#define ONNXCC_COMPILER_PRODUCTS_H

#include "compiler/Compilation.h"
#include "compiler/Files.h"

namespace onnxcc {

/// Where the sources of a library with debug information lie: x.src of x.a.
std::string getDebugFolder(llvm::StringRef library);

/// Compiles the model and writes its sources into `folder`, which is made if need be. The caller
/// commits `outputs`.
llvm::LogicalResult writeSources(Compilation &compilation, llvm::StringRef folder,
                                 OutputFiles &outputs);

/// Compiles the model and writes the library, and its header (and weights) beside it. `temporary`
/// is a folder for what is needed on the way. The caller commits `outputs`.
llvm::LogicalResult writeLibrary(Compilation &compilation, Compilation::Library kind,
                                 llvm::StringRef output, llvm::StringRef temporary,
                                 OutputFiles &outputs);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_PRODUCTS_H
