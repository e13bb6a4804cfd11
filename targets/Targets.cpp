// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The table of targets: see Target.h, and README.md for how one is added.
#include "targets/Target.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace onnxcc {

static constexpr Architecture any = {.name = "",
                                     .macro = "",
                                     .family = Family::Host,
                                     .pointerBits = 64,
                                     .fpu = Fpu::Double,
                                     .multipliesUnsigned = false,
                                     .alignment = 64,
                                     .compiler = "g++",
                                     .emulator = ""};
static constexpr Architecture x86_64 = {.name = "x86-64",
                                        .macro = "__x86_64__",
                                        .family = Family::Host,
                                        .pointerBits = 64,
                                        .fpu = Fpu::Double,
                                        .multipliesUnsigned = true,
                                        .alignment = 64,
                                        .compiler = "x86_64-linux-gnu-g++",
                                        .emulator = "qemu-x86_64 -L /usr/x86_64-linux-gnu"};

static constexpr Architecture aarch64 = {.name = "aarch64",
                                         .macro = "__aarch64__",
                                         .family = Family::Host,
                                         .pointerBits = 64,
                                         .fpu = Fpu::Double,
                                         .multipliesUnsigned = false,
                                         .alignment = 64,
                                         .compiler = "aarch64-linux-gnu-g++",
                                         .emulator = "qemu-aarch64 -L /usr/aarch64-linux-gnu"};

static constexpr Architecture armv7e_m = {.name = "armv7e-m",
                                          .macro = "__arm__",
                                          .family = Family::BareMetal,
                                          .pointerBits = 32,
                                          .fpu = Fpu::Single,
                                          .multipliesUnsigned = false,
                                          .alignment = 8,
                                          .compiler = "arm-none-eabi-g++",
                                          .emulator = ""};

/// No processor of today has less.
static constexpr Caches hostCaches = {32 << 10, 256 << 10};

// Rates: half of the peak at 3 GHz, as tiles are not always full and maps have divisions; 30 GB/s
// lie between what a core reads from its third level cache (some 50 GB/s) and from memory (15).
// Names are the psABI's levels and, after a +, what GCC's -m flags add to them. What a row's
// features test are those that the runtime's code and the flags use; the levels' other bits (LZCNT,
// MOVBE, …) are in every processor that has these.
static constexpr Target table[] = {
    {.name = "generic",
     .processors = "",
     .architecture = &any,
     .isa = "generic",
     .vectorBytes = 0,
     .vectorRegisters = 0,
     .f32 = {3e9, 1},
     .f64 = {3e9, 1},
     .bf16 = {1e9, 1},
     .u8s8 = {3e9, 1},
     .bytesPerSecond = 30e9,
     .caches = hostCaches,
     .prefersHighMultiply = true,
     .flags = "-DONNXCC_GENERIC",
     .features = "",
     .isDefault = true},
    {.name = "x86-64",
     .processors = "",
     .architecture = &x86_64,
     .isa = "x86_64",
     .vectorBytes = 16,
     .vectorRegisters = 16,
     .f32 = {12e9, 1},
     .f64 = {6e9, 1},
     .bf16 = {6e9, 1},
     .u8s8 = {12e9, 2},
     .bytesPerSecond = 30e9,
     .caches = hostCaches,
     .flags = "-march=x86-64",
     .features = "",
     .isDefault = true},
    {.name = "x86-64-v3",
     .processors = "haswell broadwell skylake znver1 znver2 znver3",
     .architecture = &x86_64,
     .isa = "x86_64_v3",
     .vectorBytes = 32,
     .vectorRegisters = 16,
     .f32 = {50e9, 1},
     .f64 = {25e9, 1},
     .bf16 = {25e9, 1},
     .u8s8 = {100e9, 2},
     .bytesPerSecond = 30e9,
     .caches = hostCaches,
     .flags = "-march=x86-64-v3",
     .features = "avx2 fma bmi bmi2",
     .isDefault = true},
    {.name = "x86-64-v3+avxvnni",
     .processors = "alderlake raptorlake meteorlake arrowlake lunarlake sierraforest",
     .architecture = &x86_64,
     .isa = "x86_64_v3_vnni",
     .vectorBytes = 32,
     .vectorRegisters = 16,
     .f32 = {50e9, 1},
     .f64 = {25e9, 1},
     .bf16 = {25e9, 1},
     .u8s8 = {200e9, 4},
     .bytesPerSecond = 30e9,
     .caches = hostCaches,
     .flags = "-march=x86-64-v3 -mavxvnni",
     .features = "avx2 fma bmi bmi2 avxvnni",
     .isDefault = false},
    {.name = "x86-64-v4",
     .processors = "skylake-avx512 cascadelake icelake-client icelake-server tigerlake rocketlake",
     .architecture = &x86_64,
     .isa = "x86_64_v4",
     .vectorBytes = 64,
     .vectorRegisters = 32,
     .f32 = {100e9, 1},
     .f64 = {50e9, 1},
     .bf16 = {50e9, 1},
     .u8s8 = {200e9, 2},
     .bytesPerSecond = 30e9,
     .caches = hostCaches,
     .flags = "-march=x86-64-v4",
     .features = "avx2 fma bmi bmi2 avx512f avx512bw avx512cd avx512dq avx512vl",
     .isDefault = true},
    {.name = "x86-64-v4+avx512vnni+avx512bf16",
     .processors = "cooperlake sapphirerapids emeraldrapids graniterapids znver4 znver5",
     .architecture = &x86_64,
     .isa = "x86_64_v4_vnni_bf16",
     .vectorBytes = 64,
     .vectorRegisters = 32,
     .f32 = {100e9, 1},
     .f64 = {50e9, 1},
     .bf16 = {180e9, 2},
     .u8s8 = {400e9, 4},
     .bytesPerSecond = 30e9,
     .caches = hostCaches,
     .flags = "-march=x86-64-v4 -mavx512vnni -mavx512bf16",
     .features = "avx2 fma bmi bmi2 avx512f avx512bw avx512cd avx512dq avx512vl avx512vnni "
                 "avx512bf16",
     .isDefault = false},
    {.name = "armv8-a",
     .processors = "cortex-a53 cortex-a72",
     .architecture = &aarch64,
     .isa = "armv8_a",
     .vectorBytes = 16,
     .vectorRegisters = 32,
     .f32 = {24e9, 1},
     .f64 = {12e9, 1},
     .bf16 = {12e9, 1},
     .u8s8 = {24e9, 1},
     .bytesPerSecond = 20e9,
     .caches = hostCaches,
     .flags = "-march=armv8-a",
     .features = "",
     .isDefault = true},
    // At 100 MHz; what it reads of its flash and its RAM differs by the board.
    {.name = "cortex-m4",
     .processors = "",
     .architecture = &armv7e_m,
     .isa = "generic",
     .vectorBytes = 0,
     .vectorRegisters = 0,
     .f32 = {50e6, 1},
     .f64 = {2e6, 1},
     .bf16 = {10e6, 1},
     .u8s8 = {200e6, 2},
     .bytesPerSecond = 200e6,
     .caches = {0, 0},
     .prefersHighMultiply = true,
     .flags = "-mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16 -ffreestanding",
     .features = "",
     .isDefault = true},
};

