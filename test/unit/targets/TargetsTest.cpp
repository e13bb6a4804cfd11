// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The table of targets: what its order means, and that records agree with one another.
#include "compiler/Machine.h"
#include "targets/Target.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

#include <gtest/gtest.h>

namespace {
using namespace onnxcc;
using namespace llvm;

bool includes(StringRef target, StringRef other) {
  return onnxcc::includes(*findTarget(target), *findTarget(other));
}

TEST(Targets, AreOrderedInPart) {
  EXPECT_TRUE(includes("x86-64-v3", "x86-64"));
  EXPECT_TRUE(includes("x86-64-v3+avxvnni", "x86-64-v3"));
  EXPECT_TRUE(includes("x86-64-v4+avx512vnni+avx512bf16", "x86-64-v4"));
  EXPECT_TRUE(includes("x86-64", "generic"));
  EXPECT_TRUE(includes("x86-64", "x86-64"));
  EXPECT_FALSE(includes("x86-64", "x86-64-v3"));
  EXPECT_FALSE(includes("x86-64-v4", "x86-64-v3+avxvnni"));
  EXPECT_FALSE(includes("x86-64-v3+avxvnni", "x86-64-v4"));
  // The one's VNNI is not the other's: there are processors with either alone.
  EXPECT_FALSE(includes("x86-64-v4+avx512vnni+avx512bf16", "x86-64-v3+avxvnni"));
}

TEST(Targets, ComeAfterWhatTheyInclude) {
  ArrayRef<Target> all = getTargets();
  for (size_t k = 0; k < all.size(); ++k)
    for (size_t j = k + 1; j < all.size(); ++j)
      EXPECT_FALSE(onnxcc::includes(all[k], all[j]))
          << all[k].name.str() << " before " << all[j].name.str();
}

TEST(Targets, HaveWhatTheyIncludeInCommon) {
  auto common = [](std::initializer_list<StringRef> names) {
    SmallVector<const Target *> targets;
    for (StringRef name : names)
      targets.push_back(findTarget(name));
    return getCommonTarget(targets).name;
  };
  EXPECT_EQ(common({"x86-64-v3+avxvnni", "x86-64-v4"}), "x86-64-v3");
  EXPECT_EQ(common({"x86-64", "x86-64-v4"}), "x86-64");
  EXPECT_EQ(common({"x86-64-v4"}), "x86-64-v4");
  EXPECT_EQ(common({"generic"}), "generic");
}

TEST(Targets, HaveNamesOfTheirOwn) {
  StringSet<> names;
  for (const Target &target : getTargets()) {
    EXPECT_TRUE(names.insert(target.name).second) << target.name.str();
    for (StringRef processor : getWords(target.processors))
      EXPECT_TRUE(names.insert(processor).second) << processor.str();
  }
  EXPECT_EQ(findTarget("znver3"), findTarget("x86-64-v3"));
  EXPECT_EQ(findTarget("no-such"), nullptr);
}

TEST(Targets, AreWhole) {
  for (const Target &target : getTargets()) {
    SCOPED_TRACE(target.name.str());
    const Architecture &architecture = *target.architecture;
    EXPECT_EQ(target.vectorBytes == 0, target.vectorRegisters == 0);
    EXPECT_EQ(architecture.alignment & (architecture.alignment - 1), 0u);
    EXPECT_GE(architecture.alignment, std::max(8u, target.vectorBytes));
    EXPECT_TRUE(architecture.pointerBits == 32 || architecture.pointerBits == 64);
    EXPECT_FALSE(architecture.compiler.empty());
    for (const Products &products : {target.f32, target.f64, target.bf16, target.u8s8}) {
      EXPECT_GT(products.flops, 0);
      EXPECT_TRUE(products.group == 1 || products.group == 2 || products.group == 4);
    }
  }
}

TEST(Targets, DefaultsRunEverywhere) {
  for (const Target &target : getTargets()) {
    if (target.isPortable())
      continue;
    SmallVector<const Target *> defaults = getDefaultTargets(target.architecture->name);
    ASSERT_FALSE(defaults.empty()) << target.architecture->name.str();
    EXPECT_TRUE(defaults.front()->features.empty());
  }
  EXPECT_TRUE(getDefaultTargets("generic").empty());
}

TEST(Targets, NativeIsTheLastThatRuns) {
  const Target &native = getNativeTarget();
  EXPECT_TRUE(runsOnThisMachine(native));
  for (const Target &target : getTargets())
    EXPECT_TRUE(&target <= &native || !runsOnThisMachine(target)) << target.name.str();
}

std::string resolve(std::vector<std::string> names) {
  Expected<std::vector<std::string>> targets = resolveTargets(names);
  if (Error error = targets.takeError()) {
    consumeError(std::move(error));
    return "refused";
  }
  return join(*targets, " ");
}

TEST(Targets, AreResolved) {
  EXPECT_EQ(resolve({"x86-64-v4", "haswell", "x86-64-v3"}), "x86-64-v3 x86-64-v4");
  EXPECT_EQ(resolve({"native"}), getNativeTarget().name);
  EXPECT_EQ(resolve({"generic"}), "generic");
  EXPECT_EQ(resolve({"armv8-a"}), "armv8-a");
  EXPECT_EQ(resolve({"armv8-a", "x86-64"}), "refused"); // a library is for one architecture
  EXPECT_EQ(resolve({"generic", "x86-64"}), "refused");
  EXPECT_EQ(resolve({"x86-64", "no-such"}), "refused");
}

} // namespace
