// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// `run`: the calls of the model's functions in order, on buffers of the arena that are named after
// the values they hold.
#ifndef ONNXCC_CODEGEN_RUN_H
#define ONNXCC_CODEGEN_RUN_H

#include "codegen/Model.h"
#include "llvm/ADT/MapVector.h"

namespace onnxcc {

/// Steps whose text is equal but for constants are calls of one function.
struct KernelFunction {
  LaunchFunction code;
  std::string name, description;
  std::string type;                                // its shape's struct, if it has one
  bool declaresType = false, isTypeShared = false; // it is the first that has it; others do
  std::string shapeName;                           // wanted for the struct if others share it
  std::string launch;                              // the nodes of the first, for a comment
  llvm::SmallVector<std::string> otherLaunches;    // of launches of other nodes, each once
  /// The constants in its text, launch by launch, "0.5f".
  llvm::SmallVector<llvm::SmallVector<std::string>> constants;
};

struct KernelCall {
  unsigned index;                           // in the model's order
  unsigned function;                        // its number
  LaunchNames names;                        // its function's if that is this launch's alone
  llvm::SmallVector<std::string> constants; // that the function has as parameters
};

struct KernelCalls {
  std::vector<KernelFunction> functions;
  llvm::MapVector<mlir::Operation *, KernelCall> calls; // by launch or call of a routine, in order
};

/// The definition of `run`. `names` has all names of the functions' namespace.
std::string printRun(Model &model, const KernelCalls &calls, const NameScope &names);

} // namespace onnxcc

#endif // ONNXCC_CODEGEN_RUN_H
