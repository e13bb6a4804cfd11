// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Pools: the elements of a window, combined a channel: runtime/pool.h.
#include "kernels/Contraction.h"
#include "kernels/Registry.h"

using namespace mlir;

namespace onnxcc::kernels {

namespace {

class Pool : public Family {
  /// The domain.
  enum : unsigned { Batch, Height, Width, Channel, KernelHeight, KernelWidth, Count };

public:
  Pool() : Family("pool") {}

  std::optional<Parts> match(kernel::LaunchOpInterface launch, std::string &why) const override {
    auto op = dyn_cast<kernel::ContractOp>(*launch);
    auto refuse = [&](const std::string &reason) {
      why = reason;
      return std::nullopt;
    };
    if (!op || op.getProducts() != 1 || launch.getDomain().getNumResults() != Count)
      return refuse("it combines no elements of a window");
    if (std::string obstacle = getImageObstacle(op, KernelHeight); !obstacle.empty())
      return refuse(obstacle);
    SmallVector<AffineMap> maps = op.getIndexingMaps();
    if (!isDim(maps[0].getResult(3), Channel) || !isDim(maps.back().getResult(3), Channel))
      return refuse("its channels are not the images' last axis");
    Type sum = op.getBody().getArgument(0).getType(),
         element = cast<ShapedType>(op.getInputs()[0].getType()).getElementType();
    bool sumsBytes =
        op.getCombine() == kernel::Combine::Sum && element.isInteger(8) && sum.isInteger(32);
    if (sum != element && !sumsBytes)
      return refuse("it combines in another type than the image's");
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
    return demands;
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
    std::string combiner = printCombiner(cast<kernel::ContractOp>(*launch.op).getCombine());
    TemplateCall call(launch, "pool", "WindowShape");
    call.add({{"batch", launch.domain[Batch], 1},
              {"channels", launch.domain[Channel]},
              {"tasks", launch.constant(launch.tasks()), 1}});
    call.add({{"inHeight", launch.inputs[0].view.extents[1]},
              {"inWidth", launch.inputs[0].view.extents[2]},
              {"outHeight", launch.domain[Height]},
              {"outWidth", launch.domain[Width]}});
    call.addWindow(KernelHeight);
    call.addImageStrides();
    static const unsigned pixel[] = {Batch, Height, Width}, channel[] = {Channel};
    return call.print("<" + combiner + ">", call.pointer(0) + ", " + call.zeroPoint() + "out",
                      {launch, pixel, channel, "pixel", "channel"}, 0.15);
  }
};

} // namespace

const Family &getPool() {
  static const Pool family;
  return family;
}

} // namespace onnxcc::kernels
