// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Convolutions of each channel by itself: runtime/depthwise.h.
#include "kernels/ChannelWindow.h"
#include "kernels/Registry.h"

using namespace mlir;

namespace onnxcc::kernels {

namespace {

class Depthwise : public ChannelWindow {
public:
  Depthwise() : ChannelWindow("depthwise") {}

  SmallVector<Demand> getDemands(kernel::LaunchOpInterface launch) const override {
    SmallVector<Demand> demands = ChannelWindow::getDemands(launch);
    demands[1].packed = true;
    return demands;
  }

  std::optional<Packing> getPacking(kernel::LaunchOpInterface, unsigned input) const override {
    if (input != 1)
      return std::nullopt;
    Packing packing;
    packing.addWhole(KernelHeight);
    packing.addWhole(KernelWidth);
    packing.addWhole(Channel);
    return packing;
  }

  ShapeFacts getShapeFacts(kernel::LaunchOpInterface, ArrayRef<int64_t> extents) const override {
    ShapeFacts facts;
    facts["rows"] = extents[Width];
    facts["columns"] = extents[Channel];
    facts["taps"] = extents[KernelHeight] * extents[KernelWidth];
    return facts;
  }

protected:
  std::string getFormObstacle(kernel::ContractOp op) const override {
    bool isSum = op.getProducts() == 2 && op.getCombine() == kernel::Combine::Sum;
    return isSum ? "" : "it is no sum of products over a window";
  }

  std::string getRestObstacle(kernel::ContractOp op) const override {
    AffineMap filter = op.getIndexingMaps()[1];
    if (!filter.isFunctionOfDim(Channel) || !isLinear(filter) ||
        !getPacking(op, 1)->isStatic(op.getDomain()))
      return "its filter has not a window for each channel, or cannot be brought in order";
    std::string why;
    (void)getProductGroup(op, true, why);
    return why;
  }
};

} // namespace

const Family &getDepthwise() {
  static const Depthwise family;
  return family;
}

} // namespace onnxcc::kernels
