// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Matrix products.
#include "passes/graph/Lowerings.h"

using namespace mlir;

namespace onnxcc {

Value buildMatMul(LoweringContext &c, Value lhs, Value rhs) {
  if (!lhs || !rhs)
    return {};
  if (c.rankOf(lhs) == 0 || c.rankOf(rhs) == 0) {
    c.error() << "a scalar has no matrix product: " << c.format(lhs) << " x " << c.format(rhs);
    return {};
  }
  // A vector is a row on the left and a column on the right; its axis of extent 1 goes away again.
  Extents left = c.extentsOf(lhs), right = c.extentsOf(rhs);
  bool leftVector = left.size() == 1, rightVector = right.size() == 1;
  if (leftVector)
    lhs = c.reshape(lhs, left = {c.number(1), left[0]});
  if (rightVector)
    rhs = c.reshape(rhs, right = {right[0], c.number(1)});

  Extents result;
  bool fits = left.back() == right[right.size() - 2];
  if (fits && left.size() > 2 && right.size() == 2) {
    // One large product instead of a batch of small ones.
    AffineExpr rows = getProduct(ArrayRef(left).drop_back(), c.context());
    Value product = c.create<graph::MatMulOp>(c.reshape(lhs, {rows, left.back()}), rhs);
    result.assign(left.begin(), left.end() - 1);
    result.push_back(right.back());
    lhs = c.reshape(product, result);
  } else {
    Extents leftBatch(left.begin(), left.end() - 2), rightBatch(right.begin(), right.end() - 2);
    std::optional<Extents> batch = c.broadcastExtents({leftBatch, rightBatch});
    if (!batch)
      return {};
    auto spread = [&](Value x, const Extents &extents) {
      Extents all = *batch;
      all.append(extents.end() - 2, extents.end());
      return c.broadcast(x, all);
    };
    lhs = c.create<graph::MatMulOp>(spread(lhs, left), spread(rhs, right));
    if (lhs)
      result = c.extentsOf(lhs);
  }
  if (!lhs)
    return {};
  if (rightVector)
    result.pop_back();
  if (leftVector)
    result.erase(result.end() - (rightVector ? 1 : 2));
  return c.reshape(lhs, result);
}

static void lowerMatMul(LoweringContext &c) { c.result(buildMatMul(c, c.input(0), c.input(1))); }

static Value swapLastAxes(LoweringContext &c, Value x) {
  SmallVector<int64_t> permutation = llvm::to_vector(llvm::seq<int64_t>(0, c.rankOf(x)));
  std::swap(permutation[permutation.size() - 1], permutation[permutation.size() - 2]);
  return c.transpose(x, permutation);
}

/// alpha * a * b + beta * c
static void lowerGemm(LoweringContext &c) {
  Value a = c.input(0), b = c.input(1);
  if (c.rankOf(a) != 2 || c.rankOf(b) != 2)
    return void(c.error() << "expects matrices, got " << c.format(a) << " x " << c.format(b));
  if (c.integer("transA"))
    a = swapLastAxes(c, a);
  if (c.integer("transB"))
    b = swapLastAxes(c, b);
  Term result = c.term(c.create<graph::MatMulOp>(a, b));
  double alpha = c.real("alpha", 1), beta = c.real("beta", 1);
  if (alpha != 1)
    result = result * alpha;
  if (Value bias = c.input(2); bias && beta != 0 && result)
    result = result + c.term(c.broadcast(beta == 1 ? c.term(bias) : c.term(bias) * beta,
                                         c.extentsOf(result)));
  c.result(result);
}

/// Zero points are one for all, or one a row (of the left) or column (of the right).
static void lowerMatMulInteger(LoweringContext &c) {
  c.result(buildMatMul(c, widenBytes(c, c.input(0), c.input(2), c.rankOf(c.input(0)) - 2),
                       widenBytes(c, c.input(1), c.input(3), c.rankOf(c.input(1)) - 1)));
}

/// com.microsoft.FusedMatMul
static void lowerFusedMatMul(LoweringContext &c) {
  if (c.integer("transBatchA") || c.integer("transBatchB"))
    return void(c.error() << "transBatchA and transBatchB are not supported");
  Value a = c.input(0), b = c.input(1);
  if (c.integer("transA") && c.rankOf(a) > 1)
    a = swapLastAxes(c, a);
  if (c.integer("transB") && c.rankOf(b) > 1)
    b = swapLastAxes(c, b);
  Term result = c.term(buildMatMul(c, a, b));
  double alpha = c.real("alpha", 1);
  c.result(alpha == 1 ? result : result * alpha);
}

void addMatrix(LoweringTable &table) {
  table.add("Gemm", lowerGemm);
  table.add("MatMul", lowerMatMul);
  table.add("MatMulInteger", lowerMatMulInteger);
  table.add("com.microsoft", "FusedMatMul", lowerFusedMatMul);
}

} // namespace onnxcc
