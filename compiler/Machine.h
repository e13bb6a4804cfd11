// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// This machine and the feature sets: which it runs, and what -march's names mean on it.
#ifndef ONNXCC_COMPILER_MACHINE_H
#define ONNXCC_COMPILER_MACHINE_H

#include "codegen/Targets.h"

#include "llvm/Support/LogicalResult.h"
#include <string>
#include <vector>

namespace onnxcc {

bool runsOnThisMachine(const FeatureSet &set);

/// The best one that this machine runs.
const FeatureSet &getNativeFeatureSet();

/// -march's names checked, in the table's order, each once, `native` resolved; the default list for
/// no names.
llvm::FailureOr<std::vector<std::string>> resolveFeatureSets(llvm::ArrayRef<std::string> names);

/// The same for code that is to run here and now: no names mean the best set alone.
llvm::FailureOr<std::vector<std::string>>
resolveFeatureSetsToRun(llvm::ArrayRef<std::string> names);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_MACHINE_H
