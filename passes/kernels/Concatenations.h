// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which concatenations are parts of others, so that one buffer serves them all.
#ifndef ONNXCC_PASSES_KERNELS_CONCATENATIONS_H
#define ONNXCC_PASSES_KERNELS_CONCATENATIONS_H

#include "dialects/graph/Graph.h"
#include "dialects/support/Extents.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/BitVector.h"

namespace onnxcc::kernels {

/// DenseNet's layers each read all that came before: [a b], [a b c], [a b c d], as concatenations
/// of concatenations or of the single pieces. Where the pieces of one are among those of a later
/// one in the same order, it is a part of the later one's buffer, and no piece is there twice.
class Concatenations {
public:
  explicit Concatenations(mlir::func::FuncOp func);

  /// The buffer of the last of several concatenations, and what it holds so far.
  struct Buffer {
    graph::ConcatOp last = {};
    llvm::SmallVector<mlir::Value> pieces = {};
    Extents starts; // along the axis: of each piece, and the end
    llvm::BitVector filled;
    mlir::Value tensor; // null before the first piece
  };
  /// A concatenation is `count` pieces of its buffer from `first` on.
  struct Place {
    Buffer &buffer;
    unsigned first, count;
  };
  Place operator[](graph::ConcatOp op);
  /// How many pieces one operand of a concatenation stands for.
  unsigned countPieces(graph::ConcatOp op, mlir::Value operand) const;

private:
  struct Node {
    graph::ConcatOp op = {};
    llvm::SmallVector<mlir::Value> pieces = {};
    std::optional<unsigned> host; // the next concatenation that it is a part of
    unsigned first = 0;           // piece of the host
    std::optional<Buffer> buffer; // of one without a host
  };
  const Node *getNode(mlir::Value operand, int64_t axis) const;

  std::vector<Node> nodes; // in the program's order
  llvm::DenseMap<mlir::Operation *, unsigned> index;
};

} // namespace onnxcc::kernels

#endif // ONNXCC_PASSES_KERNELS_CONCATENATIONS_H
