// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Running sums and products along an axis: runtime/cumulate.h.
#include "dialects/support/ConstantData.h"
#include "kernels/Registry.h"

using namespace mlir;

namespace onnxcc::kernels {

namespace {

/// The domain is (outer, extent, inner). Parameters: `combine`, the name of the function of
/// runtime/; `exclusive`, an element itself not being part of its result; `reverse`, from the end.
class Cumulate : public Routine {
public:
  Cumulate() : Routine("cumulate", "cumulate.h", inputs, inits) {}

  std::string getObstacle(kernel::CallOp call) const override {
    if (call.getDomain().getNumResults() != 3 || !call.getParameters().getAs<StringAttr>("combine"))
      return "its domain is not (outer, extent, inner), or it does not say how to combine";
    return {};
  }

  kernel::Cost getCost(kernel::CallOp call, ArrayRef<int64_t> extents) const override {
    int64_t elements = extents[0] * extents[1] * extents[2];
    kernel::Cost cost;
    cost.flops = elements;
    cost.bytesRead = cost.bytesWritten =
        elements *
        (getStorageBits(cast<ShapedType>(call.getInputs()[0].getType()).getElementType()) / 8);
    return cost;
  }

  int64_t getMostTasks(kernel::CallOp, ArrayRef<int64_t> extents) const override {
    return extents[0] * llvm::divideCeil(extents[2], 64);
  }

  LaunchFunction print(const Call &call) const override {
    LaunchFunction function;
    function.base = "CumulateShape";
    function.members = {{{"outer", call.domain[0], 1},
                         {"extent", call.domain[1]},
                         {"inner", call.domain[2], 1},
                         {"tasks", getAffineConstantExpr(call.op.getTasks(), call.context()), 1}}};
    if (call.hasParameter("exclusive"))
      function.flags.push_back("bool exclusive = true");
    if (call.hasParameter("reverse"))
      function.flags.push_back("bool reverse = true");
    return call.print(std::move(function), "cumulate<" + call.parameter("combine") + ">");
  }

private:
  static constexpr Parameter inputs[] = {{"x", /*isUpdated=*/false, /*isInPlace=*/true}},
                             inits[] = {{"out"}};
};

} // namespace

const Routine &getCumulate() {
  static const Cumulate routine;
  return routine;
}

} // namespace onnxcc::kernels
