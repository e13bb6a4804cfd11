// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From the memory phase's module to files: header, sources, weights and the runtime's headers.
#ifndef ONNXCC_CODEGEN_EMIT_H
#define ONNXCC_CODEGEN_EMIT_H

#include "mlir/IR/BuiltinOps.h"
#include <functional>
#include <string>
#include <vector>

namespace onnxcc {

enum class WeightStorage {
  Rodata, // NAME_weights.S includes NAME_weights.bin
  Array,  // NAME_weights.c: arrays, for toolchains without .incbin
  // NAME.weights, which the application maps or reads; args have a pointer to it …
  File,    // … and its size
  Pointer, // … alone
};

struct EmitOptions {
  std::string name;  // of the model: prefix of files and symbols; empty: the module's
  std::string flags; // for the banner: "-O3 -march=x86-64-v4"
  WeightStorage weights = WeightStorage::Rodata;
  std::string section; // of Rodata's weights; empty: .rodata.NAME_weights
  /// Whether `run` tells env->profile when each launch begins and ends, and the table names them.
  bool profile = false;
  /// `run` tells the address sanitizer what each launch may touch, and weights keep a distance.
  bool sanitize = false;
  /// Bytes of stack that one call takes at most, as the driver measures them with the host
  /// compiler's -fstack-usage; 0: not measured, a bound by the launches' families holds.
  int64_t stackBytes = 0;
  /// Kernels are split so that no file takes the host compiler longer than this many seconds,
  /// roughly: several cores compile several files. Each repeats half a second of shared templates.
  double secondsPerFile = 2.5;
};

struct EmittedFile {
  enum class Kind {
    Header,       // NAME.h
    ApiSource,    // NAME.cpp: compiled once, for what all targets include
    KernelSource, // NAME_kernels*.cpp: compiled once for each target
    KernelHeader, // included by these
    WeightSource, // NAME_weights.S or .c: compiled once
    WeightData,   // NAME_weights.bin, which NAME_weights.S includes by its name alone: compile with
                  // -I of its folder
    WeightFile,   // NAME.weights: no part of the library
    RuntimeHeader, // runtime/…
  };
  std::string name; // relative to the output folder
  Kind kind;
  std::string text;
  /// For weights: writes the contents straight from the module, which must be alive; `text` is
  /// empty then.
  std::function<void(llvm::raw_ostream &)> stream;

  void write(llvm::raw_ostream &os) const {
    if (stream)
      stream(os);
    else
      os << text;
  }
};

/// The files of a module of the memory phase's form, in a fixed order; the same module and options
/// give the same bytes. Reports what cannot be expressed.
mlir::FailureOr<std::vector<EmittedFile>> emit(mlir::ModuleOp module, const EmitOptions &options);

/// Bytes of stack that a call of the module's code takes at most by its launches' families: what
/// the header says of sources, which nobody has measured.
int64_t getStackBound(mlir::ModuleOp module);

/// Whether the file at `path` is one that an emission wrote: its banner says so, or what lies
/// beside it. An empty file, which nobody would miss, counts as one.
bool isEmittedFile(llvm::StringRef path);

} // namespace onnxcc

#endif // ONNXCC_CODEGEN_EMIT_H
