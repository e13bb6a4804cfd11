// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A node on its way from its opset to the newest, and the rules that take it there.
#ifndef ONNXCC_COMPILER_IMPORT_UPGRADE_H
#define ONNXCC_COMPILER_IMPORT_UPGRADE_H

#include "compiler/import/Model.h"
#include "llvm/ADT/StringSet.h"

namespace onnxcc::importer {

using Nodes = google::protobuf::RepeatedPtrField<::onnx::NodeProto>;

/// What rules need to know of a model, and the names that it uses.
class UpgradeContext {
public:
  /// \p knowsShapes is false for a function's body, whose values share no names with the graph's.
  UpgradeContext(Model &model, bool knowsShapes);

  /// A name that no value has.
  std::string makeName(const std::string &wanted);
  /// The shape of a value of the main graph, as the library infers it at the file's opset; null if
  /// it cannot.
  const ::onnx::TensorShapeProto *findShape(llvm::StringRef value);

  Model &model;

private:
  llvm::StringSet<> names;
  std::optional<llvm::StringMap<::onnx::TensorShapeProto>> shapes;
};

/// A node that rules rewrite. What a rule adds is of the newest opset from the start.
class NodeUpgrade {
public:
  NodeUpgrade(UpgradeContext &context, const ::onnx::NodeProto &node)
      : node(node), context(context) {}

  ::onnx::NodeProto node;
  UpgradeContext &context;

  /// An input's name; empty where it is absent.
  std::string input(int i) const { return i < node.input_size() ? node.input(i) : ""; }
  void setInput(int i, const std::string &value);

  bool has(llvm::StringRef attribute) const;
  /// Removes an attribute. \returns its value, `fallback` where the node has none.
  std::optional<::onnx::AttributeProto> take(llvm::StringRef attribute);
  int64_t takeInteger(llvm::StringRef attribute, int64_t fallback);
  std::string takeString(llvm::StringRef attribute, const std::string &fallback);
  void set(llvm::StringRef attribute, int64_t value) { set(node, attribute, value); }
  void set(llvm::StringRef attribute, llvm::StringRef value) { set(node, attribute, value); }
  static void set(::onnx::NodeProto &node, llvm::StringRef attribute, int64_t value);
  static void set(::onnx::NodeProto &node, llvm::StringRef attribute, llvm::StringRef value);

  /// Adds a node before this one. \returns its only output's name.
  std::string before(llvm::StringRef op, llvm::ArrayRef<std::string> inputs,
                     llvm::function_ref<void(::onnx::NodeProto &)> adjust = nullptr);
  /// Constants: a vector or scalar of i64, a scalar of `like`'s type, a vector of f32.
  std::string integers(llvm::ArrayRef<int64_t> values, bool scalar = false);
  std::string real(double value, const std::string &like);
  std::string reals(llvm::ArrayRef<float> values);
  /// Adds a node that computes the i-th output from what this node gives, whose name is the first
  /// of its inputs then.
  void after(int output, llvm::StringRef op, llvm::ArrayRef<std::string> otherInputs);

  mlir::InFlightDiagnostic error() { return context.model.error(node); }
  /// Moves all nodes to `out`.
  void finish(Nodes &out);

private:
  ::onnx::NodeProto &add(Nodes &nodes, llvm::StringRef op);
  std::string constant(::onnx::TensorProto value);

  Nodes nodesBefore, nodesAfter;
};

/// What changed in an operator at a version so that an older node must be rewritten.
struct UpgradeRule {
  int version;
  std::vector<llvm::StringRef> ops;
  void (*apply)(NodeUpgrade &);
};

/// All rules in the order of their versions. UpgradeRules.cpp.
llvm::ArrayRef<UpgradeRule> getUpgradeRules();

} // namespace onnxcc::importer

#endif // ONNXCC_COMPILER_IMPORT_UPGRADE_H
