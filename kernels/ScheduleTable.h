// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The one table of register tiles, keyed by template, feature set, host compiler and shape.
#ifndef ONNXCC_KERNELS_SCHEDULETABLE_H
#define ONNXCC_KERNELS_SCHEDULETABLE_H

#include "llvm/ADT/StringRef.h"
#include <cstdint>

namespace onnxcc::kernels {

/// What a register tile is chosen by. Extents at the symbols' greatest values.
struct TileQuery {
  llvm::StringRef kernelTemplate; // "conv2d", "gemm", "depthwise"
  llvm::StringRef featureSet;     // as in -march=: "x86-64-v3"; "generic" is portable C++
  llvm::StringRef compiler;       // "g++" or "clang++"; empty if unknown
  int64_t rows = 0;               // of a GEMM; output pixels in a row of a convolution
  int64_t run = 0;                // rows or pixels that follow each other; 0 where borders cut them
  int64_t columns = 0;            // output channels (of a group)
};

/// Pixels (rows) and native vectors of channels (columns) that a tile's accumulators cover.
struct RegisterTile {
  int64_t pixels, vectors;
};

RegisterTile chooseTile(const TileQuery &query);

} // namespace onnxcc::kernels

#endif // ONNXCC_KERNELS_SCHEDULETABLE_H
