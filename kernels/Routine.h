// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A routine of the runtime that `kernel.call` names: its operands, its cost, the memory that it
// asks for, and the C++ of a call. One file for each theme; see README.md.
#ifndef ONNXCC_KERNELS_ROUTINE_H
#define ONNXCC_KERNELS_ROUTINE_H

#include "kernels/Family.h"
#include "kernels/Launch.h"

namespace onnxcc::kernels {

/// A call on its way to C++.
class Call {
public:
  Call(kernel::CallOp op, const Views &views, const ModuleFacts &facts);

  mutable kernel::CallOp op; // a handle, whose accessors are not const
  const ModuleFacts &facts;
  llvm::SmallVector<mlir::AffineExpr> domain;
  std::vector<Operand> inputs, outputs;

  mlir::MLIRContext *context() const { return op->getContext(); }
  std::string parameter(llvm::StringRef name) const;
  bool hasParameter(llvm::StringRef name) const { return op.getParameters().contains(name); }
  /// The function that calls `routine`, "topK" or "scatter<Sum>", with the function's shape and all
  /// operands; its base, members and flags are set already.
  LaunchFunction print(LaunchFunction function, llvm::StringRef routine) const;
};

class Routine {
public:
  /// Of an operand: the parameter of the emitted function, and what the call has in memory.
  struct Parameter {
    llvm::StringRef name;
    /// An init: it is read before it is written, so that what is not written stays.
    bool isUpdated = false;
    /// An input: it is read only where the first init is written next.
    bool isInPlace = false;
  };

  Routine(llvm::StringRef name, llvm::StringRef header, llvm::ArrayRef<Parameter> inputs,
          llvm::ArrayRef<Parameter> inits)
      : name(name), header(header), inputs(inputs), inits(inits) {}
  virtual ~Routine() = default;

  /// As `kernel.call` says it, and as rows of the schedule table may.
  llvm::StringRef getName() const { return name; }
  /// The header of runtime/ that has it.
  llvm::StringRef getHeader() const { return header; }
  llvm::ArrayRef<Parameter> getInputs() const { return inputs; }
  llvm::ArrayRef<Parameter> getInits() const { return inits; }
  /// The numbers of the inits that are updated, and of the inputs that are in place.
  llvm::SmallVector<int64_t> getUpdates() const;
  llvm::SmallVector<int64_t> getInPlace() const;

  /// Why a call of the right operands is none that the routine takes; empty if it is one.
  virtual std::string getObstacle(kernel::CallOp) const { return {}; }
  /// What a call computes and moves at the given extents of its domain.
  virtual kernel::Cost getCost(kernel::CallOp call, llvm::ArrayRef<int64_t> extents) const = 0;
  /// Into how many tasks a call may be cut at those extents.
  virtual int64_t getMostTasks(kernel::CallOp, llvm::ArrayRef<int64_t> extents) const {
    (void)extents;
    return 1;
  }
  virtual std::optional<Scratch> getScratch(kernel::CallOp) const { return std::nullopt; }
  /// What a call takes of the stack at most: see Family.
  virtual int64_t getStackBytes(kernel::CallOp) const { return 1024; }
  /// The emitted function.
  virtual LaunchFunction print(const Call &call) const = 0;

private:
  llvm::StringRef name, header;
  llvm::ArrayRef<Parameter> inputs, inits;
};

/// All routines. A new one is a file and a line in Routines.def.
llvm::ArrayRef<const Routine *> getRoutines();
/// The routine of this name, or null.
const Routine *findRoutine(llvm::StringRef name);
/// \pre `verifyCall`
const Routine &getRoutine(kernel::CallOp call);

/// Fails, with a diagnostic, unless there is such a routine and the call is as it wants calls: a
/// fault of a pass.
mlir::LogicalResult verifyCall(kernel::CallOp call);
/// Sets into how many tasks a call is cut. `symbols` are the module's dims' greatest values.
void chooseTasks(kernel::CallOp call, llvm::ArrayRef<int64_t> symbols);
/// Bytes of scratch memory for all tasks of a step together; null if it needs none.
mlir::AffineExpr getScratchBytes(mlir::Operation *step);
/// Whether an operand lies as calls want it: without gaps.
bool isContiguous(const View &view);

/// The cost of one run of a step.
kernel::Cost getStepCost(mlir::Operation *step, llvm::ArrayRef<int64_t> symbols);
/// What the step takes of the stack at most.
int64_t getStepStackBytes(mlir::Operation *step);
/// The family of a launch, "" before it has one, or the routine that is called.
llvm::StringRef getKernelName(mlir::Operation *step);

} // namespace onnxcc::kernels

namespace onnxcc {
/// "topk/TopK: [1,1000] -> [1,5], [1,5]".
std::string describeCall(const kernels::Call &call);
} // namespace onnxcc

#endif // ONNXCC_KERNELS_ROUTINE_H
