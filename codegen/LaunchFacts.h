// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a launch computes and moves, in numbers: for reports about where a call's time goes.
#ifndef ONNXCC_CODEGEN_LAUNCHFACTS_H
#define ONNXCC_CODEGEN_LAUNCHFACTS_H

#include "codegen/Emit.h"

#include <map>

namespace onnxcc {

struct LaunchFacts {
  std::string name;        // as in onnxcc_model.launches
  std::string kernel;      // its family or routine: "conv2d", "map", "top_k" …
  std::string description; // with shapes and work, as above the emitted function
  /// Arithmetic at the call's dims. A multiply-add is two; padding counts, as in everybody's
  /// numbers; a transcendental function counts as 16.
  double flops = 0;
  /// Bytes that must move at least: each element that is read or written, once. Weights are part
  /// of it.
  double bytes = 0, weightBytes = 0;
};

/// The facts of all launches in the order of their calls. `dims` are a call's by their ONNX names;
/// a dim that is not there counts as its greatest value.
/// \pre a module of the memory phase's form.
mlir::FailureOr<std::vector<LaunchFacts>>
getLaunchFacts(mlir::ModuleOp module, const EmitOptions &options,
               const std::map<std::string, int64_t> &dims);

} // namespace onnxcc

#endif // ONNXCC_CODEGEN_LAUNCHFACTS_H
