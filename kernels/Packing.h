// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The order in which a kernel reads a filter: its dims, some of them cut into blocks.
#ifndef ONNXCC_KERNELS_PACKING_H
#define ONNXCC_KERNELS_PACKING_H

#include "mlir/IR/AffineMap.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/SmallVector.h"

namespace onnxcc::kernels {

/// Columns of a panel of packed weights, as in runtime/tile.h.
inline constexpr int64_t kPanel = 16;

/// One axis of a packed filter: a whole iteration dim, the number of its block of `size`, or the
/// place inside the block. Several neighbouring dims may be joined to one, the last moving fastest.
struct PackedAxis {
  enum Kind { Whole, Block, Lane } kind;
  unsigned dim; // the first
  int64_t size = 1;
  unsigned joined = 1; // how many
};

struct Packing {
  llvm::SmallVector<PackedAxis> axes; // outermost first
  bool joinsNibbles = false;          // of 4 bits: the last axis, of 8 elements, is one i32

  void addWhole(unsigned dim) { axes.push_back({PackedAxis::Whole, dim}); }
  void addBlock(unsigned dim, int64_t size, unsigned joined = 1) {
    axes.push_back({PackedAxis::Block, dim, size, joined});
  }
  void addLane(unsigned dim, int64_t size, unsigned joined = 1) {
    axes.push_back({PackedAxis::Lane, dim, size, joined});
  }

  /// Panels of `kPanel` columns, in each the dims of `runs` in order, the last of them, or the last
  /// `joined` as one, in groups of `group` that lie side by side in a column.
  void addPanels(unsigned column, llvm::ArrayRef<unsigned> runs, int64_t group,
                 unsigned joined = 1);

  /// From iteration dims of these extents to the packed filter's indices: `c floordiv 16`, `c mod
  /// 16`.
  mlir::AffineMap getMap(mlir::AffineMap domain) const;

  /// The packed filter's extents for the launch's; the last block of a dim is filled up.
  llvm::SmallVector<mlir::AffineExpr> getExtents(mlir::AffineMap domain) const;

  /// Whether they are constants.
  bool isStatic(mlir::AffineMap domain) const;

  /// From the packed filter's indices to those of the filter that a launch reads by `read`. What
  /// fills up a block repeats elements: nothing reads it.
  mlir::AffineMap getSource(mlir::AffineMap read, mlir::AffineMap domain) const;

  /// The constant `value`, which a launch reads by `read`, in this order, filled up with zeros;
  /// null if an extent is not constant. A block that has no place inside stands for its first.
  mlir::ElementsAttr pack(mlir::ElementsAttr value, mlir::AffineMap read,
                          mlir::AffineMap domain) const;
};

/// The sums, in i32, of a filter that addPanels has put in order with groups of bytes: of each run
/// of the last dim and column (runtime/tile.h, ZeroPoint).
mlir::ElementsAttr sumPanels(mlir::ElementsAttr packed, bool isUnsigned);

/// Whether every result of a map is linear in its dims.
bool isLinear(mlir::AffineMap map);

} // namespace onnxcc::kernels

#endif // ONNXCC_KERNELS_PACKING_H
