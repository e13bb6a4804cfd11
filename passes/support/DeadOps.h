// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a pass leaves behind that nobody reads.
#ifndef ONNXCC_PASSES_SUPPORT_DEADOPS_H
#define ONNXCC_PASSES_SUPPORT_DEADOPS_H

#include "mlir/IR/Region.h"

namespace onnxcc {

/// Erases the ops in `region`, inner regions too, whose results nobody reads and that have no
/// effect, and those that only they read.
void eraseDeadOps(mlir::Region &region);

} // namespace onnxcc

#endif // ONNXCC_PASSES_SUPPORT_DEADOPS_H
