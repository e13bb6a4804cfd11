// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A model's graph to look at, after any phase: as text, for graphviz, or as SVG through it.
#ifndef ONNXCC_COMPILER_GRAPHDUMP_H
#define ONNXCC_COMPILER_GRAPHDUMP_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace onnxcc {

/// The graph without what only the compiler wants to know: an operation or launch a node;
/// constants, views and buffers belong to the edges.
struct DumpGraph {
  struct Edge {
    int node = -1;     // where it comes from; -1: a constant
    std::string label; // "[1,64,56,56]", "f16[64,3,7,7]"
  };
  enum class Kind { Input, Output, Contraction, Elementwise, Movement, Reduction, Other };
  struct Node {
    Kind kind;
    std::string op;     // "Conv", "contract conv2d"; empty for inputs and outputs
    std::string name;   // the ONNX node's, "conv1 + relu1" of a launch
    std::string result; // as an edge's label; several are separated by commas
    std::vector<Edge> inputs;
  };
  std::string title; // "resnet50 after import"
  std::vector<Node> nodes;

  /// \pre the form of one of the phases.
  static DumpGraph build(mlir::ModuleOp module, llvm::StringRef phase);

  std::string toText() const;
  std::string toDot() const;
};

/// The graph in the form that the extension of `file` asks for: .txt, .dot, or .svg, which runs
/// graphviz's dot in the folder `temporary`.
llvm::Expected<std::string> formatGraph(const DumpGraph &graph, llvm::StringRef file,
                                        llvm::StringRef temporary);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_GRAPHDUMP_H
