// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Taking channels out of values, filters and constants.
#ifndef ONNXCC_PASSES_OPTIMIZE_CHANNELS_SHRINK_H
#define ONNXCC_PASSES_OPTIMIZE_CHANNELS_SHRINK_H

#include "passes/optimize/channels/Classes.h"

namespace onnxcc {

/// Leaves of all values in `scope` the channels that the classes keep. Fails, with a diagnostic,
/// where the types that follow contradict each other: then the classes are wrong.
llvm::LogicalResult shrink(mlir::Operation *scope, const ChannelClasses &classes);

/// What constant channels add to each output channel of a product that has no border: input channel
/// k is inputs[k], 0 where it is not to be folded. In double precision.
std::vector<double> getContributions(const Weights &weights, llvm::ArrayRef<double> inputs);

/// The addition of a constant to each channel of a product's result, which nothing else reads.
mlir::Operation *getBias(const Weights &weights);

/// Adds to each output channel of a product what its constant input channels do, and sets their
/// weights to 0: to the bias that follows, else to a new one.
void foldIntoBias(Weights &weights, llvm::ArrayRef<double> inputs);

/// Sets the weights of the output channels to 0 that do not change the bias behind them as long as
/// inputs are at most `reach`: added to it they are less than its rounding.
/// \returns the number of channels.
int64_t dropVanishing(Weights &weights, double reach);

} // namespace onnxcc

#endif // ONNXCC_PASSES_OPTIMIZE_CHANNELS_SHRINK_H
