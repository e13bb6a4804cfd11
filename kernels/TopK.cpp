// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The greatest or least elements of rows, in order: runtime/topk.h.
#include "dialects/support/ConstantData.h"
#include "kernels/Registry.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace onnxcc::kernels {

namespace {

/// The domain is (outer, extent, inner, k): of x[outer][extent][inner] the k first of each row.
/// Parameters: `least` for the least instead of the greatest, `unsigned` of integers.
class TopK : public Routine {
public:
  TopK() : Routine("top_k", "topk.h", inputs, inits) {}

  std::string getObstacle(kernel::CallOp call) const override {
    if (call.getDomain().getNumResults() != 4)
      return "its domain is not (outer, extent, inner, k)";
    return {};
  }

  kernel::Cost getCost(kernel::CallOp call, ArrayRef<int64_t> extents) const override {
    auto [outer, extent, inner, k] =
        std::tuple(extents[0], extents[1], extents[2], std::max<int64_t>(extents[3], 1));
    int64_t rows = outer * inner, bytes = getBytes(call);
    kernel::Cost cost;
    // One comparison an element to find out that it is none of the k, then sorting these.
    cost.flops = rows * (extent + k * llvm::Log2_64_Ceil(k + 1) * kStep);
    cost.bytesRead = rows * extent * bytes;
    cost.bytesWritten = rows * extents[3] * (bytes + int64_t(sizeof(int64_t)));
    return cost;
  }

  int64_t getMostTasks(kernel::CallOp, ArrayRef<int64_t> extents) const override {
    return extents[0] * extents[2];
  }

  /// Twice the candidates that are sorted at once.
  std::optional<Scratch> getScratch(kernel::CallOp call) const override {
    AffineMap domain = call.getDomain();
    AffineExpr extent = domain.getResult(1), k = domain.getResult(3), entries = extent;
    if (auto kept = dyn_cast<AffineConstantExpr>(k)) {
      int64_t most = kept.getValue() * (kept.getValue() <= kFew ? 1 : kCandidates);
      auto whole = dyn_cast<AffineConstantExpr>(extent);
      entries =
          getAffineConstantExpr(whole ? std::min(whole.getValue(), most) : most, call.getContext());
    }
    int64_t entry = getBytes(call) > 4 ? 16 : 8;
    return Scratch{entries * (2 * entry), /*isPerTask=*/true};
  }

  /// A table of 256 counts, beside what calls take.
  int64_t getStackBytes(kernel::CallOp) const override { return 2048; }

  LaunchFunction print(const Call &call) const override {
    LaunchFunction function;
    function.base = "TopKShape";
    function.members = {{{"outer", call.domain[0], 1},
                         {"extent", call.domain[1]},
                         {"inner", call.domain[2], 1},
                         {"k", call.domain[3]},
                         {"tasks", getAffineConstantExpr(call.op.getTasks(), call.context()), 1}}};
    if (call.hasParameter("least"))
      function.flags.push_back("bool largest = false");
    if (call.hasParameter("unsigned"))
      function.flags.push_back("bool isUnsigned = true");
    return call.print(std::move(function), "topK");
  }

private:
  /// As in runtime/topk.h: how many elements are kept at once is k up to kFew, then so many times
  /// k.
  static constexpr int64_t kFew = 64, kCandidates = 4;
  /// Scalar operations of a step of sorting, whose branches nobody predicts.
  static constexpr int64_t kStep = 16;

  static int64_t getBytes(kernel::CallOp call) {
    return getStorageBits(cast<ShapedType>(call.getInputs()[0].getType()).getElementType()) / 8;
  }

  static constexpr Parameter inputs[] = {{"x"}}, inits[] = {{"values"}, {"indices"}};
};

} // namespace

const Routine &getTopK() {
  static const TopK routine;
  return routine;
}

} // namespace onnxcc::kernels
