// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the families have in common that compute each channel of images by itself.
#ifndef ONNXCC_KERNELS_CHANNELWINDOW_H
#define ONNXCC_KERNELS_CHANNELWINDOW_H

#include "kernels/Contraction.h"
#include "kernels/Family.h"
#include "kernels/Launch.h"

namespace onnxcc::kernels {

/// A channel of the result comes from the elements of that channel under a window.
class ChannelWindow : public Family {
public:
  using Family::Family;

  std::optional<Parts> match(kernel::LaunchOpInterface launch, std::string &why) const final;
  llvm::SmallVector<Demand> getDemands(kernel::LaunchOpInterface launch) const override;
  int64_t getStackBytes(kernel::LaunchOpInterface launch) const final;
  std::string getOperandName(const Launch &launch, unsigned input) const final;
  mlir::FailureOr<LaunchFunction> print(const Launch &launch) const final;

protected:
  /// The domain.
  enum : unsigned { Batch, Height, Width, Channel, KernelHeight, KernelWidth, Count };

  /// Why the contraction is not what the family computes, by its form and, once its images are
  /// known to be images, by the rest; empty if it is.
  virtual std::string getFormObstacle(kernel::ContractOp op) const = 0;
  virtual std::string getRestObstacle(kernel::ContractOp op) const = 0;
  /// Says in which order the template reads a filter, if that is not the usual one.
  virtual void addPacking(TemplateCall &, kernel::ContractOp) const {}
  /// What the template has before its arguments: "<Max>".
  virtual std::string printTemplateArguments(kernel::ContractOp) const { return ""; }
};

} // namespace onnxcc::kernels

#endif // ONNXCC_KERNELS_CHANNELWINDOW_H
