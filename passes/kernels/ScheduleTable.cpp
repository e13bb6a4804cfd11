// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Register tiles: see ScheduleTable.h. The first line that fits counts; the numbers come from
// measurements of runtime/'s templates.
#include "passes/kernels/ScheduleTable.h"

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
// 16 registers up to x86-64-v3, 32 from x86-64-v4 on. A single row has only its columns to hide
// latency behind.
static const Line kTable[] = {
    {"depthwise", "generic", "", 0, {4, 1}},
    {"depthwise", "", "clang++", 0, {8, 1}},
    {"depthwise", "", "", 0, {6, 1}},
    {"", "generic", "", 0, {2, 4}},
    {"", "", "", 1, {1, 8}},
    // 7x4: g++ 117 GFLOP/s, clang 75 (it spills).
    {"", "x86-64-v4", "g++", 7, {7, 4}},
    {"", "x86-64-v4", "", 0, {12, 2}},
    {"", "x86-64-v3", "", 0, {6, 2}},
    {"", "", "", 0, {6, 2}},
};

RegisterTile chooseTile(const TileQuery &query) {
  for (const Line &line : kTable) {
    auto fits = [](StringRef wanted, StringRef given) { return wanted.empty() || wanted == given; };
    if (!fits(line.kernelTemplate, query.kernelTemplate) ||
        !fits(line.featureSet, query.featureSet) || !fits(line.compiler, query.compiler) ||
        (line.maxRows && query.rows > line.maxRows))
      continue;
    return line.tile;
  }
  return {1, 1};
}

} // namespace onnxcc::kernels
