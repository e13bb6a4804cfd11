// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Weights to codes with an eye on what they are multiplied with: see WeightGroups.h.
#include "compiler/quantize/WeightGroups.h"

#include <Eigen/Cholesky>

#include <cassert>
#include <cmath>
#include <limits>

namespace onnxcc {

using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

static RowMatrix toMatrix(const WeightMatrix &weights) {
  return Eigen::Map<const Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
             weights.values.data(), weights.depth, weights.columns)
      .cast<double>();
}

static Eigen::Map<const RowMatrix> toMatrix(llvm::ArrayRef<double> moments, int64_t depth) {
  assert(int64_t(moments.size()) == depth * depth);
  return {moments.data(), depth, depth};
}

/// The upper Cholesky factor of the moments' inverse: its rows say how the error of a row is spread
/// over those that follow. Inputs that are always zero count as one small and uncorrelated.
static RowMatrix factorInverse(llvm::ArrayRef<double> moments, int64_t depth, double damping) {
  RowMatrix damped = toMatrix(moments, depth);
  double mean = damped.diagonal().mean();
  damped.diagonal().array() += mean > 0 ? damping * mean : 1;
  RowMatrix inverse = damped.llt().solve(RowMatrix::Identity(depth, depth));
  return inverse.llt().matrixU();
}

GroupedWeights quantizeGroupsCompensated(const WeightMatrix &weights, const GroupFormat &format,
                                         llvm::ArrayRef<double> moments, double damping) {
  // Rows are finished a block at a time, and the rest learns of a block's errors by one product.
  constexpr int64_t blockRows = 64;
  RowMatrix factor = factorInverse(moments, weights.depth, damping);
  RowMatrix rest = toMatrix(weights);
  std::vector<double> importance(weights.depth);
  for (int64_t row = 0; row < weights.depth; ++row)
    importance[row] = 1 / (factor(row, row) * factor(row, row));

  GroupedWeights result(format, weights.depth, weights.columns);
  std::vector<float> current;
  int64_t group = 0;
  for (int64_t begin = 0; begin < weights.depth; begin += blockRows) {
    int64_t rows = std::min(blockRows, weights.depth - begin);
    RowMatrix errors(rows, weights.columns);
    for (int64_t row = begin; row < begin + rows; ++row) {
      if (row == result.firstRow(group)) {
        // The group's later rows may still change: those of later blocks, by what this block errs.
        Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> now =
            rest.cast<float>();
        chooseGrids({{now.data(), size_t(now.size())}, weights.depth, weights.columns}, importance,
                    group++, result);
      }
      for (int64_t column = 0; column < weights.columns; ++column) {
        result.setCode(row, column, rest(row, column));
        errors(row - begin, column) =
            (rest(row, column) - result.getValue(row, column)) / factor(row, row);
      }
      int64_t following = begin + rows - row - 1;
      rest.middleRows(row + 1, following).noalias() -=
          factor.row(row).segment(row + 1, following).transpose() * errors.row(row - begin);
    }
    int64_t after = weights.depth - begin - rows;
    rest.bottomRows(after).noalias() -=
        factor.block(begin, begin + rows, rows, after).transpose() * errors;
  }
  return result;
}

double getProductError(const WeightMatrix &weights, const GroupedWeights &quantized,
                       llvm::ArrayRef<float> factors, llvm::ArrayRef<double> moments) {
  RowMatrix right = toMatrix(weights), error = right;
  for (int64_t row = 0; row < weights.depth; ++row)
    for (int64_t column = 0; column < weights.columns; ++column)
      error(row, column) -=
          double(quantized.getValue(row, column)) / (factors.empty() ? 1 : factors[row]);
  auto measure = [&](const RowMatrix &matrix) {
    return moments.empty() ? matrix.squaredNorm()
                           : matrix.cwiseProduct(toMatrix(moments, weights.depth) * matrix).sum();
  };
  double signal = measure(right);
  return signal > 0 ? measure(error) / signal : 0;
}

std::vector<float> searchRowFactors(const WeightMatrix &weights, const GroupFormat &format,
                                    llvm::ArrayRef<double> moments) {
  // Columns are independent, and their errors alike: a sample of them tells which power is best.
  constexpr int64_t sampled = 256;
  int64_t step = std::max<int64_t>(1, weights.columns / sampled);
  int64_t columns = (weights.columns + step - 1) / step;
  std::vector<float> sample(weights.depth * columns);
  for (int64_t row = 0; row < weights.depth; ++row)
    for (int64_t column = 0; column < columns; ++column)
      sample[row * columns + column] = weights.values[row * weights.columns + column * step];
  WeightMatrix right{sample, weights.depth, columns};

  std::vector<double> sizes(weights.depth);
  double mean = 0;
  for (int64_t row = 0; row < weights.depth; ++row) {
    sizes[row] = std::sqrt(moments[row * weights.depth + row]);
    mean += sizes[row] / double(weights.depth);
  }
  std::vector<float> best(weights.depth, 1.0f);
  double least = std::numeric_limits<double>::infinity();
  for (int tenths = 0; tenths <= 10; ++tenths) {
    std::vector<float> factors(weights.depth, 1.0f), scaled(sample.size());
    std::vector<double> importance(weights.depth);
    for (int64_t row = 0; row < weights.depth; ++row) {
      // Inputs that hardly ever differ from zero shall not shrink their weights away.
      double size = std::max(sizes[row] / mean, 1e-4);
      if (mean > 0)
        factors[row] = float(std::pow(size, tenths / 10.0));
      importance[row] = std::pow(sizes[row] / factors[row], 2);
      for (int64_t column = 0; column < columns; ++column)
        scaled[row * columns + column] = sample[row * columns + column] * factors[row];
    }
    GroupedWeights quantized = quantizeGroups({scaled, weights.depth, columns}, format, importance);
    double error = getProductError(right, quantized, factors, moments);
    if (error < least) {
      least = error;
      best = factors;
    }
  }
  return best;
}

} // namespace onnxcc
