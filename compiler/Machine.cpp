// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// This machine and the targets: see Machine.h.
#include "compiler/Machine.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

using namespace llvm;

namespace onnxcc {

static StringRef getArchitecture() {
  static const std::string name = [] {
    std::string text = Triple(sys::getProcessTriple()).getArchName().str();
    std::replace(text.begin(), text.end(), '_', '-'); // "x86_64"
    return text;
  }();
  return name;
}

bool isThisMachines(const Architecture &architecture) {
  return architecture.name.empty() || architecture.name == getArchitecture();
}

bool runsOnThisMachine(const Target &target) {
  static const StringMap<bool> features = sys::getHostCPUFeatures();
  return isThisMachines(*target.architecture) &&
         all_of(getWords(target.features), [](StringRef need) { return features.lookup(need); });
}

const Target &getNativeTarget() {
  const Target *best = &getPortableTarget();
  for (const Target &target : getTargets())
    if (runsOnThisMachine(target))
      best = &target;
  return *best;
}

/// What a library has when nothing is said.
static std::vector<std::string> getDefaults() {
  std::vector<std::string> names;
  for (const Target *target : getDefaultTargets(getArchitecture()))
    names.push_back(target->name.str());
  if (names.empty())
    names.push_back(getPortableTarget().name.str());
  return names;
}

Expected<std::vector<std::string>> resolveTargets(ArrayRef<std::string> names) {
  if (names.empty())
    return getDefaults();
  ArrayRef<Target> all = getTargets();
  std::vector<bool> chosen(all.size());
  const Target *first = nullptr;
  for (StringRef name : names) {
    const Target *target = name == "native" ? &getNativeTarget() : findTarget(name);
    if (!target) {
      std::string known =
          join(map_range(all, [](const Target &each) { return each.name.str(); }), ", ");
      return createStringError("unknown target '" + name + "' (there are " + known +
                               " and native)");
    }
    if (first && target != first && (target->isPortable() || first->isPortable()))
      return createStringError("'" + getPortableTarget().name +
                               "' runs everywhere: it cannot be one of several targets");
    if (first && target->architecture != first->architecture)
      return createStringError("'" + first->name + "' and '" + target->name +
                               "' are of two architectures: a library is for one");
    first = target;
    chosen[target - all.begin()] = true;
  }
  std::vector<std::string> result;
  for (auto [target, isChosen] : zip(all, chosen))
    if (isChosen)
      result.push_back(target.name.str());
  return result;
}

Expected<std::vector<std::string>> resolveTargetsToRun(ArrayRef<std::string> names) {
  if (names.empty())
    return resolveTargets(getNativeTarget().name.str());
  return resolveTargets(names);
}

} // namespace onnxcc
