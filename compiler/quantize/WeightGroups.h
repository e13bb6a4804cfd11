// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A product's weights in 4 or 8 bits with a scale a group: what weight-only quantisation makes.
#ifndef ONNXCC_COMPILER_QUANTIZE_WEIGHTGROUPS_H
#define ONNXCC_COMPILER_QUANTIZE_WEIGHTGROUPS_H

#include "llvm/ADT/ArrayRef.h"
#include <algorithm>
#include <cstdint>
#include <vector>

namespace onnxcc {

/// How weights are kept.
struct GroupFormat {
  unsigned bits = 4;     // 4 or 8
  bool symmetric = true; // codes around zero; otherwise each group has a zero point
  int64_t group = 128;   // weights along the depth that share a scale; 0: all
};

/// Weights [depth, columns], as the right side of a product has them.
struct WeightMatrix {
  llvm::ArrayRef<float> values; // row-major
  int64_t depth, columns;
};

/// The codes that a format has.
struct CodeRange {
  explicit CodeRange(const GroupFormat &format);
  /// The nearest code, ties to even.
  int round(double code) const;
  double low, high;
};

/// Weights in codes. Symmetric codes are signed, from -2^(bits-1) on; the others go from 0 to
/// 2^bits - 1, their zero points too. The value of a code is (code - zero) * scale.
struct GroupedWeights {
  /// All scales 1, all codes and zeros 0.
  GroupedWeights(const GroupFormat &format, int64_t depth, int64_t columns);

  int64_t groupSize() const { return format.group ? format.group : depth; }
  int64_t groups() const { return (depth + groupSize() - 1) / groupSize(); }
  /// Where a group begins; of groups(), where the last one ends.
  int64_t firstRow(int64_t group) const { return std::min(group * groupSize(), depth); }
  float getValue(int64_t row, int64_t column) const;
  /// The code nearest to `value` on its group's grid.
  void setCode(int64_t row, int64_t column, double value);

  GroupFormat format;
  int64_t depth, columns;
  std::vector<int16_t> codes; // [depth, columns]
  std::vector<float> scales;  // [groups, columns]
  std::vector<int16_t> zeros; // as scales; all 0 where codes are symmetric
};

/// Sets the scales and zero points of one group of all columns: of steps a little smaller than what
/// the extremes ask for, those of the least squared error, rows weighed by `importance` (of all
/// rows, or none).
void chooseGrids(const WeightMatrix &weights, llvm::ArrayRef<double> importance, int64_t group,
                 GroupedWeights &result);

/// Each weight to the nearest code of the grids above.
/// \p importance, if not empty, is the mean square of what each row is multiplied with.
/// \pre all weights are finite.
GroupedWeights quantizeGroups(const WeightMatrix &weights, const GroupFormat &format,
                              llvm::ArrayRef<double> importance = {});

/// The same with error compensation: row after row is rounded, and what that changes of the product
/// is made up for by the rows that follow, as far as the inputs are correlated (GPTQ,
/// arXiv:2210.17323; groups keep the model's order of rows).
/// \p moments is the sum, or mean, of x x^T over the inputs x of the product, [depth, depth].
/// \p damping is added to its diagonal, as a part of the diagonal's mean.
GroupedWeights quantizeGroupsCompensated(const WeightMatrix &weights, const GroupFormat &format,
                                         llvm::ArrayRef<double> moments, double damping = 0.01);

/// A factor a row that the weights are multiplied with, and the inputs divided by, before they are
/// quantised, so that rows which meet large inputs lose less (AWQ, arXiv:2306.00978): the power of
/// the inputs' root mean square, from 0 to 1, whose product errs least. All 1 where none helps.
/// What is multiplied with the new rows has the inputs' mean square over the factor's square.
/// \p moments as above.
std::vector<float> searchRowFactors(const WeightMatrix &weights, const GroupFormat &format,
                                    llvm::ArrayRef<double> moments);

/// The squared error of the product with these weights in place of the right ones, summed over the
/// columns, over what the product itself has: noise over signal, not in dB.
/// \p factors what rows were multiplied with before; empty: 1. \p moments as above; empty: inputs
/// of one size and no correlation.
double getProductError(const WeightMatrix &weights, const GroupedWeights &quantized,
                       llvm::ArrayRef<float> factors, llvm::ArrayRef<double> moments);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_QUANTIZE_WEIGHTGROUPS_H
