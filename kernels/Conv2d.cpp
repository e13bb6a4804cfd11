// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Convolutions of images: runtime/conv2d.h.
#include "kernels/Contraction.h"
#include "kernels/Registry.h"

using namespace mlir;

namespace onnxcc::kernels {

namespace {

/// Places in the domain (n, h, w, [g], co, kh, kw, ci).
struct Conv2dDims {
  std::optional<unsigned> group;
  unsigned channel, window, depth;

  explicit Conv2dDims(unsigned count) {
    if (count == 8)
      group = 3;
    channel = count - 4;
    window = count - 3;
    depth = count - 1;
  }
  SmallVector<unsigned> channels() const {
    return group ? SmallVector<unsigned>{*group, channel} : SmallVector<unsigned>{channel};
  }
  SmallVector<unsigned> depths() const {
    return group ? SmallVector<unsigned>{*group, depth} : SmallVector<unsigned>{depth};
  }
};

class Conv2d : public Family {
public:
  Conv2d() : Family("conv2d") {}

  std::optional<Parts> match(kernel::LaunchOpInterface launch, std::string &why) const override {
    auto op = dyn_cast<kernel::ContractOp>(*launch);
    unsigned count = launch.getDomain().getNumResults();
    auto refuse = [&](const std::string &reason) {
      why = reason;
      return std::nullopt;
    };
    if (!op || op.getProducts() != 2 || op.getCombine() != kernel::Combine::Sum ||
        (count != 7 && count != 8))
      return refuse("it is no sum of products over a window and channels");
    Conv2dDims dims(count);
    if (std::string obstacle = getImageObstacle(op, dims.window); !obstacle.empty())
      return refuse(obstacle);
    SmallVector<AffineMap> maps = op.getIndexingMaps();
    AffineMap domain = op.getDomain();
    if (!isChannel(maps[0].getResult(3), dims.group, dims.depth, domain.getResult(dims.depth),
                   count) ||
        !isChannel(launch.getOutputMap().getResult(3), dims.group, dims.channel,
                   domain.getResult(dims.channel), count))
      return refuse("its channels are not the images' last axis");
    if (!isPackable(op))
      return refuse("its filter cannot be brought in order");
    if (!getProductGroup(op, true, why))
      return std::nullopt;
    Parts parts = {{"batch", {0}},
                   {"height", {1}},
                   {"width", {2}},
                   {"channel", {dims.channel}},
                   {"kernelHeight", {dims.window}},
                   {"kernelWidth", {dims.window + 1}},
                   {"depth", {dims.depth}}};
    if (dims.group)
      parts.push_back({"group", {*dims.group}});
    return parts;
  }

  SmallVector<Demand> getDemands(kernel::LaunchOpInterface launch) const override {
    Conv2dDims dims(launch.getDomain().getNumResults());
    SmallVector<Demand> demands(countOperands(launch), alongDims(dims.channels()));
    std::fill_n(demands.begin(), launch.countFactors(), Demand());
    demands[0] = alongDims(dims.depths());
    demands[1].packed = true;
    return demands;
  }

  std::optional<Packing> getPacking(kernel::LaunchOpInterface launch,
                                    unsigned input) const override {
    if (input != 1)
      return std::nullopt;
    return pack(launch);
  }

  ElementsAttr getSums(kernel::LaunchOpInterface launch, unsigned,
                       ElementsAttr packed) const override {
    return getProductSums(cast<kernel::ContractOp>(*launch), packed);
  }

  ShapeFacts getShapeFacts(kernel::LaunchOpInterface launch,
                           ArrayRef<int64_t> extents) const override {
    Conv2dDims dims(launch.getDomain().getNumResults());
    int64_t taps = extents[dims.window] * extents[dims.window + 1];
    ShapeFacts facts;
    // A tile runs along a row of the image; the rows of 1x1 kernels join.
    facts["rows"] = extents[2];
    facts["run"] = taps == 1 ? extents[1] * extents[2] : 0;
    facts["columns"] = extents[dims.channel];
    facts["depth"] = extents[dims.depth];
    facts["taps"] = taps;
    return facts;
  }
  void refine(Choices &choices, const ShapeFacts &facts) const override {
    fitTile(choices, facts.lookup("run"));
  }

