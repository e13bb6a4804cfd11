// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which layers stay in float, so that a quantised model is good enough: as few as possible.
#ifndef ONNXCC_COMPILER_QUANTIZE_FLOATSEARCH_H
#define ONNXCC_COMPILER_QUANTIZE_FLOATSEARCH_H

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/LogicalResult.h"
#include <vector>

namespace onnxcc {

/// What a model lacks in which the layers of a set are in float; the less the better. Fails where
/// it cannot be run.
using MeasureDrop = llvm::function_ref<llvm::FailureOr<double>(const llvm::BitVector &floats)>;

/// \returns the layers, the most sensitive first: what the model lacks of which that layer alone is
/// quantised. One measurement a layer; `alone` gets them, by layer.
llvm::FailureOr<std::vector<size_t>> rankLayers(size_t layers, MeasureDrop measure,
                                                std::vector<double> &alone);

/// \returns layers that stay in float so that `measure` is at most `maxDrop`: as many of the
/// ranking's first as are needed, found by halves; then those of them are quantised after all, the
/// least sensitive first, that are not needed beside the others. All layers where nothing less
/// helps.
llvm::FailureOr<llvm::BitVector> findFloatLayers(llvm::ArrayRef<size_t> ranking, double maxDrop,
                                                 MeasureDrop measure);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_QUANTIZE_FLOATSEARCH_H
