// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Targets: what onnxcc compiles for, one record each. Everything that is true of one target and not
// of another is here; passes, codegen and the driver ask.
#ifndef ONNXCC_TARGETS_TARGET_H
#define ONNXCC_TARGETS_TARGET_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>

namespace llvm {
class raw_ostream;
}

namespace onnxcc {

/// How code is made for a target, and what it may rely on.
enum class Family {
  Host,      // C++ beside an operating system: shared libraries, threads, libm
  BareMetal, // freestanding C++: one address, one thread, memory that is counted
  Cuda,      // kernels for a GPU, and the C++ that launches them
};

/// What a processor computes with itself; the rest is a library's, a hundred times slower.
enum class Fpu { None, Single, Double };

/// What targets of one kind of processor have in common. Several targets are one library, which
/// picks among them at run time, if they are of one architecture.
struct Architecture {
  llvm::StringRef name;  // as in --target=; empty: any
  llvm::StringRef macro; // that a compiler for it predefines; empty: none
  Family family;
  unsigned pointerBits; // of addresses, and of the runtime's Index and so of all extents
  Fpu fpu;
  /// Products of bytes are quickest if the inputs are unsigned, whatever the weights are, rather
  /// than both of one sign.
  bool multipliesUnsigned;
  /// Bytes of which the arena, its buffers and the weights are multiples: no kernel wants more, and
  /// no two of them share a cache line.
  unsigned alignment;
  /// What compiles for it on another machine unless --cxx= says; on its own g++ does.
  llvm::StringRef compiler;
  /// What runs its programs on another machine: a command, before the program's name; empty: there
  /// is none known.
  llvm::StringRef emulator;
};

/// How a target multiplies factors of one type and adds up.
struct Products {
  double flops;   // per second on one core, that kernels reach: about half of the peak
  unsigned group; // neighbours along the depth of which one instruction adds up the products
};

/// Bytes of one core's caches; 0: none.
struct Caches {
  int64_t first, second;
};

struct Target {
  llvm::StringRef name;       // in -march=, in the module's kernel.targets, in the schedule table
  llvm::StringRef processors; // names of processors that have it, which -march= takes too
  const Architecture *architecture;
  llvm::StringRef isa;      // the runtime's enumerator of Isa; also the suffix of names
  unsigned vectorBytes;     // 0: no vectors
  unsigned vectorRegisters; // 0: no vectors
  Products f32, f64, bf16, u8s8;
  double bytesPerSecond; // between what one core reads from the last cache and from memory
  Caches caches;
  /// Whether the upper half of a product of integers is cheaper than a product of floats that is
  /// rounded to an integer.
  bool prefersHighMultiply = false;
  llvm::StringRef flags;    // for the compiler, separated by spaces
  llvm::StringRef features; // for __builtin_cpu_supports, separated by spaces; empty: every
                            // processor of the architecture has them
  bool isDefault; // one of those that a library for the architecture has unless -march= says

  /// Runs on any processor, by any compiler: it needs no test, and cannot be one of several.
  bool isPortable() const { return architecture->name.empty(); }
};

/// All targets. Of one architecture's a later one is preferred where the processor has it, and what
/// includes another comes after it.
llvm::ArrayRef<Target> getTargets();

/// The target of this name, or the last that this processor has; null if there is none.
const Target *findTarget(llvm::StringRef name);

/// Scalar C++ that any compiler takes: what code is for that names no target.
const Target &getPortableTarget();

/// Whether processors that run `target` run `other` too, as features tell it. A partial order:
/// neither of two may include the other.
bool includes(const Target &target, const Target &other);

/// What a library for an architecture ("x86-64") has when no more is said; empty if there is none
/// of that name.
llvm::SmallVector<const Target *> getDefaultTargets(llvm::StringRef architecture);

/// The table for people, in Markdown.
void printTargets(llvm::raw_ostream &out);

/// The last of all targets that each of these includes: what code is for that runs before one of
/// them is picked.
const Target &getCommonTarget(llvm::ArrayRef<const Target *> targets);

/// The words of a record's list.
llvm::SmallVector<llvm::StringRef> getWords(llvm::StringRef list);

} // namespace onnxcc

#endif // ONNXCC_TARGETS_TARGET_H
