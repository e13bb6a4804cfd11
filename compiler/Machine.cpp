// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// This machine and the feature sets: see Machine.h.
#include "compiler/Machine.h"

#include "compiler/Files.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/TargetParser/Host.h"

using namespace llvm;

namespace onnxcc {

bool runsOnThisMachine(const FeatureSet &set) {
  static const StringMap<bool> features = sys::getHostCPUFeatures();
  SmallVector<StringRef> needs;
  set.cpuNeeds.split(needs, ' ', -1, /*KeepEmpty=*/false);
  return all_of(needs, [](StringRef need) { return features.lookup(need); });
}

const FeatureSet &getNativeFeatureSet() {
  const FeatureSet *best = &getFeatureSets().front();
  for (const FeatureSet &set : getFeatureSets())
    if (runsOnThisMachine(set))
      best = &set;
  return *best;
}

FailureOr<std::vector<std::string>> resolveFeatureSets(ArrayRef<std::string> names) {
  ArrayRef<FeatureSet> sets = getFeatureSets();
  std::vector<bool> chosen(sets.size());
  bool portable = false;
  for (StringRef name : names) {
    const FeatureSet *set = name == "native" ? &getNativeFeatureSet() : findFeatureSet(name);
    if (!set) {
      std::string known =
          join(map_range(sets, [](const FeatureSet &s) { return s.name.str(); }), ", ");
      return failCommand("unknown feature set '" + name + "' (there are " + known + " and native)");
    }
    chosen[set - sets.begin()] = true;
    portable |= set->portable;
  }
  std::vector<std::string> result;
  for (auto [index, set] : enumerate(sets))
    if (names.empty() ? !set.portable : chosen[index])
      result.push_back(set.name.str());
  if (portable && result.size() > 1)
    return failCommand("'generic' runs everywhere: it cannot be one of several feature sets");
  return result;
}

FailureOr<std::vector<std::string>> resolveFeatureSetsToRun(ArrayRef<std::string> names) {
  if (names.empty())
    return resolveFeatureSets(getNativeFeatureSet().name.str());
  return resolveFeatureSets(names);
}

} // namespace onnxcc