ArrayRef<Target> getTargets() { return table; }

const Target &getPortableTarget() { return table[0]; }

SmallVector<StringRef> getWords(StringRef list) {
  SmallVector<StringRef> words;
  list.split(words, ' ', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  return words;
}

const Target *findTarget(StringRef name) {
  for (const Target &target : reverse(table))
    if (target.name == name || is_contained(getWords(target.processors), name))
      return &target;
  return nullptr;
}

SmallVector<const Target *> getDefaultTargets(StringRef architecture) {
  SmallVector<const Target *> targets;
  for (const Target &target : table)
    if (target.isDefault && !target.isPortable() && target.architecture->name == architecture)
      targets.push_back(&target);
  return targets;
}

void printTargets(raw_ostream &out) {
  out << "| -march= | also called | architecture | vectors | compiler | flags |\n"
         "|---|---|---|---|---|---|\n";
  for (const Target &target : table) {
    out << "| `" << target.name << "` | " << target.processors
        << (target.processors.empty() ? "" : " ") << "| "
        << (target.isPortable() ? "any" : target.architecture->name) << " | ";
    if (target.vectorBytes)
      out << target.vectorRegisters << " of " << target.vectorBytes << " bytes";
    else
      out << "none";
    out << " | `" << target.architecture->compiler << "` | `" << target.flags << "` |\n";
  }
}

bool includes(const Target &target, const Target &other) {
  if (other.isPortable())
    return true;
  SmallVector<StringRef> has = getWords(target.features);
  return target.architecture == other.architecture &&
         all_of(getWords(other.features),
                [&](StringRef feature) { return is_contained(has, feature); });
}

const Target &getCommonTarget(ArrayRef<const Target *> targets) {
  for (const Target &common : reverse(table))
    if (all_of(targets, [&](const Target *target) { return includes(*target, common); }))
      return common;
  return getPortableTarget();
}

} // namespace onnxcc
