// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Convolutions of each channel by itself: runtime/depthwise.h.
#include "dialects/kernel/Targets.h"
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

  std::optional<Packing> getPacking(kernel::LaunchOpInterface launch,
                                    unsigned input) const override {
    if (input != 1)
      return std::nullopt;
    return pack(cast<kernel::ContractOp>(*launch));
  }

  ElementsAttr getSums(kernel::LaunchOpInterface launch, unsigned,
                       ElementsAttr packed) const override {
    auto op = cast<kernel::ContractOp>(*launch);
    return groupsRows(op) ? getProductSums(op, packed) : ElementsAttr();
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
    std::string why;
    if (!getProductGroup(op, true, why))
      return why;
    Packing packing = pack(op);
    if (!filter.isFunctionOfDim(Channel) || (!isLinear(filter) && !isPacked(op, packing)) ||
        !packing.isStatic(op.getDomain()))
      return "its filter has not a window for each channel, or cannot be brought in order";
    return "";
  }

  void addPacking(TemplateCall &call, kernel::ContractOp op) const override {
    if (groupsRows(op))
      call.addFlag("Packing packing{1, 4}");
  }

private:
  static Packing pack(kernel::ContractOp op) {
    Packing packing;
    if (groupsRows(op))
      packing.addBlock(KernelHeight, kRows);
    else
      packing.addWhole(KernelHeight);
    packing.addWhole(KernelWidth);
    packing.addWhole(Channel);
    if (groupsRows(op))
      packing.addLane(KernelHeight, kRows);
    return packing;
  }

  /// Rows of taps whose products the template adds up at a time.
  static constexpr int64_t kRows = 4;

  /// Whether it does: of bytes, where all targets have an instruction for it, and for extents that
  /// the template takes (runtime/slide.h: SlideTaps, whole vectors of a block's channels).
  static bool groupsRows(kernel::ContractOp op) {
    std::string why;
    if (getProductGroup(op, true, why) != kRows)
      return false;
    auto targets = kernel::getTargets(op->getParentOfType<ModuleOp>());
    if (failed(targets) ||
        llvm::any_of(*targets, [](const Target *target) { return target->u8s8.group != kRows; }))
      return false;
    AffineMap domain = kernel::LaunchOpInterface(op).getDomain(), x = op.getIndexingMaps()[0];
    auto number = [](AffineExpr expression) {
      auto constant = dyn_cast<AffineConstantExpr>(expression);
      return constant ? constant.getValue() : 0;
    };
    auto horizontal = WindowIndex::get(x.getResult(2), Width, KernelWidth, x.getNumDims());
    int64_t height = number(domain.getResult(KernelHeight)),
            width = number(domain.getResult(KernelWidth)),
            channels = number(domain.getResult(Channel)), stride = number(horizontal->stride);
    bool isWhole = channels % 64 == 0 || channels % 64 >= 16;
    return height > 1 && height <= 2 * kRows && width > 1 && width <= 7 && stride >= 1 &&
           stride <= 2 && horizontal->dilation == 1 && number(domain.getResult(Width)) > 1 &&
           channels > 0 && isWhole;
  }
};

} // namespace

const Family &getDepthwise() {
  static const Depthwise family;
  return family;
}

} // namespace onnxcc::kernels
