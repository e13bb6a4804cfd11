// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where expected outputs come from when none are stored: ONNX Runtime, or our own evaluation of the
// graph phase.
#ifndef ONNXCC_COMPILER_VERIFY_REFERENCES_H
#define ONNXCC_COMPILER_VERIFY_REFERENCES_H

#include "compiler/Options.h"
#include "compiler/verify/HostTensor.h"

#include "mlir/IR/BuiltinOps.h"

namespace onnxcc {

/// Adds to `options` the values that the open dims of an imported module (those without an upper
/// bound) have in the data: one value pins a dim. With several sets of data a dim that differs
/// among them becomes a range.
llvm::LogicalResult pinOpenDims(mlir::ModuleOp module, llvm::ArrayRef<std::vector<HostTensor>> sets,
                                Options &options);

/// Adds to `options` the values of all dims in the data, over ranges that they have: every dim is
/// pinned.
llvm::LogicalResult pinAllDims(mlir::ModuleOp module, llvm::ArrayRef<HostTensor> inputs,
                               Options &options);

/// Whether `python` can import onnxruntime.
bool hasOnnxRuntime(llvm::StringRef python);

/// Whether ONNX Runtime is the reference where none is stored: --reference says so or leaves it
/// open, it is there, and inputs are the model's own, not pixels (--input).
bool usesOnnxRuntime(const Options &options);

/// Runs the model in ONNX Runtime, graph optimisations off, in a Python process; `folder` takes the
/// data on the way. `values` are inner values by name.
/// \returns the outputs in the model's order, then those of the values that are tensors.
llvm::FailureOr<std::vector<HostTensor>>
runOnnxRuntime(llvm::StringRef python, llvm::StringRef model, llvm::ArrayRef<HostTensor> inputs,
               llvm::StringRef folder, llvm::ArrayRef<std::string> values = {});

/// Takes the model to the phase `graph`, its open dims pinned to the inputs' extents, and evaluates
/// op by op. \returns as runOnnxRuntime.
llvm::FailureOr<std::vector<HostTensor>> evaluateModel(const Options &options,
                                                       llvm::ArrayRef<HostTensor> inputs,
                                                       llvm::ArrayRef<std::string> values = {});

/// One of the two, for what --reference says; `values` as above. The model is that of
/// --reference-model if there is one.
struct ReferenceRun {
  std::vector<HostTensor> outputs;
  llvm::StringRef source; // "ONNX Runtime"
};
llvm::FailureOr<ReferenceRun> runReference(const Options &options,
                                           llvm::ArrayRef<HostTensor> inputs,
                                           llvm::StringRef folder,
                                           llvm::ArrayRef<std::string> values = {});

} // namespace onnxcc

#endif // ONNXCC_COMPILER_VERIFY_REFERENCES_H
