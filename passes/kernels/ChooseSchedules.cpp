// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Demands, tasks and tiles for each launch, tasks for each call: see Passes.td.
#include "dialects/graph/Graph.h"
#include "kernels/Family.h"
#include "kernels/Routine.h"
#include "passes/kernels/Passes.h"

using namespace mlir;

namespace onnxcc::kernels {
#define GEN_PASS_DEF_CHOOSESCHEDULES
#include "passes/kernels/Passes.h.inc"

namespace {

struct ChooseSchedules : impl::ChooseSchedulesBase<ChooseSchedules> {
  void runOnOperation() override {
    SmallVector<int64_t> greatest;
    for (graph::SymbolAttr symbol : graph::getSymbols(getOperation()))
      greatest.push_back(symbol.getMax());
    getOperation().walk([&](kernel::CallOp call) { chooseTasks(call, greatest); });
    getOperation().walk([&](kernel::LaunchOpInterface launch) {
      // What has come since families were matched.
      if (!launch.getScheduleAttr())
        matchFamily(launch);
      chooseSchedule(launch, greatest);
    });
  }
};

} // namespace
} // namespace onnxcc::kernels
