// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a launch costs at given dims: arithmetic and memory traffic, counted from its domain, its
// maps and its scalar code.
#ifndef ONNXCC_DIALECTS_KERNEL_COST_H
#define ONNXCC_DIALECTS_KERNEL_COST_H

#include "dialects/kernel/Kernel.h"
#include "targets/Target.h"

namespace onnxcc::kernel {

struct Cost {
  /// Scalar operations: a multiply-add is two, a transcendental function 16; conversions,
  /// comparisons and selections count, constants do not. What lies in the padding counts too.
  int64_t flops = 0;
  /// The part of `flops` that is multiply-adds of contractions and attention.
  int64_t products = 0;
  /// Bytes of distinct elements; a larger tensor than the caches is read more often.
  int64_t bytesRead = 0, bytesWritten = 0;
  /// The part of `bytesRead` that is weights.
  int64_t weightBytes = 0;

  Cost &operator+=(const Cost &other);
  /// What is usually said of a network: its multiply-adds, all operations of a launch without any.
  int64_t usualFlops() const { return products ? products : flops; }
  int64_t bytes() const { return bytesRead + bytesWritten; }
};

/// Whether a scalar operation is a function of many instructions, as exp is and floor is not.
bool isTranscendental(mlir::Operation *op);

/// The cost of one run, `symbols` being the values of the module's dims.
Cost getCost(LaunchOpInterface launch, llvm::ArrayRef<int64_t> symbols);

/// About the time of one run on one core of a target, at its rate for the launch's type.
double estimateSeconds(LaunchOpInterface launch, llvm::ArrayRef<int64_t> symbols,
                       const Target &target);
/// The same of what has no type of its own, at the rate for f32.
double estimateSeconds(const Cost &cost, const Target &target);

} // namespace onnxcc::kernel

#endif // ONNXCC_DIALECTS_KERNEL_COST_H
