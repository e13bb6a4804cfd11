// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The model as its file has it, before the importer: its nodes by name, and files made from it.
#ifndef ONNXCC_COMPILER_VERIFY_MODELFILE_H
#define ONNXCC_COMPILER_VERIFY_MODELFILE_H

#include "compiler/verify/HostTensor.h"

#include "llvm/ADT/StringMap.h"
#include <memory>

namespace onnx {
class GraphProto;
class ModelProto;
class NodeProto;
class TensorProto;
} // namespace onnx

namespace onnxcc {

class ModelFile {
public:
  struct Node {
    std::string name; // "Conv_3" for the fourth node if it has none
    std::string op;
    std::vector<std::string> inputs;  // values, also those that subgraphs take from outside
    std::vector<std::string> outputs; // without those left out
  };

  ModelFile();
  ModelFile(ModelFile &&);
  ~ModelFile();

  /// Reads the protobuf form, or the text form if the name ends in `.onnxtxt`.
  llvm::LogicalResult read(llvm::StringRef path);

  /// Of the main graph, in the file's order.
  const std::vector<Node> &nodes() const { return nodeList; }
  std::vector<std::string> outputs() const;

  /// Writes the model with `values` as further outputs; its external data are linked or copied
  /// into the same folder.
  llvm::LogicalResult writeWithOutputs(llvm::StringRef path,
                                       llvm::ArrayRef<std::string> values) const;

  /// Writes a model of one node. Weights and what looks like shapes and axes stay constants; the
  /// other inputs are inputs, and their names are added to `inputs`.
  /// `values` gives each value that is no weight.
  llvm::LogicalResult writeNode(llvm::StringRef path, size_t node,
                                const llvm::StringMap<HostTensor> &values,
                                std::vector<std::string> &inputs) const;

private:
  bool addConstant(const std::string &name, ::onnx::GraphProto &graph) const;
  llvm::LogicalResult readExternal(::onnx::TensorProto &tensor) const;

  std::string path;
  std::unique_ptr<::onnx::ModelProto> proto;
  std::vector<Node> nodeList;
};

} // namespace onnxcc

#endif // ONNXCC_COMPILER_VERIFY_MODELFILE_H
