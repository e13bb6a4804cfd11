// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A family of kernels: what it matches, what it asks of operands, in which order it reads weights,
// and the C++ that its launches become. One file a family; see README.md.
#ifndef ONNXCC_KERNELS_FAMILY_H
#define ONNXCC_KERNELS_FAMILY_H

#include "dialects/kernel/Cost.h"
#include "kernels/Packing.h"
#include "kernels/Schedules.h"

namespace onnxcc {
class Launch;
struct LaunchFunction;
} // namespace onnxcc

namespace onnxcc::kernels {

/// The iteration dims of a launch by the part that they play: "depth", "columns" …; several dims
/// are one index, the last running fastest.
using Parts = llvm::SmallVector<std::pair<llvm::StringRef, llvm::SmallVector<unsigned>>>;

/// What a family asks of an operand's place in memory, in iteration dims.
struct Demand {
  /// Elements follow each other along these dims, taken as one index.
  llvm::SmallVector<unsigned> neighbours;
  /// Each group of dims moves by one stride.
  llvm::SmallVector<llvm::SmallVector<unsigned>> joined;
  /// A filter in the order of the family's packing, without gaps.
  bool packed = false;
  /// Read by the region lane by lane.
  bool gathered = false;

  mlir::DictionaryAttr toAttribute(mlir::MLIRContext *context) const;
  static Demand get(mlir::DictionaryAttr attribute);
};

/// Inputs and outputs of a launch.
inline unsigned countOperands(kernel::LaunchOpInterface launch) {
  return launch.getInputs().size() + launch.getInits().size();
}

/// What a region's operand may be demanded: vectors along the dims that vectors run along.
Demand alongDims(llvm::ArrayRef<unsigned> dims);

/// Scratch memory that a launch or a call asks for, in bytes over the module's symbols.
struct Scratch {
  mlir::AffineExpr bytes;
  /// Whether each task has that many of its own.
  bool isPerTask = false;
};

class Family {
public:
  explicit Family(llvm::StringRef name) : name(name) {}
  virtual ~Family() = default;

  llvm::StringRef getName() const { return name; }

  /// Whether launches of this family compute what `launch` says, judged by its maps, types and
  /// domain alone: the parts of its dims, or nothing and in `why` the reason. Asked before fusing
  /// and, by verifiers, after it and after bufferisation: the answer is the same.
  virtual std::optional<Parts> match(kernel::LaunchOpInterface launch, std::string &why) const = 0;

  // What follows is asked of launches whose schedule names this family and has its parts.

  /// What is asked of the operands: one an input, then one an output. Outputs after the first are
  /// written by the region, which reads its inputs in the same way.
  virtual llvm::SmallVector<Demand> getDemands(kernel::LaunchOpInterface launch) const = 0;
  /// The order in which an input's elements are read; nullopt if as they are.
  virtual std::optional<Packing> getPacking(kernel::LaunchOpInterface, unsigned input) const {
    (void)input;
    return std::nullopt;
  }
  /// The sums of a packed constant that kernels want beside the factors; null if they want none.
  virtual mlir::ElementsAttr getSums(kernel::LaunchOpInterface, unsigned,
                                     mlir::ElementsAttr) const {
    return {};
  }
  /// Whether a filter that is no constant is packed by a launch of its own in each call.
  virtual bool packsAtRunTime() const { return true; }
  /// What to do where an operand does not lie as demanded.
  enum class Remedy {
    Gather,  // lane by lane: the schedule says so
    Copy,    // into a buffer of its own
    Reorder, // likewise, in the order in which the launch reads it
  };
  virtual Remedy getRemedy(kernel::LaunchOpInterface launch, unsigned operand) const {
    // Regions can read anything; factors and the result are the templates' business.
    return operand >= launch.countFactors() && operand < launch.getInputs().size() ? Remedy::Gather
                                                                                   : Remedy::Copy;
  }
  /// Why an operand that is read through `access`, a map over the launch's dims, cannot join the
  /// region's; empty if it can.
  virtual llvm::StringRef getObstacle(kernel::LaunchOpInterface, mlir::AffineMap access) const {
    (void)access;
    return {};
  }
  /// Whether elements that the region reads are read once for each of several passes.
  virtual bool passesAgain() const { return false; }
  /// Whether it takes what no other family does: a remark tells why.
  virtual bool isLastResort() const { return false; }
  /// Whether a target of a library may have choices of its own.
  virtual bool variesByTarget() const { return true; }
  /// Whether the result may be written through this map instead.
  virtual bool mayWrite(kernel::LaunchOpInterface, mlir::AffineMap output) const {
    (void)output;
    return false;
  }
  /// What the rows of the schedule table may ask about, at the given extents of the domain.
  virtual ShapeFacts getShapeFacts(kernel::LaunchOpInterface,
                                   llvm::ArrayRef<int64_t> extents) const {
    (void)extents;
    return {};
  }
  /// Completes a target's choices by what no row can say.
  virtual void refine(Choices &, const ShapeFacts &) const {}

  /// What a call takes of the stack at most, by g++ -O3 on the target that takes most: a bound for
  /// sources that nobody has measured (runtime/README.md says what the templates take).
  virtual int64_t getStackBytes(kernel::LaunchOpInterface) const { return 2048; }

  /// The memory that a launch works in, asked once its operands have their places.
  virtual std::optional<Scratch> getScratch(kernel::LaunchOpInterface) const {
    return std::nullopt;
  }

  /// How loops that no template has go, which follows from where the operands lie: "lanes" along a
  /// dim, "blocks" of a transposition, or "elements" one by one. The schedule says it once operands
  /// are settled; empty: there is nothing to say.
  virtual llvm::StringRef getWalk(const Launch &) const { return ""; }

  /// The parameter of the emitted function for an input.
  virtual std::string getOperandName(const Launch &launch, unsigned input) const = 0;
  /// The emitted function; failure has been reported.
  virtual mlir::FailureOr<LaunchFunction> print(const Launch &launch) const = 0;

private:
  llvm::StringRef name;
};

/// All families, in the order in which they are asked. A new one is a file and a line in
/// Families.def.
llvm::ArrayRef<const Family *> getFamilies();
/// The family of this name, or null.
const Family *findFamily(llvm::StringRef name);
/// The family of a launch that has a schedule.
const Family &getFamily(kernel::LaunchOpInterface launch);

/// Gives a launch the first family that matches it, and its parts. \returns why the families
/// before it did not, "conv2d: …; gemm: …".
std::string matchFamily(kernel::LaunchOpInterface launch);

/// Gives a launch with a family its demands, tasks and variants. `symbols` are the module's dims'
/// greatest values.
void chooseSchedule(kernel::LaunchOpInterface launch, llvm::ArrayRef<int64_t> symbols);

/// Into how many tasks a step of this cost is cut that the schedule table knows as `name`.
int64_t getTasks(mlir::Operation *step, llvm::StringRef name, const kernel::Cost &cost);

/// Whether the place of operand number `operand` (outputs are counted after the inputs) is as
/// demanded.
bool isMet(const Launch &launch, unsigned operand, const Demand &demand);

/// Fails, with a diagnostic, unless the family matches the launch with the parts that its schedule
/// has: a fault of a pass.
mlir::LogicalResult verifyMatch(kernel::LaunchOpInterface launch);

} // namespace onnxcc::kernels

#endif // ONNXCC_KERNELS_FAMILY_H
