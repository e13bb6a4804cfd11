// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which operators of a model compute with quantised values, and which values are quantised.
#ifndef ONNXCC_COMPILER_QUANTIZE_PLACEMENT_H
#define ONNXCC_COMPILER_QUANTIZE_PLACEMENT_H

#include "compiler/Options.h"
#include "compiler/quantize/ModelGraph.h"

#include <set>

namespace onnxcc {

/// How an operator treats quantised values.
enum class Role {
  Product,  // sums of products in 32 bits: activations times weights or activations
  Clamp,    // a limit: behind an operator that is quantised, part of the range of its output
  Movement, // gives values that it takes: the output has the input's scale
  Free,     // other values, with a scale of their own
  Function, // the same, but only as a function of one quantised value
};

struct OperatorRule {
  llvm::StringRef op;
  Role role;
  int inputs;         // how many, from the first on, are data; 0: all
  bool isElementwise; // and so, of one activation, a function of its 256 codes
};

/// Null where an operator stays in float.
const OperatorRule *findOperatorRule(const ::onnx::NodeProto &node);

/// The axis of a product's constant weights that counts its output's channels; nothing if there is
/// none.
std::optional<int64_t> getChannelAxis(const ::onnx::NodeProto &node, llvm::ArrayRef<int64_t> shape);

/// A node that has a rule, and what became of it.
struct PlacedNode {
  int node = -1;
  const OperatorRule *rule = nullptr;
  bool isQuantized = false;
  std::string reason = {}; // why it is in float
};

/// What a set of nodes in float leaves to be quantised.
class Placement {
public:
  /// \p floats are names of nodes. \pre the graph outlives this.
  Placement(const ModelGraph &graph, const QuantizeOptions &options,
            const std::set<std::string> &floats);

  /// Of the nodes that have a rule, in the model's order.
  llvm::ArrayRef<PlacedNode> nodes() const { return placed; }
  bool isQuantized(int node) const;
  /// The values, in the model's order, behind which a QuantizeLinear and a DequantizeLinear stand.
  llvm::ArrayRef<std::string> quantizedValues() const { return values; }
  /// The value whose scale and zero point `value` has: it is moved from there.
  std::string getSource(llvm::StringRef value) const;
  /// Whether a node takes the quantised value as its `input`-th.
  bool takesQuantized(int node, int input) const;
  /// The constant [channels] of an Add that is a quantised product's bias, for a value between the
  /// two; empty where there is none.
  llvm::StringRef getBiasBehind(llvm::StringRef value) const;

private:
  void choose(const QuantizeOptions &options, const std::set<std::string> &floats);
  std::string getObstacle(const PlacedNode &it, const std::set<std::string> &floats) const;
  bool isQuantizedHere(const PlacedNode &it, const QuantizeOptions &options);
  bool isTaken(llvm::StringRef value) const;
  bool isBiasAdd(const ::onnx::NodeProto &node) const;
  bool isAbsorbed(llvm::StringRef value) const;
  std::string getArgument(const PlacedNode &it) const;
  void joinFunctions();
  void collectValues();

  const ModelGraph &graph;
  std::vector<PlacedNode> placed;
  std::vector<int> placeOf;               // by node; -1: no rule
  llvm::StringMap<std::string> arguments; // of values that are functions of one other
  llvm::StringSet<> joined;               // values inside a quantised operator and what it absorbs
  std::vector<std::string> values;
};

} // namespace onnxcc

#endif // ONNXCC_COMPILER_QUANTIZE_PLACEMENT_H
