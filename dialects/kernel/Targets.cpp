// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A module's targets: see Targets.h.
#include "dialects/kernel/Targets.h"

#include "dialects/kernel/Kernel.h"

using namespace mlir;

namespace onnxcc::kernel {

FailureOr<SmallVector<const Target *>> getTargets(ModuleOp module) {
  SmallVector<const Target *> targets;
  if (auto names = module->getAttrOfType<ArrayAttr>(kTargetsAttr))
    for (StringRef name : names.getAsValueRange<StringAttr>()) {
      targets.push_back(findTarget(name));
      if (!targets.back())
        return module.emitError() << kTargetsAttr << " has '" << name << "', which is no target",
               failure();
    }
  if (targets.empty())
    targets.push_back(&getPortableTarget());
  return targets;
}

int64_t getAlignment(ArrayRef<const Target *> targets) {
  int64_t alignment = 1;
  for (const Target *target : targets)
    alignment = std::max<int64_t>(alignment, target->architecture->alignment);
  return alignment;
}

} // namespace onnxcc::kernel
