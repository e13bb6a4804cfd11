// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Weights to codes, group by group: see WeightGroups.h. What looks at inputs is in
// WeightCompensation.
#include "compiler/quantize/WeightGroups.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace onnxcc {

float GroupedWeights::getValue(int64_t row, int64_t column) const {
  int64_t group = row / groupSize() * columns + column;
  return float(codes[row * columns + column] - zeros[group]) * scales[group];
}

namespace {

/// A group of one column.
struct Group {
  llvm::ArrayRef<double> values;
  llvm::ArrayRef<double> importance; // of as many rows, or none
};

struct Grid {
  float scale = 1;
  int zero = 0;
};

} // namespace

CodeRange::CodeRange(const GroupFormat &format)
    : low(format.symmetric ? -(1 << (format.bits - 1)) : 0), high(low + (1 << format.bits) - 1) {}

int CodeRange::round(double code) const {
  // To the nearest, ties to even: nearbyint is a call where the machine's baseline has no roundsd.
  constexpr double integers = 0x1.8p52;
  return int((std::clamp(code, low, high) + integers) - integers);
}

static double getError(const Group &group, Grid grid, CodeRange codes) {
  double error = 0, perStep = 1 / double(grid.scale);
  for (auto [row, value] : llvm::enumerate(group.values)) {
    double off =
        value - double(grid.scale) * (codes.round(value * perStep + grid.zero) - grid.zero);
    error += off * off * (group.importance.empty() ? 1 : group.importance[row]);
  }
  return error;
}

/// Steps that a share of the full range would have.
static constexpr double shares[] = {1, 0.97, 0.94, 0.91, 0.88, 0.85, 0.82, 0.78, 0.74, 0.7};

static Grid chooseGrid(const Group &group, const GroupFormat &format) {
  CodeRange codes(format);
  double low = 0, high = 0;
  for (double value : group.values) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  Grid best;
  double least = std::numeric_limits<double>::infinity();
  auto consider = [&](double step) {
    if (!std::isnormal(float(step)))
      return;
    Grid grid{float(step), format.symmetric ? 0 : codes.round(-low / step)};
    double error = getError(group, grid, codes);
    if (error < least) {
      least = error;
      best = grid;
    }
  };
  // There is one code more below zero than above.
  double step = !format.symmetric ? (high - low) / (codes.high - codes.low)
                : -low > high     ? low / codes.low
                                  : high / codes.high;
  for (double share : shares)
    consider(share * step);
  return best;
}

GroupedWeights quantizeGroups(const WeightMatrix &weights, const GroupFormat &format,
                              llvm::ArrayRef<double> importance) {
  assert(int64_t(weights.values.size()) == weights.depth * weights.columns);
  GroupedWeights result(format, weights.depth, weights.columns);
  for (int64_t group = 0; group < result.groups(); ++group) {
    chooseGrids(weights, importance, group, result);
    for (int64_t row = result.firstRow(group); row < result.firstRow(group + 1); ++row)
      for (int64_t column = 0; column < weights.columns; ++column)
        result.setCode(row, column, weights.values[row * weights.columns + column]);
  }
  return result;
}

GroupedWeights::GroupedWeights(const GroupFormat &format, int64_t depth, int64_t columns)
    : format(format), depth(depth), columns(columns), codes(depth * columns),
      scales(groups() * columns, 1.0f), zeros(groups() * columns) {}

void GroupedWeights::setCode(int64_t row, int64_t column, double value) {
  int64_t group = row / groupSize() * columns + column;
  codes[row * columns + column] =
      int16_t(CodeRange(format).round(value / scales[group] + zeros[group]));
}

void chooseGrids(const WeightMatrix &weights, llvm::ArrayRef<double> importance, int64_t group,
                 GroupedWeights &result) {
  int64_t begin = result.firstRow(group), rows = result.firstRow(group + 1) - begin;
  if (!importance.empty())
    importance = importance.slice(begin, rows);
  std::vector<double> values(rows);
  for (int64_t column = 0; column < weights.columns; ++column) {
    for (int64_t row = 0; row < rows; ++row)
      values[row] = weights.values[(begin + row) * weights.columns + column];
    Grid grid = chooseGrid({values, importance}, result.format);
    result.scales[group * weights.columns + column] = grid.scale;
    result.zeros[group * weights.columns + column] = int16_t(grid.zero);
  }
}

} // namespace onnxcc
