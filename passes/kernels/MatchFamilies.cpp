// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A family of kernels for each launch: see Passes.td.
#include "kernels/Family.h"
#include "passes/kernels/Passes.h"
#include "passes/support/Remarks.h"

using namespace mlir;

namespace onnxcc::kernels {
#define GEN_PASS_DEF_MATCHFAMILIES
#include "passes/kernels/Passes.h.inc"

namespace {

struct MatchFamilies : impl::MatchFamiliesBase<MatchFamilies> {
  void runOnOperation() override {
    getOperation().walk([&](kernel::LaunchOpInterface launch) {
      std::string reasons = matchFamily(launch);
      if (getFamily(launch).isLastResort())
        noteRefused(launch.getLoc(), getArgument(), "template", reasons);
    });
  }
};

} // namespace
} // namespace onnxcc::kernels
