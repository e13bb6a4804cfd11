// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The main graph of a proto: who gives a value, who takes it, what is known of it.
#ifndef ONNXCC_COMPILER_QUANTIZE_MODELGRAPH_H
#define ONNXCC_COMPILER_QUANTIZE_MODELGRAPH_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/Twine.h"
#include <onnx/onnx_pb.h>

#include <optional>
#include <vector>

namespace onnxcc {

/// An index over a graph as it is: what changes the graph makes a new one.
class ModelGraph {
public:
  /// Where a value is taken: the `input`-th one of node `node`.
  struct Use {
    int node, input;
  };

  explicit ModelGraph(const ::onnx::GraphProto &graph);

  const ::onnx::GraphProto &proto() const { return graph; }
  /// The node that gives a value; -1 for inputs and constants.
  int producer(llvm::StringRef value) const;
  llvm::ArrayRef<Use> uses(llvm::StringRef value) const;
  /// Whether a subgraph or the application takes it: it must stay what it is.
  bool isNeededOutside(llvm::StringRef value) const { return outside.contains(value); }
  bool isOutput(llvm::StringRef value) const { return outputs.contains(value); }
  /// Null where the value is no initialiser.
  const ::onnx::TensorProto *constant(llvm::StringRef value) const;
  /// ONNX's number of the element type; 0 where it is not known.
  int32_t element(llvm::StringRef value) const;
  /// The extents, -1 where open; nothing where the rank is not known.
  std::optional<std::vector<int64_t>> shape(llvm::StringRef value) const;
  /// Whether it is computed, in float.
  bool isActivation(llvm::StringRef value) const;

private:
  const ::onnx::GraphProto &graph;
  llvm::StringMap<int> producers;
  llvm::StringMap<llvm::SmallVector<Use, 2>> consumers;
  llvm::StringMap<const ::onnx::TensorProto *> constants;
  llvm::StringMap<const ::onnx::TypeProto::Tensor *> types;
  llvm::StringSet<> outputs, outside;
};

/// Null where the node has none of this name.
const ::onnx::AttributeProto *findAttribute(const ::onnx::NodeProto &node, llvm::StringRef name);
int64_t getInteger(const ::onnx::NodeProto &node, llvm::StringRef name, int64_t fallback);
float getReal(const ::onnx::NodeProto &node, llvm::StringRef name, float fallback);
/// Adds an attribute. \pre the node has none of this name.
void setInteger(::onnx::NodeProto &node, llvm::StringRef name, int64_t value);

/// The floats of an initialiser. \pre importProto gave it, and it is of floats.
llvm::ArrayRef<float> getFloats(const ::onnx::TensorProto &tensor);
std::vector<int64_t> getShape(const ::onnx::TensorProto &tensor);

/// Adds an initialiser. `Value` is the type in C++ of `element`.
template <class Value>
::onnx::TensorProto &addConstant(::onnx::GraphProto &graph, const std::string &name,
                                 int32_t element, llvm::ArrayRef<int64_t> shape,
                                 llvm::ArrayRef<Value> values) {
  ::onnx::TensorProto &tensor = *graph.add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(element);
  for (int64_t extent : shape)
    tensor.add_dims(extent);
  tensor.set_raw_data(values.data(), values.size() * sizeof(Value));
  return tensor;
}

/// Names that no value of a graph, or of one in it, has.
class FreshNames {
public:
  explicit FreshNames(const ::onnx::GraphProto &graph) { add(graph); }
  std::string make(const llvm::Twine &wanted);

private:
  void add(const ::onnx::GraphProto &graph);
  llvm::StringSet<> names;
};

/// Removes the initialisers that neither a node nor the application takes, and the types of values
/// that no node gives any more.
void dropUnused(::onnx::GraphProto &graph);

} // namespace onnxcc

#endif // ONNXCC_COMPILER_QUANTIZE_MODELGRAPH_H
