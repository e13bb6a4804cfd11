// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The numbers of the elements that hold, and their count: runtime/places.h.
#include "kernels/Registry.h"

using namespace mlir;

namespace onnxcc::kernels {

namespace {

/// The domain is (size), the number of flags; `places` has room for as many.
class Places : public Routine {
public:
  Places() : Routine("places", "places.h", inputs, inits) {}

  std::string getObstacle(kernel::CallOp call) const override {
    if (call.getDomain().getNumResults() != 1)
      return "its domain is not (size)";
    return {};
  }

  kernel::Cost getCost(kernel::CallOp, ArrayRef<int64_t> extents) const override {
    kernel::Cost cost;
    cost.flops = extents[0];
    cost.bytesRead = extents[0];
    cost.bytesWritten = extents[0] * int64_t(sizeof(int64_t));
    return cost;
  }

  LaunchFunction print(const Call &call) const override {
    LaunchFunction function;
    function.base = "PlacesShape";
    function.members = {{{"size", call.domain[0]}}};
    return call.print(std::move(function), "places");
  }

private:
  static constexpr Parameter inputs[] = {{"flags"}}, inits[] = {{"out"}, {"count"}};
};

} // namespace

const Routine &getPlaces() {
  static const Places routine;
  return routine;
}

} // namespace onnxcc::kernels
