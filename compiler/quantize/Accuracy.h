// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What quantisation costs a model on data, layer by layer, and which layers stay in float for
// --max-drop.
#ifndef ONNXCC_COMPILER_QUANTIZE_ACCURACY_H
#define ONNXCC_COMPILER_QUANTIZE_ACCURACY_H

#include "compiler/quantize/Insert.h"
#include "compiler/quantize/Report.h"
#include "compiler/quantize/Samples.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace onnxcc {

/// Whether the options ask for what `assessAccuracy` finds.
bool wantsAccuracy(const QuantizeOptions &options);

/// What can be said before any work: a metric that needs classes, a report of a form that is not
/// known.
llvm::LogicalResult checkAccuracyOptions(const QuantizeOptions &options, const Samples &samples);

struct Accuracy {
  QuantizedModel model;
  QuantizeReport report; // but for the files' names
};

/// Makes the quantised model with nodes of these names in float.
using Quantize =
    llvm::function_ref<llvm::FailureOr<QuantizedModel>(const std::set<std::string> &floats)>;

/// Quantises by `quantize`, with as few layers in float beside those of `floats` as --max-drop
/// allows, and measures the result: `prepared`, which is quantised, compiled with a switch a layer
/// for the search, the quantised model itself for what is reported.
/// Fails, having said why, where a model cannot be compiled or run.
llvm::FailureOr<Accuracy> assessAccuracy(const Options &options, const ::onnx::ModelProto &prepared,
                                         Quantize quantize, const std::set<std::string> &floats,
                                         const Samples &samples, llvm::StringRef folder);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_QUANTIZE_ACCURACY_H
