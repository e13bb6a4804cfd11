// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Convolutions of each channel by itself: runtime/depthwise.h.
#include "kernels/Contraction.h"
#include "kernels/Registry.h"

using namespace mlir;

namespace onnxcc::kernels {

namespace {

class Depthwise : public Family {
  /// The domain.
  enum : unsigned { Batch, Height, Width, Channel, KernelHeight, KernelWidth, Count };

public:
  Depthwise() : Family("depthwise") {}

  std::optional<Parts> match(kernel::LaunchOpInterface launch, std::string &why) const override {
    auto op = dyn_cast<kernel::ContractOp>(*launch);
    auto refuse = [&](const std::string &reason) {
      why = reason;
      return std::nullopt;
    };
    if (!op || op.getProducts() != 2 || op.getCombine() != kernel::Combine::Sum ||
        launch.getDomain().getNumResults() != Count)
      return refuse("it is no sum of products over a window");
    if (std::string obstacle = getImageObstacle(op, KernelHeight); !obstacle.empty())
      return refuse(obstacle);
    SmallVector<AffineMap> maps = op.getIndexingMaps();
    if (!isDim(maps[0].getResult(3), Channel) || !isDim(maps.back().getResult(3), Channel))
      return refuse("its channels are not the images' last axis");
    if (!maps[1].isFunctionOfDim(Channel) || !isLinear(maps[1]) ||
        !getPacking(launch, 1)->isStatic(op.getDomain()))
      return refuse("its filter has not a window for each channel, or cannot be brought in order");
    if (!getProductGroup(op, true, why))
      return std::nullopt;
    return Parts{{"batch", {Batch}},
                 {"height", {Height}},
                 {"width", {Width}},
                 {"channel", {Channel}},
                 {"kernelHeight", {KernelHeight}},
                 {"kernelWidth", {KernelWidth}}};
  }

  SmallVector<Demand> getDemands(kernel::LaunchOpInterface launch) const override {
    SmallVector<Demand> demands(launch.getInputs().size() + 1, alongDims({Channel}));
    std::fill_n(demands.begin(), launch.countFactors(), Demand());
    demands[0] = alongDims({Channel});
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

  int64_t getStackBytes(kernel::LaunchOpInterface launch) const override {
    // Fewer channels than lanes are read with those of the next pixels, by weights laid out for it.
    auto channels = dyn_cast<AffineConstantExpr>(launch.getDomain().getResult(Channel));
    return channels && channels.getValue() >= 64 ? 4096 : 11 * 1024;
  }

  std::string getOperandName(const Launch &launch, unsigned input) const override {
    return getContractionName(launch, input);
  }

  FailureOr<LaunchFunction> print(const Launch &launch) const override {
    TemplateCall call(launch, "depthwise", "WindowShape");
    call.add({{"batch", launch.domain[Batch], 1},
              {"channels", launch.domain[Channel]},
              {"tasks", launch.constant(launch.tasks()), 1}});
    call.add({{"inHeight", launch.inputs[0].view.extents[1]},
              {"inWidth", launch.inputs[0].view.extents[2]},
              {"outHeight", launch.domain[Height]},
              {"outWidth", launch.domain[Width]}});
    call.addWindow(KernelHeight);
    call.addImageStrides();
    call.function.tile = printTile(launch);
    static const unsigned pixel[] = {Batch, Height, Width}, channel[] = {Channel};
    return call.print("",
                      call.pointer(0) + ", " + call.pointer(1) + ", " + call.zeroPoint() + "out",
                      {launch, pixel, channel, "pixel", "channel"}, 0.15);
  }
};

} // namespace

const Family &getDepthwise() {
  static const Depthwise family;
  return family;
}

} // namespace onnxcc::kernels
