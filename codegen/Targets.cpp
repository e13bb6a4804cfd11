// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The table of feature sets: see Targets.h. A new one is a line here, an enumerator of Isa in
// runtime/simd.h, and tiles in the schedule table.
#include "codegen/Targets.h"

using namespace llvm;

namespace onnxcc {

// The tests name what the runtime's code and the host compiler's -march use; the levels' other bits
// (LZCNT, MOVBE, …) are in every processor that has these.
static const FeatureSet featureSets[] = {
    {"generic", "generic", 0, true, "-DONNXCC_GENERIC", ""},
    {"x86-64", "x86_64", 16, false, "-march=x86-64", ""},
    {"x86-64-v3", "x86_64_v3", 32, false, "-march=x86-64-v3", "avx2 fma bmi bmi2"},
    {"x86-64-v4", "x86_64_v4", 64, false, "-march=x86-64-v4",
     "avx2 fma bmi bmi2 avx512f avx512bw avx512cd avx512dq avx512vl"},
};

ArrayRef<FeatureSet> getFeatureSets() { return featureSets; }

const FeatureSet *findFeatureSet(StringRef name) {
  for (const FeatureSet &set : featureSets)
    if (set.name == name)
      return &set;
  return nullptr;
}

SmallVector<StringRef> getCompileFlags(const FeatureSet &set) {
  SmallVector<StringRef> flags;
  set.flags.split(flags, ' ', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  return flags;
}

} // namespace onnxcc
