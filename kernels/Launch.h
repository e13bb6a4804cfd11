// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A launch on its way to C++: its operands as linear functions of the iteration dims, and the
// function it becomes.
#ifndef ONNXCC_KERNELS_LAUNCH_H
#define ONNXCC_KERNELS_LAUNCH_H

#include "codegen/print/Scalars.h"
#include "codegen/print/Views.h"
#include "dialects/kernel/Cost.h"
#include <vector>

namespace onnxcc {

struct Target;

/// An affine expression of iteration dims d0, d1, … as sum(coefficients[k] * dk) + constant + rest,
/// where the coefficients and the constant are expressions of symbols and `rest` (null if 0) holds
/// the floordiv and mod terms.
struct LinearForm {
  llvm::SmallVector<mlir::AffineExpr> coefficients;
  mlir::AffineExpr constant, rest;

  static LinearForm get(mlir::AffineExpr expression, unsigned dims);
  bool isLinear() const { return !rest; }
  /// Whether `dim` occurs in a floordiv or mod.
  bool isBroken(unsigned dim) const { return rest && rest.isFunctionOfDim(dim); }
  /// The coefficient if it is a number.
  std::optional<int64_t> number(unsigned dim) const;
};

/// One memref of a launch.
struct Operand {
  mlir::Value value;
  View view;
  mlir::AffineMap map; // iteration dims, then the indices that data gives, to the view's indices
  LinearForm offset;   // of the element, from the view's first
  std::string name;    // the function's parameter
  std::string type;    // of its elements in C++
  bool isWeight = false;
};

/// What is true of the whole module.
struct ModuleFacts {
  ModuleFacts() = default;
  /// What questions about launches need that print nothing.
  explicit ModuleFacts(llvm::ArrayRef<int64_t> greatest) : greatest(greatest) {}

  std::vector<std::string> dimNames; // as in the header, for comments
  std::vector<std::string>
      symbols; // C++ names of the module's dims and of the function's other index values
  llvm::SmallVector<int64_t> greatest; // of the module's dims
  llvm::SmallVector<const Target *> targets;

  /// The values of symbols that estimates are for: the greatest of the module's dims, 1 of others.
  llvm::SmallVector<int64_t> getEstimates() const;
};

/// The C++ function that a launch becomes. `$F` and `$S` in the text stand for its name and its
/// struct's.
struct LaunchFunction {
  struct Member {
    std::string name;
    mlir::AffineExpr value;
    std::optional<int64_t> inherited = std::nullopt; // left out if it has this value
  };
  /// A member that is an array.
  struct List {
    std::string name;
    llvm::SmallVector<mlir::AffineExpr> values;
  };
  std::string base;                         // the runtime's struct that the struct inherits from
  std::vector<std::vector<Member>> members; // of the struct, line by line
  std::vector<List> lists;                  // of the struct
  std::vector<std::string> flags;           // of the struct: "bool packed = false"
  std::string tile;                         // the struct's tile, or ""
  std::vector<std::string> parameters;      // "const float *x", without the call and dims
  llvm::SmallVector<unsigned> dims;         // symbols that are further parameters
  std::vector<std::string> body;            // lines, indented
  double compileSeconds = 0;                // a rough guess
  bool mayFail = false;                     // it may set the call's code
  std::string header;                       // "runtime/topk.h", if it is none that all have

  /// The shape as an argument, "$S()": with the symbols that its members are computed from.
  std::string shape(const ModuleFacts &facts) const;
  /// Equal keys mean equal functions.
  std::string key(const ModuleFacts &facts) const;
  /// The struct; empty if there is none.
  std::string printShape(llvm::StringRef type, const ModuleFacts &facts) const;
  /// The function.
  std::string print(llvm::StringRef name, llvm::StringRef type, const ModuleFacts &facts) const;
  std::string declaration(llvm::StringRef name, const ModuleFacts &facts) const;

private:
  /// Of the struct's members, ascending.
  llvm::SmallVector<unsigned> getShapeSymbols() const;
  llvm::SmallVector<std::string> getSignature(const ModuleFacts &facts) const;
};

/// A launch with everything that its printers ask for.
class Launch {
public:
  Launch(kernel::LaunchOpInterface op, const Views &views, const ModuleFacts &facts);

  mutable kernel::LaunchOpInterface op; // a handle, whose accessors are not const
  const ModuleFacts &facts;
  llvm::SmallVector<mlir::AffineExpr> domain;
  std::vector<Operand> inputs, outputs;
  /// An index that is data, in the extent that it counts in: dim dimCount() + k of the operands'
  /// maps, for the k-th.
  struct DataIndex {
    unsigned input; // its number
    mlir::AffineExpr extent;
  };
  std::vector<DataIndex> dataIndices;
  /// What the region computes from the place of its point.
  std::vector<std::pair<kernel::IndexOp, LinearForm>> places;

  /// What the launch is for; other outputs are written by its region.
  const Operand &output() const { return outputs.front(); }
  mlir::MLIRContext *context() const { return op->getContext(); }
  unsigned dimCount() const { return domain.size(); }
  bool isUnit(unsigned dim) const;
  /// Whether an extent depends on the module's dims.
  bool isDynamic() const;
  /// The stride of the dims taken as one index, the last running fastest; nullopt if there is none.
  /// Dims of extent 1 have any stride; `0` where all are of extent 1.
  std::optional<mlir::AffineExpr> collapse(const LinearForm &form,
                                           llvm::ArrayRef<unsigned> dims) const;
  mlir::AffineExpr product(llvm::ArrayRef<unsigned> dims) const;
  mlir::AffineExpr constant(int64_t value) const;
  /// The value at the greatest dims; an estimate for local symbols.
  double estimate(mlir::AffineExpr expression) const;
  /// At the greatest dims.
  kernel::Cost cost() const;
  /// Into how many tasks to cut, as scheduled.
  int64_t tasks() const;
  std::string print(mlir::AffineExpr expression, llvm::ArrayRef<std::string> dims = {}) const;
  /// Adds the symbols of the expressions to the function's dims.
  static void noteSymbols(mlir::AffineExpr expression, LaunchFunction &function);
  /// The same for the strides of all operands, and for the domain.
  void noteAllSymbols(LaunchFunction &function) const;
  /// The parameters of all operands, outputs last.
  void addParameters(LaunchFunction &function) const;

private:
  void addDataIndices(llvm::SmallVectorImpl<mlir::AffineMap> &maps, const Views &views);
};

/// The widest element type of a region and its operands: what decides on the lanes.
std::string getWidestType(const Launch &launch);

/// "[batch,3,224,224]", for comments.
std::string formatShape(const View &view, const ModuleFacts &facts);

/// The name of an operand that has no part of its own: what is looked up, what it is looked up by,
/// a letter.
std::string getPlainName(const Launch &launch, unsigned input);

/// "conv1/Conv + relu1/Relu: [1,224,224,3] * [7,7,3,64] -> [1,112,112,64], 236 MFLOP", without what
/// is unknown.
std::string describeLaunch(const Launch &launch);

} // namespace onnxcc

#endif // ONNXCC_KERNELS_LAUNCH_H
