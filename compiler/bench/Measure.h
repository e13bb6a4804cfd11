// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Times calls of a compiled library, in this very process.
#ifndef ONNXCC_COMPILER_BENCH_MEASURE_H
#define ONNXCC_COMPILER_BENCH_MEASURE_H

#include "compiler/Options.h"
#include "compiler/bench/Report.h"

namespace onnxcc {

/// Loads `library` and calls it with the options' data, or with random inputs at the greatest dims,
/// on each of the options' numbers of threads. Launches are measured if the library was made with
/// --profile; then the sink's clock is part of the times.
llvm::FailureOr<BenchReport> measureLibrary(llvm::StringRef library, const Options &options);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_BENCH_MEASURE_H
