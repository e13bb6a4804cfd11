// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Register tiles: see ScheduleTable.h. The first line that fits counts; the numbers come from
// measurements of runtime/'s templates.
#include "kernels/ScheduleTable.h"

using llvm::StringRef;

namespace onnxcc::kernels {

namespace {
struct Line {
  StringRef kernelTemplate, featureSet, compiler; // "" fits all
  int64_t maxRows;                                // 0 fits all
  RegisterTile tile;
};
} // namespace

// A tile needs pixels x vectors accumulators, `vectors` registers of weights and one for the input:
// 16 registers up to x86-64-v3, 32 from x86-64-v4 on; test/runtime/spills.test checks that no line
// asks for more. A depthwise one needs a register for each tap of a row beside its pixels, whose
// number divides the widths of common images. A single row has only its columns to hide latency
// behind.
static const Line kTable[] = {
    {"depthwise", "generic", "", 0, {4, 1}},
    {"depthwise", "x86-64", "", 0, {6, 1}},
    {"depthwise", "", "", 0, {7, 1}},
    {"", "generic", "", 0, {2, 4}},
    {"", "", "", 1, {1, 8}},
    // For planes of 7x7; 7x4 would take 33 registers.
    {"", "x86-64-v4", "g++", 7, {6, 4}},
    {"", "x86-64-v4", "", 0, {12, 2}},
    {"", "x86-64-v4+avx512vnni+avx512bf16", "g++", 7, {6, 4}},
    {"", "x86-64-v4+avx512vnni+avx512bf16", "", 0, {12, 2}},
    {"", "x86-64-v3", "", 0, {6, 2}},
    {"", "", "", 0, {6, 2}},
};

/// Whether tiles of `pixels` rows and of one row less leave none over (runtime/tile.h, Cut).
static bool cutsWhole(int64_t rows, int64_t pixels) {
  int64_t missing = (pixels - rows % pixels) % pixels;
  return missing == 0 || (pixels >= 4 && missing * (pixels - 1) <= rows);
}

/// A tile of a row or two less where that leaves no rows over, for which the weights would be read
/// once more.
static RegisterTile fitRows(RegisterTile tile, int64_t rows) {
  for (int64_t pixels = tile.pixels; pixels >= 4 && pixels + 2 >= tile.pixels; --pixels)
    if (cutsWhole(rows, pixels))
      return {pixels, tile.vectors};
  return tile;
}

RegisterTile chooseTile(const TileQuery &query) {
  for (const Line &line : kTable) {
    auto fits = [](StringRef wanted, StringRef given) { return wanted.empty() || wanted == given; };
    if (!fits(line.kernelTemplate, query.kernelTemplate) ||
        !fits(line.featureSet, query.featureSet) || !fits(line.compiler, query.compiler) ||
        (line.maxRows && query.rows > line.maxRows))
      continue;
    return query.run ? fitRows(line.tile, query.run) : line.tile;
  }
  return {1, 1};
}

} // namespace onnxcc::kernels
