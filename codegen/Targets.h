// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Feature sets: what kernels are compiled for. One table; schedules, flags and the dispatch at run
// time key on its names.
#ifndef ONNXCC_CODEGEN_TARGETS_H
#define ONNXCC_CODEGEN_TARGETS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

namespace onnxcc {

struct FeatureSet {
  llvm::StringRef name;     // in -march= and in the module's kernel.targets
  llvm::StringRef isa;      // the runtime's enumerator of Isa; also the suffix of names
  unsigned vectorBytes;     // 0: no vectors
  bool portable;            // any host, any compiler: needs no test and no -march
  llvm::StringRef flags;    // for the host compiler, separated by spaces
  llvm::StringRef cpuNeeds; // features for __builtin_cpu_supports, separated by spaces; empty:
                            // every processor has them
};

/// All feature sets, ascending: a later one is preferred where the processor has it.
llvm::ArrayRef<FeatureSet> getFeatureSets();

/// The feature set of this name, or null.
const FeatureSet *findFeatureSet(llvm::StringRef name);

/// The host compiler's flags for a feature set, one by one.
llvm::SmallVector<llvm::StringRef> getCompileFlags(const FeatureSet &set);

} // namespace onnxcc

#endif // ONNXCC_CODEGEN_TARGETS_H
