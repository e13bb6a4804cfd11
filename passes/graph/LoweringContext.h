// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a lowering function sees of the node it lowers, and the table of lowering functions.
#ifndef ONNXCC_PASSES_GRAPH_LOWERINGCONTEXT_H
#define ONNXCC_PASSES_GRAPH_LOWERINGCONTEXT_H

#include "dialects/onnx/Onnx.h"
#include "passes/graph/GraphBuilder.h"
#include "llvm/ADT/StringMap.h"
#include <functional>

namespace onnxcc {

/// A GraphBuilder standing at a node. Inputs are graph values; results are handed over with
/// `result`.
class LoweringContext : public GraphBuilder {
public:
  using GraphBuilder::GraphBuilder;

  /// Moves to `node`, whose inputs are `inputs` (null where absent).
  void enter(onnx::NodeOp node, llvm::SmallVector<mlir::Value> inputs);
  /// Moves to a place that is no node's.
  void enter(mlir::Location place) { loc = place, hasFailed = false; }
  /// The results handed over, one an output; null where a lowering gave none.
  llvm::ArrayRef<mlir::Value> results() const { return nodeResults; }

  // Inputs and outputs.
  onnx::NodeOp node() { return current; }
  llvm::StringRef opType() { return current.getOpType(); }
  unsigned numInputs() const { return nodeInputs.size(); }
  llvm::ArrayRef<mlir::Value> inputs() const { return nodeInputs; }
  /// The i-th input; null when absent.
  mlir::Value input(unsigned i) const {
    return i < nodeInputs.size() ? nodeInputs[i] : mlir::Value();
  }
  Term term(unsigned i) { return Term(*this, input(i)); }
  Term term(mlir::Value value) { return Term(*this, value); }
  /// Whether anybody reads the i-th output.
  bool wants(unsigned i) {
    return i < current->getNumResults() && !current->getResult(i).use_empty();
  }
  /// The name of a dim that the node computes, the extent of axis `axis` of its i-th output.
  std::string dimName(unsigned i, int64_t axis);
  void result(mlir::Value value) { result(0, value); }
  void result(unsigned i, mlir::Value value) {
    if (i < nodeResults.size())
      nodeResults[i] = value;
  }

  // Attributes, with the schema's default where the node has none.
  mlir::Attribute attribute(llvm::StringRef name) { return current.getAttrs().get(name); }
  bool has(llvm::StringRef name) { return static_cast<bool>(attribute(name)); }
  int64_t integer(llvm::StringRef name, int64_t fallback = 0);
  double real(llvm::StringRef name, double fallback = 0);
  llvm::StringRef string(llvm::StringRef name, llvm::StringRef fallback = "");
  std::optional<llvm::SmallVector<int64_t>> integerList(llvm::StringRef name);
  std::optional<llvm::SmallVector<double>> realList(llvm::StringRef name);
  /// An attribute that holds an element type as TensorProto's number; null when absent or 0.
  mlir::Type elementType(llvm::StringRef name);

  /// An input that must be known: its elements as expressions; nullopt, with a diagnostic, when
  /// they are not.
  std::optional<Extents> knownIntegers(unsigned i, llvm::StringRef what);
  std::optional<llvm::SmallVector<int64_t>> knownConstants(unsigned i, llvm::StringRef what);
  /// As these, of extents and what is added to or multiplied by extents: a number beyond any
  /// address space is an error, so that arithmetic does not overflow.
  std::optional<Extents> knownSizes(unsigned i, llvm::StringRef what);
  std::optional<llvm::SmallVector<int64_t>> constantSizes(unsigned i, llvm::StringRef what);
  /// Axes given as input `i` (sorted, non-negative); all axes if it is absent or empty.
  std::optional<llvm::SmallVector<int64_t>> axesInput(unsigned i, int64_t rank);

private:
  onnx::NodeOp current;
  llvm::SmallVector<mlir::Value> nodeInputs, nodeResults;
};

/// TensorProto.DataType to an element type; null for those that have none here.
mlir::Type getElementType(int64_t dataType, mlir::MLIRContext *context);

using Lowering = std::function<void(LoweringContext &)>;

/// (domain, operator) -> lowering function.
class LoweringTable {
public:
  /// The table of all operators.
  static const LoweringTable &get();

  void add(llvm::StringRef op, Lowering lowering) { add("", op, std::move(lowering)); }
  void add(llvm::StringRef domain, llvm::StringRef op, Lowering lowering) {
    table[(domain + ":" + op).str()] = std::move(lowering);
  }
  /// `op` of the default domain becomes `Op` of the broadcast inputs. `reals` are float attributes
  /// of the node and their defaults, which go over under the same names.
  template <class Op>
  void elementwise(llvm::StringRef op,
                   llvm::ArrayRef<std::pair<llvm::StringRef, double>> reals = {}) {
    addRule(op, Op::getOperationName(), reals);
  }

  const Lowering *find(llvm::StringRef domain, llvm::StringRef op) const;

private:
  void addRule(llvm::StringRef op, llvm::StringRef graphOp,
               llvm::ArrayRef<std::pair<llvm::StringRef, double>> reals);

  llvm::StringMap<Lowering> table;
};

// One a file.
void addActivations(LoweringTable &table);
void addBlockQuantization(LoweringTable &table);
void addConvolutions(LoweringTable &table);
void addEinsum(LoweringTable &table);
void addElementwise(LoweringTable &table);
void addIndexing(LoweringTable &table);
void addMatrix(LoweringTable &table);
void addMovement(LoweringTable &table);
void addNormalizations(LoweringTable &table);
void addPooling(LoweringTable &table);
void addQuantization(LoweringTable &table);
void addRecurrent(LoweringTable &table);
void addReductions(LoweringTable &table);
void addResize(LoweringTable &table);
void addShapes(LoweringTable &table);

} // namespace onnxcc

#endif // ONNXCC_PASSES_GRAPH_LOWERINGCONTEXT_H