  int64_t getStackBytes(kernel::LaunchOpInterface launch) const override {
    Conv2dDims dims(launch.getDomain().getNumResults());
    AffineMap domain = launch.getDomain();
    auto width = dyn_cast<AffineConstantExpr>(domain.getResult(2));
    bool isPoint = domain.getResult(dims.window) == 1 && domain.getResult(dims.window + 1) == 1;
    // Narrow planes may be walked over tap by tap, with sums of 8 KiB; the widest that are, by the
    // greatest tiles, have 58 columns. Joined rows are copied, 8 KiB of them, above two walks.
    if (joinsRows(launch))
      return 20 * 1024;
    return isPoint || (width && width.getValue() > 58) ? 6656 : 15 * 1024;
  }

  std::string getOperandName(const Launch &launch, unsigned input) const override {
    return getContractionName(launch, input);
  }

  FailureOr<LaunchFunction> print(const Launch &launch) const override {
    Conv2dDims dims(launch.dimCount());
    TemplateCall call(launch, "conv2d", "WindowShape");
    AffineExpr one = launch.constant(1);
    call.add({{"batch", launch.domain[0], 1},
              {"groups", dims.group ? launch.domain[*dims.group] : one, 1},
              {"tasks", launch.constant(launch.tasks()), 1}});
    call.add({{"inHeight", launch.inputs[0].view.extents[1]},
              {"inWidth", launch.inputs[0].view.extents[2]},
              {"inChannels", launch.domain[dims.depth]},
              {"outHeight", launch.domain[1]},
              {"outWidth", launch.domain[2]},
              {"outChannels", launch.domain[dims.channel]}});
    call.addWindow(dims.window);
    call.addImageStrides();
    call.addPacking(getGroup(launch.op), joinsRows(launch.op));
    call.function.tile = printTile(launch);
    static const unsigned pixel[] = {0, 1, 2};
    SmallVector<unsigned> channels = dims.channels();
    return call.print("",
                      call.pointer(0) + ", " + call.pointer(1) + ", " + call.zeroPoint() + "out",
                      {launch, pixel, channels, "pixel", "channel"}, 0.15);
  }

private:
  static Packing pack(kernel::LaunchOpInterface launch) {
    Conv2dDims dims(launch.getDomain().getNumResults());
    Packing packing;
    if (dims.group)
      packing.addWhole(*dims.group);
    packing.addPanels(dims.channel, {dims.window, dims.window + 1, dims.depth}, getGroup(launch),
                      /*joined=*/joinsRows(launch) ? 2 : 1);
    return packing;
  }
  /// Whether a row's taps are one run: of channels that fill no groups of bytes by themselves, with
  /// taps side by side, and room for the windows of 16 pixels in the template's copy of the image.
  static bool joinsRows(kernel::LaunchOpInterface launch) {
    AffineMap domain = launch.getDomain(), x = launch.getIndexingMaps()[0];
    Conv2dDims dims(domain.getNumResults());
    if (dims.group || getGroup(launch) != 4)
      return false;
    auto vertical = WindowIndex::get(x.getResult(1), 1, dims.window, x.getNumDims()),
         horizontal = WindowIndex::get(x.getResult(2), 2, dims.window + 1, x.getNumDims());
    auto number = [](AffineExpr extent) {
      auto constant = dyn_cast<AffineConstantExpr>(extent);
      return constant ? constant.getValue() : 0;
    };
    int64_t height = number(domain.getResult(dims.window)),
            width = number(domain.getResult(dims.window + 1)),
            channels = number(domain.getResult(dims.depth)), stride = number(horizontal->stride),
            far = number(vertical->dilation);
    if (height == 0 || width == 0 || stride == 0 || channels % 4 == 0 ||
        (width > 1 && horizontal->dilation != 1) || (height > 1 && far == 0))
      return false;
    constexpr int64_t pixels = 16, bytes = 8192; // of PaddedRows in runtime/padded.h
    return ((height - 1) * far + 1) * (((pixels - 1) * stride + width) * channels + 4) <= bytes;
  }
  static int64_t getGroup(kernel::LaunchOpInterface launch) {
    std::string why;
    return getProductGroup(cast<kernel::ContractOp>(*launch), true, why).value_or(1);
  }
  static bool isPackable(kernel::ContractOp op) {
    return isPacked(op, pack(op)) ||
           (isLinear(op.getIndexingMaps()[1]) && pack(op).isStatic(op.getDomain()));
  }
};

} // namespace

const Family &getConv2d() {
  static const Conv2d family;
  return family;
}

} // namespace onnxcc::kernels
