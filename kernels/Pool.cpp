// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Pools: the elements of a window, combined a channel: runtime/pool.h.
#include "kernels/ChannelWindow.h"
#include "kernels/Registry.h"

using namespace mlir;

namespace onnxcc::kernels {

namespace {

class Pool : public ChannelWindow {
public:
  Pool() : ChannelWindow("pool") {}

protected:
  std::string getFormObstacle(kernel::ContractOp op) const override {
    return op.getProducts() == 1 ? "" : "it combines no elements of a window";
  }

  std::string getRestObstacle(kernel::ContractOp op) const override {
    Type sum = op.getBody().getArgument(0).getType(),
         element = cast<ShapedType>(op.getInputs()[0].getType()).getElementType();
    bool sumsBytes =
        op.getCombine() == kernel::Combine::Sum && element.isInteger(8) && sum.isInteger(32);
    return sum == element || sumsBytes ? "" : "it combines in another type than the image's";
  }

  std::string printTemplateArguments(kernel::ContractOp op) const override {
    return ("<" + getCombiner(op.getCombine()).type + ">").str();
  }
};

} // namespace

const Family &getPool() {
  static const Pool family;
  return family;
}

} // namespace onnxcc::kernels
