// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What both fusing passes need: a launch with other operands and a region grown by another's code.
#ifndef ONNXCC_PASSES_KERNELS_FUSION_H
#define ONNXCC_PASSES_KERNELS_FUSION_H

#include "dialects/kernel/Kernel.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"

namespace onnxcc::kernels {

/// A launch's inputs with their maps, while it is being rewritten; equal ones become one.
class Inputs {
public:
  /// Adds an input; \returns its position.
  unsigned add(mlir::Value value, mlir::AffineMap map);
  /// Adds an input that is never merged with a later one (a factor).
  void addFactor(mlir::Value value, mlir::AffineMap map);

  llvm::SmallVector<mlir::Value> values;
  llvm::SmallVector<mlir::AffineMap> maps;

private:
  unsigned factors = 0;
};

/// Results that a launch has at most: each is a stream of its own that is written.
inline constexpr unsigned kMostResults = 4;

/// A launch's destinations with their maps, and what the region yields for each.
struct Outputs {
  llvm::SmallVector<mlir::Value> inits, yielded;
  llvm::SmallVector<mlir::AffineMap> maps;

  void add(mlir::Value init, mlir::AffineMap map) {
    inits.push_back(init);
    maps.push_back(map);
  }
};

/// A launch like `like` at the builder's place with other inputs and outputs. Its region has the
/// arguments that go with them, and nothing else yet.
kernel::LaunchOpInterface createLike(mlir::OpBuilder &builder, kernel::LaunchOpInterface like,
                                     mlir::Location loc, const Inputs &inputs,
                                     const Outputs &outputs);

/// The argument of a launch's region that holds the element of an input which is no factor.
mlir::BlockArgument getCodeArgument(kernel::LaunchOpInterface launch, unsigned input);

/// Replaces, in code copied from one launch's region to another's, the accumulators.
void mapAccumulators(kernel::LaunchOpInterface from, kernel::LaunchOpInterface to,
                     mlir::IRMapping &mapping);

/// Copies `block`, but for its terminator, to the end of `into`, with its arguments replaced as
/// `mapping` says.
/// \returns what the copy would yield.
llvm::SmallVector<mlir::Value> cloneCode(mlir::Block &block, mlir::Block &into,
                                         mlir::IRMapping &mapping);

/// Whether all that reads a launch's results comes after `op`, but for `op` itself: they may as
/// well be there when it is.
bool areReadAfter(mlir::Operation *launch, mlir::Operation *op);

/// The location of a launch that computes what `a`, then `b` did.
mlir::Location fuseLocations(mlir::Location a, mlir::Location b);

/// Whether a map neither reads at indices nor computes with its place, so that any launch can take
/// in its code.
bool isPlain(kernel::MapOp map);

/// Whether a map gives the elements of its one input as they are, be it in another order.
bool isCopy(kernel::MapOp map);

/// Whether what reads a launch's result element by element can become part of its region: of a
/// contraction's or row computation's epilogue.
bool isProducer(mlir::Operation *op);

} // namespace onnxcc::kernels

#endif // ONNXCC_PASSES_KERNELS_FUSION_H
