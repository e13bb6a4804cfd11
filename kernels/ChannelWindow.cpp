// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Windows over each channel by itself: see ChannelWindow.h.
#include "kernels/ChannelWindow.h"

using namespace mlir;

namespace onnxcc::kernels {

std::optional<Parts> ChannelWindow::match(kernel::LaunchOpInterface launch,
                                          std::string &why) const {
  auto op = dyn_cast<kernel::ContractOp>(*launch);
  bool hasDims = op && launch.getDomain().getNumResults() == Count;
  why = hasDims ? getFormObstacle(op) : "its dims are not those of a window over channels";
  if (why.empty())
    why = getImageObstacle(op, KernelHeight);
  if (why.empty()) {
    SmallVector<AffineMap> maps = op.getIndexingMaps();
    if (!isDim(maps[0].getResult(3), Channel) ||
        !isDim(launch.getOutputMap().getResult(3), Channel))
      why = "its channels are not the images' last axis";
  }
  if (why.empty())
    why = getRestObstacle(op);
  if (!why.empty())
    return std::nullopt;
  return Parts{{"batch", {Batch}},
               {"height", {Height}},
               {"width", {Width}},
               {"channel", {Channel}},
               {"kernelHeight", {KernelHeight}},
               {"kernelWidth", {KernelWidth}}};
}

SmallVector<Demand> ChannelWindow::getDemands(kernel::LaunchOpInterface launch) const {
  SmallVector<Demand> demands(countOperands(launch), alongDims({Channel}));
  std::fill_n(demands.begin(), launch.countFactors(), Demand());
  demands[0] = alongDims({Channel});
  return demands;
}

int64_t ChannelWindow::getStackBytes(kernel::LaunchOpInterface launch) const {
  // Fewer channels than lanes are read with those of the next pixels, by weights laid out for it.
  auto channels = dyn_cast<AffineConstantExpr>(launch.getDomain().getResult(Channel));
  return channels && channels.getValue() >= 64 ? 4096 : 11 * 1024;
}

std::string ChannelWindow::getOperandName(const Launch &launch, unsigned input) const {
  return getContractionName(launch, input);
}

FailureOr<LaunchFunction> ChannelWindow::print(const Launch &launch) const {
  auto op = cast<kernel::ContractOp>(*launch.op);
  TemplateCall call(launch, getName(), "WindowShape");
  call.add({{"batch", launch.domain[Batch], 1},
            {"channels", launch.domain[Channel]},
            {"tasks", launch.constant(launch.tasks()), 1}});
  call.add({{"inHeight", launch.inputs[0].view.extents[1]},
            {"inWidth", launch.inputs[0].view.extents[2]},
            {"outHeight", launch.domain[Height]},
            {"outWidth", launch.domain[Width]}});
  call.addWindow(KernelHeight);
  call.addImageStrides();
  addPacking(call, op);
  call.function.tile = printTile(launch);
  std::string arguments;
  for (unsigned k = 0; k < op.getProducts(); ++k)
    arguments += call.pointer(k) + ", ";
  static const unsigned pixel[] = {Batch, Height, Width}, channel[] = {Channel};
  return call.print(printTemplateArguments(op), arguments + call.zeroPoint() + "out",
                    {launch, pixel, channel, "pixel", "channel"}, 0.15);
}

} // namespace onnxcc::kernels
