// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Cross-layer equalisation: channels between two products are scaled so that they share a range
// well.
#ifndef ONNXCC_COMPILER_QUANTIZE_EQUALIZATION_H
#define ONNXCC_COMPILER_QUANTIZE_EQUALIZATION_H

#include "compiler/quantize/Calibration.h"

namespace onnxcc {

/// Where nothing but operators that scale with their input (Relu, pools) stand between two
/// products, a channel of the first may be divided by any factor and the second's weights
/// multiplied with it (Nagel et al., arXiv:1906.04721). With a scale an output channel what counts
/// is not the first's weights but the channel's values, which are measured, against the second's
/// weights (as in SmoothQuant, arXiv:2211.10438): their ratio's square root; where the second is
/// depthwise, the values alone. Channels only grow, and none beyond the greatest, so that an upper
/// limit in between (Relu6) cuts nothing that it did not cut on the samples.
/// \returns the number of products whose outputs were scaled, or failure, having said why.
llvm::FailureOr<int64_t> equalizeChannels(const Options &options, ::onnx::ModelProto &model,
                                          const std::set<std::string> &floats,
                                          const Samples &samples, llvm::StringRef folder);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_QUANTIZE_EQUALIZATION_H
