// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The commands: compile, verify, bench and quantize.
#ifndef ONNXCC_COMPILER_DRIVER_DRIVER_H
#define ONNXCC_COMPILER_DRIVER_DRIVER_H

#include "compiler/Options.h"

#include "llvm/Support/LogicalResult.h"

namespace onnxcc {

/// Compiles a model and writes what the options ask for, or reports why not and writes nothing.
llvm::LogicalResult compileModel(const Options &options);

/// Compiles a model into a shared library, runs it and compares its outputs with the expected ones.
/// \returns failure also when they differ by more than the tolerances.
llvm::LogicalResult verifyModel(const Options &options);

/// Compiles a model into shared libraries (or takes the one given), measures them in processes of
/// their own and prints a report.
llvm::LogicalResult benchModel(const Options &options);

/// Observes a model in floats on data and writes it as one of 8 bits.
llvm::LogicalResult quantizeModel(const Options &options);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_DRIVER_DRIVER_H
