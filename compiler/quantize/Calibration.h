// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a model's values are on data: the model compiled by onnxcc itself, with values as outputs.
#ifndef ONNXCC_COMPILER_QUANTIZE_CALIBRATION_H
#define ONNXCC_COMPILER_QUANTIZE_CALIBRATION_H

#include "compiler/quantize/Insert.h"
#include "compiler/quantize/Samples.h"
#include "compiler/verify/Runner.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace onnxcc {

/// Compiles a model in a folder `name` of `folder`, with its open dims as the samples have them and
/// with `values` as further outputs. The loader knows libraries by their names: two that are there
/// at the same time have different ones. Fails, having said why.
llvm::FailureOr<std::unique_ptr<Runner>>
buildForSamples(const Options &options, const ::onnx::ModelProto &model, const Samples &samples,
                llvm::ArrayRef<std::string> values, const llvm::Twine &name,
                llvm::StringRef folder);

/// Runs a model on all samples and hands over, sample by sample, those of `values` that the model
/// has, inputs among them. `title` is the progress bar's; `folder` takes what is built. Where the
/// values of all nodes would take much memory, the model is compiled for some of them at a time,
/// and the samples are run as often. Fails, having said why, where it cannot be compiled or run.
llvm::LogicalResult
observeValues(const Options &options, const ::onnx::ModelProto &model, const Samples &samples,
              llvm::ArrayRef<std::string> values, llvm::StringRef title, llvm::StringRef folder,
              llvm::function_ref<void(size_t sample, const HostTensor &value)> visit);

struct Calibration {
  Ranges ranges;
  /// Values without a range, infinite or not a number for some sample.
  std::vector<std::string> unbounded;
};

/// The ranges of values by the method of the options.
llvm::FailureOr<Calibration> calibrate(const Options &options, const ::onnx::ModelProto &model,
                                       const Samples &samples, llvm::ArrayRef<std::string> values,
                                       llvm::StringRef folder);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_QUANTIZE_CALIBRATION_H
