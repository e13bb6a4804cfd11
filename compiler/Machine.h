// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// This machine and the targets: which it runs, and what -march's names mean on it.
#ifndef ONNXCC_COMPILER_MACHINE_H
#define ONNXCC_COMPILER_MACHINE_H

#include "targets/Target.h"

#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace onnxcc {

/// Whether programs of this architecture run here without an emulator.
bool isThisMachines(const Architecture &architecture);

bool runsOnThisMachine(const Target &target);

/// The best one that this machine runs.
const Target &getNativeTarget();

/// -march's names checked, in the table's order, each once, `native` resolved; for no names the
/// defaults of this machine's architecture.
llvm::Expected<std::vector<std::string>> resolveTargets(llvm::ArrayRef<std::string> names);

/// The same for code that is to run here and now: no names mean the best target alone.
llvm::Expected<std::vector<std::string>> resolveTargetsToRun(llvm::ArrayRef<std::string> names);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_MACHINE_H
