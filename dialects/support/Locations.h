// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where an operation comes from: the ONNX node's name, operator and value names, carried as a
// location so that CSE and fusion are not hindered by names and every diagnostic can say which node
// it is about.
#ifndef ONNXCC_DIALECTS_SUPPORT_LOCATIONS_H
#define ONNXCC_DIALECTS_SUPPORT_LOCATIONS_H

#include "mlir/IR/Location.h"
#include "mlir/IR/Value.h"

namespace onnxcc {

/// What a node's location says. `op` reads "Conv, opset 18"; `outputs` are the names of the node's
/// results.
struct NodeOrigin {
  llvm::StringRef node;
  llvm::StringRef op;
  llvm::SmallVector<llvm::StringRef> outputs;
  bool isLayout = false; // of data brought into another layout for the node: computes nothing of it
};

/// The location of a node: NameLoc(node, NameLoc(op, NameLoc(output)… file)).
mlir::Location getNodeLocation(const NodeOrigin &origin, mlir::Location file);

/// The location of what changes a layout for the nodes of `loc`. Whatever it is fused with is what
/// the other nodes compute.
mlir::Location getLayoutLocation(mlir::Location loc);

/// The origins of a location in order: one of an imported node, several of a fused operation, none
/// elsewhere.
llvm::SmallVector<NodeOrigin> getOrigins(mlir::Location loc);

/// Those that are computed; all where only a layout is changed.
llvm::SmallVector<NodeOrigin> getComputedOrigins(mlir::Location loc);

/// The name of the ONNX value that `value` computes: its node's output name, for a fused operation
/// that of the last node. Empty if unknown.
llvm::StringRef getValueName(mlir::Value value);

} // namespace onnxcc

#endif // ONNXCC_DIALECTS_SUPPORT_LOCATIONS_H
